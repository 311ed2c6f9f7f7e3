"""What an appointment needs besides an agent: a reason, a room; and the teams a caller may be sent to."""

from typing import Self

import pghistory
from django.db import models
from django.db.models import Q

from appointments.enums import Category
from appointments.slots import MAX_MINUTES, MIN_MINUTES
from cias.accounts.models import User
from cias.core.models import Record
from households.enums import Domain


@pghistory.track()
class Room(Record):
    """A room where one agent receives at a time."""

    name = models.CharField("nom", max_length=60, unique=True)
    is_active = models.BooleanField("utilisée", default=True)

    class Meta:
        verbose_name = "salle"
        verbose_name_plural = "salles"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Team(Record):
    """Agents who take the same kind of requests ("Équipe droits")."""

    name = models.CharField("nom", max_length=60, unique=True)
    members = models.ManyToManyField(User, related_name="teams", verbose_name="agents")

    class Meta:
        verbose_name = "équipe"
        verbose_name_plural = "équipes"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ReasonQuerySet(models.QuerySet["Reason"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def at_desk(self) -> Self:
        """The reasons reception books: one a category, precise enough to choose a duration, no more."""
        return self.active().filter(at_desk=True)


@pghistory.track()
class Reason(Record):
    """Why people meet (motif). Retired ones are hidden, never deleted."""

    code = models.SlugField("code", max_length=40, unique=True)
    label = models.CharField("libellé", max_length=80)
    category = models.CharField("catégorie vue de l’accueil", max_length=10, choices=Category.choices)
    minutes = models.PositiveSmallIntegerField("durée (minutes)", default=30)
    buffer_minutes = models.PositiveSmallIntegerField("battement après (minutes)", default=0)
    to_bring = models.CharField("à apporter", max_length=200, blank=True)
    at_desk = models.BooleanField("proposé à l’accueil", default=False)
    private = models.BooleanField(
        "réservé à la psychologue",
        default=False,
        help_text="Les autres n’en voient que la catégorie « Entretien ».",
    )
    position = models.PositiveSmallIntegerField("ordre", default=100)
    is_active = models.BooleanField("proposé", default=True)

    objects = ReasonQuerySet.as_manager()

    class Meta:
        verbose_name = "motif"
        verbose_name_plural = "motifs"
        ordering = ["position", "label"]
        constraints = [
            models.CheckConstraint(
                condition=Q(category__in=Category.values),
                name="appointments_reason_category_known",
                violation_error_message="Cette catégorie n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(MIN_MINUTES, MAX_MINUTES)) & Q(buffer_minutes__lte=120),
                name="appointments_reason_minutes",
                violation_error_message="La durée va de 5 à 480 minutes, le battement de 0 à 120.",
            ),
            models.CheckConstraint(
                condition=Q(private=False) | Q(category=Category.INTERVIEW.value),
                name="appointments_reason_private",
                violation_error_message="Un motif de la psychologue a pour catégorie « Entretien ».",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def domain(self) -> str:
        """The domain code when the category is one of the CIAS's domains, else empty."""
        return self.category if self.category in Domain.values else ""
