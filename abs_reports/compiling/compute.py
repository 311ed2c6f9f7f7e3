"""Everything a report freezes, computed from the database at one single instant."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from abs_reports.compiling.activity import activity_tables
from abs_reports.compiling.editions import edition_tables, previous_edition
from abs_reports.compiling.frame import Geography, Span
from abs_reports.compiling.history import told_before
from abs_reports.compiling.public import PublicData, public_tables
from abs_reports.compiling.quarters import quarter_tables
from abs_reports.enums import ReportKind
from abs_reports.freezing import frozen_book
from abs_reports.models import Dataset, LegalBasis, Report
from abs_reports.tables import Book, DataTable
from cias.core.french import typographic
from cias.core.registry import statistics
from cias.core.secrecy import Thresholds
from cias.territory.services import get_structure, secrecy_thresholds

type OnStep = Callable[[str], None]
PUBLIC_STEP = "Lecture des statistiques publiques"
NO_PUBLIC_DATA = (
    "Importez d’abord les statistiques publiques : sans elles, l’analyse n’a pas de population à décrire."
)


@dataclass(frozen=True)
class Computed:
    """Tables after secrecy, and the words that go with them."""

    book: Book
    context: dict[str, Any]


def steps_of(report: Report) -> int:
    """How many times `compute` calls `on_step`."""
    return len(list(statistics.items())) + (0 if report.kind == ReportKind.DASHBOARD else 1)


@contextmanager
def one_instant() -> Iterator[None]:
    """A read-only transaction in which every query sees the database as it was at the first one."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def compute(report: Report, on_step: OnStep) -> Computed:
    """All the tables of the report. Raises ValidationError when there is nothing to analyse."""
    structure = get_structure()
    source = f"{structure.short_name}, dossiers de l’application"
    tables: list[DataTable] = []
    if report.kind != ReportKind.DASHBOARD:
        on_step(PUBLIC_STEP)
        data = PublicData()
        if data.is_empty:
            raise ValidationError(NO_PUBLIC_DATA)
        public = public_tables(data)
        tables += [*public, *edition_tables(public, report.year, previous_edition(report))]
    geography, thresholds = Geography.load(), secrecy_thresholds()
    tables += activity_tables(
        statistics.items(),
        Span.of(report.period, provisional=report.kind == ReportKind.DASHBOARD),
        geography,
        source=source,
        earlier=_edition_before(report),
        thresholds=thresholds,
        past=told_before(report, geography.zones),
        on_measure=lambda measure: on_step(f"Calcul : {measure.title}"),
    )
    if report.kind == ReportKind.DASHBOARD:
        tables += quarter_tables(statistics.items(), report.last_day, source=source, thresholds=thresholds)
    return Computed(Book(tables), _context(report, len(geography.communes), thresholds))


def _edition_before(report: Report) -> Callable[[str], DataTable | None]:
    """Tables of the current published edition of the year before: its figures are frozen, ours must not differ (S6)."""
    kinds = (
        [ReportKind.DASHBOARD]
        if report.kind == ReportKind.DASHBOARD
        else [ReportKind.BASE, ReportKind.UPDATE]
    )
    same_days = _a_year_before(report.last_day)
    before = (
        Report.objects.current()
        .filter(kind__in=kinds, last_day=same_days)
        .order_by("-published_at", "-pk")
        .first()
    )
    return frozen_book(before, with_bases=True).get if before else lambda code: None


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _context(report: Report, communes: int, thresholds: Thresholds) -> dict[str, Any]:
    structure = get_structure()
    basis = LegalBasis.objects.filter(kind=report.kind, valid_from__lte=report.last_day).first()
    limits = asdict(thresholds)
    return {
        "organisation": typographic(structure.name),
        "epci": typographic(structure.epci_name),
        "communes": communes,
        "legal_text": basis.text if basis else "",
        "legal_source": basis.source if basis else "",
        "thresholds": {**limits, "dominance": str(limits["dominance"])},
        "sources": [] if report.kind == ReportKind.DASHBOARD else _sources(),
        "measures": [{"title": m.title, "definition": m.definition} for m in statistics],
    }


def _sources() -> list[dict[str, Any]]:
    sources = []
    for dataset in Dataset.objects.prefetch_related("runs"):
        run = dataset.runs.all()[0]
        sources.append(
            {
                "title": dataset.title,
                "producer": dataset.producer,
                "vintage": dataset.vintage,
                "geo_year": dataset.geo_year,
                "licence": dataset.licence,
                "url": dataset.url,
                "file": run.file_name,
                "sha256": run.sha256,
                "imported_on": f"{run.created_at:%d/%m/%Y}",
            }
        )
    return sources
