"""The numbers of the files and the moves that bring each where it stands (R3)."""

import pghistory
from django.db import models

from cias.core.moves import Move
from households.models.files import YearSeries
from rights.enums import FileState

PIECES_FOLLOW = (FileState.PIECES_ASKED, FileState.TRANSMITTED)


class FileSeries(YearSeries):
    """The last file number given in a year; locked while the next one is taken."""

    class Meta:
        verbose_name = "série de numéros"
        verbose_name_plural = "séries de numéros"


@pghistory.track()
class FileMove(Move):
    """One step of a file (R3)."""

    file = models.ForeignKey(
        "rights.RightsFile", models.CASCADE, related_name="moves", verbose_name="dossier"
    )
    from_state = models.CharField("de", max_length=14, choices=FileState.choices, blank=True)
    to_state = models.CharField("à", max_length=14, choices=FileState.choices)

    class Meta(Move.Meta):
        verbose_name = "étape"
        verbose_name_plural = "étapes"
        indexes = [models.Index(fields=["file", "-created_at"], name="rights_move_file")]

    @property
    def title(self) -> str:
        """What was done, in the words of the page: the state reached, or the pieces that followed a request."""
        if self.to_state == FileState.TRANSMITTED and self.from_state in PIECES_FOLLOW:
            return "Pièces envoyées"
        return self.get_to_state_display()
