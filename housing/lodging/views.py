"""Occupancy, dwellings, and the stays of a household."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.deadlines import add_months
from cias.core.http import posted
from cias.core.periods import Period
from households.file import file_context, get_household
from housing.lodging import services
from housing.lodging.forms import (
    AdmitForm,
    DwellingForm,
    ExitForm,
    PlaceForm,
    RenewForm,
    TimelineForm,
    UnavailableForm,
)
from housing.lodging.statistics import capacity_nights, occupied_nights
from housing.lodging.timeline import build_timeline
from housing.models import Dwelling, Place, Stay, Unavailability
from housing.sections import collect_stay_sections


@requires("housing.view")
@require_safe
def occupancy(request: AgentRequest) -> HttpResponse:
    """The timeline: every place, month after month, with what ends soon."""
    today = timezone.localdate()
    form = TimelineForm({"mois": 12} | request.GET.dict())
    choice = form.cleaned_data if form.is_valid() else {}
    months = choice.get("mois") or 12
    first = (choice.get("debut") or add_months(today, -2)).replace(day=1)
    places = _places_with_facts(
        request.user, first, add_months(first, months), choice.get("dispositif") or ""
    )
    year_to_date = Period(date(today.year, 1, 1), today)
    free, taken = capacity_nights(year_to_date, None), occupied_nights(year_to_date, None)
    log_access(request, AccessAction.VIEW, places=len(places))
    context = {
        "timeline": build_timeline(places, first, months, today),
        "form": form,
        "months": months,
        "scheme": choice.get("dispositif") or "",
        "previous": f"{add_months(first, -months):%Y-%m}",
        "next": f"{add_months(first, months):%Y-%m}",
        "today": today,
        "ending": Stay.objects.for_user(request.user)
        .filter(end__isnull=True, planned_end__lte=add_months(today, 2))
        .select_related("household", "place__dwelling")
        .order_by("planned_end", "pk"),
        "occupied": Stay.objects.on_plan(request.user).current(today).count(),
        "capacity": sum(1 for place in places if place.end is None or place.end >= today),
        "rate": 100 * sum(taken.values()) / sum(free.values()) if sum(free.values()) else None,
    }
    return render(request, "housing/lodging/occupancy.html", context)


def _places_with_facts(user: User, first: date, after: date, scheme: str) -> list[Place]:
    """The places open in the window, each with the stays and unavailabilities that touch it: three queries."""
    places = (
        Place.objects.for_user(user)
        .filter(start__lt=after)
        .exclude(end__lt=first)
        .select_related("dwelling__commune")
    )
    if scheme:
        places = places.filter(dwelling__scheme=scheme)
    stays = Stay.objects.on_plan(user).between(first, after).select_related("household").order_by("start")
    offs = Unavailability.objects.filter(start__lt=after).exclude(end__lt=first).order_by("start")
    return list(places.prefetch_related(Prefetch("stays", stays), Prefetch("unavailabilities", offs)))


@requires("housing.view")
@require_safe
def dwellings(request: AgentRequest) -> HttpResponse:
    rows = Dwelling.objects.for_user(request.user).select_related("commune").prefetch_related("places")
    return render(request, "housing/lodging/dwellings.html", {"dwellings": rows})


@requires("housing.view")
@require_safe
def dwelling(request: AgentRequest, dwelling_id: UUID) -> HttpResponse:
    dwelling = _dwelling(request, dwelling_id)
    stays = (
        Stay.objects.on_plan(request.user)
        .filter(place__dwelling=dwelling)
        .select_related("place", "household")
    )
    log_access(request, AccessAction.VIEW, dwelling)
    context = {
        "dwelling": dwelling,
        "places": dwelling.places.prefetch_related("unavailabilities"),
        "stays": stays.order_by("-start", "pk"),
        "today": timezone.localdate(),
    }
    return render(request, "housing/lodging/dwelling.html", context)


def _dwelling(request: AgentRequest, dwelling_id: UUID) -> Dwelling:
    dwellings: QuerySet[Dwelling] = Dwelling.objects.for_user(request.user).select_related("commune")
    return get_object_or_404(dwellings, pk=dwelling_id)


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def dwelling_edit(request: AgentRequest, dwelling_id: UUID | None = None) -> HttpResponse:
    """Create a dwelling, or correct one."""
    instance = _dwelling(request, dwelling_id) if dwelling_id else None
    form = DwellingForm(posted(request), instance=instance)
    if form.is_valid():
        dwelling = form.save()
        messages.success(request, f"Le logement « {dwelling.name} » est enregistré.")
        return redirect("housing:dwelling", dwelling.pk)
    title = f"Modifier le logement « {instance.name} »" if instance else "Nouveau logement"
    return _form_page(request, form, title, "housing/form.html")


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def place_create(request: AgentRequest, dwelling_id: UUID) -> HttpResponse:
    dwelling = _dwelling(request, dwelling_id)
    initial = {"start": dwelling.opened_on, "label": "Logement entier"}
    form = PlaceForm(posted(request), dwelling=dwelling, initial=initial)
    if form.is_valid():
        form.save()
        messages.success(request, "La place est ajoutée.")
        return redirect("housing:dwelling", dwelling.pk)
    return _form_page(
        request, form, f"Ajouter une place à « {dwelling.name} »", "housing/form.html", dwelling=dwelling
    )


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def place_unavailable(request: AgentRequest, place_id: UUID) -> HttpResponse:
    """Take a place out of service for works or another reason."""
    place = get_object_or_404(Place.objects.for_user(request.user).select_related("dwelling"), pk=place_id)
    form = UnavailableForm(posted(request))
    if form.is_valid():
        try:
            services.declare_unavailable(place=place, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{place} est indisponible à ces dates.")
            return redirect("housing:dwelling", place.dwelling_id)
    return _form_page(
        request, form, f"Indisponibilité : {place}", "housing/form.html", dwelling=place.dwelling
    )


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def admit(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Let a household into a place."""
    household = get_household(request, household_id)
    today = timezone.localdate()
    initial = {"place": request.GET.get("place"), "start": today}
    form = AdmitForm(posted(request), user=request.user, today=today, initial=initial)
    if form.is_valid():
        try:
            stay = services.admit(household=household, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("place", error)
        else:
            messages.success(request, f"Entrée enregistrée, contrat jusqu’au {stay.planned_end:%d/%m/%Y}.")
            return redirect("housing:stay", stay.pk)
    context = file_context(request, household, "logement", form=form)
    return render(request, "housing/lodging/admit.html", context)


@requires("housing.view")
@require_safe
def stay(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    stay = _stay(request, stay_id)
    household = get_household(request, stay.household_id)
    contracts = stay.contracts.order_by("start", "pk")
    context = file_context(
        request,
        household,
        "logement",
        stay=stay,
        contracts=contracts,
        today=timezone.localdate(),
        sections=collect_stay_sections(stay, request.user),
    )
    return render(request, "housing/lodging/stay.html", context)


def _stay(request: AgentRequest, stay_id: UUID) -> Stay:
    stays = Stay.objects.for_user(request.user).select_related(
        "place__dwelling__commune", "household", "referent"
    )
    return get_object_or_404(stays, pk=stay_id)


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def stay_renew(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    stay = _stay(request, stay_id)
    form = RenewForm(posted(request))
    if form.is_valid():
        try:
            contract = services.renew(stay=stay, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"Contrat renouvelé jusqu’au {contract.end:%d/%m/%Y}.")
            return redirect("housing:stay", stay.pk)
    return _form_page(
        request, form, f"Renouveler le contrat de {stay.household}", "housing/form.html", stay=stay
    )


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def stay_exit(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    stay = _stay(request, stay_id)
    form = ExitForm(posted(request), initial={"day": timezone.localdate()})
    if form.is_valid():
        try:
            services.end_stay(stay=stay, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("day", error)
        else:
            messages.success(request, f"Sortie enregistrée : la place {stay.place} se libère.")
            return redirect("housing:stay", stay.pk)
    return _form_page(request, form, f"Sortie de {stay.household}", "housing/form.html", stay=stay)


@requires("housing.edit")
@require_POST
def stay_reopen(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    """Undo an exit entered by mistake."""
    stay = _stay(request, stay_id)
    try:
        services.reopen_stay(stay=stay)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "La sortie est annulée.")
    return redirect("housing:stay", stay.pk)


def _form_page(
    request: AgentRequest, form: object, title: str, template: str, **more: object
) -> HttpResponse:
    stay = more.get("stay")
    if isinstance(stay, Stay):
        log_access(request, AccessAction.VIEW, stay, subject_id=stay.household_id)
    return render(request, template, {"form": form, "title": title, "submit": "Enregistrer", **more})
