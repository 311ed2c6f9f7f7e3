"""Celery tasks of the dashboards."""

from celery import shared_task
from django.utils import timezone

from cias.accounts.models import User
from cias.dashboard.service import service_of
from cias.dashboard.steering.spans import MONTH, Span
from cias.dashboard.steering.state import state_of
from cias.dashboard.work import listed_agents


@shared_task(name="dashboard.keep_figures")
def keep_figures() -> None:
    """Count again what the direction finds on opening its pages, for each who steers: the month and the service."""
    today = timezone.localdate()
    for user in User.objects.active():
        if user.has_perm("statistics.direction"):
            state_of(user, Span.of(MONTH, 0, today), today, now=True)
            service_of(user, list(listed_agents()), today, now=True)
