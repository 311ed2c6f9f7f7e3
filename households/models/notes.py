"""Follow-up notes (H8): three levels, enforced by the queryset and nowhere else."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cias.accounts.models import User
from cias.core.models import Record
from households.enums import NOTE_READERS, NoteLevel, NoteMeans, Theme
from households.models.drafts import Draft
from households.models.files import Household
from households.models.levels import LevelQuerySet
from households.models.persons import Person


class NoteQuerySet(LevelQuerySet["Note"]):
    right = "notes.view"


@pghistory.track()
class Note(Record):
    """What was said and decided in one exchange with the household."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="notes", verbose_name="ménage")
    author = models.ForeignKey(User, models.PROTECT, related_name="notes", verbose_name="auteur")
    held_on = models.DateField("date de l’entretien")
    duration_minutes = models.PositiveSmallIntegerField("durée (minutes)", null=True, blank=True)
    means = models.CharField("moyen", max_length=10, choices=NoteMeans.choices)
    themes = ArrayField(
        models.CharField(max_length=12, choices=Theme.choices),
        verbose_name="thèmes",
        default=list,
        blank=True,
    )
    persons = models.ManyToManyField(
        Person, related_name="notes", blank=True, verbose_name="personnes présentes"
    )
    level = models.CharField("niveau", max_length=10, choices=NoteLevel.choices, default=NoteLevel.TEAM)
    text = models.TextField("note")

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = "note d’entretien"
        verbose_name_plural = "notes d’entretien"
        ordering = ["-held_on", "-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=NoteLevel.values),
                name="households_note_level_known",
                violation_error_message="Ce niveau de confidentialité n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(duration_minutes__isnull=True) | Q(duration_minutes__range=(1, 600)),
                name="households_note_duration",
                violation_error_message="La durée va de 1 à 600 minutes.",
            ),
        ]
        indexes = [models.Index(fields=["household", "-held_on"], name="households_note_household")]

    def __str__(self) -> str:
        return f"Note du {self.held_on:%d/%m/%Y}"

    @property
    def theme_labels(self) -> list[str]:
        return [Theme(theme).label for theme in self.themes]

    @property
    def readers(self) -> str:
        """Who may read it, in words."""
        return NOTE_READERS[self.level]


class NoteDraft(Draft):
    """A new note (`note` empty) or a change of one of the author's."""

    note = models.ForeignKey(
        Note, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="note modifiée"
    )

    class Meta(Draft.Meta):
        verbose_name = "brouillon"
        verbose_name_plural = "brouillons"
        constraints = [
            models.UniqueConstraint(
                fields=["household", "author", "note"], nulls_distinct=False, name="households_draft_one"
            )
        ]
