"""The rules of the RSA pathway (I5): dated reference data with their source, never constants (domain-rules §4)."""

import pghistory
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from cias.core.sources import Sourced
from insertion.followup.enums import UNITS, ParameterCode, ParameterUnit

LONGEST = 400


@pghistory.track()
class PathwayParameter(Sourced):
    """One value from a day on: a delay, or the weekly hours. Older facts keep the version of their day."""

    code = models.CharField("règle", max_length=20, choices=ParameterCode.choices)
    valid_from = models.DateField("à partir du")
    value = models.PositiveSmallIntegerField("valeur", validators=[MaxValueValidator(LONGEST)])

    class Meta:
        verbose_name = "règle de parcours"
        verbose_name_plural = "règles de parcours"
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                name="insertion_parameter_once_a_day",
                violation_error_message="Cette règle a déjà une version de ce jour.",
            ),
            models.CheckConstraint(
                condition=Q(value__range=(0, LONGEST)) & Q(code__in=ParameterCode.values),
                name="insertion_parameter_value",
                violation_error_message="Cette règle, ou sa valeur, n’existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()}\u00a0: {self.length}"

    @property
    def unit(self) -> ParameterUnit:
        return UNITS[self.code]

    @property
    def length(self) -> str:
        """« 15 jours », « 1 mois », « 1 jour »."""
        unit = self.unit.label
        if self.value <= 1 and self.unit != ParameterUnit.MONTHS:
            unit = unit[:-1]
        return f"{self.value}\u00a0{unit}"


class LegitimateReasonQuerySet(models.QuerySet["LegitimateReason"]):
    def active(self) -> "LegitimateReasonQuerySet":
        return self.filter(is_active=True)


@pghistory.track()
class LegitimateReason(Sourced):
    """A reason that excuses an absence; deactivated, never deleted."""

    label = models.CharField("motif", max_length=160, unique=True)
    position = models.PositiveSmallIntegerField("rang", default=0)
    is_active = models.BooleanField("proposé", default=True)

    objects = LegitimateReasonQuerySet.as_manager()

    class Meta:
        verbose_name = "motif légitime"
        verbose_name_plural = "motifs légitimes"
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label
