"""The writes: what words there are go, histories with them, whatever guards these tables from being rewritten."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import pgtrigger
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Case, CharField, F, Func, Q, TextField, Value, When
from django.db.models.functions import Cast, Concat, Left, Replace

from cias.core.erasing.declaring import MARK, How, Treatment, dropped, handlers, loose_rows, treatments
from cias.core.erasing.reach import Edge, Keys, Model, collect, columns, graph
from cias.core.periods import PARIS

NUMBER_LENGTH = 12
FILE_NAME_LENGTH = 32
NOWHERE = "E-"  # how a short number that leads nowhere begins; none of the application's does


@dataclass
class Erased:
    """How many rows of each table were emptied and how many went, by the model's label; histories apart."""

    emptied: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    history: int = 0

    @property
    def rows(self) -> int:
        return sum(self.emptied.values()) + sum(self.dropped.values())


def measure(roots: Mapping[Model, Collection[Any]]) -> dict[Model, int]:
    """How many rows of each table hang from these, without touching them."""
    found = collect(roots, graph(*roots))
    return {model: len(keys) for model, keys in found.items() if keys}


def erase(roots: Mapping[Model, Collection[Any]], *, moment: datetime) -> Erased:
    """Empty all that hangs from `roots` (a key for each kind of root, even without rows), in one transaction.

    Done again, it empties nothing more. The triggers that forbid to rewrite (signed letters, validated inventories, the
    ledger) and those that write the history are set aside for this alone. Files go once the transaction is committed.
    """
    edges = graph(*roots)
    found = collect(roots, edges)
    erased = Erased()
    # The transaction inside: an error leaves it before the triggers are set again, which takes a query.
    with pgtrigger.ignore(), transaction.atomic():
        erased.history = _forget_history(found, edges)
        for model, keys in found.items():
            for handler in handlers.get(model._meta.label, ()) if keys else ():
                after = handler(model._base_manager.filter(pk__in=keys).order_by(), moment)
                if after is not None:
                    transaction.on_commit(after)
        for model, keys in found.items():
            if keys and model._meta.label in dropped:
                rows = model._base_manager.filter(pk__in=keys)
                erased.dropped[model._meta.label] = _delete(rows)
        for model, keys in found.items():
            values = _values(model) if model._meta.label not in dropped else {}
            if keys and values:
                rows = model._base_manager.filter(pk__in=keys).order_by()
                erased.emptied[model._meta.label] = rows.update(**values)
    return erased


def erase_later(clock: str, *, limit: date, gone: str) -> int:
    """Wipe what was kept for the `clock` and is `limit` old or older; `gone` is the flag of an emptied file."""
    done = 0
    with pgtrigger.ignore(), transaction.atomic():
        for (label, name), treatment in treatments.items():
            if treatment.clock != clock:
                continue
            model = apps.get_model(label)
            column = model._meta.get_field(name)
            wiped: Any = _value(column, Treatment(how=How.WIPE))
            rows = model._base_manager.filter(
                **{f"{treatment.on}__lte": limit, f"{treatment.root}__{gone}__isnull": False}
            )
            rows = rows.exclude(**{name: ""}).exclude(**{name: MARK})
            if _is_distinct(column):
                rows = rows.exclude(**{f"{name}__startswith": NOWHERE})
            done += model._base_manager.filter(pk__in=list(rows.values_list("pk", flat=True))).update(
                **{name: wiped}
            )
    return done


def erase_loose(*, limit: date) -> int:
    """Wipe the rows before `limit` that name somebody without a file, histories with them; how many."""
    done = 0
    with pgtrigger.ignore(), transaction.atomic():
        for label, one in loose_rows.items():
            model = apps.get_model(label)
            values = _values(model)
            said = Q()
            for name in values:
                said |= ~Q(**{f"{name}__in": ["", MARK]})
            empty = {f"{name}__isnull": True for name in one.without}
            old = model._base_manager.filter(
                said, **empty, **{f"{one.on}__lt": _as_moment(model, one.on, limit)}
            )
            keys = list(old.order_by().values_list("pk", flat=True))
            done += model._base_manager.filter(pk__in=keys).order_by().update(**values)
            events: Any = getattr(model, "pgh_event_model", None)
            if events is not None:
                _delete(events._base_manager.filter(pgh_obj_id__in=keys))
    return done


def _as_moment(model: Model, path: str, day: date) -> date | datetime:
    """`day` as what the column at the end of `path` compares with."""
    for name in path.split("__"):
        column: Any = model._meta.get_field(name)
        model = column.related_model or model
    return datetime.combine(day, time.min, PARIS) if isinstance(column, models.DateTimeField) else day


def _values(model: Model) -> dict[str, Any]:
    """The columns of `model` that change, with what they become; one that nobody declared is wiped."""
    values = {}
    for column in columns(model):
        treatment = treatments.get((model._meta.label, column.name), Treatment(how=How.WIPE))
        if treatment.how not in (How.KEEP, How.LATER):
            values[column.name] = _value(column, treatment)
    return values


def _value(column: Any, treatment: Treatment) -> Any:
    if treatment.how == How.NUMBER:
        return _number(column)
    if column.null and (treatment.how == How.BLANK or not isinstance(column, (CharField, TextField))):
        return None
    if isinstance(column, ArrayField):
        return Value([], output_field=column)
    if isinstance(column, models.JSONField):
        nothing: Any
        mark: Any
        nothing, mark = ([], [MARK]) if column.default is list else ({}, {MARK: True})
        said_nothing = {column.name: nothing}
        return Case(
            When(**said_nothing, then=Value(nothing, output_field=column)),
            default=Value(mark, output_field=column),
            output_field=column,
        )
    if isinstance(column, (CharField, TextField)):
        if treatment.how == How.BLANK:
            return ""
        mark = MARK[: column.max_length or len(MARK)] if not isinstance(column, models.EmailField) else ""
        if _is_distinct(column):
            return _number(column)  # two rows of a file may not say the same
        unsaid = {f"{column.name}__isnull": True}
        return Case(When(**unsaid, then=None), When(**{column.name: ""}, then=Value("")), default=Value(mark))
    raise ValueError(f"erasing: {column} cannot be emptied, declare what becomes of it")


def _is_distinct(column: Any) -> bool:
    """Whether the column takes part in what tells rows apart."""
    if column.unique:
        return True
    for rule in column.model._meta.constraints:
        if isinstance(rule, models.UniqueConstraint):
            parts = [part for expression in rule.expressions for part in _parts(expression)]
            if column.name in rule.fields or F(column.name) in parts:
                return True
    return False


def _parts(expression: Any) -> Iterator[Any]:
    return expression.flatten() if hasattr(expression, "flatten") else iter([expression])


def _number(column: Any) -> Any:
    """Something random of the column's length; a missing number stays missing."""
    random = Func(function="gen_random_uuid", output_field=models.UUIDField())
    text = Replace(Cast(random, TextField()), Value("-"), Value(""))
    if (column.max_length or NUMBER_LENGTH) >= FILE_NAME_LENGTH:
        fresh: Any = Left(text, FILE_NAME_LENGTH)
    else:
        length = min(column.max_length or NUMBER_LENGTH, NUMBER_LENGTH) - len(NOWHERE)
        fresh = Concat(Value(NOWHERE), Left(text, length))
    said = {column.name: ""}
    return Case(
        When(**said, then=Value("")),
        When(**{f"{column.name}__isnull": False}, then=fresh),
        default=F(column.name),
    )


def _forget_history(found: Keys, edges: Mapping[Model, tuple[Edge, ...]]) -> int:
    """Delete what the history tables tell of these rows, of those deleted since, and of the time others hung here."""
    count = 0
    gone: Keys = {model: set() for model in edges}
    for model, ways in edges.items():
        events: Any = getattr(model, "pgh_event_model", None)
        if events is None:
            continue
        told = events._base_manager.order_by()
        names = {one.name for one in events._meta.local_concrete_fields}
        for way in ways:
            parents = found[way.target] | gone[way.target]
            if not parents or way.name not in names:
                continue
            rows = told.filter(**{f"{way.name}__in": parents}, **way.only)
            others = set(rows.values_list("pgh_obj_id", flat=True)) - found[model]
            living = set(model._base_manager.filter(pk__in=others).values_list("pk", flat=True))
            gone[model] |= others - living
            count += _delete(rows.filter(pgh_obj_id__in=living))
        if found[model] or gone[model]:
            count += _delete(told.filter(pgh_obj_id__in=found[model] | gone[model]))
    return count


def _delete(rows: Any) -> int:
    """How many rows went: neither signals nor cascades, what points at them was dealt with."""
    return rows._raw_delete(rows.db) or 0  # None: an empty list was no query
