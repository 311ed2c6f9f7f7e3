"""Stays and the contracts that follow one another (L3)."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from cias.accounts.models import User
from cias.core.french import euros, number
from cias.core.models import Record
from households.models import BudgetSnapshot, Household
from households.models.closed import PROTECTED_FILE, MaskedRows, closed_to
from households.models.files import Dated, Days, end_after_start
from housing.enums import ContractKind, ExitOutcome, Scheme
from housing.lodging.enums import ContractForm, ContributionKind, ExamOutcome
from housing.models.base import HousingQuerySet, money
from housing.models.places import Place
from housing.models.rules import SchemeRule


class StayQuerySet(HousingQuerySet["Stay"]):
    def for_user(self, user: User) -> Self:
        """Those of the households `user` may know of: a protected file's exist for its named agents only (C3)."""
        return super().for_user(user).exclude(household__in=closed_to(user))

    def on_plan(self, user: User) -> Self:
        """What takes a place, for who looks at the places: a closed file, or a hidden address, is not named there."""
        rows = super().for_user(user)
        rows = rows.annotate(is_closed=Q(household__in=closed_to(user)) | Q(household__address_hidden=True))
        rows._iterable_class = MaskedRows
        return rows

    def current(self, day: date) -> Self:
        """Stays that occupy a place on `day`."""
        return self.filter(start__lte=day).filter(Q(end__isnull=True) | Q(end__gte=day))

    def ending(self, rules: Iterable[SchemeRule], day: date) -> Self:
        """Stays nobody has left yet, whose contract is over or ends soon enough for their scheme to announce it."""
        announced = Q(planned_end__lte=day)
        for rule in rules:
            announced |= Q(scheme=rule.scheme, planned_end__lte=day + timedelta(days=rule.end_alert_days))
        return self.filter(announced, end__isnull=True)

    def overdue(self, day: date) -> Self:
        """Stays whose contract is over and that nobody recorded the end of."""
        return self.filter(end__isnull=True, planned_end__lt=day)

    def between(self, first: date, last: date) -> Self:
        """Stays that occupy a place on at least one day of the period, both ends included."""
        return self.filter(start__lte=last).filter(Q(end__isnull=True) | Q(end__gte=first))


class LivedStays(models.Manager["Stay"]):
    """Stays entered by mistake are kept for their history and counted nowhere."""

    def get_queryset(self) -> models.QuerySet["Stay"]:
        return super().get_queryset().filter(cancelled_on__isnull=True)


LIVED = Q(cancelled_on__isnull=True)


@pghistory.track()
class Stay(Dated):
    """A household lives in a place. `end` is the day it left; until then `planned_end` is the contract's end."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="stays", verbose_name="place")
    household = models.ForeignKey(Household, models.PROTECT, related_name="stays", verbose_name="ménage")
    scheme = models.CharField("dispositif", max_length=10, choices=Scheme.choices)
    referent = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="suivi par"
    )
    planned_end = models.DateField("fin du contrat en cours")
    contribution = money("participation mensuelle")
    deposit = money("dépôt de garantie", null=True, blank=True)
    insurance_until = models.DateField("assurance valable jusqu’au", null=True, blank=True)
    outcome = models.CharField("sortie vers", max_length=12, choices=ExitOutcome.choices, blank=True)
    outcome_detail = models.CharField("précision sur la sortie", max_length=200, blank=True)
    cancelled_on = models.DateField("annulé le", null=True, blank=True)
    cancel_reason = models.CharField("raison de l’annulation", max_length=200, blank=True)

    objects = LivedStays.from_queryset(StayQuerySet)()
    with_cancelled = StayQuerySet.as_manager()

    class Meta:
        verbose_name = "séjour"
        verbose_name_plural = "séjours"
        ordering = ["-start", "pk"]
        constraints = [
            end_after_start("housing_stay_order"),
            models.CheckConstraint(
                condition=Q(planned_end__gte=F("start")),
                name="housing_stay_planned_end",
                violation_error_message="La fin du contrat doit suivre l’entrée.",
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True, outcome="") | (Q(end__isnull=False) & ~Q(outcome="")),
                name="housing_stay_outcome",
                violation_error_message="Une sortie a une date et une destination.",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on__isnull=True, cancel_reason="")
                | (Q(cancelled_on__isnull=False, end__isnull=True) & ~Q(cancel_reason="")),
                name="housing_stay_cancelled",
                violation_error_message="Un séjour annulé a une raison, et pas de sortie.",
            ),
            ExclusionConstraint(
                name="housing_stay_one_per_place",
                expressions=[("place", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                condition=LIVED,
                violation_error_message="Cette place est déjà occupée à ces dates.",
            ),
            ExclusionConstraint(
                name="housing_stay_one_per_household",
                expressions=[("household", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                condition=LIVED,
                violation_error_message="Ce ménage occupe déjà une place à ces dates.",
            ),
        ]

    # Whether this is what is left of a closed file's stay: its place and its dates.
    is_masked = False

    def mask(self) -> None:
        """Keep that the place is taken; such a row is never saved."""
        self.household = Household(name=PROTECTED_FILE)
        self.referent, self.referent_id, self.deposit, self.insurance_until = None, None, None, None
        self.is_masked = True

    def __str__(self) -> str:
        return f"{self.get_scheme_display()}, {self.place}"


@pghistory.track()
class StayContract(Dated):
    """The contract of a stay and each of its renewals; they follow one another without overlap."""

    stay = models.ForeignKey(Stay, models.CASCADE, related_name="contracts", verbose_name="séjour")
    kind = models.CharField("nature", max_length=8, choices=ContractKind.choices)
    form = models.CharField("contrat", max_length=10, choices=ContractForm.choices, blank=True)
    contribution = money("participation mensuelle")
    contribution_kind = models.CharField(
        "calcul", max_length=5, choices=ContributionKind.choices, default=ContributionKind.FIXED
    )
    share = models.DecimalField(
        "part des ressources (%)", max_digits=4, decimal_places=1, null=True, blank=True
    )
    resources = money("ressources mensuelles retenues", null=True, blank=True)
    budget = models.ForeignKey(
        BudgetSnapshot, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="budget figé"
    )
    derogation = models.CharField("dérogation motivée", max_length=300, blank=True)
    signed_on = models.DateField("signé le", null=True, blank=True)

    class Meta:
        verbose_name = "contrat"
        verbose_name_plural = "contrats"
        ordering = ["start", "pk"]
        constraints = [
            end_after_start("housing_contract_order"),
            models.CheckConstraint(
                condition=Q(end__isnull=False),
                name="housing_contract_ends",
                violation_error_message="Un contrat a une date de fin.",
            ),
            models.CheckConstraint(
                condition=Q(contribution_kind="fixed", share__isnull=True, resources__isnull=True)
                | Q(contribution_kind="share", share__isnull=False, resources__isnull=False),
                name="housing_contract_share",
                violation_error_message="Une part des ressources a un pourcentage et des ressources.",
            ),
            ExclusionConstraint(
                name="housing_contract_no_overlap",
                expressions=[("stay", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                violation_error_message="Un autre contrat couvre ces dates.",
            ),
        ]

    @property
    def reckoning(self) -> str:
        """How the amount was found, in one line: "12 % de 980,00 € = 117,60 €"; "" for a fixed amount."""
        if self.share is None or self.resources is None:
            return ""
        decimals = 0 if self.share == self.share.to_integral_value() else 1
        return (
            f"{number(self.share, decimals)}\u00a0% de {euros(self.resources)} = {euros(self.contribution)}"
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {self.start:%d/%m/%Y} au {self.end:%d/%m/%Y}"


@pghistory.track()
class StayExam(Record):
    """One periodic examination of a bail glissant, and what the landlord told the préfet before it (L442-8-3)."""

    stay = models.ForeignKey(Stay, models.CASCADE, related_name="exams", verbose_name="séjour")
    due_on = models.DateField("échéance de l’examen")
    prefet_told_on = models.DateField("préfet informé le", null=True, blank=True)
    lease_offered = models.BooleanField("le bailleur propose un bail", null=True, blank=True)
    held_on = models.DateField("examen tenu le", null=True, blank=True)
    conclusion = models.CharField("conclusion", max_length=8, choices=ExamOutcome.choices, blank=True)
    note = models.CharField("observations", max_length=500, blank=True)

    class Meta:
        verbose_name = "examen périodique"
        verbose_name_plural = "examens périodiques"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stay", "due_on"],
                name="housing_stayexam_once",
                violation_error_message="Cet examen est déjà enregistré.",
            ),
            models.CheckConstraint(
                condition=Q(held_on__isnull=True, conclusion="")
                | (Q(held_on__isnull=False) & ~Q(conclusion="")),
                name="housing_stayexam_held",
                violation_error_message="Un examen tenu a une date et une conclusion.",
            ),
        ]

    def __str__(self) -> str:
        return f"Examen du {self.due_on:%d/%m/%Y}"
