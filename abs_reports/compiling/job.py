"""One attempt at compiling a report: claim the row, compute, lay out, then figures and PDF in one "
"transaction (S1)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from abs_reports.compiling.compute import Computed, compute, one_instant, steps_of
from abs_reports.compiling.pulse import Busy, Cancelled, Pulse, Superseded
from abs_reports.enums import ReportKind, ReportStatus, RunState
from abs_reports.files import pdf_name, remove_leftovers, store_pdf
from abs_reports.freezing import freeze
from abs_reports.models import CompilationRun, Report
from abs_reports.models.runs import MAX_ATTEMPTS
from abs_reports.rendering import Finished, render_report
from cias.core.pdf import PdfError

logger = logging.getLogger(__name__)
LAYOUT, SAVING = "Mise en page du PDF", "Contrôle et enregistrement"
LAST_STEPS = {False: (LAYOUT, SAVING), True: (SAVING,)}  # a dashboard has no pages
UNEXPECTED = (
    "Une erreur inattendue a arrêté la compilation. Relancez-la ; si elle revient, prévenez l’assistance."
)
PAGES_REFUSED = "Le PDF n’a pas pu être mis en page."


@dataclass(frozen=True, slots=True)
class Progress:
    step: str
    done: int
    total: int


type Echo = Callable[[Progress], None]


def run_compilation(run_id: UUID, echo: Echo = lambda progress: None) -> CompilationRun | None:
    """Do the job if it is still to be done; None when it is not, or when another process is at it.

    Delivered twice, it is done once: the claim is one conditional UPDATE, the lock belongs to one process, and the
    last transaction checks that the attempt is still the current one.
    """
    try:
        with Pulse(run_id) as pulse:
            run = _claim(run_id)
            if run is None:
                return None
            pulse.attempt = run.attempts
            return _attempt(run, pulse, echo)
    except Busy:
        return None


def _claim(run_id: UUID) -> CompilationRun | None:
    now = timezone.now()
    claimed = CompilationRun.objects.filter(
        pk=run_id, state=RunState.WAITING, attempts__lt=MAX_ATTEMPTS
    ).update(
        state=RunState.RUNNING,
        attempts=F("attempts") + 1,
        heartbeat_at=now,
        started_at=now,
        step="Préparation",
    )
    return CompilationRun.objects.select_related("report").get(pk=run_id) if claimed else None


def _attempt(run: CompilationRun, pulse: Pulse, echo: Echo) -> CompilationRun | None:
    try:
        _work(run, pulse, echo)
    except Superseded:
        return None
    except Cancelled:
        _end(run, RunState.CANCELLED)
    except ValidationError as error:
        _end(run, RunState.FAILED, " ".join(error.messages))
    except PdfError:
        logger.exception("compilation %s: the pages were refused", run.pk)
        _end(run, RunState.FAILED, PAGES_REFUSED)
    except (OperationalError, InterfaceError):
        raise  # nothing can be written; the row stays as it is and the sweep gives it back
    except Exception:
        logger.exception("compilation %s failed", run.pk)
        _end(run, RunState.FAILED, UNEXPECTED)
    run.refresh_from_db()
    return run


def _work(run: CompilationRun, pulse: Pulse, echo: Echo) -> None:
    report, moment = run.report, timezone.now()
    is_dashboard = report.kind == ReportKind.DASHBOARD
    total = steps_of(report) + len(LAST_STEPS[is_dashboard])
    CompilationRun.objects.filter(pk=run.pk, attempts=run.attempts).update(steps_total=total, steps_done=0)
    done = 0

    def on_step(label: str) -> None:
        nonlocal done
        pulse.step(label, done)
        echo(Progress(label, done, total))
        done += 1

    with one_instant():
        computed = compute(report, on_step)
    finished = None
    if not is_dashboard:
        on_step(LAYOUT)
        finished = render_report(report, computed.book, computed.context, moment)
    on_step(SAVING)
    pulse.check()
    _save(run, computed, finished, moment)
    echo(Progress("Terminé", total, total))


def _save(run: CompilationRun, computed: Computed, finished: Finished | None, moment: datetime) -> None:
    """The file first, then every row that speaks of it in one transaction; without the transaction, no file."""
    name = sha256 = ""
    if finished is not None:
        name = pdf_name(run.report, f"{run.pk.hex[:12]}-{run.attempts}")
        sha256 = store_pdf(name, finished.pdf)
    with transaction.atomic():
        current = CompilationRun.objects.select_for_update().get(pk=run.pk)
        if (current.state, current.attempts) != (RunState.RUNNING, run.attempts):
            raise Superseded
        if current.cancel_requested:
            raise Cancelled
        report = Report.objects.select_for_update().get(pk=run.report_id)
        report.check_move(ReportStatus.COMPILED)
        freeze(report, computed.book)
        report.status, report.compiled_at = ReportStatus.COMPILED, moment
        report.context, report.checksum = computed.context, computed.book.checksum
        report.pdf_name, report.pdf_sha256 = name, sha256
        report.pdf_size = len(finished.pdf) if finished else None
        report.pdf_pages = finished.pages if finished else None
        report.save()
        if (
            report.kind == ReportKind.DASHBOARD
        ):  # figures without pages: nothing to read over before they are shown
            report.status, report.published_at = ReportStatus.PUBLISHED, moment
            report.save()
        current.state, current.finished_at = RunState.DONE, timezone.now()
        current.steps_done, current.step = current.steps_total, ""
        current.save()
        transaction.on_commit(lambda: remove_leftovers(report))


def _end(run: CompilationRun, state: RunState, reason: str = "") -> None:
    """Close our attempt, unless somebody else's has begun; files that no row names go away."""
    CompilationRun.objects.filter(pk=run.pk, state=RunState.RUNNING, attempts=run.attempts).update(
        state=state, finished_at=timezone.now(), failure_reason=reason[:300]
    )
    remove_leftovers(Report.objects.get(pk=run.report_id))
