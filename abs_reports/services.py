"""Editions and their publication; asking for a compilation, cancelling it, finding what lost its worker."""

import logging
from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from kombu.exceptions import OperationalError as BrokerError

from abs_reports.enums import ReportKind, ReportStatus, RunState
from abs_reports.files import read_pdf
from abs_reports.models import CompilationRun, Report
from abs_reports.models.runs import MAX_ATTEMPTS
from cias.accounts.models import User
from cias.core.db import typed_violations
from cias.core.deadlines import end_of_month

logger = logging.getLogger(__name__)
YEARS_SHOWN = 3  # on the dashboard: this year and the two before
WAITING_TOO_LONG = timedelta(seconds=30)
LOST_TOO_OFTEN = (
    "Le travail s’est interrompu trois fois sans finir. Relancez la compilation, ou prévenez l’assistance."
)


def last_closed_month(today: date) -> date:
    """The last day of the latest month that is over."""
    return today.replace(day=1) - timedelta(days=1)


def last_closed_day(year: int, today: date) -> date:
    """The last day of `year` whose month is over. Raises ValidationError when no month of it is."""
    last = min(date(year, 12, 31), last_closed_month(today))
    if last.year != year:
        raise ValidationError(
            f"Aucun mois de {year} n’est terminé : il n’y a pas encore d’activité à compter."
        )
    return last


def last_closed_quarter(today: date) -> date:
    """The last day of the latest quarter that is over."""
    first_of_quarter = today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)
    return first_of_quarter - timedelta(days=1)


def prepare_edition(*, kind: ReportKind, year: int, title: str = "", by: User | None = None) -> Report:
    """The version of an edition that can still change: the unpublished one, or a new one.

    A published version never changes: preparing the same edition again starts the next version (S6).
    Raises ValidationError when a thematic analysis has no title, or no month of the year is over.
    """
    if kind == ReportKind.THEMATIC and not title.strip():
        raise ValidationError({"title": "Donnez un titre à l’analyse thématique."})
    last_day = last_closed_day(year, timezone.localdate())
    if kind == ReportKind.DASHBOARD:
        raise ValidationError("Le tableau de bord a ses propres périodes.")
    title = title.strip() or default_title(kind, year)
    series = f"{kind}-{year}" + (f"-{slugify(title)[:50]}" if kind == ReportKind.THEMATIC else "")
    return _version(kind=kind, year=year, last_day=last_day, title=title, series=series, by=by)


def prepare_dashboard(*, last_day: date, by: User | None = None) -> Report:
    """The frozen figures of the board's dashboard from January to `last_day`, the last day of a quarter."""
    if last_day != end_of_month(last_day) or last_day.month % 3:
        raise ValidationError("Le tableau de bord s’arrête au dernier jour d’un trimestre.")
    months = "" if last_day.month == 12 else f", {last_day.month} mois"
    return _version(
        kind=ReportKind.DASHBOARD,
        year=last_day.year,
        last_day=last_day,
        title=f"Tableau de bord {last_day.year}{months}",
        series=f"{ReportKind.DASHBOARD}-{last_day:%Y-%m}",
        by=by,
    )


def default_title(kind: ReportKind, year: int) -> str:
    titles = {
        ReportKind.BASE: f"Analyse des besoins sociaux {year}, édition de mandat",
        ReportKind.UPDATE: f"Analyse des besoins sociaux {year}",
    }
    return titles[kind]


@transaction.atomic
def _version(
    *, kind: ReportKind, year: int, last_day: date, title: str, series: str, by: User | None
) -> Report:
    latest = Report.objects.filter(series=series).order_by("-version").select_for_update().first()
    if latest is not None and not latest.is_published:
        if latest.last_day != last_day or latest.title != title:
            latest.last_day, latest.title = last_day, title
            latest.save(update_fields=["last_day", "title"])
        return latest
    with typed_violations():
        return Report.objects.create(
            kind=kind,
            year=year,
            last_day=last_day,
            title=title,
            series=series,
            version=latest.version + 1 if latest else 1,
            created_by=by,
        )


@transaction.atomic
def request_compilation(*, report: Report, by: User | None = None) -> CompilationRun:
    """Queue a compilation. The row is the order; the broker is only told, after the commit.

    Raises ConstraintViolation when one is already waiting or running, ForbiddenTransition for a published report.
    """
    report.check_move(ReportStatus.COMPILED)
    with typed_violations():
        run = CompilationRun.objects.create(report=report, requested_by=by)
    transaction.on_commit(lambda: ring(run.pk))
    return run


def ring(run_id: UUID) -> None:
    """Tell the worker. When the broker is away the row waits, and the sweep rings again (measured-facts.md §6)."""
    from abs_reports.tasks import compile_report

    try:
        compile_report.delay(str(run_id))
    except (BrokerError, OSError):
        logger.warning("broker unreachable, compilation %s waits for the sweep", run_id)


@transaction.atomic
def cancel_compilation(*, run: CompilationRun) -> CompilationRun:
    """Stop at once what waits; ask what runs to stop at its next step. Ended runs stay as they are."""
    run = CompilationRun.objects.select_for_update().get(pk=run.pk)
    if run.state == RunState.WAITING:
        run.state, run.finished_at = RunState.CANCELLED, timezone.now()
    elif run.state == RunState.RUNNING:
        run.cancel_requested = True
    run.save()
    return run


def requeue_lost_runs() -> int:
    """Give back what lost its worker, ring again for what waits; the number of runs looked after.

    After MAX_ATTEMPTS a run fails, with a reason and "Relancer" on its page.
    """
    now = timezone.now()
    to_ring: list[UUID] = []
    with transaction.atomic():
        for run in CompilationRun.objects.lost(now).select_for_update(skip_locked=True):
            give_back(run)
            to_ring += [run.pk] if run.state == RunState.WAITING else []
        waiting = CompilationRun.objects.filter(state=RunState.WAITING, created_at__lt=now - WAITING_TOO_LONG)
        to_ring += [pk for pk in waiting.values_list("pk", flat=True) if pk not in to_ring]
    for run_id in to_ring:
        ring(run_id)
    return len(to_ring)


def give_back(run: CompilationRun) -> None:
    """Put a run whose worker died back in the queue, or end it. The caller holds the row's lock."""
    if run.cancel_requested:
        run.state, run.finished_at = RunState.CANCELLED, timezone.now()
    elif run.attempts >= MAX_ATTEMPTS:
        run.state, run.finished_at, run.failure_reason = RunState.FAILED, timezone.now(), LOST_TOO_OFTEN
    else:
        run.state, run.heartbeat_at, run.steps_done = RunState.WAITING, None, 0
    run.save()


@transaction.atomic
def publish(
    *, report: Report, by: User, deliberation_number: str = "", deliberation_date: date | None = None
) -> Report:
    """Make the compiled version final: same figures, same PDF, to the byte, as the board was given.

    Raises ForbiddenTransition unless compiled, ValidationError while a compilation is under way or when the PDF
    is no longer the one that was compiled.
    """
    report = Report.objects.select_for_update().get(pk=report.pk)
    report.check_move(ReportStatus.PUBLISHED)
    if report.runs.active().exists():
        raise ValidationError("Attendez la fin de la compilation en cours, ou annulez-la.")
    if report.pdf_name:
        read_pdf(report)
    report.status = ReportStatus.PUBLISHED
    report.deliberation_number, report.deliberation_date = deliberation_number.strip(), deliberation_date
    report.published_at, report.published_by = timezone.now(), by
    with typed_violations():
        report.save()
    return report


def freeze_missing_dashboards(*, by: User | None = None) -> list[CompilationRun]:
    """Ask for the dashboard's periods that nobody froze yet: the year up to its last closed quarter, the years before.

    A year without any row in the apps still gives a dashboard, of zeros: the board sees when counting began.
    """
    latest = last_closed_quarter(timezone.localdate())
    days = [latest, *(date(latest.year - back, 12, 31) for back in range(1, YEARS_SHOWN))]
    frozen = set(Report.objects.dashboards().published().values_list("last_day", flat=True))
    runs = []
    for day in sorted(set(days) - frozen):
        report = prepare_dashboard(last_day=day, by=by)
        if not report.runs.active().exists():
            runs.append(request_compilation(report=report, by=by))
    return runs
