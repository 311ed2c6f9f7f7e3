"""A signalement, the household's file in the programme, and each of its steps."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.enums import Category, Place
from appointments.models import Appointment, Reason
from cias.accounts.http import AgentRequest
from cias.audit.history import changes_of
from cias.core.access import requires
from cias.core.http import posted
from cias.core.refusals import sentence
from cias.core.registry import FollowedRequest, requests
from cias.core.states import ForbiddenTransition
from households.file import file_context, get_household
from households.models import Household
from housing.energy import forms, rules, services
from housing.energy.states import PLANNED
from housing.energy.steps import STEPS, possible_steps
from housing.energy.views.access import TAB, content_of, get_file
from housing.models import EnergyFile, EnergyVisit

FORM = "households/form.html"
REASON = "slime"


@requires("energy.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Record a signalement; a household already in the programme is said, with the way to its file."""
    household = get_household(request, household_id)
    form = forms.ReportForm(posted(request), household=household, user=request.user)
    if form.is_valid():
        try:
            file = services.report(
                by=request.user,
                household=household,
                agent=form.cleaned_data["agent"],
                reported_on=form.cleaned_data["reported_on"],
                values=form.values(),
            )
        except (ForbiddenTransition, ValidationError) as error:
            forms.refuse(form, error)
        else:
            messages.success(request, f"Signalement enregistré\u00a0: dossier {file.number}.")
            return redirect("housing:energy_file", file.pk)
    known = services.running_file(household)
    context = file_context(request, household, TAB, form=form, known=known, energy_file=None)
    return render(request, "housing/energy/report.html", context)


@requires("energy.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: AgentRequest, energy_file_id: UUID) -> HttpResponse:
    file = get_file(request, energy_file_id)
    household = get_household(request, file.household_id)
    form = forms.ReportForm(posted(request), household=household, user=request.user, instance=file)
    if form.is_valid():
        try:
            services.correct(
                by=request.user, file=file, agent=form.cleaned_data["agent"], values=form.values()
            )
        except (ForbiddenTransition, ValidationError) as error:
            forms.refuse(form, error)
        else:
            messages.success(request, "Le signalement est complété.")
            return redirect("housing:energy_file", file.pk)
    context = file_context(request, household, TAB, form=form, known=None, energy_file=file)
    return render(request, "housing/energy/report.html", context)


@requires("energy.view")
@require_safe
def file(request: AgentRequest, energy_file_id: UUID) -> HttpResponse:
    """Where the household stands, what to do next, and everything that was done."""
    file = get_file(request, energy_file_id)
    household, ask = content_of(request, file.household_id)
    if ask is not None:
        return ask
    may_edit = request.user.has_perm("energy.edit") and household.closed_on is None
    visits = list(
        file.visits.select_related("agent", "appointment").prefetch_related("equipment__item", "bills")
    )
    done = [visit for visit in visits if visit.done_on is not None]
    today = timezone.localdate()
    context = {
        "file": file,
        "steps": possible_steps(file) if may_edit else [],
        "may_edit": may_edit,
        "eligibility": rules.eligibility(file),
        "visits": visits,
        "planned": next(
            (visit for visit in visits if visit.done_on is None and _is_planned(file, visit)), None
        ),
        "rank": services.rank_to_plan(file),
        "coming": services.visits_to_tie(file).select_related("agent", "reason") if may_edit else [],
        "book_url": _book_url(file),
        "contacts": file.contacts.select_related("by").order_by("-on", "-created_at"),
        "failed": services.failed_attempts(file),
        "rule": rules.rule_on(today),
        "orientations": _with_requests(request, household, file),
        "calls": file.calls.select_related("by").order_by("-on"),
        "follow_up": rules.follow_up(file),
        "effort": rules.effort(done[-1], done[-1].done_on or today) if done else None,
        "moves": file.moves.select_related("by", "undone_by").order_by("-created_at"),
        "undoable": services.undoable_move(file) if may_edit else None,
        "today": today,
    }
    return render(request, "housing/energy/file.html", file_context(request, household, TAB, **context))


def _is_planned(file: EnergyFile, visit: EnergyVisit) -> bool:
    return file.state == PLANNED[visit.rank]


def _book_url(file: EnergyFile) -> str:
    """The booking page, with who, what for, where, and the way back."""
    query = {
        "menage": file.household_id,
        "motif": REASON if Reason.objects.filter(code=REASON, category=Category.ENERGY).exists() else "",
        "lieu": Place.HOME.value,
        "agent": file.agent_id,
        "suite": reverse("housing:energy_file", args=[file.pk]),
    }
    return f"{reverse('appointments:book')}?{urlencode(query)}"


def _with_requests(
    request: AgentRequest, household: Household, file: EnergyFile
) -> list[tuple[Any, FollowedRequest | None, str]]:
    """Each orientation, with the rights file it led to, or the address that opens one."""
    rows = list(file.orientations.select_related("partner", "by"))
    codes = {row.right_code for row in rows if row.right_code}
    followed = dict(requests["rights"](household, codes, request.user)) if codes else {}
    may_open = request.user.has_perm("rights.edit")
    return [
        (
            row,
            followed.get(row.right_code),
            reverse("rights:open", args=[household.pk, row.right_code])
            if row.right_code and may_open and row.is_open
            else "",
        )
        for row in rows
    ]


@requires("energy.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: AgentRequest, energy_file_id: UUID, name: str) -> HttpResponse:
    """One step of the file: its form, or what the service refuses, at the field."""
    file = get_file(request, energy_file_id)
    household = get_household(request, file.household_id)
    step = STEPS[name]
    form = step.form(posted(request))
    if form.is_valid():
        try:
            step.service(by=request.user, file=file, **form.cleaned_data)
        except (ForbiddenTransition, ValidationError) as error:
            forms.refuse(form, error)
        else:
            messages.success(request, step.done)
            return redirect("housing:energy_file", file.pk)
    context = file_context(
        request, household, TAB, form=form, title=f"{step.label} – {file.number}", intro=step.intro,
        submit=step.submit or "Enregistrer", back=reverse("housing:energy_file", args=[file.pk]),
    )  # fmt: skip
    return render(request, FORM, context)


def _act(request: AgentRequest, energy_file_id: UUID, act: Callable[[EnergyFile], str]) -> HttpResponse:
    file = get_file(request, energy_file_id)
    get_household(request, file.household_id)
    try:
        messages.success(request, act(file))
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
    return redirect("housing:energy_file", file.pk)


@requires("energy.edit")
@require_POST
def plan(request: AgentRequest, energy_file_id: UUID, appointment_id: UUID) -> HttpResponse:
    """The appointment is the next visit."""

    def act(file: EnergyFile) -> str:
        rows = Appointment.objects.for_user(request.user).filter(household=file.household_id)
        visit = services.plan_visit(
            by=request.user, file=file, appointment=get_object_or_404(rows, pk=appointment_id)
        )
        return f"Visite {visit.rank} prévue."

    return _act(request, energy_file_id, act)


@requires("energy.edit")
@require_POST
def undo(request: AgentRequest, energy_file_id: UUID) -> HttpResponse:
    def act(file: EnergyFile) -> str:
        move = services.undo_last_move(by=request.user, file=file)
        return f"Étape annulée\u00a0: «\u00a0{move.get_to_state_display()}\u00a0»."

    return _act(request, energy_file_id, act)


@requires("energy.view")
@require_safe
def history(request: AgentRequest, energy_file_id: UUID) -> HttpResponse:
    """Who wrote what."""
    file = get_file(request, energy_file_id)
    household, ask = content_of(request, file.household_id)
    if ask is not None:
        return ask
    context = file_context(request, household, TAB, file=file, changes=changes_of(file, limit=100))
    return render(request, "housing/energy/history.html", context)
