"""Households and persons. Objects go by opaque identifiers; searches go by POST."""

from django.urls import path

from households.views import (
    file,
    history,
    lists,
    members,
    merging,
    notes,
    opening,
    pairs,
    persons,
    situation,
)

app_name = "households"

urlpatterns = [
    path("", lists.households, name="list"),
    path("recherche/", lists.search_page, name="search"),
    path("nouveau/", opening.create, name="create"),
    path("<uuid:household_id>/", file.detail, name="detail"),
    path("<uuid:household_id>/composition/", file.composition_tab, name="composition"),
    path("<uuid:household_id>/situation/", situation.situation_tab, name="situation"),
    path("<uuid:household_id>/situation/modifier/", situation.situation_change, name="situation_change"),
    path("<uuid:household_id>/historique/", history.history_tab, name="history"),
    path("<uuid:household_id>/consultations/", history.readings_page, name="readings"),
    path("<uuid:household_id>/motif/", situation.reason, name="reason"),
    path("<uuid:household_id>/adresse/", situation.move, name="move"),
    path("<uuid:household_id>/referent/", situation.referent, name="referent"),
    path("<uuid:household_id>/cloture/", situation.close, name="close"),
    path("<uuid:household_id>/reouverture/", situation.reopen, name="reopen"),
    path("<uuid:household_id>/membres/ajouter/", members.member_add, name="member_add"),
    path("<uuid:household_id>/membres/ajouter/<uuid:person_id>/", members.member_join, name="member_join"),
    path("<uuid:household_id>/notes/ecrire/", notes.note_create, name="note_create"),
    path("<uuid:household_id>/notes/brouillon/", notes.note_draft, name="note_draft"),
    path("membres/<uuid:membership_id>/modifier/", members.membership_change, name="membership_change"),
    path("membres/<uuid:membership_id>/depart/", members.membership_end, name="membership_end"),
    path("referents/<uuid:assignment_id>/retirer/", situation.assignment_end, name="assignment_end"),
    path("personnes/<uuid:person_id>/", persons.person, name="person"),
    path("personnes/<uuid:person_id>/modifier/", persons.person_edit, name="person_edit"),
    path("personnes/<uuid:person_id>/menage/", opening.open_for_person, name="open_for_person"),
    path("personnes/<uuid:person_id>/liens/", persons.link_search, name="link_search"),
    path("personnes/<uuid:person_id>/liens/<uuid:other_id>/", persons.link_create, name="link_create"),
    path("liens/<uuid:link_id>/retirer/", persons.link_delete, name="link_delete"),
    path("notes/<uuid:note_id>/", notes.note, name="note"),
    path("notes/<uuid:note_id>/modifier/", notes.note_edit, name="note_edit"),
    path("notes/<uuid:note_id>/brouillon/", notes.note_edit_draft, name="note_edit_draft"),
    path("brouillons/<uuid:draft_id>/effacer/", notes.draft_discard, name="draft_discard"),
    path("doublons/", pairs.pairs, name="pairs"),
    path("doublons/<uuid:person_id>/<uuid:other_id>/", pairs.pair_distinct, name="pair_distinct"),
    path("fusions/", merging.merges, name="merges"),
    path("fusions/<uuid:merge_id>/", merging.merge_detail, name="merge_detail"),
    path("fusions/<uuid:merge_id>/annuler/", merging.merge_undo, name="merge_undo"),
    path("<uuid:household_id>/fusionner/", merging.household_merge, name="household_merge"),
    path(
        "<uuid:household_id>/fusionner/<uuid:other_household_id>/",
        merging.household_compare,
        name="household_compare",
    ),
    path("personnes/<uuid:person_id>/fusionner/", merging.person_merge, name="person_merge"),
    path(
        "personnes/<uuid:person_id>/fusionner/<uuid:other_id>/",
        merging.person_compare,
        name="person_compare",
    ),
]
