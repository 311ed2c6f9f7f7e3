"""The job that reads a received file, and the orders around it: send, import what was verified, tidy up."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from abs_reports.enums import Level
from abs_reports.importing import received
from abs_reports.importing.services import Prepared, prepare, store
from abs_reports.models import ImportJob, ImportRun
from cias.accounts.models import User
from cias.core import jobs
from cias.core.jobs import JobState, Pulse, announce_steps, finish, lock_current, run_job

UNEXPECTED = (
    "Une erreur inattendue a arrêté l’import. Renvoyez le fichier ; si elle revient, prévenez l’assistance."
)
GONE = "Le fichier reçu n’est plus sur le serveur : envoyez-le de nouveau."
READING, STORING = "Lecture de {name}", "Enregistrement des valeurs"
STEPS, READ = 100, 90  # progress is told in percents, the reading being most of it


@transaction.atomic
def request_import(
    *,
    by: User,
    file: UploadedFile,
    geo_year: int | None = None,
    level: Level | None = None,
    dry_run: bool = False,
) -> ImportJob:
    """Keep the file and queue its reading; the broker is told after the commit. Raises ValidationError."""
    stored, size = received.keep(file.chunks())
    job = ImportJob.objects.create(
        file_name=(file.name or "fichier")[-200:],
        stored=stored,
        size=size,
        geo_year=geo_year,
        level=level or "",
        dry_run=dry_run,
        requested_by=by,
    )
    transaction.on_commit(lambda: ring(job.pk))
    return job


@transaction.atomic
def import_verified(*, job: ImportJob, by: User) -> ImportJob:
    """Import a file that was only verified; a new job takes the file over. Raises ValidationError."""
    job = ImportJob.objects.select_for_update().get(pk=job.pk)
    if not job.can_be_imported or not received.path_of(job.stored).exists():
        raise ValidationError(GONE)
    stored, job.stored = job.stored, ""
    job.save(update_fields=["stored"])
    again = ImportJob.objects.create(
        file_name=job.file_name,
        stored=stored,
        size=job.size,
        geo_year=job.geo_year,
        level=job.level,
        requested_by=by,
    )
    transaction.on_commit(lambda: ring(again.pk))
    return again


def ring(job_id: UUID) -> None:
    from abs_reports.importing.tasks import import_received

    jobs.ring(import_received, job_id)


def do_import(job_id: UUID) -> ImportJob | None:
    """Do the job if it is still to be done; None when it is not, or when another process is at it."""
    job = run_job(ImportJob, job_id, _work, unexpected=UNEXPECTED)
    if job is not None and not job.is_active and not job.can_be_imported:
        drop_file(job)
    return job


def drop_file(job: ImportJob) -> None:
    received.forget(job.stored)
    ImportJob.objects.filter(pk=job.pk).update(stored="")


def _work(job: ImportJob, pulse: Pulse) -> None:
    announce_steps(job, STEPS)

    def on_progress(name: str, share: float) -> None:
        pulse.step(READING.format(name=name), int(share * READ))

    try:
        with received.path_of(job.stored).open("rb") as file:
            prepared = prepare(
                name=job.file_name,
                file=file,
                geo_year=job.geo_year,
                level=Level(job.level) if job.level else None,
                dry_run=job.dry_run,
                on_progress=on_progress,
            )
    except OSError as error:
        raise ValidationError(GONE) from error
    pulse.step(STORING, READ)
    with transaction.atomic():
        current = lock_current(job)
        runs = [] if job.dry_run else store(prepared, job.requested_by)
        current.outcome = _outcome(prepared, runs)
        finish(current)


def _outcome(prepared: list[Prepared], runs: list[ImportRun]) -> list[dict[str, object]]:
    keys = [str(run.pk) for run in runs] or [""] * len(prepared)
    return [
        {
            "file": one.report.file_name,
            "title": one.report.source.title,
            "vintage": one.report.source.vintage,
            "lines": one.report.lines(),
            "run": key,
        }
        for one, key in zip(prepared, keys, strict=True)
    ]


def requeue_lost_imports() -> int:
    """Give back what lost its worker, ring again for what waits; the number of jobs looked after."""
    return jobs.requeue_lost(ImportJob, ring)


def tidy_imports() -> int:
    """Each night: files of jobs that ended more than a day ago go, whatever became of them; how many."""
    ended = ImportJob.objects.exclude(stored="").filter(
        state__in=[JobState.DONE, JobState.FAILED, JobState.CANCELLED],
        finished_at__lt=timezone.now() - received.KEPT_FOR,
    )
    for job in ended:
        drop_file(job)
    return received.sweep(ImportJob.objects.exclude(stored="").values_list("stored", flat=True))
