from datetime import UTC, date, datetime

import factory

from abs_reports.enums import Layout, ReportKind, ReportStatus
from abs_reports.models import (
    CompilationRun,
    Contribution,
    Dataset,
    ImportJob,
    ImportRun,
    PlannedAction,
    Report,
    Restitution,
)
from abs_reports.writing.enums import Audience, Means


class ReportFactory(factory.django.DjangoModelFactory):
    """A draft of the yearly update; traits move it on. `published` has no file on disk: see `files.store_pdf`."""

    class Meta:
        model = Report

    kind = ReportKind.UPDATE
    year = 2025
    last_day = factory.LazyAttribute(lambda report: date(report.year, 12, 31))
    title = factory.LazyAttribute(lambda report: f"Analyse des besoins sociaux {report.year}")
    series = factory.LazyAttribute(lambda report: f"{report.kind}-{report.year}")
    version = 1

    class Params:
        compiled = factory.Trait(
            status=ReportStatus.COMPILED,
            compiled_at=datetime(2026, 1, 20, 9, 0, tzinfo=UTC),
            checksum="0" * 64,
            pdf_name="abs/essai/v1.pdf",
            pdf_sha256="0" * 64,
            pdf_size=600_000,
            pdf_pages=60,
        )
        published = factory.Trait(
            compiled=True,
            status=ReportStatus.PUBLISHED,
            published_at=datetime(2026, 2, 17, 18, 0, tzinfo=UTC),
            deliberation_number="2026-14",
            deliberation_date=date(2026, 2, 17),
        )
        dashboard = factory.Trait(
            kind=ReportKind.DASHBOARD,
            series=factory.LazyAttribute(lambda report: f"tableau-{report.last_day:%Y-%m}"),
            pdf_name="",
            pdf_sha256="",
            pdf_size=None,
            pdf_pages=None,
        )


class RunFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CompilationRun

    report = factory.SubFactory(ReportFactory)


class DatasetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Dataset

    code = factory.Sequence(lambda n: f"insee-essai-{n}")
    layout = Layout.COMPARATOR
    vintage = 2022
    title = "Comparateur de territoires"
    producer = "INSEE"
    licence = "Licence Ouverte 2.0"


class ImportRunFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ImportRun

    dataset = factory.SubFactory(DatasetFactory)
    file_name = "comparateur.csv"
    sha256 = "0" * 64
    rows_read = 66
    rows_kept = 66
    values_count = 100
    missing_count = 10


class ImportJobFactory(factory.django.DjangoModelFactory):
    """A file sent on the page and waiting for the worker; it has no file on disk."""

    class Meta:
        model = ImportJob

    file_name = "comparateur.csv"


class ContributionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Contribution

    series = "actualisation-2025"
    chapter = "territory"
    organisation = "Mission locale de l’arrondissement"
    on = date(2026, 1, 12)
    means = Means.MEETING
    summary = "Les jeunes des communes rurales renoncent à une formation faute de transport."


class PlannedActionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PlannedAction

    series = "actualisation-2025"
    chapter = "territory"
    position = factory.Sequence(lambda n: n + 1)
    objective = "Rapprocher les services des communes rurales"
    action = "Ouvrir une permanence mensuelle dans quatre mairies"
    pilot = "Direction du CIAS"
    calendar = "1er semestre 2026"


class RestitutionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Restitution

    report = factory.SubFactory(ReportFactory)
    on = date(2026, 2, 17)
    audience = Audience.BOARD
