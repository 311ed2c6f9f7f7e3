"""S6: an edition tells nothing by difference with those that were published about the same year."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from abs_reports import services
from abs_reports.compiling.activity import activity_tables
from abs_reports.compiling.frame import Geography, Span
from abs_reports.compiling.history import told_before
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


YEAR_END = date(2025, 12, 31)
AN_EXACT_ONE = Report(kind=ReportKind.UPDATE, year=2025, last_day=YEAR_END)
A_DASHBOARD = Report(kind=ReportKind.DASHBOARD, year=2025, last_day=YEAR_END)
DASHBOARD = {"kind": ReportKind.DASHBOARD, "pdf_name": "", "pdf_sha256": ""}


def compiled(one: Measure, report: Report = AN_EXACT_ONE) -> Book:
    """The figures of 2025, computed with what is published already."""
    geography = Geography([], Zones(), {})
    span = Span.of(report.period, provisional=report.kind == ReportKind.DASHBOARD)
    past = told_before(report, geography.zones)
    return Book(activity_tables([(one.code, one)], span, geography, source="Essai", past=past))


def published(book: Book, last_day: date = YEAR_END, **fields: object) -> Report:
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


def test_corrected_versions_count_too() -> None:
    published(compiled(counted(alone=40, couple=30, family=20)))
    past = told_before(AN_EXACT_ONE, Zones())
    one = counted(alone=42, couple=30, family=20)
    told = past(one, Y2025)
    assert told[column_at("composition", "alone")] == [Seen(40)]
    assert set(told[TOTAL]) == {Seen(90)}  # among the key figures and in the foot of the table
    assert past(one, Period.year(2022)) == {}


class TestDashboards:
    """The rounded figures that the board reads first, and the exact ones of the report that comes later."""

    def test_figures_of_a_whole_year_are_rounded_down_too(self) -> None:
        book = compiled(counted(alone=43, couple=30, family=24, other=3), A_DASHBOARD)
        assert shown(book) == {
            "alone": "40", "couple": "30", "family": "n.\u00a0s.", "other": "n.\u00a0s.", "total": "100",
        }  # fmt: skip
        assert "multiple de 5 inférieur" in book["households-essai-composition"].source
        assert not any(table.columns[-1][0] == "change" for table in book.tables)

    def test_late_entries_mask_nothing_in_the_report(self) -> None:
        """Two households entered in February, after the dashboard of January."""
        published(compiled(counted(alone=40, couple=30, family=20), A_DASHBOARD), **DASHBOARD)
        report = shown(compiled(counted(alone=42, couple=30, family=20)))
        assert (report["alone"], report["total"]) == ("42", "92")

    def test_they_bound_what_the_report_hides(self) -> None:
        published(compiled(counted(alone=43, couple=30, family=0, other=20), A_DASHBOARD), **DASHBOARD)
        told = told_before(AN_EXACT_ONE, Zones())(counted(alone=1), Y2025)
        assert told[column_at("composition", "alone")] == [Seen(40, rounded=True, most=44)]
        assert told[column_at("composition", "family")] == [Seen(0, rounded=True, most=0)]

    def test_nine_months_bound_the_year_from_below(self) -> None:
        nine = Report(kind=ReportKind.DASHBOARD, year=2025, last_day=date(2025, 9, 30))
        months = measure({nine.period: [(("alone",), 43)]}, "composition")
        published(compiled(months, nine), nine.last_day, **DASHBOARD)
        told = told_before(AN_EXACT_ONE, Zones())(counted(alone=1), Y2025)
        assert told[TOTAL][0] == Seen(40, rounded=True)

    def test_one_that_is_frozen_after_the_report_keeps_what_it_masked(self) -> None:
        first = compiled(counted(alone=40, couple=9, family=3))
        assert shown(first)["couple"] == "n.\u00a0s."
        published(first)
        dashboard = shown(compiled(counted(alone=40, couple=9, family=20), A_DASHBOARD))
        assert dashboard["couple"] == dashboard["family"] == "n.\u00a0s."
        assert dashboard["alone"] == "40"

    def test_a_late_one_does_not_stop_the_vote(self, isabelle, monkeypatch) -> None:
        """It comes by itself each quarter: the report that the board has read is the one that is published."""
        monkeypatch.setattr(services, "read_pdf", lambda report: b"")
        report = ReportFactory(compiled=True, compiled_at=datetime(2026, 2, 1, tzinfo=UTC))
        published(compiled(counted(alone=40), A_DASHBOARD), series="tableau-2025-12", **DASHBOARD)
        assert publish(report=report, by=isabelle).is_published


def test_nothing_is_published_that_was_compiled_before_another_edition(isabelle) -> None:
    late = ReportFactory(
        compiled=True, year=2025, last_day=date(2025, 12, 31), series="actualisation-2025",
        compiled_at=datetime(2026, 2, 1, tzinfo=UTC),
    )  # fmt: skip
    published(compiled(counted(alone=40, couple=30)), series="autre-2025")
    with pytest.raises(ValidationError, match="compilez de nouveau"):
        publish(report=late, by=isabelle)
