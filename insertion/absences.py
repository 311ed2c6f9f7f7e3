"""Who did not come, to an appointment or to a workshop: each line of work tells its own (I5, I6)."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cias.core.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Absence:
    """One absence of a person oriented to the CIAS. `excused` is None as long as nobody said why."""

    person_id: UUID
    household_id: UUID
    day: date
    label: str
    excused: bool | None
    url: str


# A provider gives the absences of these persons from the first day to the last, both included.
type AbsenceProvider = Callable[[Collection[UUID], date, date], Iterator[Absence]]
absences: Registry[AbsenceProvider] = Registry("insertion absences")
