"""My account, and who may see what."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cias.core.access import any_agent


@any_agent
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """The agent's own account."""
    return render(request, "accounts/me.html")
