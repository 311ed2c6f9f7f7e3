"""Housekeeping of accounts."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore


@shared_task(name="accounts.clear_sessions")
def clear_sessions() -> None:
    """Delete the sessions that have expired; running it twice changes nothing."""
    SessionStore.clear_expired()
