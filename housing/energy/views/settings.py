"""What the CIAS sets for the programme: ceilings, rule, catalogue of equipment, columns of the export."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.services import signed_by
from cias.core.access import requires
from cias.core.http import posted
from housing.energy import forms
from housing.models import EnergyRule, EquipmentItem, ExportColumn, IncomeCeiling


@requires("energy.manage")
@require_safe
def settings(request: AgentRequest) -> HttpResponse:
    context = {
        "ceilings": IncomeCeiling.objects.all(),
        "rules": EnergyRule.objects.all(),
        "items": EquipmentItem.objects.all(),
        "columns": ExportColumn.objects.all(),
    }
    return render(request, "housing/energy/settings.html", context)


def _edit(request: AgentRequest, form: Any, title: str, done: str) -> HttpResponse:
    if form.is_valid():
        with transaction.atomic(), signed_by(request.user):
            form.save()
        messages.success(request, done)
        return redirect("housing:energy_settings")
    context = {
        "form": form, "title": title, "submit": "Enregistrer", "back_url": reverse("housing:energy_settings"),
    }  # fmt: skip
    return render(request, "core/form_page.html", context)


@requires("energy.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def ceiling(request: AgentRequest, income_ceiling_id: UUID | None = None) -> HttpResponse:
    """A scale from a date on, or the correction of one."""
    row = get_object_or_404(IncomeCeiling, pk=income_ceiling_id) if income_ceiling_id else None
    form = forms.CeilingForm(posted(request), instance=row)
    title = f"Plafonds Anah\u00a0: {row}" if row else "Nouveaux plafonds Anah"
    return _edit(request, form, title, "Les plafonds sont enregistrés.")


@requires("energy.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: AgentRequest, energy_rule_id: UUID | None = None) -> HttpResponse:
    """The rule from a date on; a new one starts from the values of the last."""
    row = get_object_or_404(EnergyRule, pk=energy_rule_id) if energy_rule_id else None
    last = EnergyRule.objects.first()
    initial = {}
    if row is None and last is not None:
        names = set(forms.RuleForm.Meta.fields) - {"valid_from"}
        initial = {name: getattr(last, name) for name in names}
    form = forms.RuleForm(posted(request), instance=row, initial=initial)
    title = f"Règle du SLIME {str(row).lower()}" if row else "Nouvelle règle du SLIME"
    return _edit(request, form, title, "La règle est enregistrée.")


@requires("energy.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: AgentRequest, equipment_item_id: UUID | None = None) -> HttpResponse:
    row = get_object_or_404(EquipmentItem, pk=equipment_item_id) if equipment_item_id else None
    form = forms.ItemForm(posted(request), instance=row)
    title = f"Équipement\u00a0: {row}" if row else "Nouvel équipement"
    return _edit(request, form, title, "L’équipement est enregistré.")


@requires("energy.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: AgentRequest) -> HttpResponse:
    """Which columns leave in the export."""
    form = forms.ColumnsForm(posted(request))
    if form.is_valid():
        chosen = set(form.cleaned_data["columns"])
        with transaction.atomic(), signed_by(request.user):
            for row in ExportColumn.objects.all():
                if row.is_exported != (row.code in chosen):
                    row.is_exported = row.code in chosen
                    row.save(update_fields=["is_exported"])
        messages.success(request, "Les colonnes de l’export sont enregistrées.")
        return redirect("housing:energy_settings")
    context = {
        "form": form, "title": "Colonnes de l’export", "submit": "Enregistrer",
        "back_url": reverse("housing:energy_settings"),
    }  # fmt: skip
    return render(request, "core/form_page.html", context)
