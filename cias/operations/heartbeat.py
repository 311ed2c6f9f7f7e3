"""The worker's sign of life: beat rings, the worker writes the time, so that its age speaks for all three services."""

import time

from django.core.cache import cache

KEY = "operations:heartbeat"


def beat() -> None:
    cache.set(KEY, time.time(), timeout=None)


def last_beat() -> float | None:
    """When the worker last did something, in seconds since 1970; None when it never did."""
    return cache.get(KEY)
