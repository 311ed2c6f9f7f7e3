"""What moves and says since when it stands where it stands."""

from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone

from cias.core.moves import MovingRecord


class SteppedRecord(MovingRecord):
    since = models.DateField("depuis le")

    class Meta:
        abstract = True

    def move_to(self, state: Any, *, on: date | None = None, **values: Any) -> Any:
        on = on or timezone.localdate()
        return super().move_to(state, on=on, since=on, **values)
