"""A household in the SLIME programme: its signalement, the contacts, and every step (L10)."""

from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cias.accounts.models import User
from cias.core.models import Record
from cias.core.moves import Move, MovingRecord
from households.models import Household, Partner
from households.models.closed import closed_to
from households.models.files import YearSeries
from housing.energy.enums import (
    Built,
    CloseReason,
    ContactMeans,
    ContactOutcome,
    DwellingKind,
    Energy,
    EnergyState,
    Ground,
    Informant,
    Occupancy,
    Priority,
)
from housing.energy.states import RUNNING, TRANSITIONS

S = EnergyState


class EnergySeries(YearSeries):
    """The last number given to a SLIME file in a year; locked while the next one is taken."""

    class Meta:
        verbose_name = "série de numéros SLIME"
        verbose_name_plural = "séries de numéros SLIME"


class EnergyFileQuerySet(models.QuerySet["EnergyFile"]):
    def for_user(self, user: User) -> Self:
        """Those of the files `user` may know of; a protected one's exist for its named agents only (C3)."""
        if user.scope("energy.overview") is None:
            return self.none()
        return self.exclude(household__in=closed_to(user))

    def running(self) -> Self:
        return self.filter(state__in=RUNNING)


@pghistory.track()
class EnergyFile(MovingRecord):
    """A signalement and what follows it. One household has one running file at a time."""

    STATES = EnergyState
    TRANSITIONS = TRANSITIONS

    number = models.CharField("numéro", max_length=16, unique=True)
    household = models.ForeignKey(
        Household, models.PROTECT, related_name="energy_files", verbose_name="ménage"
    )
    agent = models.ForeignKey(
        User, models.PROTECT, related_name="energy_files", verbose_name="chargé de visite"
    )
    state = models.CharField("état", max_length=10, choices=EnergyState.choices, default=EnergyState.REPORTED)

    reported_on = models.DateField("signalé le")
    informant = models.CharField("donneur d’alerte", max_length=12, choices=Informant.choices)
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="partenaire"
    )
    informant_name = models.CharField("nom du donneur d’alerte", max_length=120, blank=True)
    consent_on = models.DateField("accord du ménage reçu le", null=True, blank=True)
    grounds = ArrayField(
        models.CharField(max_length=12, choices=Ground.choices), verbose_name="motifs", default=list
    )
    situation = models.TextField("ce qui est signalé", blank=True)
    priority = models.CharField("priorité", max_length=8, choices=Priority.choices, default=Priority.NORMAL)

    occupancy = models.CharField("statut d’occupation", max_length=8, choices=Occupancy.choices, blank=True)
    landlord = models.CharField("bailleur", max_length=120, blank=True)
    dwelling = models.CharField("logement", max_length=8, choices=DwellingKind.choices, blank=True)
    built = models.CharField("construit", max_length=5, choices=Built.choices, blank=True)
    surface = models.PositiveSmallIntegerField("surface (m²)", null=True, blank=True)
    heating_energy = models.CharField(
        "énergie de chauffage", max_length=12, choices=Energy.choices, blank=True
    )
    persons = models.PositiveSmallIntegerField("personnes dans le logement")
    tax_income = models.PositiveIntegerField("revenu fiscal de référence (€)", null=True, blank=True)
    tax_income_year = models.PositiveSmallIntegerField("revenus de l’année", null=True, blank=True)
    kept_despite = models.CharField("pourquoi le ménage est retenu malgré tout", max_length=300, blank=True)

    visited_on = models.DateField("dernière visite", null=True, blank=True, editable=False)
    closed_on = models.DateField("clos le", null=True, blank=True)
    close_reason = models.CharField("motif de fin", max_length=12, choices=CloseReason.choices, blank=True)
    close_detail = models.CharField("précision", max_length=300, blank=True)

    objects = EnergyFileQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier SLIME"
        verbose_name_plural = "dossiers SLIME"
        ordering = ["-reported_on", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=~Q(state="closed"),
                name="housing_energyfile_one_running",
                violation_error_message="Un signalement de ce ménage est déjà en cours.",
            ),
            models.CheckConstraint(
                condition=Q(state="reported") | Q(state="closed") | Q(consent_on__isnull=False),
                name="housing_energyfile_consent",
                violation_error_message="L’accord du ménage est nécessaire avant tout contact.",
            ),
            models.CheckConstraint(
                condition=(Q(state="closed", closed_on__isnull=False) & ~Q(close_reason=""))
                | (~Q(state="closed") & Q(closed_on__isnull=True, close_reason="", close_detail="")),
                name="housing_energyfile_closed",
                violation_error_message="Une fin a une date et un motif.",
            ),
            models.CheckConstraint(
                condition=Q(persons__range=(1, 30)),
                name="housing_energyfile_persons",
                violation_error_message="Un logement compte de 1 à 30 personnes.",
            ),
            models.CheckConstraint(
                condition=Q(surface__isnull=True) | Q(surface__range=(6, 600)),
                name="housing_energyfile_surface",
                violation_error_message="La surface va de 6 à 600\u00a0m².",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "reported_on"], name="housing_energyfile_state"),
            models.Index(fields=["agent", "state"], name="housing_energyfile_agent"),
        ]

    def __str__(self) -> str:
        return f"Dossier {self.number}"

    @property
    def is_closed(self) -> bool:
        return self.state == S.CLOSED

    @property
    def ground_labels(self) -> list[str]:
        return [str(Ground(code).label) for code in self.grounds]


@pghistory.track()
class EnergyMove(Move):
    """One step of a file."""

    file = models.ForeignKey(EnergyFile, models.CASCADE, related_name="moves", verbose_name="dossier")
    from_state = models.CharField("de", max_length=10, choices=EnergyState.choices, blank=True)
    to_state = models.CharField("à", max_length=10, choices=EnergyState.choices)

    class Meta(Move.Meta):
        verbose_name = "étape SLIME"
        verbose_name_plural = "étapes SLIME"


@pghistory.track()
class EnergyContact(Record):
    """One attempt to reach the household."""

    file = models.ForeignKey(EnergyFile, models.CASCADE, related_name="contacts", verbose_name="dossier")
    on = models.DateField("le")
    means = models.CharField("moyen", max_length=10, choices=ContactMeans.choices)
    outcome = models.CharField("résultat", max_length=10, choices=ContactOutcome.choices)
    note = models.CharField("précision", max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "prise de contact"
        verbose_name_plural = "prises de contact"
        ordering = ["on", "created_at"]

    def __str__(self) -> str:
        return f"{self.get_means_display()}, {self.get_outcome_display()}"
