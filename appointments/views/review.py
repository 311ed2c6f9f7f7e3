"""The appointments behind the direction's figures."""

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from appointments.forms.review import ReviewForm
from appointments.models import Appointment
from appointments.review import chosen
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires

PAGE = 50


@requires("statistics.direction")
@require_safe
def review(request: AgentRequest) -> HttpResponse:
    """Past and coming appointments by outcome, the latest first: the category only, as everywhere for the direction."""
    form = ReviewForm(request.GET)
    known = Appointment.objects.for_user(request.user)
    # Nothing else is listed in place of what was wrongly asked.
    choice = form.cleaned_data if form.is_valid() else {}
    rows = chosen(known, choice) if form.is_valid() else known.none()
    rows = rows.with_people().order_by("-start", "pk")
    page = Paginator(rows.fetch_mode(models.FETCH_RAISE), PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, page="rendez-vous", count=len(page.object_list))
    context = {"page": page, "form": form, "filtered": any(choice.values()) or bool(form.errors)}
    return render(request, "appointments/review.html", context)
