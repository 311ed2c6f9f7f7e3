"""The numbers of the files and the moves that bring each where it stands (R3)."""

import pghistory
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from cias.accounts.models import User
from cias.core.models import Record
from rights.enums import FileState

PIECES_FOLLOW = (FileState.PIECES_ASKED, FileState.TRANSMITTED)


class FileSeries(models.Model):
    """The last file number given in a year; locked while the next one is taken."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "série de numéros"
        verbose_name_plural = "séries de numéros"

    def __str__(self) -> str:
        return str(self.year)


@pghistory.track()
class FileMove(Record):
    """One change of state: dated, signed, with its reason, and what it overwrote so that it can be undone (R3)."""

    file = models.ForeignKey(
        "rights.RightsFile", models.CASCADE, related_name="moves", verbose_name="dossier"
    )
    from_state = models.CharField("de", max_length=14, choices=FileState.choices, blank=True)
    to_state = models.CharField("à", max_length=14, choices=FileState.choices)
    on = models.DateField("le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")
    reason = models.CharField("motif", max_length=300, blank=True)
    before = models.JSONField("valeurs d’avant", default=dict, editable=False, encoder=DjangoJSONEncoder)
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )

    class Meta:
        verbose_name = "étape"
        verbose_name_plural = "étapes"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="rights_move_undone",
                violation_error_message="Une annulation est datée et signée.",
            )
        ]
        indexes = [models.Index(fields=["file", "-created_at"], name="rights_move_file")]

    def __str__(self) -> str:
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}"

    @property
    def title(self) -> str:
        """What was done, in the words of the page: the state reached, or the pieces that followed a request."""
        if self.to_state == FileState.TRANSMITTED and self.from_state in PIECES_FOLLOW:
            return "Pièces envoyées"
        return self.get_to_state_display()
