"""The annex as a workbook: what one must know to read it, then a tab a chapter with every frozen figure (S7)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from abs_reports.compiling.chapters import Chapter
from abs_reports.models import Report
from abs_reports.tables import ABSENT_MEANINGS, ABSENT_TEXTS, Book, DataTable
from cias.core.export import Sheet
from cias.core.french import NBSP, date_long, rounded

READ_ME = "À lire"
READ_ME_HEADER = ("rubrique", "sujet", "texte")
FIGURES_HEADER = ("tableau", "titre", "ligne", "colonne", "valeur", "unité", "remarque", "période", "source")
type Line = tuple[str | Decimal | None, ...]


def workbook_sheets(report: Report, book: Book, context: Mapping[str, Any]) -> list[Sheet]:
    """ "À lire" first, then the chapters that have figures; empty for a book without tables."""
    chapters = [chapter for chapter in Chapter if book.chapter(chapter)]
    if not chapters:
        return []
    return [
        Sheet(READ_ME, READ_ME_HEADER, list(_read_me(report, book, context))),
        *(Sheet(chapter.label, FIGURES_HEADER, lines_of(book.chapter(chapter))) for chapter in chapters),
    ]


def lines_of(tables: Iterable[DataTable]) -> Iterator[Line]:
    """Every figure as a line; a masked one has its reason and no value."""
    return (line for table in tables for line in figure_lines(table))


def figure_lines(table: DataTable) -> Iterator[Line]:
    for row in table.rows:
        for (_key, label), value in zip(table.columns, row.values, strict=True):
            remark = "valeur donnée ou moins" if value.at_most else value.meaning
            shown = None if value.number is None else rounded(value.number, value.decimals)
            yield (
                table.code,
                table.title,
                row.label,
                label,
                shown,
                value.unit.label,
                remark,
                table.period,
                table.source,
            )


def _read_me(report: Report, book: Book, context: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    days = report.period
    yield "Rapport", "Titre", f"{report.title}, version {report.version}"
    yield "Rapport", "Organisme", context.get("organisation", "")
    yield (
        "Rapport",
        "Activité étudiée",
        f"du {date_long(days.first, weekday=False)} au {date_long(days.last, weekday=False)}",
    )
    if legal_source := context.get("legal_source"):
        yield "Rapport", "Fondement", legal_source
    if thresholds := context.get("thresholds"):
        yield from _thresholds(thresholds)
    for absence, text in ABSENT_TEXTS.items():
        yield "Mentions", text, ABSENT_MEANINGS[absence]
    for source in context.get("sources", ()):
        geography = source["geo_year"] or "non précisée"
        yield (
            "Sources",
            source["title"],
            f"{source['producer']}, millésime {source['vintage']}, géographie {geography}, {source['licence']}",
        )
    for table in book.tables:
        if table.definition:
            yield "Définitions", f"{table.title} ({table.code})", table.definition


def _thresholds(limits: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    dominance = int(Decimal(str(limits["dominance"])) * 100)
    yield "Seuils", "Effectif", f"masqué de 1 à {limits['count'] - 1}"
    yield "Seuils", "Effectif sur un sujet sensible", f"masqué sous {limits['sensitive']}"
    yield (
        "Seuils",
        "Montant, moyenne ou médiane",
        f"masqué sous {limits['amount_units']} ménages, ou si l’un d’eux en fait plus de {dominance}{NBSP}%",
    )
    yield "Seuils", "Taux", f"masqué quand le dénominateur est inférieur à {limits['rate_denominator']}"
