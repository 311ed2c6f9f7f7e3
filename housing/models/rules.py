"""How long contracts last, and what gives points on the waiting list: dated reference data the CIAS decides."""

from datetime import date
from typing import Any, Self

import pghistory
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from cias.core.models import Record
from housing.enums import Scheme
from housing.lodging.enums import Criterion

SOURCE = 300


def months(label: str, **options: Any) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, validators=[MaxValueValidator(120)], **options)


def alert_days(label: str, default: int) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, default=default, validators=[MaxValueValidator(365)])


class SchemeRuleQuerySet(models.QuerySet["SchemeRule"]):
    def on(self, day: date) -> Self:
        """The version of each scheme in force on `day`."""
        return self.filter(valid_from__lte=day).order_by("scheme", "-valid_from").distinct("scheme")


@pghistory.track()
class SchemeRule(Record):
    """How long contracts last under a scheme, from a day on, and how early each date is announced.

    A version is replaced by a later one. `exam_*` only make sense for the bail glissant (CCH, art. L442-8-3).
    """

    scheme = models.CharField("dispositif", max_length=10, choices=Scheme.choices)
    valid_from = models.DateField("à partir du")
    initial_months = months("durée initiale (mois)")
    renewal_months = months("durée d’un renouvellement (mois)")
    max_renewals = months("nombre de renouvellements")
    max_months = months("durée totale au plus (mois)", null=True, blank=True)
    exam_months = months("examen périodique tous les (mois)", null=True, blank=True)
    exam_notice_months = months("préfet informé avant l’examen (mois)", null=True, blank=True)
    contribution_share = models.DecimalField(
        "participation proposée (% des ressources)",
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
    )
    end_alert_days = alert_days("alerte avant la fin du contrat (jours)", 60)
    max_alert_days = alert_days("alerte avant la durée totale (jours)", 90)
    exam_alert_days = alert_days("alerte avant l’examen ou l’information du préfet (jours)", 60)
    insurance_alert_days = alert_days("alerte avant la fin de l’assurance (jours)", 30)
    source = models.CharField("source", max_length=SOURCE)
    is_verified = models.BooleanField("vérifiée", default=False)

    objects = SchemeRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "règle de durée"
        verbose_name_plural = "règles de durée"
        ordering = ["scheme", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "valid_from"],
                name="housing_schemerule_once",
                violation_error_message="Une règle commence déjà ce jour pour ce dispositif.",
            ),
            models.CheckConstraint(
                condition=Q(initial_months__gte=1, renewal_months__gte=1),
                name="housing_schemerule_length",
                violation_error_message="Un contrat dure au moins un mois.",
            ),
            models.CheckConstraint(
                condition=Q(exam_notice_months__isnull=True) | Q(exam_months__isnull=False),
                name="housing_schemerule_exam",
                violation_error_message="Donnez la fréquence de l’examen que précède l’information du préfet.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} depuis le {self.valid_from:%d/%m/%Y}"

    @property
    def is_to_check(self) -> bool:
        return not self.is_verified


class ScoreRuleQuerySet(models.QuerySet["ScoreRule"]):
    def on(self, day: date) -> "ScoreRule | None":
        """The version in force on `day`, with its weights; None before the first one."""
        return self.filter(valid_from__lte=day).prefetch_related("weights").order_by("-valid_from").first()


@pghistory.track()
class ScoreRule(Record):
    """One version of the points of the waiting list, decided by the CIAS; a list is ranked under a single version."""

    valid_from = models.DateField(
        "à partir du",
        unique=True,
        error_messages={"unique": "Une version commence déjà ce jour."},
    )
    source = models.CharField("décision ou source", max_length=SOURCE)
    is_verified = models.BooleanField("vérifiée", default=False)

    objects = ScoreRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "barème de la liste d’attente"
        verbose_name_plural = "barèmes de la liste d’attente"
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return f"Barème depuis le {self.valid_from:%d/%m/%Y}"

    @property
    def is_to_check(self) -> bool:
        return not self.is_verified


@pghistory.track()
class ScoreWeight(Record):
    """The points of one criterion: for having it, or for each child or full month, up to `cap`."""

    rule = models.ForeignKey(ScoreRule, models.CASCADE, related_name="weights", verbose_name="barème")
    criterion = models.CharField("critère", max_length=10, choices=Criterion.choices)
    points = models.PositiveSmallIntegerField("points", validators=[MaxValueValidator(100)])
    cap = models.PositiveSmallIntegerField(
        "plafond", null=True, blank=True, validators=[MaxValueValidator(500)]
    )

    class Meta:
        verbose_name = "points d’un critère"
        verbose_name_plural = "points des critères"
        ordering = ["rule", "criterion"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "criterion"],
                name="housing_scoreweight_once",
                violation_error_message="Ce critère a déjà des points dans ce barème.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_criterion_display()}\u00a0: {self.points}"
