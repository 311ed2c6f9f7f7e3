"""Dangerous acts: who acts proves again who they are, and what they had typed is not lost (C6, ASVS 7.5.1).

The package keeps a post too, but loses those whose address has a query, and makes them again unchecked. Ours waits in
the session, ten minutes at most, is made for the page that asked and no other, and its rights are checked again.
docs/adr/0019-accounts.md lists the acts; tests/accounts/test_dangerous.py holds the list against the URLconf.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import (
    STATE_SESSION_KEY,
    get_reauthentication_flows,
    is_reauthentication_required,
)
from allauth.account.utils import get_next_redirect_url
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils.http import urlencode

from cias.core import once
from cias.core.access import PermissionMiddleware

type View = Callable[..., HttpResponseBase]

WAITS = 600
# Set by a login through an identity provider (cias/accounts): its proof, and whether it vouches for a second factor.
PROVIDER_TOKEN = "provider_id_token"  # noqa: S105 - the name of a key
PROVIDER_FACTOR = "provider_second_factor"
# Among the credentials of a refused login: it is the identity that was refused, not a password.
BY_PROVIDER = "by_provider"


def dangerous(view: View) -> View:
    """Reading the page is free; what it posts waits until its author has confirmed: a password, a code or a key."""

    @wraps(view)
    def confirmed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD", "OPTIONS") and is_reauthentication_required(
            request, app="cias"
        ):
            return _suspend(request)
        if request.method == "POST" and request.session.get(PROVIDER_TOKEN) and not _may_confirm(request):
            # Who comes from an identity provider alone has nothing to confirm with: a second factor gives that.
            return HttpResponseRedirect(reverse("accounts:enrol"))
        return view(request, *args, **kwargs)

    confirmed.dangerous = True  # type: ignore[attr-defined]
    return confirmed


def dangerous_file(view: View) -> View:
    """`dangerous` for a view whose post answers with a file.

    A browser that receives a file stays on its page, which would be the one of the password: what was typed is offered
    again there, behind a button that downloads.
    """
    confirmed = dangerous(view)
    confirmed.gives_file = True  # type: ignore[attr-defined]
    return confirmed


def _may_confirm(request: HttpRequest) -> bool:
    return bool(get_reauthentication_flows(request.user))


def _suspend(request: HttpRequest) -> HttpResponse:
    address = request.get_full_path()
    state = {
        "at": time.time(),
        "address": address,
        "path": request.path_info,
        "get": request.GET.urlencode(),
        "post": request.POST.urlencode(),
    }
    request.session[STATE_SESSION_KEY] = {"state": state, "callback": f"{__name__}.resume"}
    asked = urlencode({REDIRECT_FIELD_NAME: address})
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{asked}")


def resume(request: HttpRequest, state: dict[str, Any]) -> HttpResponse:
    """Make the post that waited. Somebody who meanwhile confirmed for another page gets that page, and no more."""
    asked = get_next_redirect_url(request, REDIRECT_FIELD_NAME)
    if asked != state["address"] or time.time() - state["at"] > WAITS:
        return HttpResponseRedirect(asked or reverse("dashboard:home"))
    match = resolve(state["path"])
    if getattr(match.func, "gives_file", False):
        typed = [
            (name, value)
            for name, values in QueryDict(state["post"]).lists()
            if name not in ("csrfmiddlewaretoken", once.FIELD)
            for value in values
        ]
        return render(request, "core/confirmed.html", {"address": state["address"], "typed": typed})
    request.GET, request.POST = QueryDict(state["get"]), QueryDict(state["post"])
    request.META["QUERY_STRING"] = state["get"]
    request.path = request.path_info = state["path"]
    request.method, request.resolver_match = "POST", match
    # No middleware sees this request: what the matrix grants is asked here.
    PermissionMiddleware(lambda _request: HttpResponse()).process_view(
        request, match.func, match.args, match.kwargs
    )
    # And that the page it came from does not make it once more.
    known = once.claim(request) if once.FIELD in request.POST else None
    return known or match.func(request, *match.args, **match.kwargs)
