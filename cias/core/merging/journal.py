"""What a merge did to the database, row by row, so that it can be undone to the identical state.

Rows are read and written as PostgreSQL's own JSON of them: every type comes back as it was, whatever the model.
"""
# ruff: noqa: S608 - names are those of our own tables and columns, values are parameters

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from cias.core.db import ConstraintViolation, named_constraint

type Row = dict[str, Any]
type Step = dict[str, Any]

UPDATED, SET_ASIDE, MOVED = "updated", "set_aside", "moved"


class MergeRefused(ValidationError):
    """Two rows cannot become one, or one cannot become two again; the message is a French sentence."""


class Journal:
    """The writes of one merge, in order."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def move(self, model: type[models.Model], field: str, keys: Sequence[Any], *, old: Any, new: Any) -> None:
        """Point the rows `keys` at `new` in one statement. Raises IntegrityError when a constraint refuses."""
        with transaction.atomic():
            model._base_manager.filter(pk__in=keys).update(**{field: new})
        self.steps.append(
            {
                "do": MOVED, "model": model._meta.label, "column": _column(model, field),
                "keys": [str(key) for key in keys], "old": str(old), "new": str(new),
            }
        )  # fmt: skip

    @contextmanager
    def watching(self, row: models.Model) -> Iterator[None]:
        """Write down what the block changes in the columns of `row`."""
        before = read(type(row), row.pk)
        yield
        after = read(type(row), row.pk) or {}
        changed = {
            name: [value, after[name]] for name, value in (before or {}).items() if after.get(name) != value
        }
        if changed:
            self.steps.append(
                {"do": UPDATED, "model": type(row)._meta.label, "key": str(row.pk), "columns": changed}
            )

    def set_aside(self, row: models.Model) -> None:
        """Take a row out of its table with all that hangs on it; undo() puts them back as they were.

        Raises MergeRefused when something that must not disappear depends on it.
        """
        for relation in row._meta.related_objects:
            field: Any = relation.field
            if field.model._meta.managed is False or not field.db_constraint:
                continue  # histories keep the rows they tell about
            dependents = field.model._base_manager.filter(**{field.name: row.pk})
            for dependent in dependents:
                self._release(field, dependent)
        self.steps.append(
            {"do": SET_ASIDE, "model": row._meta.label, "row": read(type(row), row.pk), "key": str(row.pk)}
        )
        _execute(f"DELETE FROM {_table(type(row))} WHERE {_key_is(type(row))}", [str(row.pk)])

    def _release(self, field: Any, dependent: models.Model) -> None:
        match field.remote_field.on_delete:
            case models.CASCADE:
                self.set_aside(dependent)
            case models.SET_NULL:
                with self.watching(dependent):
                    type(dependent)._base_manager.filter(pk=dependent.pk).update(**{field.name: None})
            case _:
                raise MergeRefused(
                    f"{str(field.model._meta.verbose_name).capitalize()} «\u00a0{dependent}\u00a0» dépend d’une "
                    f"information en double\u00a0: corrigez-la avant de fusionner.",
                    code="dependent",
                )


def undo(steps: Sequence[Step]) -> int:
    """Take back `steps`, the last one first; the number of values left alone because they changed since.

    What was edited since keeps its edits, what was deleted stays deleted, what was added stays. Raises MergeRefused.
    """
    kept = 0
    try:
        with transaction.atomic():
            for step in reversed(steps):
                model = apps.get_model(step["model"])
                match step["do"]:
                    case "moved":
                        kept += _move_back(model, step)
                    case "updated":
                        kept += _restore(model, step["key"], step["columns"])
                    case "set_aside":
                        _put_back(model, step["row"])
            check_keys()
    except IntegrityError as error:
        raise MergeRefused(refusal(error), code="constraint") from error
    return kept


def touched(steps: Sequence[Step]) -> set[tuple[str, str]]:
    """The rows the steps are about."""
    return {
        (step["model"], key) for step in steps for key in (step["keys"] if step["do"] == MOVED else [step["key"]])
    }  # fmt: skip


def refusal(error: IntegrityError) -> str:
    """The French sentence of the constraint that refused."""
    name = named_constraint(error)
    return str(ConstraintViolation(name).messages[0]) if name else "Une règle de la base s’y oppose."


def check_keys() -> None:
    """Look at the foreign keys now rather than when the transaction ends."""
    _execute("SET CONSTRAINTS ALL IMMEDIATE")
    _execute("SET CONSTRAINTS ALL DEFERRED")


def read(model: type[models.Model], key: Any) -> Row | None:
    """The row as PostgreSQL's JSON; decimal numbers as text, so that none loses a digit."""
    with connection.cursor() as cursor:
        # Names of our own tables and columns, quoted.
        # ast-grep-ignore: sql-made-of-text
        cursor.execute(
            f"SELECT to_jsonb({_table(model)})::text FROM {_table(model)} WHERE {_key_is(model)}",
            [str(key)],
        )
        found = cursor.fetchone()
    return json.loads(found[0], parse_float=str) if found else None


def _move_back(model: type[models.Model], step: Step) -> int:
    """The rows that still point where the merge put them go back; moved elsewhere or deleted since, they stay so."""
    column = _name(step["column"])
    count = _execute(
        f"UPDATE {_table(model)} SET {column} = {_typed(model, step['column'])}"
        f" WHERE {_key_is(model, several=True)} AND {column} = {_typed(model, step['column'])}",
        [step["old"], step["keys"], step["new"]],
    )
    return len(step["keys"]) - count


def _restore(model: type[models.Model], key: str, columns: dict[str, list[Any]]) -> int:
    now = read(model, key)
    if now is None:
        return len(columns)
    back = {name: old for name, (old, new) in columns.items() if name in now and now[name] == new}
    if back:
        names = ", ".join(_name(name) for name in back)
        source = ", ".join(f"source.{_name(name)}" for name in back)
        _execute(
            f"UPDATE {_table(model)} SET ({names}) = ROW({source})"
            f" FROM jsonb_populate_record(NULL::{_table(model)}, %s::jsonb) AS source"
            f" WHERE {_table(model)}.{_key_is(model)}",
            [json.dumps(back), key],
        )
    return len(columns) - len(back)


def _put_back(model: type[models.Model], row: Row) -> None:
    known = sorted({str(field.column) for field in model._meta.concrete_fields} & row.keys())
    names = ", ".join(_name(name) for name in known)
    _execute(
        f"INSERT INTO {_table(model)} ({names})"
        f" SELECT {names} FROM jsonb_populate_record(NULL::{_table(model)}, %s::jsonb)",
        [json.dumps(row)],
    )


def _execute(sql: str, params: Sequence[Any] = ()) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def _name(name: str) -> str:
    return connection.ops.quote_name(name)


def _table(model: type[models.Model]) -> str:
    return _name(model._meta.db_table)


def _column(model: type[models.Model], field: str) -> str:
    return str(model._meta.get_field(field).column)  # type: ignore[union-attr]


def _typed(model: type[models.Model], column: str, *, several: bool = False) -> str:
    """A text parameter (a list of them) read as the column's type."""
    field = next(field for field in model._meta.concrete_fields if field.column == column)
    return f"%s::{field.rel_db_type(connection)}{'[]' if several else ''}"


def _key_is(model: type[models.Model], *, several: bool = False) -> str:
    column = str(model._meta.pk.column)
    value = _typed(model, column, several=several)
    return f"{_name(column)} = {f'ANY({value})' if several else value}"
