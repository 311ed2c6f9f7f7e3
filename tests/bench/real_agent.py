"""One agent as a département has a thousand of, the same among few households and among many; rolled back.

The large data set shares 100 000 households between forty agents: 2 500 files each, where the small one gives them 25.
What their own pages cost tells how many files they follow, not how large the body is. This one follows 110 households
in both, with the same tasks, rights and appointments, and receives no less on a Saturday.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from appointments.enums import Status
from appointments.models import Appointment, Presence, Reason, Room
from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.periods import PARIS
from households.enums import NoteMeans
from households.models import Assignment, Household, Membership, Note, Task
from rights.models import RightsFile

NAME = "referent"
HOUSEHOLDS, RIGHTS, TASKS, SILENT, A_DAY, WEEKS = 110, 15, 20, 20, 10, 8
# Those whose running rights they take over; the files of agent0 are left as they are.
COLLEAGUE = "agent20@banc.test"
HALF_HOUR = timedelta(minutes=30)
# Of a day in the agenda: what is copied from one data set to the other, beside its agent, room, reason and people.
SHOWN = ("start", "end", "busy_from", "busy_until", "status", "status_at", "urgency", "place", "requested_on")

type Day = list[dict[str, Any]]


@contextmanager
def at_work(day: date, drawn: Day | None = None) -> Iterator[Day]:
    """The agent in the database in use, and `drawn` instead of the appointments of that day, while it lasts.

    Gives the appointments of that day as they are.
    """
    with transaction.atomic():
        found = _appointments_of(day)
        if drawn is not None:
            _draw(drawn, day)
        _write()
        yield found
        transaction.set_rollback(True)


def _appointments_of(day: date) -> Day:
    rows = Appointment.objects.on(day).order_by("start", "agent__email")
    return list(rows.values("agent__email", "room__name", "reason__code", *SHOWN))


def _draw(drawn: Day, day: date) -> None:
    """The same appointments, for households of this data set."""
    Appointment.objects.on(day).delete()
    agents = dict(User.objects.values_list("email", "pk"))
    rooms, reasons = (
        dict(Room.objects.values_list("name", "pk")),
        dict(Reason.objects.values_list("code", "pk")),
    )
    people = list(_applicants(Household.objects.order_by("pk")[: len(drawn)]))
    Appointment.objects.bulk_create(
        Appointment(
            agent_id=agents[row["agent__email"]], room_id=rooms.get(row["room__name"]),
            reason_id=reasons[row["reason__code"]], household_id=household, person_id=person,
            booked_by_id=agents[row["agent__email"]], **{name: row[name] for name in SHOWN},
        )
        for rank, row in enumerate(drawn)
        for household, person in [people[rank % len(people)]]
    )  # fmt: skip


def _applicants(households: Any) -> list[tuple[Any, Any]]:
    rows = Membership.objects.filter(household__in=list(households.values_list("pk", flat=True)))
    return list(rows.filter(role="applicant").order_by("household").values_list("household", "person"))


def _write() -> None:
    today = timezone.localdate()
    agent = User.objects.create_user(
        f"{NAME}@banc.test", role=Role.SOCIAL_WORKER, has_agenda=True, first_name="Agent", last_name="Référent",
        first_steps_since=None,
    )  # fmt: skip
    running = RightsFile.objects.active().filter(agent__email=COLLEAGUE).order_by("number")
    files = dict(running.values_list("pk", "household")[:RIGHTS])
    RightsFile.objects.filter(pk__in=files).update(agent=agent)
    others = Household.objects.active().exclude(pk__in=files.values())
    others = others.filter(
        ~Exists(RightsFile.objects.active().filter(household=OuterRef("pk"))),
        ~Exists(Task.objects.filter(household=OuterRef("pk"))),
    ).order_by("number")
    # From one end of the data set to the other.
    keys = list(others.values_list("pk", flat=True))
    wanted = HOUSEHOLDS - len(files)
    keys = [*files.values(), *keys[:: len(keys) // wanted][:wanted]]
    Assignment.objects.filter(household__in=keys, end=None).update(agent=agent)
    Note.objects.filter(household__in=keys[-SILENT:]).delete()
    Note.objects.bulk_create(
        Note(
            household_id=key, author=agent, held_on=today - timedelta(days=10), duration_minutes=30,
            means=NoteMeans.OFFICE, text="Point sur la situation.",
        )
        for key in keys[:-SILENT]
    )  # fmt: skip
    Task.objects.bulk_create(
        Task(
            title="Rappeler le ménage", due_on=today + timedelta(days=rank - TASKS // 2), household_id=key,
            agent=agent, created_by=agent,
        )
        for rank, key in enumerate(keys[RIGHTS : RIGHTS + TASKS])
    )  # fmt: skip
    _agenda(agent, keys, today)


def _agenda(agent: User, keys: list[Any], today: date) -> None:
    """Ten appointments a day, for eight weeks; those of yesterday wait for their outcome."""
    Presence.objects.bulk_create(
        Presence(
            agent=agent, weekday=weekday, starts_at=time(9), ends_at=time(17), valid_from=date(2018, 1, 1)
        )
        for weekday in range(5)
    )
    people = _applicants(Household.objects.filter(pk__in=keys))
    reason = Reason.objects.filter(code__startswith="banc-").order_by("code").first()
    days = [today + timedelta(days=rank) for rank in range(-1, 7 * WEEKS)]
    starts = [
        datetime.combine(day, time(9), PARIS) + rank * HALF_HOUR
        for day in days
        if day.weekday() < 5 or day <= today
        for rank in range(A_DAY)
    ]
    Appointment.objects.bulk_create(
        Appointment(
            agent=agent, household_id=household, person_id=person, reason=reason, booked_by=agent,
            start=start, end=start + HALF_HOUR, busy_from=start, busy_until=start + HALF_HOUR,
            status=Status.PLANNED,
        )
        for rank, start in enumerate(starts)
        for household, person in [people[rank % len(people)]]
    )  # fmt: skip
