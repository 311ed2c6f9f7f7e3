"""Orientations sent by everybody that wait for an answer (H13): states and deadlines, without their content."""

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from households.enums import ReferralAnswer
from households.forms.referrals import ANSWERED, LATE, ReferralFilterForm
from households.models import ReferralOut
from households.models.referrals import ReferralOutQuerySet

PER_PAGE = 25


@requires("referrals.overview")
@require_safe
def referral_list(request: AgentRequest) -> HttpResponse:
    """The longest awaited first; or the last answered."""
    today = timezone.localdate()
    form = ReferralFilterForm(request.GET)
    choice = form.cleaned_data if form.is_valid() else {}
    found = _chosen(ReferralOut.objects.followed_by(request.user), choice)
    pending = Q(answer=ReferralAnswer.PENDING)
    counts = found.aggregate(
        pending=Count("pk", filter=pending), late=Count("pk", filter=pending & Q(due_on__lt=today))
    )
    match choice.get("etat"):
        case state if state == ANSWERED:
            found = found.exclude(pending).order_by("-answered_on", "-sent_on", "pk")
        case state if state == LATE:
            found = found.pending().filter(due_on__lt=today).order_by("due_on", "sent_on", "pk")
        case _:
            found = found.pending().order_by("due_on", "sent_on", "pk")
    rows = found.select_related("household", "partner", "sent_by").fetch_mode(models.FETCH_RAISE)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, referrals=len(page.object_list))
    context = {
        "page": page,
        "form": form,
        "counts": counts,
        "answered": choice.get("etat") == ANSWERED,
        "filtered": any(choice.values()),
    }
    return render(request, "households/referral_list.html", context)


def _chosen(found: ReferralOutQuerySet, choice: dict[str, Any]) -> ReferralOutQuerySet:
    if choice.get("sorte"):
        found = found.filter(partner__kind=choice["sorte"])
    if choice.get("agent"):
        found = found.filter(sent_by=choice["agent"])
    return found
