"""Write a sealed text: kept as it is typed, saved as a version, taken back by one click; two tabs lose nothing."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.french import time_fr
from cias.core.http import CHANGED_HANDS, is_own_text, typed_by_someone_else
from cias.core.refusals import refuse
from cias.core.states import ForbiddenTransition
from insertion.models import SealedDraft
from insertion.permanences import services
from insertion.permanences.forms import DraftForm, TextForm
from insertion.permanences.sealing import sealed_page
from insertion.permanences.services import Place, TextChanged, current
from insertion.permanences.views.access import done_or_said, get_counselling, get_session

BEHIND = (
    " Attention\u00a0: ce texte a été enregistré dans un autre onglet entre-temps. Rien ne sera écrasé\u00a0: en "
    "enregistrant, vous verrez les deux versions."
)
TOO_LONG = "Ce texte est trop long pour être gardé\u00a0: il reste sur cette page."


@dataclass(frozen=True)
class Kind:
    """One of the two texts of the room: its words and its addresses."""

    title: str
    label: str
    help_text: str
    page: str
    draft: str
    undo: str


NOTE = Kind(
    "Note de séance", "Note", "Personne d’autre ne la lit. Elle est chiffrée, brouillon compris.",
    "insertion:session_note", "insertion:session_draft", "insertion:session_undo",
)  # fmt: skip
THREAD = Kind(
    "Fil du suivi", "Fil du suivi",
    "La demande, ce qui se travaille, les points à reprendre. Personne d’autre ne le lit.",
    "insertion:thread", "insertion:thread_draft", "insertion:thread_undo",
)  # fmt: skip


@requires("sessions.write")
@require_http_methods(["GET", "HEAD", "POST"])
@sealed_page
def session_note(request: AgentRequest, counselling_session_id: UUID) -> HttpResponse:
    session = get_session(request, counselling_session_id)
    return _edit(request, Place(session.counselling, session), NOTE)


@requires("sessions.write")
@require_http_methods(["GET", "HEAD", "POST"])
@sealed_page
def thread(request: AgentRequest, counselling_id: UUID) -> HttpResponse:
    return _edit(request, Place(get_counselling(request, counselling_id)), THREAD)


@requires("sessions.write")
@require_POST
@sealed_page
def session_draft(request: AgentRequest, counselling_session_id: UUID) -> HttpResponse:
    session = get_session(request, counselling_session_id)
    return keep(request, Place(session.counselling, session))


@requires("sessions.write")
@require_POST
@sealed_page
def thread_draft(request: AgentRequest, counselling_id: UUID) -> HttpResponse:
    return keep(request, Place(get_counselling(request, counselling_id)))


@requires("sessions.write")
@require_POST
def session_undo(request: AgentRequest, counselling_session_id: UUID) -> HttpResponse:
    session = get_session(request, counselling_session_id)
    return _undo(request, Place(session.counselling, session), NOTE)


@requires("sessions.write")
@require_POST
def thread_undo(request: AgentRequest, counselling_id: UUID) -> HttpResponse:
    return _undo(request, Place(get_counselling(request, counselling_id)), THREAD)


@sealed_page
def _edit(request: AgentRequest, place: Place, kind: Kind) -> HttpResponse:
    words = {"label": kind.label, "help_text": kind.help_text}
    latest = None
    if request.method == "POST":
        if (discarded := request.POST.get("effacer")) is not None:
            return _discard(request, place, kind, discarded)
        form = TextForm(request.POST, **words)
        if is_own_text(request, form) and form.is_valid():
            try:
                services.save_text(
                    by=request.user, place=place, text=form.cleaned_data["text"], base=form.cleaned_data["base"],
                    page=form.cleaned_data["page"],
                )  # fmt: skip
            except TextChanged as error:
                latest = current(place)
                form = TextForm(_from_now_on(request.POST, place), **words)
                form.add_error("text", error)
            except ForbiddenTransition as error:
                refuse(form, error)
            else:
                messages.success(request, f"{kind.title}\u00a0: c’est enregistré.")
                return redirect("insertion:counselling", place.counselling.pk)
        drafts: list[SealedDraft] = []
        restored = None
    else:
        drafts = services.drafts_of(by=request.user, kind=place.kind, target=place.target)
        restored = _chosen(request, drafts)
        if restored is not None and restored.base < place.last_version:
            # The draft is older than what was saved: both show at once, and the draft goes on from there.
            latest = current(place)
        form = TextForm(initial=_initial(place, restored), **words)
    context = {
        "form": form,
        "kind": kind,
        "place": place,
        "counselling": place.counselling,
        "session": place.session,
        "restored": restored,
        "others": [draft for draft in drafts if draft != restored],
        "latest": latest.read() if latest else "",
        "draft_url": reverse(kind.draft, args=[place.target]),
        "past": _past(place),
    }
    return render(request, "insertion/permanences/text.html", context)


def _chosen(request: AgentRequest, drafts: list[SealedDraft]) -> SealedDraft | None:
    """The draft that comes back: the newest, or the one asked for; none when the saved text is."""
    asked = request.GET.get("brouillon")
    if asked == "aucun":
        return None
    return next((draft for draft in drafts if asked is None or str(draft.pk) == asked), None)


@sensitive_variables()
def _initial(place: Place, draft: SealedDraft | None) -> dict[str, Any]:
    page = secrets.token_hex(16)
    if draft is not None:
        return {
            "text": draft.read(), "base": place.last_version, "page": page, "draft": draft.pk, "seen": draft.revision,
        }  # fmt: skip
    note = current(place)
    return {"text": note.read() if note else "", "base": place.last_version, "page": page}


def _from_now_on(data: QueryDict, place: Place) -> QueryDict:
    """What was sent, written from now on from the last version: it has just been shown."""
    copy = data.copy()
    copy["base"] = str(place.last_version)
    return copy


@sensitive_variables()
def _past(place: Place) -> list[dict[str, Any]]:
    """The texts one looks at while writing: the thread and the three last notes of the follow-up."""
    if place.session is None:
        return []
    found = []
    thread = current(Place(place.counselling))
    if thread is not None:
        found.append({"title": "Fil du suivi", "text": thread.read()})
    others = place.counselling.sessions.dated().exclude(pk=place.session.pk)
    for session in others[:12]:
        if len(found) > 3:
            break
        if (note := current(Place(place.counselling, session))) is not None:
            found.append({"title": str(session), "text": note.read()})
    return found


@sealed_page
def keep(request: AgentRequest, place: Place) -> HttpResponse:
    """Answer a page that sends what it has typed so far."""
    if typed_by_someone_else(request):
        return HttpResponse(CHANGED_HANDS, status=409)
    if place.counselling.erased_on is not None:
        return HttpResponse("Les notes de ce suivi ont été détruites.", status=409)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return HttpResponse(TOO_LONG, status=409)
    draft = keep_typed(request, form, place.kind, place.target)
    behind = BEHIND if draft.base < place.last_version else ""
    return HttpResponse(f"brouillon enregistré à {time_fr(draft.saved_at)}, chiffré.{behind}")


@sealed_page
def keep_typed(request: AgentRequest, form: DraftForm, kind: str, target: UUID) -> SealedDraft:
    values = form.cleaned_data
    return services.keep_draft(
        by=request.user, kind=kind, target=target, page=values["page"], text=values["text"],
        base=values["base"] or 0, taken_from=values["draft"], seen=values["seen"] or 0,
    )  # fmt: skip


def _discard(request: AgentRequest, place: Place, kind: Kind, key: str) -> HttpResponse:
    draft = next(
        (
            row
            for row in services.drafts_of(by=request.user, kind=place.kind, target=place.target)
            if str(row.pk) == key
        ),
        None,
    )
    if draft is not None:
        services.drop_drafts(by=request.user, kind=place.kind, target=place.target, draft=draft.pk)
        messages.success(request, "Le brouillon est effacé.")
    return redirect(kind.page, place.target)


def _undo(request: AgentRequest, place: Place, kind: Kind) -> HttpResponse:
    version = request.POST.get("version", "")
    act: Callable[[], None] = lambda: services.undo_text(  # noqa: E731 - one act, named for the reader
        by=request.user, place=place, version=int(version) if version.isdigit() else 0
    )
    done = "Le dernier enregistrement est annulé\u00a0: le texte d’avant est revenu."
    return done_or_said(request, act, done, "insertion:counselling", place.counselling.pk)
