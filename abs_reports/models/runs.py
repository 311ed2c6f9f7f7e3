"""The job that compiles a report: a row in the database, whatever becomes of worker and broker."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from abs_reports.enums import RunState
from abs_reports.models.reports import Report
from cias.core.models import Record

HEARTBEAT_SECONDS = 5
LOST_AFTER = timedelta(seconds=60)
MAX_ATTEMPTS = 3


class CompilationRunQuerySet(models.QuerySet["CompilationRun"]):
    def active(self) -> Self:
        return self.filter(state__in=[RunState.WAITING, RunState.RUNNING])

    def lost(self, now: datetime) -> Self:
        """Running, but nobody has given a sign of life for a minute (measured-facts.md §6)."""
        return self.filter(state=RunState.RUNNING, heartbeat_at__lt=now - LOST_AFTER)


class CompilationRun(Record):
    """The job that compiles a report. The row is the truth; the broker only rings the bell "
    "(measured-facts.md §6)."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="runs", verbose_name="rapport")
    state = models.CharField(
        "état", max_length=10, choices=RunState.choices, default=RunState.WAITING, editable=False
    )
    step = models.CharField("étape", max_length=160, blank=True)
    steps_done = models.PositiveSmallIntegerField("étapes faites", default=0)
    steps_total = models.PositiveSmallIntegerField("étapes", default=0)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    heartbeat_at = models.DateTimeField("dernier signe de vie", null=True, blank=True)
    started_at = models.DateTimeField("commencée le", null=True, blank=True)
    finished_at = models.DateTimeField("finie le", null=True, blank=True)
    cancel_requested = models.BooleanField("annulation demandée", default=False)
    failure_reason = models.CharField("raison de l’échec", max_length=300, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="demandée par",
    )

    objects = CompilationRunQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=Q(state__in=RunState.values),
                name="abs_reports_run_known",
                violation_error_message="Cet état n’existe pas.",
            ),
            models.CheckConstraint(
                condition=(Q(state="waiting", finished_at__isnull=True))
                | Q(state="running", heartbeat_at__isnull=False, finished_at__isnull=True)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
                name="abs_reports_run_dates",
                violation_error_message="Les dates de la compilation ne vont pas avec son état.",
            ),
            models.CheckConstraint(
                condition=Q(state="failed") ^ Q(failure_reason=""),
                name="abs_reports_run_reason",
                violation_error_message="Un échec, et lui seul, a une raison.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} ({self.get_state_display()})"

    @property
    def is_active(self) -> bool:
        return self.state in (RunState.WAITING, RunState.RUNNING)

    @property
    def progress(self) -> int:
        """Share of the steps already done, in whole percents."""
        return 100 * self.steps_done // self.steps_total if self.steps_total else 0

    @property
    def silent(self) -> bool:
        """Whether the worker seems lost."""
        return (
            self.state == RunState.RUNNING
            and self.heartbeat_at is not None
            and timezone.now() - self.heartbeat_at > LOST_AFTER
        )
