"""S6: an edition tells nothing by difference with those that were published about the same year."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from abs_reports.compiling.activity import Geography, Span, activity_tables
from abs_reports.compiling.history import published_before
from abs_reports.compiling.linked import Seen
from abs_reports.compiling.protection import Zones
from abs_reports.enums import ReportKind, ReportStatus
from abs_reports.freezing import freeze
from abs_reports.models import Report
from abs_reports.services import publish
from abs_reports.tables import Book
from cias.core.periods import Period
from cias.core.registry import Measure
from cias.core.secrecy.ties import TOTAL, column_at
from tests.abs_reports.test_protection import measure
from tests.factories import ReportFactory

pytestmark = pytest.mark.django_db
Y2025 = Period.year(2025)


def counted(**counts: int) -> Measure:
    return measure({Y2025: [((key,), count) for key, count in counts.items()]}, "composition")


def compiled(one: Measure, report: Report | None = None) -> Book:
    """The figures of 2025, computed with what is published already."""
    geography = Geography([], Zones(), {})
    past = published_before(report or Report(), geography.zones)
    return Book(activity_tables([(one.code, one)], Span.of(Y2025), geography, source="Essai", past=past))


def published(book: Book, last_day: date = date(2025, 12, 31), **fields: object) -> Report:
    report = ReportFactory(compiled=True, last_day=last_day, year=last_day.year, **fields)
    freeze(report, book)
    report.status, report.published_at = ReportStatus.PUBLISHED, datetime(2026, 2, 17, tzinfo=UTC)
    report.save()
    return report


def shown(book: Book) -> dict[str, str]:
    table = book["households-essai-composition"]
    return {row.key: row.values[table.column("2025")].text for row in table.rows}


def test_the_first_edition_is_exact() -> None:
    assert shown(compiled(counted(alone=40, couple=30, family=20)))["alone"] == "40"


def test_what_moved_by_a_few_is_masked_with_what_would_give_it_back() -> None:
    published(compiled(counted(alone=40, couple=30, family=20)))
    again = shown(compiled(counted(alone=42, couple=30, family=20)))
    # 42 less 40 would tell of two households; so would the totals, 92 less 90.
    assert again["alone"] == again["total"] == "n.\u00a0s."


def test_what_moved_by_more_is_shown() -> None:
    published(compiled(counted(alone=40, couple=30, family=20)))
    again = shown(compiled(counted(alone=47, couple=30, family=20)))
    assert (again["alone"], again["total"]) == ("47", "97")


def test_what_was_masked_stays_so() -> None:
    """Shown later, it would give back what it was masked for."""
    first = compiled(counted(alone=40, couple=9, family=3))
    assert shown(first)["couple"] == "n.\u00a0s."
    published(first)
    assert shown(compiled(counted(alone=40, couple=9, family=10)))["couple"] == "n.\u00a0s."


def test_corrected_versions_and_dashboards_count_too() -> None:
    book = compiled(counted(alone=40, couple=30, family=20))
    published(book, kind=ReportKind.DASHBOARD, series="tableau-2025-12", pdf_name="", pdf_sha256="")
    one = counted(alone=42, couple=30, family=20)
    past = published_before(Report(), Zones())(one, Y2025)
    assert past[column_at("composition", "alone")] == [Seen(40)]
    assert set(past[TOTAL]) == {Seen(90)}  # among the key figures and in the foot of the table
    assert published_before(Report(), Zones())(one, Period.year(2022)) == {}


def test_a_running_year_is_not_compared() -> None:
    published(compiled(counted(alone=40, couple=30)), last_day=date(2025, 9, 30))
    assert published_before(Report(), Zones())(counted(alone=1), Y2025) == {}


def test_nothing_is_published_that_was_compiled_before_another_edition(isabelle) -> None:
    late = ReportFactory(
        compiled=True, year=2025, last_day=date(2025, 12, 31), series="actualisation-2025",
        compiled_at=datetime(2026, 2, 1, tzinfo=UTC), pdf_name="", kind=ReportKind.DASHBOARD, pdf_sha256="",
    )  # fmt: skip
    published(compiled(counted(alone=40, couple=30)), series="autre-2025")
    with pytest.raises(ValidationError, match="compilez de nouveau"):
        publish(report=late, by=isabelle)
