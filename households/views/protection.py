"""A household's protection (C3): close the file, name who may enter, open it again."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.http import posted
from cias.core.reauthentication import dangerous
from cias.core.registry import collect_involved
from households import services
from households.file import file_context, get_household
from households.forms.protection import NameForm, ProtectForm, ProtectionForm
from households.models import Household, HouseholdProtection, NamedAccess
from households.services.protection import is_named, running_protection
from households.views.pages import form_page

TAB = "synthese"


@requires("files.protect")
@require_http_methods(["GET", "HEAD", "POST"])
def protection(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Protect the file; or, once it is, who may enter, and what can be changed about it."""
    household = get_household(request, household_id)
    running = running_protection(household)
    if running is not None:
        return _panel(request, household, running)
    involved = collect_involved(household, timezone.localdate())
    form = ProtectForm(posted(request), by=request.user, involved=involved)
    if form.is_valid():
        try:
            services.protect_household(by=request.user, household=household, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"Le dossier {household.number} est protégé.")
            return redirect("households:protection", household.pk)
    return form_page(
        request,
        household,
        TAB,
        form,
        title="Protéger ce dossier",
        submit="Protéger le dossier",
        back=reverse("households:detail", args=[household.pk]),
        intro="Le dossier n’existera plus que pour les agents nommés : ni recherche, ni liste, ni agenda ne le "
        "montreront aux autres, référent et direction compris. Vous en faites partie.",
    )


def _panel(request: AgentRequest, household: Household, running: HouseholdProtection) -> HttpResponse:
    """Who is named; naming goes by a form on the page. An emergency access lets one look, not decide."""
    keeps = is_named(request.user, household)
    form = NameForm(posted(request) if keeps else None, protection=running)
    if form.is_valid():
        try:
            given = services.name_agent(by=request.user, protection=running, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("agent", error)
        else:
            messages.success(request, f"{given.agent.full_name} a accès à ce dossier.")
            return redirect("households:protection", household.pk)
    accesses = running.accesses.filter(end=None).select_related("agent", "given_by")
    context = file_context(
        request, household, TAB, protection=running, accesses=accesses, keeps=keeps, form=form
    )
    return render(request, "households/protection.html", context)


@requires("files.protect")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous
def protection_change(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Correct the reason, hide the address or show it again."""
    household = get_household(request, household_id)
    running = running_protection(household)
    back = reverse("households:protection", args=[household.pk])
    if running is None or not is_named(request.user, household):
        return redirect(back)
    form = ProtectionForm(posted(request), instance=running)
    if form.is_valid():
        try:
            services.change_protection(by=request.user, protection=running, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "La protection est modifiée.")
            return redirect(back)
    return form_page(
        request, household, TAB, form, title="Modifier la protection", submit="Enregistrer", back=back
    )


@requires("files.protect")
@require_http_methods(["GET", "HEAD", "POST"])
@dangerous
def protection_lift(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Ask once, in words that name the thing."""
    household = get_household(request, household_id)
    running = running_protection(household)
    if running is None or not is_named(request.user, household):
        return redirect("households:protection", household.pk)
    if request.method == "POST":
        services.lift_protection(by=request.user, protection=running)
        messages.success(request, f"La protection du dossier {household.number} est levée.")
        return redirect("households:detail", household.pk)
    context = file_context(request, household, TAB, protection=running)
    return render(request, "households/protection_lift.html", context)


@requires("files.protect")
@require_POST
@dangerous
def access_remove(request: AgentRequest, named_access_id: UUID) -> HttpResponse:
    """The agent may not enter any more; one can take away one's own access."""
    accesses = NamedAccess.objects.filter(end=None, protection__end=None)
    access = get_object_or_404(accesses.select_related("agent", "protection"), pk=named_access_id)
    household = get_household(request, access.protection.household_id)
    try:
        services.remove_access(by=request.user, access=access)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{access.agent.full_name} n’a plus accès au dossier {household.number}.")
        if access.agent == request.user:
            return redirect("households:list")
    return redirect("households:protection", household.pk)
