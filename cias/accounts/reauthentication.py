"""Dangerous acts: who acts proves again who they are, and what they had typed is not lost (C6, ASVS 7.5.1).

The list of them is docs/adr/0019-accounts.md; `tests/accounts/test_dangerous.py` holds it against the URLconf.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from cias.core.access import PermissionMiddleware

type View = Callable[..., HttpResponse]


def dangerous(view: View) -> View:
    """Reading the page is free; what it posts waits until its author has confirmed, with a password, a code or a key.

    The post is kept in the session meanwhile and made afterwards, its rights checked again.
    """

    @wraps(view)
    def confirmed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            raise_if_reauthentication_required(request, app="cias")
            _as_asked(request)
        return view(request, *args, **kwargs)

    confirmed.dangerous = True  # type: ignore[attr-defined]
    return confirmed


def _as_asked(request: HttpRequest) -> None:
    """A post made again after the confirmation comes from the confirmation's page: give it its own address back.

    The package calls the view itself; rights are checked here, since no middleware saw this request.
    """
    match = resolve(request.path_info)
    if request.resolver_match is not None and request.resolver_match.view_name == match.view_name:
        return
    request.resolver_match = match
    check = PermissionMiddleware(lambda _request: HttpResponse())
    check.process_view(request, match.func, match.args, match.kwargs)
