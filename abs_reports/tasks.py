"""Celery tasks: they take ids, and the rows they name say what is to be done."""

from uuid import UUID

from celery import shared_task
from celery.signals import worker_ready

from abs_reports import services
from abs_reports.compiling.job import run_compilation
from abs_reports.importing.tasks import import_received, requeue_lost_imports, tidy_imports

__all__ = [
    "compile_report",
    "freeze_dashboards",
    "import_received",
    "requeue_lost_imports",
    "requeue_lost_runs",
    "tidy_imports",
]


@shared_task(name="abs_reports.compile_report")
def compile_report(run_id: str) -> None:
    run_compilation(UUID(run_id))


@shared_task(name="abs_reports.requeue_lost_runs")
def requeue_lost_runs() -> None:
    services.requeue_lost_runs()


@shared_task(name="abs_reports.freeze_dashboards")
def freeze_dashboards() -> None:
    """Each night: a quarter that has just ended gets its figures frozen."""
    services.freeze_missing_dashboards()


@worker_ready.connect
def look_for_lost_runs(**kwargs: object) -> None:
    """A worker that starts takes up what the previous one left."""
    requeue_lost_runs.delay()
