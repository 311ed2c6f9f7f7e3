"""What to know before visiting a household at home."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from appointments.forms.visits import VisitNoteForm
from appointments.services.visits import visit_note_of, write_visit_note
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import posted, safe_next
from households.file import get_household


@requires("situation.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Write, change or empty it; ?next= leads back to where it was opened."""
    household = get_household(request, household_id)
    back = safe_next(request, reverse("households:detail", args=[household.pk]))
    kept = visit_note_of(request.user, household)
    initial = {"text": kept.text, "in_pairs": kept.in_pairs} if kept is not None else {}
    form = VisitNoteForm(posted(request), initial=initial)
    if form.is_valid():
        write_visit_note(by=request.user, household=household, **form.cleaned_data)
        messages.success(
            request,
            "Consigne de visite enregistrée."
            if any(form.cleaned_data.values())
            else "Consigne de visite retirée.",
        )
        return redirect(back)
    log_access(request, AccessAction.VIEW, household, page="consigne-visite")
    context = {
        "title": "Consigne de visite", "household": household, "form": form, "kept": kept,
        "submit": "Enregistrer", "back_url": back,
    }  # fmt: skip
    return render(request, "appointments/visit_note.html", context)
