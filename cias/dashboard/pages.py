"""Pages about the application itself: its settings, its accessibility, what it does with personal data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cias.core.access import has_any, public, requires
from cias.dashboard import rgaa
from cias.dashboard.navigation import SETTINGS
from cias.territory.services import get_structure


@requires(*dict.fromkeys(right for entry in SETTINGS for right in entry.rights))
@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    """What this role may set up, and nothing else."""
    entries = [entry for entry in SETTINGS if has_any(request.user, entry.rights)]
    return render(request, "dashboard/administration.html", {"entries": entries})


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (décret 2019-768): honest about what was and was not checked."""
    checked = {status.name.lower(): count for status, count in rgaa.counts().items()}
    context = {"organisation": get_structure(), "checked": checked, "criteria": len(rgaa.criteria())}
    return render(request, "dashboard/accessibility.html", context)


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Who answers for personal data here, and how to reach them."""
    return render(request, "dashboard/privacy.html", {"organisation": get_structure()})
