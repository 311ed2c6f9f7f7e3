"""The same calendar in django-appointment, the booking application for Django most used by others (quality.md).

It lives in an environment of its own under the local folder, made once with uv; nothing of it is installed here.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from django.utils import timezone
from psycopg.sql import SQL, Identifier

from appointments.services import Wish, offer, read_diary
from cias.accounts.models import User
from cias.embedded import LOCAL_DIR
from tests.bench import Measure, median_time
from tests.bench.bench_agenda import LAST, MONDAY, NOW, fill

VERSION = "3.12.0"
PACKAGES = (f"django-appointment=={VERSION}", "django==6.1.3", "psycopg[binary]==3.3.9")
SCRIPT = Path(__file__).with_name("peer_slots.py")
DATABASE_NAME = "bench_peer"
TOO_LONG = 241  # minutes: longer than any opening, so that half a year is looked through
FASTER = 0.1


def bench_peer() -> Iterator[Measure]:
    agents = fill()
    told = calendar(agents)

    def ours() -> None:
        assert offer(agents=agents, wish=Wish(minutes=TOO_LONG), now=NOW, first=MONDAY) == []

    spent = median_time(ours, repeat=9)
    theirs = _ask(told)
    assert theirs["found"] == 0, theirs
    bookings = sum(len(agent["booked"]) for agent in told["agents"])
    yield Measure(
        f"next slot: 30 agents, 6 months, {bookings} bookings", spent, f"django-appointment {VERSION}",
        theirs["seconds"], at_most=FASTER,
    )  # fmt: skip


def calendar(agents: list[User]) -> dict[str, Any]:
    """Hours, absences and appointments of the agents, in the words of the peer: days and times."""
    days = (LAST - MONDAY).days + 1
    diary, within = read_diary(agents, MONDAY, LAST), {"start__date__range": (MONDAY, LAST)}

    def of(agent: User) -> dict[str, Any]:
        # The peer knows one opening a weekday: from the first hour to the last, lunch and holidays being absences.
        hours: dict[int, tuple[str, str]] = {}
        lunches, openings = [], [_times(opening.start, opening.end) for opening in diary.openings[agent.pk]]
        for day, start, end in openings:
            weekday = date.fromisoformat(day).weekday()
            first, last = hours.get(weekday, (start, end))
            hours[weekday] = min(first, start), max(last, end)
        for (day, _start, ends), (next_day, begins, _end) in pairwise(openings):
            if day == next_day:
                lunches.append((day, ends, begins))
        opened = {day for day, _start, _end in openings}
        span = [MONDAY + timedelta(days=rank) for rank in range(days)]
        closed = [
            (f"{day}", *hours[day.weekday()])
            for day in span
            if day.weekday() in hours and f"{day}" not in opened
        ]
        return {
            "name": agent.email,
            "hours": [(weekday, *times) for weekday, times in sorted(hours.items())],
            "booked": [_times(row.start, row.end) for row in agent.appointments.filter(**within)],
            # An absence over several days is left out: the peer has less to look at.
            "absences": lunches
            + closed
            + [
                times
                for times, last in (
                    (_times(row.start, row.end), timezone.localdate(row.end))
                    for row in agent.absences.filter(**within)
                )
                if times[0] == f"{last}"
            ],
        }

    return {
        "minutes": TOO_LONG,
        "first": f"{MONDAY}",
        "days": days,
        "agents": [of(agent) for agent in agents],
    }


def _times(start: Any, end: Any) -> tuple[str, str, str]:
    start, end = timezone.localtime(start), timezone.localtime(end)
    return f"{start:%Y-%m-%d}", f"{start:%H:%M}", f"{end:%H:%M}"


def _ask(told: dict[str, Any]) -> dict[str, Any]:
    """Run the peer on a database that is made for it and dropped."""
    parameters = connection.get_connection_params()
    _administer(SQL("DROP DATABASE IF EXISTS {}"), SQL("CREATE DATABASE {}"))
    told["database"] = {
        "NAME": DATABASE_NAME, "USER": parameters.get("user", ""), "PASSWORD": parameters.get("password", ""),
        "HOST": parameters.get("host", ""), "PORT": str(parameters.get("port", "")),
    }  # fmt: skip
    try:
        answer = subprocess.run(
            [_environment(), "-I", str(SCRIPT)],
            input=json.dumps(told),
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        _administer(SQL("DROP DATABASE IF EXISTS {}"))
    if answer.returncode:
        raise RuntimeError(f"django-appointment: {answer.stderr[-2000:]}")
    return dict(json.loads(answer.stdout.splitlines()[-1]))


def _administer(*statements: SQL) -> None:
    parameters = connection.get_connection_params() | {"dbname": "postgres", "cursor_factory": psycopg.Cursor}
    with psycopg.connect(**parameters, autocommit=True) as own:
        for statement in statements:
            own.execute(statement.format(Identifier(DATABASE_NAME)))


def _environment() -> str:
    """The interpreter of the peer's environment, made when these versions are not there yet."""
    folder = LOCAL_DIR / f"peer-{VERSION}"
    python, made = folder / "bin/python", folder / "made"
    if not made.exists():
        uv = [sys.executable, "-m", "uv"]
        quiet = {"check": True, "env": os.environ | {"UV_NO_PROGRESS": "1", "UV_PYTHON_DOWNLOADS": "never"}}
        subprocess.run([*uv, "venv", "-q", "--clear", "--python", sys.executable, str(folder)], **quiet)
        subprocess.run([*uv, "pip", "install", "-q", "--python", str(python), *PACKAGES], **quiet)
        made.touch()
    return str(python)
