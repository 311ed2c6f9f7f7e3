"""What tasks contribute: to the file's story, to the work lists, to what still runs on a file."""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from cias.accounts.models import User
from cias.core import registry
from cias.core.french import date_short
from cias.core.paths import path_to
from cias.core.presence import kept, may_hold
from cias.core.registry import Action, OpenItem, Origin, TimelineItem, WorkItem
from households.enums import TaskState
from households.models import DOERS, Household, Note, Task
from households.team import TASKS, Team


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """What was done, for those who may read it."""
    for task in tasks_of(household, user):
        if task.state != TaskState.DONE:
            continue
        yield TimelineItem(
            at=task.state_at or task.created_at,
            icon="bi-check2-square",
            title=f"Fait\u00a0: {task.title}",
            url=path_to("households:task", task.pk),
            domain=task.domain,
            kind="task",
            author=task.state_by.full_name if task.state_by else "",
        )


def tasks_of(household: Household, user: User) -> list[Task]:
    """What is to do on the household, by whomever, and what was done, as far as `user` may read it."""
    if not may_hold(household, "households.Task"):
        return []

    def read() -> list[Task]:
        rows = Task.objects.for_user(user).filter(household=household)
        return list(rows.filter(state__in=(TaskState.TODO, TaskState.DONE)).for_lists())

    return kept(household, ("tasks", user.pk), read)


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("tasks.use") and household.closed_on is None:
        yield Action(
            label="Confier une tâche",
            url=f"{path_to('households:task_create')}?menage={household.pk}",
            icon="bi-check2-square",
            group="Suivi",
        )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """What the agent has to do, of their own accord or for a colleague, on the files they may know of."""
    doers = [agent for agent in team.holding("tasks.use") if agent.role in DOERS]
    for task in Task.objects.to_do().on_open_files().filter(agent__in=doers).for_lists():
        agent = team.by_key[task.agent_id]
        if task.household_id and not team.knows(agent, task.household_id):
            continue
        yield (
            agent.pk,
            WorkItem(
                title=task.title,
                url=path_to("households:task", task.pk),
                due=task.due_on,
                domain=task.domain,
                subject=str(task.household) if task.household else "",
                subject_id=task.household_id,
                owner=agent,
                kind="task",
                row=task,
            ),
        )


def open_tasks(households: Collection[Any]) -> Iterator[OpenItem]:
    for task in Task.objects.to_do().filter(household__in=households).for_lists():
        yield OpenItem(
            subject_id=task.household_id,
            title=f"Tâche à faire par {task.agent.full_name} pour le {date_short(task.due_on)}",
            url=path_to("households:task", task.pk),
            domain=task.domain,
            owner=task.agent,
            kind="task",
        )


def note_origin(key: UUID, user: User) -> Origin | None:
    note = Note.objects.for_user(user).filter(pk=key).first()
    if note is None:
        return None
    return Origin(
        label=f"Entretien du {date_short(note.held_on)}",
        url=path_to("households:note", note.pk),
        subject_id=note.household_id,
    )


def register() -> None:
    registry.timeline.register("households.tasks", timeline, about=("households.Task",))
    registry.actions.register("households.tasks", actions)
    registry.worklist.register(TASKS, worklist, about=("households.Task",), owned=("households.Task.agent",))
    registry.open_items.register("households.tasks", open_tasks)
    registry.origins.register("note", note_origin)
