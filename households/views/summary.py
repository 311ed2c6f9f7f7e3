"""Print the summary of a file with chosen sections; print one note for the person (H16)."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cias.accounts.enums import Scope
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.pdf import pdf_response, render_pdf
from cias.territory.services import get_structure
from households.enums import NoteLevel
from households.file import ask_reason, file_context, get_household, may_read_content
from households.forms.summary import SummaryForm
from households.models import Note
from households.summary import offered_sections, request_for, summary_pdf

TAB = "synthese"
RIGHT = "summary.print"
PRINT = "imprimer"


@requires("summary.print")
@require_safe
def summary(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Choose the sections; the same address with the choice in it answers the PDF."""
    household = get_household(request, household_id)
    if not may_read_content(request.user, household, RIGHT):
        return ask_reason(request, household, TAB)
    asked = PRINT in request.GET
    offered = offered_sections(household, request.user)
    form = SummaryForm(request.GET if asked else None, household=household, offered=offered)
    if asked and form.is_valid():
        values, moment = form.cleaned_data, timezone.now()
        log_access(
            request,
            AccessAction.PRINT,
            household,
            document="synthese",
            sections=values["sections"],
            masked=values["masked"],
        )
        asks = request_for(
            household,
            request.user,
            person=values["person"],
            masked=values["masked"],
            today=timezone.localdate(),
        )
        content = summary_pdf(asks, values["sections"], moment)
        return pdf_response(content, f"synthese-{household.number}.pdf", inline=True)
    back = reverse("households:detail", args=[household.pk])
    context = file_context(request, household, TAB, form=form, back=back, asked=PRINT)
    return render(request, "households/summary_form.html", context)


@requires("notes.view")
@require_safe
def note_print(request: AgentRequest, note_id: UUID) -> HttpResponse:
    """One note on paper, for the person who asks for it."""
    bare = get_object_or_404(Note.objects.only("household_id", "level"), pk=note_id)
    household = get_household(request, bare.household_id)
    by_reason = request.user.scope("notes.view") == Scope.REASON and bare.level == NoteLevel.TEAM
    if by_reason and not may_read_content(request.user, household, "notes.view"):
        return ask_reason(request, household, TAB)
    notes = Note.objects.for_user(request.user, household.pk).select_related("author")
    note = get_object_or_404(notes, pk=note_id)
    log_access(request, AccessAction.PRINT, note, subject_id=household.pk, document="note")
    structure = get_structure()
    context = {"note": note, "persons": note.persons.all(), "household": household, "structure": structure}
    content = render_pdf(
        render_to_string("households/pdf/note.html", context),
        title=f"Note d’entretien {household.number}",
        author=structure.name,
        moment=timezone.now(),
    )
    return pdf_response(content, f"note-{household.number}.pdf", inline=True)
