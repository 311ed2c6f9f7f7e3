"""How a row of a copy is told: in French on paper, in plain values for a machine (C8)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cias.accounts.models import User
from cias.core import copying
from cias.core.forms import format_phone
from cias.core.french import date_short, euros, number, time_fr
from cias.core.registry import Facts, Prose, SummaryBlock, Table
from households.datalife.gathering import Told
from households.models import Person
from households.models.budgets import AmountColumn

type Hide = Callable[[str], str]
MASKED = "Personne masquée"
# From so many letters on, a text is read better under its heading than beside its label.
LONG = 160
WIDEST = 5
# A block for each of many short rows would fill pages: they stand closer in a table.
MANY, SHORT, WIDEST_OF_MANY = 4, 30, 8
EMPTY: tuple[Any, ...] = (None, "", [], {}, ())


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def label_of(column: Any) -> str:
    return upper_first(str(column.verbose_name))


def title_of(model: type[models.Model], *, several: bool = False) -> str:
    """The name of a table; that of the list it makes, for the ones Django draws between two others."""
    owner: Any = model._meta.auto_created
    if owner:
        drawn = next(one for one in owner._meta.many_to_many if one.remote_field.through is model)
        return upper_first(str(drawn.verbose_name))
    return upper_first(str(model._meta.verbose_name_plural if several else model._meta.verbose_name))


class Teller:
    """`selves` are the keys of the person and of the records merged into theirs; `hide` masks third parties."""

    def __init__(self, selves: set[Any], hide: Hide) -> None:
        self.selves, self.hide = selves, hide

    def machine(self, told: Told) -> dict[str, Any]:
        """For a machine: every column with its name, its label and its value, dates as ISO 8601, amounts as text."""
        data: dict[str, Any] = {
            "table": told.model._meta.label,
            "libelle": title_of(told.model),
            "donnees": [
                {
                    "champ": one.name,
                    "libelle": label_of(one),
                    "valeur": self._plain(self._value(told.row, one)),
                }
                for one in told.columns
            ],
        }
        if told.children:
            data["details"] = [self.machine(child) for child in told.children]
        return data

    def _value(self, row: models.Model, column: Any) -> Any:
        """A label for what is chosen from a list, a name for another row, the value itself otherwise."""
        if column.remote_field is not None:
            return self._named(getattr(row, column.name))
        value = getattr(row, column.attname)
        if isinstance(column, ArrayField):
            labels = dict(column.base_field.flatchoices)
            return [labels.get(one, one) for one in value or ()]
        return dict(column.flatchoices).get(value, value) if column.choices and value is not None else value

    def _named(self, other: Any) -> str | None:
        if other is None:
            return None
        if isinstance(other, Person):
            return other.full_name if other.pk in self.selves else MASKED
        return other.full_name if isinstance(other, User) else str(other)

    def _plain(self, value: Any) -> Any:
        match value:
            case str():
                return self.hide(value)
            case datetime() | date() | time():
                return value.isoformat()
            case Decimal():
                return str(value)
            case Mapping():
                return {self.hide(str(key)): self._plain(one) for key, one in value.items()}
            case list() | tuple() | set():
                return [self._plain(one) for one in value]
            case None | bool() | int() | float():
                return value
        return self.hide(str(value))

    def blocks(self, told: Told) -> Iterator[SummaryBlock]:
        """For a reader: what was filled in, then what hangs from it, in tables where they are narrow enough."""
        rows, texts = [], []
        for column in self._printed(told):
            text = self._text(told, column)
            if len(text) > LONG:
                texts.append(Prose(title=label_of(column), text=text))
            elif text:
                rows.append((label_of(column), text))
        if rows or texts:
            yield Facts(title=self._title(told), rows=rows)
        yield from texts
        yield from self.listed(told.children)

    def listed(self, rows: Iterable[Told]) -> Iterator[SummaryBlock]:
        """Table by table, those that are narrow enough as tables."""
        for group in _grouped(rows):
            yield from self._group(group)

    def _title(self, told: Told) -> str:
        if isinstance(told.row, Person):
            return told.row.full_name
        return f"{title_of(told.model)} du {date_short(told.day)}" if told.day else title_of(told.model)

    def _printed(self, told: Told) -> list[Any]:
        """Without what only weary a reader: their own name again, when the application wrote a row that has a day."""
        out = copying.unprinted.get(told.model._meta.label, ())
        return [
            one for one in told.columns
            if one.name not in out
            and not (one.name == "created_at" and told.day)
            and not (one.related_model is Person and getattr(told.row, one.attname) in self.selves)
        ]  # fmt: skip

    def _text(self, told: Told, column: Any) -> str:
        value = self._value(told.row, column)
        return "" if value in EMPTY else self._french(value, column)

    def _group(self, group: list[Told]) -> Iterator[SummaryBlock]:
        told = [{column: self._text(one, column) for column in self._printed(one)} for one in group]
        columns = [
            one for one in group[0].model._meta.local_concrete_fields if any(row.get(one) for row in told)
        ]  # fmt: skip
        cells = [[row.get(column, "") for column in columns] for row in told]
        narrow = all(len(cell) <= LONG for row in cells for cell in row)
        short = len(group) >= MANY and all(len(cell) <= SHORT for row in cells for cell in row)
        most = WIDEST_OF_MANY if short else WIDEST
        if columns and len(columns) <= most and narrow and not any(one.children for one in group):
            yield Table(
                title=title_of(group[0].model, several=True),
                header=tuple(label_of(column) for column in columns),
                rows=[tuple(cell or "—" for cell in row) for row in cells],
            )
            return
        for one in group:
            yield from self.blocks(one)

    def _french(self, value: Any, column: Any) -> str:
        match value:
            case None:
                return ""
            case bool():
                return "Oui" if value else "Non"
            case datetime():
                return f"{date_short(value)} à {time_fr(value)}"
            case date():
                return date_short(value)
            case time():
                return time_fr(value)
            case Decimal():
                return (
                    euros(value) if isinstance(column, AmountColumn) else number(value, column.decimal_places)
                )
            case list() | tuple():
                return ", ".join(self._french(one, column) for one in value if one not in EMPTY)
            case Mapping():  # its keys are the application's: for a machine
                return ""
        text = str(value)
        if "phone" in column.name:
            return format_phone(text) if self.hide(text) == text else self.hide(text)
        return self.hide(text)


def _grouped(children: Iterable[Told]) -> list[list[Told]]:
    """By table, in the order of their days."""
    groups: dict[type[models.Model], list[Told]] = {}
    for child in children:
        groups.setdefault(child.model, []).append(child)
    return [in_order(group) for group in groups.values()]


def in_order(rows: Iterable[Told]) -> list[Told]:
    return sorted(rows, key=lambda one: (one.day or date.min, getattr(one.row, "position", 0) or 0))
