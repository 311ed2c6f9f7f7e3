"""Every row that tells of a person, and what of it they may read (C8): the walk under the copy of their data."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from cias.core import copying, erasing
from cias.core.copying import Because
from cias.core.erasing.reach import collect
from households.models import Household, Person

ROOTS = (Household, Person)
# The day a row is of, the first of these that it has.
DAYS = (
    "held_on", "start", "on", "opened_on", "since", "received_on", "sent_on", "shared_on", "reported_on", "day", "at",
    "requested_on", "taken_at", "finished_at", "called_on", "noted_on", "done_on", "proposed_on", "month",
)  # fmt: skip
ENDS = ("end", "ended_on", "closed_on", "settled_on")

type Model = type[models.Model]
type Place = tuple[Model, Any]


@dataclass(frozen=True)
class Stay:
    """The days the person belonged to a household; None for those before its opening or still to come."""

    since: date | None
    until: date | None

    def covers(self, row: models.Model, day: date | None) -> bool:
        """Whether a row about the whole household is about days when the person belonged to it."""
        if day is None:
            return True
        if self.until is not None and day > self.until:
            return False
        if self.since is None or day >= self.since:
            return True
        ends = [_day(getattr(row, name)) for name in ENDS if hasattr(row, name)]
        return bool(ends) and (ends[0] is None or ends[0] >= self.since)


@dataclass
class Told:
    """A row of the copy, with those that hang from it. `own`: it names the person, alone or not."""

    row: models.Model
    own: bool
    household: UUID | None
    columns: list[Any]
    children: list["Told"] = field(default_factory=list)

    @property
    def model(self) -> Model:
        return type(self.row)

    @property
    def day(self) -> date | None:
        return day_of(self.row)


class Gathering:
    """The rows of the households of a person, judged one by one; what hangs from a row left out is left out with it.

    `stays` gives the days of each household, by key; `hidden` are those whose address is on no copy.
    """

    def __init__(self, person: Person, stays: Mapping[UUID, Stay], *, hidden: Collection[UUID] = ()) -> None:
        self.person, self.stays, self.hidden = person, stays, hidden
        self.graph = erasing.graph(*ROOTS)
        self._judged: dict[Place, Told | None] = {}

    @cached_property
    def selves(self) -> set[Any]:
        """The person's key, and those of the records that were merged into theirs."""
        return set(self._keys[Person])

    @cached_property
    def _keys(self) -> Mapping[Model, Collection[Any]]:
        return collect({Household: set(self.stays), Person: {self.person.pk}}, self.graph)

    @cached_property
    def _rows(self) -> dict[Model, dict[Any, models.Model]]:
        found: dict[Model, dict[Any, models.Model]] = {}
        for model, keys in self._keys.items():
            if keys and model._meta.label not in copying.left_tables:
                rows = model._base_manager.filter(pk__in=keys)
                links = list(_links(model))
                found[model] = {row.pk: row for row in (rows.select_related(*links) if links else rows)}
        return found

    @cached_property
    def _named(self) -> Mapping[Place, set[Any]]:
        """Whom rows name through a table of their own (who was at a meeting)."""
        named: dict[Place, set[Any]] = defaultdict(set)
        for model, rows in self._rows.items():
            if model._meta.auto_created:
                (person,) = [one for one in _keys_of(model) if one.related_model is Person] or [None]
                (owner, *_others) = [one for one in self.parents(model) if one.related_model is not Person]
                for row in rows.values() if person is not None else ():
                    named[owner.related_model, getattr(row, owner.attname)].add(getattr(row, person.attname))
        return named

    def parents(self, model: Model) -> list[Any]:
        """The keys to other rows of the file, the mandatory ones first."""
        keys = [one for one in _keys_of(model) if one.related_model in self.graph]
        return sorted(keys, key=lambda one: one.null)

    def told(self) -> list[Told]:
        """The rows of the copy, those that hang from others beneath them."""
        tops: list[Told] = []
        for model, rows in self._rows.items():
            for key in rows:
                found = self._judge(model, key)
                if found is None:
                    continue
                above = self._above(found.row)
                owner = self._judge(*above) if above else None
                (tops if owner is None else owner.children).append(found)
        return tops

    def _above(self, row: models.Model) -> Place | None:
        """The row under which this one is told: none for what hangs directly from a household."""
        keys = [
            one for one in self.parents(type(row))
            if one.related_model is not Person and not one.null
        ]  # fmt: skip
        if type(row) in ROOTS or not keys or any(one.related_model is Household for one in keys):
            return None
        return keys[0].related_model, getattr(row, keys[0].attname)

    def _judge(self, model: Model, key: Any) -> Told | None:
        place = (model, key)
        if place not in self._judged:
            self._judged[place] = None  # rows that point at each other
            row = self._rows.get(model, {}).get(key)
            self._judged[place] = self._weigh(model, row) if row is not None else None
        return self._judged[place]

    def _weigh(self, model: Model, row: models.Model) -> Told | None:
        if model in ROOTS:
            household = row.pk if model is Household else None
            return Told(row, model is Person, household, self._columns(row, household))
        persons = {getattr(row, one.attname) for one in _keys_of(model) if one.related_model is Person} - {
            None
        }
        persons |= self._named.get((model, row.pk), set())
        if persons and not persons & self.selves:
            return None
        own, household = bool(persons), getattr(row, "household_id", None)
        follows = False
        for key in self.parents(model):
            if key.null or key.related_model is Person:
                continue
            parent = self._judge(key.related_model, getattr(row, key.attname))
            if parent is None:
                return None
            own, household = own or parent.own, household or parent.household
            follows = follows or key.related_model is not Household
        day = day_of(row) or (None if follows else _day(getattr(row, "created_at", None)))
        stay = self.stays.get(household) if household else None
        if not own and stay is not None and not stay.covers(row, day):
            return None
        rules = copying.conditions.get(model._meta.label, ())
        if any(not rule.columns and rule.test(row) for rule in rules):
            return None
        return Told(row, own, household, self._columns(row, household))

    def _columns(self, row: models.Model, household: UUID | None) -> list[Any]:
        label = row._meta.label
        out = set(copying.places.get(label, ())) if household in self.hidden else set()
        for rule in copying.conditions.get(label, ()):
            if rule.columns and rule.test(row):
                out |= set(rule.columns)
        return [one for one in columns_of(type(row)) if one.name not in out]


def columns_of(model: Model) -> list[Any]:
    """The columns of a table that a copy tells."""
    return [one for one in model._meta.local_concrete_fields if why_not(one) is None]


def why_not(column: Any) -> Because | None:
    """Why a column is in no copy; a key to another row of the file is told by the place of the row."""
    told_by_place = column.remote_field is not None and column.related_model in erasing.graph(*ROOTS)
    if told_by_place and column.related_model is not Person:
        return copying.left_tables.get(column.model._meta.label, Because.TECHNICAL)
    return copying.left_out(column)


def day_of(row: models.Model) -> date | None:
    return next((day for name in DAYS if (day := _day(getattr(row, name, None))) is not None), None)


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return timezone.localtime(value).date()
    return value if isinstance(value, date) else None


def _keys_of(model: Model) -> list[Any]:
    return [one for one in model._meta.local_concrete_fields if one.remote_field is not None]


def _links(model: Model) -> Iterable[str]:
    return [one.name for one in _keys_of(model) if why_not(one) is None]


def everything_left_out() -> Iterator[tuple[Model, str, Because]]:
    """(table, column or "" for the whole table, why), in the order of the tables."""
    for model in erasing.graph(*ROOTS):
        if (because := copying.left_tables.get(model._meta.label)) is not None:
            yield model, "", because
            continue
        for column in model._meta.local_concrete_fields:
            if (because := why_not(column)) is not None:
                yield model, column.name, because
        for rule in copying.conditions.get(model._meta.label, ()):
            for name in rule.columns or ("",):
                yield model, name, rule.because
