"""The Département's files (I1): the batch, its rows, and who a person is over there."""

from typing import Any

from django.db import models
from django.db.models import Q

from cias.core.models import Record
from households.enums import Result
from households.models import Person
from households.models.takeover import (
    ImportBatch,
    ImportMapping,
    ImportRow,
    ImportRun,
    batch_constraints,
    run_constraints,
)
from households.takeover.storage import BatchFiles
from insertion.imports.enums import RowDecision, RowOutcome
from insertion.imports.targets import LAYOUT


class OrientationMapping(ImportMapping):
    """What the columns of one layout of the Département's file mean; the next file of that layout finds it again."""

    class Meta(ImportMapping.Meta):
        pass


class OrientationImport(ImportBatch):
    """One file of allocataires oriented towards the CIAS."""

    LAYOUT = LAYOUT
    FILES = BatchFiles("departement", "insertion.OrientationImport")
    MAPPINGS = OrientationMapping

    class Meta(ImportBatch.Meta):
        verbose_name = "fichier du Département"
        verbose_name_plural = "fichiers du Département"
        constraints = batch_constraints("insertion_import")


class OrientationImportRun(ImportRun):
    batch = models.ForeignKey(
        OrientationImport, models.CASCADE, related_name="runs", verbose_name="fichier du Département"
    )

    class Meta(ImportRun.Meta):
        verbose_name = "travail sur un fichier du Département"
        verbose_name_plural = "travaux sur un fichier du Département"
        constraints = run_constraints("insertion_import_run", "batch")


class OrientationImportRow(ImportRow):
    """One person of the file. `chosen` is whom an agent recognised among `matches`."""

    batch = models.ForeignKey(
        OrientationImport, models.CASCADE, related_name="rows", verbose_name="fichier du Département"
    )
    outcome = models.CharField("prévu", max_length=10, choices=RowOutcome.choices)
    decision = models.CharField("décision", max_length=10, choices=RowDecision.choices, blank=True)
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="personne"
    )
    chosen = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="personne choisie"
    )

    class Meta:
        verbose_name = "ligne d’un fichier du Département"
        verbose_name_plural = "lignes d’un fichier du Département"
        ordering = ["batch", "number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="insertion_import_row_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=RowOutcome.values, result__in=Result.values),
                name="insertion_import_row_known",
                violation_error_message="Ce résultat n’existe pas.",
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "result", "outcome"], name="insertion_import_row_todo"),
        ]

    @property
    def may_create(self) -> bool:
        """Whether nothing tells for certain that the person is known."""
        return not any(match.get("sure") for match in self.matches)


class DepartmentIdentity(Record):
    """Who a person is at the Département: what makes the same file change nothing, and the next one find them.

    The NIR is never kept: a keyed fingerprint recognises it (C10; peers.md, feature 52), in no history. `digests`
    say, field by field, what the Département said last, so that a correction made here is told from a change there.
    """

    person = models.OneToOneField(
        Person, models.CASCADE, related_name="department_identity", verbose_name="personne"
    )
    internal_id = models.CharField("identifiant du Département", max_length=40, blank=True)
    nir_print = models.CharField(max_length=80, blank=True, editable=False)
    caf_number = models.CharField("numéro d’allocataire", max_length=15, blank=True)
    france_travail_id = models.CharField("identifiant France Travail", max_length=20, blank=True)
    rsa_number = models.CharField("numéro de demande RSA", max_length=20, blank=True)
    rsa_since = models.DateField("soumise aux droits et devoirs depuis", null=True, blank=True)
    digests = models.JSONField(default=dict, editable=False)
    updated_at = models.DateTimeField("mise à jour le", auto_now=True)

    class Meta:
        verbose_name = "identité au Département"
        verbose_name_plural = "identités au Département"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["internal_id"],
                condition=~Q(internal_id=""),
                name="insertion_identity_internal_once",
                violation_error_message="Cet identifiant du Département est déjà celui d’une autre personne.",
            ),
            models.UniqueConstraint(
                fields=["nir_print"],
                condition=~Q(nir_print=""),
                name="insertion_identity_nir_once",
                violation_error_message="Ce numéro de sécurité sociale est déjà celui d’une autre personne.",
            ),
        ]
        indexes = [
            models.Index(fields=["caf_number"], condition=~Q(caf_number=""), name="insertion_identity_caf"),
        ]

    def __str__(self) -> str:
        return self.internal_id or self.caf_number or str(self.person_id)

    REMEMBERED = (
        "internal_id", "nir_print", "caf_number", "france_travail_id", "rsa_number", "rsa_since", "digests",
    )  # fmt: skip

    def remembered(self) -> dict[str, Any]:
        """What an undo puts back, for a JSON column."""
        said = {name: getattr(self, name) for name in self.REMEMBERED}
        return {**said, "rsa_since": self.rsa_since.isoformat() if self.rsa_since else None}
