"""The rules of the contributions (L5): dated reference data."""

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from cias.core.models import Record


def day_field(label: str, most: int) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, validators=[MinValueValidator(0), MaxValueValidator(most)])


@pghistory.track()
class DuesRule(Record):
    """When a contribution is due and what follows when it is not paid: dated reference data, decided by the CIAS."""

    valid_from = models.DateField("à partir du", unique=True)
    due_day = models.PositiveSmallIntegerField(
        "jour d’échéance dans le mois", validators=[MinValueValidator(1), MaxValueValidator(28)]
    )
    notice_days = day_field("délai entre l’appel et l’échéance, au moins (jours)", 60)
    first_reminder_days = day_field("premier rappel, après l’échéance (jours)", 365)
    second_reminder_days = day_field("deuxième relance, après l’échéance (jours)", 365)
    last_reminder_days = day_field("mise en demeure, après l’échéance (jours)", 365)
    most_instalments = models.PositiveSmallIntegerField(
        "échéances d’un plan, au plus", validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    broken_after_days = day_field("un plan est rompu après un retard de (jours)", 365)
    deposit_months = day_field("rendre le dépôt, logement conforme (mois)", 12)
    deposit_months_damaged = day_field("rendre le dépôt, logement non conforme (mois)", 12)
    source = models.CharField("source", max_length=400)

    class Meta:
        verbose_name = "règle des participations"
        verbose_name_plural = "règles des participations"
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_day__range=(1, 28)),
                name="housing_duesrule_day",
                violation_error_message="Le jour d’échéance va de 1 à 28.",
            ),
            models.CheckConstraint(
                condition=Q(second_reminder_days__gte=F("first_reminder_days"))
                & Q(last_reminder_days__gte=F("second_reminder_days")),
                name="housing_duesrule_reminders",
                violation_error_message="Chaque relance vient après la précédente.",
            ),
        ]

    def __str__(self) -> str:
        return f"Règle du {self.valid_from:%d/%m/%Y}"
