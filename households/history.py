"""The write history of a household's file, as far as the reader may read it (C5)."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.db.models import Q, QuerySet

from cias.accounts.models import User
from cias.audit.history import Change, changes_where, merge
from cias.audit.models import AccessLog
from households.enums import NoteLevel
from households.file import may_read_content
from households.forms.persons import SOCIAL_FIELDS
from households.models import (
    Address,
    Assignment,
    Household,
    Membership,
    Note,
    Person,
    PersonLink,
    Situation,
)
from households.models.levels import reads_circle

LIMIT = 200


def household_changes(household: Household, user: User, *, limit: int = LIMIT) -> list[Change]:
    """Who changed what in the file, newest first: identity for all its readers, situation and notes by their rights."""
    files = with_absorbed(household)
    members = household.memberships.values("person")
    known = Person.with_absorbed.filter(Q(pk__in=members) | Q(merged_into__in=members))
    persons = list(known.values_list("pk", flat=True))
    histories = [
        changes_where(Household, limit=limit, pgh_obj_id__in=files),
        *(
            changes_where(model, limit=limit, household__in=files)
            for model in (Membership, Address, Assignment)
        ),
        without_social_fields(changes_where(Person, limit=limit, pgh_obj_id__in=persons), user),
        changes_where(PersonLink, limit=limit, person__in=persons),
    ]
    if may_read_content(user, household, "situation.view"):
        histories.append(changes_where(Situation, limit=limit, household__in=files))
    if user.has_perm("notes.view"):
        histories.append(_note_changes(household, user, limit))
    return merge(*histories, limit=limit)


def _note_changes(household: Household, user: User, limit: int) -> list[Change]:
    """Versions of the notes the reader may read today."""
    visible = Note.objects.for_user(user, household.pk)
    own = visible.filter(author=user).values_list("pk", flat=True)
    others = visible.exclude(author=user).values_list("pk", flat=True)
    return merge(
        changes_where(Note, limit=limit, pgh_obj_id__in=list(own)),
        changes_where(
            Note, limit=limit, pgh_obj_id__in=list(others), level__in=_levels_read(household, user)
        ),
        limit=limit,
    )


def note_versions(note: Note, user: User) -> list[Change]:
    """The versions of one note that `user` reads."""
    if note.author_id == user.pk:
        return changes_where(Note, pgh_obj_id=note.pk)
    return changes_where(Note, pgh_obj_id=note.pk, level__in=_levels_read(note.household, user))


def _levels_read(household: Household, user: User) -> list[str]:
    """The levels of others' versions: a note that was personal keeps its personal versions to its author."""
    if reads_circle(household, user, "notes.view"):
        return [NoteLevel.TEAM, NoteLevel.CIRCLE]
    return [NoteLevel.TEAM]


def without_social_fields(changes: Iterable[Change], user: User) -> list[Change]:
    """Changes of a person without what only social work reads, for the others."""
    if user.has_perm("situation.edit"):
        return list(changes)
    hidden = {
        str(field.verbose_name).capitalize() for field in Person._meta.fields if field.name in SOCIAL_FIELDS
    }
    kept = []
    for change in changes:
        fields = [field for field in change.fields if field.label not in hidden]
        if fields or not change.fields:
            kept.append(replace(change, fields=fields))
    return kept


def with_absorbed(household: Household) -> list[UUID]:
    """The keys of the file and of those it absorbed, whose traces are its own (H6)."""
    return [household.pk, *Household.with_absorbed.filter(merged_into=household).values_list("pk", flat=True)]


def readings(household: Household) -> QuerySet[AccessLog]:
    """Who opened, printed or exported the file or one it absorbed, newest first (C4)."""
    return (
        AccessLog.objects.filter(subject_id__in=with_absorbed(household))
        .select_related("user")
        .order_by("-at", "-pk")
    )
