"""The rules of the pathways and the legitimate reasons: read, checked, replaced from a day on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.history import changes_of
from cias.core.access import requires
from cias.core.french import date_short
from cias.core.http import posted
from cias.core.refusals import refuse
from insertion.followup import rules
from insertion.followup.enums import ParameterCode
from insertion.followup.forms import ParameterForm, ParameterVersionForm, ReasonForm
from insertion.models import LegitimateReason, PathwayParameter


@requires("structure.manage")
@require_safe
def parameters(request: AgentRequest) -> HttpResponse:
    """Each rule with its source: the version in force, those to come, the past ones below."""
    today = timezone.localdate()
    versions: dict[str, list[PathwayParameter]] = {}
    for row in PathwayParameter.objects.order_by("code", "-valid_from"):
        versions.setdefault(row.code, []).append(row)
    groups = []
    to_check = 0
    for code in ParameterCode:
        known = versions.get(code.value, [])
        coming = [row for row in known if row.valid_from > today]
        past = [row for row in known if row.valid_from <= today]
        current = past[:1]
        to_check += sum(row.is_to_check for row in current)
        groups.append((code.label, [*coming, *current], past[1:]))
    context = {
        "groups": groups,
        "reasons": LegitimateReason.objects.all(),
        "to_check": to_check,
        "today": today,
    }
    return render(request, "insertion/followup/rules.html", context)


@requires("structure.manage")
@require_safe
def history(request: AgentRequest) -> HttpResponse:
    changes = changes_of(*PathwayParameter.objects.all(), *LegitimateReason.objects.all())
    return render(request, "insertion/followup/rules_history.html", {"changes": changes})


def _page(request: AgentRequest, form: Any, title: str, submit: str = "Enregistrer") -> HttpResponse:
    context = {"form": form, "title": title, "submit": submit, "back_url": reverse("insertion:rules")}
    return render(request, "core/form_page.html", context)


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def parameter_edit(request: AgentRequest, pathway_parameter_id: UUID) -> HttpResponse:
    """The text was read, or a figure was wrong: the same version, put right."""
    row = get_object_or_404(PathwayParameter, pk=pathway_parameter_id)
    title = row.get_code_display()
    form = ParameterForm(posted(request), instance=row)
    if form.is_valid():
        rules.correct(by=request.user, row=row)
        messages.success(request, f"«\u00a0{title}\u00a0» est corrigé\u00a0; les échéances suivent aussitôt.")
        return redirect("insertion:rules")
    return _page(request, form, f"Corriger\u00a0: {title}")


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def parameter_change(request: AgentRequest, pathway_parameter_id: UUID) -> HttpResponse:
    """A new version from a day on; what is older keeps the one before."""
    row = get_object_or_404(PathwayParameter, pk=pathway_parameter_id)
    title = row.get_code_display()
    form = ParameterVersionForm(posted(request), instance=row)
    if form.is_valid():
        try:
            rules.change(by=request.user, code=row.code, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, f"«\u00a0{title}\u00a0»\u00a0: nouvelle version enregistrée.")
            return redirect("insertion:rules")
    return _page(request, form, f"Nouvelle version\u00a0: {title}", "Enregistrer cette version")


@requires("structure.manage")
@require_POST
def parameter_withdraw(request: AgentRequest, pathway_parameter_id: UUID) -> HttpResponse:
    row = get_object_or_404(PathwayParameter, pk=pathway_parameter_id)
    try:
        rules.withdraw(by=request.user, row=row)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"La version du {date_short(row.valid_from)} est retirée.")
    return redirect("insertion:rules")


@requires("structure.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def reason(request: AgentRequest, legitimate_reason_id: UUID | None = None) -> HttpResponse:
    """A legitimate reason, added or put right; one that was used is deactivated, never deleted."""
    row = get_object_or_404(LegitimateReason, pk=legitimate_reason_id) if legitimate_reason_id else None
    form = ReasonForm(posted(request), instance=row)
    if form.is_valid():
        rules.save_reason(by=request.user, row=form.save(commit=False))
        messages.success(request, "Le motif légitime est enregistré.")
        return redirect("insertion:rules")
    return _page(request, form, "Motif légitime")
