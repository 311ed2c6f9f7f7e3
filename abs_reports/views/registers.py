"""The registers of the shared analysis: contributions, action plan, restitutions (S10, CASF R123-2)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from abs_reports.compiling.chapters import Chapter
from abs_reports.models import Contribution, PlannedAction, Report, Restitution
from abs_reports.views.reports import get_report
from abs_reports.writing import plan
from abs_reports.writing.enums import ActionState, Audience
from abs_reports.writing.forms import ActionForm, ContributionForm, RestitutionForm, SearchForm
from abs_reports.writing.sections import label_of
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import lower_first, plural
from cias.core.http import posted

PAGE = 25
STATES = {
    ActionState.PLANNED: "à engager",
    ActionState.RUNNING: "engagées",
    ActionState.DONE: "réalisées",
    ActionState.DROPPED: "abandonnées",
}


def _wanted_chapter(request: AgentRequest) -> str:
    """The chapter a page was called from; none when the address names no such one."""
    wanted = request.GET.get("chapitre", "")
    return wanted if wanted in {chapter.value for chapter in Chapter} else ""


def _form_page(
    request: AgentRequest, report: Report, form: Any, title: str, back: str, **extra: Any
) -> HttpResponse:
    context = {
        "form": form,
        "report": report,
        "title": title,
        "submit": "Enregistrer",
        "back_url": reverse(back, args=[report.pk]),
        "remove_url": "",
        "remove_label": "",
        **extra,
    }
    return render(request, "abs_reports/writing/form.html", context)


@requires("abs.manage")
@require_safe
def contribution_list(request: AgentRequest, report_id: UUID) -> HttpResponse:
    """What partners brought to the edition, the latest first; found by words and by chapter."""
    report = get_report(request.user, report_id)
    form = SearchForm(request.GET)
    rows = Contribution.objects.filter(series=report.series)
    total = rows.count()
    if form.is_valid():
        rows = rows.matching(form.cleaned_data["q"])
        if chapter := form.cleaned_data["chapitre"]:
            rows = rows.filter(chapter="" if chapter == "ensemble" else chapter)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    log_access(
        request, AccessAction.VIEW, report, version=report.version, part="contributions", count=len(page)
    )
    context = {
        "report": report,
        "form": form,
        "filtered": any(form.data.get(name) for name in ("q", "chapitre")),
        "page": page,
        "total": total,
        "rows": [(row, label_of(row.chapter)) for row in page],
    }
    return render(request, "abs_reports/writing/contributions.html", context)


@requires("abs.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_create(request: AgentRequest, report_id: UUID) -> HttpResponse:
    report = get_report(request.user, report_id)
    form = ContributionForm(
        posted(request), initial={"chapter": _wanted_chapter(request), "means": "meeting"}
    )
    return _contribution(request, report, form, "Noter une contribution")


@requires("abs.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_edit(request: AgentRequest, report_id: UUID, contribution_id: UUID) -> HttpResponse:
    report = get_report(request.user, report_id)
    row = get_object_or_404(Contribution, pk=contribution_id, series=report.series)
    if request.method != "POST":
        log_access(request, AccessAction.VIEW, row, subject_id=report.pk)
    remove = reverse("abs_reports:contribution_remove", args=[report.pk, row.pk])
    return _contribution(
        request, report, ContributionForm(posted(request), instance=row), "Contribution d’un partenaire",
        remove_url=remove, remove_label="Supprimer la contribution",
    )  # fmt: skip


def _contribution(
    request: AgentRequest, report: Report, form: ContributionForm, title: str, **extra: Any
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        row = form.save(commit=False)
        row.series = report.series
        row.organisation = form.cleaned_data["organisation"]
        if row.noted_by_id is None:
            row.noted_by = request.user
        row.save()
        messages.success(request, f"La contribution de {row.organisation} est enregistrée.")
        return redirect("abs_reports:contributions", report.pk)
    return _form_page(request, report, form, title, "abs_reports:contributions", **extra)


@requires("abs.manage")
@require_POST
def contribution_remove(request: AgentRequest, report_id: UUID, contribution_id: UUID) -> HttpResponse:
    report = get_report(request.user, report_id)
    get_object_or_404(Contribution, pk=contribution_id, series=report.series).delete()
    messages.success(request, "La contribution est supprimée.")
    return redirect("abs_reports:contributions", report.pk)


@requires("abs.manage")
@require_safe
def action_plan(request: AgentRequest, report_id: UUID) -> HttpResponse:
    """The plan in its order."""
    report = get_report(request.user, report_id)
    rows = list(PlannedAction.objects.filter(series=report.series))
    log_access(request, AccessAction.VIEW, report, version=report.version, part="plan")
    context = {
        "report": report,
        "rows": [(row, label_of(row.chapter)) for row in rows],
        "states": ", ".join(
            plural(count, lower_first(state.label), STATES[state])
            for state in ActionState
            if (count := sum(row.state == state for row in rows))
        ),
    }
    return render(request, "abs_reports/writing/plan.html", context)


@requires("abs.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def action_create(request: AgentRequest, report_id: UUID) -> HttpResponse:
    report = get_report(request.user, report_id)
    form = ActionForm(posted(request), initial={"chapter": _wanted_chapter(request)})
    if request.method == "POST" and form.is_valid():
        plan.add_action(report=report, **form.cleaned_data)
        messages.success(request, "L’action est ajoutée au plan.")
        return redirect("abs_reports:plan", report.pk)
    return _form_page(request, report, form, "Ajouter une action", "abs_reports:plan")


@requires("abs.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def action_edit(request: AgentRequest, report_id: UUID, action_id: UUID) -> HttpResponse:
    report = get_report(request.user, report_id)
    row = get_object_or_404(PlannedAction, pk=action_id, series=report.series)
    form = ActionForm(posted(request), instance=row)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "L’action est enregistrée.")
        return redirect("abs_reports:plan", report.pk)
    remove = reverse("abs_reports:action_remove", args=[report.pk, row.pk])
    return _form_page(
        request, report, form, "Action du plan", "abs_reports:plan", remove_url=remove,
        remove_label="Retirer l’action du plan",
    )  # fmt: skip


@requires("abs.manage")
@require_POST
def action_move(request: AgentRequest, report_id: UUID, action_id: UUID) -> HttpResponse:
    """One place up or down."""
    report = get_report(request.user, report_id)
    row = get_object_or_404(PlannedAction, pk=action_id, series=report.series)
    if not plan.move_action(report=report, action=row, up=request.POST.get("sens") == "haut"):
        messages.info(request, "L’action est déjà au bout du plan.")
    return redirect(f"{reverse('abs_reports:plan', args=[report.pk])}#action-{row.pk}")


@requires("abs.manage")
@require_POST
def action_remove(request: AgentRequest, report_id: UUID, action_id: UUID) -> HttpResponse:
    report = get_report(request.user, report_id)
    row = get_object_or_404(PlannedAction, pk=action_id, series=report.series)
    plan.remove_action(report=report, action=row)
    messages.success(request, "L’action est retirée du plan.")
    return redirect("abs_reports:plan", report.pk)


@requires("abs.manage")
@require_safe
def restitution_list(request: AgentRequest, report_id: UUID) -> HttpResponse:
    """Before whom the versions of the edition were presented; the board comes first."""
    report = get_report(request.user, report_id)
    rows = Restitution.objects.filter(report__series=report.series).select_related("report", "noted_by")
    log_access(request, AccessAction.VIEW, report, version=report.version, part="restitutions")
    context = {
        "report": report,
        "rows": rows,
        "before_board": any(row.audience == Audience.BOARD for row in rows),
    }
    return render(request, "abs_reports/writing/restitutions.html", context)


@requires("abs.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def restitution_create(request: AgentRequest, report_id: UUID) -> HttpResponse:
    report = get_report(request.user, report_id)
    initial = {"deliberation_number": report.deliberation_number, "on": report.deliberation_date}
    form = RestitutionForm(posted(request), initial=initial)
    return _restitution(request, report, form, "Noter une restitution")


@requires("abs.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def restitution_edit(request: AgentRequest, report_id: UUID, restitution_id: UUID) -> HttpResponse:
    report = get_report(request.user, report_id)
    row = get_object_or_404(Restitution, pk=restitution_id, report__series=report.series)
    remove = reverse("abs_reports:restitution_remove", args=[report.pk, row.pk])
    return _restitution(
        request, report, RestitutionForm(posted(request), instance=row), "Restitution",
        remove_url=remove, remove_label="Supprimer la restitution",
    )  # fmt: skip


def _restitution(
    request: AgentRequest, report: Report, form: RestitutionForm, title: str, **extra: Any
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        row = form.save(commit=False)
        if row._state.adding:
            row.report, row.noted_by = report, request.user
        row.save()
        messages.success(request, "La restitution est enregistrée.")
        return redirect("abs_reports:restitutions", report.pk)
    return _form_page(request, report, form, title, "abs_reports:restitutions", **extra)


@requires("abs.manage")
@require_POST
def restitution_remove(request: AgentRequest, report_id: UUID, restitution_id: UUID) -> HttpResponse:
    report = get_report(request.user, report_id)
    get_object_or_404(Restitution, pk=restitution_id, report__series=report.series).delete()
    messages.success(request, "La restitution est supprimée.")
    return redirect("abs_reports:restitutions", report.pk)
