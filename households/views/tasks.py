"""Tasks (H12): written in one line, given, postponed and done in one click, from lists that work without script."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import posted, safe_next
from cias.core.registry import Origin, find_origin
from cias.core.states import ForbiddenTransition
from households import services
from households.enums import AssignmentRole, TaskState
from households.forms.tasks import PostponeForm, TaskForm
from households.models import DOERS, Household, Task
from households.models.files import on_day
from households.rules import may_change_task, may_do, may_read_detail, may_take
from households.services.tasks import STEPS

PER_PAGE = 50


@requires("tasks.use")
@require_http_methods(["GET", "HEAD", "POST"])
def task_create(request: AgentRequest) -> HttpResponse:
    """A new task, `?menage=` about whom, `?origine=kind:key` what it follows from. The one-line forms post here."""
    household = _household(request, request.POST.get("menage") or request.GET.get("menage", ""))
    kind, key, origin = _origin(request)
    initial = {
        "number": household.number if household else "",
        "agent": _first_agent(request, household),
    }
    writes = request.user.role in DOERS
    form = TaskForm(posted(request), user=request.user, writes_detail=writes, initial=initial)
    default = reverse("households:detail", args=[household.pk]) if household else _home(request)
    back = safe_next(request, default)
    if form.is_valid():
        try:
            task = services.create_task(by=request.user, data=form.task(), origin=kind, origin_id=key)
        except ValidationError as error:
            form.add_error("agent", error)
        else:
            whom = "" if task.agent == request.user else f", confiée à {task.agent.full_name}"
            messages.success(request, f"Tâche notée pour le {task.due_on:%d/%m/%Y}{whom}.")
            return redirect(back)
    log_access(request, AccessAction.VIEW, household, page="task")
    context = {
        "form": form, "title": "Nouvelle tâche", "submit": "Enregistrer", "back_url": back,
        "household": household, "origin": origin, "task": None,
    }  # fmt: skip
    return render(request, "households/tasks/form.html", context)


def _household(request: AgentRequest, key: str) -> Household | None:
    """The household an address or a one-line form names; 404 when the agent may not know of it."""
    try:
        known = UUID(key)
    except ValueError:
        return None
    return get_object_or_404(Household.objects.for_user(request.user), pk=known)


def _origin(request: AgentRequest) -> tuple[str, UUID | None, Origin | None]:
    kind, _, text = (request.POST.get("origine") or request.GET.get("origine", "")).partition(":")
    try:
        key = UUID(text)
    except ValueError:
        return "", None, None
    origin = find_origin(kind, key, request.user)
    return (kind, key, origin) if origin else ("", None, None)


def _first_agent(request: AgentRequest, household: Household | None) -> UUID | None:
    """Oneself; at the desk, the household's référent."""
    if request.user.role in DOERS:
        return request.user.pk
    today = timezone.localdate()
    mains = household.assignments.filter(on_day(today), role=AssignmentRole.MAIN) if household else None
    main = mains.first() if mains is not None else None
    return main.agent_id if main else None


def _home(request: AgentRequest) -> str:
    return reverse("dashboard:work" if request.user.role in DOERS else "households:tasks_given")


def _get(request: AgentRequest, task_id: UUID) -> Task:
    return get_object_or_404(Task.objects.for_user(request.user).for_lists(), pk=task_id)


@requires("tasks.use")
@require_safe
def task(request: AgentRequest, task_id: UUID) -> HttpResponse:
    """One task: what, for whom, where it comes from, what became of it."""
    row = _get(request, task_id)
    log_access(request, AccessAction.VIEW, row, subject_id=row.household_id or row.pk)
    known = Household.objects.for_user(request.user).filter(tasks=row).exists()
    context = {
        "task": row,
        "reads_detail": may_read_detail(request.user, row),
        "may_open_file": known,
        "may_do": may_do(request.user, row),
        "may_take": may_take(request.user, row),
        "may_change": may_change_task(request.user, row),
        "origin": find_origin(row.origin, row.origin_id, request.user),
        "back": request.path,
    }
    return render(request, "households/tasks/detail.html", context)


@requires("tasks.use")
@require_http_methods(["GET", "HEAD", "POST"])
def task_edit(request: AgentRequest, task_id: UUID) -> HttpResponse:
    """Correct a task, or give it to somebody else."""
    row = _get(request, task_id)
    if not (may_change_task(request.user, row) and row.is_to_do):
        raise PermissionDenied
    stored = {
        "title": row.title, "due_on": row.due_on, "agent": row.agent_id, "domain": row.domain, "detail": row.detail,
        "number": row.household.number if row.household else "",
    }  # fmt: skip
    reads = request.user.role in DOERS and may_read_detail(request.user, row)
    form = TaskForm(posted(request), user=request.user, writes_detail=reads, stored=stored)
    if form.is_valid():
        try:
            services.change_task(by=request.user, task=row, data=form.task(detail=row.detail))
        except ValidationError as error:
            form.add_error("agent", error)
        else:
            messages.success(request, "La tâche est corrigée.")
            return redirect("households:task", row.pk)
    log_access(request, AccessAction.VIEW, row, subject_id=row.household_id or row.pk)
    context = {
        "form": form, "title": "Corriger la tâche", "submit": "Enregistrer", "household": row.household,
        "origin": None, "task": row, "back_url": reverse("households:task", args=[row.pk]),
    }  # fmt: skip
    return render(request, "households/tasks/form.html", context)


@requires("tasks.use")
@require_http_methods(["GET", "HEAD", "POST"])
def task_postpone(request: AgentRequest, task_id: UUID) -> HttpResponse:
    """In one click by a day or a week (`jours`); or to a date, with a reason, on a page of its own."""
    row = _get(request, task_id)
    if not may_change_task(request.user, row):
        raise PermissionDenied
    back = safe_next(request, reverse("households:task", args=[row.pk]))
    today = timezone.localdate()
    if (text := request.POST.get("jours", "")) in [str(step) for step in STEPS]:
        until = services.postponed_date(row.due_on, int(text), today)
        return _act(
            request, row, lambda: services.postpone_task(by=request.user, task=row, until=until), "Reportée"
        )
    initial = {"until": services.postponed_date(row.due_on, STEPS[-1], today)}
    form = PostponeForm(posted(request), initial=initial)
    if form.is_valid():
        try:
            services.postpone_task(by=request.user, task=row, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("until", error)
        else:
            messages.success(request, "La tâche est reportée.")
            return redirect(back)
    log_access(request, AccessAction.VIEW, row, subject_id=row.household_id or row.pk)
    context = {
        "form": form, "title": "Reporter la tâche", "submit": "Reporter", "back_url": back, "task": row,
        "household": None, "origin": None,
    }  # fmt: skip
    return render(request, "households/tasks/form.html", context)


@requires("tasks.use")
@require_POST
def task_done(request: AgentRequest, task_id: UUID) -> HttpResponse:
    row = _get(request, task_id)
    if not may_do(request.user, row):
        raise PermissionDenied
    return _act(request, row, lambda: services.finish_task(by=request.user, task=row), "Faite")


@requires("tasks.use")
@require_POST
def task_cancel(request: AgentRequest, task_id: UUID) -> HttpResponse:
    row = _get(request, task_id)
    if not may_change_task(request.user, row):
        raise PermissionDenied
    cancel = TaskState.CANCELLED
    return _act(
        request, row, lambda: services.finish_task(by=request.user, task=row, state=cancel), "Annulée"
    )


@requires("tasks.use")
@require_POST
def task_undo(request: AgentRequest, task_id: UUID) -> HttpResponse:
    """To do again: whoever may do or change it."""
    row = _get(request, task_id)
    if not may_change_task(request.user, row):
        raise PermissionDenied
    return _act(request, row, lambda: services.undo_task(by=request.user, task=row), "De nouveau à faire")


@requires("tasks.use")
@require_POST
def task_take(request: AgentRequest, task_id: UUID) -> HttpResponse:
    """Do it in place of the agent it was given to."""
    row = _get(request, task_id)
    if not may_take(request.user, row):
        raise PermissionDenied
    return _act(request, row, lambda: services.take_over_task(by=request.user, task=row), "Reprise par vous")


def _act(request: AgentRequest, row: Task, write: Callable[[], Task], said: str) -> HttpResponse:
    """Do it; answer the row alone where the list asked for it, else go back to the list with a sentence."""
    back = safe_next(request, reverse("households:task", args=[row.pk]))
    try:
        write()
    except (ValidationError, ForbiddenTransition) as error:
        text = error.messages[0] if isinstance(error, ValidationError) else str(error)
        messages.error(request, text)
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": back})
        return redirect(back)
    if request.htmx:
        context = {"task": _get(request, row.pk), "back": back, "just": said}
        return render(request, "households/tasks/row.html", context)
    messages.success(request, f"{said} : {row.title}.")
    return redirect(back)


@requires("tasks.use")
@require_POST
def tasks_seen(request: AgentRequest) -> HttpResponse:
    """What colleagues ask has been seen. The list says so once it is on the screen."""
    services.mark_tasks_seen(by=request.user)
    if request.htmx:
        return HttpResponse(status=204)
    return redirect(safe_next(request, reverse("dashboard:work")))


@requires("tasks.use")
@require_safe
def tasks_given(request: AgentRequest) -> HttpResponse:
    """What one asked of others: to do first, then what became of it."""
    rows = Task.objects.for_user(request.user).filter(created_by=request.user).exclude(agent=request.user)
    finished = request.GET.get("etat") == "finies"
    rows = rows.exclude(state=TaskState.TODO) if finished else rows.to_do()
    rows = rows.for_lists().order_by(*(("-state_at", "pk") if finished else ("due_on", "created_at", "pk")))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, tasks=len(page.object_list))
    context = {"page": page, "finished": finished, "back": request.get_full_path()}
    return render(request, "households/tasks/given.html", context)
