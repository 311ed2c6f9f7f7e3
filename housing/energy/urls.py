from django.urls import path

from housing.energy.views import documents, figures, files, lists, orientations, settings, visits

ROOT = "logement/energie/"
FILE = f"{ROOT}dossiers/<uuid:energy_file_id>/"
# The service worker of the visit's page answers for these addresses and no other.
VISITS = f"{ROOT}visites/"
VISIT = f"{VISITS}<uuid:energy_visit_id>/"

urlpatterns = [
    path(ROOT, lists.overview, name="energy"),
    path(f"{ROOT}chiffres/", figures.figures, name="energy_figures"),
    path(f"{ROOT}export/", figures.export_programme, name="energy_export"),
    path(f"{ROOT}reglages/", settings.settings, name="energy_settings"),
    path(f"{ROOT}reglages/plafonds/ajouter/", settings.ceiling, name="energy_ceiling_add"),
    path(f"{ROOT}reglages/plafonds/<uuid:income_ceiling_id>/", settings.ceiling, name="energy_ceiling"),
    path(f"{ROOT}reglages/regle/ajouter/", settings.rule, name="energy_rule_add"),
    path(f"{ROOT}reglages/regle/<uuid:energy_rule_id>/", settings.rule, name="energy_rule"),
    path(f"{ROOT}reglages/equipements/ajouter/", settings.item, name="energy_item_add"),
    path(f"{ROOT}reglages/equipements/<uuid:equipment_item_id>/", settings.item, name="energy_item"),
    path(f"{ROOT}reglages/colonnes/", settings.columns, name="energy_columns"),
    path("menages/<uuid:household_id>/energie/signaler/", files.report, name="energy_report"),
    path(FILE, files.file, name="energy_file"),
    path(f"{FILE}signalement/", files.correct, name="energy_correct"),
    path(f"{FILE}historique/", files.history, name="energy_history"),
    path(f"{FILE}contact/", files.step, {"name": "contact"}, name="energy_contact"),
    path(f"{FILE}visite/<uuid:appointment_id>/", files.plan, name="energy_plan"),
    path(f"{FILE}visite-annulee/", files.step, {"name": "unplan"}, name="energy_unplan"),
    path(f"{FILE}accompagner/", files.step, {"name": "support"}, name="energy_support"),
    path(f"{FILE}suivre/", files.step, {"name": "watch"}, name="energy_watch"),
    path(f"{FILE}appel/", files.step, {"name": "call"}, name="energy_call"),
    path(f"{FILE}clore/", files.step, {"name": "close"}, name="energy_close"),
    path(f"{FILE}annuler-la-derniere-etape/", files.undo, name="energy_undo"),
    path(f"{FILE}orientations/ajouter/", orientations.add, name="energy_orient"),
    path(f"{ROOT}orientations/<uuid:energy_orientation_id>/", orientations.answer, name="energy_answer"),
    path(
        f"{ROOT}orientations/<uuid:energy_orientation_id>/annuler/",
        orientations.take_back,
        name="energy_answer_undo",
    ),
    path(f"{VISITS}hors-connexion/", visits.shell, name="energy_shell"),
    path(f"{VISITS}hors-connexion.js", visits.worker, name="energy_worker"),
    path(VISIT, visits.visit, name="energy_visit"),
    path(f"{VISIT}saisir/", visits.sheet, name="energy_sheet"),
    path(f"{VISIT}recevoir/", visits.receive, name="energy_receive"),
    path(f"{VISIT}photo/", visits.photo, name="energy_photo"),
    path(f"{VISIT}compte-rendu.pdf", documents.household_report, name="energy_household_report"),
    path(f"{VISIT}fiche-technique.pdf", documents.technical_sheet, name="energy_technical_sheet"),
]
