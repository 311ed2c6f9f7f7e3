"""Delays of the law and of practice, with their source: dated reference data, never constants."""

from datetime import date

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from cias.core.sources import Sourced
from households.models.files import Days
from housing.delays.enums import DelayCode, DelayUnit


class DatedRule(Sourced):
    """A rule of law or practice from one day to another."""

    valid_from = models.DateField("en vigueur depuis le")
    valid_until = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        abstract = True

    def is_in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@pghistory.track()
class LegalDelay(DatedRule):
    """One version of one delay: it counts for what happened while it was in force.

    `lease_from` and `lease_until` keep it to the leases signed then; `rolls`: a last day that is not a working day goes
    to the next one (CPC, art. 642).
    """

    code = models.CharField("délai", max_length=16, choices=DelayCode.choices)
    value = models.PositiveSmallIntegerField(
        "durée", validators=[MinValueValidator(1), MaxValueValidator(400)]
    )
    unit = models.CharField("unité", max_length=6, choices=DelayUnit.choices)
    lease_from = models.DateField("baux signés depuis le", null=True, blank=True)
    lease_until = models.DateField("baux signés jusqu’au", null=True, blank=True)
    rolls = models.BooleanField("reporté au jour ouvrable suivant", default=False)
    alert_days = models.PositiveSmallIntegerField(
        "alerte, en jours avant", default=15, validators=[MaxValueValidator(180)]
    )

    class Meta:
        verbose_name = "délai du logement"
        verbose_name_plural = "délais du logement"
        ordering = ["code", "-valid_from", "lease_from", "pk"]
        constraints = [
            ExclusionConstraint(
                name="housing_delay_one_at_a_time",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (Days("valid_from", "valid_until"), RangeOperators.OVERLAPS),
                    (Days("lease_from", "lease_until"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Une autre version de ce délai couvre ces dates.",
            ),
            models.CheckConstraint(
                condition=(Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")))
                & (
                    Q(lease_from__isnull=True)
                    | Q(lease_until__isnull=True)
                    | Q(lease_until__gte=F("lease_from"))
                ),
                name="housing_delay_order",
                violation_error_message="La fin doit suivre le début.",
            ),
            models.CheckConstraint(
                condition=Q(value__range=(1, 400)) & Q(code__in=DelayCode.values),
                name="housing_delay_value",
                violation_error_message="Ce délai, ou sa durée, n’existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()}\u00a0: {self.length}"

    @property
    def length(self) -> str:
        """« 6 semaines », « 1 mois »."""
        unit = self.get_unit_display()
        if self.value == 1 and self.unit != DelayUnit.MONTHS:
            unit = unit[:-1]
        return f"{self.value}\u00a0{unit}"

    @property
    def leases(self) -> str:
        """Which leases it is for; "" when for all."""
        if self.lease_from and self.lease_until:
            return f"baux signés du {self.lease_from:%d/%m/%Y} au {self.lease_until:%d/%m/%Y}"
        if self.lease_from:
            return f"baux signés depuis le {self.lease_from:%d/%m/%Y}"
        return f"baux signés jusqu’au {self.lease_until:%d/%m/%Y}" if self.lease_until else ""

    def is_for_lease(self, day: date) -> bool:
        return (self.lease_from is None or self.lease_from <= day) and (
            self.lease_until is None or day <= self.lease_until
        )


@pghistory.track()
class WinterTruce(DatedRule):
    """The days of the year on which nobody is evicted (CPCE, art. L412-6), and those it does not protect."""

    first_day = models.PositiveSmallIntegerField("premier jour")
    first_month = models.PositiveSmallIntegerField("du mois")
    last_day = models.PositiveSmallIntegerField("dernier jour")
    last_month = models.PositiveSmallIntegerField("du mois")
    exceptions = models.TextField("ne protège pas")

    class Meta:
        verbose_name = "trêve hivernale"
        verbose_name_plural = "trêves hivernales"
        ordering = ["-valid_from", "pk"]
        constraints = [
            ExclusionConstraint(
                name="housing_truce_one_at_a_time",
                expressions=[(Days("valid_from", "valid_until"), RangeOperators.OVERLAPS)],
                violation_error_message="Une autre version de la trêve couvre ces dates.",
            ),
            models.CheckConstraint(
                condition=Q(first_day__range=(1, 31), first_month__range=(1, 12))
                & Q(last_day__range=(1, 31), last_month__range=(1, 12))
                & Q(first_month__gt=F("last_month")),
                name="housing_truce_days",
                violation_error_message="La trêve commence en fin d’année et finit l’année suivante.",
            ),
        ]

    def __str__(self) -> str:
        return f"Trêve hivernale depuis le {self.valid_from:%d/%m/%Y}"
