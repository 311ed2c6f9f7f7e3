"""ALT conventions with the State: one a year, its dwellings, its capacity month by month (CSS, L851-1, R851-2)."""

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from cias.core.models import Record
from cias.core.periods import MONTHS
from households.models.files import Dated, end_after_start
from housing.enums import DwellingType
from housing.models.base import money
from housing.models.places import Dwelling


@pghistory.track()
class AltConvention(Record):
    """The convention of one civil year; renewed by an amendment, three years at most (CSS, art. R851-2)."""

    year = models.PositiveSmallIntegerField(
        "année",
        unique=True,
        validators=[MinValueValidator(1992), MaxValueValidator(2100)],
        error_messages={"unique": "Cette année a déjà sa convention."},
    )
    number = models.CharField("numéro", max_length=40)
    signed_on = models.DateField("signée le", null=True, blank=True)
    amendment = models.CharField("avenant", max_length=120, blank=True)
    source = models.CharField("source des montants", max_length=300, blank=True)
    is_verified = models.BooleanField("montants vérifiés", default=False)

    class Meta:
        verbose_name = "convention ALT"
        verbose_name_plural = "conventions ALT"
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"Convention ALT {self.year}, n°\u00a0{self.number}"

    @property
    def is_to_check(self) -> bool:
        return not self.is_verified


@pghistory.track()
class AltCapacity(Record):
    """How many dwellings of a type the convention counts from a month to another, and the flat aid for each a month."""

    convention = models.ForeignKey(
        AltConvention, models.CASCADE, related_name="capacities", verbose_name="convention"
    )
    dwelling_type = models.CharField("type", max_length=3, choices=DwellingType.choices)
    first_month = models.PositiveSmallIntegerField("de", default=1)
    last_month = models.PositiveSmallIntegerField("à", default=12)
    dwellings = models.PositiveSmallIntegerField("logements")
    monthly_aid = money("aide mensuelle par logement")

    class Meta:
        verbose_name = "capacité conventionnée"
        verbose_name_plural = "capacités conventionnées"
        ordering = ["dwelling_type", "first_month", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_month__range=(1, 12), last_month__range=(1, 12))
                & Q(last_month__gte=models.F("first_month")),
                name="housing_altcapacity_months",
                violation_error_message="Le dernier mois suit le premier.",
            ),
        ]

    @property
    def span(self) -> str:
        """Its months, in words."""
        if (self.first_month, self.last_month) == (1, 12):
            return "toute l’année"
        first, last = MONTHS[self.first_month - 1], MONTHS[self.last_month - 1]
        return first if first == last else f"de {first} à {last}"

    def covers(self, month: int) -> bool:
        return self.first_month <= month <= self.last_month

    def __str__(self) -> str:
        return f"{self.dwellings} {self.get_dwelling_type_display()}"


@pghistory.track()
class AltDwelling(Dated):
    """A dwelling the convention covers, from when to when within its year."""

    convention = models.ForeignKey(
        AltConvention, models.CASCADE, related_name="covered", verbose_name="convention"
    )
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="+", verbose_name="logement")

    class Meta:
        verbose_name = "logement conventionné"
        verbose_name_plural = "logements conventionnés"
        ordering = ["dwelling__name", "start"]
        constraints = [
            end_after_start("housing_altdwelling_order"),
            models.UniqueConstraint(
                fields=["convention", "dwelling"],
                name="housing_altdwelling_once",
                violation_error_message="Ce logement est déjà dans la convention.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.dwelling)
