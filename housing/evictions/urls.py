from django.urls import path

from housing.evictions.views import diagnosis, files, steps

LIST = "logement/expulsions/"
FILE = LIST + "<uuid:eviction_file_id>/"
ACT = LIST + "etapes/<uuid:eviction_act_id>/"
DEBT = LIST + "dettes/<uuid:eviction_debt_id>/"
TRACK = LIST + "demarches/<uuid:eviction_track_id>/"
DIAGNOSIS = LIST + "diagnostics/<uuid:diagnosis_id>/"

urlpatterns = [
    path(LIST, files.files, name="evictions"),
    path("menages/<uuid:household_id>/logement/expulsion/", files.open_file, name="eviction_open"),
    path(FILE, files.file, name="eviction"),
    path(FILE + "modifier/", files.edit_file, name="eviction_edit"),
    path(FILE + "historique/", files.history, name="eviction_history"),
    path(FILE + "etape/<slug:act_kind>/", steps.add_act, name="eviction_act"),
    path(ACT + "corriger/", steps.edit_act, name="eviction_act_edit"),
    path(ACT + "annuler/", steps.undo_act, name="eviction_act_undo"),
    path(FILE + "dette/", steps.add_debt, name="eviction_debt"),
    path(DEBT + "corriger/", steps.edit_debt, name="eviction_debt_edit"),
    path(DEBT + "retirer/", steps.drop_debt, name="eviction_debt_drop"),
    path(FILE + "demarche/<slug:track_kind>/", steps.open_track, name="eviction_track"),
    path(TRACK + "etape/<slug:track_state>/", steps.move_track, name="eviction_track_move"),
    path(TRACK + "annuler/", steps.undo_track, name="eviction_track_undo"),
    path(FILE + "diagnostic/", diagnosis.start, name="diagnosis_start"),
    path(FILE + "ccapex/", diagnosis.ccapex, name="eviction_ccapex"),
    path(DIAGNOSIS, diagnosis.diagnosis, name="diagnosis"),
    path(DIAGNOSIS + "brouillon/", diagnosis.keep, name="diagnosis_keep"),
    path(DIAGNOSIS + "envoyer/", diagnosis.send, name="diagnosis_send"),
    path(DIAGNOSIS + "reprendre/", diagnosis.take_over, name="diagnosis_take_over"),
    path(DIAGNOSIS + "annuler-l-envoi/", diagnosis.take_back, name="diagnosis_take_back"),
    path(DIAGNOSIS + "imprimer/", diagnosis.print_diagnosis, name="diagnosis_pdf"),
]
