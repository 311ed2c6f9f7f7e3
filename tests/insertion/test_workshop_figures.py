"""The figures of the workshops against a set counted by hand, and what becomes of them in a merge."""

from datetime import date, datetime, timedelta

import pytest
import time_machine

from cias.core.periods import PARIS, Period
from cias.core.registry import statistics
from households.services.merging import merge
from insertion.models import WorkshopEvaluation, WorkshopRegistration
from insertion.workshops.enums import RegistrationState, SessionState
from tests.factories import (
    CommuneFactory,
    HouseholdFactory,
    WorkshopFactory,
    WorkshopRegistrationFactory,
    WorkshopSessionFactory,
)

pytestmark = pytest.mark.django_db
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture
def counted(claire) -> None:
    """October: two budget sessions and an energy action held, one cancelled; one on each side of the month."""
    town, elsewhere = CommuneFactory(code="28085"), CommuneFactory(code="28220", name="Lucé")
    here, there = HouseholdFactory(commune=town), HouseholdFactory(commune=elsewhere)
    hidden = HouseholdFactory(commune=town, address_hidden=True, is_protected=True)
    budget = WorkshopFactory(agent=claire, seats=4, commune=town)
    energy = WorkshopFactory(
        agent=claire, seats=6, domain="energie", theme="energy", kind="action", commune=elsewhere
    )
    rights = WorkshopFactory(agent=claire, domain="droits", theme="rights", kind="information")

    def session(workshop, day, hour=10, **values):
        start = datetime(2026, *day, hour, tzinfo=PARIS)
        values = {"state": SessionState.HELD} | values
        return WorkshopSessionFactory(
            workshop=workshop, start=start, end=start + timedelta(hours=2), **values
        )

    first = session(budget, (10, 1), 0)
    last = session(budget, (10, 31), 22)
    session(budget, (11, 1), 0)
    session(budget, (9, 30), 22)
    session(budget, (10, 15), state=SessionState.CANCELLED)
    session(budget, (10, 20), state=SessionState.PLANNED)
    one = WorkshopRegistrationFactory(session=first, household=here, came=True)
    WorkshopRegistrationFactory(session=first, household=there, attendance="unexcused")
    WorkshopRegistrationFactory(session=first, household=hidden, attendance="excused")
    WorkshopRegistrationFactory(session=first, waiting=True)
    WorkshopRegistrationFactory(session=last, household=here, person=one.person, came=True)
    WorkshopRegistrationFactory(session=last, without_file=True, came=True, seat=None, is_walk_in=True)
    WorkshopRegistrationFactory(session=session(energy, (10, 7)), household=there, came=True)
    WorkshopRegistrationFactory(
        session=session(rights, (10, 8)), household=here, person=one.person, came=True
    )
    WorkshopEvaluation.objects.create(
        session=first, returned=4, very_satisfied=1, satisfied=1, little_satisfied=1, by=claire
    )


EXPECTED = {
    "workshops": {("droits",): 2, ("energie",): 1},
    "sessions": {("droits", "budget"): 2, ("droits", "rights"): 1, ("energie", "energy"): 1},
    "kinds": {("workshop", "droits"): 2, ("information", "droits"): 1, ("action", "energie"): 1},
    "cancelled": {("droits",): 1},
    "seats": {("droits", "budget"): 8, ("droits", "rights"): 10, ("energie", "energy"): 6},
    "registered": {("droits", "budget"): 4, ("droits", "rights"): 1, ("energie", "energy"): 1},
    "present": {("droits", "budget"): 3, ("droits", "rights"): 1, ("energie", "energy"): 1},
    "outcomes": {
        ("droits", "present"): 3,
        ("droits", "excused"): 1,
        ("droits", "unexcused"): 1,
        ("droits", "walk_in"): 1,
        ("energie", "present"): 1,
    },
    "no_show": {(): 1},
    "unserved": {("droits",): 1},
    "persons": {("droits",): 1, ("energie",): 1},
    "without_file": {("droits",): 1},
    "information": {("droits",): 1},
    "housing": {("energie", "action"): 1},
    "satisfaction": {(): 2},
}


@pytest.mark.parametrize("code", EXPECTED)
def test_figures_equal_the_hand_count(counted, code) -> None:
    rows = list(statistics[f"workshops.{code}"].compute(OCTOBER, None))
    assert {row.keys: row.value for row in rows} == EXPECTED[code]
    if code in ("no_show", "satisfaction"):
        assert rows[0].count == {"no_show": 6, "satisfaction": 3}[code]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("sessions", {("droits", "budget"): 2}),
        ("present", {("droits", "budget"): 2, ("droits", "rights"): 1}),
        ("outcomes", {("droits", "present"): 3}),
        ("persons", {("droits",): 1}),
        ("without_file", {}),
    ],
)
def test_of_a_territory_places_and_people_known_to_live_there(counted, code, expected) -> None:
    rows = statistics[f"workshops.{code}"].compute(OCTOBER, frozenset({"28085"}))
    assert {row.keys: row.value for row in rows} == expected


@pytest.mark.parametrize(
    ("survivor", "absorbed", "kept"),
    [
        ({}, {"came": True}, "absorbed"),
        ({"came": True}, {"attendance": "unexcused"}, "survivor"),
        ({"waiting": True}, {}, "absorbed"),
        ({"waiting": True}, {"waiting": True}, "survivor"),
    ],
)
def test_two_registrations_of_one_session_become_the_better_one(claire, survivor, absorbed, kept) -> None:
    session = WorkshopSessionFactory()
    rows = {
        name: WorkshopRegistrationFactory(session=session, **values)
        for name, values in (("survivor", survivor), ("absorbed", absorbed))
    }
    lost = rows["absorbed"]
    other = WorkshopRegistrationFactory(household=lost.household, person=lost.person)
    merge(by=claire, survivor=rows["survivor"].person, absorbed=rows["absorbed"].person)
    left = WorkshopRegistration.objects.filter(person=rows["survivor"].person)
    assert set(left.values_list("pk", flat=True)) == {rows[kept].pk, other.pk}
    assert left.get(session=session).state in (RegistrationState.REGISTERED, RegistrationState.WAITING)


def test_a_moved_clock_changes_no_past_figure(counted) -> None:
    with time_machine.travel(datetime(2027, 6, 1, tzinfo=PARIS)):
        rows = statistics["workshops.present"].compute(OCTOBER, None)
        assert sum(row.value for row in rows) == 5
