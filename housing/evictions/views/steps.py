"""Write in a file: acts of the procedure, statements of debt, parallel tracks; and take back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.french import date_short
from cias.core.http import posted
from cias.core.refusals import sentence
from cias.core.states import ForbiddenTransition
from households.file import file_context, get_household
from housing.evictions import services
from housing.evictions.enums import ActKind, TrackKind
from housing.evictions.forms import ActForm, DebtForm, TrackStepForm
from housing.evictions.views.access import TAB, get_file, refuse
from housing.models import EvictionAct, EvictionDeadline, EvictionDebt, EvictionFile, EvictionTrack


@requires("evictions.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def add_act(request: AgentRequest, eviction_file_id: UUID, act_kind: str) -> HttpResponse:
    """Note an act; the answer says the next date it opens."""
    file = get_file(request, eviction_file_id)
    kind = _kind(act_kind)
    form = ActForm(posted(request), kind=kind, initial={"on": timezone.localdate()})
    if form.is_valid():
        try:
            services.record_act(by=request.user, file=file, kind=kind, **form.cleaned_data)
        except (ForbiddenTransition, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, f"{kind.label}\u00a0: noté. {_next(file)}".strip())
            return redirect("housing:eviction", file.pk)
    return _form(request, file, form, kind.label)


@requires("evictions.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_act(request: AgentRequest, eviction_act_id: UUID) -> HttpResponse:
    """Put right a date or what an act says."""
    act = _act(request, eviction_act_id)
    file = get_file(request, act.file_id)
    form = ActForm(posted(request), kind=ActKind(act.kind), instance=act)
    if form.is_valid():
        try:
            services.correct_act(by=request.user, act=act, **form.cleaned_data)
        except (ForbiddenTransition, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, f"L’étape est corrigée. {_next(file)}".strip())
            return redirect("housing:eviction", file.pk)
    return _form(request, file, form, f"Corriger\u00a0: {act.get_kind_display()}")


@requires("evictions.edit")
@require_POST
def undo_act(request: AgentRequest, eviction_act_id: UUID) -> HttpResponse:
    act = _act(request, eviction_act_id)
    return _back(
        request,
        act.file_id,
        lambda: services.undo_act(by=request.user, act=act),
        f"L’étape «\u00a0{act.get_kind_display()}\u00a0» est annulée\u00a0; les échéances sont à jour.",
    )


@requires("evictions.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def add_debt(request: AgentRequest, eviction_file_id: UUID) -> HttpResponse:
    file = get_file(request, eviction_file_id)
    debt = EvictionDebt(file=file)
    return _debt(request, file, debt, "Relevé de la dette", initial={"on": timezone.localdate()})


@requires("evictions.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_debt(request: AgentRequest, eviction_debt_id: UUID) -> HttpResponse:
    debt = _debt_row(request, eviction_debt_id)
    return _debt(request, get_file(request, debt.file_id), debt, "Corriger un relevé de la dette")


@requires("evictions.edit")
@require_POST
def drop_debt(request: AgentRequest, eviction_debt_id: UUID) -> HttpResponse:
    debt = _debt_row(request, eviction_debt_id)
    return _back(
        request,
        debt.file_id,
        lambda: services.drop_debt(by=request.user, debt=debt),
        f"Le relevé du {date_short(debt.on)} est retiré.",
    )


@requires("evictions.edit")
@require_POST
def open_track(request: AgentRequest, eviction_file_id: UUID, track_kind: str) -> HttpResponse:
    if track_kind not in TrackKind.values:
        raise Http404
    file = get_file(request, eviction_file_id)
    kind = TrackKind(track_kind)
    return _back(
        request,
        file.pk,
        lambda: services.open_track(by=request.user, file=file, kind=kind, on=timezone.localdate()),
        f"{kind.label}\u00a0: démarche engagée, en préparation.",
    )


@requires("evictions.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def move_track(request: AgentRequest, eviction_track_id: UUID, track_state: str) -> HttpResponse:
    """The next step of a track, with what it says: amounts, last instalment, why it broke."""
    track = _track(request, eviction_track_id)
    file = get_file(request, track.file_id)
    state = next((one for one in track.next_states if one == track_state), None)
    if state is None:
        if request.method == "POST":
            messages.error(
                request,
                f"Rien n’a été enregistré\u00a0: la démarche est «\u00a0{track.get_state_display()}\u00a0».",
            )
        return redirect("housing:eviction", file.pk)
    stored = {name: getattr(track, name) for name in ("amount", "monthly", "until")}
    form = TrackStepForm(posted(request), state=state, stored=stored)
    if form.is_valid():
        try:
            services.move_track(by=request.user, track=track, state=state, **form.cleaned_data)
        except (ForbiddenTransition, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, f"{track}\u00a0: {state.label}.")
            return redirect("housing:eviction", file.pk)
    return _form(request, file, form, f"{track}\u00a0: {state.label}")


@requires("evictions.edit")
@require_POST
def undo_track(request: AgentRequest, eviction_track_id: UUID) -> HttpResponse:
    track = _track(request, eviction_track_id)
    return _back(
        request,
        track.file_id,
        lambda: services.undo_track(by=request.user, track=track),
        "La dernière étape de la démarche est annulée.",
    )


def _kind(code: str) -> ActKind:
    """Addresses are kebab-case: payment-order."""
    value = code.replace("-", "_")
    if value not in ActKind.values:
        raise Http404
    return ActKind(value)


def _act(request: AgentRequest, key: UUID) -> EvictionAct:
    rows = EvictionAct.objects.filter(file__in=EvictionFile.objects.for_user(request.user))
    return get_object_or_404(rows.select_related("file"), pk=key)


def _debt_row(request: AgentRequest, key: UUID) -> EvictionDebt:
    rows = EvictionDebt.objects.filter(file__in=EvictionFile.objects.for_user(request.user))
    return get_object_or_404(rows.select_related("file"), pk=key)


def _track(request: AgentRequest, key: UUID) -> EvictionTrack:
    rows = EvictionTrack.objects.filter(file__in=EvictionFile.objects.for_user(request.user))
    return get_object_or_404(rows.select_related("file"), pk=key)


def _debt(
    request: AgentRequest, file: EvictionFile, debt: EvictionDebt, title: str, **more: Any
) -> HttpResponse:
    form = DebtForm(posted(request), instance=debt, **more)
    if form.is_valid():
        try:
            services.save_debt(by=request.user, debt=form.save(commit=False))
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "Le relevé de la dette est enregistré.")
            return redirect("housing:eviction", file.pk)
    return _form(request, file, form, title)


def _next(file: EvictionFile) -> str:
    """What the file now waits for, told in the message."""
    found = EvictionDeadline.objects.live(timezone.localdate()).filter(file=file).first()
    return f"Prochaine échéance\u00a0: {found.label}, le {date_short(found.due_on)}." if found else ""


def _form(request: AgentRequest, file: EvictionFile, form: object, title: str) -> HttpResponse:
    household = get_household(request, file.household_id)
    context = file_context(request, household, TAB, file=file, form=form, title=title)
    return render(request, "housing/evictions/step.html", context)


def _back(request: AgentRequest, file_id: UUID, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, done)
    return redirect("housing:eviction", file_id)
