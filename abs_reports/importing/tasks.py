"""Celery tasks: they take ids, and the rows they name say what is to be done."""

from uuid import UUID

from celery import shared_task
from celery.signals import worker_ready

from abs_reports.importing import job


@shared_task(name="abs_reports.import_received")
def import_received(job_id: str) -> None:
    job.do_import(UUID(job_id))


@shared_task(name="abs_reports.requeue_lost_imports")
def requeue_lost_imports() -> None:
    job.requeue_lost_imports()


@shared_task(name="abs_reports.tidy_imports")
def tidy_imports() -> None:
    """Received files nobody will import any more are removed. Running it twice changes nothing."""
    job.tidy_imports()


@worker_ready.connect
def look_for_lost_imports(**kwargs: object) -> None:
    """A worker that starts takes up what the previous one left."""
    requeue_lost_imports.delay()
