"""What an état des lieux starts from (L4): rooms by type of dwelling, the grille de vétusté, the delay to correct."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from cias.core.models import Record
from housing.enums import DwellingType


@pghistory.track()
class InventoryRule(Record):
    """How long an entry may be corrected: dated reference data."""

    valid_from = models.DateField("à partir du", unique=True)
    correction_days = models.PositiveSmallIntegerField(
        "correction de l’entrée, à compter de l’état des lieux (jours)",
        validators=[MaxValueValidator(60)],
    )
    source = models.CharField("source", max_length=400)

    class Meta:
        verbose_name = "règle des états des lieux"
        verbose_name_plural = "règles des états des lieux"
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return f"Règle du {self.valid_from:%d/%m/%Y}"


@pghistory.track()
class WearRule(Record):
    """A line of the grille de vétusté: how an element wears out by itself (décret 2016-382, art. 4)."""

    label = models.CharField("éléments", max_length=80, unique=True)
    lifetime_years = models.PositiveSmallIntegerField("durée de vie (ans)", validators=[MinValueValidator(1)])
    free_years = models.PositiveSmallIntegerField("sans abattement pendant (ans)")
    yearly_percent = models.PositiveSmallIntegerField(
        "abattement par an (%)", validators=[MaxValueValidator(100)]
    )
    least_percent = models.PositiveSmallIntegerField(
        "part minimale à la charge de l’occupant (%)", validators=[MaxValueValidator(100)]
    )
    source = models.CharField("source", max_length=300)
    is_active = models.BooleanField("en usage", default=True)

    class Meta:
        verbose_name = "ligne de vétusté"
        verbose_name_plural = "grille de vétusté"
        ordering = ["label"]
        constraints = [
            models.CheckConstraint(
                condition=Q(yearly_percent__lte=100, least_percent__lte=100, lifetime_years__gte=1)
                & Q(free_years__lt=F("lifetime_years")),
                name="housing_wearrule_range",
                violation_error_message="Une part va de 0 à 100, et l’abattement commence avant la fin de vie.",
            )
        ]

    def __str__(self) -> str:
        return self.label


@pghistory.track()
class RoomTemplate(Record):
    """A room proposed when an inventory is begun, for some types of dwelling; its elements, one a line."""

    name = models.CharField("pièce", max_length=60, unique=True)
    position = models.PositiveSmallIntegerField("rang")
    dwelling_types = ArrayField(
        models.CharField(max_length=3, choices=DwellingType.choices), verbose_name="types de logement"
    )
    elements = models.TextField("éléments", max_length=1500)
    is_active = models.BooleanField("proposée", default=True)

    class Meta:
        verbose_name = "pièce type"
        verbose_name_plural = "pièces types"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The elements as (name, label of the line of the grille, "" without one)."""
        rows = (line.partition("|") for line in self.elements.splitlines() if line.strip())
        return [(name.strip(), wear.strip()) for name, _bar, wear in rows]
