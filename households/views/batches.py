"""Many files change hands at once (H11): chosen and looked at first, done in one go, undone within seven days."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.enums import Role
from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core import french
from cias.core.access import requires
from cias.core.http import posted
from households import services
from households.caseload import Plan, may_reassign_from, plan_reassignment
from households.enums import BatchKind
from households.forms.caseload import ConfirmReassignForm, ReassignForm
from households.models import CaseloadBatch, Household
from households.rules import may_undo_batch

PER_PAGE = 25
# Lines of a preview or of an operation shown at once; the counts say the rest.
SHOWN = 200


@requires("referents.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def reassign(request: AgentRequest) -> HttpResponse:
    """Choose, look at who would get what, confirm. The choice stands in the address: one can come back to it."""
    form = ReassignForm(request.GET or None, user=request.user)
    plan: Plan | None = None
    if form.is_valid():
        selection = form.selection
        if not may_reassign_from(request.user, selection.referent):
            raise PermissionDenied
        confirm = ConfirmReassignForm(posted(request))
        if confirm.is_valid():
            try:
                batch = services.reassign(by=request.user, selection=selection, **confirm.cleaned_data)
            except ValidationError as error:
                messages.error(request, error.messages[0])
                return redirect(request.get_full_path())
            count = french.plural(batch.moves.count(), "ménage")
            messages.success(
                request, f"{count}\u00a0: le nouveau référent est désigné à partir d’aujourd’hui."
            )
            return redirect("households:batch", batch.pk)
        plan = plan_reassignment(request.user, selection, timezone.localdate())
    log_access(request, AccessAction.VIEW, households=len(plan.moves) if plan else 0, page="reassign")
    context = {
        "form": form,
        "plan": plan,
        "shown": plan.moves[:SHOWN] if plan else [],
        "confirm": ConfirmReassignForm(initial={"digest": plan.digest if plan else ""}),
    }
    return render(request, "households/caseload/reassign.html", context)


def _batches(user: User) -> QuerySet[Any]:
    """The direction sees every operation, the others their own."""
    rows = CaseloadBatch.objects.select_related("by", "undone_by").annotate(files=Count("moves"))
    rows = rows.order_by("-created_at", "pk")
    return rows if user.role == Role.DIRECTOR else rows.filter(by=user)


@requires("referents.manage")
@require_safe
def batch_list(request: AgentRequest) -> HttpResponse:
    """What was done to many files at once, the latest first."""
    page = Paginator(_batches(request.user), PER_PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, batches=len(page.object_list))
    return render(request, "households/caseload/batches.html", {"page": page})


@requires("referents.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: AgentRequest, batch_id: UUID) -> HttpResponse:
    """One operation, file by file; the POST puts back those that nobody changed since."""
    row = get_object_or_404(_batches(request.user), pk=batch_id)
    if request.method == "POST":
        return _undo(request, row)
    undoable = services.may_undo(row) and may_undo_batch(request.user, row)
    changed = None
    if undoable:
        changed = row.files - services.undoable_count(row)
    # A file protected since then is counted, and shown to those who are named on it.
    known = row.moves.filter(household__in=Household.objects.for_user(request.user))
    moves = known.select_related("household", "former_agent", "agent").order_by("restored", "pk")
    log_access(request, AccessAction.VIEW, row, files=row.files)
    context = {
        "batch": row,
        "closing": row.kind == BatchKind.CLOSING,
        "moves": moves[:SHOWN],
        "hidden": row.files - known.count(),
        "undoable": undoable,
        "changed": changed,
        "kept": row.moves.filter(restored=False).count(),
    }
    return render(request, "households/caseload/batch.html", context)


def _undo(request: AgentRequest, row: CaseloadBatch) -> HttpResponse:
    if not may_undo_batch(request.user, row):
        raise PermissionDenied
    try:
        kept = services.undo_batch(by=request.user, batch=row)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("households:batch", row.pk)
    if kept:
        told = Household.objects.for_user(request.user).filter(pk__in=[move.household_id for move in kept])
        numbers = list(told.order_by("number").values_list("number", flat=True)[:10])
        names = french.join_list(numbers) or "dossiers protégés"
        more = f" et {len(kept) - len(numbers)} autres" if numbers and len(kept) > len(numbers) else ""
        messages.warning(
            request, f"Opération annulée, sauf pour les dossiers modifiés depuis\u00a0: {names}{more}."
        )
    else:
        messages.success(request, "Opération annulée\u00a0: chaque dossier est comme avant.")
    return redirect("households:batch", row.pk)
