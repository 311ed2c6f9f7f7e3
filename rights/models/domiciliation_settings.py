"""What the CIAS settles for domiciliation: whether it does it, the delays of the law, where mail is fetched (R8)."""

from datetime import date
from typing import Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from cias.core.models import Record
from cias.core.sources import Certainty, Sourced
from cias.territory.models import Commune
from households.models.files import Days
from rights.domiciliation.enums import DeskKind


@pghistory.track()
class DomiciliationSettings(Record):
    """One row. Where the communes' CCAS kept the mission, the module is off and its pages do not exist."""

    is_used = models.BooleanField("Le CIAS domicilie", default=True)
    hides_name = models.BooleanField("L’attestation ne nomme pas le CIAS dans l’adresse", default=False)
    mail_address = models.TextField("adresse de réception du courrier", blank=True)
    only_one = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        verbose_name = "réglage de la domiciliation"
        verbose_name_plural = "réglages de la domiciliation"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(only_one=True),
                name="rights_domsettings_single",
                violation_error_message="Il n’y a qu’un réglage de la domiciliation.",
            )
        ]

    def __str__(self) -> str:
        return "Domiciliation" if self.is_used else "Domiciliation (non utilisée)"


class DomiciliationRuleQuerySet(models.QuerySet["DomiciliationRule"]):
    def on(self, day: date) -> "DomiciliationRule":
        """The rule in force on `day`. Raises DoesNotExist when the reference data has a hole."""
        return self.get(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)


@pghistory.track()
class DomiciliationRule(Sourced):
    """Delays that the sheet of the right does not hold: absence, alert, proxies. When one changes, this row ends and a
    new one starts.

    `source` and `certainty` are those of the delay of absence; the alert and the number of proxies are a practice, with
    a source of their own. Which events of the mail desk count is in its `effects`.
    """

    valid_from = models.DateField("en vigueur depuis le")
    valid_until = models.DateField("jusqu’au", null=True, blank=True)
    absence_months = models.PositiveSmallIntegerField("absence, en mois", validators=[MaxValueValidator(24)])
    alert_months = models.PositiveSmallIntegerField("alerte, en mois")
    alert_days = models.PositiveSmallIntegerField(
        "et en jours", default=0, validators=[MaxValueValidator(28)]
    )
    most_proxies = models.PositiveSmallIntegerField(
        "mandataires à la fois, au plus", validators=[MinValueValidator(1)]
    )
    practice_source = models.CharField("source (alerte, mandataires)", max_length=300)
    practice_certainty = models.CharField(
        "certitude (alerte, mandataires)",
        max_length=10,
        choices=Certainty.choices,
        default=Certainty.TO_CHECK,
    )

    objects = DomiciliationRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "règle de la domiciliation"
        verbose_name_plural = "règles de la domiciliation"
        ordering = ["-valid_from", "pk"]
        constraints = [
            ExclusionConstraint(
                name="rights_domrule_one_at_a_time",
                expressions=[(Days("valid_from", "valid_until"), RangeOperators.OVERLAPS)],
                violation_error_message="Une autre règle couvre ces dates\u00a0: terminez-la d’abord.",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="rights_domrule_order",
                violation_error_message="La fin de validité doit suivre le début.",
            ),
            models.CheckConstraint(
                condition=Q(absence_months__gt=0)
                & Q(alert_months__lt=F("absence_months"))
                & Q(alert_days__lte=28),
                name="rights_domrule_alert_first",
                violation_error_message="L’alerte précède la fin du délai d’absence.",
            ),
        ]

    def __str__(self) -> str:
        return f"Domiciliation depuis le {self.valid_from:%d/%m/%Y}"

    @property
    def practice(self) -> dict[str, object]:
        """Source of the alert and of the number of proxies, and whether it has to be checked, as pages show them."""
        return {
            "source": self.practice_source,
            "is_to_check": self.practice_certainty == Certainty.TO_CHECK,
        }


@pghistory.track()
class DeskRule(Sourced):
    """Whether an event of the mail desk is a manifestation of the person, from which the delay of absence starts again.

    It belongs to one version of the rule, and judges the events of the days when that version is in force.
    """

    rule = models.ForeignKey(DomiciliationRule, models.CASCADE, related_name="effects", verbose_name="règle")
    code = models.CharField("événement", max_length=16, choices=DeskKind.choices)
    resets_clock = models.BooleanField("vaut manifestation de la personne")

    class Meta:
        verbose_name = "effet d’un événement du courrier"
        verbose_name_plural = "effets des événements du courrier"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "code"],
                name="rights_deskrule_once",
                violation_error_message="Cette règle dit déjà l’effet de cet événement.",
            ),
            models.CheckConstraint(
                condition=Q(code__in=DeskKind.values),
                name="rights_deskrule_code",
                violation_error_message="Cet événement n’existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_code_display()


class PickupPointQuerySet(models.QuerySet["PickupPoint"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


@pghistory.track()
class PickupPoint(Record):
    """Where mail is fetched: at the CIAS, or closer to those attached to a far commune."""

    name = models.CharField("nom", max_length=80)
    address_lines = models.TextField("adresse")
    hours = models.TextField("horaires")
    phone = models.CharField("téléphone", max_length=20, blank=True)
    is_default = models.BooleanField("pour toutes les autres communes", default=False)
    is_active = models.BooleanField("utilisé", default=True)

    objects = PickupPointQuerySet.as_manager()

    class Meta:
        verbose_name = "point de retrait"
        verbose_name_plural = "points de retrait"
        ordering = ["-is_default", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="rights_pickup_one_default",
                violation_error_message="Un autre point de retrait sert déjà toutes les autres communes.",
            ),
            models.CheckConstraint(
                condition=Q(is_active=True) | Q(is_default=False),
                name="rights_pickup_default_active",
                violation_error_message="Le point de retrait des autres communes reste utilisé.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class PickupCommune(Record):
    """The one pick-up point of a commune."""

    commune = models.OneToOneField(
        Commune, models.CASCADE, related_name="pickup", verbose_name="commune de rattachement"
    )
    point = models.ForeignKey(
        PickupPoint, models.CASCADE, related_name="communes", verbose_name="point de retrait"
    )

    class Meta:
        verbose_name = "commune d’un point de retrait"
        verbose_name_plural = "communes d’un point de retrait"
        ordering = ["commune__sort_key"]

    def __str__(self) -> str:
        return self.commune.name


@pghistory.track()
class StatementMeans(Record):
    """What the annual statement says of a year beyond what is counted: the means used (CASF, D264-8)."""

    year = models.PositiveSmallIntegerField(
        "année", unique=True, validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    staff = models.DecimalField(
        "agents, en équivalent temps plein", max_digits=5, decimal_places=2, null=True, blank=True
    )
    volunteers = models.PositiveSmallIntegerField("bénévoles", null=True, blank=True)
    staff_cost = models.DecimalField(
        "dépenses de personnel", max_digits=10, decimal_places=2, null=True, blank=True
    )
    total_cost = models.DecimalField("coût total", max_digits=10, decimal_places=2, null=True, blank=True)
    hours = models.TextField("jours et horaires d’ouverture", blank=True)
    comment = models.TextField("commentaire", blank=True)

    class Meta:
        verbose_name = "moyens de la domiciliation"
        verbose_name_plural = "moyens de la domiciliation"
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(staff__isnull=True) | Q(staff__gte=0))
                & (Q(staff_cost__isnull=True) | Q(staff_cost__gte=0))
                & (Q(total_cost__isnull=True) | Q(total_cost__gte=0)),
                name="rights_means_positive",
                violation_error_message="Les moyens ne peuvent pas être négatifs.",
            ),
            models.CheckConstraint(
                condition=Q(staff_cost__isnull=True)
                | Q(total_cost__isnull=True)
                | Q(total_cost__gte=F("staff_cost")),
                name="rights_means_total",
                violation_error_message="Le coût total comprend les dépenses de personnel.",
            ),
        ]

    def __str__(self) -> str:
        return f"Moyens {self.year}"
