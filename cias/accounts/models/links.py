"""Who an account is at the identity provider: an identifier that is never given to somebody else (ASVS 10.5.2)."""

from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from cias.core.models import Record


class ProviderLinkQuerySet(models.QuerySet["ProviderLink"]):
    def current(self) -> Self:
        """Those that open something: not ended."""
        return self.filter(ended_at__isnull=True)


@pghistory.track()
class ProviderLink(Record):
    """One account, one issuer, one subject: made by the first whole login, ended by an administrator only.

    `refused_at` is when another subject of this issuer last came with the account's address.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="provider_links", verbose_name="compte"
    )
    issuer = models.CharField("fournisseur d’identité", max_length=255)
    subject = models.CharField("identifiant chez le fournisseur", max_length=255)
    refused_at = models.DateTimeField("autre identité refusée le", null=True, blank=True)
    ended_at = models.DateTimeField("déliée le", null=True, blank=True)

    objects = ProviderLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "identité chez un fournisseur"
        verbose_name_plural = "identités chez un fournisseur"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"],
                condition=Q(ended_at__isnull=True),
                name="accounts_providerlink_one_account",
                violation_error_message="Cette identité est déjà celle d’un compte.",
            ),
            models.UniqueConstraint(
                fields=["account", "issuer"],
                condition=Q(ended_at__isnull=True),
                name="accounts_providerlink_one_identity",
                violation_error_message="Ce compte a déjà une identité chez ce fournisseur.",
            ),
        ]

    def __str__(self) -> str:
        return "Identité chez le fournisseur"
