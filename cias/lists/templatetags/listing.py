"""How a list draws a value that has no template of its own."""

from datetime import date
from typing import Any

from django import template

from cias.core import french
from cias.lists.definition import Column
from cias.lists.state import ListState

register = template.Library()


@register.simple_tag
def cell(column: Column, row: Any) -> str:
    """The value as a French reader writes it; an em dash when there is none."""
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
