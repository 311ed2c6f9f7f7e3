"""One dated fact follows another: the rule shared by situations, addresses, référents and memberships."""

import copy
import uuid
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError

from households.models.files import Dated

ONE_DAY = timedelta(days=1)


def ended_before(row: Dated, day: date) -> bool:
    return row.end is not None and row.end < day


def follow[D: Dated](current: D, on: date, **changes: Any) -> D:
    """Let `current` end the day before `on` and return the row that takes over, different by `changes`.

    A change on the very day `current` began is a correction: the row itself is changed, and the write history
    keeps what it said. Raises ValidationError when `on` comes before `current` began or after it ended.
    """
    if on < current.start:
        raise ValidationError(
            f"L’information actuelle vaut depuis le {current.start:%d/%m/%Y} : "
            "choisissez cette date ou une date plus récente.",
            code="before_current",
        )
    if current.end is not None and on > current.end:
        raise ValidationError(
            f"Cette période s’est terminée le {current.end:%d/%m/%Y}.", code="already_ended"
        )
    if on == current.start:
        return _with(current, **changes)
    follower = copy.copy(current)
    follower._state = copy.copy(current._state)
    follower._state.adding = True
    follower.pk = uuid.uuid4()
    current.end = on - ONE_DAY
    current.save(update_fields=["end"])
    return _with(follower, start=on, **changes)


def _with[D: Dated](row: D, **changes: Any) -> D:
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    return row
