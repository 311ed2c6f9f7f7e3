"""The job that compiles a report: a row in the database, whatever becomes of worker and broker."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from abs_reports.models.reports import Report
from cias.core.jobs import Job, job_constraints


class CompilationRun(Job):
    """The job that compiles a report."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="runs", verbose_name="rapport")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="demandée par",
    )

    class Meta:
        verbose_name = "compilation"
        verbose_name_plural = "compilations"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(state__in=["waiting", "running"]),
                name="abs_reports_run_one_active",
                violation_error_message="Une compilation de ce rapport est déjà en cours.",
            ),
            *job_constraints("abs_reports_run", of="de la compilation"),
        ]

    def __str__(self) -> str:
        return f"{self.report} ({self.get_state_display()})"
