"""What every page of lodging fetches, as far as the reader may know of it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from housing.models import Dwelling, LodgingRequest, Place, Stay

TAB = "logement"
PLACE = ("place__dwelling__commune", "household", "referent")


def get_stay(request: AgentRequest, stay_id: UUID) -> Stay:
    return get_object_or_404(Stay.objects.for_user(request.user).select_related(*PLACE), pk=stay_id)


def get_place(request: AgentRequest, place_id: UUID) -> Place:
    places = Place.objects.for_user(request.user).select_related("dwelling__commune")
    return get_object_or_404(places, pk=place_id)


def get_dwelling(request: AgentRequest, dwelling_id: UUID) -> Dwelling:
    dwellings = Dwelling.objects.for_user(request.user).select_related("commune")
    return get_object_or_404(dwellings, pk=dwelling_id)


def get_request(request: AgentRequest, lodging_request_id: UUID) -> LodgingRequest:
    rows = LodgingRequest.objects.for_user(request.user).select_related("household", "agent", "stay")
    return get_object_or_404(rows, pk=lodging_request_id)


def form_page(request: AgentRequest, form: object, title: str, **more: Any) -> HttpResponse:
    """A page that is one form about a dwelling or a stay; reading it about a stay leaves a line in the log."""
    stay = more.get("stay")
    if isinstance(stay, Stay):
        log_access(request, AccessAction.VIEW, stay, subject_id=stay.household_id)
    context = {"form": form, "title": title, "submit": "Enregistrer", "remove": "", **more}
    return render(request, "housing/form.html", context)
