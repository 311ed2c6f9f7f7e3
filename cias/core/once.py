"""A form sent twice counts once: a double click, the back button, a browser that asks again (quality.md, Reliability).

Each POST form carries a random token beside its CSRF token. The first sending claims it in the cache, together with
what was typed; when the answer leads elsewhere, as after a success, the same sending is led there too and does not
reach the view again. The same page with other words in it is another sending, and so are the first words after those:
only what the page sent last is the same sending. A refused form gives its token back.

Constraints and locks of the database still decide between two people; without the cache they are alone to do it.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import redis
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

FIELD = "une_fois"
PENDING = "…"
# How long a sending may be at work, and how long its twin waits for it (seconds).
WORK_SECONDS, WAIT_SECONDS = 120, 5
ALREADY = "Cet envoi avait déjà été reçu\u00a0: rien n’a été enregistré deux fois."


def new_token() -> str:
    return secrets.token_urlsafe(12)


@dataclass(frozen=True)
class Sending:
    """Where the cache keeps one sending, and which one the page that sent it sent last."""

    key: str
    page: str


class OnceMiddleware:
    """After those that check rights: whoever may not send may not learn that somebody sent either."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for sending in getattr(request, "sendings", ()):
            _settle(sending, request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method != "POST" or not request.user.is_authenticated or not request.POST.get(FIELD):
            return None
        return claim(request)


def claim(request: HttpRequest) -> HttpResponse | None:
    """Take a POST with a token as the first one, or answer as the first one was answered.

    Also for a POST that waited for its author to confirm (cias/core/reauthentication.py): the request then bears two.
    """
    sending = _sending(request)
    try:
        if _begins(request, sending):
            return None
        return _answer_again(request, sending)
    except (redis.RedisError, OSError):
        return None


def _begins(request: HttpRequest, sending: Sending) -> bool:
    """Whether this request is the first to bring `sending`; it then says what became of it."""
    if not cache.add(sending.key, PENDING, WORK_SECONDS):
        return False
    request.sendings = [*getattr(request, "sendings", ()), sending]  # type: ignore[attr-defined]
    return True


def _sending(request: HttpRequest) -> Sending:
    """Who sends what, and where. The token is random, so that nobody works out from a key what was typed."""
    place = f"{request.user.pk}\0{request.get_full_path()}"
    digest = hashlib.sha256(place.encode())
    for name, values in sorted(request.POST.lists()):
        if name != "csrfmiddlewaretoken":
            digest.update(repr((name, values)).encode(errors="surrogatepass"))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name, file.size)).encode(errors="surrogatepass"))
            # The same table with one figure put right has its name and its size.
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    page = hashlib.sha256(f"{place}\0{request.POST[FIELD]}".encode(errors="surrogatepass"))
    return Sending(f"once:{digest.hexdigest()}", f"once:page:{page.hexdigest()}")


def _settle(sending: Sending, request: HttpRequest, response: HttpResponse) -> None:
    """Remember where a success led; give the token back otherwise."""
    target = _target(request, response)
    try:
        if not target:
            cache.delete(sending.key)
            return
        former = cache.get(sending.page)
        if former is not None and former != sending.key:
            cache.delete(former)
        cache.set(sending.key, target, settings.SESSION_COOKIE_AGE)
        cache.set(sending.page, sending.key, settings.SESSION_COOKIE_AGE)
    except (redis.RedisError, OSError):
        return


def _target(request: HttpRequest, response: HttpResponse) -> str:
    """Where the answer leads once the work is done; "" when nothing was done (a refusal, a password to give first)."""
    if response.status_code in (301, 302, 303):
        target = response.headers["Location"]
    elif response.status_code < 300:
        target = response.headers.get("HX-Redirect", "")
    else:
        return ""
    if not request.user.is_authenticated or target.startswith("/compte/"):
        return ""
    # A warning is also what a success says of the rest: « Enregistré. Deux rendez-vous à déplacer ».
    waiting = getattr(messages.get_messages(request), "_queued_messages", [])
    return "" if any(one.level >= messages.ERROR for one in waiting) else target


def _answer_again(request: HttpRequest, sending: Sending) -> HttpResponse | None:
    deadline = time.monotonic() + WAIT_SECONDS
    found = cache.get(sending.key)
    while found == PENDING and time.monotonic() < deadline:
        time.sleep(0.05)
        found = cache.get(sending.key)
    if found is None:
        # The first one was refused and its answer never shown: the view says why again.
        if _begins(request, sending):
            return None
        found = PENDING
    if found == PENDING:
        return render(request, "errors/busy.html", status=409)
    messages.info(request, ALREADY)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": found})
    return HttpResponseRedirect(found)
