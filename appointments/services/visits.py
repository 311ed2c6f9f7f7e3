"""Home visits (A16): where they are, how long the way is, what to know before ringing."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from appointments.enums import Place
from appointments.models import Appointment, VisitNote
from appointments.rules import reads_visit_notes
from appointments.services.travel import travel_times
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.presence import may_hold
from households.models import Address, Household

VISIT_NOTES = "appointments.VisitNote"

UNKNOWN = "adresse non renseignée"


@dataclass(frozen=True)
class Visit:
    """What one reader may know of a visit. `address` empty: unknown, or not to be shown. `minutes` of travel, or 0."""

    address: str
    minutes: int
    in_pairs: bool
    note: str


def addresses_shown_to(user: User, household_ids: Iterable[UUID]) -> QuerySet[Address]:
    """The addresses, past and present, of those of these households whose address `user` may be shown.

    Every screen and print of the agenda asks here, so that an address that is to be hidden is hidden everywhere: it
    is told on the household's own pages only, whoever reads (C3).
    """
    known = Household.objects.for_user(user).filter(pk__in=household_ids, address_hidden=False)
    return (
        Address.objects.filter(household__in=known.values("pk"))
        .select_related("commune")
        .defer("commune__geometry")
    )


def visits_of(user: User, appointments: Iterable[Appointment]) -> dict[UUID, Visit]:
    """For each home visit among `appointments`, by its key; a fixed number of queries, none when there is none."""
    rows = [row for row in appointments if row.place == Place.HOME and row.household is not None]
    if not rows:
        return {}
    ids = {row.household.pk for row in rows if row.household is not None}
    addresses: dict[UUID, list[Address]] = defaultdict(list)
    for address in addresses_shown_to(user, ids):
        addresses[address.household_id].append(address)
    notes = {note.household_id: note for note in VisitNote.objects.filter(household__in=ids)}
    readable = _readable(user, notes)
    times = travel_times(
        {row.household.commune_id for row in rows if row.household and row.household.commune_id}
    )
    return {
        row.pk: Visit(
            address=_on(addresses[row.household.pk], timezone.localdate(row.start)),
            minutes=0 if row.household.address_hidden else times.get(row.household.commune_id or "", 0),
            in_pairs=(note := notes.get(row.household.pk)) is not None and note.in_pairs,
            note=note.text if note is not None and note.household_id in readable else "",
        )
        for row in rows
        if row.household is not None
    }


def _on(addresses: Iterable[Address], day: date) -> str:
    """Where the household lives on that day."""
    holding = (row for row in addresses if row.start <= day and (row.end is None or row.end >= day))
    return next(map(str, holding), "")


def _readable(user: User, household_ids: Iterable[UUID]) -> set[UUID]:
    """The households whose visit note `user` may read in full."""
    if not reads_visit_notes(user):
        return set()
    return set(Household.objects.for_user(user).filter(pk__in=household_ids).values_list("pk", flat=True))


def visit_note_of(user: User, household: Household) -> VisitNote | None:
    """The household's visit note as far as `user` may read it: its text is empty for who does not visit."""
    if not may_hold(household, VISIT_NOTES):
        return None
    note = VisitNote.objects.filter(household=household).select_related("written_by").first()
    if note is not None and not _readable(user, [household.pk]):
        note.text = ""
    return note


@transaction.atomic
def write_visit_note(*, by: User, household: Household, text: str, in_pairs: bool) -> None:
    """Say what to know before a visit; nothing to say takes the note away."""
    Household.objects.select_for_update(of=("self",), no_key=True).get(pk=household.pk)
    with signed_by(by), typed_violations():
        if not text and not in_pairs:
            VisitNote.objects.filter(household=household).delete()
            return
        VisitNote.objects.update_or_create(
            household=household, defaults={"text": text, "in_pairs": in_pairs, "written_by": by}
        )
