"""How a list draws its rows and its filters: written at once, since templates took most of its time (ADR 23)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cias.core import french
from cias.lists.definition import Column
from cias.lists.state import ListState

register = template.Library()


@register.simple_tag
def table_rows(rows: Iterable[Any], columns: Sequence[Column]) -> SafeString:
    """The rows of the table; the first column is what each is about."""
    cells = "".join(f"<td{_class(column)}>{{}}</td>" for column in columns[1:])
    drawn_rows = ([drawn(column, row) for column in columns] for row in rows)
    return format_html_join("\n", f'<tr><th scope="row">{{}}</th>{cells}</tr>', drawn_rows)


def _class(column: Column) -> str:
    if column.is_number:
        return ' class="num"'
    return ' class="nowrap"' if column.keeps_whole else ""


def drawn(column: Column, row: Any) -> str:
    """As the column draws it, else the value as a French reader writes it; an em dash when there is none."""
    if column.draw is not None:
        return column.draw(row)
    value = column.value(row)
    match value:
        case None | "":
            return "—"
        case bool():
            return "oui" if value else "non"
        case date():
            return french.date_short(value)
        case int() | float():
            return french.number(value)
    return str(value)


@register.simple_tag
def filter_field(field: BoundField) -> SafeString:
    """A question of the form, with what was wrong in it."""
    errors = field.errors and format_html(
        '<p class="field-error" id="{}_error"><i class="bi bi-exclamation-circle-fill" aria-hidden="true"></i>'
        "{} Ce filtre est laissé de côté.</p>",
        field.auto_id,
        " ".join(map(str, field.errors)),
    )
    return format_html(
        '<div><label class="form-label" for="{}">{}</label>\n{}{}</div>',
        field.id_for_label,
        field.label,
        field,
        errors or "",
    )


@register.filter
def in_sight(groups: dict[str, list[Any]]) -> list[Any]:
    """The fields without a heading."""
    return groups[""]


@register.filter
def unfolded(groups: dict[str, list[Any]]) -> list[tuple[str, list[Any]]]:
    """The fields under a heading, behind « Plus de filtres »."""
    return [(heading, fields) for heading, fields in groups.items() if heading]


@register.filter
def hidden_count(state: ListState) -> int:
    """How many filters at work stand behind « Plus de filtres »."""
    return sum(bool(state.filters[code].group) for code in state.values)
