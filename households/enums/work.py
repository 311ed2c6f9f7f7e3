"""Work to be done, and what is done to many files at once."""

from collections.abc import Collection, Mapping

from django.db import models


class TaskState(models.TextChoices):
    TODO = "todo", "À faire"
    DONE = "done", "Faite"
    CANCELLED = "cancelled", "Annulée"


# What is finished is taken up again by undoing it.
TASK_TRANSITIONS: Mapping[TaskState, Collection[TaskState]] = {
    TaskState.TODO: (TaskState.DONE, TaskState.CANCELLED),
    TaskState.DONE: (TaskState.TODO,),
    TaskState.CANCELLED: (TaskState.TODO,),
}


class BatchKind(models.TextChoices):
    REASSIGNMENT = "reassign", "Réaffectation"
    CLOSING = "close", "Clôture"
