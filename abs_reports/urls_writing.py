"""Addresses of the writing room, all under one report."""

from django.urls import path

from abs_reports.views import passages, registers, writing

CHAPTER = "redaction/chapitres/<slug:chapter>/"

urlpatterns = [
    path("redaction/", writing.writing_room, name="writing_room"),
    path("redaction/reprendre/", writing.writing_take_over, name="writing_take_over"),
    path(CHAPTER, writing.writing_chapter, name="writing_chapter"),
    path(f"{CHAPTER}brouillon/", writing.writing_draft, name="writing_draft"),
    path(f"{CHAPTER}presence/", writing.writing_presence, name="writing_presence"),
    path(f"{CHAPTER}termine/", writing.writing_done, name="writing_done"),
    path(f"{CHAPTER}historique/<slug:kind>/", passages.passage_history, name="passage_history"),
    path("redaction/versions/<uuid:passage_version_id>/retablir/", passages.passage_restore, name="passage_restore"),
    path("contributions/", registers.contribution_list, name="contributions"),
    path("contributions/nouvelle/", registers.contribution_create, name="contribution_create"),
    path("contributions/<uuid:contribution_id>/", registers.contribution_edit, name="contribution"),
    path("contributions/<uuid:contribution_id>/supprimer/", registers.contribution_remove, name="contribution_remove"),
    path("plan/", registers.action_plan, name="plan"),
    path("plan/nouvelle/", registers.action_create, name="action_create"),
    path("plan/<uuid:action_id>/", registers.action_edit, name="action"),
    path("plan/<uuid:action_id>/deplacer/", registers.action_move, name="action_move"),
    path("plan/<uuid:action_id>/retirer/", registers.action_remove, name="action_remove"),
    path("restitutions/", registers.restitution_list, name="restitutions"),
    path("restitutions/nouvelle/", registers.restitution_create, name="restitution_create"),
    path("restitutions/<uuid:restitution_id>/", registers.restitution_edit, name="restitution"),
    path("restitutions/<uuid:restitution_id>/supprimer/", registers.restitution_remove, name="restitution_remove"),
]  # fmt: skip
