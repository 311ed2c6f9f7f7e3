"""Arrears spread over months: agreed, followed from the payments, ended when kept, broken or cancelled."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.core.db import typed_violations
from cias.core.french import euros
from cias.core.states import ForbiddenTransition
from housing.dues.enums import PlanOutcome
from housing.dues.services.accounts import left_of, lock_account, rule_on, rules
from housing.dues.sharing import ZERO, schedule
from housing.models import Due, DuesRule, Instalment, PlannedDue, RepaymentPlan, Stay


@dataclass(frozen=True)
class Step:
    """An instalment as it stands: `left` is what of it is not paid, the oldest being paid first."""

    due_on: date
    amount: Decimal
    left: Decimal

    def is_late(self, day: date) -> bool:
        return self.left > 0 and self.due_on < day


@dataclass(frozen=True)
class Progress:
    """A plan followed from what was paid; euros."""

    plan: RepaymentPlan
    steps: list[Step]
    left: Decimal
    broken_after: timedelta

    @property
    def paid(self) -> Decimal:
        return self.plan.total - self.left

    @property
    def next_step(self) -> Step | None:
        return next((step for step in self.steps if step.left > 0), None)

    def late(self, day: date) -> Decimal:
        return sum((step.left for step in self.steps if step.is_late(day)), ZERO)

    def is_broken(self, day: date) -> bool:
        """An instalment has waited longer than the rule lets it."""
        return any(step.left > 0 and step.due_on + self.broken_after < day for step in self.steps)


def progress_of(
    plans: Iterable[RepaymentPlan], read_rules: Callable[[], Sequence[DuesRule]] = rules
) -> list[Progress]:
    """Where each plan stands, in two queries when their instalments and covers are prefetched; none for no plan.

    `read_rules`: `rules`, or what keeps its answer for others.
    """
    rows = list(plans)
    if not rows:
        return []
    covered = [row.due_id for plan in rows for row in plan.covers.all()]
    dues, known = list(Due.objects.filter(pk__in=covered).standing().with_paid()), read_rules()
    return [progress(plan, dues=dues, known=known) for plan in rows]


def progress(
    plan: RepaymentPlan, *, dues: Iterable[Due] | None = None, known: Sequence[DuesRule] | None = None
) -> Progress:
    """Where a plan stands; payments pay its oldest instalment first."""
    left = left_of(plan, dues)
    rest, steps = plan.total - left, []
    for row in plan.instalments.all():
        covered = min(rest, row.amount)
        rest -= covered
        steps.append(Step(row.due_on, row.amount, row.amount - covered))
    grace = timedelta(days=rule_on(plan.signed_on, known).broken_after_days)
    return Progress(plan, steps, left, grace)


@transaction.atomic
def agree_plan(
    *, by: User, stay: Stay, signed_on: date, first_on: date, count: int, comment: str = ""
) -> RepaymentPlan:
    """Spread what is past due over `count` months from `first_on`.

    Raises ValidationError when nothing is past due or the rule allows fewer instalments, ConstraintViolation when a
    plan already runs.
    """
    locked = lock_account(stay)
    most = rule_on(signed_on).most_instalments
    if count > most:
        raise ValidationError({"count": f"La règle prévoit {most} échéances au plus."})
    if first_on < signed_on:
        raise ValidationError({"first_on": "La première échéance ne précède pas la signature."})
    late = list(Due.objects.filter(stay=locked, due_on__lt=signed_on).open())
    total = sum((due.left for due in late), ZERO)
    if not total:
        raise ValidationError("Rien n’est échu sur ce compte\u00a0: il n’y a pas d’impayé à étaler.")
    try:
        rows = schedule(total, count, first_on)
    except ValueError as error:
        raise ValidationError({"count": str(error)}) from error
    with typed_violations():
        plan = RepaymentPlan.objects.create(
            stay=locked, signed_on=signed_on, total=total, comment=comment, by=by
        )
    PlannedDue.objects.bulk_create(PlannedDue(plan=plan, due=due, amount=due.left) for due in late)
    Instalment.objects.bulk_create(
        Instalment(plan=plan, due_on=due_on, amount=amount) for due_on, amount in rows
    )
    return plan


@transaction.atomic
def end_plan(
    *, by: User, plan: RepaymentPlan, outcome: PlanOutcome | str, reason: str, on: date | None = None
) -> RepaymentPlan:
    """Say that a plan is broken, or was a mistake: the whole sum is arrears again. Raises ForbiddenTransition."""
    on = on or timezone.localdate()
    lock_account(plan.stay)
    current = RepaymentPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    outcome = PlanOutcome(outcome)
    if current.ended_on is not None:
        raise ForbiddenTransition(f"Ce plan est déjà terminé\u00a0: {current.get_outcome_display().lower()}.")
    if outcome == PlanOutcome.KEPT:
        raise ForbiddenTransition(
            f"Il reste {euros(left_of(current))} à payer\u00a0: un plan est tenu quand tout est payé."
        )
    current.ended_on, current.outcome, current.end_reason = max(on, current.signed_on), outcome, reason
    current.save(update_fields=["ended_on", "outcome", "end_reason"])
    return current


@transaction.atomic
def resume_plan(*, by: User, plan: RepaymentPlan) -> RepaymentPlan:
    """Undo the end of a plan.

    Raises ForbiddenTransition when it ended by itself, ConstraintViolation when another one runs.
    """
    lock_account(plan.stay)
    current = RepaymentPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if current.outcome not in (PlanOutcome.BROKEN, PlanOutcome.CANCELLED):
        raise ForbiddenTransition("Seul un plan rompu ou annulé reprend.")
    if left_of(current) == 0:
        raise ForbiddenTransition("Tout est payé\u00a0: ce plan n’a plus d’objet.")
    current.ended_on, current.outcome, current.end_reason = None, "", ""
    with typed_violations():
        current.save(update_fields=["ended_on", "outcome", "end_reason"])
    return current
