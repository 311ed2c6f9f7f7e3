"""What the clock does for the contributions."""

from celery import shared_task
from django.utils import timezone

from housing.dues import services


@shared_task(name="housing.call_contributions", time_limit=1800)
def call_contributions() -> int:
    """Call the contributions of the month that begins; delivered twice, it calls them once. Returns how many."""
    return len(services.call_month(by=None, month=timezone.localdate()).dues)
