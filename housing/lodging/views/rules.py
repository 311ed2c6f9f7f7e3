"""The reference data of lodging: lengths of contracts by scheme, points of the waiting list."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.history import changes_of
from cias.core.access import requires
from cias.core.french import date_short
from cias.core.http import posted
from cias.core.refusals import sentence
from housing.enums import Scheme
from housing.lodging import services
from housing.lodging.enums import Criterion
from housing.lodging.forms import refuse
from housing.lodging.forms.rules import CheckForm, SchemeRuleForm, ScoreForm
from housing.models import SchemeRule, ScoreRule, ScoreWeight

type Rule = SchemeRule | ScoreRule


@requires("housing.view", "structure.manage")
@require_safe
def rules(request: AgentRequest) -> HttpResponse:
    """What applies today, what comes, and what applied before, with the source of each."""
    today = timezone.localdate()
    versions = list(SchemeRule.objects.all())
    scores = list(ScoreRule.objects.prefetch_related("weights"))
    schemes = []
    for scheme in Scheme:
        own = [row for row in versions if row.scheme == scheme]
        schemes.append(_versions(own, today) | {"scheme": scheme})
    score = _versions(scores, today)
    weights = {row.criterion: row for row in score["current"].weights.all()} if score["current"] else {}
    score["rows"] = [weights[one] for one in Criterion if one in weights]
    context = {"schemes": schemes, "score": score, "today": today}
    return render(request, "housing/lodging/rules.html", context)


def _versions(rows: list[Any], today: Any) -> dict[str, Any]:
    """Of versions given from the latest: the one in force, the one to come, those of before."""
    current = next((row for row in rows if row.valid_from <= today), None)
    return {
        "current": current,
        "coming": [row for row in rows if row.valid_from > today],
        "past": [row for row in rows if current is not None and row.valid_from < current.valid_from],
    }


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def scheme_rule_change(request: AgentRequest, scheme_rule_id: UUID) -> HttpResponse:
    """A new version of a scheme's lengths, from the one named in the address."""
    latest = get_object_or_404(SchemeRule, pk=scheme_rule_id)
    form = SchemeRuleForm(posted(request), latest=latest)
    if form.is_valid():
        try:
            services.change_scheme_rule(by=request.user, scheme=latest.scheme, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, f"Nouvelle règle enregistrée\u00a0: {latest.get_scheme_display()}.")
            return redirect("housing:lodging_rules")
    context = {
        "form": form,
        "title": f"Nouvelle règle\u00a0: {latest.get_scheme_display()}",
        "intro": f"À partir de la version du {date_short(latest.valid_from)}, qui s’arrêtera la veille.",
    }
    return render(request, "housing/lodging/rule_form.html", context)


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def score_change(request: AgentRequest) -> HttpResponse:
    """A new version of the points."""
    latest = ScoreRule.objects.prefetch_related("weights").first()
    form = ScoreForm(posted(request), latest=latest)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.change_score(
                by=request.user,
                valid_from=data["valid_from"],
                source=data["source"],
                is_verified=data["is_verified"],
                weights=form.weights(),
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "Le nouveau barème de la liste d’attente est enregistré.")
            return redirect("housing:lodging_rules")
    context = {
        "form": form,
        "title": "Nouveau barème de la liste d’attente",
        "intro": "Zéro point\u00a0: le critère reste noté et ne compte pas.",
    }
    return render(request, "housing/lodging/score_form.html", context)


def _rule(rule_id: UUID) -> Rule:
    found = SchemeRule.objects.filter(pk=rule_id).first()
    return found if found is not None else get_object_or_404(ScoreRule, pk=rule_id)


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def rule_check(request: AgentRequest, lodging_rule_id: UUID) -> HttpResponse:
    """The text, or the council's decision, was read: its source, and whether it is verified."""
    rule = _rule(lodging_rule_id)
    form = CheckForm(posted(request), initial={"source": rule.source, "is_verified": rule.is_verified})
    if form.is_valid():
        services.check_rule(by=request.user, rule=rule, **form.cleaned_data)
        messages.success(request, "La source est enregistrée.")
        return redirect("housing:lodging_rules")
    context = {
        "form": form,
        "title": f"Vérifier la source\u00a0: {rule}",
        "intro": "Ni les durées ni les points ne changent.",
    }
    return render(request, "housing/lodging/rule_form.html", context)


@requires("structure.manage")
@require_POST
def rule_withdraw(request: AgentRequest, lodging_rule_id: UUID) -> HttpResponse:
    """Take back a version that has not begun."""
    rule = _rule(lodging_rule_id)
    try:
        services.withdraw_rule(by=request.user, rule=rule)
    except ValidationError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, "La version à venir est retirée\u00a0: celle d’avant continue.")
    return redirect("housing:lodging_rules")


@requires("housing.view", "structure.manage")
@require_safe
def rules_history(request: AgentRequest) -> HttpResponse:
    """Who changed which rule, before and after."""
    rows: list[Any] = [*SchemeRule.objects.all(), *ScoreRule.objects.all(), *ScoreWeight.objects.all()]
    return render(request, "housing/lodging/rules_history.html", {"changes": changes_of(*rows)})
