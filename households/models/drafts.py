"""What somebody has typed and not saved yet, kept on the server for them alone."""

from django.db import models

from cias.accounts.models import User
from cias.core.models import Record
from households.models.files import Household


class Draft(Record):
    """The fields of one form of a household's file as they were typed, field by field; each kind adds what it is of."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="+", verbose_name="ménage")
    author = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="auteur")
    values = models.JSONField("saisie", default=dict)
    saved_at = models.DateTimeField("enregistré le", auto_now=True)

    class Meta:
        abstract = True
        ordering = ["-saved_at"]

    def __str__(self) -> str:
        return f"Brouillon du {self.saved_at:%d/%m/%Y}"
