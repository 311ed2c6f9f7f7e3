from django.urls import path

from rights.aids.urls import urlpatterns as aid_patterns
from rights.domiciliation.urls import urlpatterns as domiciliation
from rights.estimates.urls import urlpatterns as estimates
from rights.views import catalogue, catalogue_edit, desk, documents, duties, files, lists, pieces, steps

app_name = "rights"

FILE = "droits/dossiers/<uuid:rights_file_id>/"
RIGHT = "droits/catalogue/<slug:right_code>/"
HOUSEHOLD = "menages/<uuid:household_id>/"

urlpatterns = [
    path("droits/", lists.files, name="files"),
    path("droits/catalogue/", catalogue.catalogue, name="catalogue"),
    path("droits/catalogue/ajouter-un-droit/", catalogue_edit.add_right, name="add_right"),
    path(RIGHT, catalogue.right, name="right"),
    path(RIGHT + "fiche/", catalogue.information, name="information"),
    path(RIGHT + "modifier/", catalogue_edit.edit_right, name="edit_right"),
    path(RIGHT + "delais/", catalogue_edit.change_rule, name="change_rule"),
    path(RIGHT + "delais/retirer/", catalogue_edit.withdraw_rule, name="withdraw_rule"),
    path(RIGHT + "delais/<uuid:right_rule_id>/verifier/", catalogue_edit.check_rule, name="check_rule"),
    path(RIGHT + "delais/<uuid:right_rule_id>/corriger/", catalogue_edit.correct_rule, name="correct_rule"),
    path(RIGHT + "pieces/ajouter/", catalogue_edit.add_piece, name="add_right_piece"),
    path(RIGHT + "pieces/<uuid:required_piece_id>/", catalogue_edit.edit_piece, name="edit_right_piece"),
    path(RIGHT + "informations/ajouter/", catalogue_edit.add_notice, name="add_notice"),
    path(RIGHT + "informations/<uuid:right_notice_id>/", catalogue_edit.edit_notice, name="edit_notice"),
    path(RIGHT + "historique/", catalogue_edit.catalogue_history, name="right_history"),
    path("droits/depot/", desk.desk, name="desk"),
    path(HOUSEHOLD + "pieces/", desk.desk_household, name="desk_household"),
    path(HOUSEHOLD + "pieces/<uuid:file_piece_id>/annuler/", desk.take_back, name="take_back"),
    path(HOUSEHOLD + "droits/", files.household, name="household"),
    path(HOUSEHOLD + "droits/ouvrir/", files.choose, name="choose"),
    path(HOUSEHOLD + "droits/ouvrir/<slug:right_code>/", files.open_file, name="open"),
    path(HOUSEHOLD + "droits/<slug:right_code>/non-demande/", files.non_claim, name="non_claim"),
    path(FILE, files.file, name="file"),
    path(FILE + "historique/", files.history, name="history"),
    path(FILE + "depot/", steps.step, {"name": "deposit"}, name="deposit"),
    path(FILE + "avis/", steps.step, {"name": "opinion"}, name="opinion"),
    path(FILE + "transmettre/", steps.step, {"name": "transmit"}, name="transmit"),
    path(FILE + "accuse-de-reception/", steps.step, {"name": "acknowledge"}, name="acknowledge"),
    path(FILE + "pieces-demandees/", steps.step, {"name": "ask_pieces"}, name="ask_pieces"),
    path(FILE + "pieces-envoyees/", steps.step, {"name": "send_pieces"}, name="send_pieces"),
    path(FILE + "decision/", steps.step, {"name": "decide"}, name="decide"),
    path(FILE + "ouverture/", steps.step, {"name": "open_right"}, name="open_right"),
    path(FILE + "recours/", steps.step, {"name": "appeal"}, name="appeal"),
    path(FILE + "dates/", steps.step, {"name": "dates"}, name="dates"),
    path(FILE + "information/", steps.step, {"name": "tell"}, name="tell"),
    path(FILE + "numero/", steps.step, {"name": "nir"}, name="nir"),
    path(FILE + "numero/afficher/", duties.reveal_nir, name="reveal_nir"),
    path(FILE + "obliges/ajouter/", duties.add_debtor, name="add_debtor"),
    path(FILE + "obliges/<uuid:maintenance_debtor_id>/", duties.debtor, name="debtor"),
    path(FILE + "obliges/<uuid:maintenance_debtor_id>/retirer/", duties.remove_debtor, name="remove_debtor"),
    path(FILE + "terminer/", steps.step, {"name": "end"}, name="end"),
    path(FILE + "renouveler/", steps.renew, name="renew"),
    path(FILE + "annuler-la-derniere-etape/", steps.undo, name="undo"),
    path(FILE + "pieces/ajouter/", pieces.add, name="add_piece"),
    path(FILE + "pieces/<uuid:file_piece_id>/", pieces.piece, name="piece"),
    path(FILE + "bordereau/", documents.slip, name="slip"),
    path(FILE + "notification/", documents.notification, name="notification"),
    path(FILE + "avis-du-cias/", documents.opinion, name="opinion_letter"),
    path(FILE + "pieces-manquantes/", documents.missing_pieces, name="missing_pieces"),
    *domiciliation,
    *aid_patterns,
    *estimates,
]
