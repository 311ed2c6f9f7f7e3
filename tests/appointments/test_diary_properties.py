"""What holds of every diary: rooms, pairs of agents and the way to home visits (hypothesis).

The diary is made of objects that are not saved: no database is read.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from appointments.enums import Place
from appointments.models import Absence, Room
from appointments.services.diary import Diary, Opening, Slot, Taken, Wish
from appointments.slots import Interval
from cias.accounts.models import User
from cias.core.periods import PARIS
from cias.territory.models import Commune

MINUTE = timedelta(minutes=1)
ORDINARY, AUTUMN, SPRING = date(2026, 11, 23), date(2026, 10, 25), date(2027, 3, 28)

AGENTS = [User(pk=UUID(int=number), last_name=f"Agent {number}") for number in (1, 2, 3)]
ROOMS = [Room(pk=UUID(int=number), name=f"Bureau {number}") for number in (11, 12)]
COMMUNES = [Commune(code="28085", name="Chartres"), Commune(code="28218", name="Lucé")]
# Where an agent receives: in a room, in a commune's permanence, or elsewhere.
SEATS = [*((room, None) for room in ROOMS), *((None, commune) for commune in COMMUNES), (None, None)]
OFTEN, VERY_OFTEN = settings(max_examples=150), settings(max_examples=400)


class Case(NamedTuple):
    diary: Diary
    agent: User
    wish: Wish
    now: datetime

    @property
    def slots(self) -> list[Slot]:
        return self.diary.slots(self.agent, self.wish, now=self.now)

    @property
    def agents(self) -> list[User]:
        return [one for one in (self.agent, self.wish.second) if one is not None]

    @property
    def engaged(self) -> list[Interval]:
        return [interval for one in self.agents for interval in self.engaged_by(one)]

    def engaged_by(self, one: User) -> list[Interval]:
        """When somebody is away, or taken by an appointment of theirs, travel and buffers included."""
        away = [(absence.start, absence.end) for absence in self.diary.absences[one.pk]]
        return away + [
            (held.busy_from, held.busy_until) for held in self.diary.taken if one.pk in held.agent_ids
        ]

    def others_in(self, room: Room | None) -> list[Interval]:
        """When a room is held by appointments that are not the agent's."""
        held = [taken for taken in self.diary.taken if room is not None and taken.room_id == room.pk]
        return [(taken.start, taken.end) for taken in held if self.agent.pk not in taken.agent_ids]

    def book(self, slot: Slot) -> "Case":
        """The same case once `slot` is taken."""
        taken = Taken(
            tuple(one.pk for one in self.agents), slot.room and slot.room.pk, slot.start, slot.end,
            *self.wish.held(slot.start),
        )  # fmt: skip
        diary = self.diary
        return self._replace(
            diary=Diary(
                diary.agents,
                diary.first,
                diary.last,
                diary.site,
                diary.openings,
                diary.absences,
                [*diary.taken, taken],
            )
        )


def overlap(one: Interval, other: Interval) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


@st.composite
def openings(draw: st.DrawFn, origin: datetime) -> list[Opening]:
    """Up to four openings that do not overlap, as presences cannot; some touch. Never an edge between 1:00 and 4:00,
    an hour that the clocks may skip or repeat.
    """
    quarters = st.integers(0, 88).filter(lambda quarter: not 4 <= quarter < 16)
    edges = sorted(draw(st.lists(quarters, min_size=2, max_size=6, unique=True)))
    found = []
    for first, last in pairwise(edges):
        if draw(st.integers(0, 3)):
            room, commune = draw(st.sampled_from(SEATS))
            start, end = (
                (origin + 15 * quarter * MINUTE).astimezone(UTC).astimezone(PARIS)
                for quarter in (first, last)
            )
            found.append(Opening(start, end, room, commune))
    return found


@st.composite
def cases(draw: st.DrawFn, *, home: bool | None = None, pair: bool | None = None) -> Case:
    day = draw(st.sampled_from([ORDINARY, AUTUMN, SPRING]))
    origin = utc(datetime.combine(day, time(), PARIS))

    def interval(longest: int) -> Interval:
        start = origin + draw(st.integers(0, 1300)) * MINUTE
        return start, start + draw(st.integers(5, longest)) * MINUTE

    absences = {
        one.pk: [Absence(start=a, end=b) for a, b in _several(draw, interval, 1, 240)] for one in AGENTS
    }
    taken = []
    for start, end in _several(draw, interval, 6, 90):
        agents = draw(st.lists(st.sampled_from(AGENTS), min_size=1, max_size=2, unique=True))
        room = draw(st.sampled_from([None, *ROOMS]))
        before, after = draw(st.sampled_from([0, 10, 45])), draw(st.sampled_from([0, 10, 45]))
        ids = tuple(one.pk for one in agents)
        taken.append(Taken(ids, room and room.pk, start, end, start - before * MINUTE, end + after * MINUTE))
    at_home = draw(st.booleans()) if home is None else home
    in_pair = draw(st.booleans()) if pair is None else pair
    wish = Wish(
        minutes=draw(st.integers(15, 240)),
        buffer_minutes=draw(st.sampled_from([0, 10, 45, 120])),
        lead_minutes=draw(st.sampled_from([0, 10, 25, 60, 120])) if at_home else 0,
        second=AGENTS[1] if in_pair else None,
        place=Place.HOME if at_home else draw(st.sampled_from([Place.OFFICE, Place.PHONE, Place.OUTSIDE])),
        communes=draw(st.sampled_from([None, frozenset(), frozenset({"28085"})])),
    )
    diary = Diary(AGENTS, day, day, [], {one.pk: draw(openings(origin)) for one in AGENTS}, absences, taken)
    now = origin + draw(st.just(-60) | st.integers(-60, 1300)) * MINUTE
    return Case(diary, AGENTS[0], wish, now)


def _several(draw, interval, most, longest) -> list[Interval]:
    return [interval(longest) for _ in range(draw(st.integers(0, most)))]


def runs(case: Case, one: User) -> list[Interval]:
    """When an agent receives, openings that touch joined, in UTC."""
    joined: list[Interval] = []
    for opening in case.diary.openings[one.pk]:
        start, end = utc(opening.start), utc(opening.end)
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


@given(cases())
@OFTEN
def test_nobody_is_taken_from_leaving_to_being_back(case):
    """Travel, the appointment itself and the way back or buffer: no engagement of either agent in it."""
    for slot in case.slots:
        held = case.wish.held(slot.start)
        assert not any(overlap(held, engaged) for engaged in case.engaged)


@given(cases(home=True))
@OFTEN
def test_the_way_to_a_visit_is_working_time_and_has_not_begun(case):
    for slot in case.slots:
        leaves, _back = case.wish.held(slot.start)
        assert any(start <= leaves and utc(slot.end) <= end for start, end in runs(case, case.agent))
        assert leaves >= case.now
        assert slot.room is None
        assert slot.commune is None


@given(cases(pair=True))
@OFTEN
def test_the_slots_of_a_pair_are_free_for_both_and_both_receive(case):
    for slot in case.slots:
        assert slot.second == AGENTS[1]
        theirs = [
            row.commune
            for row in case.diary.openings[AGENTS[1].pk]
            if row.start < slot.end and slot.start < row.end
        ]
        assert set(theirs) == {slot.commune}
        for one in case.agents:
            assert any(start <= utc(slot.start) and utc(slot.end) <= end for start, end in runs(case, one))
            assert not any(overlap((slot.start, slot.end), engaged) for engaged in case.engaged_by(one))


@given(cases(home=True, pair=True))
@OFTEN
def test_a_pair_that_visits_has_the_same_slots_whoever_is_first(case):
    exchanged = case._replace(agent=AGENTS[1], wish=Wish(**{**vars(case.wish), "second": AGENTS[0]}))
    assert [slot.start for slot in exchanged.slots] == [slot.start for slot in case.slots]


@given(cases())
@OFTEN
def test_a_slot_is_where_the_agent_receives_and_its_room_is_free(case):
    for slot in case.slots:
        theirs = [
            opening for opening in case.diary.openings[case.agent.pk]
            if utc(opening.start) < utc(slot.end) and utc(slot.start) < utc(opening.end)
        ]  # fmt: skip
        assert theirs
        assert all(opening.commune == slot.commune for opening in theirs)
        assert slot.place == (Place.OUTSIDE if slot.commune is not None else case.wish.place)
        if case.wish.place != Place.HOME:
            assert all(opening.room == slot.room for opening in theirs)
        assert not any(overlap((slot.start, slot.end), held) for held in case.others_in(slot.room))


@given(cases())
@OFTEN
def test_a_slot_lasts_what_was_asked_and_starts_after_now(case):
    for slot in case.slots:
        assert utc(slot.end) - utc(slot.start) == case.wish.length
        assert slot.minutes == case.wish.minutes
        assert slot.start >= case.now


@given(cases())
@OFTEN
def test_what_is_booked_is_offered_to_nobody_again(case):
    """Whichever of the two agents is asked, alone or in a pair: nothing meets the time that was taken."""
    for slot in case.slots[:1] + case.slots[-1:]:
        after = case.book(slot)
        held = case.wish.held(slot.start)
        for one in case.agents:
            wish = Wish(minutes=case.wish.minutes, place=case.wish.place, communes=None)
            for left in after.diary.slots(one, wish, now=case.now):
                assert not overlap((left.start, left.end), held)
        for left in after.slots:
            assert not overlap(after.wish.held(left.start), held)
        if slot.room is not None:
            for left in after.diary.slots(AGENTS[2], Wish(minutes=15), now=case.now):
                assert left.room != slot.room or not overlap((left.start, left.end), (slot.start, slot.end))


@given(cases(home=True))
@OFTEN
def test_visits_are_packed(case):
    """Whatever the minute of leaving one picks, a visit that fits there meets one that is offered."""
    offered = [case.wish.held(slot.start) for slot in case.diary.slots(case.agent, case.wish, now=_BEFORE)]
    length = case.wish.lead + case.wish.length
    shared = [_shared(run, other) for run in _visiting(case, case.agent) for other in _seconds(case)]
    for start, end in filter(None, shared):
        for number in range(0, max(0, (end - start - length) // MINUTE + 1), 5):
            leaves = start + number * MINUTE
            held = (leaves, leaves + length + case.wish.buffer)
            if not any(overlap(held, engaged) for engaged in case.engaged):
                assert any(overlap(held, other) for other in offered)


_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)


def _visiting(case: Case, one: User) -> list[Interval]:
    """When an agent can leave for a visit: where they receive, a commune's permanence excepted."""
    return [(utc(row.start), utc(row.end)) for row in case.diary.openings[one.pk] if row.commune is None]


def _seconds(case: Case) -> list[Interval]:
    if case.wish.second is None:
        return [(_BEFORE, datetime(2028, 1, 1, tzinfo=UTC))]
    return _visiting(case, case.wish.second)


def _shared(one: Interval, other: Interval) -> Interval | None:
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start < end else None


@given(cases(), st.integers(0, 1300), st.booleans())
@VERY_OFTEN
def test_a_time_off_the_grid_takes_nobody_and_no_room_of_others(case, minute, when_others_are_taken):
    origin = utc(datetime.combine(case.diary.first, time(), PARIS))
    others = [held.start for held in case.diary.taken if case.agent.pk not in held.agent_ids]
    start = others[minute % len(others)] if when_others_are_taken and others else origin + minute * MINUTE
    start = start.astimezone(PARIS)
    slot = case.diary.anywhere(case.agent, start, case.wish)
    taken = [
        (held.busy_from, held.busy_until)
        for held in case.diary.taken
        if {one.pk for one in case.agents} & set(held.agent_ids)
    ]
    free = not any(overlap(case.wish.held(start), held) for held in taken)
    assert (slot is not None) == free
    if slot is not None:
        assert utc(slot.end) - utc(slot.start) == case.wish.length
        assert not any(overlap((slot.start, slot.end), held) for held in case.others_in(slot.room))


@given(cases())
@OFTEN
def test_every_slot_of_the_grid_can_also_be_had_off_the_grid(case):
    for slot in case.slots:
        found = case.diary.anywhere(case.agent, slot.start, case.wish)
        assert found is not None
        assert (utc(found.start), utc(found.end)) == (utc(slot.start), utc(slot.end))
        assume(case.wish.place == Place.OFFICE and slot.commune is None)
        assert found.room == slot.room


def test_nobody_makes_a_pair_with_themselves():
    opening = Opening(
        datetime(2026, 11, 23, 9, tzinfo=PARIS), datetime(2026, 11, 23, 12, tzinfo=PARIS), None, None
    )
    diary = Diary([AGENTS[0]], ORDINARY, ORDINARY, [], {AGENTS[0].pk: [opening]}, {AGENTS[0].pk: []}, [])
    assert diary.slots(AGENTS[0], Wish(minutes=30), now=_BEFORE)
    assert diary.slots(AGENTS[0], Wish(minutes=30, second=AGENTS[0]), now=_BEFORE) == []


def test_off_the_grid_a_room_that_somebody_else_holds_is_left_out():
    nine, ten = (datetime(2026, 11, 23, hour, tzinfo=PARIS) for hour in (9, 10))
    opening = Opening(nine, ten + 60 * MINUTE, ROOMS[0], None)
    other = Taken((AGENTS[2].pk,), ROOMS[0].pk, ten, ten + 30 * MINUTE, ten, ten + 30 * MINUTE)
    first = AGENTS[0]
    diary = Diary([first], ORDINARY, ORDINARY, [], {first.pk: [opening]}, {first.pk: []}, [other])
    for minute, room in ((0, None), (-29, None), (29, None), (-30, ROOMS[0]), (30, ROOMS[0])):
        found = diary.anywhere(first, ten + minute * MINUTE, Wish(minutes=30))
        assert found is not None
        assert found.room == room
    assert [f"{slot.start:%H:%M}" for slot in diary.slots(first, Wish(minutes=30), now=_BEFORE)] == [
        "09:00", "09:30", "10:30",
    ]  # fmt: skip


def test_the_longest_visit_and_the_longest_way_have_slots_too():
    """Eight hours on the spot after two hours on the road: nothing is refused for being long."""
    opening = Opening(
        datetime(2026, 11, 23, 8, tzinfo=PARIS), datetime(2026, 11, 23, 20, tzinfo=PARIS), None, None
    )
    first = AGENTS[0]
    diary = Diary([first], ORDINARY, ORDINARY, [], {first.pk: [opening]}, {first.pk: []}, [])
    wish = Wish(minutes=480, lead_minutes=120, buffer_minutes=120, place=Place.HOME)
    [slot] = diary.slots(first, wish, now=_BEFORE)
    assert (f"{slot.start:%H:%M}", f"{slot.end:%H:%M}") == ("10:00", "18:00")


def test_a_visit_in_the_night_of_a_clock_change_leaves_its_real_minutes_before():
    """The way there is counted in minutes that pass: at one the clocks of Paris still show summer time."""
    opening = Opening(
        datetime(2026, 10, 25, 0, 30, tzinfo=PARIS), datetime(2026, 10, 25, 6, tzinfo=PARIS), None, None
    )
    first = AGENTS[0]
    diary = Diary([first], AUTUMN, AUTUMN, [], {first.pk: [opening]}, {first.pk: []}, [])
    [slot, *_] = diary.slots(first, Wish(minutes=60, lead_minutes=120, place=Place.HOME), now=_BEFORE)
    assert utc(slot.start) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert (slot.start.fold, f"{slot.start:%H:%M}") == (0, "02:30")
    assert slot.minutes == 60
