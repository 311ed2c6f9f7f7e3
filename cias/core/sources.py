"""Values of law and practice: where each was read, and whether that still has to be checked."""

from django.db import models

from cias.core.models import Record


class Certainty(models.TextChoices):
    """Whether somebody read the rule in a text in force, or whether it still has to be."""

    VERIFIED = "verified", "Vérifié"
    TO_CHECK = "to_check", "À vérifier"


class Sourced(Record):
    """A row of law or practice; `core/certainty.html` shows it."""

    source = models.CharField("source", max_length=300)
    certainty = models.CharField(
        "certitude", max_length=10, choices=Certainty.choices, default=Certainty.TO_CHECK
    )

    class Meta:
        abstract = True

    @property
    def is_to_check(self) -> bool:
        return self.certainty == Certainty.TO_CHECK
