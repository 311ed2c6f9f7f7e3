"""One attempt at compiling a report: claim the row, compute, lay out, then figures and PDF in one
transaction (S1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from abs_reports.compiling.compute import Computed, compute, one_instant, steps_of
from abs_reports.enums import ReportKind, ReportStatus
from abs_reports.files import pdf_name, remove_leftovers, store_pdf
from abs_reports.freezing import freeze
from abs_reports.models import CompilationRun, Report
from abs_reports.rendering import Finished, render_report
from abs_reports.writing.frozen import Texts, freeze_texts, read_texts, with_words
from cias.core.jobs import JobState, Pulse, announce_steps, finish, lock_current, run_job
from cias.core.pdf import PdfError

LAYOUT, SAVING = "Mise en page du PDF", "Contrôle et enregistrement"
LAST_STEPS = {False: (LAYOUT, SAVING), True: (SAVING,)}  # a dashboard has no pages
UNEXPECTED = (
    "Une erreur inattendue a arrêté la compilation. Relancez-la ; si elle revient, prévenez l’assistance."
)
DISK = "Le disque refuse le fichier du rapport\u00a0: faites de la place ou prévenez l’assistance, puis relancez."
PAGES_REFUSED = "Le PDF n’a pas pu être mis en page."


@dataclass(frozen=True, slots=True)
class Progress:
    step: str
    done: int
    total: int


type Echo = Callable[[Progress], None]


def run_compilation(run_id: UUID, echo: Echo = lambda progress: None) -> CompilationRun | None:
    """Do the job if it is still to be done; None when it is not, or when another process is at it."""

    def work(run: CompilationRun, pulse: Pulse) -> None:
        _work(run, pulse, echo)

    expected = {PdfError: PAGES_REFUSED, OSError: DISK}
    run = run_job(CompilationRun, run_id, work, unexpected=UNEXPECTED, expected=expected)
    if run is not None and run.state != JobState.DONE:
        remove_leftovers(run.report)
    return run


def _work(run: CompilationRun, pulse: Pulse, echo: Echo) -> None:
    report, moment = run.report, timezone.now()
    is_dashboard = report.kind == ReportKind.DASHBOARD
    total = steps_of(report) + len(LAST_STEPS[is_dashboard])
    announce_steps(run, total)
    done = 0

    def on_step(label: str) -> None:
        nonlocal done
        pulse.step(label, done)
        echo(Progress(label, done, total))
        done += 1

    with one_instant():
        computed = compute(report, on_step)
        texts = Texts() if is_dashboard else read_texts(report)
    finished = None
    if not is_dashboard:
        on_step(LAYOUT)
        finished = render_report(report, computed.book, computed.context, moment, texts)
    on_step(SAVING)
    pulse.check()
    _save(run, computed, texts, finished, moment)
    echo(Progress("Terminé", total, total))


def _save(
    run: CompilationRun, computed: Computed, texts: Texts, finished: Finished | None, moment: datetime
) -> None:
    """The file first, then every row that speaks of it in one transaction; without the transaction, no file."""
    name = sha256 = ""
    if finished is not None:
        name = pdf_name(run.report, f"{run.pk.hex[:12]}-{run.attempts}")
        sha256 = store_pdf(name, finished.pdf)
    with transaction.atomic():
        current = lock_current(run)
        report = Report.objects.select_for_update().get(pk=run.report_id)
        report.check_move(ReportStatus.COMPILED)
        freeze(report, computed.book)
        freeze_texts(report, texts)
        report.status, report.compiled_at = ReportStatus.COMPILED, moment
        report.context, report.checksum = computed.context, with_words(computed.book.checksum, texts)
        report.pdf_name, report.pdf_sha256 = name, sha256
        report.pdf_size = len(finished.pdf) if finished else None
        report.pdf_pages = finished.pages if finished else None
        report.save()
        if (
            report.kind == ReportKind.DASHBOARD
        ):  # figures without pages: nothing to read over before they are shown
            report.status, report.published_at = ReportStatus.PUBLISHED, moment
            report.save()
        finish(current)
        transaction.on_commit(lambda: remove_leftovers(report))
