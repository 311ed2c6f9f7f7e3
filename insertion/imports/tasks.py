"""Celery tasks: they take ids, and the rows they name say what is to be done."""

from uuid import UUID

from celery import shared_task
from celery.signals import worker_ready

from insertion.imports import services
from insertion.imports.job import do_run


@shared_task(name="insertion.do_import_run")
def do_import_run(run_id: str) -> None:
    do_run(UUID(run_id))


@shared_task(name="insertion.requeue_lost_imports")
def requeue_lost_imports() -> None:
    services.requeue_lost_runs()


@shared_task(name="insertion.purge_imports")
def purge_imports() -> None:
    """What files of more than a month ago said is forgotten. Running it twice changes nothing."""
    services.purge_old()


@worker_ready.connect
def look_for_lost_imports(**kwargs: object) -> None:
    """A worker that starts takes up what the previous one left."""
    requeue_lost_imports.delay()
