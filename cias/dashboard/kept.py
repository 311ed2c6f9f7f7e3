"""Figures of the whole service that take seconds to count: kept a quarter of an hour, and told with their moment.

The worker counts them again while one is at work, so that a page finds them ready; a page that does not counts them
itself, and says so just as well. They are numbers only, never a name, kept for one reader: what each may know differs.
Kept in the cache: nobody misses them when it is lost, and without it each page counts.
"""

import pickle
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import redis
from django.core.cache import cache
from django.utils import timezone

from cias.accounts.models import User

FRESH = timedelta(minutes=15)
# In the address of a page whose figures are wanted as they are now.
NOW = "maintenant"
# What an older release kept, in another shape, cannot be read.
_UNREADABLE = (pickle.UnpicklingError, AttributeError, ImportError, IndexError, TypeError)


@dataclass(frozen=True)
class Kept[T]:
    """What was counted, and when."""

    figures: T
    at: datetime


def kept[T](name: str, shape: str, reader: User, count: Callable[[], T], *, now: bool = False) -> Kept[T]:
    """The figures `name` for `reader`, counted by `count()` at most FRESH ago; now, if `now`.

    `shape` changes with what is kept: figures of another release are not those of this one.
    """
    key = f"figures:{name}:{shape}:{reader.role}:{reader.pk}:{timezone.localdate()}"
    if not now and (found := _read(key)) is not None:
        return cast(Kept[T], found)
    # Counted after this moment: what it tells is never younger than what is shown.
    at = timezone.now()
    fresh = Kept(count(), at)
    with suppress(redis.RedisError, OSError):
        cache.set(key, fresh, FRESH.total_seconds())
    return fresh


def _read(key: str) -> object | None:
    try:
        return cache.get(key)
    except (redis.RedisError, OSError, *_UNREADABLE):
        return None
