"""The grille de vétusté, the rooms proposed and the delay to correct: edited by those who keep the rules."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.http import posted
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
def inventory_rule(request: AgentRequest, inventory_rule_id: UUID) -> HttpResponse:
    return _edit(request, InventoryRule, InventoryRuleForm, inventory_rule_id, "Règle des états des lieux")


def _edit(
    request: AgentRequest, model: type[Model], form_class: type[ModelForm], key: UUID | None, title: str
) -> HttpResponse:
    instance = get_object_or_404(model, pk=key) if key else None
    form = form_class(posted(request), instance=instance)
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
