"""What holds of every agenda one can think of: chance looks for a counter-example (hypothesis).

tests/appointments/test_slots.py compares the slots with a model written minute by minute; here each promise of the
slot function is stated alone, so that a failure says which one is broken.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from appointments.slots import Interval, free_slots, opening_intervals
from cias.core.periods import PARIS

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# An ordinary day, and the two nights when the clocks change next.
ORDINARY, AUTUMN, SPRING = date(2026, 11, 23), date(2026, 10, 25), date(2027, 3, 28)
SHORT, LONG = 15, 240


class Agenda(NamedTuple):
    """What free_slots() is asked; all moments in UTC."""

    openings: list[Interval]
    busy: list[Interval]
    minutes: int
    buffer: int

    def slots(self, now: datetime | None = None) -> list[Interval]:
        found = free_slots(self.openings, self.busy, self.minutes, now=now, buffer_minutes=self.buffer)
        return in_utc(found)

    @property
    def step(self) -> timedelta:
        return (self.minutes + self.buffer) * MINUTE


def in_utc(intervals: list[Interval]) -> list[Interval]:
    return [(start.astimezone(UTC), end.astimezone(UTC)) for start, end in intervals]


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS).astimezone(UTC)


def _hours(first: int, last: int) -> Interval:
    return midnight(ORDINARY) + timedelta(hours=first), midnight(ORDINARY) + timedelta(hours=last)


def overlap(one: Interval, other: Interval) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def minutes_in(intervals: list[Interval]) -> set[datetime]:
    covered: set[datetime] = set()
    for start, end in intervals:
        covered.update(start + n * MINUTE for n in range((end - start) // MINUTE))
    return covered


@st.composite
def agendas(draw: st.DrawFn) -> Agenda:
    """Openings and busy times of one day, from midnight to 20:00, the clock change included."""
    origin = midnight(draw(st.sampled_from([ORDINARY, AUTUMN, SPRING])))

    # Half of the edges fall on quarters of an hour, so that intervals often touch or nearly do.
    starts = st.integers(0, 1200) | st.integers(0, 80).map(lambda quarter: 15 * quarter)

    def intervals(most: int, longest: int) -> list[Interval]:
        pairs = st.tuples(starts, st.integers(0, longest) | st.sampled_from([15, 30, 60, longest]))
        chosen = draw(st.lists(pairs, max_size=most))
        return [(origin + start * MINUTE, origin + (start + length) * MINUTE) for start, length in chosen]

    return Agenda(
        intervals(4, 600),
        intervals(6, 150),
        draw(st.integers(SHORT, LONG)),
        draw(st.sampled_from([0, 5, 15, 30, 60])),
    )


@st.composite
def moments(draw: st.DrawFn, agenda: Agenda) -> datetime:
    """A moment to the second around the agenda."""
    first = min((start for start, _ in agenda.openings), default=midnight(ORDINARY))
    return first + timedelta(seconds=draw(st.integers(-3600, 22 * 3600)))


@st.composite
def cut(draw: st.DrawFn, interval: Interval) -> list[Interval]:
    """The interval in up to four pieces that touch."""
    start, end = interval
    inside = st.integers(0, int((end - start) / MINUTE))
    edges = sorted({start, end, *(start + draw(inside) * MINUTE for _ in range(draw(st.integers(0, 3))))})
    return list(pairwise(edges)) or [interval]


@given(agendas())
@example(Agenda([_hours(9, 12)], [_hours(12, 13)], 60, 60))
def test_a_slot_and_its_buffer_never_meet_busy_time(agenda):
    for start, _end in agenda.slots():
        assert not any(
            overlap((start, start + agenda.step), taken) for taken in agenda.busy if taken[0] < taken[1]
        )


@given(agendas())
def test_a_slot_never_leaves_the_opening_hours(agenda):
    assert minutes_in(agenda.slots()) <= minutes_in(agenda.openings)


@given(agendas())
def test_slots_and_their_buffers_follow_one_another(agenda):
    """Only where the site closes in between may a buffer reach into the time of another slot."""
    slots, opened = agenda.slots(), minutes_in(agenda.openings)
    assert all(end - start == agenda.minutes * MINUTE for start, end in slots)
    for (start, end), (following, _) in pairwise(slots):
        assert following >= end
        assert following - start >= agenda.step or not minutes_in([(end, following)]) <= opened


@given(agendas())
def test_the_grid_starts_where_free_time_starts_and_goes_on_by_whole_steps(agenda):
    free = minutes_in(agenda.openings) - minutes_in(agenda.busy)
    starts = {start for start, _ in agenda.slots()}
    for start in starts:
        assert start - MINUTE not in free or start - agenda.step in starts


@given(agendas())
def test_no_slot_could_be_added(agenda):
    """Packed: whatever minute one picks, a slot there would meet one that is offered, or its buffer."""
    opened, taken = minutes_in(agenda.openings), minutes_in(agenda.busy)
    held = minutes_in([(start, start + agenda.step) for start, _ in agenda.slots()])
    possible = opened - taken - held
    for candidate in possible:
        if candidate - MINUTE in possible:
            continue  # a slot that fits later fits from the start of what is left, or meets what follows
        open_run = free_run = 0
        while candidate + open_run * MINUTE in possible:
            open_run += 1
        while free_run < agenda.minutes + agenda.buffer and candidate + free_run * MINUTE not in taken | held:
            free_run += 1
        assert open_run < agenda.minutes or free_run < agenda.minutes + agenda.buffer


@given(agendas())
def test_every_free_interval_holds_as_many_slots_as_its_length_allows(agenda):
    """With nothing busy the number is a division: the remainder is lost, and no more than that."""
    start = midnight(ORDINARY)
    for length in (agenda.minutes - 1, agenda.minutes, 3 * agenda.minutes + 2 * agenda.buffer, 600):
        found = free_slots(
            [(start, start + length * MINUTE)], [], agenda.minutes, buffer_minutes=agenda.buffer
        )
        assert len(found) == (length + agenda.buffer) // (agenda.minutes + agenda.buffer)


@given(st.data(), agendas())
def test_the_order_and_the_cutting_of_the_input_do_not_matter(data, agenda):
    def shuffled_pieces(intervals: list[Interval]) -> list[Interval]:
        return data.draw(st.permutations([piece for one in intervals for piece in data.draw(cut(one))]))

    again = agenda._replace(openings=shuffled_pieces(agenda.openings), busy=shuffled_pieces(agenda.busy))
    assert again.slots() == agenda.slots()


@given(st.data(), agendas())
def test_now_hides_what_has_begun_and_never_moves_the_grid(data, agenda):
    now = data.draw(moments(agenda))
    assert agenda.slots(now) == [slot for slot in agenda.slots() if slot[0] >= now]


@given(agendas())
def test_a_slot_can_still_be_had_at_the_moment_it_begins_and_no_later(agenda):
    slots = agenda.slots()
    for number, (start, _end) in enumerate(slots):
        assert agenda.slots(start) == slots[number:]
        assert agenda.slots(start + timedelta(seconds=1)) == slots[number + 1 :]


@given(agendas())
def test_a_slot_once_booked_leaves_the_others_as_they_were(agenda):
    slots = agenda.slots()
    for booked in slots:
        held = (booked[0], booked[0] + agenda.step)
        left = agenda._replace(busy=[*agenda.busy, held]).slots()
        apart = [slot for slot in slots if not overlap((slot[0], slot[0] + agenda.step), held)]
        if len(apart) == len(slots) - 1:
            assert left == apart
        else:  # its buffer runs past closing time into the next opening, where the grid starts anew
            before = [slot for slot in apart if slot < booked]
            assert left[: len(before)] == before


@given(agendas())
@example(Agenda([(midnight(AUTUMN), midnight(AUTUMN) + 6 * 60 * MINUTE)], [], 45, 0))
def test_the_zone_the_hours_are_written_in_does_not_matter(agenda):
    def in_paris(intervals: list[Interval]) -> list[Interval]:
        return [(start.astimezone(PARIS), end.astimezone(PARIS)) for start, end in intervals]

    again = agenda._replace(openings=in_paris(agenda.openings), busy=in_paris(agenda.busy))
    assert again.slots() == agenda.slots()


@given(agendas(), st.integers(-400 * 24 * 60, 400 * 24 * 60))
def test_an_agenda_moved_in_time_keeps_its_slots_whatever_the_clocks_do(agenda, minutes):
    """Elapsed minutes only: the same agenda a clock change later has the same slots, as much later."""
    shift = minutes * MINUTE

    def moved(intervals: list[Interval]) -> list[Interval]:
        later = [(start + shift, end + shift) for start, end in intervals]
        return [(start.astimezone(PARIS), end.astimezone(PARIS)) for start, end in later]

    again = agenda._replace(openings=moved(agenda.openings), busy=moved(agenda.busy))
    assert again.slots() == [(start + shift, end + shift) for start, end in agenda.slots()]


@pytest.mark.parametrize(("night", "hours"), [(AUTUMN, 25), (SPRING, 23)])
@given(minutes=st.integers(SHORT, LONG), buffer=st.sampled_from([0, 10, 45]))
def test_a_whole_day_with_a_clock_change_holds_its_real_hours(night, hours, minutes, buffer):
    opening = (datetime.combine(night, time(), PARIS), datetime.combine(night + DAY, time(), PARIS))
    slots = in_utc(free_slots([opening], [], minutes, buffer_minutes=buffer))
    assert len(slots) == (hours * 60 + buffer) // (minutes + buffer)
    assert slots[0][0] == midnight(night)
    assert {end - start for start, end in slots} == {minutes * MINUTE}
    gaps = {later[0] - earlier[0] for earlier, later in pairwise(slots)}
    assert gaps == {(minutes + buffer) * MINUTE}


@pytest.mark.parametrize("change", [AUTUMN, SPRING])
@given(minutes=st.integers(SHORT, LONG), day=st.integers(-4, 4), now=st.none() | st.integers(-5000, 5000))
def test_the_working_hours_stay_on_the_clock_of_the_wall_on_both_sides_of_a_change(change, minutes, day, now):
    """Friday and Monday around the change have the same slots, as read on the wall."""
    moment = None if now is None else midnight(change) + now * MINUTE
    openings = opening_intervals(change - 10 * DAY, change + 10 * DAY)
    slots = free_slots(openings, [], minutes, now=moment)
    by_day: dict[date, list[str]] = {}
    for start, end in slots:
        assert end.astimezone(UTC) - start.astimezone(UTC) == minutes * MINUTE
        by_day.setdefault(start.date(), []).append(f"{start:%H:%M}")
    whole = [f"{start:%H:%M}" for start, _ in free_slots(opening_intervals(ORDINARY, ORDINARY), [], minutes)]
    shown = change + day * DAY
    assume(
        any(opening[0].date() == shown for opening in openings)
        and (moment is None or moment < midnight(shown))
    )
    assert by_day.get(shown, []) == whole
