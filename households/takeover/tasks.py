"""Celery tasks: they take ids, and the rows they name say what is to be done."""

from uuid import UUID

from celery import shared_task
from celery.signals import worker_ready

from households.takeover import services
from households.takeover.job import do_run


@shared_task(name="households.do_takeover_run")
def do_takeover_run(run_id: str) -> None:
    do_run(UUID(run_id))


@shared_task(name="households.requeue_lost_takeovers")
def requeue_lost_takeovers() -> None:
    services.requeue_lost_runs()


@worker_ready.connect
def look_for_lost_takeovers(**kwargs: object) -> None:
    """A worker that starts takes up what the previous one left."""
    requeue_lost_takeovers.delay()
