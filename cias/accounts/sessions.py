"""Open sessions: how long they last, which are open, and their end (ASVS 7.3, 7.4.2, 7.5.2).

What the list shows is kept in the session itself: when it began, when its agent last did something, and which kind of
browser opened it. No address and no place: they would say where somebody works from, and protect nobody.
"""

import re
import time
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cias.accounts.models import User

OPENED, SEEN, DEVICE = "opened_at", "seen_at", "device"
# How exact "last activity" is: a session is written once a minute at most.
PRECISION = 60

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True)
class OpenSession:
    """One open session, as its owner reads it. `handle` names it in a form; it opens nothing."""

    handle: str
    device: str
    opened_at: datetime | None
    seen_at: datetime | None
    is_this_one: bool = False


def device_of(request: HttpRequest) -> str:
    """ "Firefox, Windows": enough to know one's own devices by."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    found = [
        next((name for mark, name in known if re.search(rf"\b{mark}", agent)), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, found)) or "Appareil inconnu"


def begin(request: HttpRequest) -> None:
    """Mark a session that has just been opened; the login saves it."""
    now = int(time.time())
    request.session.update({OPENED: now, SEEN: now, DEVICE: device_of(request)})


def left(session: MutableMapping[str, Any]) -> tuple[int, int]:
    """Seconds left before the session ends for want of activity, and whatever happens; negative when it is over.

    A session that bears no marks (opened before there were any) is over.
    """
    now = time.time()
    idle = session.get(SEEN, 0) + settings.SESSION_IDLE_SECONDS - now
    absolute = session.get(OPENED, 0) + settings.SESSION_COOKIE_AGE - now
    return int(idle), int(absolute)


def touch(request: HttpRequest) -> None:
    """The agent has just done something. Written at most once a minute, and into the row as it is now: a page that
    loads beside loses nothing it writes to the same session."""
    now = int(time.time())
    if now - request.session.get(SEEN, 0) < PRECISION:
        return
    with transaction.atomic():
        row = Session.objects.select_for_update().filter(pk=request.session.session_key).first()
        if row is None:
            return
        data = row.get_decoded() | {SEEN: now}
        Session.objects.filter(pk=row.pk).update(session_data=SessionStore().encode(data))
    # Read on by this request, without having to save the whole session again.
    getattr(request.session, "_session")[SEEN] = now  # noqa: B009


def sessions_of(user: User) -> Iterator[Session]:
    """The sessions that are open under this account. Session rows do not name their user: each one is read."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            yield session


def open_sessions(user: User, *, current: str | None = None) -> list[OpenSession]:
    """Those of `user` that have not run out, the latest activity first; `current` is the key of the reader's own."""
    found = []
    for session in sessions_of(user):
        data = session.get_decoded()
        if OPENED in data and min(left(data)) < 0:
            continue
        found.append(
            OpenSession(
                handle=_handle(session.pk),
                device=data.get(DEVICE, "Appareil inconnu"),
                opened_at=_moment(data.get(OPENED)),
                seen_at=_moment(data.get(SEEN)),
                is_this_one=session.pk == current,
            )
        )
    return sorted(found, key=lambda one: (one.is_this_one, one.seen_at or _EVER), reverse=True)


def end_session(user: User, handle: str) -> bool:
    """End one session of `user`; whether there was one."""
    keys = [session.pk for session in sessions_of(user) if _handle(session.pk) == handle]
    return Session.objects.filter(pk__in=keys).delete()[0] > 0


def end_sessions(user: User, *, except_key: str | None = None) -> int:
    """End the user's sessions but the one named; returns how many were ended."""
    keys = [session.pk for session in sessions_of(user) if session.pk != except_key]
    Session.objects.filter(pk__in=keys).delete()
    return len(keys)


_EVER = datetime.min.replace(tzinfo=UTC)


def _moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, tz=UTC) if seconds else None


def _handle(key: str) -> str:
    """A name for the session that is not the secret that opens it."""
    return salted_hmac("accounts.sessions", key, algorithm="sha256").hexdigest()[:32]
