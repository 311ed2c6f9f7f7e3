"""Dwellings, places, stays: the housing the CIAS lends or sublets (L1, L3)."""

from datetime import date, timedelta
from typing import Any, Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from cias.accounts.models import User
from cias.core.models import Record
from cias.territory.models import Commune
from households.models import Household
from households.models.closed import PROTECTED_FILE, MaskedRows, closed_to
from households.models.files import Dated, Days, end_after_start
from housing.enums import ContractKind, DwellingType, EnergyLabel, ExitOutcome, Scheme, UnavailableReason

# How long before its end a contract, or an insurance, is worth an agent's attention.
ALERT_BEFORE = timedelta(days=60)


class HousingQuerySet[M: models.Model](models.QuerySet[M]):
    def for_user(self, user: User) -> Self:
        """Everything to those who hold "housing.view", nothing to the others."""
        return self if user.has_perm("housing.view") else self.none()


def money(label: str, **options: Any) -> models.DecimalField:
    return models.DecimalField(
        label, max_digits=8, decimal_places=2, validators=[MinValueValidator(0)], **options
    )


class SchemeRule(Record):
    """How long a contract lasts under a scheme: dated reference data, decided by the CIAS's council."""

    scheme = models.CharField("dispositif", max_length=10, choices=Scheme.choices)
    valid_from = models.DateField("à partir du")
    initial_months = models.PositiveSmallIntegerField("durée initiale (mois)")
    renewal_months = models.PositiveSmallIntegerField("durée d’un renouvellement (mois)")
    max_renewals = models.PositiveSmallIntegerField("nombre de renouvellements")
    exam_months = models.PositiveSmallIntegerField(
        "examen périodique tous les (mois)",
        null=True,
        blank=True,
        help_text="Examen contradictoire du bail glissant (CCH, art. L442-8-3).",
    )
    source = models.CharField("source", max_length=200)

    class Meta:
        verbose_name = "règle de durée"
        verbose_name_plural = "règles de durée"
        ordering = ["scheme", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "valid_from"],
                name="housing_schemerule_once",
                violation_error_message="Une règle commence déjà ce jour pour ce dispositif.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} depuis le {self.valid_from:%d/%m/%Y}"


@pghistory.track()
class Dwelling(Record):
    """A dwelling the CIAS owns, rents or manages."""

    name = models.CharField("nom d’usage", max_length=80, unique=True)
    scheme = models.CharField("dispositif", max_length=10, choices=Scheme.choices)
    street = models.CharField("numéro et voie", max_length=120)
    postal_code = models.CharField("code postal", max_length=5)
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="+", verbose_name="commune")
    dwelling_type = models.CharField("type", max_length=3, choices=DwellingType.choices)
    surface = models.PositiveSmallIntegerField("surface (m²)", null=True, blank=True)
    landlord = models.CharField("bailleur", max_length=80)
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
