"""Benchmarks: `make bench`. A module here holds functions `bench_…()` that return or yield `Measure`s.

Machines differ and are shared: each time is compared with a yardstick measured in the same run, and the ratio is
what is promised. A benchmark runs in a transaction that is undone, on a database of its own (`test_bench`).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

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
    """Seconds spent in the database by one run, the median of `repeat` after one to warm up."""
    spent = 0.0

    def timed(execute: Any, *args: Any) -> Any:
        nonlocal spent
        started = time.perf_counter()
        try:
            return execute(*args)
        finally:
            spent += time.perf_counter() - started

    action()
    times = []
    for _ in range(repeat):
        spent = 0.0
        with connection.execute_wrapper(timed):
            action()
        times.append(spent)
    return median(times)
