"""Situation, address, and the reason that opens a file's content."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.enums import Scope
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access, state_reason
from cias.core.access import requires
from cias.core.http import posted, safe_next
from households import services
from households.budgets.overview import budget_overview
from households.composition import composition
from households.file import ask_reason, file_context, get_household, may_read_content
from households.forms.fields import Place
from households.forms.files import AddressForm, ReasonForm, SituationForm
from households.views.file import current_address, current_situation
from households.views.pages import form_page

PARTS = ("street", "complement", "postal_code", "city")
# Rights some roles hold with a stated reason only.
CONTENT_RIGHTS = ("situation.view", "notes.view", "documents.view", "rights.view", "insertion.view")


@requires("situation.view")
@require_safe
def situation_tab(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """The present situation and the former ones, which nothing overwrites (H3)."""
    household = get_household(request, household_id)
    if not may_read_content(request.user, household, "situation.view"):
        return ask_reason(request, household, "situation")
    rows = list(household.situations.select_related("commune"))
    today = timezone.localdate()
    current = next(
        (row for row in rows if row.start <= today and (row.end is None or row.end >= today)), None
    )
    former = [row for row in rows if row != current]
    context = file_context(
        request,
        household,
        "situation",
        current=current,
        former=former,
        **budget_overview(household, request.user, today),
    )
    return render(request, "households/situation.html", context)


@requires("situation.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def situation_change(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """What is true from a day on; the former snapshot ends the day before."""
    household = get_household(request, household_id)
    today = timezone.localdate()
    people = composition(household, today, request.user)
    current = current_situation(household, today)
    form = SituationForm(
        posted(request),
        instance=current,
        initial={"on": today},
        counted=(people.adults, people.children),
    )
    if form.is_valid():
        values = dict(form.cleaned_data)
        before = household.situations.count()
        try:
            situation = services.change_situation(
                by=request.user, household=household, on=values.pop("on"), **values
            )
        except ValidationError as error:
            form.add_error("on", error)
        else:
            changed = household.situations.count() > before or situation.start == form.cleaned_data["on"]
            said = f"Situation enregistrée à partir du {situation.start:%d/%m/%Y}."
            messages.success(request, said if changed else "Rien n’a changé : la situation reste la même.")
            return redirect("households:situation", household.pk)
    back = reverse("households:situation", args=[household.pk])
    return form_page(
        request, household, "situation", form, title="Modifier la situation", submit="Enregistrer", back=back
    )


@requires("identity.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """The household lives elsewhere from a day on, or its address is corrected on the day it began."""
    household = get_household(request, household_id)
    today = timezone.localdate()
    address = current_address(household, today)
    place = Place(household.commune, household.off_territory).choice
    initial = {"on": today, "place": place}
    if address is None:
        initial["on"] = household.opened_on
    form = AddressForm(posted(request), initial=initial)
    if address is not None:
        # A new address is typed from nothing; that of a colleague, on the same day, is not replaced unseen.
        form.compare_with({"place": place, **{name: getattr(address, name) for name in PARTS}})
    if form.is_valid():
        values = form.cleaned_data
        data = services.AddressData(
            street=values["street"],
            complement=values["complement"],
            postal_code=values["postal_code"],
            city=values["city"],
        )
        try:
            services.move_household(
                by=request.user,
                household=household,
                on=values["on"],
                address=data,
                commune=values["place"].commune,
                off_territory=values["place"].off_territory,
            )
        except ValidationError as error:
            form.add_error("on", error)
        else:
            messages.success(request, "L’adresse est enregistrée.")
            return redirect("households:composition", household.pk)
    title = "Enregistrer un déménagement" if address else "Enregistrer l’adresse"
    back = reverse("households:composition", args=[household.pk])
    return form_page(request, household, "composition", form, title=title, submit="Enregistrer", back=back)


@requires(*CONTENT_RIGHTS)
@require_http_methods(["GET", "HEAD", "POST"])
def reason(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """A stated reason opens the file's content for an hour, and stays in the read log (C4)."""
    household = get_household(request, household_id)
    back = safe_next(request, reverse("households:detail", args=[household.pk]))
    if not any(request.user.scope(right) == Scope.REASON for right in CONTENT_RIGHTS):
        return redirect(back)
    form = ReasonForm(posted(request))
    if form.is_valid():
        state_reason(user=request.user, subject_id=household.pk, reason=form.reason)
        log_access(request, AccessAction.REASON, household, reason=form.reason)
        messages.success(request, "Le contenu du dossier vous est ouvert pendant une heure.")
        return redirect(back)
    context = file_context(request, household, "synthese", form=form, next=back)
    return render(request, "households/reason.html", context)
