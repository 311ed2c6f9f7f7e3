"""Sentences and blocks the chapters of public data share: first and last places, a chart with its table."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from abs_reports.rendering.blocks import (
    Block,
    FigureBlock,
    SeeSheet,
    TableBlock,
)
from abs_reports.rendering.plan import Place, plan_of
from abs_reports.tables import DataTable, Row
from cias.core.french import join_list

# Places too small for their yearly evolution to mean much are not quoted as examples.
QUOTED_ABOVE = 500


def figure_and_table(chart_block: FigureBlock | None, table: DataTable | None) -> Iterator[Block]:
    """A drawing, then its data."""
    if table is not None and chart_block is not None:
        yield chart_block
    if table is not None:
        yield TableBlock(table)


def by_commune(table: DataTable) -> Block:
    """The table itself when it is short, else where the annex prints it."""
    in_annex = plan_of([table])[table.code].place != Place.CHAPTER
    return SeeSheet(table.code) if in_annex else TableBlock(table)


def ranked(table: DataTable, column: str, *, population: str = "") -> list[tuple[Decimal, Row]]:
    """Rows with a value, the highest first; with `population`, only places large enough to be quoted."""
    rank = table.column(column)
    size = table.column(population) if population else None
    rows = []
    for row in table.body:
        value = row.values[rank].number
        people = row.values[size].number if size is not None else None
        if value is not None and (size is None or (people or 0) >= QUOTED_ABOVE):
            rows.append((value, row))
    return sorted(rows, key=lambda pair: -pair[0])


def named(pairs: Sequence[tuple[Decimal, Row]], table: DataTable, column: str) -> str:
    """ "Lucé (23 %), Mainvilliers (21 %) et Chartres (16 %)"."""
    rank = table.column(column)
    return join_list([f"{row.label} ({row.values[rank].text})" for _value, row in pairs])


def has(table: DataTable, row: str) -> bool:
    return any(own.key == row for own in table.rows)
