"""Estimates of rights that may be missing (R6): ordered as work, dated, with what they were made from."""

from django.db import models
from django.db.models import Q

from cias.accounts.models import User
from cias.core.jobs import Job, job_constraints
from cias.core.models import Record
from households.models import Household
from households.models.budgets import AmountColumn, SocialQuerySet
from rights.estimates.enums import RIGHT_OF, EstimatedKind, EstimateState


class EstimateRun(Job):
    """The estimate of one household, or (`household` empty) of all whose file is open, on one day.

    Its steps are batches. Cancelled then resumed, it goes on with the households it has not estimated yet.
    """

    household = models.ForeignKey(
        Household,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="estimate_runs",
        verbose_name="ménage",
    )
    on = models.DateField("jour estimé")
    requested_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="demandée par"
    )
    households_total = models.PositiveIntegerField("ménages à estimer", default=0)

    class Meta:
        verbose_name = "calcul d’estimations"
        verbose_name_plural = "calculs d’estimations"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(state__in=["waiting", "running"]),
                nulls_distinct=False,
                name="rights_estimate_run_one_active",
                violation_error_message="Une estimation est déjà en cours.",
            ),
            *job_constraints("rights_estimate_run", of="de l’estimation"),
        ]

    def __str__(self) -> str:
        return f"Estimation du {self.on:%d/%m/%Y} ({self.get_state_display()})"

    @property
    def households_done(self) -> int:
        return self.estimates.count()


class RightsEstimate(Record):
    """The last estimate of a household; the next one takes its place.

    `inputs` is what was computed from, `engine` with what; both are shown beside the amounts. It says what the budget
    says: read under the right on the situation.
    """

    household = models.OneToOneField(
        Household, models.CASCADE, related_name="rights_estimate", verbose_name="ménage"
    )
    run = models.ForeignKey(
        EstimateRun, models.SET_NULL, null=True, related_name="estimates", verbose_name="calcul"
    )
    on = models.DateField("jour estimé")
    engine = models.CharField("calculé avec", max_length=60)
    inputs = models.JSONField("éléments utilisés", default=dict)

    objects = SocialQuerySet["RightsEstimate"].as_manager()

    class Meta:
        verbose_name = "estimation de droits"
        verbose_name_plural = "estimations de droits"
        ordering = ["-on", "pk"]

    def __str__(self) -> str:
        return f"Estimation du {self.on:%d/%m/%Y}"


class EstimatedRight(models.Model):
    """One benefit of an estimate. Euros a month; for the CSS, `amount` is its participation (0: free).

    `missing` are the gaps that keep the estimate from being sure: [{"gap": …, "person": key or ""}]. `told_on`: the
    household said that day it receives the benefit already; `state_before` is what the estimate says without that.
    """

    estimate = models.ForeignKey(
        RightsEstimate, models.CASCADE, related_name="lines", verbose_name="estimation"
    )
    kind = models.CharField("prestation", max_length=4, choices=EstimatedKind.choices)
    state = models.CharField("état", max_length=10, choices=EstimateState.choices)
    amount = AmountColumn("montant estimé", null=True)
    received = AmountColumn("montant perçu", default=0)
    missing = models.JSONField("éléments manquants", default=list)
    state_before = models.CharField(
        "état sans ce que dit la personne", max_length=10, choices=EstimateState.choices, blank=True
    )
    told_on = models.DateField("dit le", null=True, blank=True)
    told_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="noté par"
    )

    class Meta:
        verbose_name = "droit estimé"
        verbose_name_plural = "droits estimés"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["estimate", "kind"],
                name="rights_estimated_once",
                violation_error_message="Cette prestation est déjà estimée.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=EstimateState.values) & Q(kind__in=EstimatedKind.values),
                name="rights_estimated_known",
                violation_error_message="Cet état n’existe pas.",
            ),
            models.CheckConstraint(
                condition=~Q(state="probable") | Q(amount__isnull=False),
                name="rights_estimated_amount",
                violation_error_message="Un droit probable a un montant.",
            ),
            models.CheckConstraint(
                condition=Q(told_on__isnull=True, told_by__isnull=True, state_before="")
                | (Q(told_on__isnull=False, told_by__isnull=False, state="received") & ~Q(state_before="")),
                name="rights_estimated_told",
                violation_error_message="Ce que dit la personne a une date et un auteur.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def right_code(self) -> str:
        """The sheet of the catalogue with which it is asked for."""
        return RIGHT_OF[self.kind]
