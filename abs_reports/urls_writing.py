"""Addresses of the writing room, all under one report."""

from django.urls import path

from abs_reports.views import passages, registers, writing

REPORT = "rapports/<uuid:report_id>/"
CHAPTER = f"{REPORT}redaction/chapitres/<slug:chapter>/"

urlpatterns = [
    path(f"{REPORT}redaction/", writing.writing_room, name="writing_room"),
    path(f"{REPORT}redaction/reprendre/", writing.writing_take_over, name="writing_take_over"),
    path(CHAPTER, writing.writing_chapter, name="writing_chapter"),
    path(f"{CHAPTER}brouillon/", writing.writing_draft, name="writing_draft"),
    path(f"{CHAPTER}presence/", writing.writing_presence, name="writing_presence"),
    path(f"{CHAPTER}termine/", writing.writing_done, name="writing_done"),
    path(f"{CHAPTER}historique/<slug:kind>/", passages.passage_history, name="passage_history"),
    path(
        f"{REPORT}redaction/versions/<uuid:passage_version_id>/retablir/",
        passages.passage_restore,
        name="passage_restore",
    ),
    path(f"{REPORT}contributions/", registers.contribution_list, name="contributions"),
    path(f"{REPORT}contributions/nouvelle/", registers.contribution_create, name="contribution_create"),
    path(f"{REPORT}contributions/<uuid:contribution_id>/", registers.contribution_edit, name="contribution"),
    path(
        f"{REPORT}contributions/<uuid:contribution_id>/supprimer/",
        registers.contribution_remove,
        name="contribution_remove",
    ),
    path(f"{REPORT}plan/", registers.action_plan, name="plan"),
    path(f"{REPORT}plan/nouvelle/", registers.action_create, name="action_create"),
    path(f"{REPORT}plan/<uuid:action_id>/", registers.action_edit, name="action"),
    path(f"{REPORT}plan/<uuid:action_id>/deplacer/", registers.action_move, name="action_move"),
    path(f"{REPORT}plan/<uuid:action_id>/retirer/", registers.action_remove, name="action_remove"),
    path(f"{REPORT}restitutions/", registers.restitution_list, name="restitutions"),
    path(f"{REPORT}restitutions/nouvelle/", registers.restitution_create, name="restitution_create"),
    path(f"{REPORT}restitutions/<uuid:restitution_id>/", registers.restitution_edit, name="restitution"),
    path(
        f"{REPORT}restitutions/<uuid:restitution_id>/supprimer/",
        registers.restitution_remove,
        name="restitution_remove",
    ),
]
