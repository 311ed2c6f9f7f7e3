"""What the public figures of the territory have become since the previous published edition (S12).

The earlier figures are those that edition froze, never recomputed. They stand side by side whatever their vintages;
an evolution is given only where the vintages may be compared.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from abs_reports.compiling.comparison import BREAK_NOTE, CHANGE
from abs_reports.compiling.public.comparability import change, family_of, vintage_of, why_not_compared
from abs_reports.enums import Absence, FigureUnit, ReportKind
from abs_reports.freezing import frozen_book
from abs_reports.models import Report
from abs_reports.tables import Book, DataTable, Row, Value, missing

TITLE = "Depuis l’édition précédente"
# Columns that hold the territory's own figure: tables of key figures, and of comparison with other levels.
OWN_COLUMNS = ("value", "territory")
_YEAR = re.compile(r", (\d{4})$")


@dataclass(frozen=True)
class Edition:
    """A published edition to compare with."""

    year: int
    book: Book


def previous_edition(report: Report) -> Edition | None:
    """The latest published edition of the analysis that stops before this one; thematic ones have other subjects."""
    before = (
        Report.objects.current()
        .filter(kind__in=[ReportKind.BASE, ReportKind.UPDATE], last_day__lt=report.last_day)
        .order_by("-last_day", "-published_at", "-pk")
        .first()
    )
    return Edition(before.year, frozen_book(before)) if before else None


def edition_tables(tables: Iterable[DataTable], year: int, earlier: Edition | None) -> list[DataTable]:
    """A table a chapter: the figures that a newer vintage replaced since `earlier`; none when nothing is new."""
    if earlier is None:
        return []
    rows: dict[str, list[Row]] = {}
    notes: dict[str, list[str]] = {}
    sources: dict[str, list[str]] = {}
    for table in tables:
        then = earlier.book.get(table.code)
        for row, why in _pairs(table, then) if then else ():
            rows.setdefault(table.chapter, []).append(row)
            sources.setdefault(table.chapter, []).append(table.source)
            if why:
                notes.setdefault(table.chapter, []).append(why)
    return [
        DataTable(
            code=f"editions-{chapter}",
            chapter=chapter,
            title=TITLE,
            heading="Indicateur",
            columns=_columns(earlier.year, year, found),
            rows=tuple(_fit(row, found) for row in found),
            period=f"Éditions {earlier.year} et {year}",
            source=sources[chapter][0],
            definition=" ".join(dict.fromkeys(notes.get(chapter, ()))),
        )
        for chapter, found in rows.items()
    ]


def _columns(before: int, now: int, rows: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    columns = (("before", f"Édition {before}"), ("now", f"Édition {now}"))
    return (*columns, (CHANGE, "Évolution")) if _has_change(rows) else columns


def _has_change(rows: Sequence[Row]) -> bool:
    return any(row.values[2].number is not None for row in rows)


def _fit(row: Row, rows: Sequence[Row]) -> Row:
    """Without the evolution when no line of the table has one."""
    return row if _has_change(rows) else Row(row.key, row.label, row.values[:2])


def _pairs(table: DataTable, then: DataTable) -> Iterator[tuple[Row, str]]:
    """(row with the value then, the value now and its evolution; why there is none) for the figures that changed."""
    own = next((key for key, _label in table.columns if key in OWN_COLUMNS), None)
    if own is None or own not in [key for key, _label in then.columns]:
        return
    known = {row.key: row for row in then.rows}
    family = family_of(table.source)
    redefined = table.definition != then.definition
    for row in table.rows:
        earlier = known.get(row.key)
        if earlier is None:
            continue
        before, now = earlier.values[then.column(own)], row.values[table.column(own)]
        years = _vintage(earlier, then), _vintage(row, table)
        if (before, years[0]) == (now, years[1]) or before.number is None or None in years:
            continue
        why = BREAK_NOTE if redefined else why_not_compared(family, years[0] or 0, years[1] or 0)
        evolution: Value = (
            missing(Absence.NOT_APPLICABLE, FigureUnit.CHANGE) if why else change(family, before, now)
        )
        yield Row(f"{table.code}.{row.key}"[:80], _label(row, years), (before, now, evolution)), why


def _vintage(row: Row, table: DataTable) -> int | None:
    """The year of one line: its own when it names one, else that of its table."""
    return vintage_of(row.label) or vintage_of(table.period)


def _label(row: Row, years: tuple[int | None, int | None]) -> str:
    """ "Population municipale (2019, puis 2025)"."""
    text = _YEAR.sub("", row.label)
    before, now = years
    return f"{text} ({now})" if before == now else f"{text} ({before}, puis {now})"
