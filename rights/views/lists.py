"""The files of everybody, the most urgent first: states, deadlines and decisions, without their content."""

from datetime import date, timedelta
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from rights.forms_lists import ListForm
from rights.models import RightsFile
from rights.models.files import RightsFileQuerySet

PAGE = 25
SOON = timedelta(days=7)


def delay_filters(today: date) -> dict[str, Q]:
    """The three states of a deadline, as `cias.core.deadlines.due_status` tells them."""
    late, soon = Q(due_on__lt=today), Q(due_on__range=(today, today + SOON))
    return {"late": late, "soon": soon, "ok": Q(due_on__isnull=True) | Q(due_on__gt=today + SOON)}


@requires("rights.overview")
@require_safe
def files(request: AgentRequest) -> HttpResponse:
    """Every file the user may know of, filtered by right, state, agent and delay."""
    today = timezone.localdate()
    form = ListForm(request.GET, user=request.user)
    choice = form.cleaned_data if form.is_valid() else {}
    files = _chosen(RightsFile.objects.for_user(request.user), choice, request.user)
    delays = delay_filters(today)
    counts = files.aggregate(late=Count("pk", filter=delays["late"]), soon=Count("pk", filter=delays["soon"]))
    if choice.get("delai"):
        files = files.filter(delays[choice["delai"]])
    page = Paginator(files.for_lists(), PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, rights_files=len(page.object_list))
    context = {"page": page, "form": form, "counts": counts, "filtered": any(choice.values())}
    return render(request, "rights/files.html", context)


def _chosen(files: RightsFileQuerySet, choice: dict, user: User) -> RightsFileQuerySet:
    sent_from, sent_until = choice.get("du"), choice.get("au")
    if choice.get("etat"):
        files = files.filter(state=choice["etat"])
    elif not (sent_from or sent_until):
        # What was transmitted in a period is asked for whatever became of it since.
        files = files.active()
    if sent_from:
        files = files.filter(transmitted_on__gte=sent_from)
    if sent_until:
        files = files.filter(transmitted_on__lte=sent_until)
    if choice.get("droit"):
        files = files.filter(right=choice["droit"])
    if agent := choice.get("agent"):
        files = files.filter(agent=user.pk if agent == "moi" else UUID(agent))
    return files
