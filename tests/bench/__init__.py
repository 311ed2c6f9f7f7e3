"""Benchmarks: `make bench`. A module here holds functions `bench_…()` that return or yield `Measure`s.

Machines differ and are shared: each time is compared with a yardstick measured in the same run, and the ratio is
what is promised. A benchmark runs in a transaction that is undone, on a database of its own (`test_bench`).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from django.db import connection


@dataclass(frozen=True)
class Measure:
    """`seconds` for `what`, when the yardstick took `yardstick_seconds`; the ratio may reach `at_most`."""

    what: str
    seconds: float
    yardstick: str
    yardstick_seconds: float
    at_most: float

    @property
    def ratio(self) -> float:
        return self.seconds / self.yardstick_seconds


def median_time(action: Callable[[], object], *, repeat: int = 50) -> float:
    """Seconds, the median of `repeat` runs after one to warm up."""
    action()
    times = []
    for _ in range(repeat):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return median(times)


def database_time(action: Callable[[], object], *, repeat: int = 10) -> float:
    """Seconds the database's process worked for one run of `action`, the mean of `repeat` after one to warm up.

    Its processor time, which other programs of a shared machine do not lengthen; time on the clock where the server
    is not on this machine.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        clock = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    if not clock.exists():
        return median_time(action, repeat=repeat)
    action()
    started = _nanoseconds(clock)
    for _ in range(repeat):
        action()
    return (_nanoseconds(clock) - started) / repeat / 1e9


def _nanoseconds(clock: Path) -> int:
    return int(clock.read_text().split()[0])
