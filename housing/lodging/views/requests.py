"""Requests for lodging: the waiting list, a request, and each step."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.enums import Scope
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.history import changes_of
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import ordinal
from cias.core.http import posted
from cias.core.refusals import sentence
from cias.core.states import ForbiddenTransition
from households.file import ask_reason, file_context, get_household, may_read_content
from households.models import Household
from housing.lodging import services
from housing.lodging.forms import refuse
from housing.lodging.forms.requests import RequestForm, WaitingForm
from housing.lodging.score import score_of
from housing.lodging.steps import BY_NAME, possible_steps
from housing.lodging.views.access import TAB, get_request
from housing.lodging.waiting import (
    DEFAULT,
    LISTS,
    counts,
    narrowed,
    rank_of,
    waiting_list,
    with_facts,
)
from housing.models import LodgingRequest, ScoreRule

PAGE = 25


@requires("lodging.overview")
@require_safe
def waiting(request: AgentRequest) -> HttpResponse:
    """The waiting list in order of points, and the lists of what was settled, the latest first."""
    today = timezone.localdate()
    form = WaitingForm(request.GET)
    choice = form.cleaned_data if form.is_valid() else {}
    code = request.GET.get("liste", "")
    code = code if code in LISTS else DEFAULT
    rows = narrowed(LodgingRequest.objects.for_user(request.user), choice, request.user)
    sizes, rule = counts(rows), ScoreRule.objects.on(today)
    found: Any
    if code == DEFAULT:
        found = waiting_list(rows, rule, today)
    else:
        found = with_facts(rows.filter(state__in=LISTS[code][1])).order_by(
            "-settled_on", "-requested_on", "pk"
        )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    filters = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    log_access(request, AccessAction.VIEW, requests=len(page.object_list))
    context = {
        "page": page,
        "form": form,
        "code": code,
        "title": LISTS[code][0],
        "tabs": [
            (name, label, sizes[name], urlencode({"liste": name, **filters}))
            for name, (label, _states) in LISTS.items()
        ],
        "rule": rule,
        "filtered": bool(filters),
        "with_content": request.user.scope("lodging.view") == Scope.ALL,
        "today": today,
    }
    return render(request, "housing/lodging/waiting.html", context)


@requires("lodging.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def request_create(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Put a household on the list; one that waits already is led to its request."""
    household = get_household(request, household_id)
    running = LodgingRequest.objects.for_user(request.user).open().filter(household=household).first()
    if running is not None and request.method != "POST":
        messages.info(request, "Ce ménage a déjà une demande en cours\u00a0: la voici.")
        return redirect("housing:lodging_request", running.pk)
    form = RequestForm(posted(request), household=household, user=request.user)
    if form.is_valid():
        try:
            made = services.file_request(by=request.user, household=household, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            today = timezone.localdate()
            rank = rank_of(made, ScoreRule.objects.on(today), today)
            where = f"\u00a0: {ordinal(rank)} de la liste d’attente" if rank else ""
            messages.success(request, f"La demande est enregistrée{where}.")
            return redirect("housing:lodging_request", made.pk)
    return _request_form(request, household, form, "Demander un hébergement")


def _request_form(
    request: AgentRequest, household: Household, form: RequestForm, title: str, **more: Any
) -> HttpResponse:
    context = file_context(request, household, TAB, form=form, title=title, **more)
    return render(request, "housing/lodging/request_form.html", context)


@requires("lodging.view")
@require_safe
def lodging_request(request: AgentRequest, lodging_request_id: UUID) -> HttpResponse:
    """A request: its points one by one, the places proposed, what was decided, what comes next."""
    row, today = get_request(request, lodging_request_id), timezone.localdate()
    household = get_household(request, row.household_id)
    if not may_read_content(request.user, household, "lodging.view"):
        return ask_reason(request, household, TAB)
    rule = ScoreRule.objects.on(today)
    may_decide = request.user.has_perm("lodging.decide")
    context = {
        "row": row,
        "rule": rule,
        "score": score_of(row, rule, today),
        "rank": rank_of(row, rule, today),
        "criteria": row.criteria.all(),
        "wishes": row.wishes.select_related("commune"),
        "proposals": row.proposals.select_related("place__dwelling__commune"),
        "held": services.held_proposal(row),
        "moves": row.moves.select_related("by", "undone_by"),
        "steps": possible_steps(row) if may_decide else [],
        "undoable": services.undoable_move(row) if may_decide else None,
        "may_decide": may_decide,
        "today": today,
    }
    return render(request, "housing/lodging/request.html", file_context(request, household, TAB, **context))


@requires("lodging.view")
@require_safe
def request_history(request: AgentRequest, lodging_request_id: UUID) -> HttpResponse:
    """Who wrote what, before and after (C5)."""
    row = get_request(request, lodging_request_id)
    household = get_household(request, row.household_id)
    if not may_read_content(request.user, household, "lodging.view"):
        return ask_reason(request, household, TAB)
    changes = changes_of(row, *row.criteria.all(), *row.wishes.all(), *row.proposals.all())
    return render(
        request,
        "housing/lodging/request_history.html",
        file_context(request, household, TAB, row=row, changes=changes),
    )


@requires("lodging.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def request_edit(request: AgentRequest, lodging_request_id: UUID) -> HttpResponse:
    """Complete or correct a request that is still open."""
    row = get_request(request, lodging_request_id)
    household = get_household(request, row.household_id)
    if not row.is_open:
        messages.error(request, "Cette demande est réglée\u00a0: elle ne change plus.")
        return redirect("housing:lodging_request", row.pk)
    form = RequestForm(posted(request), household=household, user=request.user, request=row)
    if form.is_valid():
        try:
            services.correct_request(by=request.user, request=row, **form.cleaned_data)
        except (ForbiddenTransition, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, "La demande est à jour.")
            return redirect("housing:lodging_request", row.pk)
    return _request_form(request, household, form, "Compléter la demande", row=row)


@requires("lodging.decide")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: AgentRequest, lodging_request_id: UUID, name: str) -> HttpResponse:
    """Show the form of a step; when valid, do it and go back to the request, as does a step it is past."""
    row = get_request(request, lodging_request_id)
    household = get_household(request, row.household_id)
    if not may_read_content(request.user, household, "lodging.view"):
        return ask_reason(request, household, TAB)
    current = BY_NAME[name]
    if current not in possible_steps(row):
        if request.method == "POST":
            state = row.get_state_display()
            messages.error(request, f"Rien n’a été enregistré\u00a0: la demande est «\u00a0{state}\u00a0».")
        return redirect("housing:lodging_request", row.pk)
    form = current.form(posted(request), request=row, user=request.user)
    if form.is_valid():
        try:
            current.service(by=request.user, request=row, **form.cleaned_data)
        except (ForbiddenTransition, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, current.done)
            return redirect(_after(row))
    context = {"row": row, "form": form, "step": current, "held": services.held_proposal(row)}
    return render(
        request, "housing/lodging/request_step.html", file_context(request, household, TAB, **context)
    )


def _after(row: LodgingRequest) -> str:
    return reverse("housing:lodging_request", args=[row.pk])


@requires("lodging.decide")
@require_POST
def undo(request: AgentRequest, lodging_request_id: UUID) -> HttpResponse:
    """Take the last decision back."""
    row = get_request(request, lodging_request_id)
    household = get_household(request, row.household_id)
    if not may_read_content(request.user, household, "lodging.view"):
        return ask_reason(request, household, TAB)
    try:
        move = services.undo_last_move(by=request.user, request=row)
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, f"«\u00a0{move.title}\u00a0» est annulé.")
    return redirect(_after(row))
