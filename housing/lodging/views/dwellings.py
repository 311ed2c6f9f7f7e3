"""Dwellings, their places, and the days on which these cannot be lived in."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import posted
from cias.core.periods import Period
from housing.lodging import services
from housing.lodging.capacity import count_nights, spans_of
from housing.lodging.forms import refuse
from housing.lodging.forms.places import DwellingForm, PlaceForm, UnavailableForm
from housing.lodging.views.access import form_page, get_dwelling, get_place
from housing.models import Dwelling, Place, Stay, Unavailability


@requires("housing.view")
@require_safe
def dwellings(request: AgentRequest) -> HttpResponse:
    """Those in use first, those given back apart."""
    today = timezone.localdate()
    rows = Dwelling.objects.for_user(request.user).select_related("commune").prefetch_related("places")
    found = list(rows)
    context = {
        "dwellings": [row for row in found if row.closed_on is None or row.closed_on >= today],
        "closed": [row for row in found if row.closed_on is not None and row.closed_on < today],
        "places": sum(len(row.places.all()) for row in found),
    }
    return render(request, "housing/lodging/dwellings.html", context)


@requires("housing.view")
@require_safe
def dwelling(request: AgentRequest, dwelling_id: UUID) -> HttpResponse:
    dwelling, today = get_dwelling(request, dwelling_id), timezone.localdate()
    works = Prefetch("unavailabilities", Unavailability.objects.order_by("-start"))
    places = list(dwelling.places.prefetch_related(works))
    stays = (
        Stay.objects.on_plan(request.user)
        .filter(place__dwelling=dwelling)
        .select_related("place", "household")
    )
    year = Period(date(today.year, 1, 1), today)
    log_access(request, AccessAction.VIEW, dwelling)
    context = {
        "dwelling": dwelling,
        "places": places,
        "stays": stays.order_by("-start", "pk"),
        "nights": count_nights(spans_of(places, year).values(), year),
        "today": today,
    }
    return render(request, "housing/lodging/dwelling.html", context)


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def dwelling_edit(request: AgentRequest, dwelling_id: UUID | None = None) -> HttpResponse:
    """Create a dwelling, or correct one."""
    instance = get_dwelling(request, dwelling_id) if dwelling_id else None
    form = DwellingForm(posted(request), instance=instance)
    if form.is_valid():
        dwelling = form.save()
        messages.success(request, f"Le logement «\u00a0{dwelling.name}\u00a0» est enregistré.")
        return redirect("housing:dwelling", dwelling.pk)
    title = f"Modifier le logement «\u00a0{instance.name}\u00a0»" if instance else "Nouveau logement"
    context = {"form": form, "title": title, "dwelling": instance}
    return render(request, "housing/lodging/dwelling_form.html", context)


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def place_create(request: AgentRequest, dwelling_id: UUID) -> HttpResponse:
    dwelling = get_dwelling(request, dwelling_id)
    label = "Chambre 2" if dwelling.places.exists() else "Logement entier"
    initial = {"start": dwelling.opened_on, "label": label}
    form = PlaceForm(posted(request), dwelling=dwelling, initial=initial)
    if form.is_valid():
        form.save()
        messages.success(request, "La place est ajoutée.")
        return redirect("housing:dwelling", dwelling.pk)
    return form_page(request, form, f"Ajouter une place à «\u00a0{dwelling.name}\u00a0»", dwelling=dwelling)


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def place_edit(request: AgentRequest, place_id: UUID) -> HttpResponse:
    """Rename a place, change its beds, close it after a day on which nobody is left."""
    place = get_place(request, place_id)
    form = PlaceForm(posted(request), instance=place, dwelling=place.dwelling)
    if form.is_valid():
        late = _stay_after(place, form.cleaned_data["start"], form.cleaned_data["end"])
        if late is None:
            form.save()
            messages.success(request, f"{place} est à jour.")
            return redirect("housing:dwelling", place.dwelling_id)
        form.add_error(*late)
    return form_page(request, form, f"Modifier la place\u00a0: {place}", dwelling=place.dwelling)


def _stay_after(place: Place, start: date, end: date | None) -> tuple[str, str] | None:
    """The field and the reason when somebody lives there on a day the place would not be open."""
    first = place.stays.filter(start__lt=start).order_by("start").first()
    if first is not None:
        return "start", f"Un séjour y a commencé le {first.start:%d/%m/%Y}."
    last = place.stays.exclude(end__lte=end).order_by("start").first() if end else None
    return ("end", f"Le séjour du {last.start:%d/%m/%Y} n’est pas terminé à cette date.") if last else None


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def place_unavailable(request: AgentRequest, place_id: UUID) -> HttpResponse:
    """Take a place out of service for works or another reason."""
    place = get_place(request, place_id)
    form = UnavailableForm(posted(request))
    if form.is_valid():
        try:
            services.declare_unavailable(place=place, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, f"{place} est indisponible à ces dates.")
            return redirect("housing:dwelling", place.dwelling_id)
    return form_page(request, form, f"Indisponibilité\u00a0: {place}", dwelling=place.dwelling)


def _unavailability(request: AgentRequest, unavailability_id: UUID) -> Unavailability:
    places = Place.objects.for_user(request.user)
    rows = Unavailability.objects.filter(place__in=places).select_related("place__dwelling")
    return get_object_or_404(rows, pk=unavailability_id)


@requires("housing.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def unavailability_edit(request: AgentRequest, unavailability_id: UUID) -> HttpResponse:
    """Correct its dates or its reason, or say when it ends."""
    row = _unavailability(request, unavailability_id)
    stored = {name: getattr(row, name) for name in ("start", "end", "reason", "comment")}
    form = UnavailableForm(posted(request), stored=stored)
    if form.is_valid():
        try:
            services.correct_unavailability(unavailability=row, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "L’indisponibilité est corrigée.")
            return redirect("housing:dwelling", row.place.dwelling_id)
    return form_page(
        request,
        form,
        f"Corriger l’indisponibilité\u00a0: {row.place}",
        dwelling=row.place.dwelling,
        remove=reverse("housing:unavailability_remove", args=[row.pk]),
    )


@requires("housing.edit")
@require_POST
def unavailability_remove(request: AgentRequest, unavailability_id: UUID) -> HttpResponse:
    """It never took place."""
    row = _unavailability(request, unavailability_id)
    dwelling = row.place.dwelling_id
    services.remove_unavailability(unavailability=row)
    messages.success(request, f"L’indisponibilité du {row.start:%d/%m/%Y} est supprimée\u00a0: {row.place}.")
    return redirect("housing:dwelling", dwelling)
