"""What a list is made of: filters, columns and orders, declared once by the app that owns the rows.

An upper app adds filters and columns of its own in its AppConfig.ready(). Codes stand in addresses and in saved views:
French, short, and kept when a label changes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.core.export import Value
from cias.core.registry import Registry

ORDER, COLUMNS, VIEW, PAGE = "tri", "col", "vue", "page"
RESERVED = frozenset({ORDER, COLUMNS, VIEW, PAGE})
NO_VIEW = "aucune"  # ?vue=aucune: the whole list, whatever the reader's view by default


@dataclass(frozen=True)
class Ask:
    """Who asks, on which day, and everything they ask for."""

    user: User
    today: date
    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One question of the list's form. `right` must be held without condition; `group` "" stands in sight."""

    code: str
    label: str
    field: Callable[[User], forms.Field]
    apply: Callable[[QuerySet[Any], Any, Ask], QuerySet[Any]]
    group: str = ""
    right: str = ""

    def is_for(self, user: User) -> bool:
        return not self.right or user.scope(self.right) == Scope.ALL


@dataclass(frozen=True, kw_only=True)
class Column:
    """One fact of each row, on the screen and in exports.

    `right` must be held without condition on the screen; in an export, whose reason is written down, a right held
    with a stated reason is enough. `named` columns tell who the person is: they leave in nominative exports only.
    `orders` are the codes of the ascending and the descending order that its heading offers. `draw` writes the cell of
    a row where its value is not enough: markup by format_html, since a page has hundreds of cells.
    """

    code: str
    label: str
    value: Callable[[Any], Value]
    draw: Callable[[Any], str] | None = None
    prepare: Callable[[QuerySet[Any], User], QuerySet[Any]] | None = None
    right: str = ""
    named: bool = False
    default: bool = False
    on_screen: bool = True
    in_exports: bool = True
    is_number: bool = False
    keeps_whole: bool = False  # a reference number, never broken over two lines
    orders: tuple[str, str] = ("", "")

    def is_for(self, user: User) -> bool:
        return self.on_screen and (not self.right or user.scope(self.right) == Scope.ALL)

    def is_exported_to(self, user: User) -> bool:
        return self.in_exports and (not self.right or user.scope(self.right) is not None)


@dataclass(frozen=True)
class Order:
    """`by` ends with something unique, so that pages never overlap."""

    code: str
    label: str
    by: tuple[Any, ...]


def _same[T](rows: T, user: User) -> T:
    return rows


@dataclass(kw_only=True)
class Listing:
    """A list with its filters; `code` names it in addresses, saved views and exports.

    `rows(user)` are those the reader may know of, `prepare` adds what every row shows. `settle` narrows them by what
    is true of the list when nothing is asked (open files). `expand` turns the objects of a page into what is shown,
    or exported, when that is more than the object itself. `followed` are the rows an agent looks after. `printed`
    makes a PDF of all the rows: nominative, it takes the right to export names.
    """

    code: str
    title: str
    noun: tuple[str, str]
    url_name: str
    right: str
    rows: Callable[[User], QuerySet[Any]]
    orders: Iterable[Order]
    prepare: Callable[[QuerySet[Any], User], QuerySet[Any]] = _same
    settle: Callable[[QuerySet[Any], Ask], QuerySet[Any]] = lambda rows, ask: rows
    expand: Callable[[list[Any], Ask, bool], Iterable[Any]] = lambda rows, ask, exported: rows
    followed: Callable[[QuerySet[Any], User], QuerySet[Any]] | None = None
    printed: Callable[[Sequence[Any], Ask], bytes] | None = None
    export_right: str = "files.export"
    named_right: str = "files.export_named"
    filters: dict[str, Filter] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.orders = tuple(self.orders)

    def add(self, *parts: Filter | Column) -> None:
        """Declare filters and columns, in the order they are shown; a code is taken once."""
        for part in parts:
            known: dict[str, Any] = self.filters if isinstance(part, Filter) else self.columns
            if part.code in known or part.code in RESERVED:
                raise ValueError(f"{self.code}: « {part.code} » is already taken")
            known[part.code] = part

    def filters_for(self, user: User) -> list[Filter]:
        return [one for one in self.filters.values() if one.is_for(user)]

    def columns_for(self, user: User) -> list[Column]:
        return [one for one in self.columns.values() if one.is_for(user)]

    def exported_to(self, user: User) -> list[Column]:
        return [one for one in self.columns.values() if one.is_exported_to(user)]

    def order(self, code: str) -> Order:
        """The order of that code, or the first one."""
        first, *_others = orders = tuple(self.orders)
        return next((one for one in orders if one.code == code), first)

    def is_for(self, user: User) -> bool:
        return user.has_perm(self.right)


listings: Registry[Listing] = Registry("listings")


def register(listing: Listing) -> None:
    listings.register(listing.code, listing)
