"""Searches: the list, one search, its steps, its outcomes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import posted
from cias.core.refusals import refuse
from cias.core.states import ForbiddenTransition
from households.file import file_context, get_household
from insertion.jobs import services
from insertion.jobs.forms import AnswerForm, KeptForm, ListForm, OutcomeForm, SearchForm, StepForm
from insertion.jobs.views.access import back, get_search, opened
from insertion.models import JobOffer, JobSearch, JobStep, SearchOutcome
from insertion.sections import TAB

PAGE = 25
# After how long without a step a search is looked at again.
QUIET_DAYS = 30


@requires("insertion.overview")
@require_safe
def searches(request: AgentRequest) -> HttpResponse:
    """Who looks for what, since when, the last step and what is due."""
    form = ListForm(request.GET)
    choice = form.cleaned_data if form.is_valid() else {}
    rows = _filtered(request, choice)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, job_searches=len(page.object_list))
    context = {"page": page, "form": form, "filtered": any(choice.values())}
    return render(request, "insertion/jobs/list.html", context)


def _filtered(request: AgentRequest, choice: dict[str, Any]) -> QuerySet[Any]:
    today = timezone.localdate()
    standing = Q(steps__undone_at=None)
    to_check = SearchOutcome.objects.standing().filter(search=OuterRef("pk"), kept="", check_on__lte=today)
    rows: QuerySet[Any] = (
        JobSearch.objects.overview(request.user)
        .select_related("person", "household__commune", "agent")
        .annotate(
            last_step=Max("steps__on", filter=standing & Q(steps__on__lte=today)),
            is_to_check=Exists(to_check),
        )
    )
    match choice.get("liste"):
        case "terminees":
            rows = rows.exclude(ended_on=None)
        case "maintien":
            rows = rows.filter(Exists(to_check))
        case "sans-demarche":
            quiet = today - timedelta(days=QUIET_DAYS)
            silent = Q(last_step=None) | Q(last_step__lt=quiet)
            rows = rows.filter(silent, ended_on=None, opened_on__lt=quiet)
        case _:
            rows = rows.filter(ended_on=None)
    if choice.get("domaine"):
        rows = rows.filter(domains__contains=[choice["domaine"]])
    if choice.get("agent"):
        rows = rows.filter(agent=request.user)
    return rows.order_by(F("last_step").asc(nulls_first=True), "opened_on", "pk")


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AgentRequest, household_id: UUID) -> HttpResponse:
    household = get_household(request, household_id)
    initial = {"agent": request.user.pk, "opened_on": timezone.localdate()}
    form = SearchForm(posted(request), household=household, initial=initial)
    if form.is_valid():
        try:
            search = services.open_search(
                by=request.user, household=household, search=form.save(commit=False)
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "La recherche d’emploi est ouverte.")
            return redirect("insertion:job_search", search.pk)
    context = file_context(request, household, TAB, form=form, search=None)
    return render(request, "insertion/jobs/form.html", context)


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AgentRequest, job_search_id: UUID) -> HttpResponse:
    search = get_search(request, job_search_id)
    household = get_household(request, search.household_id)
    form = SearchForm(posted(request), household=household, instance=search)
    if form.is_valid():
        try:
            services.save_search(by=request.user, search=form.save(commit=False))
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "La recherche est enregistrée.")
            return redirect("insertion:job_search", search.pk)
    context = file_context(request, household, TAB, form=form, search=search)
    return render(request, "insertion/jobs/form.html", context)


@requires("insertion.view")
@require_safe
def search(request: AgentRequest, job_search_id: UUID) -> HttpResponse:
    found, household, reason = opened(request, job_search_id)
    if reason is not None:
        return reason
    entries = list(found.entries.all())
    context = {
        "search": found,
        "steps": found.steps.select_related("offer", "partner", "by"),
        "outcomes": found.outcomes.select_related("partner", "by"),
        "experiences": [row for row in entries if row.kind == "experience"],
        "trainings": [row for row in entries if row.kind == "training"],
        "languages": [row for row in entries if row.kind == "language"],
        "may_edit": request.user.has_perm("insertion.edit"),
        "today": timezone.localdate(),
        "offers": JobOffer.objects.filter(closed_on=None, domain__in=found.domains).select_related("partner")[
            :6
        ],
    }
    return render(request, "insertion/jobs/search.html", file_context(request, household, TAB, **context))


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def add_step(request: AgentRequest, job_search_id: UUID) -> HttpResponse:
    found = get_search(request, job_search_id)
    initial = {
        "on": timezone.localdate(),
        "offer": request.GET.get("offre"),
        "kind": request.GET.get("demarche"),
    }
    form = StepForm(posted(request), initial=initial)
    if form.is_valid():
        try:
            services.add_step(by=request.user, search=found, step=form.save(commit=False))
        except (ValidationError, ForbiddenTransition) as error:
            refuse(form, error)
        else:
            messages.success(request, "La démarche est notée.")
            return redirect("insertion:job_search", found.pk)
    return _page(request, found, form, "Noter une démarche")


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: AgentRequest, job_step_id: UUID) -> HttpResponse:
    step, found = _step(request, job_step_id)
    initial = {"result": step.result, "result_on": step.result_on or timezone.localdate(), "note": step.note}
    form = AnswerForm(posted(request), initial=initial)
    if form.is_valid():
        try:
            services.answer_step(by=request.user, step=step, **form.cleaned_data)
        except (ValidationError, ForbiddenTransition) as error:
            refuse(form, error)
        else:
            messages.success(request, "La réponse est notée.")
            return redirect("insertion:job_search", found.pk)
    return _page(request, found, form, "Noter la réponse", f"{step} du {step.on:%d/%m/%Y}, {step.where}")


@requires("insertion.edit")
@require_POST
def undo_step(request: AgentRequest, job_step_id: UUID) -> HttpResponse:
    step, found = _step(request, job_step_id)
    file_context(request, get_household(request, found.household_id), TAB)
    return back(
        request, lambda: services.undo_step(by=request.user, step=step), "La démarche est annulée.",
        "insertion:job_search", found.pk,
    )  # fmt: skip


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def add_outcome(request: AgentRequest, job_search_id: UUID) -> HttpResponse:
    found = get_search(request, job_search_id)
    form = OutcomeForm(posted(request), initial={"on": timezone.localdate(), "ends_search": True})
    if form.is_valid():
        try:
            services.add_outcome(by=request.user, search=found, outcome=form.save(commit=False))
        except (ValidationError, ForbiddenTransition) as error:
            refuse(form, error)
        else:
            messages.success(request, "L’issue est notée. Elle s’annule d’un clic.")
            return redirect("insertion:job_search", found.pk)
    return _page(request, found, form, "Noter une issue")


@requires("insertion.edit")
@require_POST
def undo_outcome(request: AgentRequest, search_outcome_id: UUID) -> HttpResponse:
    outcome, found = _outcome(request, search_outcome_id)
    file_context(request, get_household(request, found.household_id), TAB)
    return back(
        request, lambda: services.undo_outcome(by=request.user, outcome=outcome), "L’issue est annulée.",
        "insertion:job_search", found.pk,
    )  # fmt: skip


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: AgentRequest, search_outcome_id: UUID) -> HttpResponse:
    outcome, found = _outcome(request, search_outcome_id)
    initial = {"kept": outcome.kept, "kept_on": outcome.kept_on or timezone.localdate()}
    form = KeptForm(posted(request), initial=initial)
    if form.is_valid():
        try:
            services.note_kept(by=request.user, outcome=outcome, **form.cleaned_data)
        except (ValidationError, ForbiddenTransition) as error:
            refuse(form, error)
        else:
            messages.success(request, "Le maintien est noté.")
            return redirect("insertion:job_search", found.pk)
    about = f"{outcome} depuis le {outcome.on:%d/%m/%Y}"
    return _page(
        request, found, form, "Demander le maintien", f"{about}, {outcome.title}" if outcome.title else about
    )


def _step(request: AgentRequest, key: UUID) -> tuple[JobStep, JobSearch]:
    known = JobSearch.objects.overview(request.user)
    rows = JobStep.objects.filter(search__in=known).select_related("offer", "partner")
    step = get_object_or_404(rows, pk=key)
    return step, get_search(request, step.search_id)


def _outcome(request: AgentRequest, key: UUID) -> tuple[SearchOutcome, JobSearch]:
    rows = SearchOutcome.objects.filter(search__in=JobSearch.objects.overview(request.user))
    outcome = get_object_or_404(rows, pk=key)
    return outcome, get_search(request, outcome.search_id)


def _page(
    request: AgentRequest, found: JobSearch, form: BaseForm, title: str, intro: str = ""
) -> HttpResponse:
    household = get_household(request, found.household_id)
    context = file_context(request, household, TAB, form=form, search=found, title=title, intro=intro)
    return render(request, "insertion/jobs/step.html", context)
