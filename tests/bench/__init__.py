"""Benchmarks: `make bench`. A module here holds functions `bench_…()` that return or yield `Measure`s and `Figure`s.

Machines differ and are shared: each time is compared with a yardstick measured in the same run, and the ratio is
what is promised. A module works on a database of its own that is emptied after it, or, if it has `DATABASE = "large"`,
on the large data set (tests/bench/dataset.py), which it leaves as it found it.
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

    @property
    def holds(self) -> bool:
        return self.ratio <= self.at_most


@dataclass(frozen=True)
class Figure:
    """Something counted, in `unit`, that may reach `at_most`; `beside` says what it is to be read with.

    Without `at_most` nothing is promised: the figure is told.
    """

    what: str
    value: float
    unit: str
    at_most: float | None = None
    beside: str = ""

    @property
    def holds(self) -> bool:
        return self.at_most is None or self.value <= self.at_most


def median_time(action: Callable[[], object], *, repeat: int = 50) -> float:
    """Seconds, the median of `repeat` runs after one to warm up."""
    return side_by_side(action, repeat=repeat)[0]


def side_by_side(*actions: Callable[[], object], repeat: int = 50) -> list[float]:
    """Seconds, the median of each action, run in turn so that a machine that gets busy slows them all."""
    for action in actions:
        action()
    times: list[list[float]] = [[] for _ in actions]
    for _ in range(repeat):
        for action, spent in zip(actions, times, strict=True):
            started = time.perf_counter()
            action()
            spent.append(time.perf_counter() - started)
    return [median(spent) for spent in times]


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
