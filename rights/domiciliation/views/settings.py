"""Settings of domiciliation: whether it is used, the rules and their sources, the pick-up points."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.history import changes_of
from cias.audit.services import signed_by
from cias.core.access import requires
from cias.core.french import date_short
from cias.core.http import posted
from cias.core.refusals import sentence
from rights.domiciliation import services
from rights.domiciliation.enums import DeskKind
from rights.domiciliation.mailbox_forms import PickupForm, SettingsForm
from rights.domiciliation.pickup import save_point
from rights.domiciliation.rule_forms import CheckForm, RuleForm
from rights.domiciliation.views.access import refuse
from rights.models import DeskRule, DomiciliationRule, DomiciliationSettings, PickupCommune, PickupPoint


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: AgentRequest) -> HttpResponse:
    """On or off, and what attestations say; always reachable, so that the module can be switched on again."""
    form = SettingsForm(posted(request), instance=DomiciliationSettings.objects.get())
    if form.is_valid():
        with signed_by(request.user):
            form.save()
        messages.success(request, "Les réglages de la domiciliation sont enregistrés.")
        return redirect("rights:dom_settings")
    communes = Prefetch("communes", PickupCommune.objects.select_related("commune"))
    today = timezone.localdate()
    versions = list(DomiciliationRule.objects.all())
    rule = next(row for row in versions if row.valid_from <= today)
    context = {
        "form": form,
        "points": PickupPoint.objects.prefetch_related(communes),
        "rule": rule,
        "effects": _in_order(rule),
        "coming": next((row for row in versions if row.valid_from > today), None),
        "past": [row for row in versions if row.valid_from < rule.valid_from],
    }
    return render(request, "rights/domiciliation/settings.html", context)


def _in_order(rule: DomiciliationRule) -> list[DeskRule]:
    """The effects as the desk lists its events."""
    rank = {code: number for number, code in enumerate(DeskKind.values)}
    return sorted(rule.effects.all(), key=lambda row: rank[row.code])


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def change_rule(request: AgentRequest) -> HttpResponse:
    """A new version of the delays and of what counts, from a day on."""
    latest = DomiciliationRule.objects.latest("valid_from")
    form = RuleForm(posted(request), latest=latest)
    if form.is_valid():
        try:
            rule = services.change_rule(
                by=request.user,
                valid_from=form.cleaned_data["valid_from"],
                values=form.rule_values(),
                effects=form.effect_values(),
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(
                request, f"Nouvelle version des règles, depuis le {date_short(rule.valid_from)}."
            )
            return redirect("rights:dom_settings")
    context = {
        "form": form,
        "title": "Nouvelle version des règles",
        "intro": f"À partir de la version du {date_short(latest.valid_from)}, qui s’arrêtera la veille.",
        "submit": "Enregistrer cette version",
    }
    return render(request, "rights/domiciliation/rule.html", context)


@requires("structure.manage")
@require_POST
def withdraw_rule(request: AgentRequest) -> HttpResponse:
    try:
        rule = services.withdraw_rule(by=request.user)
    except ValidationError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(
            request, f"La version du {date_short(rule.valid_from)} est retirée\u00a0: celle d’avant continue."
        )
    return redirect("rights:dom_settings")


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def check_rule(request: AgentRequest) -> HttpResponse:
    """The texts were read: the sources of the version in force, and what is now verified."""
    rule = DomiciliationRule.objects.on(timezone.localdate())
    form = CheckForm(posted(request), rule=rule)
    if form.is_valid():
        services.check_rule(
            by=request.user, rule=rule, values=form.rule_values(), effects=form.effect_values()
        )
        messages.success(request, "Les sources et leur certitude sont enregistrées.")
        return redirect("rights:dom_settings")
    context = {
        "form": form,
        "title": "Vérifier les sources des règles",
        "intro": f"Version du {date_short(rule.valid_from)}\u00a0: les délais et les effets ne changent pas.",
        "submit": "Enregistrer",
    }
    return render(request, "rights/domiciliation/rule.html", context)


@requires("structure.manage")
@require_safe
def history(request: AgentRequest) -> HttpResponse:
    """Who changed what in the settings, the rules and the pick-up points, before and after."""
    rows: list[Any] = [
        *DomiciliationSettings.objects.all(),
        *DomiciliationRule.objects.all(),
        *DeskRule.objects.all(),
        *PickupPoint.objects.all(),
    ]
    context = {"changes": changes_of(*rows)}
    return render(request, "rights/domiciliation/settings_history.html", context)


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def pickup_point(request: AgentRequest, pickup_point_id: UUID | None = None) -> HttpResponse:
    """Create or edit a pick-up point and the communes it serves."""
    point = get_object_or_404(PickupPoint, pk=pickup_point_id) if pickup_point_id else PickupPoint()
    form = PickupForm(posted(request), instance=point)
    if form.is_valid():
        try:
            save_point(
                by=request.user,
                point=form.save(commit=False),
                communes=form.cleaned_data["communes"],
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, f"Le point de retrait «\u00a0{point.name}\u00a0» est enregistré.")
            return redirect("rights:dom_settings")
    return render(request, "rights/domiciliation/pickup_point.html", {"form": form, "point": point})
