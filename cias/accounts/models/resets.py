"""A lost telephone: the second factor is taken away by two persons, never by one (ASVS 6.4.3)."""

from datetime import timedelta
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cias.core.models import Record

WAITS = timedelta(days=1)


class FactorResetQuerySet(models.QuerySet["FactorReset"]):
    def waiting(self) -> Self:
        """Those a second person may still decide."""
        return self.filter(decided_at__isnull=True, created_at__gt=timezone.now() - WAITS)


@pghistory.track()
class FactorReset(Record):
    """One asks, after having heard the agent's voice or seen them; another agrees or refuses, within a day."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="factor_resets", verbose_name="compte"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="demandée par"
    )
    how = models.CharField("comment son identité a été vérifiée", max_length=200)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="décidée par",
    )
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    granted = models.BooleanField("accordée", default=False)

    objects = FactorResetQuerySet.as_manager()

    class Meta:
        verbose_name = "réinitialisation du second facteur"
        verbose_name_plural = "réinitialisations du second facteur"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True, granted=False)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="accounts_factorreset_decided",
                violation_error_message="Une décision est datée et signée.",
            ),
            models.CheckConstraint(
                condition=Q(granted=False)
                | (~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("account")) & ~Q(asked_by=F("account"))),
                name="accounts_factorreset_two_persons",
                violation_error_message="Deux personnes, autres que l’agent lui-même, doivent s’accorder.",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(decided_at__isnull=True),
                name="accounts_factorreset_one_waiting",
                violation_error_message="Une demande attend déjà pour ce compte.",
            ),
        ]

    def __str__(self) -> str:
        return f"Demande du {self.created_at:%d/%m/%Y}"

    @property
    def is_waiting(self) -> bool:
        return self.decided_at is None and timezone.now() - self.created_at < WAITS
