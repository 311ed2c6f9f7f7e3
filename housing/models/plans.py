"""Repayment plans, reminders and deposits of a stay (L5)."""

from datetime import date
from typing import Self

import pghistory
from django.db import models
from django.db.models import F, Q

from cias.accounts.models import User
from cias.core.models import Record
from households.models import Letter
from households.models.budgets import AmountColumn
from housing.dues.enums import DueMeans, PlanOutcome, ReminderLevel
from housing.models.dues import AccountQuerySet, Due, Payment, Reversible, _money_rules
from housing.models.stays import Stay


class PlanQuerySet(AccountQuerySet["RepaymentPlan"]):
    def running(self) -> Self:
        return self.filter(ended_on__isnull=True)


@pghistory.track()
class RepaymentPlan(Record):
    """Arrears spread over months, as the household and the CIAS agreed; followed from the payments alone."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="plans", verbose_name="séjour")
    signed_on = models.DateField("signé le")
    total = AmountColumn("montant étalé")
    comment = models.CharField("précision", max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="établi par")
    ended_on = models.DateField("terminé le", null=True, blank=True)
    outcome = models.CharField("issue", max_length=8, choices=PlanOutcome.choices, blank=True)
    end_reason = models.CharField("motif de fin", max_length=200, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "plan d’apurement"
        verbose_name_plural = "plans d’apurement"
        ordering = ["-signed_on", "-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stay"],
                condition=Q(ended_on__isnull=True),
                name="housing_plan_one_running",
                violation_error_message="Un plan d’apurement court déjà pour ce séjour.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, outcome="")
                | (Q(ended_on__gte=F("signed_on")) & ~Q(outcome="")),
                name="housing_plan_end",
                violation_error_message="Un plan terminé a une date, après sa signature, et une issue.",
            ),
        ]

    def __str__(self) -> str:
        return f"Plan du {self.signed_on:%d/%m/%Y}"


class PlannedDue(Record):
    """What a plan covers of a call: what was owed of it on the day of the signature."""

    plan = models.ForeignKey(RepaymentPlan, models.CASCADE, related_name="covers", verbose_name="plan")
    due = models.ForeignKey(Due, models.PROTECT, related_name="planned", verbose_name="appel")
    amount = AmountColumn("montant")

    class Meta:
        verbose_name = "somme étalée"
        verbose_name_plural = "sommes étalées"
        ordering = ["due__due_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "due"], name="housing_planneddue_once")]

    def __str__(self) -> str:
        return str(self.due)


class Instalment(Record):
    """One due date of a plan."""

    plan = models.ForeignKey(RepaymentPlan, models.CASCADE, related_name="instalments", verbose_name="plan")
    due_on = models.DateField("échéance")
    amount = AmountColumn("montant")

    class Meta:
        verbose_name = "échéance d’un plan"
        verbose_name_plural = "échéances des plans"
        ordering = ["plan", "due_on"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "due_on"], name="housing_instalment_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="housing_instalment_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.due_on:%d/%m/%Y}"


@pghistory.track()
class Reminder(Record):
    """The register of the letters sent about arrears; the letter itself is one of the household's."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="reminders", verbose_name="séjour")
    level = models.PositiveSmallIntegerField("niveau", choices=ReminderLevel.choices)
    sent_on = models.DateField("envoyé le")
    owed = AmountColumn("somme réclamée")
    letter = models.OneToOneField(Letter, models.PROTECT, related_name="+", verbose_name="courrier")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="envoyé par")
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = "relance"
        verbose_name_plural = "relances"
        ordering = ["-sent_on", "-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stay", "level", "sent_on"],
                condition=Q(cancelled_at__isnull=True),
                name="housing_reminder_once_a_day",
                violation_error_message="Cette relance est déjà partie aujourd’hui.",
            ),
            models.CheckConstraint(
                condition=Q(level__in=ReminderLevel.values),
                name="housing_reminder_level",
                violation_error_message="Une relance a un niveau de 1 à 3.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} du {self.sent_on:%d/%m/%Y}"


@pghistory.track()
class DepositReceipt(Reversible):
    """What was received as a deposit, at once or in parts."""

    on = models.DateField("reçu le")
    payer_name = models.CharField("versé par", max_length=80, blank=True)
    means = models.CharField("moyen", max_length=8, choices=DueMeans.choices)
    reference = models.CharField("référence", max_length=60, blank=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = "dépôt reçu"
        verbose_name_plural = "dépôts reçus"
        ordering = ["on", "created_at", "pk"]
        constraints = _money_rules("housing_deposit")

    def __str__(self) -> str:
        return f"Dépôt du {self.on:%d/%m/%Y}"


@pghistory.track()
class DepositSettlement(Record):
    """The deposit at the exit: what is kept of it, item by item, and what goes back."""

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="settlements", verbose_name="séjour")
    on = models.DateField("établi le")
    keys_returned_on = models.DateField("clés rendues le")
    is_conforming = models.BooleanField("logement rendu conforme")
    due_on = models.DateField("à rendre avant le")
    received = AmountColumn("dépôt reçu")
    kept = AmountColumn("retenu")
    returned = AmountColumn("rendu")
    means = models.CharField("moyen", max_length=8, choices=DueMeans.choices, blank=True)
    reference = models.CharField("référence", max_length=60, blank=True)
    damage = models.OneToOneField(
        Due, models.PROTECT, null=True, blank=True, related_name="settlement", verbose_name="réparations"
    )
    payment = models.OneToOneField(
        Payment, models.PROTECT, null=True, blank=True, related_name="settlement", verbose_name="retenue"
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="établi par")
    reversed_on = models.DateField("annulé le", null=True, blank=True)
    reversed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = "solde du dépôt"
        verbose_name_plural = "soldes des dépôts"
        ordering = ["-on", "-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stay"],
                condition=Q(reversed_on__isnull=True),
                name="housing_settlement_once",
                violation_error_message="Le dépôt de ce séjour est déjà soldé.",
            ),
            models.CheckConstraint(
                condition=Q(received=F("kept") + F("returned")),
                name="housing_settlement_adds_up",
                violation_error_message="Ce qui est retenu et ce qui est rendu font le dépôt reçu.",
            ),
        ]

    def __str__(self) -> str:
        return f"Solde du dépôt du {self.on:%d/%m/%Y}"

    def is_late(self, day: date) -> bool:
        return day > self.due_on
