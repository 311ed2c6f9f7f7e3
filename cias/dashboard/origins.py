"""Where a figure of the board comes from: definition, period, territory, source, and when it was frozen (S8)."""

from collections.abc import Sequence

from django.utils.text import slugify

from abs_reports.models import Report
from abs_reports.tables import Book, DataTable
from cias.core.french import date_short
from cias.core.registry import statistics

WHOLE = "Ensemble du territoire"

type Origin = Sequence[tuple[str, str]]


def definition_of(book: Book, code: str) -> str:
    """What the edition says the measure `code` counts, in any of the tables frozen of it; "" when it says nothing."""
    start = slugify(code.replace(".", "-").replace("_", "-"))
    named = (table for table in book.tables if table.code == start or table.code.startswith(f"{start}-"))
    return next((table.definition for table in named if table.definition), "")


def origin_of(table: DataTable, report: Report, *, territory: str = WHOLE, definition: str = "") -> Origin:
    """(what, in words), what is not known left out. `definition` stands in for the one the table lacks."""
    frozen = f"le {date_short(report.compiled_at)}" if report.compiled_at else ""
    facts = (
        ("Définition", table.definition or definition),
        ("Période", table.period),
        ("Territoire", territory),
        ("Source", table.source),
        ("Figé", frozen),
    )
    return [(label, text) for label, text in facts if text]


def measure_origin(table: DataTable, code: str, book: Book, report: Report) -> Origin:
    """The same for one row of a table of key figures: the definition is that of its measure.

    An edition that froze no table of the measure has no definition of its own: today's is given, and said to be so.
    """
    definition = definition_of(book, code)
    found = origin_of(table, report, definition=definition)
    if not definition and code in statistics:
        return [("Définition d’aujourd’hui", statistics[code].definition), *found]
    return found
