"""Celery tasks: they take ids, and the rows they name say what is to be done."""

from uuid import UUID

from celery import shared_task
from celery.signals import worker_ready

from rights.estimates import services


@shared_task(name="rights.estimate", time_limit=1800)
def estimate_rights(run_id: str) -> None:
    # Only a worker that estimates something pays for numpy and OpenFisca.
    from rights.estimates.job import do_run

    do_run(UUID(run_id))


@shared_task(name="rights.requeue_lost_estimates")
def requeue_lost_estimates() -> None:
    services.requeue_lost_runs()


@worker_ready.connect
def look_for_lost_estimates(**kwargs: object) -> None:
    """A worker that starts takes up what the previous one left."""
    requeue_lost_estimates.delay()
