"""Several tables with the same rows printed as one: the figures stay those of their tables, code by code."""

from collections.abc import Sequence

from abs_reports.enums import Absence
from abs_reports.rendering.plan import subject_of
from abs_reports.tables import DataTable, Row, Value, missing

SEE_DEFINITIONS = "Les définitions sont dans l’annexe des sources."
type Picked = tuple[DataTable, str, str]  # a table, one of its columns, the label it gets


def gathered(tables: Sequence[DataTable], *, code: str, title: str, columns: Sequence[Picked]) -> DataTable:
    """The union of the rows of `tables`, in the order of the first that has each; one column for each of `columns`."""
    first = tables[0]
    rows: dict[str, Row] = {}
    for table in tables:
        for row in table.rows:
            rows.setdefault(row.key, row)
    order = sorted(rows, key=lambda key: (rows[key].is_total, not key))
    return DataTable(
        code=code[:80],
        chapter=first.chapter,
        title=title,
        heading=first.heading,
        columns=tuple((f"{table.code}-{key}", label) for table, key, label in columns),
        rows=tuple(
            Row(
                key,
                rows[key].label,
                tuple(_value(table, key, column) for table, column, _label in columns),
                rows[key].is_total,
            )
            for key in order
        ),
        period=first.period,
        source=first.source,
        definition=SEE_DEFINITIONS,
    )


def counted(table: DataTable, rank: int) -> Picked:
    """The column of the year counted, under the name of what is counted; `rank` is its place in the table."""
    return table, table.columns[rank][0], subject_of(table)


def _value(table: DataTable, key: str, column: str) -> Value:
    """ "Sans objet" where the table has no such row."""
    rank = table.column(column)
    found = next((row for row in table.rows if row.key == key), None)
    if found is not None:
        return found.values[rank]
    model = table.rows[0].values[rank]
    return missing(Absence.NOT_APPLICABLE, model.unit, model.decimals)
