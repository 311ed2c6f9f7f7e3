"""What the SLIME programme is steered by: dated values with their source, and the catalogue of equipment (L10)."""

from datetime import date
from decimal import Decimal
from typing import Self

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from cias.core.models import Record
from cias.core.sources import Sourced
from housing.energy.enums import Region
from housing.models.base import money

LISTED_SIZES = 5


class DatedQuerySet[M: models.Model](models.QuerySet[M]):
    def on(self, day: date) -> Self:
        """The versions that have begun on `day`, the one in force first."""
        return self.filter(valid_from__lte=day).order_by("-valid_from", "pk")


@pghistory.track()
class IncomeCeiling(Sourced):
    """The Anah's ceilings for « très modestes » households, in euros of revenu fiscal de référence a year.

    SLIME visits are for them, tenants or owners (domain-rules §5).
    """

    region = models.CharField("région", max_length=5, choices=Region.choices)
    valid_from = models.DateField("en vigueur depuis le")
    persons_1 = models.PositiveIntegerField("1 personne")
    persons_2 = models.PositiveIntegerField("2 personnes")
    persons_3 = models.PositiveIntegerField("3 personnes")
    persons_4 = models.PositiveIntegerField("4 personnes")
    persons_5 = models.PositiveIntegerField("5 personnes")
    one_more = models.PositiveIntegerField("par personne en plus")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "plafond de ressources"
        verbose_name_plural = "plafonds de ressources"
        ordering = ["region", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "valid_from"],
                name="housing_ceiling_once",
                violation_error_message="Un barème commence déjà ce jour pour cette région.",
            ),
            models.CheckConstraint(
                condition=Q(persons_1__gt=0)
                & Q(persons_2__gt=F("persons_1"))
                & Q(persons_3__gt=F("persons_2"))
                & Q(persons_4__gt=F("persons_3"))
                & Q(persons_5__gt=F("persons_4")),
                name="housing_ceiling_grows",
                violation_error_message="Les plafonds augmentent avec le nombre de personnes.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_region_display()} depuis le {self.valid_from:%d/%m/%Y}"

    @property
    def amounts(self) -> list[int]:
        return [getattr(self, f"persons_{size}") for size in range(1, LISTED_SIZES + 1)]

    def for_size(self, persons: int) -> int:
        """The ceiling of a household of `persons`, in euros a year. Raises ValueError below one."""
        if persons < 1:
            raise ValueError("A household has at least one person")
        listed = self.amounts
        more = max(persons - LISTED_SIZES, 0)
        return listed[min(persons, LISTED_SIZES) - 1] + more * self.one_more


@pghistory.track()
class EnergyRule(Sourced):
    """Delays of the programme, and the income bound of the ONPE's TEE_3D.

    `source` and `certainty` are those of the bound; the delays are the CIAS's practice. The 8 % and 10 % limits of the
    taux d'effort are those of the budget formula (BudgetFormula.energy_limit and energy_high).
    """

    valid_from = models.DateField("en vigueur depuis le", unique=True)
    region = models.CharField("région", max_length=5, choices=Region.choices, default=Region.ELSEWHERE)
    third_decile = models.PositiveIntegerField(
        "3e décile du revenu par unité de consommation, en euros par an", null=True, blank=True
    )
    contact_days = models.PositiveSmallIntegerField(
        "premier contact sous (jours)",
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(180)],
    )
    attempts = models.PositiveSmallIntegerField(
        "tentatives avant de dire «\u00a0perdu de vue\u00a0»",
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    follow_from_months = models.PositiveSmallIntegerField(
        "appel de suivi à partir de (mois)", default=3, validators=[MaxValueValidator(24)]
    )
    follow_until_months = models.PositiveSmallIntegerField(
        "et avant (mois)", default=6, validators=[MaxValueValidator(24)]
    )
    visit_cost = money("coût d’une visite (agent, déplacement)", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "règle du SLIME"
        verbose_name_plural = "règles du SLIME"
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(follow_from_months__gt=0, follow_until_months__gte=F("follow_from_months")),
                name="housing_energyrule_follow",
                violation_error_message="L’appel de suivi se fait entre un premier et un dernier mois.",
            )
        ]

    def __str__(self) -> str:
        return f"Depuis le {self.valid_from:%d/%m/%Y}"


class EquipmentQuerySet(models.QuerySet["EquipmentItem"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


@pghistory.track()
class EquipmentItem(Sourced):
    """A small piece of equipment given during a visit; deactivated, never deleted.

    `unit_cost` is what the CIAS pays, `saving` what the household may save in a year with one of them, in euros; the
    source is that of the saving.
    """

    code = models.SlugField("code", max_length=30, unique=True)
    label = models.CharField("équipement", max_length=80)
    advice = models.CharField("conseil d’usage", max_length=160, blank=True)
    unit_cost = money("coût unitaire (€)")
    saving = money("économie estimée par an (€)", null=True, blank=True)
    position = models.PositiveSmallIntegerField("ordre", default=100)
    is_active = models.BooleanField("proposé", default=True)

    objects = EquipmentQuerySet.as_manager()

    class Meta:
        verbose_name = "équipement"
        verbose_name_plural = "équipements"
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label

    def cost_of(self, quantity: int) -> Decimal:
        return self.unit_cost * quantity


@pghistory.track()
class ExportColumn(Record):
    """A column of the programme's anonymised export: which leave, in which order, is the CIAS's choice."""

    code = models.SlugField("code", max_length=30, unique=True)
    label = models.CharField("intitulé", max_length=80)
    position = models.PositiveSmallIntegerField("ordre", default=100)
    is_exported = models.BooleanField("exportée", default=True)

    class Meta:
        verbose_name = "colonne de l’export"
        verbose_name_plural = "colonnes de l’export"
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.label
