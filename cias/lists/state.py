"""What one reader asks of a list, checked: filters, order and columns; and the address that says it again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlencode

from django import forms
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone

from cias.accounts.models import User
from cias.core.forms import Form
from cias.lists.definition import COLUMNS, NO_VIEW, ORDER, PAGE, VIEW, Ask, Column, Filter, Listing, Order

type Texts = dict[str, list[str]]


@dataclass(frozen=True)
class Chip:
    """One filter at work, in words, and the address of the list without it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True)
class Heading:
    """The head of a column: the address that sorts by it, and how it is sorted now ("ascending"…)."""

    column: Column
    url: str = ""
    sorted: str = ""


class ListState:
    """Built from an address, or from what a saved view kept; what is unknown or wrong is left out, and told."""

    def __init__(
        self, listing: Listing, user: User, data: QueryDict, fields: dict[str, forms.Field] | None = None
    ) -> None:
        self.listing, self.user, self.data = listing, user, data
        self.filters = {one.code: one for one in listing.filters_for(user)}
        # Drawing them asks the database for agents and communes: once a page, however many views it shows.
        self.fields = fields or {code: _drawn(one, user) for code, one in self.filters.items()}
        self.form = Form(data, use_required_attribute=False)
        self.form.fields.update(self.fields)
        self.form.is_valid()
        cleaned = self.form.cleaned_data
        self.values = {code: cleaned[code] for code in self.filters if _is_given(cleaned.get(code))}
        self.order: Order = listing.order(data.get(ORDER, ""))
        self.view_id = data.get(VIEW, "")

    @classmethod
    def kept(
        cls,
        listing: Listing,
        user: User,
        *,
        filters: Mapping[str, Any],
        order: str,
        columns: Iterable[str],
        fields: dict[str, forms.Field] | None = None,
    ) -> Self:
        """From what a view or an export kept; `dropped` tells what the list no longer knows, or not for `user`."""
        data = QueryDict(mutable=True)
        for code, texts in filters.items():
            data.setlist(code, [str(text) for text in texts] if isinstance(texts, list) else [str(texts)])
        data[ORDER] = order
        data.setlist(COLUMNS, list(columns))
        return cls(listing, user, data, fields)

    @property
    def dropped(self) -> list[str]:
        """What was asked and is not applied: unknown filters, filters of others, wrong values. Codes only."""
        asked = [code for code in self.data if any(self.data.getlist(code))]
        others = {ORDER, COLUMNS, VIEW, PAGE}
        return [code for code in asked if code not in others and code not in self.values]

    @property
    def errors(self) -> bool:
        return bool(self.form.errors)

    @cached_property
    def ask(self) -> Ask:
        return Ask(self.user, timezone.localdate(), self.values)

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """The rows asked for, in no order."""
        found = self.listing.settle(self.listing.rows(self.user), self.ask)
        for code, value in self.values.items():
            found = self.filters[code].apply(found, value, self.ask)
        return found

    def ordered(self, columns: Iterable[Column]) -> QuerySet[Any]:
        """The rows with what `columns` show, in the order asked."""
        found = self.listing.prepare(self.rows, self.user)
        for step in dict.fromkeys(one.prepare for one in columns if one.prepare):
            found = step(found, self.user)
        return found.order_by(*self.order.by)

    @cached_property
    def columns(self) -> list[Column]:
        """Those chosen, else those shown by default; the first of the list always stands first."""
        offered = self.listing.columns_for(self.user)
        chosen = set(self.data.getlist(COLUMNS))
        kept = [one for one in offered if one.code in chosen]
        return [offered[0], *(one for one in kept or _default(offered) if one is not offered[0])]

    @property
    def column_choices(self) -> list[tuple[Column, bool]]:
        return [(one, one in self.columns) for one in self.listing.columns_for(self.user)[1:]]

    def headings(self) -> list[Heading]:
        return [self._heading(one) for one in self.columns]

    def _heading(self, column: Column) -> Heading:
        up, down = column.orders
        if up == down:
            return Heading(column)
        direction = {up: "ascending", down: "descending"}.get(self.order.code, "")
        return Heading(column, self.url(**{ORDER: down if direction == "ascending" else up}), direction)

    # What it says in an address, and what is kept of it.

    @cached_property
    def texts(self) -> Texts:
        """The filters at work as texts, each of which gives its value back."""
        return {code: _texts(value) for code, value in self.values.items()}

    @property
    def column_codes(self) -> list[str]:
        """The columns chosen, [] when they are those by default."""
        default = _default(self.listing.columns_for(self.user))
        first, *others = self.columns
        return [] if {first, *others} == {first, *default} else [one.code for one in others]

    def parameters(self, **changes: str) -> Texts:
        """Everything asked except the page; `changes` replace or, empty, remove a parameter."""
        all_texts = {
            **self.texts,
            ORDER: [self.order.code],
            COLUMNS: self.column_codes,
            VIEW: [self.view_id],
            **{code: [text] for code, text in changes.items()},
        }
        return {code: kept for code, texts in all_texts.items() if (kept := [text for text in texts if text])}

    def url(self, **changes: str) -> str:
        """The query string, never empty: without any parameter the list would open the view by default."""
        return f"?{urlencode(self.parameters(**changes) or {VIEW: NO_VIEW}, doseq=True)}"

    def chips(self) -> list[Chip]:
        return [
            Chip(self.filters[code].label, self._in_words(code, value), self.url(**{code: ""}))
            for code, value in self.values.items()
        ]

    def _in_words(self, code: str, value: Any) -> str:
        labels = dict(_flat(getattr(self.form.fields[code], "choices", ())))
        if isinstance(value, date):
            return f"{value:%d/%m/%Y}"
        one_by_one = value if isinstance(value, list) else [value]
        return ", ".join(str(labels.get(str(one), one)) for one in one_by_one)

    def is_as(self, other: "ListState") -> bool:
        """Whether both ask for the same, whatever the view and the page."""
        return self.parameters(**{VIEW: ""}) == other.parameters(**{VIEW: ""})


def _drawn(one: Filter, user: User) -> forms.Field:
    drawn = one.field(user)
    drawn.required, drawn.label = False, one.label
    is_select = isinstance(drawn.widget, forms.Select)
    drawn.widget.attrs.setdefault("class", "form-select" if is_select else "form-control")
    return drawn


def _default(offered: list[Column]) -> list[Column]:
    return [one for one in offered if one.default]


def _is_given(value: Any) -> bool:
    return value not in (None, "", [], False)


def _texts(value: Any) -> list[str]:
    match value:
        case date():
            return [f"{value:%d/%m/%Y}"]
        case list() | tuple():
            return [text for one in value for text in _texts(one)]
        case Model():
            return [str(value.pk)]
        case True:
            return ["on"]
    return [str(value)]


def _flat(choices: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            yield from ((str(code), name) for code, name in label)
        else:
            yield str(key), label
