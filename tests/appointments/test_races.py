"""Twenty receptionists want one slot. Real threads, real connections, a barrier."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from appointments.models import Appointment
from appointments.services import SlotTaken, Wish, book, offer
from cias.core.db import ConstraintViolation, typed_violations
from cias.core.periods import PARIS
from tests.factories import AppointmentFactory, HouseholdFactory, ReasonFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 20
NINE = datetime(2027, 3, 2, 9, tzinfo=PARIS)


def at_once(action: Callable[[int], Any]) -> list[Any]:
    """Run `action` in every thread at the same moment, each on its own connection; results or exceptions."""
    barrier, results = Barrier(THREADS), [None] * THREADS

    def run(number: int) -> None:
        try:
            barrier.wait(timeout=30)
            results[number] = action(number)
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def outcome(results: list[Any]) -> dict[str, int]:
    names = [type(result).__name__ for result in results]
    return {name: names.count(name) for name in set(names)}


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

    results = at_once(read_then_book)
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

    def insert(_number: int) -> Appointment:
        with typed_violations():
            return AppointmentFactory(
                agent=claire, room=None, reason=reason, household=household, start=NINE, booked_by=claire
            )

    results = at_once(insert)
    assert sum(isinstance(result, Appointment) for result in results) == 1
    assert sum(isinstance(result, ConstraintViolation) for result in results) == THREADS - 1


def test_twenty_agents_who_share_one_room_get_one_appointment(nadege):
    from tests.appointments.conftest import RoomFactory
    from tests.factories import PresenceFactory

    room, reason = RoomFactory(), ReasonFactory()
    agents = [UserFactory() for _ in range(THREADS)]
    for agent in agents:
        PresenceFactory(agent=agent, weekday=NINE.weekday(), room=room)
    households = [HouseholdFactory() for _ in range(THREADS)]
    results = at_once(
        lambda number: book(
            by=nadege, agent=agents[number], start=NINE, reason=reason, household=households[number]
        )
    )
    assert outcome(results) == {"Appointment": 1, "SlotTaken": THREADS - 1}
