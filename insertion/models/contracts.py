"""Contrats d'engagement, their plan d'action, their steps and amendments (I4)."""

from datetime import date
from decimal import Decimal
from typing import Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from cias.core.models import Record
from cias.core.moves import Step
from households.models import Document, Household
from households.models.files import Dated, Days, end_after_start
from insertion.contracts.enums import ActionMode, ContractStepKind, EndReason
from insertion.enums import ActionKind, ActionState, ContractKind, Exemption
from insertion.models.diagnoses import ObjectiveAction
from insertion.models.orientations import Orientation
from insertion.models.visible import PathwayQuerySet

MOST_HOURS = 48


class ContractQuerySet(PathwayQuerySet["EngagementContract"]):
    def standing(self) -> Self:
        """Those nobody gave up before they were signed."""
        return self.filter(cancelled_on__isnull=True)

    def signed(self) -> Self:
        """Signed by both sides."""
        return self.filter(signed_by_person_on__isnull=False, signed_by_structure_on__isnull=False)


class Hours(models.Model):
    """Weekly hours, or why there are none or fewer (C. trav., art. L5411-6)."""

    weekly_hours = models.DecimalField(
        "heures par semaine", max_digits=3, decimal_places=1, null=True, blank=True
    )
    exemption = models.CharField("dispense d’heures", max_length=12, choices=Exemption.choices, blank=True)
    reduction_reason = models.CharField("motif d’une durée réduite", max_length=200, blank=True)

    class Meta:
        abstract = True


@pghistory.track()
class EngagementContract(Dated, Hours):
    """A contrat d'engagement (or an old CER): dates, weekly hours or their exemption, both signatures.

    `end` is its last day, shortened when it ends early (`end_reason`); its steps keep what they overwrote.
    """

    household = models.ForeignKey(Household, models.PROTECT, related_name="contracts", verbose_name="ménage")
    orientation = models.ForeignKey(
        Orientation, models.PROTECT, related_name="contracts", verbose_name="orientation"
    )
    kind = models.CharField(
        "contrat", max_length=3, choices=ContractKind.choices, default=ContractKind.ENGAGEMENT
    )
    renews = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="renewals", verbose_name="renouvelle"
    )
    objectives = models.TextField("objectifs")
    person_commitments = models.TextField("engagements de la personne", blank=True)
    structure_commitments = models.TextField("engagements du CIAS", blank=True)
    signed_by_person_on = models.DateField("signé par la personne le", null=True, blank=True)
    signed_by_structure_on = models.DateField("signé par le CIAS le", null=True, blank=True)
    next_review_on = models.DateField("prochaine actualisation", null=True, blank=True)
    end_reason = models.CharField("fin avant le terme", max_length=12, choices=EndReason.choices, blank=True)
    cancelled_on = models.DateField("abandonné le", null=True, blank=True)
    scan = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="exemplaire signé"
    )

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = "contrat d’engagement"
        verbose_name_plural = "contrats d’engagement"
        ordering = ["-start", "pk"]
        constraints = [
            end_after_start("insertion_contract_order"),
            ExclusionConstraint(
                name="insertion_contract_one_at_a_time",
                expressions=[("orientation", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                condition=Q(cancelled_on__isnull=True),
                violation_error_message="Un autre contrat couvre ces dates.",
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=False),
                name="insertion_contract_ends",
                violation_error_message="Un contrat a une date de fin.",
            ),
            models.CheckConstraint(
                condition=Q(kind="cer")
                | Q(weekly_hours__isnull=True, exemption__gt="")
                | Q(weekly_hours__gt=0, exemption=""),
                name="insertion_contract_hours",
                violation_error_message="Indiquez des heures par semaine, ou une dispense.",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on__isnull=True)
                | Q(signed_by_person_on__isnull=True)
                | Q(signed_by_structure_on__isnull=True),
                name="insertion_contract_cancelled_draft",
                violation_error_message="Un contrat signé ne s’abandonne pas\u00a0: il prend fin.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {self.start:%d/%m/%Y} au {self.end:%d/%m/%Y}"

    @property
    def is_signed(self) -> bool:
        """Signed by both sides."""
        return self.signed_by_person_on is not None and self.signed_by_structure_on is not None

    @property
    def signed_on(self) -> date | None:
        """The day of the second signature."""
        days = (self.signed_by_person_on, self.signed_by_structure_on)
        return max(day for day in days if day) if all(days) else None

    def is_running(self, day: date) -> bool:
        """Signed, and `day` is not past its last day."""
        return self.is_signed and self.end is not None and self.end >= day

    @property
    def is_draft(self) -> bool:
        return not self.is_signed and self.cancelled_on is None

    @property
    def planned_hours(self) -> Decimal:
        """Weekly hours its actions plan, those given up left out."""
        rows = (row for row in self.actions.all() if row.state != ActionState.DROPPED)
        return sum((row.weekly_hours or Decimal(0) for row in rows), Decimal(0))

    @property
    def last_step(self) -> "ContractStep | None":
        """The latest step that stands."""
        return self.steps.standing().select_related("amendment").order_by("-created_at", "-pk").first()


@pghistory.track()
class ContractAction(Record):
    """One line of the plan d'action; `source` is the action of the diagnosis it was taken from."""

    contract = models.ForeignKey(
        EngagementContract, models.CASCADE, related_name="actions", verbose_name="contrat"
    )
    source = models.ForeignKey(
        ObjectiveAction,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contract_actions",
        verbose_name="action du diagnostic",
    )
    kind = models.CharField("nature", max_length=16, choices=ActionKind.choices)
    mode = models.CharField("forme", max_length=10, choices=ActionMode.choices, blank=True)
    label = models.CharField("action", max_length=160)
    weekly_hours = models.DecimalField(
        "heures prévues par semaine",
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    due_on = models.DateField("pour le", null=True, blank=True)
    state = models.CharField("état", max_length=8, choices=ActionState.choices, default=ActionState.PLANNED)

    class Meta:
        verbose_name = "action"
        verbose_name_plural = "actions"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekly_hours__isnull=True) | Q(weekly_hours__range=(0, MOST_HOURS)),
                name="insertion_action_hours",
                violation_error_message="Les heures d’une action vont de 0 à 48 par semaine.",
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def realised_hours(self) -> Decimal:
        return sum((row.hours for row in self.realised.all() if row.undone_at is None), Decimal(0))


@pghistory.track()
class RealisedHours(Step):
    """Hours spent on an action, told for the week that ends `on`."""

    action = models.ForeignKey(ContractAction, models.CASCADE, related_name="realised", verbose_name="action")
    hours = models.DecimalField("heures réalisées", max_digits=4, decimal_places=1)

    class Meta(Step.Meta):
        verbose_name = "heures réalisées"
        verbose_name_plural = "heures réalisées"
        constraints = [
            *Step.Meta.constraints,
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=MOST_HOURS),
                name="insertion_realised_hours",
                violation_error_message="De 0,5 à 48 heures par semaine.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hours} h au {self.on:%d/%m/%Y}"


@pghistory.track()
class Amendment(Record, Hours):
    """An avenant: what changes from a day on. The contract takes these values the day both sides have signed."""

    contract = models.ForeignKey(
        EngagementContract, models.CASCADE, related_name="amendments", verbose_name="contrat"
    )
    number = models.PositiveSmallIntegerField("numéro")
    effective_on = models.DateField("à partir du")
    end = models.DateField("nouveau terme")
    next_review_on = models.DateField("prochaine actualisation", null=True, blank=True)
    changes = models.TextField("ce qui change")
    signed_by_person_on = models.DateField("signé par la personne le", null=True, blank=True)
    signed_by_structure_on = models.DateField("signé par le CIAS le", null=True, blank=True)

    class Meta:
        verbose_name = "avenant"
        verbose_name_plural = "avenants"
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "number"],
                name="insertion_amendment_number",
                violation_error_message="Cet avenant existe déjà.",
            ),
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(signed_by_structure_on__isnull=True),
                name="insertion_amendment_one_pending",
                violation_error_message="Un avenant attend déjà ses signatures.",
            ),
            models.CheckConstraint(
                condition=Q(end__gte=F("effective_on")),
                name="insertion_amendment_order",
                violation_error_message="Le nouveau terme suit la date d’effet.",
            ),
            models.CheckConstraint(
                condition=Q(weekly_hours__isnull=True, exemption__gt="")
                | Q(weekly_hours__gt=0, exemption=""),
                name="insertion_amendment_hours",
                violation_error_message="Indiquez des heures par semaine, ou une dispense.",
            ),
            models.CheckConstraint(
                condition=Q(signed_by_person_on__isnull=True, signed_by_structure_on__isnull=True)
                | Q(signed_by_person_on__isnull=False, signed_by_structure_on__isnull=False),
                name="insertion_amendment_signed",
                violation_error_message="Un avenant se signe des deux côtés.",
            ),
        ]

    def __str__(self) -> str:
        return f"Avenant n°\u00a0{self.number}"

    @property
    def is_signed(self) -> bool:
        return self.signed_by_structure_on is not None


@pghistory.track()
class ContractStep(Step):
    """One step of a contract; `before` is what it overwrote, so that it can be undone."""

    contract = models.ForeignKey(
        EngagementContract, models.CASCADE, related_name="steps", verbose_name="contrat"
    )
    kind = models.CharField("étape", max_length=10, choices=ContractStepKind.choices)
    amendment = models.ForeignKey(
        Amendment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="avenant"
    )
    reason = models.CharField("précision", max_length=400, blank=True)
    before = models.JSONField("valeurs d’avant", default=dict, editable=False, encoder=DjangoJSONEncoder)

    class Meta(Step.Meta):
        verbose_name = "étape d’un contrat"
        verbose_name_plural = "étapes d’un contrat"

    def __str__(self) -> str:
        return self.get_kind_display()
