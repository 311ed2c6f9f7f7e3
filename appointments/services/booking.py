"""Book, move, cancel. What these accept is exactly what the diary shows; the database has the last word."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from appointments.enums import CANCELLED, Place, Status, Urgency
from appointments.models import Appointment, Presence, Reason, Room, Series
from appointments.rules import may_book_for, may_change, takes
from appointments.services.aftermath import follow
from appointments.services.cautions import ask_first
from appointments.services.diary import Diary, Slot, Wish, read_diary
from appointments.services.offers import alternatives
from appointments.services.waiting import booked_otherwise
from appointments.services.wishes import wish_again, wish_for
from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core import french
from cias.core.db import ConstraintViolation, typed_violations
from cias.core.french import of_name
from cias.core.periods import PARIS
from households.enums import AssignmentRole
from households.models import Household, Person
from households.services import assign_referent, refuse_outsider

EXCLUSIVE = ("appointments_attendance_agent_once", "appointments_appointment_room_once")


class SlotTaken(Exception):
    """The time asked for cannot be had. Nothing was written.

    `alternatives`: up to three free slots, the nearest first. `taken_by`: the agent who booked it, if that is why,
    and `taken_at` when. `message` is the French sentence for the page.
    """

    def __init__(
        self, *, agent: User, start: datetime, end: datetime, found: list[Slot], winner: Appointment | None
    ) -> None:
        self.agent, self.start, self.end = agent, start, end
        self.alternatives = found
        self.taken_by = winner.booked_by if winner is not None else None
        self.taken_at = winner.created_at if winner is not None else None
        super().__init__(self.message)

    @property
    def message(self) -> str:
        moment = french.day_and_time(self.start)
        if self.taken_by is None or self.taken_at is None:
            return f"{moment.capitalize()} n’est pas un créneau libre {of_name(self.agent.full_name)}."
        return f"{self.taken_by.full_name} a réservé {moment} {_ago(timezone.now() - self.taken_at)}."


def _ago(elapsed: timedelta) -> str:
    seconds = max(1, round(elapsed.total_seconds()))
    if seconds < 60:
        return f"il y a {french.plural(seconds, 'seconde')}"
    if seconds < 24 * 3600:
        return f"il y a {french.duration(elapsed)}"
    return f"il y a {french.plural(elapsed.days, 'jour')}"


@transaction.atomic
def book(
    *,
    by: User,
    agent: User,
    start: datetime,
    reason: Reason,
    household: Household | None = None,
    person: Person | None = None,
    caller_name: str = "",
    caller_phone: str = "",
    minutes: int | None = None,
    urgency: str = Urgency.THIS_WEEK,
    place: str = Place.OFFICE,
    second_agent: User | None = None,
    practical_note: str = "",
    requested_on: date | None = None,
    series: Series | None = None,
    off_grid: bool = False,
    accepts: Collection[str] = (),
) -> Appointment:
    """Book `agent` at `start`, for the reason's duration unless `minutes` says otherwise.

    `off_grid`: `start` need not be one of the slots proposed, only a time when nobody is taken.
    `accepts`: the codes of the cautions somebody has read and accepted.
    A psychologist's appointment lets her see that household's identity.
    Raises SlotTaken, ToAccept, PermissionDenied (not `by`'s agenda to fill, or a reason the agent does not take),
    ConstraintViolation (neither household nor caller's name), ValidationError (a time that has passed, an agent who
    has no access to a protected file).
    """
    if not (may_book_for(by, agent) and takes(agent, reason)):
        raise PermissionDenied
    _let_in_only_named(household, agent, second_agent)
    now = timezone.now()
    wish = wish_for(
        reason=reason,
        minutes=minutes,
        place=Place.OFFICE if place == Place.OUTSIDE else place,
        second=second_agent,
        home=household,
    )
    slot, day = claim(by=by, agent=agent, start=start, wish=wish, now=now, off_grid=off_grid)
    busy_from, busy_until = wish.held(slot.start)
    with signed_by(by):
        appointment = Appointment(
            agent=agent,
            second_agent=second_agent,
            series=series,
            room=slot.room,
            commune=slot.commune,
            household=household,
            person=person,
            caller_name=caller_name,
            caller_phone=caller_phone,
            reason=reason,
            start=slot.start,
            end=slot.end,
            busy_from=busy_from,
            busy_until=busy_until,
            urgency=urgency,
            place=slot.place,
            practical_note=practical_note,
            booked_by=by,
            requested_on=requested_on or now.astimezone(PARIS).date(),
        )
        ask_first(appointment, day, accepts)
        _insert(by, appointment, wish, now)
        _let_the_psychologist_see(by=by, appointment=appointment)
        booked_otherwise(appointment)
    return appointment


@transaction.atomic
def move(
    *,
    by: User,
    appointment: Appointment,
    agent: User,
    start: datetime,
    minutes: int | None = None,
    off_grid: bool = False,
    accepts: Collection[str] = (),
) -> Appointment:
    """Give a coming appointment another time, and another agent if need be; an arrival noted is forgotten.

    `off_grid` and `accepts` as in book().
    Raises SlotTaken, ToAccept, PermissionDenied, ValidationError when it is not to come any more.
    """
    appointment = lock(appointment)
    if not (may_change(by, appointment) and takes(agent, appointment.reason)):
        raise PermissionDenied
    if agent != appointment.agent and not may_book_for(by, agent):
        raise PermissionDenied
    if appointment.status != Status.PLANNED:
        raise ValidationError("Seul un rendez-vous à venir se déplace.", code="not_planned")
    _let_in_only_named(appointment.household, agent)
    now = timezone.now()
    wish = wish_again(appointment, minutes=minutes)
    slot, day = claim(
        by=by, agent=agent, start=start, wish=wish, now=now, without=[appointment], off_grid=off_grid
    )
    appointment.agent, appointment.room, appointment.commune = slot.agent, slot.room, slot.commune
    appointment.start, appointment.end = slot.start, slot.end
    appointment.busy_from, appointment.busy_until = wish.held(slot.start)
    appointment.place = slot.place
    appointment.arrived_at = appointment.received_at = None
    with signed_by(by):
        ask_first(appointment, day, accepts)
        _insert(by, appointment, wish, now)
        _let_the_psychologist_see(by=by, appointment=appointment)
        follow(appointment)
    return appointment


@transaction.atomic
def cancel(*, by: User, appointment: Appointment, status: Status, comment: str = "") -> Appointment:
    """Cancel for the household (CANCELLED_BY_USER) or for the CIAS (CANCELLED_BY_SERVICE); the time is free again.

    Raises PermissionDenied, ForbiddenTransition.
    """
    appointment = lock(appointment)
    if status not in CANCELLED or not may_change(by, appointment):
        raise PermissionDenied
    appointment.set_status(status, at=timezone.now(), comment=comment)
    with signed_by(by), typed_violations():
        appointment.save(update_fields=["status", "status_at", "status_comment"])
        follow(appointment)
    return appointment


@transaction.atomic
def attach(
    *, by: User, appointment: Appointment, household: Household, person: Person | None = None
) -> Appointment:
    """The caller who was unknown has a file now. Raises PermissionDenied, ValidationError (closed to its agents)."""
    appointment = lock(appointment)
    if not may_change(by, appointment):
        raise PermissionDenied
    _let_in_only_named(household, *appointment.agents)
    appointment.household, appointment.person = household, person
    with signed_by(by), typed_violations():
        appointment.save(update_fields=["household", "person"])
        _let_the_psychologist_see(by=by, appointment=appointment)
    return appointment


def claim(
    *,
    by: User,
    agent: User,
    start: datetime,
    wish: Wish,
    now: datetime,
    without: Sequence[Appointment] = (),
    off_grid: bool = False,
) -> tuple[Slot, Diary]:
    """The agent's free slot that begins at `start`, theirs alone until the transaction ends, and that day's diary.

    Raises SlotTaken, ValidationError (off the grid and in the past, or an agent who has just left).
    """
    if off_grid and start < now:
        raise ValidationError("Cette heure est passée.", code="past")
    if not hold_agents(agent, wish.second):
        raise ValidationError(
            "Le compte de cet agent vient d’être fermé\u00a0: choisissez quelqu’un d’autre.",
            code="agent_left",
        )
    slot, day = _free_at(agent, start, wish, now, without, off_grid)
    if slot is not None and slot.room is not None:
        hold_room(slot.room)
        slot, day = _free_at(agent, start, wish, now, without, off_grid)
    if slot is None:
        raise _taken(by, agent, start, wish, now, without)
    return slot, day


def hold_agents(*agents: User | None) -> bool:
    """Lock these agents' rows until the transaction ends, so that two bookings of one agent never meet in the index.

    Returns whether all their accounts are open, as the locked rows say: a departure takes the same lock.

    Everything locks in one order, each in order of its key: appointments, agents, rooms; no two transactions then
    wait for each other. NO KEY UPDATE: who merely refers to these rows does not wait.
    """
    rows = User.objects.filter(pk__in={agent.pk for agent in agents if agent is not None})
    return all(rows.select_for_update(no_key=True).order_by("pk").values_list("is_active", flat=True))


def hold_room(room: Room | None) -> None:
    """Lock a room, if there is one, after the agents."""
    if room is not None:
        _hold(Room.objects.filter(pk=room.pk))


def hold_for_all(appointments: Collection[Appointment]) -> None:
    """Lock, before the first is written, all that several appointments may need: each other, their agents, any room."""
    _hold(Appointment.objects.filter(pk__in={row.pk for row in appointments}))
    agents = {agent for row in appointments for agent in row.agents}
    hold_agents(*agents)
    _hold(Room.objects.filter(pk__in=Presence.objects.filter(agent__in=agents).values("room")))


def _hold(rows: QuerySet[Any]) -> None:
    list(rows.select_for_update(no_key=True).order_by("pk").values("pk"))


def _free_at(
    agent: User, start: datetime, wish: Wish, now: datetime, without: Sequence[Appointment], off_grid: bool
) -> tuple[Slot | None, Diary]:
    day = start.astimezone(PARIS).date()
    everyone = [agent] if wish.second is None else [agent, wish.second]
    diary = read_diary(everyone, day, day, without=without)
    found = next((slot for slot in diary.slots(agent, wish, now=now) if slot.start == start), None)
    if found is None and off_grid:
        found = diary.anywhere(agent, start, wish)
    return found, diary


def _insert(by: User, appointment: Appointment, wish: Wish, now: datetime) -> None:
    try:
        with typed_violations():
            appointment.save()
    except ConstraintViolation as violation:
        if violation.name not in EXCLUSIVE:
            raise
        without = [] if appointment._state.adding else [appointment]
        raise _taken(by, appointment.agent, appointment.start, wish, now, without) from violation


def _taken(
    by: User, agent: User, start: datetime, wish: Wish, now: datetime, without: Sequence[Appointment]
) -> SlotTaken:
    """Why the slot cannot be had, with others among the agendas `by` may fill, psychologists kept apart."""
    end = start + wish.length
    psychologist = Q(role=Role.PSYCHOLOGIST)
    colleagues = psychologist if agent.role == Role.PSYCHOLOGIST else ~psychologist
    others = [one for one in User.objects.with_agenda().filter(colleagues) if may_book_for(by, one)]
    winner = (
        Appointment.objects.occupying()
        .overlapping(start, end)
        .of_agent(agent)
        .select_related("booked_by")
        .order_by("-created_at")
        .first()
    )
    found = alternatives(agents=others, agent=agent, start=start, wish=wish, now=now, without=without)
    return SlotTaken(agent=agent, start=start, end=end, found=found, winner=winner)


def lock(appointment: Appointment) -> Appointment:
    """The appointment as it stands now, until the end of the transaction.

    Locked first, then read: PostgreSQL loses a row that waited for its lock when what it is joined to has changed.
    """
    _hold(Appointment.objects.filter(pk=appointment.pk))
    return Appointment.objects.with_people().get(pk=appointment.pk)


def _let_in_only_named(household: Household | None, *agents: User | None) -> None:
    """A protected file is received by agents who are named on it: raise ValidationError for another one (C3)."""
    for agent in agents:
        if household is not None and agent is not None:
            refuse_outsider(agent, household)


def _let_the_psychologist_see(*, by: User, appointment: Appointment) -> None:
    """She reads the identity of the persons she receives: an assignment of role "autre intervenant" says so."""
    if appointment.agent.role == Role.PSYCHOLOGIST and appointment.household is not None:
        assign_referent(
            by=by,
            household=appointment.household,
            agent=appointment.agent,
            on=max(timezone.localdate(), appointment.household.opened_on),
            role=AssignmentRole.OTHER,
        )
