"""Absences followed up: one page, each step a form, the convocation and the report on paper."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import posted
from cias.core.uploads import bounded_uploads
from cias.territory.services import get_structure
from households.file import file_context
from households.letters.addressing import postal_lines
from households.models import Household
from insertion.contracts.printing import pdf
from insertion.deadlines import Rules, after
from insertion.followup import no_shows
from insertion.followup.access import act, get_orientation, keep_file, opened, step_page
from insertion.followup.chain import case_due, last_summons, standing_moves
from insertion.followup.enums import NoShowState, ParameterCode
from insertion.followup.facts import report_facts
from insertion.followup.forms import AbsenceForm, ProofForm
from insertion.followup.steps import STEPS, possible_steps
from insertion.models import LegitimateReason, NoShowCase, NoShowMove, Orientation
from insertion.pathways import with_deadlines
from insertion.sections import TAB


def get_case(request: AgentRequest, key: UUID) -> NoShowCase:
    """A follow-up the reader may keep."""
    rows = NoShowCase.objects.for_user(request.user).select_related("household", "person", "orientation")
    return get_object_or_404(rows, pk=key)


def page_of(case: NoShowCase) -> str:
    return reverse("insertion:no_show", args=[case.pk])


def readable_case(request: AgentRequest, key: UUID) -> tuple[Household, NoShowCase, HttpResponse | None]:
    bare = get_object_or_404(NoShowCase, pk=key)
    household, reason = opened(request, bare.household_id)
    if reason is not None:
        return household, bare, reason
    rows = NoShowCase.objects.for_user(request.user, household.pk)
    rows = rows.select_related("person", "orientation__referent", "excuse", "household")
    rows = rows.prefetch_related("absences", "moves__by", "moves__proof", "moves__undone_by")
    return household, get_object_or_404(rows, pk=key), None


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def open_case(request: AgentRequest, orientation_id: UUID) -> HttpResponse:
    """Follow up the absences the agenda and the workshops tell, or one told by hand."""
    orientation = get_orientation(request, orientation_id)
    rows = Orientation.objects.filter(pk=orientation.pk)
    missed = with_deadlines(rows, timezone.localdate())[0].absences
    form = AbsenceForm(posted(request), absences=missed)
    back = reverse("insertion:pathway", args=[orientation.pk])

    def save(**values: Any) -> None:
        no_shows.open_case(by=request.user, orientation=orientation, missed=form.missed)

    return step_page(
        request, orientation.household_id, form, "Suivre une absence", save,
        done="L’absence est suivie\u00a0: cherchez maintenant à joindre la personne.", back=back,
        intro="On cherche d’abord à joindre la personne, puis on la convoque. Rien ne part au Département sans cela.",
    )  # fmt: skip


@requires("insertion.view")
@require_safe
def case(request: AgentRequest, no_show_id: UUID) -> HttpResponse:
    household, case, reason = readable_case(request, no_show_id)
    if reason is not None:
        return reason
    may_edit = request.user.has_perm("insertion.edit") and household.closed_on is None
    due, today = case_due(case), timezone.localdate()
    rule = Rules().find(due[2], due[1]) if due else None
    summons = last_summons(case)
    reasons = list(LegitimateReason.objects.active())
    context = {
        "case": case,
        "moves": sorted(case.moves.all(), key=lambda move: move.created_at, reverse=True),
        "steps": possible_steps(case) if may_edit else [],
        "due_label": due[0] if due else "",
        "due_on": after(due[1], rule) if due and rule else None,
        "rule": rule,
        "summons": summons,
        "reasons": reasons,
        "reasons_to_check": any(reason.is_to_check for reason in reasons),
        "may_edit": may_edit,
        "undoable": may_edit and (case.last_move() is not None or not case.moves.all()),
        "can_report": case.state in (NoShowState.SUMMONED, NoShowState.REPORTED, NoShowState.ANSWERED),
        "today": today,
    }
    return render(
        request, "insertion/followup/no_show.html", file_context(request, household, TAB, **context)
    )


@bounded_uploads
@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: AgentRequest, no_show_id: UUID, no_show_step: str) -> HttpResponse:
    case = get_case(request, no_show_id)
    current = STEPS.get(no_show_step)
    if current is None:
        raise Http404
    if current not in possible_steps(case):
        if request.method == "POST":
            messages.error(
                request,
                f"Rien n’a été enregistré\u00a0: le suivi est «\u00a0{case.get_state_display()}\u00a0».",
            )
        return redirect(page_of(case))
    initial = {}
    if current.code == "convoquer":
        initial = {"meeting_place": get_structure().address_lines.replace("\n", ", ")[:160]}
    data = posted(request)
    form: Any = (
        current.form(data, request.FILES or None, initial=initial)
        if current.takes_file
        else current.form(data)
    )

    if current.takes_file:
        notice = Rules().find(ParameterCode.NOTICE_DAYS, timezone.localdate())
        form.fields["meeting_on"].help_text = f"Au moins {notice.length} après l’envoi ({notice.source})."

    def save(**values: Any) -> None:
        if current.takes_file:
            values["proof"] = keep_file(
                request, case.household, case.person, form.received, "Preuve d’envoi d’une convocation"
            )
        current.act(by=request.user, case=case, **values)

    return step_page(
        request, case.household_id, form, current.label, save, done=current.done, back=page_of(case),
        intro=current.intro, multipart=current.takes_file, submit=current.submit,
    )  # fmt: skip


@bounded_uploads
@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: AgentRequest, no_show_id: UUID) -> HttpResponse:
    """The slip of the last convocation, once it is back."""
    case = get_case(request, no_show_id)
    move = last_summons(case)
    if move is None:
        return redirect(page_of(case))
    form = ProofForm(posted(request), request.FILES or None)

    def save(**values: Any) -> None:
        document = keep_file(
            request, case.household, case.person, form.received, "Preuve d’envoi d’une convocation"
        )
        if document is not None:
            no_shows.attach_proof(by=request.user, move=move, document=document)

    return step_page(
        request, case.household_id, form, "Joindre la preuve de la convocation", save, done="La preuve est jointe.",
        back=page_of(case), multipart=True,
    )  # fmt: skip


@requires("insertion.edit")
@require_POST
def undo(request: AgentRequest, no_show_id: UUID) -> HttpResponse:
    case = get_case(request, no_show_id)
    has_moves = case.last_move() is not None
    back = page_of(case) if has_moves else reverse("insertion:pathway", args=[case.orientation_id])
    return act(
        request, back, lambda: no_shows.undo(by=request.user, case=case),
        "La dernière étape est annulée." if has_moves else "Le suivi d’absence est retiré.",
    )  # fmt: skip


@requires("insertion.view")
@require_safe
def summons_pdf(request: AgentRequest, no_show_id: UUID) -> HttpResponse:
    """The letter of the last convocation."""
    household, case, reason = readable_case(request, no_show_id)
    if reason is not None:
        return reason
    move: NoShowMove | None = last_summons(case)
    if move is None:
        raise Http404
    log_access(request, AccessAction.PRINT, case, subject_id=household.pk, document="summons")
    context = {
        "case": case,
        "move": move,
        "person": case.person,
        "household": household,
        "lines": postal_lines(household, case.person, request.user, move.on)[1:],
        "reasons": LegitimateReason.objects.active(),
        "referent": case.orientation.referent,
    }
    return pdf(
        "insertion/followup/pdf/summons.html", "Convocation", f"convocation-{household.number}.pdf", context
    )


@requires("insertion.view")
@require_safe
def report_pdf(request: AgentRequest, no_show_id: UUID) -> HttpResponse:
    """The report to the Département: as it was sent, or what it would say today."""
    household, case, reason = readable_case(request, no_show_id)
    if reason is not None:
        return reason
    if not any(move.to_state == NoShowState.SUMMONED for move in standing_moves(case)):
        raise Http404
    log_access(request, AccessAction.PRINT, case, subject_id=household.pk, document="report")
    facts = case.payload or report_facts(case, request.user, timezone.localdate())
    context = {
        "case": case,
        "facts": facts,
        "is_draft": not case.payload,
        "day": date.fromisoformat(facts["day"]),
        "household": household,
    }
    return pdf(
        "insertion/followup/pdf/report.html", "Rapport de faits au Département", f"rapport-{household.number}.pdf",
        context,
    )  # fmt: skip
