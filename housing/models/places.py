"""Dwellings and places: the housing the CIAS lends or sublets (L1)."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from cias.core.models import Record
from cias.territory.models import Commune
from households.models.files import Dated, Days, end_after_start
from housing.enums import DwellingType, EnergyLabel, Scheme, UnavailableReason
from housing.lodging.enums import LandlordKind
from housing.models.base import HousingQuerySet, money


@pghistory.track()
class Dwelling(Record):
    """A dwelling the CIAS owns, rents or manages."""

    name = models.CharField("nom d’usage", max_length=80, unique=True)
    scheme = models.CharField("dispositif", max_length=10, choices=Scheme.choices)
    street = models.CharField("numéro et voie", max_length=120)
    complement = models.CharField("bâtiment, étage, porte", max_length=80, blank=True)
    postal_code = models.CharField("code postal", max_length=5)
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="+", verbose_name="commune")
    dwelling_type = models.CharField("type", max_length=3, choices=DwellingType.choices)
    surface = models.PositiveSmallIntegerField("surface (m²)", null=True, blank=True)
    accessible = models.BooleanField("accessible aux personnes à mobilité réduite", default=False)
    landlord = models.CharField("bailleur", max_length=80)
    landlord_kind = models.CharField(
        "nature du bailleur", max_length=10, choices=LandlordKind.choices, blank=True
    )
    lease_until = models.DateField("bail ou convention avec le bailleur jusqu’au", null=True, blank=True)
    rent = money("loyer mensuel", null=True, blank=True)
    charges = money("charges mensuelles", null=True, blank=True)
    energy_label = models.CharField("DPE", max_length=1, choices=EnergyLabel.choices, blank=True)
    opened_on = models.DateField("disponible depuis le")
    closed_on = models.DateField("rendu le", null=True, blank=True)

    objects = HousingQuerySet.as_manager()

    class Meta:
        verbose_name = "logement"
        verbose_name_plural = "logements"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="housing_dwelling_order",
                violation_error_message="Le logement ne peut pas être rendu avant d’être disponible.",
            ),
            models.CheckConstraint(
                condition=Q(surface__isnull=True) | Q(surface__range=(6, 400)),
                name="housing_dwelling_surface",
                violation_error_message="La surface va de 6 à 400 m².",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """In one line, the complement included."""
        parts = (self.street, self.complement, f"{self.postal_code} {self.commune.name}")
        return ", ".join(part for part in parts if part)


@pghistory.track()
class Place(Dated):
    """What one household can occupy: a whole dwelling, or a room of a shared one; `start`/`end` bound its capacity."""

    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="places", verbose_name="logement")
    label = models.CharField("place", max_length=40)
    beds = models.PositiveSmallIntegerField("couchages")

    objects = HousingQuerySet.as_manager()

    class Meta:
        verbose_name = "place"
        verbose_name_plural = "places"
        ordering = ["dwelling__name", "label"]
        constraints = [
            end_after_start("housing_place_order"),
            models.UniqueConstraint(
                fields=["dwelling", "label"],
                name="housing_place_label_once",
                violation_error_message="Ce logement a déjà une place de ce nom.",
            ),
            models.CheckConstraint(
                condition=Q(beds__range=(1, 20)),
                name="housing_place_beds",
                violation_error_message="Une place compte de 1 à 20 couchages.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dwelling.name}, {self.label}"


@pghistory.track()
class Unavailability(Dated):
    """Days on which a place cannot be lived in; they leave the capacity of the occupancy rate."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="unavailabilities", verbose_name="place")
    reason = models.CharField("raison", max_length=10, choices=UnavailableReason.choices)
    comment = models.CharField("précision", max_length=120, blank=True)

    class Meta:
        verbose_name = "indisponibilité"
        verbose_name_plural = "indisponibilités"
        ordering = ["start", "pk"]
        constraints = [
            end_after_start("housing_unavailability_order"),
            ExclusionConstraint(
                name="housing_unavailability_no_overlap",
                expressions=[("place", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                violation_error_message="Cette place est déjà indisponible à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_reason_display()
