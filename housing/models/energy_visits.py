"""A visit at home and everything noted there (L10): the socio-technical diagnosis, room by room, bill by bill."""

from decimal import Decimal
from typing import Self
from uuid import uuid4

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from appointments.models import Appointment
from cias.accounts.models import User
from cias.core.models import Record
from households.models import Document
from households.models.closed import closed_to
from housing.energy.enums import (
    Condition,
    Energy,
    Feeling,
    Heating,
    HotWater,
    Room,
    Seen,
    Supply,
    Ventilation,
)
from housing.models.base import money
from housing.models.energy_files import EnergyFile
from housing.models.energy_reference import EquipmentItem

DELIVERY_POINT = RegexValidator(
    r"^\d{14}$|^GI\d{6}$", "Un PDL ou un PCE compte 14 chiffres (ou GI et 6 chiffres pour un immeuble)."
)


def choice(label: str, values: type[models.TextChoices], **options: object) -> models.CharField:
    return models.CharField(label, max_length=12, choices=values.choices, blank=True, **options)  # type: ignore[arg-type]


class EnergyVisitQuerySet(models.QuerySet["EnergyVisit"]):
    def for_user(self, user: User) -> Self:
        """Those of the households `user` may know of (C3)."""
        if user.scope("energy.overview") is None:
            return self.none()
        return self.exclude(file__household__in=closed_to(user))


@pghistory.track(exclude=["version"])
class EnergyVisit(Record):
    """Visit 1 or 2 of a file. `done_on` is empty until it is over; `version` grows with each thing received.

    Everything is optional: what could not be seen or asked stays « non vu ».
    """

    file = models.ForeignKey(EnergyFile, models.CASCADE, related_name="visits", verbose_name="dossier")
    rank = models.PositiveSmallIntegerField("visite")
    appointment = models.OneToOneField(
        Appointment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="energy_visit",
        verbose_name="rendez-vous",
    )
    agent = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="chargé de visite")
    done_on = models.DateField("faite le", null=True, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    level = models.CharField("étage, situation", max_length=80, blank=True)
    walls = choice("isolation des murs", Condition)
    roof = choice("isolation du toit", Condition)
    windows = choice("fenêtres", Condition)
    doors = choice("portes et seuils", Condition)
    damp = choice("humidité", Seen)
    mould = choice("moisissures", Seen)
    ventilation = choice("ventilation", Ventilation)
    damage = models.TextField("dégradations vues", blank=True)

    heating = choice("chauffage", Heating)
    heating_energy = choice("énergie de chauffage", Energy)
    heating_age = models.PositiveSmallIntegerField(
        "âge de l’appareil (ans)", null=True, blank=True, validators=[MaxValueValidator(99)]
    )
    heating_serviced = choice("entretenu depuis moins d’un an", Seen)
    regulation = choice("thermostat ou robinets réglables", Seen)
    heater = choice("chauffage d’appoint", Seen)
    heater_note = models.CharField("quel appoint, quand", max_length=160, blank=True)
    hot_water = choice("eau chaude", HotWater)
    hot_water_setting = models.PositiveSmallIntegerField(
        "réglage de l’eau chaude (°C)", null=True, blank=True, validators=[MaxValueValidator(95)]
    )

    water_leak = choice("fuite d’eau", Seen)
    water_saving = choice("économiseurs d’eau déjà posés", Seen)
    water_year = money("eau, sur 12 mois (€)", null=True, blank=True)
    appliances = models.TextField("appareils et usages", blank=True)

    co_risk = choice("risque de monoxyde de carbone", Seen)
    electric_risk = choice("installation électrique dangereuse", Seen)
    gas_risk = choice("installation de gaz dangereuse", Seen)
    smoke_alarm = choice("détecteur de fumée", Seen)
    safety_note = models.CharField("ce qui a été dit ou fait aussitôt", max_length=300, blank=True)

    feeling_winter = choice("ressenti l’hiver", Feeling)
    feeling_summer = choice("ressenti l’été", Feeling)
    restricts = choice("se prive de chauffage", Seen)
    health_effect = choice("gêne pour la santé, selon la personne", Seen)
    income_month = money("ressources du mois, si le budget n’est pas fait (€)", null=True, blank=True)
    social_note = models.TextField("situation, budget, attentes", blank=True)

    findings = models.TextField("ce que nous avons vu, en mots simples", blank=True)
    advice = models.TextField("ce que nous conseillons", blank=True)

    objects = EnergyVisitQuerySet.as_manager()

    class Meta:
        verbose_name = "visite SLIME"
        verbose_name_plural = "visites SLIME"
        ordering = ["file", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "rank"],
                name="housing_energyvisit_once",
                violation_error_message="Cette visite existe déjà.",
            ),
            models.CheckConstraint(
                condition=Q(rank__in=(1, 2)),
                name="housing_energyvisit_rank",
                violation_error_message="Un dossier compte une ou deux visites.",
            ),
        ]

    def __str__(self) -> str:
        return f"Visite {self.rank}"


@pghistory.track()
class RoomReading(Record):
    """What the thermometer and the hygrometer say in one room."""

    visit = models.ForeignKey(EnergyVisit, models.CASCADE, related_name="readings", verbose_name="visite")
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    room = models.CharField("pièce", max_length=10, choices=Room.choices)
    temperature = models.DecimalField(
        "température (°C)",
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(-20), MaxValueValidator(45)],
    )
    humidity = models.PositiveSmallIntegerField(
        "humidité (%)", null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    mould = models.BooleanField("moisissures", default=False)

    class Meta:
        verbose_name = "relevé"
        verbose_name_plural = "relevés"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(temperature__isnull=False) | Q(humidity__isnull=False) | Q(mould=True),
                name="housing_reading_says",
                violation_error_message="Un relevé donne une température, une humidité ou des moisissures.",
            )
        ]

    def __str__(self) -> str:
        return self.get_room_display()


@pghistory.track()
class EnergyBill(Record):
    """One energy over twelve months. The delivery point (PDL, PCE) stands here and nowhere else."""

    visit = models.ForeignKey(EnergyVisit, models.CASCADE, related_name="bills", verbose_name="visite")
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    energy = models.CharField("énergie", max_length=12, choices=Energy.choices)
    supplier = models.CharField("fournisseur", max_length=60, blank=True)
    amount = money("payé (€)", null=True, blank=True)
    kwh = models.PositiveIntegerField("consommé (kWh)", null=True, blank=True)
    months = models.PositiveSmallIntegerField(
        "sur combien de mois", default=12, validators=[MinValueValidator(1), MaxValueValidator(24)]
    )
    delivery_point = models.CharField("PDL ou PCE", max_length=14, blank=True, validators=[DELIVERY_POINT])
    contract = models.CharField("option, puissance", max_length=60, blank=True)
    monthly = money("mensualité (€)", null=True, blank=True)
    debt = money("dette (€)", null=True, blank=True)
    supply = models.CharField("fourniture", max_length=8, choices=Supply.choices, blank=True)

    class Meta:
        verbose_name = "facture d’énergie"
        verbose_name_plural = "factures d’énergie"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(months__range=(1, 24)),
                name="housing_bill_months",
                violation_error_message="Une facture couvre de 1 à 24 mois.",
            )
        ]

    def __str__(self) -> str:
        return self.get_energy_display()

    @property
    def year(self) -> Decimal | None:
        """What it comes to in twelve months, in euros."""
        if self.amount is None:
            return None
        return (self.amount * 12 / self.months).quantize(Decimal("0.01"))


@pghistory.track()
class GivenEquipment(Record):
    """What was left with the household; cost and saving as they were that day."""

    visit = models.ForeignKey(EnergyVisit, models.CASCADE, related_name="equipment", verbose_name="visite")
    item = models.ForeignKey(EquipmentItem, models.PROTECT, related_name="+", verbose_name="équipement")
    quantity = models.PositiveSmallIntegerField("nombre")
    unit_cost = money("coût unitaire")
    saving = money("économie estimée par an", null=True, blank=True)

    class Meta:
        verbose_name = "équipement posé"
        verbose_name_plural = "équipements posés"
        ordering = ["item__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "item"],
                name="housing_given_once",
                violation_error_message="Cet équipement figure déjà dans la visite.",
            ),
            models.CheckConstraint(
                condition=Q(quantity__range=(1, 99)),
                name="housing_given_quantity",
                violation_error_message="On pose de 1 à 99 exemplaires.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.item}"

    @property
    def cost(self) -> Decimal:
        return self.unit_cost * self.quantity

    @property
    def saved(self) -> Decimal | None:
        return None if self.saving is None else self.saving * self.quantity


@pghistory.track()
class VisitPhoto(Record):
    """A photo of the dwelling: a document of the household that the visit points at. `key` makes it come once."""

    visit = models.ForeignKey(EnergyVisit, models.CASCADE, related_name="photos", verbose_name="visite")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="photo")
    key = models.UUIDField("clé d’envoi", default=uuid4, editable=False)
    label = models.CharField("ce qu’elle montre", max_length=80, blank=True)

    class Meta:
        verbose_name = "photo de visite"
        verbose_name_plural = "photos de visite"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "key"],
                name="housing_visitphoto_once",
                violation_error_message="Cette photo est déjà reçue.",
            )
        ]

    def __str__(self) -> str:
        return self.label or "Photo"


class VisitSending(Record):
    """Something received for a visit: the same key is received once (docs/adr/0013)."""

    visit = models.ForeignKey(EnergyVisit, models.CASCADE, related_name="sendings", verbose_name="visite")
    key = models.UUIDField("clé d’envoi")
    version = models.PositiveIntegerField("version donnée")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "envoi de visite"
        verbose_name_plural = "envois de visite"
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "key"],
                name="housing_sending_once",
                violation_error_message="Cet envoi est déjà reçu.",
            ),
            models.UniqueConstraint(
                fields=["visit", "version"],
                name="housing_sending_version",
                violation_error_message="Cette version existe déjà.",
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.version}"
