"""The read log under seal (docs/adr/0021). Each task can come twice, or be killed: the next one goes on."""

import logging

from celery import shared_task

from cias.audit import seals

logger = logging.getLogger(__name__)


@shared_task(name="audit.seal")
def seal() -> int:
    return seals.seal_lines()


@shared_task(name="audit.publish_head")
def publish_head() -> str:
    """Tell the last seal to the service's log, which leaves the machine by another way than the database."""
    found = seals.head()
    told = str(found) if found else ""
    if told:
        logger.info("access log sealed: %s", told)
    return told


@shared_task(name="audit.remove_expired")
def remove_expired() -> int:
    return seals.remove_expired()
