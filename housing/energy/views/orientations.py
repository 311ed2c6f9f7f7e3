"""Orientations of a file: proposed, answered, taken back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.french import lower_first
from cias.core.http import posted
from cias.core.refusals import sentence
from cias.core.states import ForbiddenTransition
from households.file import file_context, get_household
from housing.energy import forms, services
from housing.energy.views.access import TAB, get_file
from housing.models import EnergyOrientation

FORM = "households/form.html"


@requires("energy.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: AgentRequest, energy_file_id: UUID) -> HttpResponse:
    file = get_file(request, energy_file_id)
    household = get_household(request, file.household_id)
    form = forms.OrientationForm(posted(request), initial={"kind": request.GET.get("vers", "")})
    if form.is_valid():
        try:
            row = services.orient(by=request.user, file=file, **form.cleaned_data)
        except (ForbiddenTransition, ValidationError) as error:
            forms.refuse(form, error)
        else:
            messages.success(request, f"Orientation ajoutée\u00a0: {row.get_kind_display()}.")
            return redirect(reverse("housing:energy_file", args=[file.pk]) + "#orientations")
    context = file_context(
        request, household, TAB, form=form, title="Orienter", submit="Proposer",
        intro="FSL énergie et chèque énergie ouvrent un dossier de droits depuis leur ligne.",
        back=reverse("housing:energy_file", args=[file.pk]),
    )  # fmt: skip
    return render(request, FORM, context)


@requires("energy.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: AgentRequest, energy_orientation_id: UUID) -> HttpResponse:
    row = _orientation(request, energy_orientation_id)
    household = get_household(request, row.file.household_id)
    if request.method != "POST" and not row.is_open:  # its result is taken back first, from the file
        return redirect(reverse("housing:energy_file", args=[row.file_id]) + "#orientations")
    form = forms.AnswerForm(posted(request), orientation=row)
    if form.is_valid():
        try:
            services.answer(by=request.user, orientation=row, **form.cleaned_data)
        except (ForbiddenTransition, ValidationError) as error:
            forms.refuse(form, error)
        else:
            messages.success(request, "Le résultat est noté.")
            return redirect(reverse("housing:energy_file", args=[row.file_id]) + "#orientations")
    context = file_context(
        request, household, TAB, form=form, title=f"Résultat\u00a0: {lower_first(row.get_kind_display())}",
        submit="Enregistrer", intro=row.detail, back=reverse("housing:energy_file", args=[row.file_id]),
    )  # fmt: skip
    return render(request, FORM, context)


@requires("energy.edit")
@require_POST
def take_back(request: AgentRequest, energy_orientation_id: UUID) -> HttpResponse:
    """Back to the state before the last answer."""
    row = _orientation(request, energy_orientation_id)
    get_household(request, row.file.household_id)
    try:
        services.undo_answer(by=request.user, orientation=row)
        messages.success(request, "Le résultat est annulé.")
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
    return redirect(reverse("housing:energy_file", args=[row.file_id]) + "#orientations")


def _orientation(request: AgentRequest, energy_orientation_id: UUID) -> EnergyOrientation:
    rows = EnergyOrientation.objects.for_user(request.user).select_related("file__household", "partner")
    return get_object_or_404(rows, pk=energy_orientation_id)
