"""The finished report: pages, PDF, figures embedded as data. Reads frozen figures only (S6)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf
from django.template.loader import render_to_string

from abs_reports.enums import ReportKind
from abs_reports.models import Report
from abs_reports.rendering.activity_chapters import activity_chapters
from abs_reports.rendering.annexes import glossary, method, secrecy, sources, summary
from abs_reports.rendering.blocks import ChapterPages, number_exhibits
from abs_reports.rendering.drawing import Shapes
from abs_reports.rendering.public_chapters import public_chapters
from abs_reports.rendering.writing import closing_chapters, plan_summary, with_texts
from abs_reports.tables import Book, DataTable
from abs_reports.writing.frozen import Texts
from cias.core.export import csv_bytes
from cias.core.french import date_long, rounded
from cias.core.pdf import Attachment, render_pdf

CSV_HEADER = ("tableau", "titre", "ligne", "colonne", "valeur", "unité", "remarque", "période", "source")


@dataclass(frozen=True)
class Finished:
    pdf: bytes
    pages: int


def render_report(
    report: Report, book: Book, context: Mapping[str, Any], moment: datetime, texts: Texts | None = None
) -> Finished:
    """The PDF of `book` and `texts`. The same figures, words and moment give the same bytes."""
    html = render_to_string(
        "abs_reports/pdf/report.html", pages(report, book, context, moment, texts or Texts())
    )
    content = render_pdf(
        html,
        title=report.title,
        author=context["organisation"],
        moment=moment,
        subject=ReportKind(report.kind).label,
        attachments=[Attachment("chiffres.csv", figures_csv(book), "Tous les chiffres du rapport")],
    )
    with pikepdf.open(BytesIO(content)) as document:
        return Finished(content, len(document.pages))


def body_chapters(book: Book, shapes: Shapes) -> list[ChapterPages]:
    """The chapters of figures; the writing room shows their exhibits beside the texts."""
    return [*public_chapters(book, shapes), *activity_chapters(book, shapes)]


def pages(
    report: Report, book: Book, context: Mapping[str, Any], moment: datetime, texts: Texts
) -> dict[str, Any]:
    """Template context: cover, chapters in order with their numbers, lists of figures and tables."""
    shapes = Shapes.load()
    chapters: list[ChapterPages] = [
        *with_texts(
            [plan_summary(summary(book), texts), method(report, context), *body_chapters(book, shapes)], texts
        ),
        *closing_chapters(texts),
        sources(context),
        secrecy(context),
        glossary(),
    ]
    tables, figures = number_exhibits(chapters)
    return {
        "title": report.title,
        "subtitle": cover_subtitle(report, context),
        "organisation": context["organisation"],
        "cover_facts": _cover_facts(report, context, moment),
        "chapters": chapters,
        "tables": tables,
        "figures": figures,
    }


def cover_subtitle(report: Report, context: Mapping[str, Any]) -> str:
    return (
        f"{ReportKind(report.kind).label}, {context['epci']}"
        if context["epci"]
        else report.get_kind_display()
    )


def _cover_facts(report: Report, context: Mapping[str, Any], moment: datetime) -> Sequence[tuple[str, str]]:
    facts = [
        ("Territoire", f"{context['epci']}, {context['communes']} communes"),
        (
            "Activité étudiée",
            f"du {date_long(report.period.first, weekday=False)} au {date_long(report.last_day, weekday=False)}",
        ),
        ("Chiffres figés le", date_long(moment, weekday=False)),
        ("Version", str(report.version)),
        ("Fondement", context["legal_source"]),
    ]
    return [(term, text) for term, text in facts if text]


def figures_csv(book: Book) -> bytes:
    """Every figure as a line; a masked one has its reason and no value."""
    return csv_bytes(CSV_HEADER, (line for table in book.tables for line in figure_lines(table)))


def figure_lines(table: DataTable) -> Iterator[tuple[str | Decimal | None, ...]]:
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
