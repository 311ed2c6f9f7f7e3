"""The database went away in the middle of a request: read again what was read, and say what to do otherwise."""

import sys
from collections.abc import Callable
from typing import Any

import psycopg
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError, connections
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.template import loader

# SQLSTATE: connection errors, then a server that stops, has crashed or cannot take anybody yet.
SERVER_GONE = ("08", "57P01", "57P02", "57P03")
# No room on its disk: it still answers, and refuses what would write.
DISK_FULL = "53100"
RETRY_AFTER = 5  # seconds, as told to programs


@receiver(got_request_exception, dispatch_uid="core-lost-database")
def remember(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Django answers 500 before a middleware could know why."""
    error = sys.exc_info()[1]
    if isinstance(error, (OperationalError, InterfaceError)) and (_broke(error.__cause__) or _is_gone()):
        request.lost_database = True  # type: ignore[attr-defined]
        request.database_full = _is_full(error.__cause__)  # type: ignore[attr-defined]


def _broke(cause: BaseException | None) -> bool:
    """Whether the driver lost the server; leaving a transaction may have opened another connection since."""
    if not isinstance(cause, psycopg.Error):
        return False
    return cause.sqlstate is None or cause.sqlstate.startswith((*SERVER_GONE, DISK_FULL))


def _is_full(cause: BaseException | None) -> bool:
    return isinstance(cause, psycopg.Error) and cause.sqlstate == DISK_FULL


def _is_gone() -> bool:
    """Whether there is no connection any more, as opposed to a lock or a time limit that a working one reports."""
    opened = connections.all(initialized_only=True)
    return any(one.connection is None or not one.is_usable() for one in opened)


class LostDatabaseMiddleware:
    """Around the sessions, which read the database too. A page is asked for once more; a form never is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _lost(request) and request.method in ("GET", "HEAD"):
            _forget(request)
            response = self.get_response(request)
        if _lost(request):
            return _unavailable(is_full=getattr(request, "database_full", False))
        return response


def _lost(request: HttpRequest) -> bool:
    return getattr(request, "lost_database", False)


def _forget(request: HttpRequest) -> None:
    request.lost_database = False  # type: ignore[attr-defined]
    for one in connections.all(initialized_only=True):
        one.close()


def _unavailable(*, is_full: bool) -> HttpResponse:
    """No context processor, no query."""
    page = loader.get_template("errors/database.html").render({"is_full": is_full})
    return HttpResponse(
        page, status=503, headers={"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    )
