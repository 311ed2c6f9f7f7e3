"""Bordereaux d'élimination (C7): listed, printed, sent, visaed, and only then emptied."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.crypto import CannotDecryptError
from cias.core.http import posted
from cias.core.pdf import pdf_response
from cias.core.reauthentication import dangerous
from cias.core.states import ForbiddenTransition
from cias.core.uploads import receive_all
from cias.core.vault import MissingFileError, VaultError
from households.datalife import job, slips
from households.datalife.printing import slip_pdf
from households.enums.datalife import LineState
from households.forms.datalife import DayForm, ReasonForm, VisaForm
from households.models import DisposalLine, DisposalSlip
from households.views.document_files import HEADERS

RIGHT = "retention.manage"
PER_PAGE = 50
DISK = "Le bordereau visé n’a pas pu être enregistré\u00a0: l’espace de stockage ne répond pas. Recommencez."
TYPES = {
    b"%PDF": ("application/pdf", "pdf"),
    b"\xff\xd8\xff\xe0": ("image/jpeg", "jpg"),
    b"\x89PNG": ("image/png", "png"),
}


@requires(RIGHT)
@require_safe
def slip_list(request: AgentRequest) -> HttpResponse:
    rows = DisposalSlip.objects.annotate(
        files=Count("lines", filter=~Q(lines__state=LineState.LEFT)),
        erased=Count("lines", filter=Q(lines__state=LineState.ERASED)),
    ).order_by("-created_at", "number")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, page="slips")
    return render(request, "households/datalife/slips.html", {"page": page})


@requires(RIGHT)
@require_safe
def slip(request: AgentRequest, disposal_slip_id: UUID) -> HttpResponse:
    found = _slip(disposal_slip_id)
    lines = found.lines.order_by("state", "number")
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, found, page="slip")
    counts = found.lines.aggregate(
        listed=Count("pk", filter=Q(state=LineState.LISTED)), left=Count("pk", filter=Q(state=LineState.LEFT)),
        erased=Count("pk", filter=Q(state=LineState.ERASED)),
    )  # fmt: skip
    context = {
        "slip": found, "page": page, "counts": counts, "run": found.runs.first(),
        "moves": found.moves.select_related("by"),
    }  # fmt: skip
    return render(request, "households/datalife/slip.html", context)


def _slip(key: UUID) -> DisposalSlip:
    return get_object_or_404(DisposalSlip.objects.select_related("prepared_by"), pk=key)


@requires(RIGHT)
@require_safe
def slip_print(request: AgentRequest, disposal_slip_id: UUID) -> HttpResponse:
    """The bordereau for the Archives, with the box for their visa."""
    found = _slip(disposal_slip_id)
    log_access(request, AccessAction.PRINT, found, document="bordereau")
    return pdf_response(slip_pdf(found, timezone.now()), f"{found.number}.pdf", inline=True)


@requires(RIGHT)
@require_safe
def slip_scan(request: AgentRequest, disposal_slip_id: UUID) -> HttpResponse:
    """The bordereau as the Archives signed it."""
    found = _slip(disposal_slip_id)
    try:
        content = slips.read_scan(found) if found.scan_name else b""
    except (MissingFileError, CannotDecryptError):
        content = b""
    if not content:
        messages.error(request, "Le bordereau visé n’a pas été numérisé, ou son fichier manque.")
        return redirect("households:slip", found.pk)
    kind, ending = TYPES.get(
        content[:4], TYPES[b"%PDF"] if content.startswith(b"%PDF") else ("image/jpeg", "jpg")
    )
    log_access(request, AccessAction.DOWNLOAD, found, document="visa")
    response = HttpResponse(content, content_type=kind, headers=HEADERS)
    response["Content-Disposition"] = f'attachment; filename="{found.number}-vise.{ending}"'
    return response


@requires(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def slip_send(request: AgentRequest, disposal_slip_id: UUID) -> HttpResponse:
    found = _slip(disposal_slip_id)
    form = DayForm(posted(request))
    if form.is_valid() and _done(
        form, lambda: slips.send(by=request.user, slip=found, on=form.cleaned_data["on"])
    ):
        messages.success(request, f"{found}\u00a0: transmis aux Archives.")
        return redirect("households:slip", found.pk)
    return _form(
        request, found, form, f"Transmettre le {_lower(found)} aux Archives", "Enregistrer la transmission"
    )


@requires(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def slip_visa(request: AgentRequest, disposal_slip_id: UUID) -> HttpResponse:
    found = _slip(disposal_slip_id)
    form = VisaForm(posted(request), files=request.FILES if request.method == "POST" else None)
    if form.is_valid() and _done(form, lambda: _record(request, found, form)):
        messages.success(request, f"{found}\u00a0: le visa des Archives est enregistré.")
        return redirect("households:slip", found.pk)
    return _form(request, found, form, f"Visa du {_lower(found)}", "Enregistrer le visa", files=True)


def _record(request: AgentRequest, found: DisposalSlip, form: VisaForm) -> None:
    values = dict(form.cleaned_data)
    safe = receive_all(values.pop("scan"))
    try:
        slips.record_visa(by=request.user, slip=found, scan=safe[0] if safe else None, **values)
    except VaultError as error:
        raise ValidationError(DISK) from error


@requires(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def slip_stop(request: AgentRequest, disposal_slip_id: UUID) -> HttpResponse:
    """The Archives refuse (`?refus`), or the CIAS gives the bordereau up."""
    found, refused = _slip(disposal_slip_id), "refus" in request.GET
    form = ReasonForm(posted(request))
    if form.is_valid() and _done(
        form, lambda: slips.stop(by=request.user, slip=found, refused=refused, **form.cleaned_data)
    ):
        messages.success(
            request, f"{found}\u00a0: {found.get_state_display().lower()}. Ses dossiers restent."
        )
        return redirect("households:slip", found.pk)
    title = f"Refus du {_lower(found)} par les Archives" if refused else f"Annuler le {_lower(found)}"
    return _form(request, found, form, title, "Enregistrer le refus" if refused else "Annuler le bordereau")


@requires(RIGHT)
@require_http_methods(["GET", "HEAD", "POST"])
def line_withdraw(request: AgentRequest, disposal_line_id: UUID) -> HttpResponse:
    line = get_object_or_404(DisposalLine.objects.select_related("slip"), pk=disposal_line_id)
    form = ReasonForm(posted(request))
    if form.is_valid() and _done(
        form, lambda: slips.withdraw(by=request.user, line=line, because=form.cleaned_data["reason"])
    ):
        messages.success(request, f"Le dossier {line.number} est retiré du bordereau.")
        return redirect("households:slip", line.slip_id)
    return _form(request, line.slip, form, f"Retirer le dossier {line.number} du bordereau", "Retirer")


@requires(RIGHT)
@require_POST
@dangerous
def slip_run(request: AgentRequest, disposal_slip_id: UUID) -> HttpResponse:
    """Empty the files of a visaed bordereau, in the background."""
    found = _slip(disposal_slip_id)
    if "confirm" not in request.POST:
        messages.error(request, "Cochez la case qui dit que l’anonymisation est définitive.")
        return redirect("households:slip", found.pk)
    try:
        job.request_run(by=request.user, slip=found)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{found}\u00a0: l’anonymisation est demandée.")
    return redirect("households:slip", found.pk)


@requires(RIGHT)
@require_safe
def slip_progress(request: AgentRequest, disposal_slip_id: UUID) -> HttpResponse:
    """The part of the page that follows the job."""
    found = _slip(disposal_slip_id)
    return render(request, "households/datalife/progress.html", {"slip": found, "run": found.runs.first()})


def _done(form: Any, action: Any) -> bool:
    """Whether the service accepted; its refusal goes to the form."""
    try:
        action()
    except ForbiddenTransition as error:
        form.add_error(None, str(error))
    except ValidationError as error:
        form.add_error(None, error)
    else:
        return True
    return False


def _form(
    request: AgentRequest, found: DisposalSlip, form: Any, title: str, submit: str, *, files: bool = False
) -> HttpResponse:
    log_access(request, AccessAction.VIEW, found, page="slip")
    context = {
        "form": form, "title": title, "submit": submit, "back_url": reverse("households:slip", args=[found.pk])
    }  # fmt: skip
    template = "households/datalife/upload_form.html" if files else "core/form_page.html"
    return render(request, template, context)


def _lower(found: DisposalSlip) -> str:
    return f"bordereau {found.number}"
