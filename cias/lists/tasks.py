"""Celery tasks of lists: writing a long export, giving back a lost one, housekeeping."""

from uuid import UUID

from celery import shared_task

from cias.lists import services


@shared_task(name="lists.write_export")
def write_export(run_id: str) -> None:
    services.run_export(UUID(run_id))


@shared_task(name="lists.requeue_lost_exports")
def requeue_lost_exports() -> None:
    services.requeue_lost_exports()


@shared_task(name="lists.purge")
def purge() -> None:
    """Each hour: expired files, and views deleted long enough ago; running it twice changes nothing."""
    services.purge_exports()
    services.purge_views()
