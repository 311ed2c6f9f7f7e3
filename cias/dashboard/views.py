"""What each role finds when they log in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cias.core.access import any_agent


@any_agent
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My day."""
    return render(request, "dashboard/home.html", {"today": timezone.localdate()})
