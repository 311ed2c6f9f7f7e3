"""Tasks (H12): created, given, postponed, done; each finish can be undone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.deadlines import add_months, roll_to_working_day
from households.enums import TaskState
from households.models import DOERS, Household, Task
from households.models.tasks import TaskQuerySet

# What one click may choose: the due dates offered while creating, and how far one postpones.
SHORTCUTS = {"demain": "Demain", "semaine": "Dans une semaine", "mois": "Dans un mois"}
STEPS = (1, 7)


@dataclass(frozen=True, kw_only=True)
class TaskData:
    """A task as typed."""

    title: str
    due_on: date
    agent: User
    detail: str = ""
    household: Household | None = None
    domain: str = ""


def shortcut_date(code: str, today: date) -> date:
    """The day a shortcut means: a working day, from quantième to quantième for a month. KeyError when unknown."""
    days = {
        "demain": today + timedelta(days=1),
        "semaine": today + timedelta(days=7),
        "mois": add_months(today, 1),
    }
    return roll_to_working_day(days[code])


def postponed_date(due: date, days: int, today: date) -> date:
    """`days` after the due date, or after today when it is past: a working day."""
    return roll_to_working_day(max(due, today) + timedelta(days=days))


@transaction.atomic
def create_task(*, by: User, data: TaskData, origin: str = "", origin_id: UUID | None = None) -> Task:
    """Raises ValidationError when the agent has no work list, or may not know of the household.

    What one asks of oneself is not news.
    """
    _check_doer(data.agent, data.household)
    with signed_by(by), typed_violations():
        return Task.objects.create(
            title=data.title,
            due_on=data.due_on,
            agent=data.agent,
            detail=data.detail,
            household=data.household,
            domain=data.domain,
            created_by=by,
            origin=origin,
            origin_id=origin_id,
            seen_at=timezone.now() if data.agent == by else None,
        )


@transaction.atomic
def change_task(*, by: User, task: Task, data: TaskData) -> Task:
    """Correct a task that is still to do, or give it to somebody else. Raises ValidationError."""
    row = _locked(task)
    _check_to_do(row)
    _check_doer(data.agent, data.household)
    if data.agent.pk != row.agent_id:
        _give(row, by, data.agent)
    row.title, row.due_on, row.detail = data.title, data.due_on, data.detail
    row.household, row.domain = data.household, data.domain
    with signed_by(by), typed_violations():
        row.save()
    return row


@transaction.atomic
def take_over_task(*, by: User, task: Task) -> Task:
    """`by` does it in place of the agent it was given to. Raises ValidationError."""
    row = _locked(task)
    _check_to_do(row)
    _check_doer(by, row.household)
    _give(row, by, by)
    with signed_by(by):
        row.save(update_fields=["agent", "seen_at"])
    return row


@transaction.atomic
def finish_task(*, by: User, task: Task, state: TaskState = TaskState.DONE) -> Task:
    """Done, or cancelled. Somebody else may just have done it: their signature stays.

    Raises ForbiddenTransition when it was cancelled meanwhile, or done while `by` cancels it.
    """
    return _move(by, task, state)


@transaction.atomic
def undo_task(*, by: User, task: Task) -> Task:
    """To do again."""
    return _move(by, task, TaskState.TODO)


@transaction.atomic
def postpone_task(*, by: User, task: Task, until: date, reason: str = "") -> Task:
    """Another date; how many times is kept. Raises ValidationError for a date that is past, or a finished task."""
    row = _locked(task)
    _check_to_do(row)
    if until <= timezone.localdate():
        raise ValidationError("Reportez à une date à venir.", code="past")
    if until != row.due_on:
        row.due_on, row.postponements, row.postponing_reason = until, row.postponements + 1, reason
        with signed_by(by):
            row.save(update_fields=["due_on", "postponements", "postponing_reason"])
    return row


@transaction.atomic
def mark_tasks_seen(*, by: User) -> int:
    """`by` has seen what colleagues ask of them; how many tasks were new."""
    with signed_by(by):
        return Task.objects.to_do().filter(agent=by, seen_at=None).update(seen_at=timezone.now())


@transaction.atomic
def give_tasks(*, by: User, tasks: Iterable[Task] | TaskQuerySet, agent: User) -> int:
    """Those among `tasks` still to do go to `agent`; how many."""
    keys = [task.pk for task in tasks]
    seen = timezone.now() if agent == by else None
    with signed_by(by):
        return Task.objects.to_do().filter(pk__in=keys).update(agent=agent, seen_at=seen)


def _locked(task: Task) -> Task:
    return Task.objects.select_for_update().get(pk=task.pk)


def _check_to_do(task: Task) -> None:
    if not task.is_to_do:
        raise ValidationError("Cette tâche n’est plus à faire.", code="finished")


def _check_doer(agent: User, household: Household | None) -> None:
    if not agent.is_active or agent.role not in DOERS:
        raise ValidationError(f"{agent.full_name} n’a pas de liste « À faire ».", code="not_assignable")
    if household is not None and not Household.objects.for_user(agent).filter(pk=household.pk).exists():
        raise ValidationError(f"{agent.full_name} n’a pas accès à ce ménage.", code="no_access")


def _give(task: Task, by: User, agent: User) -> None:
    task.agent, task.seen_at = agent, timezone.now() if agent == by else None


def _move(by: User, task: Task, state: TaskState) -> Task:
    row = _locked(task)
    if row.state == state:
        return row
    row.set_state(state, at=timezone.now(), by=by)
    with signed_by(by), typed_violations():
        row.save(update_fields=["state", "state_at", "state_by"])
    return row
