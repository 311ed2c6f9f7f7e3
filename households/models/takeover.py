"""The take-over of an existing list (H17): the batch, its households one by one, and what makes it idempotent.

A file of another kind (the Département's, insertion/imports) is a batch too: what both are is abstract here.
"""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cias.accounts.models import User
from cias.core.jobs import Job, job_constraints
from cias.core.models import Record
from households.enums import Decision, Outcome, Result, TakeOverJobKind, TakeOverStatus
from households.models.files import Household
from households.takeover.mapping import HOUSEHOLD_LIST, Layout
from households.takeover.storage import BatchFiles

KEPT_DAYS = 30


class ImportMapping(Record):
    """A correspondence kept under a name: which column means what, and which value which."""

    name = models.CharField("nom", max_length=60, unique=True)
    source = models.CharField("logiciel d’origine", max_length=40)
    columns = models.JSONField("colonnes", default=list)
    values = models.JSONField("valeurs", default=dict)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)

    class Meta:
        abstract = True
        verbose_name = "correspondance"
        verbose_name_plural = "correspondances"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TakeOverMapping(ImportMapping):
    class Meta(ImportMapping.Meta):
        pass


class ImportBatch(Record):
    """One file. Kept 30 days with what it said, so that it can be undone; then only the counts stay.

    A subclass has `runs` and `rows`, says what its columns may mean (LAYOUT) and where its file is kept (FILES).
    """

    LAYOUT: ClassVar[Layout]
    FILES: ClassVar[BatchFiles]
    MAPPINGS: ClassVar[type[ImportMapping]]
    runs: Any
    rows: Any

    file_name = models.CharField("fichier", max_length=120)
    sha256 = models.CharField("empreinte", max_length=64)
    stored_name = models.CharField(max_length=40, blank=True, editable=False)
    source = models.CharField("logiciel d’origine", max_length=40)
    status = models.CharField(
        "état", max_length=10, choices=TakeOverStatus.choices, default=TakeOverStatus.DRAFT
    )
    layout = models.JSONField("disposition", default=dict)
    columns = models.JSONField("colonnes", default=list)
    values = models.JSONField("valeurs", default=dict)
    options = models.JSONField("options", default=dict)
    unknown_values = models.JSONField("valeurs inconnues", default=dict)
    counts = models.JSONField("résultats", default=dict)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="importé par")
    imported_at = models.DateTimeField("importé le", null=True, blank=True)
    undone_at = models.DateTimeField("défait le", null=True, blank=True)
    purged_at = models.DateTimeField("contenu effacé le", null=True, blank=True)
    # Somebody's file has ended: what the other lines say stays, not the file as it came, which names them.
    file_erased_at = models.DateTimeField("fichier effacé le", null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def kept_until(self) -> date:
        """The last day on which it can be read in detail and undone."""
        return timezone.localdate(self.imported_at or self.created_at) + timedelta(days=KEPT_DAYS)

    @property
    def emptied_early(self) -> bool:
        """Its last lines went with the files that ended, before the nightly purge would have taken them."""
        return self.purged_at is not None and timezone.localdate(self.purged_at) <= self.kept_until

    @property
    def can_change(self) -> bool:
        """Nothing of it has been imported, and its file is still there."""
        return self.can_discard and self.file_erased_at is None

    @property
    def can_discard(self) -> bool:
        return self.status in (TakeOverStatus.DRAFT, TakeOverStatus.READY) and self.purged_at is None

    @property
    def can_import(self) -> bool:
        return self.status in (TakeOverStatus.READY, TakeOverStatus.PARTIAL) and self.purged_at is None

    @property
    def can_undo(self) -> bool:
        has_begun = self.status in (TakeOverStatus.PARTIAL, TakeOverStatus.IMPORTED)
        return has_begun and self.purged_at is None and timezone.localdate() <= self.kept_until


def batch_constraints(prefix: str) -> list[models.BaseConstraint]:
    """The rules every batch's table has, named after `prefix`."""
    return [
        models.CheckConstraint(
            condition=Q(status__in=TakeOverStatus.values),
            name=f"{prefix}_known",
            violation_error_message="Cet état n’existe pas.",
        ),
        models.CheckConstraint(
            condition=~Q(status__in=["partial", "imported"]) | Q(imported_at__isnull=False),
            name=f"{prefix}_dates",
            violation_error_message="Un import a une date.",
        ),
    ]


class TakeOver(ImportBatch):
    """A list of households."""

    LAYOUT = HOUSEHOLD_LIST
    FILES = BatchFiles("reprises", "households.TakeOver")
    MAPPINGS = TakeOverMapping

    default_decision = models.CharField(
        "doublons proposés", max_length=10, choices=Decision.choices, default=Decision.SKIP
    )

    class Meta(ImportBatch.Meta):
        verbose_name = "reprise"
        verbose_name_plural = "reprises"
        constraints = batch_constraints("households_takeover")


class ImportRun(Job):
    """One piece of work on a batch, done by the worker or by the command line."""

    kind = models.CharField("travail", max_length=10, choices=TakeOverJobKind.choices)
    requested_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="demandée par"
    )

    class Meta:
        abstract = True
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"


def run_constraints(prefix: str, batch: str) -> list[models.BaseConstraint]:
    """The rules of the table of a batch's pieces of work; `batch` is the field that names it."""
    return [
        models.UniqueConstraint(
            fields=[batch],
            condition=Q(state__in=["waiting", "running"]),
            name=f"{prefix}_one_active",
            violation_error_message="Un travail est déjà en cours sur cette reprise.",
        ),
        *job_constraints(prefix, of="du travail"),
    ]


class TakeOverRun(ImportRun):
    takeover = models.ForeignKey(TakeOver, models.CASCADE, related_name="runs", verbose_name="reprise")

    class Meta(ImportRun.Meta):
        verbose_name = "travail d’une reprise"
        verbose_name_plural = "travaux d’une reprise"
        constraints = run_constraints("households_takeover_run", "takeover")


class ImportRow(Record):
    """One unit of the file, over one line or several.

    `issues` are what is wrong with it: line, column, message, and whether it refuses the row. `matches` are
    the known persons it may hold. `written` are the rows it wrote, by model, under `context_id` of the history.
    """

    number = models.PositiveIntegerField("ligne")
    last_number = models.PositiveIntegerField("dernière ligne")
    file_lines = models.JSONField("lignes du fichier", default=list)
    name = models.CharField("nom", max_length=160, blank=True)
    identifier = models.CharField("identifiant", max_length=80, blank=True)
    data = models.JSONField("contenu", default=dict)
    issues = models.JSONField("remarques", default=list)
    matches = models.JSONField("doublons", default=list)
    result = models.CharField("résultat", max_length=10, choices=Result.choices, blank=True)
    household = models.ForeignKey(
        Household, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="ménage"
    )
    written = models.JSONField(default=dict, editable=False)
    context_id = models.UUIDField(null=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"Ligne {self.number}"

    @property
    def lines(self) -> str:
        """Where it stands in the file: "12", or "12 à 14"."""
        return str(self.number) if self.last_number == self.number else f"{self.number} à {self.last_number}"

    @property
    def refusals(self) -> list[dict[str, Any]]:
        return [issue for issue in self.issues if issue.get("refuses")]


class TakeOverRow(ImportRow):
    """One household of the list."""

    takeover = models.ForeignKey(TakeOver, models.CASCADE, related_name="rows", verbose_name="reprise")
    outcome = models.CharField("prévu", max_length=10, choices=Outcome.choices)
    decision = models.CharField("décision", max_length=10, choices=Decision.choices, blank=True)

    class Meta:
        verbose_name = "ligne d’une reprise"
        verbose_name_plural = "lignes d’une reprise"
        ordering = ["takeover", "number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["takeover", "number"], name="households_takeover_row_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values, result__in=Result.values),
                name="households_takeover_row_known",
                violation_error_message="Ce résultat n’existe pas.",
            ),
        ]
        indexes = [
            models.Index(fields=["takeover", "result", "outcome"], name="households_takeover_row_todo"),
        ]


class TakeOverKey(Record):
    """The household that an identifier of another tool stands for: the same file twice changes nothing.

    `digests` remember, field by field, what the other tool said last, without saying it: what an agent corrected
    here since is told from what changed there.
    """

    source = models.CharField("logiciel d’origine", max_length=40)
    identifier = models.CharField("identifiant", max_length=80)
    household = models.ForeignKey(
        Household, models.CASCADE, related_name="takeover_keys", verbose_name="ménage"
    )
    digests = models.JSONField(default=dict)

    class Meta:
        verbose_name = "identifiant d’origine"
        verbose_name_plural = "identifiants d’origine"
        ordering = ["source", "identifier"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "identifier"],
                name="households_takeover_key_once",
                violation_error_message=(
                    "Ce dossier a été importé entre-temps : relancez la vérification du fichier."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.identifier}"
