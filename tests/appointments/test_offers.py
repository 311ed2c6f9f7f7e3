"""What is offered: openings, presence, absences, rooms; nothing that could not be booked."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from appointments.enums import Place, Urgency
from appointments.services import Wish, alternatives, first_day, offer, read_diary
from cias.core.periods import PARIS
from cias.territory.models import ExceptionalClosure, OpeningHours, Weekday
from tests.appointments.conftest import EARLY
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    CommuneFactory,
    PresenceFactory,
    RoomFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HALF_HOUR = Wish(minutes=30)


def starts(
    agents, first: date, last: date | None = None, wish: Wish = HALF_HOUR, now: datetime | None = None
):
    """Paris wall-clock starts of the free slots: "24 09:30"."""
    diary = read_diary(agents, first, last or first)
    now = now or datetime(2020, 1, 1, tzinfo=UTC)
    return [f"{slot.start:%d %H:%M}" for agent in agents for slot in diary.slots(agent, wish, now=now)]


def test_presence_is_cut_by_the_opening_hours(claire):
    PresenceFactory(agent=claire, weekday=Weekday.TUESDAY, starts_at=time(8), ends_at=time(14, 30))
    assert starts([claire], date(2026, 11, 24)) == [
        "24 09:00", "24 09:30", "24 10:00", "24 10:30", "24 11:00", "24 11:30", "24 13:30", "24 14:00",
    ]  # fmt: skip


@pytest.mark.parametrize("day", [date(2022, 11, 1), date(2026, 4, 6), date(2026, 5, 25), date(2026, 11, 22)])
def test_public_holidays_and_sundays_are_never_offered(claire_works, day):
    assert starts([claire_works], day) == []


def test_an_exceptional_closure_is_not_offered(claire_works):
    ExceptionalClosure.objects.create(
        first_day=date(2026, 11, 24), last_day=date(2026, 11, 24), label="Inventaire"
    )
    assert starts([claire_works], date(2026, 11, 24)) == []


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        (date(2026, 10, 23), 7),
        (date(2026, 10, 26), 8),
        (date(2026, 3, 27), 8),
        (date(2026, 3, 30), 7),
    ],
)
def test_nine_o_clock_follows_the_clock_change(claire_works, day, utc_hour):
    slots = read_diary([claire_works], day, day).slots(
        claire_works, HALF_HOUR, now=datetime(2020, 1, 1, tzinfo=UTC)
    )
    assert slots[0].start.astimezone(UTC).hour == utc_hour
    assert slots[0].start.astimezone(PARIS).hour == 9
    assert len(slots) == 13


def test_absences_and_appointments_are_not_offered_and_the_grid_restarts_after_them(claire_works):
    nine = datetime(2026, 11, 24, 9, tzinfo=PARIS)
    AppointmentFactory(agent=claire_works, start=nine, minutes=50)
    AbsenceFactory(agent=claire_works, start=nine + timedelta(hours=2), end=nine + timedelta(hours=8))
    assert starts([claire_works], nine.date()) == ["24 09:50", "24 10:20"]


def test_a_cancelled_appointment_is_offered_again(claire_works):
    nine = datetime(2026, 11, 24, 9, tzinfo=PARIS)
    AppointmentFactory(agent=claire_works, start=nine, cancelled=True)
    assert starts([claire_works], nine.date())[0] == "24 09:00"


def test_a_change_of_one_day_replaces_that_day_only(claire_works):
    day = date(2026, 11, 24)
    PresenceFactory(
        agent=claire_works, weekday=Weekday.TUESDAY, replaces=True, valid_from=day, valid_until=day,
        starts_at=time(10), ends_at=time(11),
    )  # fmt: skip
    assert starts([claire_works], day) == ["24 10:00", "24 10:30"]
    assert len(starts([claire_works], day + timedelta(days=1))) == 13


def test_presence_has_a_beginning_and_an_end(claire):
    tuesday = {"agent": claire, "weekday": Weekday.TUESDAY}
    PresenceFactory(**tuesday, valid_from=date(2026, 11, 10), valid_until=date(2026, 11, 17))
    found = starts([claire], date(2026, 11, 1), date(2026, 11, 30))
    assert {moment[:2] for moment in found} == {"10", "17"}


def test_a_room_taken_by_somebody_else_is_not_offered(claire, mehdi):
    shared = RoomFactory()
    for agent in (claire, mehdi):
        PresenceFactory(agent=agent, weekday=Weekday.TUESDAY, room=shared, ends_at=time(10))
    nine = datetime(2026, 11, 24, 9, tzinfo=PARIS)
    AppointmentFactory(agent=mehdi, room=shared, start=nine)
    assert starts([claire], nine.date()) == ["24 09:30"]
    home = Wish(minutes=30, place=Place.HOME)
    assert starts([claire], nine.date(), wish=home) == ["24 09:00", "24 09:30"]


def test_a_permanence_is_offered_to_those_of_its_commune(claire):
    luce = CommuneFactory(luce=True)
    PresenceFactory(agent=claire, weekday=Weekday.TUESDAY, room=None, commune=luce, ends_at=time(10))
    day = date(2026, 11, 24)
    assert starts([claire], day, wish=Wish(minutes=30, communes=frozenset({"28085"}))) == []
    assert starts([claire], day, wish=Wish(minutes=30, communes=frozenset({"28218"}))) != []
    [slot, _] = read_diary([claire], day, day).slots(claire, HALF_HOUR, now=EARLY)
    assert (slot.place, slot.commune, slot.room) == (Place.OUTSIDE, luce, None)


def test_one_slot_per_moment_the_referent_first_else_the_least_busy(claire_works, mehdi_works, early):
    nine = datetime(2026, 11, 24, 9, tzinfo=PARIS)
    AppointmentFactory(agent=claire_works, start=nine + timedelta(hours=5))
    agents = [claire_works, mehdi_works]
    chosen = offer(agents=agents, wish=HALF_HOUR, now=EARLY, first=nine.date())
    assert [(slot.start, slot.agent) for slot in chosen[:2]] == [
        (nine, mehdi_works),
        (nine + timedelta(minutes=30), mehdi_works),
    ]
    preferred = offer(
        agents=agents, wish=HALF_HOUR, now=EARLY, first=nine.date(), preferred=frozenset({claire_works.pk})
    )
    assert {slot.agent for slot in preferred} == {claire_works}


def test_the_referent_has_a_place_even_when_they_are_booked_for_long(claire, mehdi_works):
    PresenceFactory(agent=claire, weekday=Weekday.TUESDAY, valid_from=date(2027, 3, 1))
    chosen = offer(
        agents=[claire, mehdi_works], wish=HALF_HOUR, now=EARLY, first=date(2026, 11, 24),
        preferred=frozenset({claire.pk}),
    )  # fmt: skip
    assert [slot.agent for slot in chosen] == [mehdi_works] * 5 + [claire]
    assert chosen[-1].start.date() == date(2027, 3, 2)


def test_more_slots_come_after_the_last_one_shown(claire_works):
    first = offer(agents=[claire_works], wish=HALF_HOUR, now=EARLY, first=date(2026, 11, 24))
    more = offer(
        agents=[claire_works], wish=HALF_HOUR, now=EARLY, first=date(2026, 11, 24), after=first[-1].start
    )
    assert more[0].start == first[-1].end + timedelta(hours=1, minutes=30)


def test_who_can_wait_leaves_the_coming_week_to_the_others():
    assert first_day(Urgency.LATER, EARLY) == date(2026, 12, 1)
    assert first_day(Urgency.THIS_WEEK, EARLY) == first_day(Urgency.TODAY, EARLY) == date(2026, 11, 24)


def test_alternatives_are_near_in_time_and_rather_with_the_same_agent(claire_works, mehdi_works):
    ten = datetime(2026, 11, 25, 10, tzinfo=PARIS)
    AppointmentFactory(agent=claire_works, start=ten)
    found = alternatives(
        agents=[claire_works, mehdi_works], agent=claire_works, start=ten, wish=HALF_HOUR, now=EARLY
    )
    assert [(f"{slot.start:%d %H:%M}", slot.agent) for slot in found] == [
        ("25 09:30", claire_works), ("25 10:30", claire_works), ("25 10:00", mehdi_works),
    ]  # fmt: skip


def test_the_diary_of_thirty_agents_is_read_in_as_many_queries_as_that_of_one(django_assert_num_queries):
    agents = [UserFactory() for _ in range(10)]
    for agent in agents:
        PresenceFactory.full_week(agent)
        AppointmentFactory(agent=agent)
    for group in (agents[:1], agents):
        with django_assert_num_queries(4):
            read_diary(group, date(2026, 11, 23), date(2026, 12, 20))


@pytest.mark.parametrize("days", [0, 6, 7, 27, 28, 69, 70, 181])
def test_no_day_of_the_half_year_is_forgotten_between_two_parts(claire_works, mehdi_works, days):
    """The site is open every day but Claire is there on one only: the last of a part, the first of the next."""
    first = date(2026, 11, 2)
    there = first + timedelta(days=days)
    until = datetime.combine(there, time(), UTC)
    AbsenceFactory(agent=claire_works, start=datetime(2026, 1, 1, tzinfo=UTC), end=until)
    AbsenceFactory(agent=claire_works, start=until + timedelta(days=1), end=datetime(2028, 1, 1, tzinfo=UTC))
    OpeningHours.objects.filter(weekday__gt=0).delete()
    OpeningHours.objects.update(weekday=there.weekday())
    claire_works.presences.exclude(weekday=0).delete()
    claire_works.presences.update(weekday=there.weekday())
    now = datetime(2026, 11, 1, tzinfo=UTC)
    found = offer(agents=[claire_works], wish=HALF_HOUR, now=now, first=first)
    assert {slot.start.date() for slot in found} == {there}
    both = offer(
        agents=[claire_works, mehdi_works],
        wish=HALF_HOUR,
        now=now,
        first=first,
        preferred=frozenset({claire_works.pk}),
    )
    assert found[0] in both


def test_nothing_is_offered_after_half_a_year(claire_works):
    until = datetime.combine(date(2026, 11, 2) + timedelta(days=182), time(), UTC)
    AbsenceFactory(agent=claire_works, start=datetime(2026, 1, 1, tzinfo=UTC), end=until)
    now = datetime(2026, 11, 1, tzinfo=UTC)
    assert offer(agents=[claire_works], wish=HALF_HOUR, now=now, first=date(2026, 11, 2)) == []
    assert offer(agents=[claire_works], wish=HALF_HOUR, now=now, first=date(2026, 11, 3))
