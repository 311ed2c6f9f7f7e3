"""What households do by themselves: at night, and what outlasts a click."""

from celery import shared_task
from django.utils import timezone

from households.datalife.tasks import do_disposal, forget_outdated, requeue_lost_disposals
from households.services.documents import purge_documents, sweep_files
from households.takeover.services import purge_old
from households.takeover.tasks import do_takeover_run, requeue_lost_takeovers

# The worker looks under the app's name; a subject with much to do keeps its tasks beside its work.
__all__ = [
    "do_disposal",
    "do_takeover_run",
    "forget_outdated",
    "requeue_lost_disposals",
    "requeue_lost_takeovers",
    "tidy_documents",
]


@shared_task(name="households.tidy_documents")
def tidy_documents() -> None:
    """Purge what was retired a month ago, sweep files without a row, forget what lists taken over a month ago said.

    Running it twice changes nothing.
    """
    purge_documents(now=timezone.now())
    sweep_files()
    purge_old()
