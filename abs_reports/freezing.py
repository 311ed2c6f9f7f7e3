"""Write tables of figures as frozen rows, and read them back exactly as they were (S6)."""

from collections.abc import Collection, Iterable
from uuid import UUID

from abs_reports.enums import Absence, FigureUnit
from abs_reports.models import Figure, FigureTable, Report
from abs_reports.tables import Book, DataTable, Row, Value

BATCH = 2_000


def freeze(report: Report, book: Book) -> None:
    """Replace the report's figures. The caller holds the transaction."""
    report.tables.all().delete()
    figures = []
    for rank, table in enumerate(book.tables):
        stored = FigureTable.objects.create(
            report=report,
            code=table.code,
            chapter=table.chapter,
            position=rank,
            title=table.title,
            definition=table.definition,
            period=table.period,
            source=table.source,
            heading=table.heading,
            columns=[list(column) for column in table.columns],
            row_definitions={row.key: row.definition for row in table.rows if row.definition},
        )
        figures += _figures(stored, table)
    Figure.objects.bulk_create(figures, batch_size=BATCH)


def _figures(stored: FigureTable, table: DataTable) -> list[Figure]:
    width = len(table.columns)
    return [
        Figure(
            table=stored,
            position=rank * width + place,
            row_key=row.key,
            row_label=row.label,
            column_key=key,
            is_total=row.is_total,
            unit=value.unit,
            decimals=value.decimals,
            value=value.number,
            absent=value.absent or "",
            at_most=value.at_most,
            base=value.base if value.number is not None else None,
        )
        for rank, row in enumerate(table.rows)
        for place, ((key, _label), value) in enumerate(zip(table.columns, row.values, strict=True))
    ]


def frozen_book(report: Report, *, with_bases: bool = False, chapter: str = "") -> Book:
    """The tables of a compiled report, or those of one of its chapters; two queries.

    `with_bases`: how many are behind each figure too, which only those who manage the analysis may see (S3).
    """
    tables = report.tables.prefetch_related("figures")
    if chapter:
        tables = tables.filter(chapter=chapter)
    return Book(_table(stored, with_bases) for stored in tables)


def frozen_books(reports: Iterable[Report], codes: Collection[str]) -> dict[UUID, Book]:
    """The tables of these codes in each report, by key of the report; two queries whatever their number."""
    books: dict[UUID, list[DataTable]] = {report.pk: [] for report in reports}
    found = FigureTable.objects.filter(report__in=books, code__in=codes).prefetch_related("figures")
    for stored in found.order_by("report", "position"):
        books[stored.report_id].append(_table(stored, with_bases=False))
    return {key: Book(tables) for key, tables in books.items()}


def _table(stored: FigureTable, with_bases: bool) -> DataTable:
    rows: dict[str, list[Figure]] = {}
    for figure in stored.figures.all():
        rows.setdefault(figure.row_key, []).append(figure)
    return DataTable(
        code=stored.code,
        chapter=stored.chapter,
        title=stored.title,
        heading=stored.heading,
        columns=tuple((key, label) for key, label in stored.columns),
        rows=tuple(
            Row(
                key,
                figures[0].row_label,
                tuple(_value(figure, with_bases) for figure in figures),
                figures[0].is_total,
                stored.row_definitions.get(key, ""),
            )
            for key, figures in rows.items()
        ),
        period=stored.period,
        source=stored.source,
        definition=stored.definition,
    )


def _value(figure: Figure, with_base: bool) -> Value:
    return Value(
        figure.value,
        FigureUnit(figure.unit),
        figure.decimals,
        Absence(figure.absent) if figure.absent else None,
        figure.at_most,
        figure.base if with_base else None,
    )
