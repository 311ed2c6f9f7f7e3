"""What is known of several agents' time: read once, in a fixed number of queries, then asked as often as needed.

The booking page, the day's grid, `book()`, `move()` and the command line all ask the same object, so what is
shown is what is accepted (A2).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import Q

from appointments.enums import Place
from appointments.models import Absence, Appointment, Presence, Room
from appointments.slots import Interval, free_slots
from cias.accounts.models import User
from cias.core.periods import PARIS, Period
from cias.territory.models import Commune
from cias.territory.services import site_openings


@dataclass(frozen=True)
class Opening:
    """An agent can be booked from `start` to `end`, in a room or at a commune's permanence."""

    start: datetime
    end: datetime
    room: Room | None
    commune: Commune | None


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is looked for. `communes`: codes of the permanences that suit, None when any does."""

    minutes: int
    buffer_minutes: int = 0
    place: str = Place.OFFICE
    communes: frozenset[str] | None = None

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    def suits(self, opening: Opening) -> bool:
        if opening.commune is None:
            return self.place != Place.OUTSIDE
        if self.place not in (Place.OFFICE, Place.OUTSIDE):
            return False
        return self.communes is None or opening.commune.code in self.communes


@dataclass(frozen=True)
class Slot:
    """A time that can be booked, and where."""

    agent: User
    start: datetime
    end: datetime
    room: Room | None
    commune: Commune | None
    place: str

    @property
    def key(self) -> str:
        """How a form names the slot: agent and start, no personal data."""
        return f"{self.agent.pk}_{self.start:%Y-%m-%dT%H:%M%z}"

    @property
    def minutes(self) -> int:
        return round((self.end - self.start).total_seconds() / 60)


type Taken = tuple[UUID, UUID | None, datetime, datetime, datetime]


@dataclass(frozen=True)
class Diary:
    """The openings, absences and appointments of `agents` from `first` to `last`, both included.

    `site`: when the structure is open. `taken`: (agent, room, start, end, end of the buffer).
    """

    agents: Sequence[User]
    first: date
    last: date
    site: list[Interval]
    openings: dict[UUID, list[Opening]]
    absences: dict[UUID, list[Absence]]
    taken: list[Taken]

    @cached_property
    def _by_agent(self) -> dict[UUID, list[Interval]]:
        busy = defaultdict(list)
        for agent_id, _room, start, _end, busy_until in self.taken:
            busy[agent_id].append((start, busy_until))
        return busy

    @cached_property
    def _by_room(self) -> dict[UUID, list[tuple[UUID, datetime, datetime]]]:
        busy = defaultdict(list)
        for agent_id, room_id, start, end, _buffer in self.taken:
            if room_id is not None:
                busy[room_id].append((agent_id, start, end))
        return busy

    def slots(self, agent: User, wish: Wish, *, now: datetime) -> list[Slot]:
        """The agent's free slots, in order of time; those that start before `now` are left out."""
        groups: dict[tuple[Room | None, Commune | None], list[Interval]] = defaultdict(list)
        for opening in self.openings[agent.pk]:
            if wish.suits(opening):
                room = None if wish.place == Place.HOME else opening.room
                groups[room, opening.commune].append((opening.start, opening.end))
        away = [(absence.start, absence.end) for absence in self.absences[agent.pk]]
        found = []
        for (room, commune), openings in groups.items():
            busy = [*away, *self._by_agent.get(agent.pk, ()), *self._room_taken_by_others(room, agent)]
            place = Place.OUTSIDE if commune is not None else wish.place
            found += [
                Slot(agent, start, end, room, commune, place)
                for start, end in free_slots(
                    openings, busy, wish.minutes, now=now, buffer_minutes=wish.buffer_minutes
                )
            ]
        return sorted(found, key=lambda slot: slot.start)

    def appointments_on(self, agent: User, day: date) -> int:
        """How many times the agent is taken that day."""
        return self._counts[agent.pk, day]

    @cached_property
    def _counts(self) -> Counter[tuple[UUID, date]]:
        return Counter(
            (agent_id, start.astimezone(PARIS).date()) for agent_id, _room, start, _end, _buffer in self.taken
        )

    def covers(self, appointment: Appointment) -> bool:
        """Whether the agent is still there for a whole appointment of theirs."""
        away = any(
            absence.start < appointment.end and absence.end > appointment.start
            for absence in self.absences[appointment.agent_id]
        )
        return not away and any(
            opening.start <= appointment.start and appointment.end <= opening.end
            for opening in self.openings[appointment.agent_id]
        )

    def _room_taken_by_others(self, room: Room | None, agent: User) -> list[Interval]:
        if room is None:
            return []
        return [(start, end) for other, start, end in self._by_room.get(room.pk, ()) if other != agent.pk]


def read_diary(
    agents: Iterable[User],
    first: date,
    last: date,
    *,
    appointments: Iterable[Appointment] | None = None,
    without: Appointment | None = None,
) -> Diary:
    """The diary of `agents` between two days.

    `appointments`: those of the period, where the caller has read them already. `without` leaves out the one that is
    being moved.
    """
    agents = list(agents)
    start, after = Period(first, last).bounds()
    presences = list(
        Presence.objects.filter(agent__in=agents)
        .between(first, last)
        .select_related("room", "commune")
        .defer("commune__geometry")
    )
    site = site_openings(first, last)
    absences: dict[UUID, list[Absence]] = {agent.pk: [] for agent in agents}
    for absence in Absence.objects.filter(agent__in=agents).overlapping(start, after).order_by("start", "pk"):
        absences[absence.agent_id].append(absence)
    if appointments is None:
        rooms = {row.room_id for row in presences if row.room_id is not None}
        taken = _read_taken(agents, rooms, start, after, without)
    else:
        taken = [
            (row.agent_id, row.room_id, row.start, row.end, row.busy_until)
            for row in appointments
            if row.occupies
        ]
    return Diary(agents, first, last, site, agent_openings(agents, presences, site), absences, taken)


def _read_taken(
    agents: list[User], rooms: set[UUID], start: datetime, after: datetime, without: Appointment | None
) -> list[Taken]:
    """The time these agents or rooms are held, whoever the agent is in those rooms."""
    held = Q(agent__in=agents) | Q(room__in=rooms) if rooms else Q(agent__in=agents)
    rows = Appointment.objects.occupying().overlapping(start, after).filter(held)
    if without is not None:
        rows = rows.exclude(pk=without.pk)
    return list(rows.order_by().values_list("agent_id", "room_id", "start", "end", "busy_until"))


def agent_openings(
    agents: Iterable[User], presences: Iterable[Presence], site: Iterable[Interval]
) -> dict[UUID, list[Opening]]:
    """Presence within the opening hours of the structure, in order of time, for each agent.

    A day's change of hours replaces all the usual hours of that day.
    """
    usual: dict[tuple[UUID, int], list[Presence]] = defaultdict(list)
    changed: dict[tuple[UUID, date], list[Presence]] = defaultdict(list)
    for row in presences:
        if row.replaces:
            changed[row.agent_id, row.valid_from].append(row)
        else:
            usual[row.agent_id, row.weekday].append(row)
    ids = [agent.pk for agent in agents]
    openings: dict[UUID, list[Opening]] = {agent_id: [] for agent_id in ids}
    for start, end in site:
        day = start.date()
        for agent_id in ids:
            for row in changed.get((agent_id, day)) or usual.get((agent_id, day.weekday())) or []:
                if row.valid_from <= day and (row.valid_until is None or day <= row.valid_until):
                    begins, ends = max(start, _at(day, row.starts_at)), min(end, _at(day, row.ends_at))
                    if begins < ends:
                        openings[agent_id].append(Opening(begins, ends, row.room, row.commune))
    for rows in openings.values():
        rows.sort(key=lambda opening: opening.start)
    return openings


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, PARIS)


def horizon(first: date, weeks: int) -> date:
    """The last day of the `weeks` that begin on `first`."""
    return first + timedelta(days=7 * weeks - 1)
