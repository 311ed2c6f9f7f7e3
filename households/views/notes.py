"""Write, read and correct the notes of exchanges (H8); what is typed is kept on the server as a draft."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.enums import Scope
from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.french import time_fr
from cias.core.http import CHANGED_HANDS, is_own_text, posted, typed_by_someone_else
from households import services
from households.file import ask_reason, file_context, get_household, may_read_content
from households.forms.notes import NoteForm, default_initial, draft_initial, draft_values
from households.history import note_versions
from households.models import Household, Note, NoteDraft
from households.models.levels import levels_by_reason

KEEP_DRAFT = "brouillon"


@requires("notes.view")
@require_safe
def note(request: AgentRequest, note_id: UUID) -> HttpResponse:
    """One note and its former versions."""
    bare = get_object_or_404(Note.objects.only("household_id", "level"), pk=note_id)
    household = get_household(request, bare.household_id)
    opened = levels_by_reason(household.pk, request.user)
    by_reason = request.user.scope("notes.view") == Scope.REASON and bare.level in opened
    if by_reason and not may_read_content(request.user, household, "notes.view"):
        return ask_reason(request, household, "synthese")
    notes = Note.objects.for_user(request.user, household.pk).select_related("author")
    note = get_object_or_404(notes, pk=note_id)
    context = file_context(
        request,
        household,
        "synthese",
        note=note,
        persons=note.persons.all(),
        versions=note_versions(note, request.user),
    )
    return render(request, "households/note.html", context)


@requires("notes.write")
@require_http_methods(["GET", "HEAD", "POST"])
def note_create(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Write a note; a draft left by the author comes back as it was."""
    household = get_household(request, household_id)
    data = posted(request)
    if data is not None and KEEP_DRAFT in data:
        return _keep_and_leave(request, household)
    draft = _draft(request, household)
    initial = default_initial(timezone.localdate()) | (draft_initial(draft.values) if draft else {})
    form = NoteForm(data, household=household, initial=initial)
    if is_own_text(request, form) and form.is_valid():
        try:
            note = services.write_note(author=request.user, household=household, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "La note est enregistrée.")
            return redirect("households:note", note.pk)
    return _form(request, household, form, draft)


@requires("notes.write")
@require_http_methods(["GET", "HEAD", "POST"])
def note_edit(request: AgentRequest, note_id: UUID) -> HttpResponse:
    """The author corrects a note; each former version stays readable."""
    note = get_object_or_404(Note.objects.filter(author=request.user), pk=note_id)
    household = get_household(request, note.household_id)
    data = posted(request)
    if data is not None and KEEP_DRAFT in data:
        return _keep_and_leave(request, household, note)
    draft = _draft(request, household, note)
    form = NoteForm(
        data,
        household=household,
        instance=note,
        initial=draft_initial(draft.values) if draft else None,
    )
    if is_own_text(request, form) and form.is_valid():
        services.edit_note(by=request.user, note=form.instance, persons=form.cleaned_data["persons"])
        messages.success(request, "La note est corrigée ; la version précédente reste dans l’historique.")
        return redirect("households:note", note.pk)
    return _form(request, household, form, draft, note)


@requires("notes.write")
@require_POST
def note_draft(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Keep what is being typed in a new note; the page calls it every few seconds."""
    household = get_household(request, household_id)
    return _keep(request, household, None)


@requires("notes.write")
@require_POST
def note_edit_draft(request: AgentRequest, note_id: UUID) -> HttpResponse:
    """Keep what is being changed in a note."""
    note = get_object_or_404(Note.objects.filter(author=request.user), pk=note_id)
    return _keep(request, get_household(request, note.household_id), note)


@requires("notes.write")
@require_POST
def draft_discard(request: AgentRequest, draft_id: UUID) -> HttpResponse:
    """The author gives up a draft."""
    draft = get_object_or_404(NoteDraft.objects.filter(author=request.user), pk=draft_id)
    services.drop_draft(author=request.user, household=draft.household, note=draft.note)
    messages.success(request, "Le brouillon est effacé.")
    return redirect("households:detail", draft.household_id)


def _draft(request: AgentRequest, household: Household, note: Note | None = None) -> NoteDraft | None:
    return NoteDraft.objects.filter(author=request.user, household=household, note=note).first()


def _keep(request: AgentRequest, household: Household, note: Note | None) -> HttpResponse:
    if typed_by_someone_else(request):
        return HttpResponse(CHANGED_HANDS, status=409)
    values = draft_values(request.POST)
    draft = services.save_draft(author=request.user, household=household, note=note, values=values)
    return HttpResponse(f"brouillon enregistré à {time_fr(draft.saved_at)}")


def _keep_and_leave(request: AgentRequest, household: Household, note: Note | None = None) -> HttpResponse:
    if _keep(request, household, note).status_code != 200:
        messages.error(request, CHANGED_HANDS)
        return redirect("households:detail", household.pk)
    messages.success(request, "Le brouillon est gardé : vous seul le retrouverez ici.")
    return redirect("households:detail", household.pk)


def _form(
    request: AgentRequest,
    household: Household,
    form: NoteForm,
    draft: NoteDraft | None,
    note: Note | None = None,
) -> HttpResponse:
    url = (
        reverse("households:note_edit_draft", args=[note.pk])
        if note
        else reverse("households:note_draft", args=[household.pk])
    )
    context = file_context(
        request,
        household,
        "synthese",
        form=form,
        draft=draft,
        note=note,
        draft_url=url,
        keep_draft=KEEP_DRAFT,
    )
    return render(request, "households/note_form.html", context)
