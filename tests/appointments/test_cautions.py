"""What one is told before booking, and accepts or not (A9); pairs of agents and visits (A13, A16)."""

from datetime import UTC, datetime, time, timedelta

import pytest

from appointments.enums import CautionCode, Place
from appointments.models import Attendance, TravelTime, VisitNote
from appointments.services import SlotTaken, ToAccept, book, cancel, move, read_diary, undo_last, wish_for
from appointments.services.travel import estimate, home_commune, travel_minutes
from cias.core.db import ConstraintViolation
from cias.core.periods import PARIS
from cias.territory.models import Commune
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    HouseholdFactory,
    MembershipFactory,
    PresenceFactory,
)

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 11, 24, tzinfo=PARIS)


def at(hour: int, minute: int = 0) -> datetime:
    return DAY.replace(hour=hour, minute=minute)


@pytest.fixture
def household():
    return HouseholdFactory()


@pytest.fixture
def booking(early, nadege, claire_works, household, css):
    """Book Claire at 9:00 by the desk, or otherwise."""

    def do(**changes):
        usual = {"by": nadege, "agent": claire_works, "start": at(9), "reason": css, "household": household}
        return book(**{**usual, **changes})

    return do


def codes(error: pytest.ExceptionInfo[ToAccept]) -> list[str]:
    return [caution.code for caution in error.value.cautions]


def test_nothing_to_accept_on_the_grid(booking):
    assert booking().cautions == []


def test_the_household_is_expected_elsewhere(booking, mehdi_works, household, css):
    AppointmentFactory(agent=mehdi_works, household=household, start=at(9, 15), reason=css)
    AppointmentFactory(agent=mehdi_works, household=household, start=at(14), reason=css)
    AppointmentFactory(agent=mehdi_works, start=at(10))
    with pytest.raises(ToAccept) as error:
        booking()
    assert codes(error) == [CautionCode.OVERLAP, CautionCode.SAME_REASON]
    assert "à 9\u00a0h\u00a015 avec Mehdi Aouragh" in error.value.cautions[0].text


def test_a_member_is_expected_with_another_household(booking, mehdi_works, household):
    """A child in alternating custody has appointments with both homes."""
    child = MembershipFactory(household=household).person
    AppointmentFactory(agent=mehdi_works, household=HouseholdFactory(), person=child, start=at(9))
    with pytest.raises(ToAccept) as error:
        booking()
    assert codes(error) == [CautionCode.OVERLAP]


def test_what_is_accepted_is_written_on_the_appointment(booking, mehdi_works, household):
    AppointmentFactory(agent=mehdi_works, household=household, start=at(9))
    assert booking(accepts=[CautionCode.OVERLAP]).cautions == [CautionCode.OVERLAP]


def test_half_accepted_is_not_accepted(booking, mehdi_works, household, css):
    AppointmentFactory(agent=mehdi_works, household=household, start=at(9), reason=css)
    AppointmentFactory(agent=mehdi_works, household=household, start=at(14), reason=css)
    with pytest.raises(ToAccept):
        booking(accepts=[CautionCode.OVERLAP])


def test_off_the_grid_one_must_say_so(booking):
    with pytest.raises(SlotTaken):
        booking(start=at(9, 10))


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (at(9, 10), [CautionCode.HOLE]),
        (at(9, 30), []),
        (at(9, 50), []),
        (at(12, 15), [CautionCode.CLOSED]),
        (at(18), [CautionCode.CLOSED]),
    ],
)
def test_off_the_grid_says_what_is_unusual(booking, start, expected):
    if expected:
        with pytest.raises(ToAccept) as error:
            booking(start=start, off_grid=True)
        assert codes(error) == expected
    assert booking(start=start, off_grid=True, accepts=expected).start == start


def test_off_the_grid_during_an_absence(booking, claire_works):
    AbsenceFactory(agent=claire_works, start=at(9), end=at(11))
    with pytest.raises(ToAccept) as error:
        booking(start=at(9, 30), off_grid=True)
    assert CautionCode.ABSENT in codes(error)


def test_off_the_grid_while_the_agent_is_in_a_commune(booking, claire_works, household):
    claire_works.presences.update(room=None, commune=Commune.objects.first() or household.commune)
    with pytest.raises(ToAccept) as error:
        booking(off_grid=True, place=Place.PHONE)
    assert codes(error) == [CautionCode.ELSEWHERE]


def test_off_the_grid_is_never_on_top_of_another(booking, claire_works):
    AppointmentFactory(agent=claire_works, start=at(9, 15))
    with pytest.raises(SlotTaken):
        booking(off_grid=True, accepts=CautionCode.values)


def test_off_the_grid_takes_no_room_somebody_else_is_in(booking, claire_works):
    room = claire_works.presences.first().room
    AppointmentFactory(room=room, start=at(9, 15))
    assert booking(start=at(9, 20), off_grid=True, accepts=CautionCode.values).room is None


# Pairs -----------------------------------------------------------------------------------------------


def test_a_pair_is_proposed_when_both_are_there(early, claire_works, mehdi_works, css):
    AppointmentFactory(agent=mehdi_works, start=at(9), minutes=60)
    AbsenceFactory(agent=claire_works, start=at(11), end=at(12))
    diary = read_diary([claire_works, mehdi_works], DAY.date(), DAY.date())
    found = diary.slots(claire_works, wish_for(reason=css, second=mehdi_works), now=at(8))
    assert [slot.start for slot in found][:3] == [at(10), at(10, 30), at(13, 30)]
    assert all(slot.second == mehdi_works for slot in found)


def test_both_agents_are_taken(booking, claire_works, mehdi_works):
    both = booking(second_agent=mehdi_works)
    assert set(Attendance.objects.values_list("agent", flat=True)) == {claire_works.pk, mehdi_works.pk}
    with pytest.raises(SlotTaken):
        booking(agent=mehdi_works)
    cancel(by=both.booked_by, appointment=both, status="cancelled_user")
    assert not Attendance.objects.exists()
    assert booking(agent=mehdi_works).start == at(9)
    with pytest.raises(ConstraintViolation) as refusal:
        undo_last(by=both.booked_by, appointment=both)
    assert refusal.value.name == "appointments_attendance_agent_once"


def test_a_pair_moves_together(booking, nadege, mehdi_works):
    both = booking(second_agent=mehdi_works)
    AppointmentFactory(agent=mehdi_works, start=at(10))
    with pytest.raises(SlotTaken):
        move(by=nadege, appointment=both, agent=both.agent, start=at(10))
    move(by=nadege, appointment=both, agent=both.agent, start=at(11))
    assert Attendance.objects.filter(appointment=both, start=at(11)).count() == 2


def test_the_second_agent_is_another_one(booking, claire_works):
    with pytest.raises(SlotTaken):
        booking(second_agent=claire_works)


# Visits ----------------------------------------------------------------------------------------------


def test_a_visit_keeps_the_way_there_and_back(booking, claire_works, household):
    TravelTime.objects.create(commune=household.commune, minutes=25)
    visit = booking(place=Place.HOME, start=at(9, 25))
    assert (visit.busy_from, visit.busy_until) == (at(9), at(9, 25) + timedelta(minutes=55))
    assert visit.room is None
    with pytest.raises(SlotTaken):
        booking(start=at(9, 30))
    assert booking(start=at(10, 20), accepts=[CautionCode.SAME_REASON]).start == at(10, 20)


def test_a_visit_begins_after_the_way_there(early, claire_works, household, css):
    TravelTime.objects.create(commune=household.commune, minutes=20)
    wish = wish_for(reason=css, place=Place.HOME, home=household)
    day = read_diary([claire_works], DAY.date(), DAY.date())
    assert [slot.start for slot in day.slots(claire_works, wish, now=at(8))][:2] == [at(9, 20), at(10, 30)]


def test_a_visit_in_pairs_asks_for_a_second_agent(booking, claire_works, mehdi_works, household):
    VisitNote.objects.create(household=household, in_pairs=True, written_by=claire_works)
    TravelTime.objects.create(commune=household.commune, minutes=0)
    with pytest.raises(ToAccept) as error:
        booking(place=Place.HOME)
    assert codes(error) == [CautionCode.ALONE]
    assert booking(place=Place.HOME, second_agent=mehdi_works).cautions == []


def test_the_way_is_measured_else_estimated():
    home, far = Commune(code="28085", name="Chartres"), Commune(code="28227", name="Maintenon")
    home.geometry = {"type": "Polygon", "coordinates": [[[1.48, 48.44], [1.50, 48.46]]]}
    far.geometry = {"type": "Polygon", "coordinates": [[[1.57, 48.58], [1.59, 48.60]]]}
    assert estimate(home, home) == 10
    assert estimate(far, home) == 30  # 17 km as the crow flies
    assert estimate(Commune(code="28001"), home) == 0
    assert travel_minutes(None) == 0


def test_the_cias_is_where_its_address_says(household):
    assert home_commune() is not None
    TravelTime.objects.create(commune=household.commune, minutes=7)
    assert travel_minutes(household.commune) == 7


def test_presence_of_even_weeks_only(early, claire, css):
    """ISO week 48 of 2026 (24 November) is even."""
    PresenceFactory(agent=claire, weekday=1, starts_at=time(9), ends_at=time(12), weeks="even")
    PresenceFactory(agent=claire, weekday=1, starts_at=time(9), ends_at=time(10), weeks="odd")
    wish = wish_for(reason=css)
    for day, expected in ((DAY, 6), (DAY + timedelta(weeks=1), 2), (DAY + timedelta(weeks=2), 6)):
        diary = read_diary([claire], day.date(), day.date())
        assert len(diary.slots(claire, wish, now=datetime(2026, 1, 1, tzinfo=UTC))) == expected
    with pytest.raises(Exception, match="appointments_presence_no_overlap"):
        PresenceFactory(agent=claire, weekday=1, starts_at=time(11), ends_at=time(12), weeks="all")
