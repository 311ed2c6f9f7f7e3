"""Closed by default: a view that does not declare who may open it answers an error, in every environment.

The mechanics only; the permission matrix itself (which role holds which right) is data of `cias.accounts`, which
`user.has_perm()` reads.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

type View = Callable[..., Any]

ANY_AGENT = "*"
PUBLIC = "public"
# No page of ours needs another method; some views of packages would take PUT for POST (ASVS V13.4.4).
METHODS = ("GET", "HEAD", "POST")

# Views we did not write declare their right here, by URL name. Filled by AppConfig.ready() of the app that mounts them.
third_party_rights: dict[str, str] = {}


class AccessRefused(PermissionDenied):
    """The user lacks a right; the refusal page names who holds it (C2)."""

    def __init__(self, right: str) -> None:
        super().__init__(right)
        self.right = right


def requires(*rights: str) -> Callable[[View], View]:
    """Declare that a view is for holders of any of `rights` (codes of the permission matrix)."""

    def declare(view: View) -> View:
        view.rights = rights  # type: ignore[attr-defined]
        return view

    return declare


def any_agent(view: View) -> View:
    """Declare that a view is for everybody who is logged in, whatever the role."""
    view.rights = (ANY_AGENT,)  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Declare that a view answers without login; the list of them is asserted in one test."""
    view.rights = (PUBLIC,)  # type: ignore[attr-defined]
    return login_not_required(view)


def declared_rights(view: View, url_name: str | None = None) -> tuple[str, ...] | None:
    """The rights a view declares, or None when it declares nothing."""
    if url_name in third_party_rights:
        return (third_party_rights[url_name],)
    for layer in (view, getattr(view, "view_class", None)):
        rights = getattr(layer, "rights", None)
        if rights:
            return rights
    return None


def has_any(user: Any, rights: tuple[str, ...]) -> bool:
    return any(right in (PUBLIC, ANY_AGENT) or user.has_perm(right) for right in rights)


class PermissionMiddleware:
    """Check the declared right, then the method, before the view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if settings.DEBUG and match and match.route.startswith(settings.STATIC_URL.lstrip("/")):
            return None
        rights = declared_rights(view, match.view_name if match else None)
        if rights is None:
            raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} does not declare who may open it")
        if PUBLIC not in rights:
            if not request.user.is_authenticated:  # LoginRequiredMiddleware redirects right after
                return None
            if not has_any(request.user, rights):
                raise AccessRefused(rights[0])
        return None if request.method in METHODS else HttpResponseNotAllowed(METHODS)
