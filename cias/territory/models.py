"""Where the CIAS works and who it is: communes, zones, the structure, its hours and closures."""

from datetime import date
from decimal import Decimal
from typing import Self

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from cias.core.french import time_fr
from cias.core.models import Record
from cias.core.secrecy.thresholds import THRESHOLDS, Thresholds
from cias.territory.france import DEPARTMENTS, REGION_OF, REGIONS

SAME_DAY = "Une règle commence déjà ce jour-là."


class ZoneQuerySet(models.QuerySet["Zone"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


@pghistory.track()
class Zone(Record):
    """A fixed grouping of small communes, so that figures by place never show too few households (domain-rules §2)."""

    code = models.SlugField("code", max_length=40, unique=True)
    name = models.CharField("nom", max_length=80)
    is_active = models.BooleanField("utilisée", default=True)

    objects = ZoneQuerySet.as_manager()

    class Meta:
        verbose_name = "zone"
        verbose_name_plural = "zones"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


# Only the grouping is decided here; the rest comes from public files.
@pghistory.track(pghistory.UpdateEvent(), fields=["code", "zone"])
class Commune(models.Model):
    """A member commune of the EPCI, keyed by its INSEE code (text: leading zero, Corsica's letters)."""

    code = models.CharField("code INSEE", max_length=5, primary_key=True)
    name = models.CharField("nom", max_length=80)
    sort_key = models.CharField("clé de tri", max_length=80, editable=False)
    population = models.PositiveIntegerField("population municipale")
    population_year = models.PositiveSmallIntegerField("année de la population")
    postal_codes = ArrayField(models.CharField(max_length=5), verbose_name="codes postaux", default=list)
    zone = models.ForeignKey(
        Zone, models.PROTECT, null=True, blank=True, related_name="communes", verbose_name="zone"
    )
    geometry = models.JSONField("contour (GeoJSON)", null=True, blank=True)
    # Communes that were united into this one: files of an older geography still give them a row of their own.
    former_codes = ArrayField(
        models.CharField(max_length=5), verbose_name="anciens codes réunis", default=list, blank=True
    )

    class Meta:
        verbose_name = "commune"
        verbose_name_plural = "communes"
        ordering = ["sort_key", "code"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Structure(Record):
    """The CIAS itself: one row, edited on its settings page; nothing about one CIAS is in the code (P3)."""

    name = models.CharField("nom", max_length=120)
    short_name = models.CharField("nom court", max_length=60)
    address_lines = models.TextField("adresse")
    phone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("adresse e-mail", blank=True)
    website = models.URLField("site internet", blank=True)
    president = models.CharField("présidence", max_length=120, blank=True)
    epci_code = models.CharField("SIREN de l’EPCI", max_length=9, blank=True)
    epci_name = models.CharField("nom de l’EPCI", max_length=120, blank=True)
    department_code = models.CharField("département", max_length=3, blank=True)
    region_code = models.CharField("région", max_length=3, blank=True)
    pentecost_monday_closed = models.BooleanField("fermé le lundi de Pentecôte", default=True)
    privacy_contact = models.EmailField("contact du délégué à la protection des données", blank=True)
    # The single row is found by this constant, and a second one refused by its uniqueness.
    only_one = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        verbose_name = "structure"
        verbose_name_plural = "structure"
        constraints = [
            models.CheckConstraint(
                condition=Q(only_one=True),
                name="territory_structure_single",
                violation_error_message="Il n’y a qu’une structure.",
            )
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def department_name(self) -> str:
        return DEPARTMENTS.get(self.department_code, "")

    @property
    def region(self) -> str:
        """The region's code: the one entered, else that of the département."""
        return self.region_code or REGION_OF.get(self.department_code, "")

    @property
    def region_name(self) -> str:
        return REGIONS.get(self.region, "")


class Weekday(models.IntegerChoices):
    MONDAY = 0, "lundi"
    TUESDAY = 1, "mardi"
    WEDNESDAY = 2, "mercredi"
    THURSDAY = 3, "jeudi"
    FRIDAY = 4, "vendredi"
    SATURDAY = 5, "samedi"
    SUNDAY = 6, "dimanche"


class Minutes(Func):
    """The range of minutes of the day between two wall-clock times (PostgreSQL has no range type for times)."""

    template = "int4range(extract(epoch from %(expressions)s)::int / 60)"
    arg_joiner = ")::int / 60, extract(epoch from "
    output_field = IntegerRangeField()


class OpeningHoursQuerySet(models.QuerySet["OpeningHours"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day))


@pghistory.track()
class OpeningHours(Record):
    """One opening of the structure on one weekday, dated so that past agendas keep their hours (A1)."""

    weekday = models.PositiveSmallIntegerField("jour", choices=Weekday.choices)
    opens_at = models.TimeField("ouverture")
    closes_at = models.TimeField("fermeture")
    valid_from = models.DateField("à partir du")
    valid_until = models.DateField("jusqu’au", null=True, blank=True)

    objects = OpeningHoursQuerySet.as_manager()

    class Meta:
        verbose_name = "horaire d’ouverture"
        verbose_name_plural = "horaires d’ouverture"
        ordering = ["weekday", "opens_at", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="territory_hours_order",
                violation_error_message="La fermeture doit suivre l’ouverture.",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="territory_hours_validity",
                violation_error_message="La date de fin doit suivre la date de début.",
            ),
            ExclusionConstraint(
                name="territory_hours_no_overlap",
                expressions=[
                    ("weekday", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_until"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (Minutes(F("opens_at"), F("closes_at")), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Ces horaires en chevauchent d’autres le même jour.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()}, {time_fr(self.opens_at)} – {time_fr(self.closes_at)}"


class ExceptionalClosureQuerySet(models.QuerySet["ExceptionalClosure"]):
    def standing(self) -> Self:
        return self.filter(is_cancelled=False)

    def between(self, first: date, last: date) -> Self:
        """Those that stand and close one of these days."""
        return self.standing().filter(first_day__lte=last, last_day__gte=first)


@pghistory.track()
class ExceptionalClosure(Record):
    """The whole site is closed on these days, both included."""

    first_day = models.DateField("du")
    last_day = models.DateField("au")
    label = models.CharField("raison", max_length=120)
    is_cancelled = models.BooleanField("annulée", default=False)

    objects = ExceptionalClosureQuerySet.as_manager()

    class Meta:
        verbose_name = "fermeture exceptionnelle"
        verbose_name_plural = "fermetures exceptionnelles"
        ordering = ["-first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="territory_closure_order",
                violation_error_message="La fermeture doit finir après son premier jour.",
            ),
            ExclusionConstraint(
                name="territory_closure_no_overlap",
                expressions=[
                    (
                        Func(
                            F("first_day"),
                            F("last_day"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(is_cancelled=False),
                violation_error_message="Une autre fermeture couvre déjà une partie de ces jours.",
            ),
        ]

    def __str__(self) -> str:
        return self.label


@pghistory.track(pghistory.InsertEvent())
class SecrecyRule(Record):
    """Thresholds of statistical secrecy from a day on: never changed nor taken away, a new one follows (S5).

    They may be stricter than the practice of official statistics, never laxer: see `cias.core.secrecy.thresholds`.
    """

    valid_from = models.DateField("à partir du", unique=True, error_messages={"unique": SAME_DAY})
    count = models.PositiveSmallIntegerField("effectif publié à partir de")
    sensitive = models.PositiveSmallIntegerField("effectif d’un sujet sensible publié à partir de")
    amount_units = models.PositiveSmallIntegerField("montant publié à partir de (ménages)")
    dominance = models.PositiveSmallIntegerField("part du plus gros ménage dans une somme, au plus (en %)")
    rate_denominator = models.PositiveSmallIntegerField("taux publié à partir d’un effectif de")
    source = models.CharField("texte ou décision", max_length=300)

    class Meta:
        verbose_name = "règle du secret statistique"
        verbose_name_plural = "règles du secret statistique"
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    count__gte=THRESHOLDS.count,
                    sensitive__gte=THRESHOLDS.sensitive,
                    amount_units__gte=THRESHOLDS.amount_units,
                    dominance__lte=int(THRESHOLDS.dominance * 100),
                    rate_denominator__gte=THRESHOLDS.rate_denominator,
                ),
                name="territory_secrecy_floor",
                violation_error_message="Un seuil ne peut pas être plus bas que ce que demande la règle.",
            ),
            models.CheckConstraint(
                condition=Q(sensitive__gte=F("count")),
                name="territory_secrecy_sensitive",
                violation_error_message="Le seuil des sujets sensibles ne peut pas être sous celui des effectifs.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="rule_is_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from:%d/%m/%Y}"

    @property
    def thresholds(self) -> Thresholds:
        return Thresholds(
            count=self.count,
            amount_units=self.amount_units,
            dominance=Decimal(self.dominance) / 100,
            rate_denominator=self.rate_denominator,
            sensitive=self.sensitive,
        )
