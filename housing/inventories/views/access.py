"""The inventories behind the addresses; the direction reads their content with a stated reason."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from cias.accounts.http import AgentRequest
from households.file import ask_reason, get_household, may_read_content
from households.models import Household
from housing.models import Inventory, Stay

TAB = "logement"


def get_stay(request: AgentRequest, stay_id: UUID) -> Stay:
    stays = Stay.objects.for_user(request.user).select_related(
        "household", "place__dwelling__commune", "referent"
    )
    return get_object_or_404(stays, pk=stay_id)


def get_inventory(request: AgentRequest, inventory_id: UUID) -> Inventory:
    rows = Inventory.objects.for_user(request.user).select_related(
        "stay__household", "stay__place__dwelling__commune", "by", "validated_by"
    )
    return get_object_or_404(rows, pk=inventory_id)


def get_part(request: AgentRequest, model: Any, key: UUID | None, path: str) -> Any:
    """A row of an inventory this reader may know of; `path` leads to the inventory."""
    known = Inventory.objects.for_user(request.user).order_by().values("pk")
    rows = model.objects.filter(**{f"{path}__in": known}).select_related(f"{path}__stay__household")
    return get_object_or_404(rows, pk=key)


def open_content(request: AgentRequest, stay: Stay) -> tuple[Household, HttpResponse | None]:
    """The household, and the page that asks for a reason when one is due."""
    household = get_household(request, stay.household_id)
    if may_read_content(request.user, household, "inventories.view"):
        return household, None
    return household, ask_reason(request, household, TAB)
