from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.slots import free_slots, opening_intervals

PARIS = ZoneInfo("Europe/Paris")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # Sundays when the clocks change
MONDAY = date(2026, 11, 23)
MINUTE = timedelta(minutes=1)


def paris(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), PARIS)


def span(day: date, start: str, end: str) -> tuple[datetime, datetime]:
    return paris(day, *map(int, start.split(":"))), paris(day, *map(int, end.split(":")))


def starts(slots) -> list[str]:
    return [f"{start:%H:%M}" for start, _ in slots]


def monday_slots(minutes, *busy, **options):
    return free_slots(
        opening_intervals(MONDAY, MONDAY), [span(MONDAY, *interval) for interval in busy], minutes, **options
    )


def test_a_free_day_is_packed_and_the_remainder_lost():
    assert starts(monday_slots(45)) == [
        "09:00", "09:45", "10:30", "11:15", "13:30", "14:15", "15:00", "15:45",
    ]  # fmt: skip
    assert monday_slots(45)[-1][1] == paris(MONDAY, 16, 30)


def test_nothing_straddles_lunch():
    for minutes in range(15, 241):
        for start, end in monday_slots(minutes):
            assert end <= paris(MONDAY, 12) or start >= paris(MONDAY, 13, 30)
    assert starts(monday_slots(60)) == ["09:00", "10:00", "11:00", "13:30", "14:30", "15:30"]
    assert starts(monday_slots(210)) == ["13:30"]
    assert monday_slots(211) == []


def test_the_grid_restarts_at_the_end_of_an_odd_appointment():
    assert starts(monday_slots(60, ("09:00", "09:25"), ("13:30", "17:00"))) == ["09:25", "10:25"]
    assert starts(monday_slots(30, ("09:40", "10:05"), ("13:30", "17:00"))) == [
        "09:00", "10:05", "10:35", "11:05",
    ]  # fmt: skip


def test_busy_time_outside_the_opening_and_over_its_edges():
    busy = [("08:00", "09:30"), ("11:30", "14:00"), ("17:00", "18:00"), ("10:00", "10:00")]
    assert starts(monday_slots(60, *busy)) == ["09:30", "10:30", "14:00", "15:00", "16:00"]


@pytest.mark.parametrize(
    ("hour", "minute", "first"),
    [(8, 0, "09:00"), (9, 0, "09:00"), (9, 1, "09:45"), (9, 5, "09:45"), (11, 16, "13:30")],
)
def test_the_grid_does_not_move_with_the_clock(hour, minute, first):
    offered = monday_slots(45, now=paris(MONDAY, hour, minute))
    assert starts(offered)[0] == first
    assert set(offered) <= set(monday_slots(45))


def test_now_in_another_zone_and_to_the_second():
    assert starts(monday_slots(45, now=datetime(2026, 11, 23, 8, 0, tzinfo=UTC)))[0] == "09:00"
    assert starts(monday_slots(45, now=datetime(2026, 11, 23, 8, 0, 1, tzinfo=UTC)))[0] == "09:45"


def test_a_buffer_follows_each_slot():
    assert starts(monday_slots(45, ("13:30", "17:00"), buffer_minutes=15)) == ["09:00", "10:00", "11:00"]


def test_a_buffer_may_run_past_closing_time_but_not_into_busy_time():
    assert starts(monday_slots(60, ("13:30", "17:00"), buffer_minutes=30)) == ["09:00", "10:30"]
    assert starts(monday_slots(90, ("13:30", "17:00"), buffer_minutes=0)) == ["09:00", "10:30"]
    assert starts(monday_slots(80, ("13:30", "17:00"), buffer_minutes=20)) == ["09:00", "10:40"]
    # 10:40–12:00 fits, its buffer would meet a meeting outside opening hours
    assert starts(monday_slots(80, ("12:10", "17:00"), buffer_minutes=20)) == ["09:00"]
    assert starts(monday_slots(80, ("12:20", "17:00"), buffer_minutes=20)) == ["09:00", "10:40"]


def test_openings_that_touch_or_overlap_make_one():
    touching = [
        span(MONDAY, "10:00", "11:00"),
        span(MONDAY, "09:00", "10:00"),
        span(MONDAY, "09:00", "10:00"),
    ]
    assert starts(free_slots(touching, [], 45)) == ["09:00", "09:45"]
    overlapping = [span(MONDAY, "09:00", "10:10"), span(MONDAY, "10:00", "11:00")]
    assert starts(free_slots(overlapping, [], 120)) == ["09:00"]


def test_the_answer_is_in_the_zone_of_the_opening():
    in_utc = [
        (start.astimezone(UTC), end.astimezone(UTC)) for start, end in opening_intervals(MONDAY, MONDAY)
    ]
    assert starts(free_slots(in_utc, [], 60))[0] == "08:00"
    assert free_slots(in_utc, [], 60) == monday_slots(60)


@pytest.mark.parametrize(
    ("minutes", "buffer", "message"),
    [
        (4, 0, "entre 5 et 480"),
        (481, 0, "entre 5 et 480"),
        (0, 0, "entre 5 et 480"),
        (30, -1, "battement"),
        (30, 481, "battement"),
    ],
)
def test_impossible_lengths_are_refused(minutes, buffer, message):
    with pytest.raises(ValueError, match=message):
        monday_slots(minutes, buffer_minutes=buffer)


@pytest.mark.parametrize("lead", [-1, 481])
def test_an_impossible_way_is_refused(lead):
    with pytest.raises(ValueError, match="trajet"):
        monday_slots(30, lead_minutes=lead)


def test_the_way_is_kept_free_before_each_slot_inside_the_opening():
    assert starts(monday_slots(45, ("13:30", "17:00"), lead_minutes=20)) == ["09:20", "10:25"]
    assert starts(monday_slots(45, ("13:30", "17:00"), lead_minutes=15, buffer_minutes=15)) == [
        "09:15",
        "10:30",
    ]
    nine_past = paris(MONDAY, 9, 1)
    assert starts(monday_slots(45, ("13:30", "17:00"), lead_minutes=20, now=nine_past)) == ["10:25"]


def test_extreme_lengths_are_accepted():
    assert len(monday_slots(5)) == 36 + 42
    assert free_slots([span(MONDAY, "08:00", "16:00")], [], 480) == [span(MONDAY, "08:00", "16:00")]


def test_naive_datetimes_are_refused():
    naive = tuple(moment.replace(tzinfo=None) for moment in span(MONDAY, "09:00", "12:00"))
    aware = span(MONDAY, "09:00", "12:00")
    for arguments in (([naive], []), ([aware], [naive])):
        with pytest.raises(ValueError, match="fuseau horaire"):
            free_slots(*arguments, 30)
    with pytest.raises(ValueError, match="fuseau horaire"):
        free_slots([aware], [], 30, now=naive[0])


def test_a_reversed_interval_is_refused():
    start, end = span(MONDAY, "09:00", "12:00")
    for arguments in (([(end, start)], []), ([(start, end)], [(end, start)])):
        with pytest.raises(ValueError, match="finir avant"):
            free_slots(*arguments, 30)


def test_default_opening_hours():
    assert opening_intervals(MONDAY, MONDAY) == [
        span(MONDAY, "09:00", "12:00"),
        span(MONDAY, "13:30", "17:00"),
    ]
    week = opening_intervals(MONDAY, MONDAY + timedelta(days=6))
    assert len(week) == 10
    assert week == sorted(week)


def test_holidays_and_closures_are_left_out():
    def opened(first, last, **options):
        return {start.date() for start, _ in opening_intervals(first, last, **options)}

    assert opened(date(2022, 10, 31), date(2022, 11, 2)) == {date(2022, 10, 31), date(2022, 11, 2)}
    assert date(2026, 4, 6) not in opened(date(2026, 4, 1), date(2026, 4, 30))
    pentecost = date(2026, 5, 25)
    assert opened(pentecost, pentecost) == set()
    assert opened(pentecost, pentecost, pentecost_monday=False) == {pentecost}
    assert opened(MONDAY, MONDAY + timedelta(days=1), closed={MONDAY}) == {MONDAY + timedelta(days=1)}


def test_own_opening_hours():
    saturday = MONDAY - timedelta(days=2)
    hours = {5: ((time(9), time(12)),)}
    assert opening_intervals(saturday, MONDAY, hours=hours) == [span(saturday, "09:00", "12:00")]


def test_dates_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="précède"):
        opening_intervals(MONDAY, MONDAY - timedelta(days=1))


def test_nine_o_clock_stays_nine_o_clock_across_the_autumn_change():
    before, after = date(2026, 10, 23), date(2026, 10, 26)
    slots = free_slots(opening_intervals(before, after), [], 30)
    firsts = {start.date(): start for start, _ in reversed(slots)}
    assert firsts[before].astimezone(UTC) == datetime(2026, 10, 23, 7, tzinfo=UTC)
    assert firsts[after].astimezone(UTC) == datetime(2026, 10, 26, 8, tzinfo=UTC)
    assert {start.strftime("%H:%M") for start in firsts.values()} == {"09:00"}


def test_a_night_when_the_clocks_change():
    spring = free_slots([span(SPRING, "01:00", "05:00")], [], 60)
    assert starts(spring) == ["01:00", "03:00", "04:00"]
    autumn = free_slots([span(AUTUMN, "01:00", "05:00")], [], 60)
    assert starts(autumn) == ["01:00", "02:00", "02:00", "03:00", "04:00"]
    assert [start.fold for start, _ in autumn] == [0, 0, 1, 0, 0]
    for slots in (spring, autumn):
        assert all(end.astimezone(UTC) - start.astimezone(UTC) == 60 * MINUTE for start, end in slots)


# A model written minute by minute, in UTC: slow, obvious, and with nothing in common with the code it checks.


def minutes_of(intervals) -> set[datetime]:
    covered = set()
    for start, end in intervals:
        moment, last = start.astimezone(UTC), end.astimezone(UTC)
        while moment < last:
            covered.add(moment)
            moment += MINUTE
    return covered


def model(openings, busy, minutes, now, buffer) -> list[tuple[datetime, datetime]]:
    opened, taken = minutes_of(openings), minutes_of(busy)
    found = []
    for first in sorted(moment for moment in opened - taken if moment - MINUTE not in opened - taken):
        moment = first
        while all(
            moment + n * MINUTE not in taken and (n >= minutes or moment + n * MINUTE in opened)
            for n in range(minutes + buffer)
        ):
            found.append((moment, moment + minutes * MINUTE))
            moment += (minutes + buffer) * MINUTE
    return [slot for slot in found if now is None or slot[0] >= now.astimezone(UTC)]


ORIGINS = st.sampled_from([MONDAY, SPRING, AUTUMN])


@st.composite
def agendas(draw):
    origin = paris(draw(ORIGINS), 0).astimezone(UTC)

    def intervals(most, longest):
        pairs = st.tuples(st.integers(0, 1200), st.integers(0, longest))
        zones = st.sampled_from([PARIS, UTC])
        return [
            (
                (origin + start * MINUTE).astimezone(draw(zones)),
                (origin + (start + length) * MINUTE).astimezone(draw(zones)),
            )
            for start, length in draw(st.lists(pairs, max_size=most))
        ]

    now = draw(st.none() | st.integers(-60, 1300).map(lambda n: (origin + n * MINUTE).astimezone(PARIS)))
    minutes, buffer = draw(st.integers(15, 240)), draw(st.sampled_from([0, 0, 5, 15, 45]))
    return intervals(4, 500), intervals(6, 120), minutes, now, buffer


def in_utc(slots):
    return [(start.astimezone(UTC), end.astimezone(UTC)) for start, end in slots]


@given(agendas())
def test_the_slots_are_those_of_the_model(agenda):
    openings, busy, minutes, now, buffer = agenda
    slots = in_utc(free_slots(openings, busy, minutes, now=now, buffer_minutes=buffer))
    assert slots == model(openings, busy, minutes, now, buffer)


@given(agendas())
def test_slots_lie_in_openings_out_of_busy_time_and_apart(agenda):
    openings, busy, minutes, now, buffer = agenda
    slots = in_utc(free_slots(openings, busy, minutes, now=now, buffer_minutes=buffer))
    covered = minutes_of(slots)
    assert covered <= minutes_of(openings)
    assert not covered & minutes_of(busy)
    assert len(covered) == minutes * len(slots)
    assert slots == sorted(set(slots))


@given(agendas(), st.randoms(use_true_random=False))
def test_order_and_repetition_of_the_input_do_not_matter(agenda, random):
    openings, busy, minutes, now, buffer = agenda
    expected = in_utc(free_slots(openings, busy, minutes, now=now, buffer_minutes=buffer))
    mixed_openings, mixed_busy = openings * 2, busy * 2
    random.shuffle(mixed_openings)
    random.shuffle(mixed_busy)
    again = free_slots(iter(mixed_openings), iter(mixed_busy), minutes, now=now, buffer_minutes=buffer)
    assert in_utc(again) == expected


@given(agendas())
def test_what_is_shown_is_accepted(agenda):
    """Booking any slot, then asking again, offers the slots that were not touched before it."""
    openings, busy, minutes, now, _ = agenda
    slots = in_utc(free_slots(openings, busy, minutes, now=now))
    for booked in slots[:1] + slots[-1:]:
        left = in_utc(free_slots(openings, [*busy, booked], minutes, now=now))
        assert left == [slot for slot in slots if slot != booked]
