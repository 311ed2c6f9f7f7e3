"""One table beside the one of an earlier year."""

from dataclasses import replace

from abs_reports.enums import Absence
from abs_reports.enums import FigureUnit as FUnit
from abs_reports.tables import DataTable, Row, Value, given, missing

CHANGE = "change"
NOT_THEN = Absence.UNAVAILABLE
BREAK_NOTE = "La définition a changé depuis l’édition précédente : les deux années ne se comparent pas."


def with_earlier(table: DataTable, earlier: DataTable | None) -> DataTable:
    """Put the year before as its own edition published it; say when a definition changed since (S6, S12)."""
    if earlier is None or len(table.columns) != 2:
        return table
    key = table.columns[0][0]
    if not any(own == key for own, _label in earlier.columns):
        return table
    rank = earlier.column(key)
    published = {row.key: row for row in earlier.rows}
    rows = tuple(_beside(row, published.get(row.key), rank) for row in table.rows)
    return replace(table, rows=rows, definition=_defined(table.definition, earlier.definition))


def _beside(row: Row, earlier: Row | None, rank: int) -> Row:
    if earlier is None:
        return replace(row, values=(replace(row.values[0], number=None, absent=NOT_THEN), *row.values[1:]))
    return replace(
        row,
        values=(earlier.values[rank], *row.values[1:]),
        definition=_defined(row.definition, earlier.definition) if earlier.definition else row.definition,
    )


def _defined(now: str, before: str) -> str:
    return now if own_definition(before) == now else f"{now} {BREAK_NOTE}".strip()


def own_definition(text: str) -> str:
    """A definition without the remark that it changed."""
    return text.removesuffix(BREAK_NOTE).strip()


def with_change(table: DataTable) -> DataTable:
    """Add the evolution between the two years of the table, in %, where both are shown and nothing broke."""
    keys = [key for key, _label in table.columns]
    if len(keys) != 2 or not all(key.isdigit() for key in keys):
        return table
    if BREAK_NOTE in table.definition:
        return table
    changes = [_change(*row.values, broken=BREAK_NOTE in row.definition) for row in table.rows]
    if all(change.number is None for change in changes):
        return table
    rows = tuple(
        replace(row, values=(*row.values, change)) for row, change in zip(table.rows, changes, strict=True)
    )
    return replace(table, columns=(*table.columns, (CHANGE, "Évolution")), rows=rows)


def _change(before: Value, now: Value, *, broken: bool) -> Value:
    """Evolution of what is shown; of a rate, the difference in points would mislead beside percentages."""
    nothing = missing(Absence.NOT_APPLICABLE, FUnit.CHANGE)
    if broken or before.number is None or now.number is None or not before.number:
        return nothing
    if now.unit not in (FUnit.COUNT, FUnit.EURO):
        return nothing
    return given((now.number / before.number - 1) * 100, FUnit.CHANGE)
