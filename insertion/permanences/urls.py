from django.urls import path

from insertion.permanences.views import counsellings, liaison, room, rules, texts

ROOM = "mes-seances/"
FOLLOW_UP = ROOM + "suivis/<uuid:counselling_id>/"
SESSION = ROOM + "seances/<uuid:counselling_session_id>/"
HANDOVER = ROOM + "passations/<uuid:counselling_handover_id>/"
LIAISON = "liaison/<uuid:liaison_note_id>/"
HOUSEHOLD = "menages/<uuid:household_id>/insertion/liaison/"

urlpatterns = [
    path(ROOM, room.sessions, name="sessions"),
    path(ROOM + "suivis/nouveau/", room.start, name="counselling_start"),
    path(ROOM + "rendez-vous/<uuid:appointment_id>/", room.open_session, name="session_open"),
    path(FOLLOW_UP, counsellings.counselling, name="counselling"),
    path(FOLLOW_UP + "fil/", texts.thread, name="thread"),
    path(FOLLOW_UP + "fil/brouillon/", texts.thread_draft, name="thread_draft"),
    path(FOLLOW_UP + "fil/annuler/", texts.thread_undo, name="thread_undo"),
    path(FOLLOW_UP + "seance/", counsellings.add_session, name="session_add"),
    path(FOLLOW_UP + "fin/", counsellings.end, name="counselling_end"),
    path(FOLLOW_UP + "reprendre/", counsellings.resume, name="counselling_resume"),
    path(FOLLOW_UP + "detruire/", counsellings.erase, name="counselling_erase"),
    path(FOLLOW_UP + "passation/", counsellings.hand_over, name="counselling_hand_over"),
    path(FOLLOW_UP + "liaison/", liaison.from_counselling, name="liaison_write"),
    path(FOLLOW_UP + "liaison/brouillon/", liaison.draft, name="liaison_draft"),
    path(SESSION, texts.session_note, name="session_note"),
    path(SESSION + "brouillon/", texts.session_draft, name="session_draft"),
    path(SESSION + "annuler/", texts.session_undo, name="session_undo"),
    path(SESSION + "modifier/", counsellings.edit_session, name="session_edit"),
    path(SESSION + "retirer/", counsellings.remove_session, name="session_remove"),
    path(HANDOVER + "annuler/", counsellings.take_back, name="handover_take_back"),
    path(HANDOVER + "vu/", counsellings.acknowledge, name="handover_seen"),
    path(LIAISON, liaison.liaison, name="liaison"),
    path(LIAISON + "lue/", liaison.read, name="liaison_read"),
    path(LIAISON + "retirer/", liaison.withdraw, name="liaison_withdraw"),
    path(HOUSEHOLD, liaison.from_household, name="liaison_household"),
    path(HOUSEHOLD + "brouillon/", liaison.household_draft, name="liaison_household_draft"),
    path("administration/notes-psychologue/", rules.rules, name="sealed_rules"),
]
