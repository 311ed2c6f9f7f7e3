"""Who works on which files for a time: covers, files given or closed many at once, files that came back (H11, H18)."""

from datetime import date
from typing import Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from cias.accounts.models import User
from cias.core.models import Record
from households.enums import BatchKind, ClosingOutcome, ClosingReason
from households.models.files import Assignment, Dated, Days, Household, end_after_start, on_day

MOST_MONTHS = 60


class CoverQuerySet(models.QuerySet["Cover"]):
    def running(self, day: date) -> Self:
        """Those that hold on `day` or later."""
        return self.filter(ended_at__isnull=True, end__gte=day)

    def on(self, day: date) -> Self:
        return self.filter(on_day(day), ended_at__isnull=True)


@pghistory.track()
class Cover(Dated):
    """A colleague stands in for an agent from one day to another: they see their work and belong to their circles.

    `ended_at` says that it was cut short: nothing of it holds any more, whatever its dates.
    """

    agent = models.ForeignKey(User, models.PROTECT, related_name="covers", verbose_name="agent absent")
    substitute = models.ForeignKey(
        User, models.PROTECT, related_name="covers_given", verbose_name="remplacé par"
    )
    note = models.CharField("à savoir", max_length=300, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="décidé par")
    ended_at = models.DateTimeField("arrêté le", null=True, blank=True)

    objects = CoverQuerySet.as_manager()

    class Meta:
        verbose_name = "remplacement"
        verbose_name_plural = "remplacements"
        ordering = ["-start", "pk"]
        constraints = [
            end_after_start("households_cover_order"),
            models.CheckConstraint(
                condition=Q(end__isnull=False),
                name="households_cover_ends",
                violation_error_message="Un remplacement a une date de fin.",
            ),
            models.CheckConstraint(
                condition=~Q(agent=F("substitute")),
                name="households_cover_somebody_else",
                violation_error_message="Choisissez une autre personne que l’agent absent.",
            ),
            ExclusionConstraint(
                name="households_cover_one_at_a_time",
                expressions=[("agent", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                condition=Q(ended_at__isnull=True),
                violation_error_message="Cet agent est déjà remplacé à ces dates.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["substitute", "end"],
                condition=Q(ended_at__isnull=True),
                name="households_cover_substitute",
            )
        ]

    def __str__(self) -> str:
        return f"{self.substitute} remplace {self.agent}"


@pghistory.track()
class Reopening(Record):
    """A closed file came back: the closure as it was said then stays in the figures, and why it ended."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="reopenings", verbose_name="ménage")
    closed_on = models.DateField("clos le")
    closing_reason = models.CharField("motif de clôture", max_length=12, choices=ClosingReason.choices)
    closing_outcome = models.CharField(
        "résultat du suivi", max_length=12, choices=ClosingOutcome.choices, blank=True
    )
    closing_note = models.CharField("mot de clôture", max_length=500, blank=True)
    reopened_on = models.DateField("rouvert le")
    reason = models.CharField("raison de la réouverture", max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="rouvert par")

    class Meta:
        verbose_name = "réouverture"
        verbose_name_plural = "réouvertures"
        ordering = ["-reopened_on", "-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reopened_on__gte=F("closed_on")),
                name="households_reopening_order",
                violation_error_message="La réouverture suit la clôture.",
            )
        ]
        indexes = [models.Index(fields=["closed_on"], name="households_reopening_closed")]

    def __str__(self) -> str:
        return f"Réouverture du {self.reopened_on:%d/%m/%Y}"


@pghistory.track()
class CaseloadBatch(Record):
    """Files given to other référents, or closed, in one go; it can be undone for some days."""

    kind = models.CharField("opération", max_length=10, choices=BatchKind.choices)
    on = models.DateField("à partir du")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")
    note = models.CharField("mot d’accompagnement", max_length=500, blank=True)
    closing_reason = models.CharField(
        "motif de clôture", max_length=12, choices=ClosingReason.choices, blank=True
    )
    closing_outcome = models.CharField(
        "résultat du suivi", max_length=12, choices=ClosingOutcome.choices, blank=True
    )
    undone_at = models.DateTimeField("annulée le", null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulée par"
    )

    class Meta:
        verbose_name = "opération groupée"
        verbose_name_plural = "opérations groupées"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=BatchKind.REASSIGNMENT.value, closing_reason="", closing_outcome="")
                | (Q(kind=BatchKind.CLOSING.value) & ~Q(closing_reason="")),
                name="households_batch_kind",
                violation_error_message="Une clôture a un motif.",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="households_batch_undone",
                violation_error_message="Une annulation dit quand et par qui.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {self.on:%d/%m/%Y}"


class CaseloadMove(models.Model):
    """One file of a batch, with what it takes to put it back exactly as it was.

    `former` was the main référent's row, `given` the one that took over: the same row when the former had begun that
    very day, which a correction changed. `restored` is empty until the batch is undone.
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(CaseloadBatch, models.CASCADE, related_name="moves")
    household = models.ForeignKey(Household, models.CASCADE, related_name="+")
    former = models.ForeignKey(Assignment, models.SET_NULL, null=True, related_name="+")
    former_agent = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    former_end = models.DateField(null=True)
    former_note = models.CharField(max_length=300, blank=True)
    given = models.ForeignKey(Assignment, models.SET_NULL, null=True, related_name="+")
    agent = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    tasks = ArrayField(models.UUIDField(), default=list)
    restored = models.BooleanField(null=True)

    class Meta:
        verbose_name = "dossier d’une opération groupée"
        verbose_name_plural = "dossiers d’une opération groupée"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "household"],
                name="households_move_once",
                violation_error_message="Ce ménage est déjà dans l’opération.",
            )
        ]

    def __str__(self) -> str:
        return str(self.household)


@pghistory.track()
class CaseloadPolicy(Record):
    """How the CIAS follows its files. One row."""

    dormant_months = models.PositiveSmallIntegerField(
        "sans contact depuis (mois)",
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MONTHS)],
    )
    only_one = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        verbose_name = "règle de suivi des dossiers"
        verbose_name_plural = "règle de suivi des dossiers"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(only_one=True, dormant_months__range=(1, MOST_MONTHS)),
                name="households_caseloadpolicy_single",
                violation_error_message=f"La durée va de 1 à {MOST_MONTHS} mois.",
            )
        ]

    def __str__(self) -> str:
        return f"Sans contact depuis {self.dormant_months} mois"
