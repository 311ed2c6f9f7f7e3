"""A file of public statistics sent on the page: the worker reads it, then imports it or only says what it holds."""

from django.conf import settings
from django.db import models

from abs_reports.enums import Level
from cias.core.jobs import Job, job_constraints


class ImportJob(Job):
    """One file received. `stored` is its name in the folder of received files, empty once it is gone.

    `dry_run`: verified without being imported. `outcome` has one entry a table: file, title, vintage, sentences and,
    once imported, the ImportRun's id.
    """

    file_name = models.CharField("fichier", max_length=200)
    stored = models.CharField("fichier reçu", max_length=32, blank=True, editable=False)
    size = models.PositiveBigIntegerField("taille en octets", default=0)
    geo_year = models.PositiveSmallIntegerField("année de la géographie", null=True, blank=True)
    level = models.CharField("niveau", max_length=6, choices=Level.choices, blank=True)
    dry_run = models.BooleanField("vérification seule", default=False)
    outcome = models.JSONField("résultat", default=list, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="demandé par",
    )

    class Meta:
        verbose_name = "envoi de données publiques"
        verbose_name_plural = "envois de données publiques"
        ordering = ["-created_at", "pk"]
        constraints = [*job_constraints("abs_reports_import_job", of="de l’envoi")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def can_be_imported(self) -> bool:
        """Whether a verified file is still here to be imported."""
        return self.state == "done" and self.dry_run and bool(self.stored)
