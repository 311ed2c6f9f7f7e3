"""The desk receives pieces without opening a file: the right's name and what is awaited, nothing else."""

from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import join_list, plural
from households.file import get_household
from households.search import Hit, search
from rights import services
from rights.models import FilePiece


@requires("rights.receive")
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: AgentRequest) -> HttpResponse:
    """Find the household of the person who hands pieces over. The name travels by POST, never in an address."""
    query = request.POST.get("q", "").strip()
    hits = [hit for hit in search(query, request.user) if hit.household] if query else []
    if query:
        log_access(request, AccessAction.SEARCH, hits=len(hits))
    households = [hit.household.pk for hit in hits if hit.household]
    awaited = dict(
        FilePiece.objects.for_desk(request.user)
        .filter(file__household__in=households)
        .order_by()
        .values_list("file__household")
        .annotate(count=Count("pk"))
    )
    rows: list[tuple[Hit, int]] = [(hit, awaited.get(hit.household.pk, 0)) for hit in hits if hit.household]
    rows.sort(key=lambda row: row[1] == 0)  # those who are awaited first, each group as the search ranks it
    return render(request, "rights/desk.html", {"query": query, "rows": rows})


@requires("rights.receive")
@require_http_methods(["GET", "HEAD", "POST"])
def desk_household(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Tick what was handed over; the workers who follow the files are told through their work list."""
    household = get_household(request, household_id)
    missing = False
    if request.method == "POST":
        ticked = [UUID(value) for value in request.POST.getlist("pieces") if _is_uuid(value)]
        if ticked:
            received = services.receive_at_desk(
                by=request.user, household=household, pieces=ticked, on=timezone.localdate()
            )
            _tell(request, received)
            return redirect("rights:desk_household", household.pk)
        missing = True
    log_access(request, AccessAction.VIEW, household, desk=True)
    awaited = FilePiece.objects.for_desk(request.user).filter(file__household=household)
    taken = FilePiece.objects.taken_today(request.user, timezone.localdate()).filter(
        file__household=household
    )
    context = {
        "household": household,
        "files": [(title, list(group)) for title, group in groupby(awaited, lambda row: row.file.title)],
        "taken": taken,
        "missing": missing,
    }
    return render(request, "rights/desk_household.html", context)


@requires("rights.receive")
@require_POST
def take_back(request: AgentRequest, household_id: UUID, file_piece_id: UUID) -> HttpResponse:
    """A line ticked by mistake today is expected again, unless the worker has looked at it."""
    household = get_household(request, household_id)
    taken = services.take_back_at_desk(
        by=request.user, household=household, piece_id=file_piece_id, on=timezone.localdate()
    )
    if taken is None:
        messages.error(
            request, "Cette réception ne peut plus s’annuler\u00a0: prévenez le travailleur social."
        )
    else:
        messages.success(request, f"«\u00a0{taken.label}\u00a0»\u00a0: réception annulée.")
    return redirect("rights:desk_household", household.pk)


def _tell(request: AgentRequest, received: list[FilePiece]) -> None:
    if not received:
        messages.warning(request, "Ces pièces avaient déjà été enregistrées.")
        return
    noted = plural(len(received), "pièce enregistrée", "pièces enregistrées")
    agents = join_list(sorted({piece.file.agent.full_name for piece in received}))
    messages.success(request, f"{noted}. À vérifier par {agents}.")


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
