"""The diagnosis of a person: one page, each of its parts a form, its former states."""

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
from cias.core.http import posted
from cias.core.refusals import sentence
from households.file import file_context, get_household
from households.models import Household, Person
from insertion.diagnoses import services
from insertion.diagnoses.enums import OwnerKind, StepState
from insertion.diagnoses.forms import ActionForm, ObjectiveForm, ObstacleForm, SummaryForm, UpdateForm
from insertion.diagnoses.reading import arrange, with_content
from insertion.followup.access import act, opened, step_page
from insertion.models import Diagnosis, Objective, ObjectiveAction
from insertion.sections import TAB


def get_diagnosis(request: AgentRequest, key: UUID) -> Diagnosis:
    """A diagnosis the reader may keep."""
    rows = Diagnosis.objects.for_user(request.user).select_related("person", "household")
    return get_object_or_404(rows, pk=key)


def page_of(diagnosis: Diagnosis) -> str:
    return reverse("insertion:diagnosis", args=[diagnosis.pk])


def readable_diagnosis(request: AgentRequest, key: UUID) -> tuple[Household, Diagnosis, HttpResponse | None]:
    bare = get_object_or_404(Diagnosis, pk=key)
    household, reason = opened(request, bare.household_id)
    if reason is not None:
        return household, bare, reason
    rows = with_content(Diagnosis.objects.for_user(request.user, household.pk))
    return household, get_object_or_404(rows, pk=key), None


@requires("insertion.edit")
@require_POST
def start(request: AgentRequest, household_id: UUID, person_id: UUID) -> HttpResponse:
    """Begin the diagnosis of a member, or go to the one there is."""
    household = get_household(request, household_id)
    # The household was opened as its reader may see it.
    # ast-grep-ignore: model-without-reader
    person = get_object_or_404(Person, pk=person_id, memberships__household=household)
    try:
        diagnosis = services.open_diagnosis(by=request.user, household=household, person=person)
    except ValidationError as error:
        messages.error(request, sentence(error))
        return redirect("insertion:household", household.pk)
    return redirect(page_of(diagnosis))


@requires("insertion.view")
@require_safe
def diagnosis(request: AgentRequest, pathway_diagnosis_id: UUID) -> HttpResponse:
    household, diagnosis, reason = readable_diagnosis(request, pathway_diagnosis_id)
    if reason is not None:
        return reason
    today = timezone.localdate()
    content = arrange(diagnosis)
    context = {
        "diagnosis": diagnosis,
        "content": content,
        "progress": content.progress(today),
        "updates": _ranked(diagnosis),
        "former": diagnosis.obstacles.select_related("by").order_by("kind", "-on", "-created_at"),
        "may_edit": request.user.has_perm("insertion.edit") and household.closed_on is None,
        "today": today,
    }
    return render(
        request, "insertion/diagnoses/diagnosis.html", file_context(request, household, TAB, **context)
    )


def _ranked(diagnosis: Diagnosis) -> list[Any]:
    """The updates, the newest first; those that stand have the rank their page is found by."""
    rows: list[Any] = list(diagnosis.updates.select_related("by").order_by("created_at", "pk"))
    rank = 0
    for row in rows:
        rank += row.undone_at is None
        row.rank = rank
    return rows[::-1]


@requires("insertion.view")
@require_safe
def version(request: AgentRequest, pathway_diagnosis_id: UUID, rank: int) -> HttpResponse:
    """What the diagnosis said on the day of an update; the first one is 1."""
    household, diagnosis, reason = readable_diagnosis(request, pathway_diagnosis_id)
    if reason is not None:
        return reason
    updates = list(diagnosis.updates.standing().order_by("created_at", "pk"))
    update = updates[rank - 1] if 1 <= rank <= len(updates) else None
    if update is None:
        return redirect(page_of(diagnosis))
    context = file_context(request, household, TAB, diagnosis=diagnosis, update=update, then=update.payload)
    return render(request, "insertion/diagnoses/version.html", context)


@requires("insertion.view")
@require_safe
def history(request: AgentRequest, pathway_diagnosis_id: UUID) -> HttpResponse:
    """Who wrote what, before and after (C5)."""
    household, diagnosis, reason = readable_diagnosis(request, pathway_diagnosis_id)
    if reason is not None:
        return reason
    objectives = list(diagnosis.objectives.all())
    actions = [row for one in objectives for row in one.actions.all()]
    changes = changes_of(diagnosis, *objectives, *actions, *diagnosis.obstacles.all())
    context = file_context(
        request,
        household,
        TAB,
        changes=changes,
        title="Historique du diagnostic",
        back_url=page_of(diagnosis),
    )
    return render(request, "insertion/followup/history.html", context)


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def summary(request: AgentRequest, pathway_diagnosis_id: UUID) -> HttpResponse:
    diagnosis = get_diagnosis(request, pathway_diagnosis_id)
    form = SummaryForm(posted(request), diagnosis=diagnosis)
    return step_page(
        request, diagnosis.household_id, form, "Synthèse et constats",
        lambda **values: services.save_summary(by=request.user, diagnosis=diagnosis, **values),
        done="La synthèse est enregistrée.", back=page_of(diagnosis), intro=diagnosis.person.full_name,
    )  # fmt: skip


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def obstacle(request: AgentRequest, pathway_diagnosis_id: UUID) -> HttpResponse:
    """How much something is in the way; a former appraisal stays in the history."""
    diagnosis = get_diagnosis(request, pathway_diagnosis_id)
    form = ObstacleForm(posted(request), initial={"kind": request.GET.get("frein", "")})
    return step_page(
        request, diagnosis.household_id, form, "Apprécier un frein",
        lambda **values: services.appraise(by=request.user, diagnosis=diagnosis, **values),
        done="Le frein est noté.", back=page_of(diagnosis), intro=diagnosis.person.full_name,
    )  # fmt: skip


@requires("insertion.edit")
@require_POST
def obstacle_undo(request: AgentRequest, pathway_diagnosis_id: UUID) -> HttpResponse:
    diagnosis = get_diagnosis(request, pathway_diagnosis_id)
    return act(
        request, page_of(diagnosis), lambda: services.undo_appraisal(by=request.user, diagnosis=diagnosis),
        "La dernière appréciation d’un frein est annulée.",
    )  # fmt: skip


def _objective_page(request: AgentRequest, objective: Objective, title: str, done: str) -> HttpResponse:
    diagnosis = objective.diagnosis
    initial = {"opened_on": timezone.localdate()} if objective._state.adding else {}
    form = ObjectiveForm(posted(request), instance=objective, initial=initial)
    return step_page(
        request, diagnosis.household_id, form, title,
        lambda **values: services.save_objective(by=request.user, objective=form.instance),
        done=done, back=page_of(diagnosis), intro=diagnosis.person.full_name,
        template="insertion/diagnoses/proposed.html",
    )  # fmt: skip


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def objective_add(request: AgentRequest, pathway_diagnosis_id: UUID) -> HttpResponse:
    diagnosis = get_diagnosis(request, pathway_diagnosis_id)
    return _objective_page(request, Objective(diagnosis=diagnosis), "Nouvel objectif", "L’objectif est fixé.")


def _objective(request: AgentRequest, key: UUID) -> Objective:
    rows = Objective.objects.filter(diagnosis__in=Diagnosis.objects.for_user(request.user))
    return get_object_or_404(rows.select_related("diagnosis__person", "theme"), pk=key)


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def objective(request: AgentRequest, objective_id: UUID) -> HttpResponse:
    return _objective_page(
        request, _objective(request, objective_id), "Objectif", "L’objectif est enregistré."
    )


def _action_page(request: AgentRequest, action: ObjectiveAction, title: str, done: str) -> HttpResponse:
    objective = action.objective
    initial: dict[str, Any] = {}
    if action._state.adding:
        initial = {"owner_kind": OwnerKind.PERSON, "agent": request.user.pk, "state": StepState.PROJECT}
    form = ActionForm(posted(request), instance=action, objective=objective, initial=initial)
    return step_page(
        request, objective.diagnosis.household_id, form, title,
        lambda **values: services.save_action(by=request.user, action=form.instance),
        done=done, back=page_of(objective.diagnosis), intro=f"Objectif\u00a0: {objective.label}",
        template="insertion/diagnoses/proposed.html",
    )  # fmt: skip


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def action_add(request: AgentRequest, objective_id: UUID) -> HttpResponse:
    objective = _objective(request, objective_id)
    return _action_page(
        request, ObjectiveAction(objective=objective), "Nouvelle action", "L’action est prévue."
    )


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def action(request: AgentRequest, objective_action_id: UUID) -> HttpResponse:
    rows = ObjectiveAction.objects.filter(objective__diagnosis__in=Diagnosis.objects.for_user(request.user))
    action = get_object_or_404(rows.select_related("objective__diagnosis"), pk=objective_action_id)
    return _action_page(request, action, "Action", "L’action est enregistrée.")


@requires("insertion.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def update(request: AgentRequest, pathway_diagnosis_id: UUID) -> HttpResponse:
    diagnosis = get_diagnosis(request, pathway_diagnosis_id)
    return step_page(
        request, diagnosis.household_id, UpdateForm(posted(request)), "Actualiser le diagnostic",
        lambda **values: services.bring_up_to_date(by=request.user, diagnosis=diagnosis, **values),
        done="L’actualisation est gardée, avec le diagnostic tel qu’il est aujourd’hui.", back=page_of(diagnosis),
        intro="Le diagnostic est gardé tel qu’il est ce jour\u00a0: on peut relire ensuite chaque état.",
    )  # fmt: skip


@requires("insertion.edit")
@require_POST
def update_undo(request: AgentRequest, pathway_diagnosis_id: UUID) -> HttpResponse:
    diagnosis = get_diagnosis(request, pathway_diagnosis_id)
    return act(
        request, page_of(diagnosis), lambda: services.undo_update(by=request.user, diagnosis=diagnosis),
        "La dernière actualisation est annulée.",
    )  # fmt: skip
