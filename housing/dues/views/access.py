"""The rows behind the addresses, as far as the reader may know of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.refusals import sentence
from cias.core.states import ForbiddenTransition
from housing.models import Stay


def get_stay(request: AgentRequest, stay_id: UUID) -> Stay:
    stays = Stay.objects.for_user(request.user).select_related(
        "household", "place__dwelling__commune", "referent"
    )
    return get_object_or_404(stays.prefetch_related("contracts"), pk=stay_id)


def get_row(request: AgentRequest, model: Any, key: UUID) -> Any:
    """A row of an account with its stay; 404 when missing or not for this reader."""
    rows = model.objects.for_user(request.user)
    return get_object_or_404(rows.select_related("stay__household", "stay__place__dwelling__commune"), pk=key)


def log_print(request: AgentRequest, stay: Stay, document: str, obj: Any = None) -> None:
    log_access(request, AccessAction.PRINT, obj or stay, subject_id=stay.household_id, document=document)


def back(stay: Stay) -> HttpResponse:
    return redirect("housing:account", stay.pk)


def refuse(request: AgentRequest, error: ForbiddenTransition | ValidationError) -> None:
    messages.error(request, sentence(error))
