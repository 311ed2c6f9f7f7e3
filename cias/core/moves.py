"""Records that go from state to state.

Each move is dated and signed, and keeps what it overwrote, so that it can be undone.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from cias.core.models import Record
from cias.core.states import ForbiddenTransition, check_transition


def in_states(*states: models.TextChoices) -> Q:
    """The condition of a constraint that holds in these states."""
    return Q(state__in=[state.value for state in states])


def restore(row: models.Model, before: Mapping[str, Any]) -> None:
    """Give a row the values a move keeps of it; the caller saves it."""
    for name, value in before.items():
        field: Any = row._meta.get_field(name)
        setattr(row, field.attname, field.to_python(value))


class StepQuerySet[M: models.Model](models.QuerySet[M]):
    def standing(self) -> Self:
        """Those nobody has taken back."""
        return self.filter(undone_at__isnull=True)


class Step(Record):
    """Something that happened on the civil day `on`, written by an agent. Undone, it stays readable, and no more."""

    on = models.DateField("le")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    undone_at = models.DateTimeField("annulée le", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="annulée par",
    )

    objects = StepQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="%(app_label)s_%(class)s_undone",
                violation_error_message="Une annulation est datée et signée.",
            ),
        ]


class Move(Step):
    """One change of state. A subclass adds `from_state`, `to_state` and the key of its record, `related_name="moves"`.

    `before` holds the former values of the fields it wrote.
    """

    reason = models.CharField("motif", max_length=400, blank=True)
    before = models.JSONField("valeurs d’avant", default=dict, editable=False, encoder=DjangoJSONEncoder)

    class Meta(Step.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}"  # type: ignore[attr-defined]


class MovingRecord(Record):
    """What moves. A subclass has a `state` of the choices `STATES`, and says in `TRANSITIONS` what may follow what."""

    STATES: ClassVar[type[models.TextChoices]]
    TRANSITIONS: ClassVar[Mapping[Any, Collection[Any]]]
    # What saving the record reads of others, fetched along with it.
    MOVES_WITH: ClassVar[tuple[str, ...]] = ()
    state: Any
    moves: Any

    class Meta:
        abstract = True

    def can_move_to(self, state: Any) -> bool:
        return state in self.TRANSITIONS[self.STATES(self.state)]

    def locked(self) -> Self:
        """The row as it is now, locked until the end of the transaction."""
        rows = type(self)._default_manager.select_for_update(of=("self",))
        if self.MOVES_WITH:
            rows = rows.select_related(*self.MOVES_WITH)
        return rows.get(pk=self.pk)

    @transaction.atomic
    def move_to(
        self,
        state: Any,
        *,
        by: Any,
        on: date | None = None,
        reason: str = "",
        of_move: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> Any:
        """Change the state, and with it the fields in `changes`; write down who, when (today by default) and why.

        Returns the move; `of_move` are further values of it. Raises ForbiddenTransition when the move is not in
        TRANSITIONS, or when somebody was faster; constraints refuse values that do not belong to the state.
        """
        moved = self.locked()
        if moved.state != self.state:
            now = self.STATES(moved.state).label
            raise ForbiddenTransition(
                f"L’état a changé entre-temps\u00a0: il est maintenant «\u00a0{now}\u00a0»."
            )
        check_transition(self.TRANSITIONS, self.STATES(moved.state), state)
        move = moved.moves.create(
            from_state=moved.state,
            to_state=state,
            on=on or timezone.localdate(),
            by=by,
            reason=reason,
            before={name: getattr(moved, self._column(name).attname) for name in changes},
            **(of_move or {}),
        )
        for name, value in {**changes, "state": state}.items():
            setattr(moved, name, value)
        moved.save()
        self.become(moved)
        return move

    def last_move(self) -> Any:
        """The latest move that stands, or None."""
        return self.moves.standing().order_by("-created_at", "-pk").first()

    def take_back(self, *, by: Any) -> Any:
        """Undo the latest move and return it. Raises ForbiddenTransition when there is none."""
        move = self.last_move()
        if move is None:
            raise ForbiddenTransition("Il n’y a pas d’étape à annuler.")
        self.undo(move, by=by)
        return move

    def undo(self, move: Any, *, by: Any) -> None:
        """Put back the state and the values that `move` changed; the move stays in the history, marked as undone."""
        restore(self, move.before)
        self.state = move.from_state
        move.undone_at, move.undone_by = timezone.now(), by
        self.save()
        move.save(update_fields=["undone_at", "undone_by"])

    def _column(self, name: str) -> Any:
        return self._meta.get_field(name)

    def become(self, other: Self) -> None:
        """Take the values of the same row read again."""
        for field in self._meta.concrete_fields:
            setattr(self, field.attname, getattr(other, field.attname))
