"""What goes for every page: headers that keep it off shared caches and screens, text without zero bytes."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

NUL = "\0"


class PrivateCacheMiddleware:
    """No page of a logged-in agent is ever stored; leaving clears what the browser kept (ASVS V14.3)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_in = request.user.is_authenticated
        response = self.get_response(request)
        if was_in or request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        if was_in and not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


class PlainTextMiddleware:
    """Zero bytes, which PostgreSQL keeps in no text and no keyboard types, are left out of what is sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NUL in request.path_info:
            raise Http404
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _plain(request.GET)  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Once the body was read by the check of the CSRF token, within the limits the view set for its files."""
        if request.method == "POST" and any(
            NUL in text for pair in request.POST.lists() for text in _texts(pair)
        ):
            request.POST = _plain(request.POST)  # type: ignore[assignment]
        return None


def _texts(pair: tuple[str, list[Any]]) -> list[str]:
    return [pair[0], *pair[1]]


def _plain(typed: QueryDict) -> QueryDict:
    plain = QueryDict(mutable=True)
    for name, values in typed.lists():
        plain.setlist(name.replace(NUL, ""), [value.replace(NUL, "") for value in values])
    plain._mutable = False
    return plain
