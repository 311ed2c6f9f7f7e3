"""What a household owes (H7); the write history keeps each former state."""

from datetime import date
from decimal import Decimal

import pghistory
from django.db import models
from django.db.models import F, Q

from cias.core.deadlines import add_months
from cias.core.models import Record
from households.enums import DebtKind, DebtStage
from households.models.budgets import AmountColumn, SocialQuerySet
from households.models.files import Household


@pghistory.track()
class Debt(Record):
    """One debt, how far its recovery has gone, and the plan agreed on, if any."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="debts", verbose_name="ménage")
    creditor = models.CharField("créancier", max_length=120)
    kind = models.CharField("nature", max_length=8, choices=DebtKind.choices)
    origin_on = models.DateField("date d’origine", null=True, blank=True)
    noted_on = models.DateField("connue depuis le")
    initial_amount = AmountColumn("montant d’origine", null=True, blank=True)
    remaining_amount = AmountColumn("reste dû")
    stage = models.CharField("stade", max_length=10, choices=DebtStage.choices, default=DebtStage.AMICABLE)
    settled_on = models.DateField("soldée le", null=True, blank=True)
    monthly_payment = AmountColumn("mensualité", null=True, blank=True)
    plan_start = models.DateField("première échéance du plan", null=True, blank=True)
    plan_count = models.PositiveSmallIntegerField("nombre d’échéances", null=True, blank=True)
    plan_end = models.DateField("dernière échéance", null=True, blank=True)
    comment = models.CharField("précision", max_length=200, blank=True)

    objects = SocialQuerySet["Debt"].as_manager()

    class Meta:
        verbose_name = "dette"
        verbose_name_plural = "dettes"
        ordering = ["settled_on", "-remaining_amount", "creditor", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(initial_amount__isnull=True) | Q(initial_amount__gte=0),
                name="households_debt_initial",
                violation_error_message="Un montant est positif.",
            ),
            models.CheckConstraint(
                condition=Q(remaining_amount__gte=0),
                name="households_debt_remaining",
                violation_error_message="Le reste dû est positif ou nul.",
            ),
            models.CheckConstraint(
                condition=Q(stage="settled", settled_on__isnull=False, remaining_amount=0)
                | (~Q(stage="settled") & Q(settled_on__isnull=True)),
                name="households_debt_settled",
                violation_error_message="Une dette soldée a une date et plus aucun reste dû.",
            ),
            models.CheckConstraint(
                condition=Q(plan_start__isnull=True, plan_count__isnull=True, plan_end__isnull=True)
                | Q(plan_start__isnull=False, monthly_payment__isnull=False, monthly_payment__gt=0),
                name="households_debt_plan",
                violation_error_message="Un plan a une mensualité et une première échéance.",
            ),
            models.CheckConstraint(
                condition=Q(plan_count__isnull=True) | Q(plan_count__gt=0, plan_end__isnull=True),
                name="households_debt_length",
                violation_error_message="Donnez le nombre d’échéances ou la dernière date, pas les deux.",
            ),
            models.CheckConstraint(
                condition=Q(plan_end__isnull=True) | Q(plan_end__gte=F("plan_start")),
                name="households_debt_plan_order",
                violation_error_message="La dernière échéance suit la première.",
            ),
        ]
        indexes = [models.Index(fields=["household", "kind"], name="households_debt_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.creditor}"

    @property
    def last_instalment(self) -> date | None:
        """The day of the plan's last instalment; None when there is no plan, or none with an end."""
        if self.plan_start is None or self.plan_count is None:
            return self.plan_end
        return add_months(self.plan_start, self.plan_count - 1)

    @property
    def instalments(self) -> int | None:
        """How many instalments the plan has."""
        if self.plan_start is None or (self.plan_count is None and self.plan_end is None):
            return None
        return self.plan_count or _instalments_until(self.plan_start, self.plan_end or self.plan_start)

    def instalments_left(self, day: date) -> int | None:
        """Instalments after `day`, as planned: nobody has said whether the others were paid."""
        count = self.instalments
        if count is None or self.plan_start is None:
            return None
        return max(count - _instalments_until(self.plan_start, day), 0)

    def planned_left(self, day: date) -> Decimal | None:
        """What the plan still asks for after `day`."""
        left = self.instalments_left(day)
        return None if left is None or self.monthly_payment is None else left * self.monthly_payment

    def payment_on(self, day: date) -> Decimal:
        """The monthly payment being made on `day`: none before the plan, after it, or once settled."""
        if self.monthly_payment is None or (self.settled_on is not None and self.settled_on <= day):
            return Decimal(0)
        if self.plan_start is not None and self.plan_start > day:
            return Decimal(0)
        last = self.last_instalment
        return Decimal(0) if last is not None and last < day else self.monthly_payment


def _instalments_until(start: date, day: date) -> int:
    """Monthly dates from `start` to `day`, both included; each is counted from `start`, so that the 31st comes back."""
    if day < start:
        return 0
    months = (day.year - start.year) * 12 + day.month - start.month
    return months + (add_months(start, months) <= day)
