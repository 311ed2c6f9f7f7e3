"""The texts of a report: passages and their history, drafts, who is writing, what a version froze (S4, S6).

Texts belong to the series of an edition: its next version begins with them. What a version printed is in ReportText.
"""

import pgtrigger
from django.db import models
from django.db.models import Q

from abs_reports.models.reports import Report, frozen
from abs_reports.writing.enums import Origin, PassageKind, TextKind
from cias.accounts.models import User
from cias.core.models import Record

REFUSE_REWRITING = (
    "RAISE EXCEPTION 'Une version d’un texte ne se récrit pas.' USING ERRCODE = 'check_violation';"
)


class Passage(Record):
    """One text of one chapter of an edition. `version` counts the texts it has had; 0 before the first."""

    series = models.SlugField("série", max_length=80)
    chapter = models.CharField("chapitre", max_length=40)
    kind = models.CharField("partie", max_length=16, choices=PassageKind.choices)
    text = models.TextField("texte", blank=True)
    version = models.PositiveIntegerField("version", default=0)
    updated_at = models.DateTimeField("enregistré le", null=True, blank=True)
    updated_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="enregistré par"
    )

    class Meta:
        verbose_name = "texte d’un chapitre"
        verbose_name_plural = "textes des chapitres"
        ordering = ["series", "chapter", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "chapter", "kind"],
                name="abs_reports_passage_once",
                violation_error_message="Ce texte existe déjà dans l’édition.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PassageKind.values),
                name="abs_reports_passage_kind",
                violation_error_message="Cette partie de chapitre n’existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.series}, {self.chapter})"


class PassageVersion(Record):
    """A text a passage had, or one set aside because somebody else's was saved first: then it has no number."""

    passage = models.ForeignKey(
        Passage, models.CASCADE, related_name="versions", verbose_name="texte d’un chapitre"
    )
    number = models.PositiveIntegerField("version", null=True, blank=True)
    text = models.TextField("texte", blank=True)
    origin = models.CharField("origine", max_length=12, choices=Origin.choices)
    author = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="auteur"
    )

    class Meta:
        verbose_name = "version d’un texte"
        verbose_name_plural = "versions d’un texte"
        ordering = ["passage", "-created_at", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["passage", "number"],
                name="abs_reports_passageversion_number",
                violation_error_message="Cette version existe déjà.",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True, origin=Origin.ASIDE)
                | (Q(number__isnull=False) & ~Q(origin=Origin.ASIDE)),
                name="abs_reports_passageversion_aside",
                violation_error_message="Un texte mis de côté n’a pas de numéro, les autres en ont un.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="version_is_kept",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=REFUSE_REWRITING,
            )
        ]

    def __str__(self) -> str:
        return f"Version {self.number}" if self.number is not None else "Texte mis de côté"

    @property
    def is_aside(self) -> bool:
        return self.number is None


class ChapterDraft(Record):
    """What is being typed in a chapter, for its author alone: one row for each page, so that two tabs keep both.

    `values` holds, by kind of passage, the text typed and the version it started from.
    """

    series = models.SlugField("série", max_length=80)
    chapter = models.CharField("chapitre", max_length=40)
    author = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="auteur")
    page = models.CharField("page", max_length=32)
    values = models.JSONField("saisie", default=dict)
    revision = models.PositiveIntegerField("révision", default=0)
    saved_at = models.DateTimeField("enregistré le", auto_now=True)

    class Meta:
        verbose_name = "brouillon d’un chapitre"
        verbose_name_plural = "brouillons d’un chapitre"
        ordering = ["-saved_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "chapter", "author", "page"],
                name="abs_reports_chapterdraft_page",
                violation_error_message="Cette page a déjà son brouillon.",
            )
        ]

    def __str__(self) -> str:
        return f"Brouillon du {self.saved_at:%d/%m/%Y}"


class ChapterDone(Record):
    """Somebody said that a chapter is written; the row goes when it is taken up again."""

    series = models.SlugField("série", max_length=80)
    chapter = models.CharField("chapitre", max_length=40)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "chapitre terminé"
        verbose_name_plural = "chapitres terminés"
        ordering = ["series", "chapter"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "chapter"],
                name="abs_reports_chapterdone_once",
                violation_error_message="Ce chapitre est déjà terminé.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.chapter} ({self.series})"


class Presence(Record):
    """Somebody has a chapter open. Rows nobody renews are not shown, and are removed."""

    series = models.SlugField("série", max_length=80)
    chapter = models.CharField("chapitre", max_length=40)
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="agent")
    since = models.DateTimeField("depuis")
    seen_at = models.DateTimeField("vu pour la dernière fois")

    class Meta:
        verbose_name = "présence dans un chapitre"
        verbose_name_plural = "présences dans un chapitre"
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "chapter", "user"],
                name="abs_reports_presence_once",
                violation_error_message="Cette personne est déjà dans le chapitre.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.chapter})"


class ReportText(models.Model):
    """One frozen text of a report, as its PDF prints it: a passage, a contribution, an action of the plan."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="texts", verbose_name="rapport")
    position = models.PositiveSmallIntegerField("rang")
    chapter = models.CharField("chapitre", max_length=40, blank=True)
    kind = models.CharField("sorte", max_length=16, choices=TextKind.choices)
    content = models.JSONField("contenu", default=dict)

    class Meta:
        verbose_name = "texte figé"
        verbose_name_plural = "textes figés"
        ordering = ["report", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "position"],
                name="abs_reports_text_position",
                violation_error_message="Ce rang est déjà pris dans le rapport.",
            )
        ]
        triggers = [
            frozen(
                "text_is_frozen",
                "SELECT FROM abs_reports_report WHERE id = changed.report_id AND status = 'published'",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.chapter or 'ensemble'})"
