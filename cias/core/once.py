"""A form sent twice counts once: a double click, the back button, a browser that asks again (quality.md, Reliability).

Each POST form carries a random token beside its CSRF token. The first sending claims it in the cache, together with
what was typed; when the answer leads elsewhere, as after a success, the same sending is led there too and does not
reach the view again. The same page with other words in it is another sending. A refused form gives its token back.

Constraints and locks of the database still decide between two people; without the cache they are alone to do it.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
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


class OnceMiddleware:
    """After those that check rights: whoever may not send may not learn that somebody sent either."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key = getattr(request, "sending_key", None)
        if key is not None:
            _settle(key, request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method != "POST" or not request.user.is_authenticated or not request.POST.get(FIELD):
            return None
        key = _key(request)
        try:
            if cache.add(key, PENDING, WORK_SECONDS):
                request.sending_key = key  # type: ignore[attr-defined]
                return None
            return _answer_again(request, key)
        except (redis.RedisError, OSError):
            return None


def _key(request: HttpRequest) -> str:
    """Who sends what, and where. The token is random, so that nobody works out from the key what was typed."""
    digest = hashlib.sha256(f"{request.user.pk}\0{request.get_full_path()}".encode())
    for name, values in sorted(request.POST.lists()):
        if name != "csrfmiddlewaretoken":
            digest.update(repr((name, values)).encode(errors="surrogatepass"))
    for name, files in sorted(request.FILES.lists()):
        digest.update(repr((name, [(file.name, file.size) for file in files])).encode(errors="surrogatepass"))
    return f"once:{digest.hexdigest()}"


def _settle(key: str, request: HttpRequest, response: HttpResponse) -> None:
    """Remember where a success led; give the token back otherwise."""
    target = _target(request, response)
    try:
        if target:
            cache.set(key, target, settings.SESSION_COOKIE_AGE)
        else:
            cache.delete(key)
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
    waiting = getattr(messages.get_messages(request), "_queued_messages", [])
    return "" if any(one.level >= messages.WARNING for one in waiting) else target


def _answer_again(request: HttpRequest, key: str) -> HttpResponse | None:
    deadline = time.monotonic() + WAIT_SECONDS
    found = cache.get(key)
    while found == PENDING and time.monotonic() < deadline:
        time.sleep(0.05)
        found = cache.get(key)
    if found is None:
        # The first one was refused and its answer never shown: the view says why again.
        if cache.add(key, PENDING, WORK_SECONDS):
            request.sending_key = key  # type: ignore[attr-defined]
            return None
        found = PENDING
    if found == PENDING:
        return render(request, "errors/busy.html", status=409)
    messages.info(request, ALREADY)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": found})
    return HttpResponseRedirect(found)
