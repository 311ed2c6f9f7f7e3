"""Take back what a batch wrote, row by row, from the history: created rows go, changed ones are as they were before.

A row that was changed or used since stays, whole, with a sentence that says by what. Household numbers already given
are not given again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pghistory.models
from django.db import IntegrityError, connection, models, transaction

from households.enums import Result
from households.models import Household, Person, TakeOverKey, TakeOverRow
from households.models.takeover import ImportBatch, ImportRow
from households.takeover.writing import MODELS, context_of

CHANGED = "Gardé : {what} a été modifié depuis."
GONE = "Gardé : {what} n’existe plus, ou a été fusionné depuis."
USED = "Gardé : utilisé depuis ({what})."
UNKNOWN = "Gardé : l’état précédent n’est plus dans l’historique."


@dataclass
class _Steps:
    """What taking one row back comes to; `refusal` says why it is not done."""

    delete: defaultdict[type[models.Model], list[Any]] = field(default_factory=lambda: defaultdict(list))
    restore: list[tuple[models.Model, Any]] = field(default_factory=list)
    refusal: str = ""


@dataclass(frozen=True)
class Undoing:
    """What the rows of one kind of batch write: `tables` in the order they are written, of which `used` may be
    pointed at from elsewhere; what they `remember` beside, which says nothing of a use and is put back by `restore`."""

    tables: tuple[type[models.Model], ...]
    used: tuple[type[models.Model], ...]
    remember: tuple[type[models.Model], ...]
    restore: Callable[[Iterable[Any]], None]


def undo_rows(takeover: ImportBatch, rows: Sequence[ImportRow], how: "Undoing | None" = None) -> None:
    """Take `rows` back in the transaction of the caller, and write on each what became of it."""
    how = how or HOUSEHOLD_LISTS
    households = [row.household_id for row in rows if row.household_id]
    list(Household.objects.select_for_update().filter(pk__in=households).order_by("pk"))
    steps = _plan(rows, how)
    before = [(row, row.result, row.issues, row.household_id) for row in rows]
    try:
        with transaction.atomic(), context_of(takeover):
            _apply([(row, steps[row.pk]) for row in rows], how)
    except IntegrityError:
        for row, result, issues, household_id in before:
            row.result, row.issues, row.household_id = result, issues, household_id
            _alone(takeover, row, steps[row.pk], how)
    type(rows[0])._default_manager.bulk_update(rows, ["result", "issues", "household"], batch_size=200)


def _alone(takeover: ImportBatch, row: ImportRow, steps: _Steps, how: Undoing) -> None:
    result, issues, household_id = row.result, row.issues, row.household_id
    try:
        with transaction.atomic(), context_of(takeover):
            _apply([(row, steps)], how)
    except IntegrityError:
        row.result, row.issues, row.household_id = result, issues, household_id
        _keep(row, USED.format(what="une autre partie de l’application"))


def _keep(row: ImportRow, why: str) -> None:
    row.result = Result.KEPT
    row.issues = [*row.issues, {"line": row.number, "column": "", "message": why, "refuses": False}]


def _plan(rows: Sequence[ImportRow], how: Undoing) -> dict[UUID, _Steps]:
    """One reading of the history for all the rows, then their uses elsewhere."""
    planned = {row.pk: _Steps() for row in rows}
    for model in how.tables:
        name = model._meta.model_name or ""
        keys = {UUID(key) for row in rows for key in row.written.get(name, ())}
        if not keys:
            continue
        events: defaultdict[UUID, list[Any]] = defaultdict(list)
        found = model.pgh_event_model.objects.filter(pgh_obj_id__in=keys)  # type: ignore[attr-defined]
        for event in found.order_by("pgh_id"):
            events[event.pgh_obj_id].append(event)
        current = model._default_manager.in_bulk(keys)
        for row in rows:
            for key in row.written.get(name, ()):
                obj = current.get(UUID(key))
                _plan_object(planned[row.pk], row, model, obj, events[UUID(key)])
    while _find_uses(rows, planned, how):
        pass  # what a row keeps, another cannot take away
    return planned


def _plan_object(
    steps: _Steps, row: ImportRow, model: type[models.Model], obj: models.Model | None, events: list[Any]
) -> None:
    what = str(model._meta.verbose_name)
    ours = [event for event in events if event.pgh_context_id == row.context_id]
    if obj is None or not ours:
        steps.refusal = steps.refusal or GONE.format(what=what)
    elif not _same(obj, ours[-1]):
        steps.refusal = steps.refusal or CHANGED.format(what=what)
    elif ours[0].pgh_label == "insert":
        steps.delete[model].append(obj.pk)
    else:
        before = [event for event in events if event.pgh_id < ours[0].pgh_id]
        if before:
            steps.restore.append((obj, before[-1]))
        else:
            steps.refusal = steps.refusal or UNKNOWN


def _tracked(model: type[models.Model]) -> list[models.Field]:
    recorded = {field.name for field in model.pgh_event_model._meta.fields}  # type: ignore[attr-defined]
    return [
        field for field in model._meta.concrete_fields if field.name in recorded and not field.primary_key
    ]


def _same(obj: models.Model, event: Any) -> bool:
    return all(getattr(obj, field.attname) == getattr(event, field.attname) for field in _tracked(type(obj)))


def _find_uses(rows: Sequence[ImportRow], planned: dict[UUID, _Steps], how: Undoing) -> bool:
    """Whatever points at what a row created and does not go with it: an appointment, a document…

    Says whether a row was kept for it: what that row wrote now stays too.
    """
    doomed: defaultdict[Any, set[Any]] = defaultdict(set)
    for steps in planned.values():
        for model, keys in steps.delete.items() if not steps.refusal else ():
            doomed[model].update(keys)
    found = False
    for model in how.used:
        owner = {
            key: row.pk
            for row in rows
            if not planned[row.pk].refusal
            for key in planned[row.pk].delete[model]
        }
        if not owner:
            continue
        for relation in _relations(model, how):
            for key, pointing in _pointing(relation, owner):
                if pointing not in doomed[relation.related_model]:
                    steps = planned[owner[key]]
                    label = str(relation.related_model._meta.verbose_name)
                    steps.refusal = steps.refusal or USED.format(what=label)
                    found = True
    return found


def _relations(model: type[models.Model], how: Undoing) -> Iterable[Any]:
    for relation in model._meta.related_objects:
        related = relation.related_model
        if related not in how.remember and not issubclass(related, pghistory.models.Event):
            yield relation


def _pointing(relation: Any, owner: dict[Any, UUID]) -> list[tuple[Any, Any]]:
    """(key pointed at, key of the row that points), through a foreign key or a many-to-many table."""
    field = relation.field
    if relation.many_to_many:
        through = relation.through
        name = field.m2m_reverse_name()
        rows = through._default_manager.filter(**{f"{_field_of(through, name)}__in": owner})
        return [(getattr(row, name), row.pk) for row in rows]
    rows = relation.related_model._default_manager.filter(**{f"{field.name}__in": owner})
    return list(rows.values_list(field.attname, "pk"))


def _field_of(through: type[models.Model], attname: str) -> str:
    return next(field.name for field in through._meta.concrete_fields if field.column == attname)


def _apply(planned: Sequence[tuple[ImportRow, _Steps]], how: Undoing) -> None:
    """Deletions from the leaves to the household, then what stood before the changes."""
    doomed: defaultdict[type[models.Model], list[Any]] = defaultdict(list)
    done = [(row, steps) for row, steps in planned if not steps.refusal]
    for row, steps in planned:
        if steps.refusal:
            _keep(row, steps.refusal)
    for _row, steps in done:
        for model, keys in steps.delete.items():
            doomed[model] += keys
    type(planned[0][0])._default_manager.filter(household__in=doomed[Household]).update(household=None)
    how.restore(row for row, _steps in done)
    for model in reversed(how.tables):
        if doomed[model]:
            _delete(model, doomed[model])
    for row, steps in done:
        for obj, before in steps.restore:
            _restore(obj, before)
        row.result = Result.UNDONE
        row.household = row.household if row.household_id not in doomed[Household] else None
    connection.check_constraints()


def _delete(model: type[models.Model], keys: list[Any]) -> None:
    """Only these rows: whatever still points at them is refused by the database, never swept away."""
    rows = model._default_manager.filter(pk__in=keys)
    rows._raw_delete(rows.db)


def _restore(obj: models.Model, before: Any) -> None:
    fields = {field.attname: getattr(before, field.attname) for field in _tracked(type(obj))}
    type(obj)._default_manager.filter(pk=obj.pk).update(**fields)


def _restore_keys(rows: Iterable[Any]) -> None:
    """A new identifier is forgotten; a known one remembers what it remembered."""
    forgotten: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if (before := row.written.get("key_before")) is None:
            forgotten[row.takeover.source].append(row.identifier)
        else:
            keys = TakeOverKey.objects.filter(source=row.takeover.source, identifier=row.identifier)
            keys.update(digests=before)
    for source, identifiers in forgotten.items():
        TakeOverKey.objects.filter(source=source, identifier__in=identifiers).delete()


HOUSEHOLD_LISTS = Undoing(
    tables=MODELS,
    used=(Household, Person),
    remember=(TakeOverKey, TakeOverRow),
    restore=_restore_keys,
)
