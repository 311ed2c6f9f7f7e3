"""Celery tasks: they take ids, and the rows they name say what is to be done."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from households.datalife import job


@shared_task(name="households.do_disposal")
def do_disposal(run_id: str) -> None:
    job.do_run(UUID(run_id))


@shared_task(name="households.requeue_lost_disposals")
def requeue_lost_disposals() -> None:
    job.requeue_lost_runs()


@shared_task(name="households.forget_outdated")
def forget_outdated() -> None:
    """Each night: what was kept for a clock of its own goes when that clock is over. Running it twice does nothing."""
    job.forget_outdated(timezone.localdate())
