"""Liaison notes: write one, read one, say one has read it, withdraw it."""

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.enums import Scope
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import time_fr
from cias.core.http import CHANGED_HANDS, is_own_text, typed_by_someone_else
from cias.core.refusals import refuse
from households.file import file_context, get_household
from households.models import Household, Person
from insertion.models import LiaisonNote, SealedDraft
from insertion.permanences import services
from insertion.permanences.enums import DraftKind
from insertion.permanences.forms import DraftForm, LiaisonForm
from insertion.permanences.sealing import sealed_page
from insertion.permanences.services.counsellings import persons_of
from insertion.permanences.services.liaison import possible_recipients
from insertion.permanences.views.access import done_or_said, get_counselling
from insertion.permanences.views.texts import TOO_LONG, keep_typed
from insertion.sections import TAB

KIND = DraftKind.LIAISON


@requires("sessions.write")
@require_http_methods(["GET", "HEAD", "POST"])
@sealed_page
def from_counselling(request: AgentRequest, counselling_id: UUID) -> HttpResponse:
    """The psychologist writes to colleagues about somebody they follow."""
    found = get_counselling(request, counselling_id)
    frame = {"household": found.household, "counselling": found}
    return _write(
        request,
        found.household,
        [found.person],
        found.pk,
        frame,
        reverse("insertion:liaison_draft", args=[found.pk]),
    )


@requires("liaison.use")
@require_http_methods(["GET", "HEAD", "POST"])
@sealed_page
def from_household(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Social work writes to the psychologist who receives a member of the household."""
    household = get_household(request, household_id)
    _social_work_only(request)
    frame = file_context(request, household, TAB, counselling=None)
    url = reverse("insertion:liaison_household_draft", args=[household.pk])
    return _write(request, household, persons_of(household, timezone.localdate()), household.pk, frame, url)


@sealed_page
def _write(
    request: AgentRequest,
    household: Household,
    persons: list[Person],
    target: UUID,
    frame: dict[str, Any],
    draft_url: str,
) -> HttpResponse:
    draft: SealedDraft | None = None
    if request.method == "POST":
        form = _form(request, household, persons, request.POST)
        if is_own_text(request, form) and form.is_valid():
            values = form.cleaned_data
            try:
                note = services.send(
                    by=request.user, household=household, draft_target=target,
                    **{name: values[name] for name in (
                        "person", "recipients", "text", "basis", "agreement", "agreed_on", "page",
                    )},
                )  # fmt: skip
            except ValidationError as error:
                refuse(form, error)
            else:
                messages.success(request, "La note de liaison est partagée. Vous pouvez la retirer.")
                return redirect("insertion:liaison", note.pk)
    else:
        drafts = services.drafts_of(by=request.user, kind=KIND, target=target)
        draft = drafts[0] if drafts else None
        form = _form(request, household, persons, None, _initial(persons, draft))
    has_recipients = possible_recipients(request.user, household).exists()
    context = frame | {"form": form, "draft": draft, "draft_url": draft_url, "has_recipients": has_recipients}
    page = "liaison_form" if frame["counselling"] else "liaison_household"
    return render(request, f"insertion/permanences/{page}.html", context)


def _form(
    request: AgentRequest, household: Household, persons: list[Person], data: Any, initial: Any = None
) -> LiaisonForm:
    return LiaisonForm(data, author=request.user, household=household, persons=persons, initial=initial)


@sensitive_variables()
def _initial(persons: list[Person], draft: SealedDraft | None) -> dict[str, Any]:
    initial: dict[str, Any] = {"page": secrets.token_hex(16), "base": 0, "basis": "agreement"}
    if persons:
        initial["person"] = persons[0]
    if draft is not None:
        initial |= {"text": draft.read(), "draft": draft.pk, "seen": draft.revision}
    return initial


@requires("sessions.write")
@require_POST
@sealed_page
def draft(request: AgentRequest, counselling_id: UUID) -> HttpResponse:
    return _keep(request, get_counselling(request, counselling_id).pk)


@requires("liaison.use")
@require_POST
@sealed_page
def household_draft(request: AgentRequest, household_id: UUID) -> HttpResponse:
    household = get_household(request, household_id)
    _social_work_only(request)
    return _keep(request, household.pk)


@sealed_page
def _keep(request: AgentRequest, target: UUID) -> HttpResponse:
    if typed_by_someone_else(request):
        return HttpResponse(CHANGED_HANDS, status=409)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return HttpResponse(TOO_LONG, status=409)
    kept = keep_typed(request, form, KIND, target)
    return HttpResponse(f"brouillon enregistré à {time_fr(kept.saved_at)}, chiffré.")


@requires("liaison.use")
@require_safe
@sealed_page
def liaison(request: AgentRequest, liaison_note_id: UUID) -> HttpResponse:
    """A note, for its author and for those it was sent to."""
    note = _get(request, liaison_note_id)
    mine = note.recipients.filter(agent=request.user).first()
    context = {
        "note": note,
        "text": note.read(),
        "recipients": note.recipients.select_related("agent"),
        "mine": mine,
        "is_author": note.author_id == request.user.pk,
        "opens_file": request.user.scope("insertion.view") == Scope.ALL,
    }
    return render(request, "insertion/permanences/liaison.html", context)


@requires("liaison.use")
@require_POST
def read(request: AgentRequest, liaison_note_id: UUID) -> HttpResponse:
    note = _get(request, liaison_note_id)
    return done_or_said(
        request, lambda: services.mark_read(by=request.user, note=note), "C’est noté\u00a0: vous l’avez lue.",
        "insertion:liaison", note.pk,
    )  # fmt: skip


@requires("liaison.use")
@require_POST
def withdraw(request: AgentRequest, liaison_note_id: UUID) -> HttpResponse:
    """Withdraw a note, or share it again: one button takes the other back."""
    note = _get(request, liaison_note_id)
    if note.withdrawn_at is None:
        act, done = services.withdraw, "La note est retirée\u00a0: ses destinataires ne la lisent plus."
    else:
        act, done = services.restore, "La note est de nouveau partagée."
    return done_or_said(request, lambda: act(by=request.user, note=note), done, "insertion:liaison", note.pk)


def _get(request: AgentRequest, key: UUID) -> LiaisonNote:
    rows = LiaisonNote.objects.for_user(request.user).select_related("author", "person", "household")
    note = get_object_or_404(rows, pk=key)
    log_access(request, AccessAction.VIEW, note, subject_id=note.household_id)
    return note


def _social_work_only(request: AgentRequest) -> None:
    """The psychologist writes from a follow-up, never from a household."""
    if request.user.scope("insertion.view") != Scope.ALL:
        raise Http404
