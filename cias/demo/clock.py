"""One day for the whole demonstration, even when midnight passes while it is being made.

Every service takes the time from `django.utils.timezone`, as does every field's default; the database's own stays that
of the transaction's beginning. A clock that goes on would give yesterday's facts to services that have become tomorrow's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.utils import timezone

TICK = timedelta(microseconds=1)


class _AnyDatetime(type):
    """The stopped class stands for `datetime` where that module asks what a value is."""

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, datetime)


@contextmanager
def stopped() -> Iterator[datetime]:
    """Time stands at the moment this begins, which it gives: a microsecond goes by at each look, to keep the order.

    For a command alone in its process: every thread sees the stopped clock.
    """
    start = last = timezone.now()

    class Stopped(datetime, metaclass=_AnyDatetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            nonlocal last
            last += TICK
            return last.astimezone(tz)

    running = vars(timezone)["datetime"]
    vars(timezone)["datetime"] = Stopped
    try:
        yield start
    finally:
        vars(timezone)["datetime"] = running
