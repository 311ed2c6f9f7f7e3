from django.urls import path

from insertion.workshops.views import attendance as sheets
from insertion.workshops.views import balance, notices, programme, registering, sessions

SESSION = "ateliers/seances/<uuid:workshop_session_id>/"
REGISTRATION = "ateliers/inscriptions/<uuid:workshop_registration_id>/"

urlpatterns = [
    path("ateliers/", programme.programme, name="workshops"),
    path("ateliers/programme.pdf", programme.programme_pdf, name="workshops_pdf"),
    path("ateliers/creer/", programme.create, name="workshop_create"),
    path("ateliers/a-prevenir/", notices.to_tell, name="workshop_notices"),
    path("ateliers/a-prevenir/<uuid:workshop_notice_id>/", notices.answer, name="workshop_told"),
    path("ateliers/<uuid:workshop_id>/", programme.workshop, name="workshop"),
    path("ateliers/<uuid:workshop_id>/modifier/", programme.edit, name="workshop_edit"),
    path("ateliers/<uuid:workshop_id>/dates/", programme.plan, name="workshop_plan"),
    path(SESSION, sessions.session, name="workshop_session"),
    path(f"{SESSION}modifier/", sessions.edit, name="workshop_session_edit"),
    path(f"{SESSION}deplacer/", sessions.move, name="workshop_session_move"),
    path(f"{SESSION}annuler/", sessions.cancel, name="workshop_session_cancel"),
    path(f"{SESSION}revenir/", sessions.undo, name="workshop_session_undo"),
    path(f"{SESSION}inscrire/", registering.register, name="workshop_register"),
    path(f"{SESSION}presences/", sheets.attendance, name="workshop_attendance"),
    path(f"{SESSION}emargement.pdf", sheets.sheet, name="workshop_sheet"),
    path(f"{SESSION}bilan/", balance.evaluate, name="workshop_evaluation"),
    path(f"{SESSION}bilan.pdf", balance.balance_pdf, name="workshop_balance_pdf"),
    path(f"{SESSION}bilan.csv", balance.balance_csv, name="workshop_balance_csv"),
    path(f"{REGISTRATION}desinscrire/", registering.withdraw, name="workshop_withdraw"),
    path(f"{REGISTRATION}reinscrire/", registering.restore, name="workshop_restore"),
    path("menages/<uuid:household_id>/ateliers/", registering.enrol, name="workshop_enrol"),
]
