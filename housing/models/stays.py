"""Stays and the contracts that follow one another (L3)."""

from datetime import date
from typing import Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from cias.accounts.models import User
from households.models import Household
from households.models.closed import PROTECTED_FILE, MaskedRows, closed_to
from households.models.files import Dated, Days, end_after_start
from housing.enums import ContractKind, ExitOutcome, Scheme
from housing.models.base import HousingQuerySet, money
from housing.models.places import Place


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

    def ending_by(self, day: date) -> Self:
        """Stays nobody has left yet, whose contract ends on `day` or before."""
        return self.filter(end__isnull=True, planned_end__lte=day)

    def between(self, first: date, last: date) -> Self:
        """Stays that occupy a place on at least one day of the period, both ends included."""
        return self.filter(start__lte=last).filter(Q(end__isnull=True) | Q(end__gte=first))


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

    objects = StayQuerySet.as_manager()

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
            ExclusionConstraint(
                name="housing_stay_one_per_place",
                expressions=[("place", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                violation_error_message="Cette place est déjà occupée à ces dates.",
            ),
            ExclusionConstraint(
                name="housing_stay_one_per_household",
                expressions=[("household", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
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
    contribution = money("participation mensuelle")
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
            ExclusionConstraint(
                name="housing_contract_no_overlap",
                expressions=[("stay", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                violation_error_message="Un autre contrat couvre ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {self.start:%d/%m/%Y} au {self.end:%d/%m/%Y}"
