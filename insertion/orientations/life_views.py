"""The life of an orientation (I2): corrected, handed to another référent unique, its last decision undone."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cias.accounts.http import AgentRequest
from cias.core import refusals
from cias.core.access import requires
from cias.core.french import of_name
from cias.core.http import posted
from cias.core.states import ForbiddenTransition
from households.file import file_context, get_household
from insertion.models import Orientation
from insertion.orientations import services
from insertion.orientations.forms import CorrectionForm, ReferentForm
from insertion.sections import TAB


def get_orientation(request: AgentRequest, orientation_id: UUID) -> Orientation:
    """404 for one that does not exist for the reader (C3)."""
    rows = Orientation.objects.for_user(request.user).select_related("person", "household", "referent")
    return get_object_or_404(rows, pk=orientation_id)


def form_page(
    request: AgentRequest, orientation: Orientation, form: Form, *, heading: str, intro: str = ""
) -> HttpResponse:
    household = get_household(request, orientation.household_id)
    context = file_context(request, household, TAB, form=form, heading=heading, intro=intro)
    return render(request, "insertion/orientations/form.html", context)


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: AgentRequest, orientation_id: UUID) -> HttpResponse:
    orientation = get_orientation(request, orientation_id)
    names = ("kind", "notified_on", "start", "end", "structure", "comment")
    stored = {name: getattr(orientation, name) for name in names}
    form = CorrectionForm(posted(request), stored=stored)
    if form.is_valid():
        try:
            change = services.correct(by=request.user, orientation=orientation, **form.cleaned_data)
        except ValidationError as error:
            refusals.refuse(form, error)
        else:
            messages.success(request, "L’orientation est corrigée." if change else "Rien n’a changé.")
            return redirect("insertion:household", orientation.household_id)
    heading = f"Corriger l’orientation {of_name(orientation.person.full_name)}"
    return form_page(request, orientation, form, heading=heading)


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def referent(request: AgentRequest, orientation_id: UUID) -> HttpResponse:
    orientation = get_orientation(request, orientation_id)
    form = ReferentForm(posted(request), initial={"on": timezone.localdate()})
    if form.is_valid():
        try:
            services.change_referent(by=request.user, orientation=orientation, **form.cleaned_data)
        except ValidationError as error:
            refusals.refuse(form, error)
        else:
            name = form.cleaned_data["referent"].full_name
            messages.success(
                request, f"{name} est maintenant référent unique {of_name(orientation.person.full_name)}."
            )
            return redirect("insertion:household", orientation.household_id)
    heading = f"Changer le référent unique {of_name(orientation.person.full_name)}"
    return form_page(request, orientation, form, heading=heading)


@requires("insertion.edit")
@require_POST
def undo(request: AgentRequest, orientation_id: UUID) -> HttpResponse:
    """Take back the last decision about an orientation."""
    orientation = get_orientation(request, orientation_id)
    try:
        said = services.undo_last(by=request.user, orientation=orientation)
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, refusals.sentence(error))
    else:
        messages.success(request, said)
    return redirect("insertion:household", orientation.household_id)
