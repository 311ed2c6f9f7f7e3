"""Open sessions: agents see and end their own; closing an account ends all of them (ASVS 7.4.2, 7.5.2)."""

from collections.abc import Iterator

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from cias.accounts.models import User


def sessions_of(user: User) -> Iterator[Session]:
    """The sessions that are open under this account. Session rows do not name their user: each one is read."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            yield session


def end_sessions(user: User, *, except_key: str | None = None) -> int:
    """End the user's sessions but the one named; returns how many were ended."""
    keys = [session.pk for session in sessions_of(user) if session.pk != except_key]
    Session.objects.filter(pk__in=keys).delete()
    return len(keys)
