"""What is known of several agents' time: read once, in a fixed number of queries, then asked as often as needed.

The booking page, the day's grid, `book()`, `move()` and the command line all ask the same object, so what is
shown is what is accepted (A2).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import NullIf

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
    """What is looked for. `communes`: codes of the permanences that suit, None when any does.

    `lead_minutes`: the way there, kept free before. `second`: an agent who must be free at the same time.
    """

    minutes: int
    buffer_minutes: int = 0
    lead_minutes: int = 0
    second: User | None = None
    place: str = Place.OFFICE
    communes: frozenset[str] | None = None

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def lead(self) -> timedelta:
        return timedelta(minutes=self.lead_minutes)

    @property
    def buffer(self) -> timedelta:
        return timedelta(minutes=self.buffer_minutes)

    def held(self, start: datetime) -> Interval:
        """From leaving to being back, for a slot that begins at `start`: real minutes, whatever the clocks do."""
        moment = start.astimezone(UTC)
        return moment - self.lead, moment + self.length + self.buffer

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
    second: User | None = None

    @property
    def key(self) -> str:
        """How a form names the slot: agent and start, no personal data."""
        return f"{self.agent.pk}_{self.start:%Y-%m-%dT%H:%M%z}"

    @property
    def minutes(self) -> int:
        return round((self.end.astimezone(UTC) - self.start.astimezone(UTC)).total_seconds() / 60)


@dataclass(frozen=True)
class Taken:
    """Time held by an appointment: its room from `start` to `end`, its agents from `busy_from` to `busy_until`."""

    agent_ids: tuple[UUID, ...]
    room_id: UUID | None
    start: datetime
    end: datetime
    busy_from: datetime
    busy_until: datetime


@dataclass(frozen=True)
class Diary:
    """The openings, absences and appointments of `agents` from `first` to `last`, both included.

    `site`: when the structure is open.
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
        for held in self.taken:
            for agent_id in held.agent_ids:
                busy[agent_id].append((held.busy_from, held.busy_until))
        return busy

    @cached_property
    def _by_room(self) -> dict[UUID, list[Taken]]:
        busy = defaultdict(list)
        for held in self.taken:
            if held.room_id is not None:
                busy[held.room_id].append(held)
        return busy

    def slots(self, agent: User, wish: Wish, *, now: datetime) -> list[Slot]:
        """The agent's free slots, in order of time; those that start before `now` are left out."""
        if agent == wish.second:
            return []
        groups: dict[tuple[Room | None, Commune | None], list[Interval]] = defaultdict(list)
        for opening in self.openings[agent.pk]:
            if wish.suits(opening):
                room = None if wish.place == Place.HOME else opening.room
                groups[room, opening.commune] += self._shared(opening, wish.second)
        found = []
        for (room, commune), openings in groups.items():
            busy = [
                *self.engaged(agent),
                *(self.engaged(wish.second) if wish.second else ()),
                *self._room_taken_by_others(room, agent),
            ]
            place = Place.OUTSIDE if commune is not None else wish.place
            found += [
                Slot(agent, start, end, room, commune, place, wish.second)
                for start, end in free_slots(
                    openings,
                    busy,
                    wish.minutes,
                    now=now,
                    lead_minutes=wish.lead_minutes,
                    buffer_minutes=wish.buffer_minutes,
                )
            ]
        return sorted(found, key=lambda slot: slot.start)

    def anywhere(self, agent: User, start: datetime, wish: Wish) -> Slot | None:
        """`start` outside of the grid: possible whenever nobody is taken; where the agent is then, if they receive.

        The room is left out when somebody else has it.
        """
        span = wish.held(start)
        end = (span[1] - wish.buffer).astimezone(start.tzinfo)
        for one in filter(None, (agent, wish.second)):
            if any(_share(span, held) for held in self._by_agent.get(one.pk, ())):
                return None
        opening = self.opening_at(agent, start)
        at_home = wish.place == Place.HOME or opening is None
        room = None if at_home or opening is None else opening.room
        if any(_share((start, end), held) for held in self._room_taken_by_others(room, agent)):
            room = None
        outside = opening is not None and opening.commune is not None and wish.place == Place.OUTSIDE
        commune = opening.commune if outside and opening is not None else None
        place = Place.OFFICE if wish.place == Place.OUTSIDE and commune is None else wish.place
        return Slot(agent, start, end, room, commune, place, wish.second)

    def engaged(self, agent: User) -> Iterator[Interval]:
        """When the agent is away or taken."""
        yield from ((absence.start, absence.end) for absence in self.absences[agent.pk])
        yield from self._by_agent.get(agent.pk, ())

    def opening_at(self, agent: User, moment: datetime) -> Opening | None:
        """Where the agent receives at `moment`, if they do."""
        theirs = self.openings[agent.pk]
        return next((opening for opening in theirs if opening.start <= moment < opening.end), None)

    def _shared(self, opening: Opening, second: User | None) -> list[Interval]:
        """The parts of an opening when the second agent receives too: in any room, but in the same commune."""
        if second is None:
            return [(opening.start, opening.end)]
        parts = [
            (max(opening.start, other.start), min(opening.end, other.end))
            for other in self.openings[second.pk]
            if other.commune == opening.commune
        ]
        return [(start, end) for start, end in parts if start < end]

    def appointments_on(self, agent: User, day: date) -> int:
        """How many times the agent is taken that day."""
        return self._counts[agent.pk, day]

    @cached_property
    def _counts(self) -> Counter[tuple[UUID, date]]:
        return Counter(
            (agent_id, held.start.astimezone(PARIS).date())
            for held in self.taken
            for agent_id in held.agent_ids
        )

    def covers(self, appointment: Appointment) -> bool:
        """Whether the agents of the diary are still there for a whole appointment of theirs."""
        known = [agent.pk for agent in appointment.agents if agent.pk in self.openings]
        return all(self._is_there(agent_id, appointment) for agent_id in known)

    def _is_there(self, agent_id: UUID, appointment: Appointment) -> bool:
        start, end = appointment.start, appointment.end
        if any(absence.start < end and absence.end > start for absence in self.absences[agent_id]):
            return False
        return any(opening.start <= start and end <= opening.end for opening in self.openings[agent_id])

    def _room_taken_by_others(self, room: Room | None, agent: User) -> list[Interval]:
        if room is None:
            return []
        return [
            (held.start, held.end)
            for held in self._by_room.get(room.pk, ())
            if agent.pk not in held.agent_ids
        ]


def _share(one: Interval, other: Interval) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def read_diary(
    agents: Iterable[User],
    first: date,
    last: date,
    *,
    appointments: Iterable[Appointment] | None = None,
    without: Sequence[Appointment] = (),
) -> Diary:
    """The diary of `agents` between two days.

    `appointments`: those of the period, where the caller has read them already. `without`: those being moved are left
    out.
    """
    agents = list(agents)
    start, after = Period(first, last).bounds()
    presences = list(
        Presence.objects.filter(agent__in=agents)
        .of_days(first, last)
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
            _taken(row.agent_id, row.second_agent_id, row.room_id, row.start, row.end, row.busy_from, row.busy_until)
            for row in appointments
            if row.occupies
        ]  # fmt: skip
    return Diary(agents, first, last, site, agent_openings(agents, presences, site), absences, taken)


def _read_taken(
    agents: list[User], rooms: set[UUID], start: datetime, after: datetime, without: Sequence[Appointment]
) -> list[Taken]:
    """The time these agents or rooms are held, whoever the agent is in those rooms."""
    held = Q(agent__in=agents) | Q(second_agent__in=agents)
    if rooms:
        held |= Q(room__in=rooms)
    rows = Appointment.objects.occupying().overlapping(start, after).filter(held)
    if without:
        rows = rows.exclude(pk__in=[row.pk for row in without])
    # Travel and buffers are rare: half of the moments need not be sent, which is most of the time reading takes.
    leaving, back = NullIf("busy_from", "start"), NullIf("busy_until", "end")
    values = rows.order_by().values_list(
        "agent_id", "second_agent_id", "room_id", "start", "end", leaving, back
    )
    return [_taken(*row) for row in values]


def _taken(
    agent_id: UUID, second_id: UUID | None, room_id: UUID | None,
    start: datetime, end: datetime, busy_from: datetime | None, busy_until: datetime | None,
) -> Taken:  # fmt: skip
    agents = (agent_id,) if second_id is None else (agent_id, second_id)
    return Taken(agents, room_id, start, end, busy_from or start, busy_until or end)


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
                if row.holds_on(day):
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
