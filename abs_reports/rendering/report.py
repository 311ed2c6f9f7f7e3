"""The finished report: pages, PDF, figures embedded as data. Reads frozen figures only (S6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import pikepdf
from django.template.loader import render_to_string

from abs_reports.enums import ReportKind
from abs_reports.models import Report
from abs_reports.rendering.annexes import glossary, method, secrecy, sources, summary
from abs_reports.rendering.blocks import brief, number_exhibits, printed_definitions
from abs_reports.rendering.chapters import chapter_pages
from abs_reports.rendering.commune_annex import commune_annex
from abs_reports.rendering.drawing import Shapes
from abs_reports.rendering.synthesis import synthesis
from abs_reports.rendering.workbook import FIGURES_HEADER, lines_of, workbook_sheets
from abs_reports.rendering.writing import closing_chapters, plan_summary, with_texts
from abs_reports.tables import Book
from abs_reports.writing.frozen import Texts
from cias.core.export import csv_bytes, xlsx_bytes
from cias.core.french import date_long
from cias.core.pdf import Attachment, render_pdf


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
        attachments=[
            Attachment("chiffres.csv", figures_csv(book), "Tous les chiffres du rapport"),
            Attachment(
                "chiffres.xlsx",
                xlsx_bytes(workbook_sheets(report, book, context), moment=moment),
                "Tous les chiffres du rapport, une feuille par chapitre",
            ),
        ],
    )
    with pikepdf.open(BytesIO(content)) as document:
        return Finished(content, len(document.pages))


def pages(
    report: Report, book: Book, context: Mapping[str, Any], moment: datetime, texts: Texts
) -> dict[str, Any]:
    """Template context: cover, chapters in order with their numbers, lists of figures and tables."""
    shapes = Shapes.load()
    told = [
        plan_summary(summary(book), texts),
        method(report, context),
        *chapter_pages(book, shapes),
        synthesis(book),
    ]
    chapters = with_texts([chapter for chapter in told if chapter is not None], texts)
    annex = commune_annex(book)
    chapters += [*closing_chapters(texts), *([annex] if annex else [])]
    chapters += [sources(context, printed_definitions(chapters)), brief(secrecy(report, context)), glossary()]
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
    return csv_bytes(FIGURES_HEADER, lines_of(book.tables))
