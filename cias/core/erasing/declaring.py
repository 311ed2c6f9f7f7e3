"""What becomes of each column when a file ends: declared once, by the app that owns the table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

# What stands where a text was: "there was something" is itself counted, and many constraints rest on it.
MARK = "Effacé"


class How(StrEnum):
    """`WIPE` puts MARK where there was something; `BLANK` leaves nothing; `NUMBER` gives a number nobody knows."""

    WIPE = "wipe"
    BLANK = "blank"
    KEEP = "keep"
    NUMBER = "number"
    LATER = "later"


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """`because` says why a column is kept; `clock`, `on` and `root` when one kept for a time goes (see later())."""

    how: How
    because: str = ""
    clock: str = ""
    on: str = ""
    root: str = ""


# What a model does besides: given its rows and the moment, before its columns are emptied. What it returns is called
# once the transaction is committed (files on a disk).
type Handler = Callable[[Any, datetime], Callable[[], None] | None]


@dataclass(frozen=True)
class Loose:
    """Rows that hang from nothing: `without` are the keys that are empty then, `on` the path to their day."""

    on: str
    without: tuple[str, ...]


loose_rows: dict[str, Loose] = {}
treatments: dict[tuple[str, str], Treatment] = {}  # (model's label, column)
dropped: set[str] = set()
handlers: dict[str, list[Handler]] = {}


def wipe(model: str, *columns: str) -> None:
    """A text becomes MARK, or as much of it as fits; a JSON value becomes empty; what was empty stays so."""
    _declare(model, columns, Treatment(how=How.WIPE))


def blank(model: str, *columns: str) -> None:
    """Nothing is left, NULL where the column allows it: names, contacts, keys of search."""
    _declare(model, columns, Treatment(how=How.BLANK))


def keep(model: str, *columns: str, because: str) -> None:
    """The column tells nothing of anybody: a code of the application, a text of the law."""
    _declare(model, columns, Treatment(how=How.KEEP, because=because))


def renumber(model: str, *columns: str) -> None:
    """A number known outside (a letter bears it) becomes one that leads nowhere, for columns that must be unique."""
    _declare(model, columns, Treatment(how=How.NUMBER))


def later(model: str, *columns: str, clock: str, on: str, root: str) -> None:
    """Kept with the file's remains until the `clock` (a retention rule) that starts on the day of column `on` is over.

    `root` is the path from the row to its file.
    """
    _declare(model, columns, Treatment(how=How.LATER, clock=clock, on=on, root=root))


def drop(model: str) -> None:
    """The rows go: nothing is counted of them, nothing that stays points at them."""
    if model in dropped:
        raise ValueError(f"erasing: {model} is already dropped")
    dropped.add(model)


def loose(model: str, *, on: str, without: tuple[str, ...]) -> None:
    """Rows that may name somebody without a file (a caller, who came to a workshop): they have their own clock."""
    if model in loose_rows:
        raise ValueError(f"erasing: the loose rows of {model} are already declared")
    loose_rows[model] = Loose(on, without)


def handle(model: str, handler: Handler) -> None:
    """Several apps may have something to do for a model, each with a handler of its own."""
    known = handlers.setdefault(model, [])
    if handler in known:
        raise ValueError(f"erasing: {model} already has this handler")
    known.append(handler)


def _declare(model: str, columns: tuple[str, ...], treatment: Treatment) -> None:
    for column in columns:
        if (model, column) in treatments:
            raise ValueError(f"erasing: {model}.{column} is already declared")
        treatments[model, column] = treatment
