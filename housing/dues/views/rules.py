"""The rules of the CIAS on contributions: dated, sourced, edited here."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.http import posted
from households.models import LetterTemplate
from housing.dues.forms import DuesRuleForm
from housing.dues.services import rule_on
from housing.dues.services.reminders import TEMPLATES
from housing.inventories.services.writing import rule_on as inventory_rule_on
from housing.models import DuesRule, InventoryRule, RoomTemplate, WearRule


@requires("dues.view", "dues.rules")
@require_safe
def rules(request: AgentRequest) -> HttpResponse:
    """Delays, letters, grille de vétusté and rooms, with their sources."""
    codes, today = list(TEMPLATES.values()), timezone.localdate()
    templates = {one.code: one for one in LetterTemplate.objects.filter(code__in=codes)}
    context = {
        "today": today,
        "rule": rule_on(today),
        "rules": DuesRule.objects.all(),
        "inventory_rule": inventory_rule_on(today),
        "inventory_rules": InventoryRule.objects.all(),
        "wear": WearRule.objects.all(),
        "rooms": RoomTemplate.objects.all(),
        "templates": [templates[code] for code in codes if code in templates],
    }
    return render(request, "housing/dues/rules.html", context)


@requires("dues.rules")
@require_http_methods(["GET", "HEAD", "POST"])
def rule_edit(request: AgentRequest, dues_rule_id: UUID | None = None) -> HttpResponse:
    """Write a rule from a day on, or correct one; a new one starts from what holds today."""
    instance = get_object_or_404(DuesRule, pk=dues_rule_id) if dues_rule_id else None
    today = timezone.localdate()
    current = rule_on(today)
    initial = {} if instance else {name: getattr(current, name) for name in DuesRuleForm.Meta.fields}
    if not instance:
        initial["valid_from"] = today
    form = DuesRuleForm(posted(request), instance=instance, initial=initial)
    if form.is_valid():
        form.save()
        messages.success(request, "La règle est enregistrée.")
        return redirect("housing:dues_rules")
    context = {
        "form": form,
        "title": "Corriger la règle" if instance else "Nouvelle règle des participations",
        "submit": "Enregistrer",
        "back_url": reverse("housing:dues_rules"),
    }
    return render(request, "core/form_page.html", context)
