"""What becomes of each row that points at an absorbed person or household (H6, docs/adr/0007-merges.md)."""

from functools import partial
from typing import Any

from cias.core import merging
from cias.core.merging import Handling
from households.enums import AssignmentRole, Custody, DocumentState, MemberRole
from households.models import Document, Membership, NoteDraft
from households.services.persons import LEADERS

SAME_DAY = "Les deux ménages ont un budget du même jour : changez d’abord la date de l’un d’eux."

TWO_HOLDS = "L’élimination des deux dossiers est suspendue : levez d’abord l’une des deux suspensions."
LISTED = "Les deux dossiers sont inscrits sur un bordereau d’élimination : retirez-en d’abord l’un d’eux."


def declare() -> None:
    merging.nouns["households.Membership"] = ("place dans un ménage", "places dans un ménage")
    merging.custom("households.Membership.person", join_memberships)
    merging.custom("households.Membership.household", join_members)
    merging.dated("households.Address.household")
    merging.dated("households.Situation.household")
    merging.dated("households.Assignment.household", rivals=same_place)
    merging.move("households.Note.household")
    merging.move_or_set_aside("households.Note_persons.person")
    merging.custom("households.NoteDraft.household", join_drafts)
    merging.custom("households.Document.household", join_documents)
    merging.move("households.Document.person")
    # A running protection refuses the merge (services.merging): what follows is past.
    merging.move("households.HouseholdProtection.household")
    merging.move("households.EmergencyAccess.household")
    merging.leave("households.Document.series", because="it names the versions of one document")
    merging.move_or_set_aside("households.PersonLink.person")
    merging.move_or_set_aside("households.PersonLink.other")
    merging.move_or_set_aside("households.DistinctPersons.person")
    merging.move_or_set_aside("households.DistinctPersons.other")
    merging.move("households.Task.household")
    merging.leave(
        "households.Task.origin_id", because="it names a note or an appointment, which moves by itself"
    )
    merging.move("households.Reopening.household")
    merging.move_or_set_aside("households.CaseloadMove.household")
    merging.leave("households.CaseloadMove.tasks", because="it names tasks, which move by themselves")
    merging.move("households.Budget.household", refused=SAME_DAY)
    merging.move("households.BudgetLine.person")
    merging.move_or_set_aside("households.BudgetDraft.household")
    merging.move("households.BudgetSnapshot.household")
    merging.move("households.Debt.household")
    # Both numbers lead to the survivor in one step, however many merges followed one another.
    merging.move("households.Person.merged_into")
    merging.move("households.Household.merged_into")
    merging.move("households.TakeOverKey.household")
    merging.move("households.TakeOverRow.household")
    merging.leave("households.TakeOverRow.context_id", because="it names a context of the history")
    for field in ("person", "absorbed_person", "household", "absorbed_household"):
        merging.leave(f"households.Merge.{field}", because="a merge tells what it did")
    merging.move("households.LegalHold.household", refused=TWO_HOLDS)
    merging.move("households.PersonRequest.household")
    merging.move("households.PersonRequest.person")
    merging.move("households.DisposalLine.household", refused=LISTED)
    merging.leave("audit.AccessLog.object_id", because="the read log tells what was read")
    merging.leave("audit.AccessLog.subject_id", because="the read log tells what was read")
    merging.leave("audit.StatedReason.subject_id", because="a reason opens the one file it was stated for")


def same_place(row: Any, other: Any) -> bool:
    """One main référent at a time; of the others, the same agent once."""
    return row.role == other.role and (row.role == AssignmentRole.MAIN or row.agent_id == other.agent_id)


def _overlap(row: Membership, other: Membership) -> bool:
    return (row.end is None or row.end >= other.start) and (other.end is None or other.end >= row.start)


def _join(handling: Handling, row: Membership, own: Membership) -> None:
    """One membership of two of the same household: from the first day to the last, the leading place kept."""
    handling.journal.set_aside(row)
    open_ended = row.end is None or own.end is None
    days: dict[str, Any] = {
        "start": min(row.start, own.start),
        "end": None if open_ended else max(row.end, own.end),  # type: ignore[type-var]
    }
    place = {
        "role": min((own.role, row.role), key=lambda role: LEADERS.index(role) if role in LEADERS else 9),
        "custody": Custody.FULL if Custody.FULL in (own.custody, row.custody) else own.custody,
    }
    rows = Membership.objects.filter(pk=own.pk)
    with handling.journal.watching(own):
        for values in (days, place):
            merging.attempt(partial(rows.update, **values))


def join_memberships(handling: Handling) -> None:
    """Two persons become one: their memberships of one household are joined; those of other households follow, for
    the days when the survivor did not live elsewhere. The households stay two."""
    for row in handling.of_absorbed():
        own = list(handling.of_survivor())
        same = [other for other in own if other.household_id == row.household_id and _overlap(row, other)]
        if same:
            _join(handling, row, same[0])
        elif handling.shorten(
            row, [other for other in own if Custody.FULL == row.custody == other.custody]
        ):  # two full-time homes at once cannot be
            handling.move([row])


def join_members(handling: Handling) -> None:
    """Two households become one: members follow; somebody who belonged to both has one membership, and there is one
    applicant, the survivor's."""
    for row in handling.of_absorbed():
        own = list(handling.of_survivor())
        same = [other for other in own if other.person_id == row.person_id and _overlap(row, other)]
        if same:
            _join(handling, row, same[0])
            continue
        second = row.role == MemberRole.APPLICANT and any(
            other.role == MemberRole.APPLICANT and _overlap(row, other) for other in own
        )
        with handling.journal.watching(row):
            role = MemberRole.OTHER if second else row.role
            Membership.objects.filter(pk=row.pk).update(household=handling.survivor.pk, role=role)


def join_documents(handling: Handling) -> None:
    """A document both files have stays once in sight; the other copy is kept as a replaced one, its file with it."""
    for row in handling.of_absorbed():
        if not merging.attempt(partial(handling.move, [row])):
            with handling.journal.watching(row):
                Document.objects.filter(pk=row.pk).update(
                    household=handling.survivor.pk, state=DocumentState.REPLACED
                )


def join_drafts(handling: Handling) -> None:
    """What an author typed on both files ends in one draft: nothing typed is lost."""
    for row in handling.of_absorbed():
        own = NoteDraft.objects.filter(
            household=handling.survivor.pk, author=row.author_id, note=row.note_id
        ).first()
        if own is None:
            handling.move([row])
            continue
        handling.journal.set_aside(row)
        texts = [text for draft in (own, row) for text in draft.values.get("text", []) if text.strip()]
        with handling.journal.watching(own):
            NoteDraft.objects.filter(pk=own.pk).update(
                values={**row.values, **own.values, "text": ["\n\n".join(texts)]}
            )
