"""Every row that hangs from a root, found in the models themselves so that none is forgotten."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from pghistory.models import Event

from cias.core.erasing.declaring import dropped, treatments

type Model = type[models.Model]
type Keys = dict[Model, set[Any]]
BIRTH = "birth"


@dataclass(frozen=True)
class Edge:
    """A foreign key by which rows of `model` hang from rows of `target`; `only` narrows them."""

    model: Model
    name: str
    target: Model
    only: Mapping[str, Any] = field(default_factory=dict, hash=False)


def _tables() -> Iterator[Model]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and not issubclass(model, Event):
            yield model


@cache
def graph(*roots: Model) -> dict[Model, tuple[Edge, ...]]:
    """The tables that hang from `roots` (the owner of a file first), and by which keys.

    A row belongs to the file its mandatory keys lead to. One without any (an appointment of somebody unknown yet)
    belongs to what it names; a person is then enough only where no file is named.
    """
    reached: list[Model] = list(roots)
    tables = list(_tables())
    grown = True
    while grown:
        grown = False
        for model in tables:
            if model not in reached and _keys(model, reached):
                reached.append(model)
                grown = True
    return {model: tuple(_edges(model, reached, roots)) for model in reached}


def _keys(model: Model, targets: Collection[Model]) -> list[Any]:
    return [
        one for one in model._meta.local_concrete_fields
        if one.remote_field is not None and one.related_model in targets
    ]  # fmt: skip


def _edges(model: Model, reached: Collection[Model], roots: tuple[Model, ...]) -> Iterator[Edge]:
    keys = _keys(model, reached)
    owner, others = roots[0], roots[1:]
    if model in roots:  # merged rows follow the one they became
        keys = [one for one in keys if one.related_model is model]
        yield from (Edge(model, one.name, one.related_model) for one in keys)
        return
    firm = [one for one in keys if not one.null and one.related_model not in others]
    if firm:
        yield from (Edge(model, one.name, one.related_model) for one in firm)
        return
    owners = {f"{one.name}__isnull": True for one in keys if one.related_model is owner}
    for one in keys:
        only = owners if one.related_model in others else {}
        yield Edge(model, one.name, one.related_model, only)


def columns(model: Model) -> list[models.Field]:
    """The columns that may hold words: texts without choices, JSON, files, birth dates, identifiers without a table."""
    return [one for one in model._meta.local_concrete_fields if _may_tell(one)]


def _may_tell(column: Any) -> bool:
    if column.primary_key or column.remote_field is not None:
        return False
    if isinstance(column, ArrayField):
        return _may_tell(column.base_field)
    if column.choices:
        return False
    if isinstance(column, models.DateField) and BIRTH in column.name:
        return True
    told = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)
    return isinstance(column, (*told, models.UUIDField, models.GenericIPAddressField))


def undeclared(*roots: Model) -> list[str]:
    """What is missing, each with the line that settles it."""
    return [
        f'erasing.wipe("{model._meta.label}", "{column.name}")'
        for model in graph(*roots)
        if model._meta.label not in dropped
        for column in columns(model)
        if (model._meta.label, column.name) not in treatments
    ]


def unknown(*roots: Model) -> list[str]:
    """What is declared of columns or tables that are not reached."""
    reached = graph(*roots)
    known = {(model._meta.label, one.name) for model in reached for one in model._meta.local_concrete_fields}
    labels = {model._meta.label for model in reached}
    stray = [f"{model}.{column}" for model, column in treatments if (model, column) not in known]
    return stray + sorted(dropped - labels)


def collect(start: Mapping[Model, Collection[Any]], edges: Mapping[Model, tuple[Edge, ...]]) -> Keys:
    """The keys of every row that hangs from `start`."""
    found: Keys = {model: set(start.get(model, ())) for model in edges}
    fresh: Mapping[Model, Collection[Any]] = {model: keys for model, keys in found.items() if keys}
    while fresh:
        grown: Keys = {}
        for model, ways in edges.items():
            for way in ways:
                if not fresh.get(way.target):
                    continue
                rows = model._base_manager.filter(**{f"{way.name}__in": fresh[way.target]}, **way.only)
                new = set(rows.order_by().values_list("pk", flat=True)) - found[model]
                found[model] |= new
                grown.setdefault(model, set()).update(new)
        fresh = {model: keys for model, keys in grown.items() if keys}
    return found
