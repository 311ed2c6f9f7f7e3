"""The earliest slots of thirty agents over half a year (quality.md, Speed and scale)."""

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from appointments.enums import AbsenceKind, Category, Place, Status, Urgency
from appointments.models import Absence, Presence, Reason, Room
from appointments.services import Wish, offer, read_diary
from appointments.services.offers import WEEKS_AHEAD
from appointments.slots import free_slots
from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.periods import PARIS, Period
from cias.territory.services import load_territory
from tests.bench import Measure, median_time

AGENTS, ROOMS, PAST_WEEKS = 30, 24, 52
MONDAY = date(2026, 11, 23)
NOW = datetime.combine(MONDAY, time(8), PARIS)
LAST = MONDAY + timedelta(weeks=WEEKS_AHEAD, days=-1)
SAME_ROWS = "reading the same rows in SQL"
TERRITORY = Path(settings.BASE_DIR) / "cias/territory/data/chartres_metropole.geojson"


def load_of(day: date) -> float:
    """The share of an agent's time that is booked: all of it for three weeks, a third of it in half a year."""
    weeks = (day - MONDAY).days / 7
    return 1.0 if weeks < 3 else max(0.35, 1 - (weeks - 3) / 20)


def fill() -> list[User]:
    """A service of thirty agents, with a year of appointments behind it and half a year ahead."""
    load_territory(TERRITORY)
    chance = random.Random(3)
    rooms = [Room.objects.create(name=f"Bureau {number}") for number in range(ROOMS)]
    reason = Reason.objects.create(code="banc", label="Banc d’essai", category=Category.RIGHTS, at_desk=True)
    agents = [
        User.objects.create_user(
            f"banc{number}@cias.test",
            role=Role.SOCIAL_WORKER,
            has_agenda=True,
            first_name="Agent",
            last_name=f"{number}",
        )
        for number in range(AGENTS)
    ]
    for number, agent in enumerate(agents):
        for weekday in range(5):
            away = (
                weekday == number % 5
            )  # one day a week without receiving; six agents without a room of their own
            room = rooms[number] if number < ROOMS else None
            if not away:
                Presence.objects.create(
                    agent=agent,
                    weekday=weekday,
                    starts_at=time(9),
                    ends_at=time(17),
                    valid_from=date(2025, 1, 1),
                    room=room,
                )
        for start in chance.sample(range(-180, 180), 12):
            begins = NOW + timedelta(days=start)
            Absence.objects.create(
                agent=agent, start=begins, end=begins + timedelta(hours=6), kind=AbsenceKind.MEETING
            )
    # The référent of the caller is away all the time: the search goes to the end of the half-year.
    Absence.objects.create(
        agent=agents[0], start=NOW - timedelta(days=1), end=NOW + timedelta(weeks=40), kind=AbsenceKind.LEAVE
    )
    _copy_appointments(chance, agents, reason)
    return agents


def _copy_appointments(chance: random.Random, agents: list[User], reason: Reason) -> None:
    first = MONDAY - timedelta(weeks=PAST_WEEKS)
    diary = read_diary(agents, first, LAST)
    columns = (
        'id, created_at, agent_id, room_id, caller_name, caller_phone, reason_id, start, "end", busy_from, busy_until,'
        "status, status_at, status_comment, urgency, place, cautions, practical_note, booked_by_id, requested_on,"
        "revision, revised_at"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        with cursor.copy(f"COPY appointments_appointment ({columns}) FROM STDIN") as copy:
            for agent in agents:
                away = list(diary.engaged(agent))
                for opening in diary.openings[agent.pk]:
                    free = free_slots([(opening.start, opening.end)], away, chance.choice((30, 45, 60)))
                    for start, end in free:
                        if chance.random() < load_of(start.date()):
                            room = opening.room.pk if opening.room is not None else None
                            copy.write_row(_row(chance, agent, room, reason, start, end))
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE appointments_appointment, appointments_presence, appointments_absence")


def _row(
    chance: random.Random, agent: User, room: uuid.UUID | None, reason: Reason, start: datetime, end: datetime
) -> tuple[object, ...]:
    status, said = (Status.HONOURED, end) if start < NOW else (Status.PLANNED, None)
    return (
        uuid.UUID(int=chance.getrandbits(128), version=4), NOW, agent.pk, room, "Mme Le Goff", "", reason.pk,
        start, end, start, end, status, said, "", Urgency.THIS_WEEK,
        Place.OFFICE, "{}", "", agent.pk, start.date() - timedelta(days=6), 0, NOW,
    )  # fmt: skip


def _read(sql: str, first: date, last: date, agents: list[User]) -> int:
    start, after = Period(first, last).bounds()
    with connection.cursor() as cursor:
        cursor.execute(sql, [[agent.pk for agent in agents], start.astimezone(UTC), after.astimezone(UTC)])
        return len(cursor.fetchall())


APPOINTMENTS = (
    'SELECT agent_id, second_agent_id, room_id, start, "end", busy_from, busy_until FROM appointments_appointment'
    " WHERE agent_id = ANY(%s) AND status IN ('planned', 'honoured', 'no_show') AND start >= %s AND start < %s"
)


def bench_next_slots() -> Iterator[Measure]:
    agents = fill()
    rows = _read(APPOINTMENTS, MONDAY, LAST, agents)
    assert rows > 10_000, rows
    half_year = median_time(lambda: _read(APPOINTMENTS, MONDAY, LAST, agents), repeat=15)
    month = MONDAY + timedelta(weeks=4, days=-1)
    four_weeks = median_time(lambda: _read(APPOINTMENTS, MONDAY, month, agents), repeat=15)
    one_day = median_time(lambda: _read(APPOINTMENTS, MONDAY, MONDAY, agents))

    def ask(wish: Wish, expected: int, **more: Any) -> float:
        def run() -> None:
            assert len(offer(wish=wish, now=NOW, first=MONDAY, **more)) == expected

        return median_time(run, repeat=15)

    usual, referent = Wish(minutes=30), frozenset({agents[0].pk})
    too_long = Wish(minutes=241)  # longer than any opening: everything is read, nothing is found
    for_two = Wish(minutes=60, lead_minutes=30, buffer_minutes=30, place=Place.HOME, second=agents[0])
    for what, spent, yardstick in (
        ("next slot: free within four weeks", ask(usual, 6, agents=agents), four_weeks),
        (
            "next slot: référent away for six months",
            ask(usual, 6, agents=agents, preferred=referent),
            half_year,
        ),
        (f"next slot: 6 months, {rows} bookings, none", ask(too_long, 0, agents=agents), half_year),
        ("next slot: visit for two, one of them away", ask(for_two, 0, agents=agents[1:]), half_year),
    ):
        yield Measure(what, spent, SAME_ROWS, yardstick, at_most=10)
    spent = median_time(lambda: read_diary(agents, MONDAY, MONDAY))
    yield Measure("the diary of one day, 30 agents", spent, SAME_ROWS, one_day, at_most=25)
