"""Exports of a list: asked for with a reason, kept encrypted for a day, for whoever asked and nobody else (H15, C9)."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cias.accounts.models import User
from cias.core.export import XLSX
from cias.core.jobs import Job, JobQuerySet, JobState, job_constraints

LASTS = timedelta(hours=24)
# How long the line of an export stays once its file is gone; the read log keeps its own.
TOLD = timedelta(days=30)


class ExportFormat(models.TextChoices):
    PDF = "pdf", "Document à imprimer (PDF), nominatif"
    XLSX = "xlsx", "Classeur XLSX (Excel, LibreOffice)"
    CSV = "csv", "Fichier CSV"


CONTENT_TYPES = {
    ExportFormat.PDF: "application/pdf",
    ExportFormat.XLSX: XLSX,
    ExportFormat.CSV: "text/csv; charset=utf-8",
}


class ExportRunQuerySet(JobQuerySet["ExportRun"]):
    def for_user(self, user: User) -> Self:
        """An export is read by the agent who asked for it alone, the direction's included."""
        return self.filter(requested_by=user)


class ExportRun(Job):
    """`filters`, `order` and `columns` are codes of the list, read again when the file is written."""

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="demandé par"
    )
    listing = models.CharField("liste", max_length=40)
    filters = models.JSONField("filtres", default=dict, blank=True)
    order = models.CharField("tri", max_length=20, blank=True)
    columns = ArrayField(models.CharField(max_length=30), verbose_name="colonnes")
    file_format = models.CharField("format", max_length=4, choices=ExportFormat.choices)
    is_named = models.BooleanField("nominatif", default=False)
    reason = models.CharField("motif", max_length=200)
    rows = models.PositiveIntegerField("lignes", default=0)
    file_name = models.CharField(max_length=40, blank=True, editable=False)
    file_size = models.PositiveIntegerField("taille", default=0, editable=False)
    expires_at = models.DateTimeField("disponible jusqu’au", null=True, blank=True)

    objects = ExportRunQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "export"
        verbose_name_plural = "exports"
        ordering = ["-created_at", "pk"]
        constraints = [
            *job_constraints("lists_export", of="de l’export"),
            models.CheckConstraint(
                condition=Q(file_name="") | Q(state=JobState.DONE.value, expires_at__isnull=False),
                name="lists_export_file",
                violation_error_message="Un fichier d’export a une fin de validité.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="lists_export_why",
                violation_error_message="Un export a un motif.",
            ),
        ]
        indexes = [models.Index(fields=["requested_by", "-created_at"], name="lists_export_user")]

    def __str__(self) -> str:
        return f"Export du {timezone.localtime(self.created_at):%d/%m/%Y}"

    @property
    def is_available(self) -> bool:
        return bool(self.file_name) and self.expires_at is not None and timezone.now() < self.expires_at

    @property
    def address(self) -> str:
        """What binds the encrypted file to this row."""
        return f"lists.exportrun.{self.pk}"

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[ExportFormat(self.file_format)]
