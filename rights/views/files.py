"""A household's files, and one file: its checklist, its avis, its moves, what is due."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from appointments.models import Appointment
from cias.accounts.http import AgentRequest
from cias.audit.history import ChangeKind, changes_of, merge
from cias.core.access import requires
from cias.core.http import posted
from cias.core.nir import masked
from households.file import ask_reason, file_context, get_household, may_read_content, with_referent
from rights import services
from rights.deadlines import deadlines
from rights.domiciliation.lists import with_facts
from rights.domiciliation.rules import RIGHT as DOMICILIATION
from rights.domiciliation.rules import is_used
from rights.estimates.reading import missed_by
from rights.forms import FIELD_OF, OpenForm
from rights.forms_duties import NonClaimForm
from rights.forms_lists import PieceForm
from rights.models import Domiciliation, FileNir, FilePiece, Right, RightsFile
from rights.rules import Checklist
from rights.steps import possible_steps

TAB = "droits"


@requires("rights.view", "rights.overview")
@require_safe
def household(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """The tab of a household's file. States and deadlines only: the content is one page further, with its own right."""
    household = get_household(request, household_id)
    files = RightsFile.objects.for_user(request.user).filter(household=household).for_lists()
    running = [file for file in files if not file.is_ended]
    ended = [file for file in files if file.is_ended]
    opens = request.user.has_perm("rights.edit") and household.closed_on is None
    domiciliations = with_facts(Domiciliation.objects.for_user(request.user), timezone.localdate())
    context = file_context(
        request,
        household,
        TAB,
        running=running,
        ended=ended,
        rights=Right.objects.usual() if opens else [],
        domiciliations=domiciliations.filter(household=household) if is_used() else [],
        missed=missed_by(request.user, household),
    )
    return render(request, "rights/household.html", context)


@requires("rights.edit")
@require_safe
def choose(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """The whole catalogue, for a right that is not in the short list."""
    household = get_household(request, household_id)
    context = file_context(request, household, TAB, rights=Right.objects.active())
    return render(request, "rights/choose.html", context)


@requires("rights.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def open_file(request: AgentRequest, household_id: UUID, right_code: str) -> HttpResponse:
    """Open a request, prefilled. `?rendez-vous=` names the appointment it is opened during."""
    household = get_household(request, household_id)
    right = get_object_or_404(Right.objects.active(), code=right_code)
    if right.code == DOMICILIATION and is_used():
        return redirect("rights:dom_request", household.pk)
    form = OpenForm(posted(request), household=household, user=request.user)
    if form.is_valid():
        try:
            file = services.open_file(
                by=request.user,
                household=household,
                right=right,
                opened_on=timezone.localdate(),
                opened_during=_appointment(request, household.pk),
                **form.cleaned_data,
            )
        except ValidationError as error:
            form.add_error(FIELD_OF.get(error.code or ""), error)
        else:
            messages.success(request, f"Le dossier {file.number} est ouvert, avec sa liste de pièces.")
            return redirect("rights:file", file.pk)
    context = file_context(request, household, TAB, form=form, right=right)
    return render(request, "rights/open.html", context)


@requires("rights.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def non_claim(request: AgentRequest, household_id: UUID, right_code: str) -> HttpResponse:
    """The person was told of the right and does not ask for it: why, for the figures of non-take-up (R7)."""
    household = get_household(request, household_id)
    right = get_object_or_404(Right.objects.active(), code=right_code)
    form = NonClaimForm(posted(request), household=household)
    if form.is_valid():
        try:
            services.record_non_claim(
                by=request.user,
                household=household,
                right=right,
                on=timezone.localdate(),
                **form.cleaned_data,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{right.short_name}\u00a0: noté. Le droit peut se demander plus tard.")
            return redirect("rights:household", household.pk)
    context = file_context(request, household, TAB, form=form, right=right)
    return render(request, "rights/non_claim.html", context)


def _appointment(request: AgentRequest, household_id: UUID) -> Appointment | None:
    """The appointment named in the address, if it is one of this household's."""
    try:
        appointment_id = UUID(request.GET.get("rendez-vous", ""))
    except ValueError:
        return None
    return (
        Appointment.objects.for_user(request.user)
        .filter(household_id=household_id, pk=appointment_id)
        .first()
    )


def get_file(request: AgentRequest, rights_file_id: UUID) -> RightsFile:
    """The file if the user may know of it; 404 otherwise (C2). Rules, household, référent and renewal come along."""
    after = RightsFile.objects.filter(renewal_of=OuterRef("pk")).order_by("-opened_on")
    files = (
        RightsFile.objects.for_user(request.user)
        .select_related("right", "household__commune", "applicant", "agent", "renewal_of", "nir")
        .prefetch_related("right__rules__delays", with_referent("household__assignments"))
        .annotate(
            renewed_by=Subquery(after.values("pk")[:1]), renewed_as=Subquery(after.values("number")[:1])
        )
    )
    return get_object_or_404(files, pk=rights_file_id)


@requires("rights.view")
@require_safe
def file(request: AgentRequest, rights_file_id: UUID) -> HttpResponse:
    return file_page(request, get_file(request, rights_file_id))


def file_page(
    request: AgentRequest,
    file: RightsFile,
    *,
    failed: FilePiece | None = None,
    form: PieceForm | None = None,
    nir: str = "",
) -> HttpResponse:
    """The page of a file; `failed` is the piece whose form was refused, `form` what was typed in it.

    `nir` is the number in clear, when the reader has just asked for it.
    """
    household = file.household
    if not may_read_content(request.user, household, "rights.view"):
        return ask_reason(request, household, TAB)
    today = timezone.localdate()
    pieces = file.pieces.select_related("required", "person", "received_by")
    checklist = Checklist(pieces, file.transmitted_on or today)
    may_edit = request.user.has_perm("rights.edit")
    moves = list(file.moves.select_related("by", "undone_by").order_by("-created_at", "-pk"))
    context: dict[str, Any] = {
        "file": file,
        "checklist": checklist,
        "deadlines": deadlines(file),
        "moves": moves,
        "steps": possible_steps(file) if may_edit else [],
        "told": file.told,
        "untold": [
            notice
            for notice in services.untold(file)
            if notice.pk not in {row.notice_id for row in file.told}
        ],
        "debtors": file.debtors.all() if file.right.asks_maintenance else None,
        "nir": nir or (masked_nir(file) if may_edit else ""),
        "nir_shown": bool(nir),
        "undoable": services.undoable(moves) if may_edit else None,
        "pieces_open": may_edit and file.is_in_progress,
        "failed": failed,
        "piece_form": form,
        "today": today,
    }
    return render(request, "rights/file.html", file_context(request, household, TAB, **context))


def masked_nir(file: RightsFile) -> str:
    """« 2 53 •• … » when a number was written down and still opens; "" otherwise."""
    kept: FileNir | None = getattr(file, "nir", None)
    return masked(kept.read()) if kept else ""


@requires("rights.view")
@require_safe
def history(request: AgentRequest, rights_file_id: UUID) -> HttpResponse:
    """Who wrote what on the file and its pieces, before and after (C5)."""
    file = get_file(request, rights_file_id)
    household = file.household
    if not may_read_content(request.user, household, "rights.view"):
        return ask_reason(request, household, TAB)
    checklist = [change for change in changes_of(*file.pieces.all()) if change.kind != ChangeKind.CREATED]
    changes = merge(changes_of(file, *file.debtors.all(), *file.notices.all()), checklist)
    return render(
        request, "rights/history.html", file_context(request, household, TAB, file=file, changes=changes)
    )
