"""The directory of partners (H13): reference data, deactivated and never deleted."""

from typing import Any, Self

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from cias.core.models import Record
from cias.core.text import sort_key
from cias.territory.models import Commune
from households.enums import PartnerKind

USUAL_ANSWER_DAYS = 30


class PartnerQuerySet(models.QuerySet["Partner"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def matching(self, text: str) -> Self:
        """Every word typed stands somewhere in the name, the contact or the address, without case or accents."""
        found = self
        for word in sort_key(text).split():
            found = found.filter(search_key__contains=word)
        return found


@pghistory.track()
class Partner(Record):
    """A service or association one is sent by, or sends people to."""

    name = models.CharField("nom", max_length=120)
    kind = models.CharField("sorte", max_length=12, choices=PartnerKind.choices)
    contact = models.CharField("contact", max_length=120, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("adresse e-mail", blank=True)
    street = models.CharField("numéro et voie", max_length=120, blank=True)
    complement = models.CharField("complément", max_length=80, blank=True)
    postal_code = models.CharField("code postal", max_length=10, blank=True)
    city = models.CharField("ville", max_length=80, blank=True)
    # None at all: the partner works over the whole territory.
    communes = models.ManyToManyField(
        Commune, related_name="partners", blank=True, verbose_name="communes desservies"
    )
    answer_days = models.PositiveSmallIntegerField(
        "délai de réponse habituel, en jours", default=USUAL_ANSWER_DAYS
    )
    notes = models.TextField("à savoir", blank=True)
    is_active = models.BooleanField("proposé", default=True)
    # Computed by save(): nothing else writes it.
    search_key = models.CharField(max_length=450, editable=False)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = "partenaire"
        verbose_name_plural = "partenaires"
        ordering = ["search_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["search_key"],
                name="households_partner_unique",
                violation_error_message="Ce partenaire figure déjà dans l’annuaire, à la même adresse.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PartnerKind.values),
                name="households_partner_kind",
                violation_error_message="Cette sorte de partenaire n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(answer_days__range=(1, 365)),
                name="households_partner_answer_days",
                violation_error_message="Le délai de réponse va de 1 à 365 jours.",
            ),
        ]
        indexes = [GinIndex(OpClass(F("search_key"), "gin_trgm_ops"), name="households_partner_trgm")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.compute_key()
        if (only := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*only, "search_key"}
        super().save(*args, **kwargs)

    def compute_key(self) -> None:
        """Recompute the search key; bulk writers call it themselves."""
        self.search_key = sort_key(f"{self.name} {self.contact} {self.street} {self.city}")[:450]

    @property
    def postal_lines(self) -> list[str]:
        """The lines of an envelope: name, who to ask for, address."""
        town = f"{self.postal_code} {self.city}".strip()
        return [line for line in (self.name, self.contact, self.complement, self.street, town) if line]

    @property
    def address(self) -> str:
        town = f"{self.postal_code} {self.city}".strip()
        return ", ".join(line for line in (self.street, self.complement, town) if line)
