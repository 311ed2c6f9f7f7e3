"""What an agent has to do, by themselves or because a colleague asked (H12)."""

from datetime import datetime
from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cias.accounts.enums import Role, Scope
from cias.accounts.models import User
from cias.core.models import Record
from cias.core.states import check_transition
from households.enums import TASK_TRANSITIONS, Domain, TaskState
from households.models.caseload import Cover
from households.models.files import Household

# Who has a list "À faire", and may therefore be given a task.
DOERS = (Role.SOCIAL_WORKER, Role.PSYCHOLOGIST, Role.DIRECTOR)


class TaskQuerySet(models.QuerySet["Task"]):
    def for_user(self, user: User) -> Self:
        """The tasks `user` may read: those they have to do or gave, and those of the files they work on.

        A task about a household follows the access rules of its file. Social workers share those of the files,
        except what concerns the psychologist's work, and those of a colleague they stand in for; the direction reads
        them, their detail with a stated reason (rules.may_read_detail); reception only those it gave.
        """
        own = Q(agent=user) | Q(created_by=user)
        # Asked of each task rather than « in »: beside « or », all the households would be read first.
        file = Household.objects.for_user(user).filter(pk=OuterRef("household"))
        known = Q(household__isnull=True) | Exists(file)
        match user.scope("tasks.use"):
            case Scope.OWN:
                return self.filter(known, own)
            case None:
                return self.none()
        covered = Cover.objects.on(timezone.localdate()).filter(substitute=user).values("agent")
        reach = Q() if user.role == Role.DIRECTOR else Q(household__isnull=False) | Q(agent__in=covered)
        shared = ~Q(agent__role=Role.PSYCHOLOGIST) & reach
        return self.filter(known, own | shared)

    def to_do(self) -> Self:
        return self.filter(state=TaskState.TODO)

    def on_open_files(self) -> Self:
        """A closed file leaves the work lists: its tasks come back if it is reopened."""
        return self.filter(Q(household__isnull=True) | Q(household__closed_on__isnull=True))

    def for_lists(self) -> Self:
        """With what every list shows, the most urgent first."""
        return self.select_related("household", "agent", "created_by", "state_by").order_by(
            "due_on", "created_at", "pk"
        )


@pghistory.track()
class Task(Record):
    """One thing to do by a date; about a household, or about nothing in particular."""

    TRANSITIONS = TASK_TRANSITIONS

    title = models.CharField("tâche", max_length=120)
    detail = models.TextField("détail", max_length=2000, blank=True)
    due_on = models.DateField("pour le")
    household = models.ForeignKey(
        Household, models.CASCADE, null=True, blank=True, related_name="tasks", verbose_name="ménage"
    )
    domain = models.CharField("domaine", max_length=10, choices=Domain.choices, blank=True)
    agent = models.ForeignKey(User, models.PROTECT, related_name="tasks", verbose_name="à faire par")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="créée par")
    # What it follows from: a code of the registry `origins` and the key of the object there.
    origin = models.CharField(max_length=20, blank=True, editable=False)
    origin_id = models.UUIDField(null=True, blank=True, editable=False)
    state = models.CharField("état", max_length=10, choices=TaskState.choices, default=TaskState.TODO)
    state_at = models.DateTimeField("état depuis le", null=True, blank=True)
    state_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par"
    )
    postponements = models.PositiveSmallIntegerField("reports", default=0)
    postponing_reason = models.CharField("raison du dernier report", max_length=200, blank=True)
    # Empty until the agent has seen what a colleague asks of them.
    seen_at = models.DateTimeField("vue le", null=True, blank=True, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = "tâche"
        verbose_name_plural = "tâches"
        ordering = ["due_on", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=TaskState.values),
                name="households_task_state_known",
                violation_error_message="Cet état n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(state=TaskState.TODO.value, state_at__isnull=True, state_by__isnull=True)
                | (~Q(state=TaskState.TODO.value) & Q(state_at__isnull=False, state_by__isnull=False)),
                name="households_task_state_signed",
                violation_error_message="Une tâche faite ou annulée dit quand et par qui.",
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="households_task_titled",
                violation_error_message="Dites en quelques mots ce qu’il faut faire.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agent", "due_on"],
                condition=Q(state=TaskState.TODO.value),
                name="households_task_to_do",
            ),
            models.Index(fields=["household", "due_on"], name="households_task_household"),
            models.Index(
                fields=["state_by", "-state_at"],
                condition=~Q(state=TaskState.TODO.value),
                name="households_task_finished",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_to_do(self) -> bool:
        return self.state == TaskState.TODO

    @property
    def is_new(self) -> bool:
        """A colleague asks, and the agent has not seen it yet."""
        return self.is_to_do and self.seen_at is None and self.agent_id != self.created_by_id

    def set_state(self, state: TaskState, *, at: datetime, by: User) -> None:
        """Move to `state` as TRANSITIONS allow; nothing is saved. Raises ForbiddenTransition."""
        check_transition(self.TRANSITIONS, TaskState(self.state), state)
        undone = state == TaskState.TODO
        self.state, self.state_at, self.state_by = state, None if undone else at, None if undone else by


def to_do_count() -> models.QuerySet[Any, Any]:
    """How many tasks are to be done on each household: rows of `household` and `tasks`."""
    rows = Task.objects.to_do().filter(household__isnull=False).order_by()
    return rows.values("household").annotate(tasks=models.Count("pk"))
