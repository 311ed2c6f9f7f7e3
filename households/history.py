"""The write history of a household's file, as far as the reader may read it (C5)."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.db.models import Q, QuerySet

from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.audit.history import Change, changes_where, merge
from cias.audit.models import AccessLog
from households.enums import NoteLevel
from households.file import may_read_content
from households.forms.persons import SOCIAL_FIELDS
from households.models import (
    Address,
    Assignment,
    Budget,
    BudgetLine,
    Debt,
    Document,
    EmergencyAccess,
    Household,
    HouseholdProtection,
    Letter,
    Membership,
    NamedAccess,
    Note,
    Person,
    PersonLink,
    ReferralIn,
    ReferralOut,
    Sharing,
    Situation,
)
from households.models.levels import levels_by_reason, reads_circle

LIMIT = 200


def household_changes(household: Household, user: User, *, limit: int = LIMIT) -> list[Change]:
    """Who changed what in the file, newest first: identity for all its readers, situation and notes by their rights."""
    files = with_absorbed(household)
    members = household.memberships.values("person")
    visible = Person.objects.for_user(user).filter(pk__in=members).values("pk")
    known = Person.with_absorbed.filter(Q(pk__in=visible) | Q(merged_into__in=visible))
    persons = list(known.values_list("pk", flat=True))
    reads_content = may_read_content(user, household, "situation.view")
    words: list[list[Change]] = [
        changes_where(Household, limit=limit, pgh_obj_id__in=files),
        changes_where(Assignment, limit=limit, household__in=files),
    ]
    histories = [
        *(rows if reads_content else without_words(rows) for rows in words),
        *(changes_where(model, limit=limit, household__in=files) for model in (Membership, Address)),
        without_social_fields(changes_where(Person, limit=limit, pgh_obj_id__in=persons), user),
        changes_where(
            PersonLink, limit=limit, person__in=persons, other__in=Person.objects.for_user(user).values("pk")
        ),
        changes_where(HouseholdProtection, limit=limit, household__in=files),
        changes_where(NamedAccess, limit=limit, protection__household__in=files),
        changes_where(EmergencyAccess, limit=limit, household__in=files),
    ]
    if reads_content:
        histories += [
            changes_where(model, limit=limit, household__in=files) for model in (Situation, Budget, Debt)
        ]
        budgets = list(Budget.objects.filter(household__in=files).values_list("pk", flat=True))
        histories.append(changes_where(BudgetLine, limit=limit, budget__in=budgets))
    histories += [
        _leveled_changes(model, household, user, limit)
        for model in (Note, Document)
        if user.has_perm(model.objects.all().right)
    ]
    if may_read_content(user, household, "referrals.view"):
        histories += [
            changes_where(model, limit=limit, household__in=files)
            for model in (ReferralIn, ReferralOut, Sharing)
        ]
    if may_read_content(user, household, "letters.view"):
        histories.append(changes_where(Letter, limit=limit, household__in=files))
    return merge(*histories, limit=limit)


def _leveled_changes(
    model: type[Note] | type[Document], household: Household, user: User, limit: int
) -> list[Change]:
    """Versions of the notes, or of the documents, that the reader may read today."""
    visible = model.objects.for_user(user, household.pk)
    own = visible.filter(author=user).values_list("pk", flat=True)
    others = visible.exclude(author=user).values_list("pk", flat=True)
    levels = _levels_read(household, user, visible.right)
    return merge(
        changes_where(model, limit=limit, named=model is Document, pgh_obj_id__in=list(own)),
        changes_where(
            model, limit=limit, named=model is Document, pgh_obj_id__in=list(others), level__in=levels
        ),
        limit=limit,
    )


def note_versions(note: Note, user: User) -> list[Change]:
    """The versions of one note that `user` reads."""
    return _versions(note, user)


def document_versions(document: Document, user: User) -> list[Change]:
    """What `user` reads of the changes of one document."""
    return _versions(document, user)


def _versions(row: Note | Document, user: User) -> list[Change]:
    if row.author_id == user.pk:
        return changes_where(type(row), pgh_obj_id=row.pk)
    right = type(row).objects.all().right
    return changes_where(type(row), pgh_obj_id=row.pk, level__in=_levels_read(row.household, user, right))


def _levels_read(household: Household, user: User, right: str) -> list[str]:
    """The levels of others' versions: a note that was personal keeps its personal versions to its author."""
    if reads_circle(household, user, right):
        return [NoteLevel.TEAM, NoteLevel.CIRCLE]
    return levels_by_reason(household.pk, user) if user.scope(right) == Scope.REASON else [NoteLevel.TEAM]


def without_social_fields(changes: Iterable[Change], user: User) -> list[Change]:
    """Changes of a person without what only social work reads, for the others."""
    if user.has_perm("situation.edit"):
        return list(changes)
    hidden = {
        str(field.verbose_name).capitalize() for field in Person._meta.fields if field.name in SOCIAL_FIELDS
    }
    return _without(changes, hidden)


def without_words(changes: Iterable[Change]) -> list[Change]:
    """Changes of a file without the words passed on with it, which are content: at a hand-over, at its closure."""
    words = ("handover_note", "closing_note")
    fields = (*Assignment._meta.fields, *Household._meta.fields)
    return _without(
        changes, {str(field.verbose_name).capitalize() for field in fields if field.name in words}
    )


def _without(changes: Iterable[Change], hidden: set[str]) -> list[Change]:
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
