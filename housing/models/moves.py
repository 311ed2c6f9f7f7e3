"""What the steps of a file share: dated, signed, and taken back without being erased."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from cias.accounts.models import User
from cias.core.models import Record
from cias.core.states import ForbiddenTransition, check_transition


class StepQuerySet[M: models.Model](models.QuerySet[M]):
    def standing(self) -> Self:
        """Those nobody has taken back."""
        return self.filter(undone_at__isnull=True)


class Step(Record):
    """Something that happened on a day, written by an agent. Undone, it stays readable and counts for nothing."""

    on = models.DateField("le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )

    class Meta:
        abstract = True


class Move(Step):
    """A step that changed a state; `before` holds what it overwrote."""

    reason = models.CharField("précision", max_length=300, blank=True)
    before = models.JSONField("valeurs d’avant", default=dict, editable=False, encoder=DjangoJSONEncoder)

    class Meta:
        abstract = True


def undone_is_signed(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(undone_at__isnull=True, undone_by__isnull=True)
        | Q(undone_at__isnull=False, undone_by__isnull=False),
        name=name,
        violation_error_message="Une annulation est datée et signée.",
    )


@transaction.atomic
def move[S: models.TextChoices](
    row: Any,
    state: S,
    *,
    transitions: Mapping[S, Collection[S]],
    by: User,
    on: date,
    reason: str = "",
    **changes: Any,
) -> Any:
    """Change the state of `row`, the day it has it since and the fields of `changes`; return the move, which keeps
    what they overwrite.

    Raises ForbiddenTransition when the move is not in `transitions`, or when somebody was faster.
    """
    current = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if current.state != row.state:
        raise ForbiddenTransition(
            f"L’état a changé entre-temps\u00a0: il est maintenant «\u00a0{current.get_state_display()}\u00a0»."
        )
    check_transition(transitions, type(state)(current.state), state)
    written = {"state": state, "since": on, **changes}
    before = {name: getattr(current, name) for name in written}
    for name, value in written.items():
        setattr(current, name, value)
    current.save()
    for field in row._meta.concrete_fields:
        setattr(row, field.attname, getattr(current, field.attname))
    return current.moves.create(to_state=state, on=on, by=by, reason=reason, before=before)


def last_move(row: Any) -> Any:
    """The last step of `row` that stands; None when nothing but its opening does."""
    return next((one for one in reversed(row.moves.all()) if one.undone_at is None), None)


def take_back(row: Any, *, by: User) -> Any:
    """Undo the last step of `row`, locked by the caller, and return it; the row is saved as it was before.

    Raises ForbiddenTransition when there is nothing to undo.
    """
    step = last_move(row)
    if step is None:
        raise ForbiddenTransition("Il n’y a pas d’étape à annuler.")
    restore(row, step.before)
    step.undone_at, step.undone_by = timezone.now(), by
    step.save(update_fields=["undone_at", "undone_by"])
    return step


def restore(row: Any, before: Mapping[str, Any]) -> None:
    """Give a row the values it had, as a move keeps them."""
    for name, value in before.items():
        setattr(row, name, row._meta.get_field(name).to_python(value))
    row.save()
