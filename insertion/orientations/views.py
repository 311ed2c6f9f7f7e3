"""Running pathways, and the decisions of the Département about a member of a household."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import posted
from cias.territory.services import get_structure
from households.file import file_context, get_household
from insertion.forms import ListForm
from insertion.models import Orientation
from insertion.orientations import services
from insertion.orientations.forms import OrientationForm
from insertion.pathways import running, with_deadlines
from insertion.sections import TAB

PAGE = 25


@requires("insertion.overview")
@require_safe
def pathways(request: AgentRequest) -> HttpResponse:
    """Running pathways, the most urgent first."""
    today = timezone.localdate()
    form = ListForm(request.GET)
    choice = form.cleaned_data if form.is_valid() else {}
    orientations = running(Orientation.objects.overview(request.user), today)
    if choice.get("orientation"):
        orientations = orientations.filter(kind=choice["orientation"])
    if choice.get("referent") == "moi":
        orientations = orientations.filter(referent=request.user)
    elif choice.get("referent") == "sans":
        orientations = orientations.filter(referent__isnull=True)
    rows = list(with_deadlines(orientations, today))
    counts = {status: sum(1 for row in rows if row.status == status) for status in ("late", "soon")}
    if choice.get("delai"):
        rows = [row for row in rows if row.status == choice["delai"]]
    rows.sort(
        key=lambda row: (row.next_deadline is None, row.next_deadline.due if row.next_deadline else today)
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, pathways=len(page.object_list))
    return render(
        request, "insertion/orientations/pathways.html", {"page": page, "form": form, "counts": counts}
    )


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def orient(request: AgentRequest, household_id: UUID) -> HttpResponse:
    household = get_household(request, household_id)
    today = timezone.localdate()
    initial = {"structure": get_structure().short_name, "start": today, "referent": request.user}
    form = OrientationForm(posted(request), household=household, today=today, initial=initial)
    if form.is_valid():
        try:
            services.orient(by=request.user, household=household, **form.cleaned_data)
        except services.ShortensPrevious as error:
            form.add_error("shorten_previous", error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "L’orientation est enregistrée.")
            return redirect("insertion:household", household.pk)
    context = file_context(
        request, household, TAB, form=form, heading="Enregistrer une orientation", intro=""
    )
    return render(request, "insertion/orientations/form.html", context)
