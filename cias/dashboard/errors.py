"""Refusals that explain themselves and never log anybody out (C2)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from cias.accounts.matrix import BY_CODE, holders
from households.file import ClosedFile


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say what the page is for and which roles hold the right; of a protected file, that it is one and no more."""
    if isinstance(exception, ClosedFile):
        return render(request, "households/closed_file.html", {"url": exception.emergency_url}, status=403)
    right = BY_CODE.get(getattr(exception, "right", ""))
    context = {"right": right, "roles": holders(right.code) if right else []}
    return render(request, "errors/403.html", context, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page asked for too often: say to wait, never lock."""
    return render(request, "errors/429.html", status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    """No context processor, no query: the database may be what failed."""
    return HttpResponse(loader.get_template("errors/500.html").render(), status=500)
