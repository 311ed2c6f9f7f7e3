"""The delays of the RSA pathway (I5)."""

from django.db import models

from cias.core.models import Record


class PathwayRule(Record):
    """Delays of the RSA pathway: dated reference data with its source, never a constant (domain-rules §4)."""

    valid_from = models.DateField("à partir du", unique=True)
    contract_months = models.PositiveSmallIntegerField("contrat à signer sous (mois)")
    minimum_hours = models.PositiveSmallIntegerField("heures hebdomadaires minimales")
    social_review_months = models.PositiveSmallIntegerField("réexamen d’une orientation sociale (mois)")
    minimum_days = models.PositiveSmallIntegerField("durée minimale d’une orientation (jours)")
    source = models.TextField("source")

    class Meta:
        verbose_name = "règle de parcours"
        verbose_name_plural = "règles de parcours"
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return f"Règles depuis le {self.valid_from:%d/%m/%Y}"
