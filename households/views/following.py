"""Who looks after one household, and the end of its file (H11, H18)."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.core.access import requires
from cias.core.french import lower_first
from cias.core.http import posted
from cias.core.registry import OpenItem, collect_open
from households import services
from households.enums import AssignmentRole
from households.file import file_context, get_household
from households.forms.caseload import CloseForm, ReopenForm
from households.forms.files import ReferentForm
from households.models import Assignment, Household, NoteDraft, Task
from households.views.pages import form_page


@requires("referents.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def referent(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Hand the household over, or add somebody beside the main référent (H11)."""
    household = get_household(request, household_id)
    former = _main(household)
    tasks = list(Task.objects.to_do().filter(household=household, agent=former).for_lists())
    initial = {"on": timezone.localdate(), "role": AssignmentRole.MAIN}
    form = ReferentForm(posted(request), initial=initial, tasks=tasks)
    if former and request.POST.get("role", AssignmentRole.MAIN) == AssignmentRole.MAIN:
        # Shown beside the form: whoever a colleague named meanwhile is not replaced unseen.
        form.compare_with({"agent": former.pk})
    if form.is_valid():
        values = dict(form.cleaned_data)
        role, chosen = values.pop("role"), values.pop("tasks", ())
        try:
            given = (
                services.hand_over(by=request.user, household=household, tasks=chosen, **values)
                if role == AssignmentRole.MAIN
                else services.assign_referent(by=request.user, household=household, role=role, **values)
            )
        except ValidationError as error:
            form.add_error("on" if error.code == "before_current" else "agent", error)
        else:
            messages.success(request, f"{given.agent.full_name} : {lower_first(given.get_role_display())}.")
            return redirect("households:composition", household.pk)
    context = file_context(
        request,
        household,
        "composition",
        form=form,
        former=former,
        left=_left_behind(household, former),
        drafts=NoteDraft.objects.filter(household=household, author=former).count() if former else 0,
    )
    return render(request, "households/referent.html", context)


def _main(household: Household) -> User | None:
    assignments: list[Assignment] = household.current_assignments  # type: ignore[attr-defined]
    return next((row.agent for row in assignments if row.role == AssignmentRole.MAIN), None)


def _left_behind(household: Household, former: User | None) -> list[OpenItem]:
    """What stays with the former référent unless it is moved on its own page: appointments, files, stays."""
    items = collect_open([household.pk]).get(household.pk, []) if former else []
    return [item for item in items if item.owner == former and item.kind != "task"]


@requires("referents.manage")
@require_POST
def assignment_end(request: AgentRequest, assignment_id: UUID) -> HttpResponse:
    """Somebody who helped beside the main référent no longer does, from today."""
    beside = Assignment.objects.exclude(role=AssignmentRole.MAIN).filter(end=None)
    assignment = get_object_or_404(beside.select_related("household", "agent"), pk=assignment_id)
    household = get_household(request, assignment.household_id)
    end = max(timezone.localdate(), assignment.start)
    services.end_assignment(by=request.user, assignment=assignment, end=end)
    messages.success(request, f"{assignment.agent.full_name} n’intervient plus sur ce dossier.")
    return redirect("households:composition", household.pk)


@requires("referents.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """The file leaves the work lists and stays in the figures; what still runs on it is shown first."""
    household = get_household(request, household_id)
    items = collect_open([household.pk]).get(household.pk, [])
    warned = [item for item in items if not item.blocks]
    form = CloseForm(posted(request), initial={"on": timezone.localdate()}, items=warned)
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("on", "reason", "outcome", "note")}
        try:
            services.close_household(by=request.user, household=household, **values)
        except ValidationError as error:
            form.add_error("on", error)
        else:
            messages.success(request, f"Le dossier {household.number} est clos.")
            return redirect("households:detail", household.pk)
    blocking = [item for item in items if item.blocks]
    context = file_context(request, household, "composition", form=form, blocking=blocking, warned=warned)
    return render(request, "households/close.html", context)


@requires("referents.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """The household comes back, for a reason; its closure stays in the story and in the figures."""
    household = get_household(request, household_id)
    form = ReopenForm(posted(request))
    if form.is_valid():
        services.reopen_household(by=request.user, household=household, reason=form.cleaned_data["reason"])
        messages.success(request, f"Le dossier {household.number} est rouvert.")
        return redirect("households:detail", household.pk)
    if household.closed_on is None:
        return redirect("households:detail", household.pk)
    back = reverse("households:detail", args=[household.pk])
    return form_page(
        request, household, "synthese", form, title="Rouvrir le dossier", submit="Rouvrir", back=back
    )
