"""Fifty receptionists who book at the same time, through gunicorn and PostgreSQL (quality.md).

Each looks at the day, opens a call, reads the slots offered and takes the first, as everybody does: they fight for the
same ones. BENCH_SECONDS=300 is what is promised; a minute otherwise.
"""

import os
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median, quantiles
from urllib.parse import urlencode

import urllib3
from django.db import connection
from django.urls import reverse

from appointments.enums import CautionCode, Place, Urgency
from appointments.models import Appointment, Reason
from cias.accounts.enums import Role
from cias.accounts.models import User
from households.models import Household
from tests.bench import Figure
from tests.bench.serving import HOST, PORT, memory_of, served, session_of

DATABASE = "large"
RECEPTIONISTS, ALONE = 50, 12
PAUSE = (0.5, 2.0)  # seconds between two gestures
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SLOT = re.compile(r'name="slot"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="slot"')
DOUBLE = """
    SELECT count(*) FROM appointments_appointment AS one JOIN appointments_appointment AS other
        ON other.agent_id = one.agent_id AND other.id > one.id
        AND other.busy_from < one.busy_until AND one.busy_from < other.busy_until
    WHERE one.start > now() AND other.start > now() AND one.status = 'planned' AND other.status = 'planned'
"""


@dataclass
class Told:
    """What the receptionists saw: the statuses of the answers, the seconds a confirmation took, those of any page."""

    statuses: Counter[int] = field(default_factory=Counter)
    booked: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Receptionist:
    """One person at the desk, with a browser of her own."""

    def __init__(
        self, session: str, households: list[str], reasons: list[str], told: Told, seed: int
    ) -> None:
        self.pool = urllib3.HTTPConnectionPool(HOST, PORT, maxsize=1, retries=False, timeout=60)
        self.session, self.csrf, self.token = session, "", ""
        self.households, self.reasons, self.told = households, reasons, told
        self.chance = random.Random(seed)

    def ask(self, method: str, address: str, body: dict[str, object] | None = None) -> tuple[int, str]:
        headers = {"Cookie": f"sessionid={self.session}; csrftoken={self.csrf}", "Host": f"localhost:{PORT}"}
        fields = None
        if body is not None:
            pairs = [
                (key, value)
                for key, values in body.items()
                for value in (values if isinstance(values, list) else [values])
            ]
            fields = urlencode([("csrfmiddlewaretoken", self.token), *pairs])
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        answer = self.pool.request(method, address, body=fields, headers=headers, redirect=False)
        spent, text = time.perf_counter() - started, answer.data.decode(errors="replace")
        with self.told.lock:
            self.told.statuses[answer.status] += 1
            self.told.pages.append(spent)
            if body is not None and body.get("action") == "confirm" and answer.status == 302:
                self.told.booked.append(spent)
        if cookie := re.search(r"csrftoken=(\w+)", answer.headers.get("Set-Cookie", "")):
            self.csrf = cookie[1]
        if found := TOKEN.search(text):
            self.token = found[1]
        return answer.status, text

    def book(self, *, pause: bool) -> None:
        """One call: the day, the slots, then the first of them; another one when it has just gone."""
        self.ask("GET", reverse("appointments:day"))
        self.wait(pause)
        call = {
            "household": self.chance.choice(self.households), "reason": self.chance.choice(self.reasons),
            "urgency": Urgency.THIS_WEEK.value, "place": Place.OFFICE.value,
            "accepts": [code.value for code in CautionCode],
        }  # fmt: skip
        self.ask("GET", f"{reverse('appointments:book')}?menage={call['household']}")
        _status, text = self.ask("POST", reverse("appointments:book"), dict(call))
        for _ in range(4):
            self.wait(pause)
            slots = [one or other for one, other in SLOT.findall(text)]
            if not slots:
                return
            status, text = self.ask(
                "POST", reverse("appointments:book"), {**call, "slot": slots[0], "action": "confirm"}
            )
            if status != 409:
                return

    def wait(self, pause: bool) -> None:
        if pause:
            time.sleep(self.chance.uniform(*PAUSE))


def bench_reception() -> Iterator[Figure]:
    seconds = float(os.environ.get("BENCH_SECONDS") or 60)
    people = [
        User.objects.create_user(
            f"desk{rank}@banc.test", role=Role.RECEPTION, first_name="Banc", last_name=f"{rank}"
        )
        for rank in range(RECEPTIONISTS)
    ]
    households = [str(key) for key in Household.objects.active().values_list("pk", flat=True)[:2000]]
    reasons = [
        str(key)
        for key in Reason.objects.at_desk().filter(code__startswith="banc").values_list("pk", flat=True)
    ]
    known = set(Appointment.objects.filter(booked_by__in=people).values_list("pk", flat=True))
    assert not known
    alone, together = Told(), Told()

    def receptionist(rank: int, told: Told) -> Receptionist:
        return Receptionist(session_of(people[rank]), households, reasons, told, rank)

    try:
        with served() as server:
            one = receptionist(0, alone)
            for _ in range(ALONE):
                one.book(pause=False)
            end = time.monotonic() + seconds
            everybody = [receptionist(rank, together) for rank in range(RECEPTIONISTS)]

            def work(who: Receptionist) -> None:
                who.wait(True)
                while time.monotonic() < end:
                    who.book(pause=True)

            threads = [threading.Thread(target=work, args=(who,)) for who in everybody]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            memory = memory_of(server)
        with connection.cursor() as cursor:
            cursor.execute(DOUBLE)
            (double,) = cursor.fetchone()
    finally:
        _take_back(people)
    # Without bookings there is nothing to find double.
    assert together.booked, f"nobody could book: {dict(together.statuses)}"
    failed = sum(count for status, count in together.statuses.items() if status >= 500)
    said = f"{RECEPTIONISTS} receptionists, {seconds:.0f} s"
    lost = together.statuses[409]
    yield Figure("appointments booked", len(together.booked), "", beside=said)
    yield Figure("  slots lost to a colleague, told and replaced", lost, "", beside="answers 409")
    yield Figure("  double bookings", double, "", 0)
    yield Figure("  errors 500", failed, "", 0)
    if alone.booked and len(together.booked) > 1:
        yield Figure(
            "  confirmation, p95",
            quantiles(together.booked, n=20)[-1] * 1000,
            "ms",
            beside=f"alone, median {median(alone.booked) * 1000:.0f} ms",
        )
        yield Figure(
            "  any page, p95",
            quantiles(together.pages, n=20)[-1] * 1000,
            "ms",
            beside=f"alone, median {median(alone.pages) * 1000:.0f} ms",
        )
    yield Figure(
        "  memory of a web process",
        max(memory) / 1e6,
        "MB",
        beside=f"{len(memory)} processes, shared pages shared out",
    )


def _take_back(people: list[User]) -> None:
    """The data set as it was: what was booked, read and remembered goes, triggers and history left out."""
    keys = [user.pk for user in people]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "CREATE TEMPORARY TABLE booked AS SELECT id FROM appointments_appointment WHERE booked_by_id = ANY(%s)",
            [keys],
        )
        cursor.execute("DELETE FROM appointments_attendance WHERE appointment_id IN (SELECT id FROM booked)")
        cursor.execute("DELETE FROM appointments_appointment WHERE id IN (SELECT id FROM booked)")
        cursor.execute("DROP TABLE booked")
        cursor.execute("DELETE FROM audit_accesslog WHERE user_id = ANY(%s)", [keys])
        cursor.execute("DELETE FROM accounts_user WHERE id = ANY(%s)", [keys])
        cursor.execute("TRUNCATE appointments_appointmentevent")
        cursor.execute("DELETE FROM django_session")
        cursor.execute("SET session_replication_role = DEFAULT")
