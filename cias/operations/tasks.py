"""Tasks of the platform itself (docs/adr/0004)."""

from celery import shared_task

from cias.operations.heartbeat import beat


@shared_task(name="operations.heartbeat")
def heartbeat() -> None:
    beat()
