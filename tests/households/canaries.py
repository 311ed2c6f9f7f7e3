"""A household with something of its own in every column that hangs from it, and where to look for it afterwards.

Each table that a household leads to gets a row, made from the columns themselves: constraints are set aside, since what
is under test is that nothing survives, not that the row made sense.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.utils import timezone

from cias.core import erasing
from cias.core.erasing.declaring import How, treatments
from households.models import Household, Person

ROOTS = (Household, Person)
WORD = re.compile(r"zq[0-9]{3,4}")


def reached() -> list[type[models.Model]]:
    return list(erasing.graph(*ROOTS))


def without_checks() -> None:
    """Set aside, until the transaction is rolled back, the constraints of the tables that a household leads to."""
    tables = [model._meta.db_table for model in reached()]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('c', 'x') "
            "AND conrelid::regclass::text = ANY(%s)",
            [tables],
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Nest:
    """Canaries: `words` says which column each word was put in."""

    def __init__(self, household: Household, person: Person) -> None:
        self.household, self.person = household, person
        self.words: dict[str, str] = {}
        self.filled: set[type[models.Model]] = set()
        self.rows: dict[type[models.Model], models.Model] = {Household: household, Person: person}

    def word(self, column: models.Field) -> str:
        """A word of its own for a column, four or five letters short enough for any of them."""
        word = f"zq{len(self.words):03d}"
        self.words[word] = f"{column.model._meta.label}.{column.name}"
        return word

    def fill(self) -> None:
        """A row of each table, its columns written twice, so that its history tells of it too."""
        with pgtrigger.ignore(*self._guards()), transaction.atomic():
            for model in reached():
                self._fill_one(model)

    def _fill_one(self, model: type[models.Model]) -> None:
        if model in self.filled:
            return
        self.filled.add(model)
        row = self.rows.get(model) or self._make(model)
        self.rows[model] = row
        told = {column.name: self._told(column) for column in erasing.columns(model)}
        told = {name: value for name, value in told.items() if value is not None}
        for values in (told, dict(list(told.items())[:1])):
            if values:
                model._base_manager.filter(pk=row.pk).update(**values)

    def _guards(self) -> Iterator[str]:
        """The triggers that forbid to write; those that write the history stay."""
        for model, trigger in pgtrigger.registered():
            if not trigger.name.startswith(("insert_", "update_", "delete_")):
                yield f"{model._meta.label}:{trigger.name}"

    def _told(self, column: Any) -> Any:
        treatment = treatments.get((column.model._meta.label, column.name))
        if (
            treatment is not None
            and treatment.how == How.KEEP
            and column.name not in ("birth_date", "language")
        ):
            return None
        if isinstance(column, ArrayField):
            return [self.word(column)]
        if isinstance(column, models.JSONField):
            return {"texte": self.word(column)}
        if isinstance(column, models.DateField):
            return None
        if isinstance(column, models.EmailField):
            return f"{self.word(column)}@exemple.fr"
        return self.word(column) if not isinstance(column, models.UUIDField) else None

    def _make(self, model: type[models.Model]) -> models.Model:
        values: dict[str, Any] = {}
        for column in model._meta.local_concrete_fields:
            if column.primary_key and column.remote_field is None:
                continue
            if column.remote_field is not None:
                values[column.attname] = self._key(column)
            elif (
                getattr(column, "auto_now_add", False)
                or getattr(column, "auto_now", False)
                or not (column.null or column.has_default() or column.blank)
            ):
                values[column.attname] = _plain(column)
        row = model(**values)
        models.Model.save_base(row, raw=True, force_insert=True)
        return row

    def _key(self, column: Any) -> Any:
        target = column.related_model
        if target in self.rows:
            return self.rows[target].pk
        if column.null:
            return None
        if target in reached():
            self._fill_one(target)
            return self.rows[target].pk
        other = target._base_manager.first() or self._make_shared(target)
        return other.pk

    def _make_shared(self, model: type[models.Model]) -> models.Model:
        """A row of a table no household leads to: it tells nothing, and stays."""
        return self._make(model)


def _plain(column: Any) -> Any:
    if column.choices:
        return column.choices[0][0]
    match column:
        case models.DateTimeField():
            return timezone.now() - timedelta(days=1200)
        case models.DateField():
            return timezone.localdate() - timedelta(days=1200)
        case models.TimeField():
            return "09:00"
        case models.UUIDField():
            return uuid4()
        case models.BooleanField():
            return False
        case models.DecimalField():
            return Decimal(1)
        case models.IntegerField():
            return 1
        case ArrayField():
            return []
        case models.JSONField():
            return {}
    return uuid4().hex[: column.max_length or 12] if isinstance(column, models.CharField) else "x"


def found_in(text: str, words: dict[str, str]) -> dict[str, str]:
    """The words of `words` that `text` holds, with the column each was put in."""
    return {word: words[word] for word in set(WORD.findall(text)) if word in words}


def database_text(keep: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every table of the database, whatever made it, as PostgreSQL copies it: (table, text)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall() if row[0] not in keep]
        for table in tables:
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                yield table, b"".join(bytes(block) for block in copy).decode()


def survivors(words: dict[str, str]) -> dict[str, dict[str, str]]:
    """Table → the words it still holds, and where they came from."""
    found = {table: found_in(text, words) for table, text in database_text()}
    return {table: words for table, words in found.items() if words}


def accounted_for_later(words: dict[str, str]) -> set[str]:
    """The words put in columns that last as long as an accounting piece."""
    kept = {f"{model}.{name}" for (model, name), one in treatments.items() if one.how == How.LATER}
    return {word for word, column in words.items() if column in kept}
