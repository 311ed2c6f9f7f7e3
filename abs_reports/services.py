"""Editions and their publication; asking for a compilation, finding what lost its worker."""

from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from abs_reports.enums import ReportKind, ReportStatus
from abs_reports.files import read_pdf
from abs_reports.models import CompilationRun, Report
from cias.accounts.models import User
from cias.core import jobs
from cias.core.db import typed_violations
from cias.core.deadlines import end_of_month

YEARS_SHOWN = 3  # on the dashboard: this year and the two before


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
    from abs_reports.tasks import compile_report

    jobs.ring(compile_report, run_id)


def requeue_lost_runs() -> int:
    """Give back what lost its worker, ring again for what waits; the number of runs looked after."""
    return jobs.requeue_lost(CompilationRun, ring)


@transaction.atomic
def publish(
    *, report: Report, by: User, deliberation_number: str = "", deliberation_date: date | None = None
) -> Report:
    """Make the compiled version final: same figures, same PDF, to the byte, as the board was given.

    Raises ForbiddenTransition unless compiled, ValidationError while a compilation is under way, when the PDF
    is no longer the one that was compiled, or when another edition about the same year was published since: what one
    masks the other might give away (docs/adr/0016).
    """
    report = Report.objects.select_for_update().get(pk=report.pk)
    report.check_move(ReportStatus.PUBLISHED)
    if report.runs.active().exists():
        raise ValidationError("Attendez la fin de la compilation en cours, ou annulez-la.")
    if _published_since(report):
        raise ValidationError(
            "Une autre édition sur la même année a été publiée depuis cette compilation\u00a0: compilez de nouveau, "
            "pour que l’une ne révèle pas ce que l’autre masque."
        )
    if report.pdf_name:
        read_pdf(report)
    report.status = ReportStatus.PUBLISHED
    report.deliberation_number, report.deliberation_date = deliberation_number.strip(), deliberation_date
    report.published_at, report.published_by = timezone.now(), by
    with typed_violations():
        report.save()
    return report


def _published_since(report: Report) -> bool:
    """Whether another exact edition was; rounded ones, frozen by themselves each quarter, do not stop a vote."""
    if report.is_rounded:
        return False
    years = [report.year - 1, report.year, report.year + 1]
    others = Report.objects.published().exact().filter(year__in=years).exclude(pk=report.pk)
    return others.filter(published_at__gt=report.compiled_at).exists()


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
