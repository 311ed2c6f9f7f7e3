"""What became of the work of somebody who left: who gave what to whom (C11)."""

from django.conf import settings
from django.db import models

from cias.core.models import Record


class Departure(Record):
    """One handing-over, of an agent who leaves or whose account is closed already; written once, never changed."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="departures", verbose_name="compte"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="faite par"
    )
    closed = models.BooleanField("compte fermé", default=False)

    class Meta:
        verbose_name = "passation de travail"
        verbose_name_plural = "passations de travail"
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return f"Passation du {self.created_at:%d/%m/%Y}"


class DepartureLine(models.Model):
    """One kind of work: how much went to `to`, or to nobody, and how much stayed with the account."""

    id = models.BigAutoField(primary_key=True)
    departure = models.ForeignKey(Departure, models.CASCADE, related_name="lines", verbose_name="passation")
    kind = models.CharField("travail", max_length=40)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="remis à"
    )
    moved = models.PositiveIntegerField("remis")
    left = models.PositiveIntegerField("resté")

    class Meta:
        verbose_name = "ligne d’une passation"
        verbose_name_plural = "lignes d’une passation"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["departure", "kind"],
                name="accounts_departureline_once",
                violation_error_message="Ce travail est déjà dans la passation.",
            )
        ]

    def __str__(self) -> str:
        return self.kind
