"""The checklist, one line at a time."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.french import lower_first
from cias.core.http import posted
from households.file import file_context
from rights import services
from rights.enums import FileState
from rights.forms import FIELD_OF
from rights.forms_lists import AddPieceForm, PieceForm
from rights.models import FilePiece
from rights.views.files import TAB, file_page, get_file


@requires("rights.edit")
@require_POST
def piece(request: AgentRequest, rights_file_id: UUID, file_piece_id: UUID) -> HttpResponse:
    """Receive a piece, refuse it, set it aside, or expect it again."""
    file = get_file(request, rights_file_id)
    line = get_object_or_404(
        FilePiece.objects.select_related("file", "required"), file=file, pk=file_piece_id
    )
    form = PieceForm(request.POST)
    if form.is_valid():
        try:
            _apply(request, line, form)
        except ValidationError as error:
            field = FIELD_OF.get(error.code or "")
            form.add_error(field if field in form.fields else None, error)
        else:
            return redirect("rights:file", file.pk)
        line.refresh_from_db()
    return file_page(request, file, failed=line, form=form)


def _apply(request: AgentRequest, line: FilePiece, form: PieceForm) -> None:
    data, by, on = form.cleaned_data, request.user, timezone.localdate()
    match data["action"]:
        case "receive":
            after = services.receive_piece(
                by=by, piece=line, on=on, issued_on=data["issued_on"], remark=data["remark"]
            )
        case "refuse":
            after = services.refuse_piece(by=by, piece=line, on=on, remark=data["remark"])
        case "not_needed":
            after = services.set_not_needed(by=by, piece=line, on=on, remark=data["remark"])
        case "wanted" | "optional" as action:
            services.set_wanted(by=by, piece=line, on=on, wanted=action == "wanted")
            asked = "le dossier l’attend" if line.mandatory else "le dossier ne l’attend plus"
            messages.success(request, f"«\u00a0{line.label}\u00a0»\u00a0: {asked}.")
            return
        case _:
            after = services.expect_piece(by=by, piece=line, on=on)
    message = f"«\u00a0{line.label}\u00a0»\u00a0: {lower_first(line.get_state_display())}."
    if after.state == FileState.COMPLETE:
        message += " Le dossier est complet."
    messages.success(request, message)


@requires("rights.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: AgentRequest, rights_file_id: UUID) -> HttpResponse:
    """Ask for a piece the catalogue does not list."""
    file = get_file(request, rights_file_id)
    form = AddPieceForm(posted(request), file=file)
    if form.is_valid():
        try:
            services.add_piece(by=request.user, file=file, on=timezone.localdate(), **form.cleaned_data)
        except ValidationError as error:
            field = FIELD_OF.get(error.code or "")
            form.add_error(field if field in form.fields else None, error)
        else:
            messages.success(request, "La pièce est dans la liste.")
            return redirect("rights:file", file.pk)
    household = file.household
    context = file_context(request, household, TAB, file=file, form=form)
    return render(request, "rights/add_piece.html", context)
