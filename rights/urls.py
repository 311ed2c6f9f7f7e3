from django.urls import path

from rights.aids.urls import urlpatterns as aid_patterns
from rights.views import catalogue, desk, documents, files, lists, pieces, steps

app_name = "rights"

FILE = "droits/dossiers/<uuid:rights_file_id>/"
HOUSEHOLD = "menages/<uuid:household_id>/"

urlpatterns = [
    path("droits/", lists.files, name="files"),
    path("droits/catalogue/", catalogue.catalogue, name="catalogue"),
    path("droits/catalogue/<slug:right_code>/", catalogue.right, name="right"),
    path("droits/depot/", desk.desk, name="desk"),
    path(HOUSEHOLD + "pieces/", desk.desk_household, name="desk_household"),
    path(HOUSEHOLD + "droits/", files.household, name="household"),
    path(HOUSEHOLD + "droits/ouvrir/", files.choose, name="choose"),
    path(HOUSEHOLD + "droits/ouvrir/<slug:right_code>/", files.open_file, name="open"),
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
    path(FILE + "terminer/", steps.step, {"name": "end"}, name="end"),
    path(FILE + "renouveler/", steps.renew, name="renew"),
    path(FILE + "annuler-la-derniere-etape/", steps.undo, name="undo"),
    path(FILE + "pieces/ajouter/", pieces.add, name="add_piece"),
    path(FILE + "pieces/<uuid:file_piece_id>/", pieces.piece, name="piece"),
    path(FILE + "bordereau/", documents.slip, name="slip"),
    path(FILE + "pieces-manquantes/", documents.missing_pieces, name="missing_pieces"),
    *aid_patterns,
]
