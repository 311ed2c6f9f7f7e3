"""The grille de vétusté, the rooms proposed and the delay to correct: edited by those who keep the rules."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Model
from django.forms import ModelForm, model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.http import posted
from housing.inventories.services.writing import rule_on
from housing.inventories.step_forms import InventoryRuleForm, RoomTemplateForm, WearRuleForm
from housing.models import InventoryRule, RoomTemplate, WearRule


@requires("dues.rules")
@require_http_methods(["GET", "HEAD", "POST"])
def wear_rule(request: AgentRequest, wear_rule_id: UUID | None = None) -> HttpResponse:
    return _edit(request, WearRule, WearRuleForm, wear_rule_id, "Ligne de la grille de vétusté")


@requires("dues.rules")
@require_http_methods(["GET", "HEAD", "POST"])
def room_template(request: AgentRequest, room_template_id: UUID | None = None) -> HttpResponse:
    return _edit(request, RoomTemplate, RoomTemplateForm, room_template_id, "Pièce proposée")


@requires("dues.rules")
@require_http_methods(["GET", "HEAD", "POST"])
def inventory_rule(request: AgentRequest, inventory_rule_id: UUID | None = None) -> HttpResponse:
    """Write a rule from a day on, today or to come, or correct one; a new one starts from what holds today."""
    initial = {}
    if inventory_rule_id is None:
        today = timezone.localdate()
        initial = model_to_dict(rule_on(today), ("correction_days", "source")) | {"valid_from": today}
    title = "Règle des états des lieux" if inventory_rule_id else "Nouvelle règle des états des lieux"
    return _edit(request, InventoryRule, InventoryRuleForm, inventory_rule_id, title, initial)


def _edit(
    request: AgentRequest,
    model: type[Model],
    form_class: type[ModelForm],
    key: UUID | None,
    title: str,
    initial: dict[str, Any] | None = None,
) -> HttpResponse:
    instance = get_object_or_404(model, pk=key) if key else None
    form = form_class(posted(request), instance=instance, initial=initial)
    if form.is_valid():
        form.save()
        messages.success(request, "La règle est enregistrée.")
        return redirect("housing:dues_rules")
    context = {
        "form": form,
        "title": title,
        "submit": "Enregistrer",
        "back_url": reverse("housing:dues_rules"),
    }
    return render(request, "core/form_page.html", context)
