"""Going to people's homes: the way there, and what to know before one rings (A16)."""

import pghistory
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from cias.accounts.models import User
from cias.core.models import Record
from cias.territory.models import Commune
from households.models import Household

LONGEST_WAY = 120


@pghistory.track()
class TravelTime(Record):
    """Minutes by car from the CIAS to a commune, as an agent measured them; they replace the estimate."""

    commune = models.OneToOneField(
        Commune, models.CASCADE, related_name="travel_time", verbose_name="commune"
    )
    minutes = models.PositiveSmallIntegerField("minutes", validators=[MaxValueValidator(LONGEST_WAY)])

    class Meta:
        verbose_name = "temps de trajet"
        verbose_name_plural = "temps de trajet"
        ordering = ["commune__sort_key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__lte=LONGEST_WAY),
                name="appointments_traveltime_minutes",
                violation_error_message=f"Un trajet dure au plus {LONGEST_WAY} minutes.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.commune}, {self.minutes} min"


@pghistory.track()
class VisitNote(Record):
    """What an agent should know before a visit at a household's home: the way in, a dog, going in pairs.

    The text is read by those who visit; reception learns only that two agents should go.
    """

    household = models.OneToOneField(
        Household, models.CASCADE, related_name="visit_note", verbose_name="ménage"
    )
    text = models.CharField("consigne pour les visites", max_length=200, blank=True)
    in_pairs = models.BooleanField("visite à deux", default=False)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="écrite par")

    class Meta:
        verbose_name = "consigne de visite"
        verbose_name_plural = "consignes de visite"
        ordering = ["household"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") | Q(in_pairs=True),
                name="appointments_visitnote_says_something",
                violation_error_message="Écrivez une consigne, ou demandez une visite à deux.",
            )
        ]

    def __str__(self) -> str:
        return self.text or "Visite à deux"
