"""What becomes of the rows that point at an absorbed row. One line in an app's registrations declares it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction

from cias.core.merging.journal import Journal, MergeRefused, refusal

ONE_DAY = timedelta(days=1)


@dataclass
class Handling:
    """One relation during one merge: the rows of `model` whose `name` points at `absorbed`, and where they go."""

    model: type[models.Model]
    name: str
    survivor: models.Model
    absorbed: models.Model
    journal: Journal
    prefers_absorbed: bool = False
    options: dict[str, Any] = field(default_factory=dict)

    def of_absorbed(self) -> models.QuerySet[Any]:
        return self.model._base_manager.filter(**{self.name: self.absorbed.pk})

    def of_survivor(self) -> models.QuerySet[Any]:
        return self.model._base_manager.filter(**{self.name: self.survivor.pk})

    def move(self, rows: Iterable[models.Model] | None = None) -> None:
        """Point `rows` (all of the absorbed's by default) at the survivor. Raises IntegrityError."""
        keys = [row.pk for row in (self.of_absorbed().only("pk") if rows is None else rows)]
        if keys:
            self.journal.move(self.model, self.name, keys, old=self.absorbed.pk, new=self.survivor.pk)

    def move_or_set_aside(self, rows: Iterable[models.Model] | None = None) -> None:
        """The same, row by row where a constraint refuses one: the survivor's own row then stands for it."""
        rows = list(self.of_absorbed() if rows is None else rows)
        try:
            self.move(rows)
        except IntegrityError:
            for row in rows:
                try:
                    self.move([row])
                except IntegrityError:
                    self.journal.set_aside(row)

    def shorten(self, row: Any, taken: Iterable[Any]) -> bool:
        """Keep of a dated row its first days that no row of `taken` covers; set it aside when none is left."""
        days = free_days(row.start, row.end, [(other.start, other.end) for other in taken])
        if days is None:
            self.journal.set_aside(row)
            return False
        if days != (row.start, row.end):
            with self.journal.watching(row):
                row.start, row.end = days
                type(row)._base_manager.filter(pk=row.pk).update(start=row.start, end=row.end)
        return True


type Mover = Callable[[Handling], None]


@dataclass(frozen=True)
class Policy:
    """`label` names a field ("app.Model.field"). `apply` None: its rows stay, and `because` says why."""

    label: str
    apply: Mover | None
    because: str = ""


declared: dict[str, Policy] = {}


def _declare(policy: Policy) -> None:
    if policy.label in declared:
        raise ValueError(f"merging: {policy.label} is already declared")
    declared[policy.label] = policy


def move(label: str, *, refused: str = "") -> None:
    """The rows follow to the survivor. Where a constraint refuses, the merge is refused with `refused`, or else with
    the constraint's own sentence: a conflict that only an agent can settle."""

    _declare(Policy(label, mover(refused)))


def mover(refused: str = "") -> Mover:
    def apply(handling: Handling) -> None:
        try:
            handling.move()
        except IntegrityError as error:
            raise MergeRefused(refused or refusal(error), code="conflict") from error

    return apply


def move_or_set_aside(label: str) -> None:
    """The rows follow; one that the survivor already has is set aside until the merge is undone."""
    _declare(Policy(label, Handling.move_or_set_aside))


def dated(label: str, *, rivals: Callable[[Any, Any], bool] | None = None) -> None:
    """Rows with `start` and `end`, one at a time: the survivor's prevail, the absorbed's keep the days that are free.

    `rivals(row, other)` says which rows exclude each other (all by default). The merge may ask for the absorbed's to
    prevail instead.
    """

    def apply(handling: Handling) -> None:
        losers, winners = list(handling.of_absorbed()), list(handling.of_survivor())
        if handling.prefers_absorbed:
            losers, winners = winners, losers
        for row in losers:
            handling.shorten(row, [other for other in winners if rivals is None or rivals(row, other)])
        handling.move()

    _declare(Policy(label, apply))


def custom(label: str, apply: Mover) -> None:
    """The app's own way; it leaves no row on the absorbed."""
    _declare(Policy(label, apply))


def leave(label: str, *, because: str) -> None:
    """The rows keep pointing at the absorbed (a log), or the field names no row that can be absorbed."""
    _declare(Policy(label, None, because=because))


def free_days(
    start: date, end: date | None, taken: Iterable[tuple[date, date | None]]
) -> tuple[date, date | None] | None:
    """The first stretch of [start, end] (None: no end) outside `taken`, both ends included; None when it is covered."""
    for first, last in sorted(taken, key=lambda days: days[0]):
        if last is not None and last < start:
            continue
        if end is not None and first > end:
            break
        if first > start:
            return start, first - ONE_DAY
        if last is None or (end is not None and last >= end):
            return None
        start = last + ONE_DAY
    return start, end


def attempt(action: Callable[[], Any]) -> bool:
    """Whether the database accepts what `action` writes; nothing of it stays when it does not."""
    try:
        with transaction.atomic():
            action()
    except IntegrityError:
        return False
    return True
