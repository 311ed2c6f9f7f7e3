"""In which order the services lock: agents, then rooms, each in one order. Any other order ends in a deadlock one day.

Races show it by luck; here one connection holds a lock, and the other must be seen waiting for it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import connection, transaction

from appointments.enums import Status, Weeks
from appointments.models import Appointment, Room
from appointments.services import book, cancel, move, undo_last
from appointments.services.booking import lock
from appointments.services.series import book_series, cancel_following, move_series
from cias.accounts.models import User
from cias.core.periods import PARIS
from tests.appointments.racing import at_once, outcome
from tests.factories import (
    AppointmentFactory,
    HouseholdFactory,
    PresenceFactory,
    ReasonFactory,
    RoomFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

NINE = datetime(2027, 3, 2, 9, tzinfo=PARIS)
WEEK = timedelta(weeks=1)
BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


def waits(hold: Callable[[], Any], action: Callable[[], Any]) -> bool:
    """Whether `action`, on another connection, waits for what `hold` locks on this one; it ends well afterwards."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(action())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    thread, waited, patience = Thread(target=run), False, monotonic() + 30
    with transaction.atomic():
        hold()
        thread.start()
        while thread.is_alive() and not waited and monotonic() < patience:
            with connection.cursor() as cursor:
                cursor.execute(BLOCKED)
                waited = cursor.fetchone()[0] > 0
            sleep(0.01)
    thread.join(timeout=30)
    assert not isinstance(results[0], Exception), results[0]
    return waited


def alternating(one: Room, other: Room) -> User:
    """Somebody who receives on Tuesdays, in one room the even weeks, in the other the odd ones."""
    agent = UserFactory(has_agenda=True)
    for room, weeks in ((one, Weeks.EVEN), (other, Weeks.ODD)):
        PresenceFactory(agent=agent, weekday=NINE.weekday(), room=room, weeks=weeks)
    return agent


@pytest.mark.parametrize("resource", ["agent", "second agent", "room"])
@pytest.mark.parametrize("act", ["book", "move", "un-cancel"])
def test_each_way_to_a_slot_holds_its_agents_and_its_room(act, resource, nadege, claire_works, mehdi_works):
    reason, household = ReasonFactory(), HouseholdFactory()
    room = claire_works.presences.first().room
    pair = {"agent": claire_works, "second_agent": mehdi_works, "reason": reason, "household": household}
    actions = {
        "book": lambda: book(by=nadege, start=NINE, **pair),
        "move": partial(
            lambda row: move(by=nadege, appointment=row, agent=claire_works, start=NINE),
            AppointmentFactory(start=NINE + WEEK, room=room, **pair),
        ),
        "un-cancel": partial(
            lambda row: undo_last(by=nadege, appointment=row),
            AppointmentFactory(start=NINE + 2 * WEEK, cancelled=True, room=room, **pair),
        ),
    }
    rows = {
        "agent": User.objects.filter(pk=claire_works.pk),
        "second agent": User.objects.filter(pk=mehdi_works.pk),
        "room": Room.objects.filter(pk=room.pk),
    }
    assert waits(lambda: list(rows[resource].select_for_update(no_key=True)), actions[act])


def test_what_only_refers_to_an_appointment_does_not_wait_for_it(nadege, claire_works):
    """Somebody moves it; meanwhile a row that points at it (a reminder, a call) is written."""
    row = AppointmentFactory(agent=claire_works, start=NINE)
    key_share = "SELECT 1 FROM appointments_appointment WHERE id = %s FOR KEY SHARE"

    def refer() -> None:
        with connection.cursor() as cursor:
            cursor.execute(key_share, [row.pk])

    assert not waits(lambda: lock(row), refer)
    assert waits(
        lambda: lock(row),
        lambda: cancel(by=nadege, appointment=row, status=Status.CANCELLED_BY_USER),
    )


def test_two_series_that_alternate_between_two_rooms_do_not_wait_for_each_other(nadege):
    """One begins in the room where the other goes next."""
    one, other = RoomFactory(), RoomFactory()
    reason = ReasonFactory()
    agents = [alternating(one, other), alternating(other, one)]
    for _ in range(3):
        firsts = [
            AppointmentFactory(agent=agent, room=None, start=NINE, reason=reason, booked_by=nadege)
            for agent in agents
        ]
        moments = [NINE + number * WEEK for number in range(1, 9)]
        results = at_once(
            [
                partial(book_series, by=nadege, appointment=row, every_weeks=1, moments=moments, accepts={})
                for row in firsts
            ]
        )
        assert outcome(results) == {"list": 2}
        Appointment.objects.all().delete()


def test_a_series_moves_while_its_appointments_move_one_by_one(nadege, claire_works):
    reason, half = ReasonFactory(), timedelta(minutes=30)
    for _ in range(3):
        first = AppointmentFactory(agent=claire_works, room=None, start=NINE, reason=reason, booked_by=nadege)
        moments = [NINE + number * WEEK for number in range(1, 7)]
        rows = [first, *book_series(by=nadege, appointment=first, every_weeks=1, moments=moments, accepts={})]
        results = at_once(
            [partial(move_series, by=nadege, moves=[(row, row.start + half) for row in rows], accepts={})]
            + [
                partial(move, by=nadege, appointment=row, agent=claire_works, start=row.start + 2 * half)
                for row in rows[1:]
            ]
            + [partial(cancel_following, by=nadege, appointment=rows[3], status=Status.CANCELLED_BY_SERVICE)]
        )
        assert set(outcome(results)) <= {"NoneType", "Appointment", "SlotTaken", "ValidationError", "int"}
        assert outcome(results)["int"] == 1
        Appointment.objects.all().delete()
