"""Which slots are proposed to a caller, and which ones when theirs has gone."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from appointments.enums import Urgency
from appointments.models import Appointment
from appointments.rules import takes
from appointments.services.diary import Diary, Slot, Wish, horizon, read_diary
from appointments.services.wishes import wish_again
from cias.accounts.models import User
from cias.core.periods import PARIS

# Half a year is read in larger and larger parts: most searches end with the first.
PARTS = (1, 3, 6, 16)
WEEKS_AHEAD = sum(PARTS)
WEEKS_TO_MOVE = 4
LATER_DAYS = 7
OTHER_AGENT = timedelta(minutes=30)
# People who know their worker rather wait a week than see another.
OTHER_AGENT_TO_MOVE = timedelta(days=7)


def first_day(urgency: str, now: datetime) -> date:
    """The day from which slots are proposed: who can wait leaves the coming week to the others."""
    today = now.astimezone(PARIS).date()
    return today + timedelta(days=LATER_DAYS) if urgency == Urgency.LATER else today


def offer(
    *,
    agents: Iterable[User],
    wish: Wish,
    now: datetime,
    first: date,
    preferred: frozenset[UUID] = frozenset(),
    after: datetime | None = None,
    count: int = 6,
) -> list[Slot]:
    """The `count` earliest slots from `first` on, at most one for each moment, looking half a year ahead.

    When several agents are free at one moment it goes to a preferred one (the référent), else to the one with the
    fewest appointments that day. A preferred agent's earliest slot always has a place, were it the last.
    `after` continues a list: only slots that start later.
    """
    looked = list(agents)
    best = [agent for agent in looked if agent.pk in preferred]
    found: list[Slot] = []
    earliest_preferred: Slot | None = None
    for start, last in _parts(first):
        diary = read_diary(with_second(looked, wish), start, last)
        slots = [slot for agent in looked for slot in diary.slots(agent, wish, now=now)]
        slots = [slot for slot in slots if after is None or slot.start > after]
        if earliest_preferred is None:
            theirs = [slot for slot in slots if slot.agent.pk in preferred]
            earliest_preferred = min(theirs, key=lambda slot: slot.start, default=None)
        found += _one_per_moment(slots, diary, preferred, count - len(found))
        if len(found) >= count:
            if not best or earliest_preferred is not None:
                break
            looked = best
    if earliest_preferred is not None and not any(slot.agent.pk in preferred for slot in found):
        found = [*found[: count - 1], earliest_preferred]
    return found


def with_second(agents: Iterable[User], wish: Wish) -> list[User]:
    """The agents whose diary is needed, each once."""
    everyone = [*agents, wish.second] if wish.second is not None else list(agents)
    return list({one.pk: one for one in everyone}.values())


def _parts(first: date) -> Iterator[tuple[date, date]]:
    """The half-year from `first` on, as the first and last day of each part."""
    for weeks in PARTS:
        yield first, horizon(first, weeks)
        first += timedelta(weeks=weeks)


def _one_per_moment(
    slots: Iterable[Slot], diary: Diary, preferred: frozenset[UUID], count: int
) -> list[Slot]:
    """The best slot of each of the `count` first moments."""

    def rank(slot: Slot) -> tuple[bool, int, str]:
        taken = diary.appointments_on(slot.agent, slot.start.date())
        return slot.agent.pk not in preferred, taken, slot.agent.full_name

    by_moment: dict[datetime, list[Slot]] = {}
    for slot in slots:
        by_moment.setdefault(slot.start, []).append(slot)
    return [min(by_moment[moment], key=rank) for moment in sorted(by_moment)[:count]]


def proposals(
    rows: Sequence[Appointment], agents: Iterable[User], *, count: int = 2
) -> dict[UUID, list[Slot]]:
    """Other times for appointments that must move: the nearest free ones, no time offered to two of them.

    With the same agents if they are there within WEEKS_TO_MOVE, else with one who takes the reason.
    """
    if not rows:
        return {}
    now = timezone.now()
    first = min(row.start for row in rows).astimezone(PARIS).date()
    last = horizon(max(row.start for row in rows).astimezone(PARIS).date(), WEEKS_TO_MOVE)
    everyone = {agent.pk: agent for agent in agents} | {one.pk: one for row in rows for one in row.agents}
    diary = read_diary(everyone.values(), first, last)
    given: set[tuple[UUID, datetime]] = set()
    found: dict[UUID, list[Slot]] = {}
    for row in rows:
        found[row.pk] = []
        for slot in _nearest(row, list(agents), diary, now):
            held = {(one.pk, slot.start) for one in (slot.agent, slot.second) if one is not None}
            if not held & given:
                found[row.pk].append(slot)
                given |= held
            if len(found[row.pk]) == count:
                break
    return found


def _nearest(row: Appointment, agents: Sequence[User], diary: Diary, now: datetime) -> list[Slot]:
    """Free slots for one appointment, those of its own agent first, then by how far they are."""
    wish = wish_again(row)
    able = [agent for agent in agents if takes(agent, row.reason)]
    slots = [slot for agent in able for slot in diary.slots(agent, wish, now=now)]

    def distance(slot: Slot) -> tuple[timedelta, str]:
        other = OTHER_AGENT_TO_MOVE * (slot.agent.pk != row.agent_id)
        return abs(slot.start - row.start) + other, slot.agent.full_name

    return sorted(slots, key=distance)


def alternatives(
    *,
    agents: Iterable[User],
    agent: User,
    start: datetime,
    wish: Wish,
    now: datetime,
    count: int = 3,
    without: Sequence[Appointment] = (),
) -> list[Slot]:
    """The slots nearest to one that cannot be had: in time, another agent counting as half an hour further.

    One for each moment, nearest first, the same agent before another; the days after are looked at until `count`
    are found.
    """
    everyone = list({one.pk: one for one in (agent, *agents)}.values())

    def distance(slot: Slot) -> tuple[timedelta, bool, datetime, str]:
        other = slot.agent.pk != agent.pk
        return abs(slot.start - start) + OTHER_AGENT * other, other, slot.start, slot.agent.full_name

    nearest: dict[datetime, Slot] = {}
    first = max(start.astimezone(PARIS).date(), now.astimezone(PARIS).date())
    for weeks in (1, WEEKS_AHEAD):
        diary = read_diary(with_second(everyone, wish), first, horizon(first, weeks), without=without)
        slots = [slot for one in everyone for slot in diary.slots(one, wish, now=now)]
        nearest = {}
        for slot in sorted(slots, key=distance):
            nearest.setdefault(slot.start, slot)
        if len(nearest) >= count:
            break
    return list(nearest.values())[:count]
