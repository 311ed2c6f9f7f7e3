"""The waiting list (A10): who waits, for what, since when, and when they do not wait any more."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from appointments.enums import HalfDay, Place, Status, Urgency, WaitingState
from appointments.models import Appointment, Reason, WaitingEntry
from appointments.rules import may_book_for, may_keep, takes
from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core import french
from cias.core.db import typed_violations
from households.models import Household, Person
from households.services import refuse_outsider

CHANGEABLE = (
    "reason",
    "minutes",
    "agent",
    "urgency",
    "place",
    "weekdays",
    "half_day",
    "until",
    "practical_note",
    "person",
    "caller_name",
    "caller_phone",
)


@transaction.atomic
def add_to_list(
    *,
    by: User,
    reason: Reason,
    minutes: int | None = None,
    agent: User | None = None,
    household: Household | None = None,
    person: Person | None = None,
    caller_name: str = "",
    caller_phone: str = "",
    urgency: str = Urgency.THIS_WEEK,
    place: str = Place.OFFICE,
    weekdays: Sequence[int] = (),
    half_day: str = HalfDay.ANY,
    until: date | None = None,
    practical_note: str = "",
) -> WaitingEntry:
    """Somebody waits for `agent`, or for whoever takes `reason`; `minutes` is the reason's duration by default.

    Raises PermissionDenied (an agent keeps their own list only), ValidationError (the agent does not take that
    reason; the household waits for it already), ConstraintViolation (nobody is named).
    """
    _check(by, agent, reason, household)
    if household is not None:
        Household.objects.select_for_update(no_key=True, of=("self",)).get(pk=household.pk)
        waits = WaitingEntry.objects.waiting().filter(household=household, reason=reason, agent=agent).first()
        if waits is not None:
            since = french.date_short(waits.requested_on)
            raise ValidationError(
                f"{waits.who} attend déjà pour ce motif depuis le {since}.", code="already_waiting"
            )
    with signed_by(by), typed_violations():
        return WaitingEntry.objects.create(
            household=household,
            person=person,
            caller_name=caller_name,
            caller_phone=caller_phone,
            reason=reason,
            minutes=minutes or reason.minutes,
            agent=agent,
            urgency=urgency,
            place=place,
            weekdays=sorted(weekdays),
            half_day=half_day,
            until=until,
            practical_note=practical_note,
            added_by=by,
        )


def _check(by: User, agent: User | None, reason: Reason, household: Household | None) -> None:
    allowed = by.scope("agenda.book") == Scope.ALL if agent is None else may_book_for(by, agent)
    if not allowed:
        raise PermissionDenied
    if agent is not None and not takes(agent, reason):
        raise ValidationError({"agent": f"{agent.full_name} ne prend pas ce motif."}, code="agent_reason")
    if agent is not None and household is not None:
        refuse_outsider(agent, household, field="agent")


@transaction.atomic
def change_entry(*, by: User, entry: WaitingEntry, **values: Any) -> WaitingEntry:
    """Change what one waits for: `values` among CHANGEABLE. The place in the list stays: the date asked does not move.

    Raises PermissionDenied, ValidationError (closed meanwhile, or an agent who does not take the reason).
    """
    entry = lock_entry(entry, by=by)
    still_waiting(entry)
    for name in CHANGEABLE:
        if name in values:
            setattr(entry, name, values[name])
    entry.weekdays = sorted(entry.weekdays)
    _check(by, entry.agent, entry.reason, entry.household)
    with signed_by(by), typed_violations():
        entry.save(update_fields=CHANGEABLE)
    return entry


@transaction.atomic
def withdraw(*, by: User, entry: WaitingEntry) -> WaitingEntry:
    """They do not wait any more, without an appointment. Raises PermissionDenied, ValidationError."""
    entry = lock_entry(entry, by=by)
    still_waiting(entry)
    with signed_by(by):
        _close(entry, WaitingState.WITHDRAWN)
    return entry


@transaction.atomic
def put_back(*, by: User, entry: WaitingEntry) -> WaitingEntry:
    """They wait again, with the date they first asked on. Raises PermissionDenied, ValidationError.

    One whose appointment is still to come has what they waited for: that appointment is cancelled first.
    """
    entry = lock_entry(entry, by=by)
    if entry.state == WaitingState.WAITING:
        raise ValidationError(f"{entry.who} attend déjà.", code="waiting")
    booked = entry.appointment
    if entry.state == WaitingState.BOOKED and booked is not None and booked.status == Status.PLANNED:
        raise ValidationError("Annulez d’abord le rendez-vous pris.", code="booked")
    with signed_by(by):
        _wait_again(entry)
    return entry


def lock_entry(entry: WaitingEntry, *, by: User) -> WaitingEntry:
    """The entry as it stands now, until the end of the transaction. Raises PermissionDenied."""
    rows = WaitingEntry.objects.select_for_update(of=("self",))
    entry = rows.select_related("household", "person", "reason", "agent", "appointment").get(pk=entry.pk)
    if not may_keep(by, entry):
        raise PermissionDenied
    return entry


def still_waiting(entry: WaitingEntry) -> None:
    if entry.state == WaitingState.BOOKED:
        raise ValidationError(f"{entry.who} a déjà un rendez-vous.", code="closed")
    if entry.state == WaitingState.WITHDRAWN:
        raise ValidationError(f"{entry.who} n’attend plus.", code="closed")


def close_with(entry: WaitingEntry, appointment: Appointment) -> None:
    """They have their appointment."""
    _close(entry, WaitingState.BOOKED, appointment)


def _close(entry: WaitingEntry, state: WaitingState, appointment: Appointment | None = None) -> None:
    entry.state, entry.closed_at, entry.appointment = state, timezone.now(), appointment
    entry.save(update_fields=["state", "closed_at", "appointment"])


def _wait_again(entry: WaitingEntry) -> None:
    entry.state, entry.closed_at = WaitingState.WAITING, None
    entry.save(update_fields=["state", "closed_at"])


# What becomes of the list when appointments do ------------------------------------------------------
# A line somebody else is working on at this very moment is left to them (skip_locked): they hold it to book, and
# waiting for them here, with agents locked, could stop both.


def booked_otherwise(appointment: Appointment) -> None:
    """A household got, by any way, the appointment it waited for: the same category, and the agent it wanted.

    The oldest such line leaves the list with the appointment. A household that has an appointment and waits for an
    earlier one is not concerned: its line came after.
    """
    if appointment.household_id is None:
        return
    wanted = Q(agent__isnull=True) | Q(agent__in=appointment.agents)
    rows = WaitingEntry.objects.waiting().select_for_update(skip_locked=True)
    entry = rows.filter(
        wanted, household=appointment.household_id, reason__category=appointment.reason.category
    ).first()
    if entry is not None:
        close_with(entry, appointment)


def follow(appointment: Appointment) -> None:
    """An appointment taken from the list was cancelled, or is on again.

    Cancelled by the CIAS: they did not give up, so they wait again, since the day they first asked. Cancelled by
    themselves: they do not; reception may put them back.
    """
    rows = WaitingEntry.objects.filter(appointment=appointment).select_for_update(skip_locked=True)
    match appointment.status:
        case Status.CANCELLED_BY_SERVICE:
            for entry in rows.filter(state=WaitingState.BOOKED):
                _wait_again(entry)
        case Status.PLANNED:
            for entry in rows.filter(state=WaitingState.WAITING):
                close_with(entry, appointment)
