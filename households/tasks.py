"""What households do by themselves at night."""

from celery import shared_task
from django.utils import timezone

from households.services.documents import purge_documents, sweep_files


@shared_task(name="households.tidy_documents")
def tidy_documents() -> None:
    """Purge what was retired a month ago, sweep files without a row; running it twice changes nothing."""
    purge_documents(now=timezone.now())
    sweep_files()
