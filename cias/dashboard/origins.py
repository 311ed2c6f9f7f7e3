"""Where a figure of the board comes from: definition, period, territory, source, and when it was frozen (S8)."""

from collections.abc import Sequence

from abs_reports.models import Report
from abs_reports.tables import DataTable
from cias.core.french import date_short

WHOLE = "Ensemble du territoire"

type Origin = Sequence[tuple[str, str]]


def origin_of(table: DataTable, report: Report, *, territory: str = WHOLE, definition: str = "") -> Origin:
    """(what, in words), what is not known left out. `definition` stands in for the one the table lacks."""
    frozen = f"le {date_short(report.compiled_at)}" if report.compiled_at else ""
    facts = (
        ("Définition", table.definition or definition),
        ("Période", table.period),
        ("Territoire", territory),
        ("Source", table.source),
        ("Édition", str(report)),
        ("Figé", frozen),
    )
    return [(label, text) for label, text in facts if text]


def measure_origin(table: DataTable, code: str, report: Report) -> Origin:
    """The same for one row of a table of key figures: the definition is the one its edition froze with it."""
    return origin_of(table, report, definition=table.row(code).definition)
