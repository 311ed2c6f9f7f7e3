"""Objects behind the reports' addresses, for the URL × role test."""

from datetime import UTC, date, datetime
from typing import Any

from abs_reports.enums import ReportStatus
from abs_reports.files import store_pdf
from abs_reports.freezing import freeze
from abs_reports.models import Report
from abs_reports.tables import Book
from tests.abs_reports.tables import table
from tests.factories import ImportJobFactory, ImportRunFactory, ReportFactory

PDF = b"%PDF-1.7 essai"


def published_report(**fields: Any) -> Report:
    """A published version with two tables and its file on disk."""
    name = "abs/essai/v1.pdf"
    report = ReportFactory(compiled=True, pdf_name=name, pdf_sha256=store_pdf(name, PDF), **fields)
    freeze(report, Book([table(), table("essai-public", chapter="territory", title="Population")]))
    report.status = ReportStatus.PUBLISHED
    report.published_at = datetime(2026, 2, 17, 18, 0, tzinfo=UTC)
    report.deliberation_number, report.deliberation_date = "2026-14", date(2026, 2, 17)
    report.save()
    return report


def sample_kwargs(world: Any) -> dict[str, object]:
    return {
        "report_id": published_report().pk,
        "import_run_id": ImportRunFactory().pk,
        "import_job_id": ImportJobFactory().pk,
        "indicator_code": "POP",
    }
