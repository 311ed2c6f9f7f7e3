"""Twenty people want one thing. Whatever the way they take, one has it, the others are told, nothing breaks.

"Nothing breaks": every action ends in an appointment or in the refusal made for it. A deadlock, an error page or
a constraint that speaks in place of the service shows up as an outcome nobody expects.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from appointments.enums import CANCELLED, Place, Status, Urgency
from appointments.models import Appointment, Attendance
from appointments.services import SlotTaken, Wish, book, cancel, move, offer, undo_last
from cias.accounts.models import User
from cias.core.db import ConstraintViolation, typed_violations
from cias.core.periods import PARIS
from tests.appointments.racing import THREADS, at_once, outcome
from tests.factories import (
    AppointmentFactory,
    HouseholdFactory,
    MembershipFactory,
    PresenceFactory,
    ReasonFactory,
    RoomFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

NINE = datetime(2027, 3, 2, 9, tzinfo=PARIS)  # a Tuesday
HALF = timedelta(minutes=30)
ROUNDS = range(3)  # the unlucky order of events does not come every time


def colleagues(count: int, **presence: Any) -> list[User]:
    """Agents who receive on that day, each in a room of their own unless one is given."""
    agents = [UserFactory(has_agenda=True) for _ in range(count)]
    for agent in agents:
        PresenceFactory(agent=agent, weekday=NINE.weekday(), **presence)
    return agents


def planned(agent: User, days: int = 7, **fields: Any) -> Appointment:
    """An appointment of the agent's at nine, some days later."""
    return AppointmentFactory(agent=agent, room=None, start=NINE + timedelta(days=days), **fields)


def holding(start: datetime) -> list[Appointment]:
    return list(Appointment.objects.occupying().filter(start=start))


def nobody_is_expected_twice() -> bool:
    """Read back, in Python: no two appointments of an agent or in a room share time; the trigger kept its rows."""
    rows = list(Appointment.objects.occupying())
    pairs = [(one, other) for one in rows for other in rows if one.pk < other.pk]
    for one, other in pairs:
        shares = one.start < other.end and other.start < one.end
        travels = one.busy_from < other.busy_until and other.busy_from < one.busy_until
        if travels and {agent.pk for agent in one.agents} & {agent.pk for agent in other.agents}:
            return False
        if shares and one.room_id is not None and one.room_id == other.room_id:
            return False
    expected = {(row.pk, agent.pk) for row in rows for agent in row.agents}
    return expected == set(Attendance.objects.values_list("appointment_id", "agent_id"))


# One slot ------------------------------------------------------------------------------------------


def test_twenty_bookings_of_one_slot_make_one_appointment(nadege, claire_works, mehdi_works):
    """Each thread reads the offer on one connection and books on a second one."""
    households = [HouseholdFactory() for _ in range(THREADS)]
    reason = ReasonFactory()

    def read_then_book(number: int) -> Appointment:
        slot = offer(
            agents=[claire_works], wish=Wish(minutes=30), now=NINE - timedelta(hours=1), first=NINE.date()
        )[0]
        assert slot.start == NINE
        connection.close()
        return book(
            by=nadege, agent=slot.agent, start=slot.start, reason=reason, household=households[number]
        )

    results = at_once([partial(read_then_book, number) for number in range(THREADS)])
    assert outcome(results) == {"Appointment": 1, "SlotTaken": THREADS - 1}
    assert Appointment.objects.count() == 1
    for refusal in results:
        if isinstance(refusal, SlotTaken):
            assert refusal.taken_by == nadege
            assert len(refusal.alternatives) == 3
            assert all(slot.start != NINE or slot.agent == mehdi_works for slot in refusal.alternatives)


def test_the_constraint_alone_lets_one_through(claire):
    """Whoever writes past the services meets the database."""
    reason, household = ReasonFactory(), HouseholdFactory()

    def insert() -> Appointment:
        with typed_violations():
            return AppointmentFactory(
                agent=claire, room=None, reason=reason, household=household, start=NINE, booked_by=claire
            )

    results = at_once([insert] * THREADS)
    assert sum(isinstance(result, Appointment) for result in results) == 1
    assert sum(isinstance(result, ConstraintViolation) for result in results) == THREADS - 1


def test_booking_and_moving_to_one_slot(nadege, claire_works, mehdi_works):
    """Two ways to one slot: a new appointment, or one that exists already and moves there."""
    reason = ReasonFactory()
    existing = [planned(mehdi_works, 7 * week, reason=reason) for week in range(1, 11)]
    results = at_once(
        [partial(book, by=nadege, agent=claire_works, start=NINE, reason=reason, household=HouseholdFactory())
         for _ in existing]
        + [partial(move, by=nadege, appointment=row, agent=claire_works, start=NINE) for row in existing]
    )  # fmt: skip
    assert outcome(results) == {"Appointment": 1, "SlotTaken": 19}
    assert len(holding(NINE)) == 1
    assert nobody_is_expected_twice()
    stayed = [row for row in existing if Appointment.objects.get(pk=row.pk).start == row.start]
    assert (
        len(stayed)
        == len(existing) - Appointment.objects.filter(pk__in=[r.pk for r in existing], start=NINE).count()
    )


def test_twenty_appointments_moved_to_one_slot(nadege, claire_works, mehdi_works):
    """Half come from the agent's own agenda, half from a colleague's; those who lose stay where they were."""
    rows = [planned(agent, 7 * week) for agent in (claire_works, mehdi_works) for week in range(1, 11)]
    results = at_once(
        [partial(move, by=nadege, appointment=row, agent=claire_works, start=NINE) for row in rows]
    )
    assert outcome(results) == {"Appointment": 1, "SlotTaken": THREADS - 1}
    assert len(holding(NINE)) == 1
    assert Appointment.objects.occupying().count() == THREADS
    assert nobody_is_expected_twice()


def test_one_appointment_moved_by_twenty_people_goes_to_one_place(nadege, claire_works, mehdi_works):
    row = planned(claire_works)
    starts = [NINE + number * HALF for number in range(5)] * 2
    results = at_once(
        [partial(move, by=nadege, appointment=row, agent=agent, start=start)
         for agent in (claire_works, mehdi_works) for start in starts]
    )  # fmt: skip
    assert set(outcome(results)) <= {"Appointment", "SlotTaken"}
    assert Appointment.objects.count() == 1
    assert nobody_is_expected_twice()


def test_two_agents_exchange_their_appointments(nadege, claire_works, mehdi_works):
    """Each wants the time the other still holds: both are told, none waits for the other for ever."""
    for _ in ROUNDS:
        one, other = (
            AppointmentFactory(agent=claire_works, start=NINE),
            AppointmentFactory(agent=mehdi_works, start=NINE),
        )
        results = at_once(
            [partial(move, by=nadege, appointment=one, agent=mehdi_works, start=NINE),
             partial(move, by=nadege, appointment=other, agent=claire_works, start=NINE)] * 5
        )  # fmt: skip
        assert outcome(results) == {"SlotTaken": 10}
        assert nobody_is_expected_twice()
        Appointment.objects.all().delete()


# Through the pages ---------------------------------------------------------------------------------


def call(person: Any, reason: Any, agent: User, start: datetime) -> dict[str, Any]:
    """The booking page's form when one confirms."""
    return {
        "person": person.pk, "reason": reason.pk, "slot": f"{agent.pk}_{start.isoformat()}", "action": "confirm",
        "urgency": Urgency.THIS_WEEK, "place": Place.OFFICE,
    }  # fmt: skip


def test_the_booking_page_and_the_moving_page_want_one_slot(login, nadege, claire_works, mehdi_works):
    reason = ReasonFactory()
    existing = [planned(mehdi_works, 7 * week, reason=reason) for week in range(1, 11)]
    persons = [MembershipFactory().person for _ in existing]
    actions: list[Callable[[], Any]] = [
        partial(login(nadege).post, reverse("appointments:book"), call(person, reason, claire_works, NINE))
        for person in persons
    ]
    actions += [
        partial(
            login(nadege).post,
            reverse("appointments:move", args=[row.pk]),
            {"slot": f"{claire_works.pk}_{NINE.isoformat()}"},
        )
        for row in existing
    ]
    assert outcome(at_once(actions)) == {"HTTP 302": 1, "HTTP 409": 19}
    assert len(holding(NINE)) == 1
    assert nobody_is_expected_twice()


def test_a_page_and_the_services_want_one_slot(login, nadege, claire_works, mehdi_works):
    """The page, the booking service and the moving service at the same moment."""
    reason, person = ReasonFactory(), MembershipFactory().person
    row = planned(mehdi_works, reason=reason)
    page = partial(login(nadege).post, reverse("appointments:book"), call(person, reason, claire_works, NINE))
    services = [
        partial(book, by=nadege, agent=claire_works, start=NINE, reason=reason, household=HouseholdFactory()),
        partial(move, by=nadege, appointment=row, agent=claire_works, start=NINE),
    ]
    results = outcome(at_once([page, *services]))
    assert results["HTTP 302"] + results["Appointment"] == 1
    assert results["HTTP 409"] + results["SlotTaken"] == 2
    assert len(holding(NINE)) == 1


def test_a_cancelled_appointment_is_brought_back_by_the_page_while_others_book(login, nadege, claire_works):
    reason = ReasonFactory()
    row = AppointmentFactory(agent=claire_works, start=NINE, cancelled=True, reason=reason)
    undo = [partial(login(nadege).post, reverse("appointments:undo", args=[row.pk])) for _ in range(10)]
    persons = [MembershipFactory().person for _ in range(10)]
    actions = undo + [
        partial(login(nadege).post, reverse("appointments:book"), call(person, reason, claire_works, NINE))
        for person in persons
    ]
    results = at_once(actions)
    assert set(outcome(results)) <= {"HTTP 302", "HTTP 409"}
    assert len(holding(NINE)) == 1
    assert nobody_is_expected_twice()


# Un-cancelling -------------------------------------------------------------------------------------


def test_un_cancelling_while_others_book(nadege, claire_works):
    """Either the appointment comes back and nobody books, or somebody books and it stays cancelled."""
    for _ in ROUNDS:
        reason = ReasonFactory()
        row = AppointmentFactory(agent=claire_works, start=NINE, cancelled=True, reason=reason)
        results = at_once(
            [partial(undo_last, by=nadege, appointment=row)] * 10
            + [partial(book, by=nadege, agent=claire_works, start=NINE, reason=reason, household=HouseholdFactory())
               for _ in range(10)]
        )  # fmt: skip
        found = outcome(results)
        came_back = Appointment.objects.get(pk=row.pk).status == Status.PLANNED
        if came_back:  # the nine others find nothing left to undo
            assert found == {"str": 1, "ValidationError": 9, "SlotTaken": 10}
        else:
            assert found == {"ConstraintViolation": 10, "Appointment": 1, "SlotTaken": 9}
        assert len(holding(NINE)) == 1
        assert nobody_is_expected_twice()
        Appointment.objects.all().delete()


def test_un_cancelling_in_a_room_that_others_book(nadege):
    """Other agents, one room: the room is what they meet in."""
    reason = ReasonFactory()
    for _ in ROUNDS:
        room = RoomFactory()
        agents = colleagues(THREADS, room=room)
        gone = [AppointmentFactory(agent=one, room=room, start=NINE, cancelled=True) for one in agents[:10]]
        results = at_once(
            [partial(undo_last, by=nadege, appointment=row) for row in gone]
            + [partial(book, by=nadege, agent=one, start=NINE, reason=reason, household=HouseholdFactory())
               for one in agents[10:]]
        )  # fmt: skip
        found = outcome(results)
        assert found["str"] + found["Appointment"] == 1
        assert found["ConstraintViolation"] + found["SlotTaken"] == THREADS - 1
        assert len(holding(NINE)) == 1
        Appointment.objects.all().delete()


def test_cancelling_while_others_book(nadege, claire_works):
    """Who comes before the cancellation is refused, the first one after has the slot."""
    reason = ReasonFactory()
    for _ in ROUNDS:
        row = AppointmentFactory(agent=claire_works, start=NINE, reason=reason)
        results = at_once(
            [partial(cancel, by=nadege, appointment=row, status=Status.CANCELLED_BY_USER)]
            + [partial(book, by=nadege, agent=claire_works, start=NINE, reason=reason, household=HouseholdFactory())
               for _ in range(10)]
        )  # fmt: skip
        booked = [result for result in results[1:] if isinstance(result, Appointment)]
        assert isinstance(results[0], Appointment)
        assert set(outcome(results)) <= {"Appointment", "SlotTaken"}
        assert holding(NINE) == booked
        assert Appointment.objects.get(pk=row.pk).status in CANCELLED
        Appointment.objects.all().delete()


# Pairs and rooms -----------------------------------------------------------------------------------


def test_the_second_agent_is_booked_by_somebody_else(nadege, claire_works, mehdi_works):
    """Pairs in both orders, and each agent alone: all want Claire or Mehdi at nine, in the order that locks worst."""
    reason = ReasonFactory()
    for _ in ROUNDS:
        wanted = [
            (claire_works, mehdi_works),
            (mehdi_works, claire_works),
            (mehdi_works, None),
            (claire_works, None),
        ]
        results = at_once(
            [partial(book, by=nadege, agent=agent, second_agent=second, start=NINE, reason=reason,
                     household=HouseholdFactory())
             for agent, second in wanted * 5]
        )  # fmt: skip
        assert set(outcome(results)) == {"Appointment", "SlotTaken"}
        held = holding(NINE)
        # A pair takes both; else one appointment each.
        assert sorted(len(row.agents) for row in held) in ([2], [1, 1])
        assert outcome(results)["Appointment"] == len(held)
        assert nobody_is_expected_twice()
        Appointment.objects.all().delete()


def test_a_pair_moves_while_its_second_agent_is_booked(nadege, claire_works, mehdi_works):
    for _ in ROUNDS:
        reason = ReasonFactory()
        pair = planned(claire_works, second_agent=mehdi_works, reason=reason)
        results = at_once(
            [partial(move, by=nadege, appointment=pair, agent=claire_works, start=NINE)]
            + [partial(book, by=nadege, agent=mehdi_works, start=NINE, reason=reason, household=HouseholdFactory())
               for _ in range(10)]
        )  # fmt: skip
        assert outcome(results) == {"Appointment": 1, "SlotTaken": 10}
        assert len(holding(NINE)) == 1
        assert nobody_is_expected_twice()
        Appointment.objects.all().delete()


def test_a_chain_of_pairs_is_booked_all_around(nadege):
    """A with B, B with C, … the last with the first: whoever locks in the order of the form ends in a deadlock."""
    agents, reason = colleagues(10), ReasonFactory()
    for _ in ROUNDS:
        results = at_once(
            [partial(book, by=nadege, agent=one, second_agent=agents[(number + 1) % len(agents)], start=NINE,
                     reason=reason, household=HouseholdFactory())
             for number, one in enumerate(agents)]
        )  # fmt: skip
        found = outcome(results)
        assert set(found) == {"Appointment", "SlotTaken"}
        assert 4 <= found["Appointment"] <= 5  # a ring of ten leaves at most one pair out on each side
        assert nobody_is_expected_twice()
        Appointment.objects.all().delete()


def test_twenty_agents_who_share_one_room_get_one_appointment(nadege):
    agents, reason = colleagues(THREADS, room=RoomFactory()), ReasonFactory()
    results = at_once(
        [partial(book, by=nadege, agent=agent, start=NINE, reason=reason, household=HouseholdFactory())
         for agent in agents]
    )  # fmt: skip
    assert outcome(results) == {"Appointment": 1, "SlotTaken": THREADS - 1}


def test_agents_who_share_a_room_move_and_book_into_it(nadege):
    room, reason = RoomFactory(), ReasonFactory()
    agents = colleagues(THREADS, room=room)
    rows = [planned(agent, reason=reason) for agent in agents[:10]]
    results = at_once(
        [partial(move, by=nadege, appointment=row, agent=row.agent, start=NINE) for row in rows]
        + [partial(book, by=nadege, agent=one, start=NINE, reason=reason, household=HouseholdFactory())
           for one in agents[10:]]
    )  # fmt: skip
    assert outcome(results) == {"Appointment": 1, "SlotTaken": THREADS - 1}
    assert [row.room for row in holding(NINE)] == [room]


# n people for m places -----------------------------------------------------------------------------


def take_any(by: User, agents: list[User], reason: Any, household: Any) -> Appointment | None:
    """Book the first slot proposed; when it goes to somebody else, an alternative, until there is none."""
    wanted = [(agent, NINE) for agent in agents]
    while wanted:
        agent, start = wanted.pop(0)
        try:
            return book(by=by, agent=agent, start=start, reason=reason, household=household)
        except SlotTaken as lost:
            wanted = [(slot.agent, slot.start) for slot in lost.alternatives]
    return None


@pytest.mark.parametrize("rooms", ["one_each", "one_for_all"])
def test_twenty_people_for_six_places(nadege, rooms):
    """A morning of six half-hours, of one agent or in the one room of three: exactly six are served."""
    one_day = {"valid_from": NINE.date(), "valid_until": NINE.date(), "ends_at": time(12)}
    agents = colleagues(1, **one_day) if rooms == "one_each" else colleagues(3, room=RoomFactory(), **one_day)
    reason = ReasonFactory()
    households = [HouseholdFactory() for _ in range(THREADS)]
    results = at_once([partial(take_any, nadege, agents, reason, household) for household in households])
    places = 6
    assert outcome(results) == {"Appointment": places, "NoneType": THREADS - places}
    starts = sorted(row.start for row in Appointment.objects.occupying())
    assert starts == [NINE + number * HALF for number in range(places)]
    assert nobody_is_expected_twice()


def test_twenty_people_for_the_places_of_pairs(nadege):
    """Four agents are two pairs at a time: four half-hours of a morning hold eight visits for two, no more."""
    one_day = {"valid_from": NINE.date(), "valid_until": NINE.date(), "ends_at": (NINE + 4 * HALF).time()}
    agents, reason = colleagues(4, **one_day), ReasonFactory()
    couples = [(agents[0], agents[1]), (agents[2], agents[3])]

    def take(number: int) -> Appointment | None:
        agent, second = couples[number % 2]
        household, start = HouseholdFactory(), NINE
        while start < NINE + 4 * HALF:
            try:
                return book(
                    by=nadege,
                    agent=agent,
                    second_agent=second,
                    start=start,
                    reason=reason,
                    household=household,
                )
            except SlotTaken:
                start += HALF
        return None

    results = at_once([partial(take, number) for number in range(THREADS)])
    assert outcome(results) == {"Appointment": 8, "NoneType": THREADS - 8}
    assert Attendance.objects.count() == 16
    assert nobody_is_expected_twice()


def test_undoing_twice_says_there_is_nothing_left(nadege, claire_works):
    row = AppointmentFactory(agent=claire_works, start=NINE, cancelled=True)
    results = at_once([partial(undo_last, by=nadege, appointment=row)] * THREADS)
    assert outcome(results) == {"str": 1, "ValidationError": THREADS - 1}
    assert all(isinstance(result, (str, ValidationError)) for result in results)
