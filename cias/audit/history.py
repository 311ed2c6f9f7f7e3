"""What changed on a case object, who changed it, before and after (C5), read from the history triggers' tables."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Window
from django.db.models.functions import Lag

from cias.core import french
from cias.core.forms import format_phone

LIMIT = 200
HIDDEN = {"created_at"}
GONE = "supprimé"
E164 = re.compile(r"\+[0-9]{8,15}")


class ChangeKind(models.TextChoices):
    CREATED = "insert", "Création"
    UPDATED = "update", "Modification"
    DELETED = "delete", "Suppression"


@dataclass(frozen=True)
class FieldChange:
    """One field: its French label and its displayed values; "" means empty."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One write: when, by whom ("" for a command or a task), on what kind of object, and the fields that moved.

    `name` is how the object is called today, when it was asked for and the object still exists.
    """

    at: datetime
    author: str
    kind: ChangeKind
    subject: str
    fields: list[FieldChange]
    name: str = ""

    @property
    def icon(self) -> str:
        return {
            ChangeKind.CREATED: "bi-plus-lg",
            ChangeKind.UPDATED: "bi-pencil",
            ChangeKind.DELETED: "bi-trash",
        }[self.kind]


def changes_of(*objects: models.Model, limit: int = LIMIT) -> list[Change]:
    """The history of these objects (all of models tracked by pghistory), newest first, at most `limit` changes."""
    by_model: defaultdict[type[models.Model], list[Any]] = defaultdict(list)
    for obj in objects:
        by_model[type(obj)].append(obj.pk)
    return merge(
        *(changes_where(model, limit=limit, pgh_obj_id__in=keys) for model, keys in by_model.items()),
        limit=limit,
    )


def changes_where(
    model: type[models.Model], *, limit: int = LIMIT, named: bool = False, **lookups: Any
) -> list[Change]:
    """The history of the rows of `model` whose recorded states match `lookups`, deleted rows included.

    `changes_where(Address, household=household)` is the history of a household's addresses; `named` adds to each
    change the name of its object. A fixed number of queries: the events, the states before them, the authors,
    the objects' names, one for each related model.
    """
    events_of = model.pgh_event_model.objects  # type: ignore[attr-defined]
    previous = Window(Lag("pgh_id"), partition_by=F("pgh_obj_id"), order_by="pgh_id")
    events = list(
        events_of.filter(**lookups)
        .annotate(previous_id=previous)
        .select_related("pgh_context")
        .order_by("-pgh_created_at", "-pgh_id")[:limit]
    )
    states = {event.pgh_id: event for event in events}
    earlier = {event.previous_id for event in events} - states.keys() - {None}
    states |= events_of.in_bulk(earlier) if earlier else {}
    fields = _shown_fields(model)
    related = _related_names(fields, states.values())
    authors = _authors(events)
    names = model._base_manager.in_bulk({event.pgh_obj_id for event in events}) if named else {}
    changes = []
    for event in events:
        kind = ChangeKind(event.pgh_label)
        moved = list(_moved(kind, states.get(event.previous_id), event, fields, related))
        if moved or kind != ChangeKind.UPDATED:
            changes.append(
                Change(
                    event.pgh_created_at,
                    authors.get(_author_id(event), ""),
                    kind,
                    str(model._meta.verbose_name),
                    moved,
                    str(names.get(event.pgh_obj_id, "")),
                )
            )
    return changes


def merge(*histories: Iterable[Change], limit: int = LIMIT) -> list[Change]:
    """Several histories as one, newest first."""
    return sorted((change for history in histories for change in history), key=_moment, reverse=True)[:limit]


def _moment(change: Change) -> datetime:
    return change.at


def _shown_fields(model: type[models.Model]) -> list[models.Field]:
    tracked = {field.name for field in model.pgh_event_model._meta.fields}  # type: ignore[attr-defined]
    return [
        field
        for field in model._meta.fields
        if field.name in tracked and field.editable and not field.primary_key and field.name not in HIDDEN
    ]


def _moved(
    kind: ChangeKind,
    before: models.Model | None,
    after: models.Model,
    fields: list[models.Field],
    related: dict[tuple[type[models.Model], Any], str],
) -> Iterator[FieldChange]:
    """The fields that differ; a creation shows what it filled in, a deletion what was lost."""
    if kind == ChangeKind.DELETED:
        states: tuple[models.Model | None, models.Model | None] = (after, None)
    else:
        states = (before if kind == ChangeKind.UPDATED else None, after)
    for field in fields:
        values = [_display(field, state, related) for state in states]
        if values[0] != values[1]:
            yield FieldChange(_label(field), *values)


def _label(field: models.Field) -> str:
    name = str(field.verbose_name)
    return name[:1].upper() + name[1:]


def _display(
    field: models.Field,
    state: models.Model | None,
    related: dict[tuple[type[models.Model], Any], str],
) -> str:
    value = getattr(state, field.attname) if state is not None else None
    if isinstance(field, models.ForeignKey):
        return related.get((field.related_model, value), GONE) if value is not None else ""
    if isinstance(field, ArrayField):
        return ", ".join(_text(field.base_field, item) for item in value or ())
    return _text(field, value)


def _text(field: models.Field, value: Any) -> str:
    if value is None or value == "":
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    match value:
        case bool():
            return "Oui" if value else "Non"
        case datetime():
            return f"{french.date_short(value)}, {french.time_fr(value)}"
        case date():
            return french.date_short(value)
        case time():
            return french.time_fr(value)
        case Decimal():
            return french.number(value, max(0, -int(value.as_tuple().exponent)))
        case int():
            return str(value)
        case dict():
            return ", ".join(f"{key}\u00a0: {item}" for key, item in value.items())
        case list():
            return ", ".join(str(item) for item in value)
        case str() if E164.fullmatch(value):
            return format_phone(value)
    return str(value)


def _related_names(
    fields: list[models.Field], states: Iterable[models.Model]
) -> dict[tuple[type[models.Model], Any], str]:
    """The names of the rows that foreign keys point at, one query for each related model."""
    keys: defaultdict[type[models.Model], set[Any]] = defaultdict(set)
    for field in fields:
        if isinstance(field, models.ForeignKey):
            keys[field.related_model] |= {getattr(state, field.attname) for state in states} - {None}
    return {
        (model, row.pk): str(row)
        for model, wanted in keys.items()
        if wanted
        for row in model._base_manager.filter(pk__in=wanted)
    }


def _author_id(event: Any) -> str | None:
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def _authors(events: Iterable[Any]) -> dict[str | None, str]:
    wanted = {_author_id(event) for event in events} - {None}
    if not wanted:
        return {}
    return {str(user.pk): str(user) for user in get_user_model()._default_manager.filter(pk__in=wanted)}
