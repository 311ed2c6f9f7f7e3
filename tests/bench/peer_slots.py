"""The peer's side of bench_peer: django-appointment on the calendar it is given. Runs in an environment of its own,
with that package and no part of this application.

Reads a JSON on standard input (see bench_peer.calendar); the last line of standard output, where the package logs too,
is {"seconds": …, "found": number of slots}.
"""

import json
import sys
import time
from datetime import date, datetime, timedelta

import django
from django.conf import settings

told = json.load(sys.stdin)
settings.configure(
    SECRET_KEY="bench",
    USE_TZ=True,
    TIME_ZONE="Europe/Paris",
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", **told["database"]}},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "phonenumber_field",
        "appointment",
    ],
    MIDDLEWARE=[],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    LOGGING_CONFIG=None,
)
django.setup()

from appointment.models import (  # noqa: E402
    Appointment,
    AppointmentRequest,
    Config,
    Service,
    StaffMember,
    Unavailability,
    WorkingHours,
)  # fmt: skip
from appointment.services import get_available_slots_for_staff  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402

call_command("migrate", "auth", verbosity=0)
# It ships no migrations.
call_command("migrate", run_syncdb=True, verbosity=0)


def fill() -> tuple[list[StaffMember], Service]:
    """The same agents, hours, absences and appointments; bulk, as its own save() asks for an e-mail and a price."""
    short = Service.objects.create(name="Entretien", duration=timedelta(minutes=30), price=0)
    long = Service.objects.create(name="Trop long", duration=timedelta(minutes=told["minutes"]), price=0)
    Config.objects.create(slot_duration=30, lead_time="09:00", finish_time="17:00", appointment_buffer_time=0)
    client = get_user_model().objects.create(username="client")
    staff = []
    for agent in told["agents"]:
        user = get_user_model().objects.create(username=agent["name"])
        member = StaffMember.objects.create(
            user=user, slot_duration=30, lead_time="09:00", finish_time="17:00"
        )
        member.services_offered.add(short, long)
        WorkingHours.objects.bulk_create(
            # Sunday is its day 0.
            WorkingHours(staff_member=member, day_of_week=weekday + 1, start_time=start, end_time=end)
            for weekday, start, end in agent["hours"]
        )
        Unavailability.objects.bulk_create(
            Unavailability(staff_member=member, date=day, start_time=start, end_time=end)
            for day, start, end in agent["absences"]
        )
        requests = AppointmentRequest.objects.bulk_create(
            AppointmentRequest(
                date=day, start_time=start, end_time=end, service=short, staff_member=member,
                id_request=f"{agent['name']}-{day}-{start}",
            )
            for day, start, end in agent["booked"]
        )  # fmt: skip
        Appointment.objects.bulk_create(
            Appointment(client=client, appointment_request=request, id_request=request.id_request)
            for request in requests
        )
        staff.append(member)
    return staff, long


def look(staff: list[StaffMember], service: Service, days: list[date]) -> int:
    """What its page « next available date » does, for each of its people and for half a year."""
    return sum(
        len(get_available_slots_for_staff(day, member, (day.weekday() + 1) % 7, service=service))
        for member in staff
        for day in days
    )


staff, service = fill()
first = datetime.fromisoformat(told["first"]).date()
days = [first + timedelta(days=rank) for rank in range(told["days"])]
look(staff[:1], service, days[:7])
started = time.perf_counter()
found = look(staff, service, days)
sys.stdout.write("\n" + json.dumps({"seconds": time.perf_counter() - started, "found": found}))
