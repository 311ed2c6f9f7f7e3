"""Objects behind the reports' addresses, for the URL × role test."""

from datetime import UTC, date, datetime
from typing import Any

from abs_reports.enums import ReportStatus
from abs_reports.files import store_pdf
from abs_reports.freezing import freeze
from abs_reports.models import Passage, PassageVersion, Report
from abs_reports.tables import Book
from abs_reports.writing.enums import Origin, PassageKind
from tests.abs_reports.tables import table
from tests.factories import (
    ContributionFactory,
    ImportJobFactory,
    ImportRunFactory,
    PlannedActionFactory,
    ReportFactory,
    RestitutionFactory,
)

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
    report = published_report()
    return {
        "report_id": report.pk,
        "import_run_id": ImportRunFactory().pk,
        "import_job_id": ImportJobFactory().pk,
        "indicator_code": "POP",
        **writing_kwargs(report),
    }


def writing_kwargs(report: Report) -> dict[str, object]:
    """One of each row of the writing room, of the edition of `report`."""
    passage = Passage.objects.create(
        series=report.series, chapter="territory", kind=PassageKind.ANALYSIS, text="Texte.", version=1
    )
    version = PassageVersion.objects.create(passage=passage, number=1, text="Texte.", origin=Origin.SAVED)
    return {
        "chapter": "territory",
        "kind": PassageKind.ANALYSIS.value,
        "passage_version_id": version.pk,
        "contribution_id": ContributionFactory(series=report.series).pk,
        "action_id": PlannedActionFactory(series=report.series).pk,
        "restitution_id": RestitutionFactory(report=report).pk,
    }
