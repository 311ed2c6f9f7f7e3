"""Contrats d'engagement and their plan d'action (I4)."""

from typing import Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from cias.core.models import Record
from households.models import Household
from households.models.files import Dated, Days, end_after_start
from insertion.enums import ActionKind, ActionState, ContractKind, Exemption
from insertion.models.orientations import Orientation
from insertion.models.visible import PathwayQuerySet


class ContractQuerySet(PathwayQuerySet["EngagementContract"]):
    def signed(self) -> Self:
        """Signed by both sides."""
        return self.filter(signed_by_person_on__isnull=False, signed_by_structure_on__isnull=False)


@pghistory.track()
class EngagementContract(Dated):
    """A contrat d'engagement (or an old CER): dates, weekly hours or their exemption, both signatures."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="contracts", verbose_name="ménage")
    orientation = models.ForeignKey(
        Orientation, models.PROTECT, related_name="contracts", verbose_name="orientation"
    )
    kind = models.CharField(
        "contrat", max_length=3, choices=ContractKind.choices, default=ContractKind.ENGAGEMENT
    )
    weekly_hours = models.DecimalField(
        "heures par semaine", max_digits=3, decimal_places=1, null=True, blank=True
    )
    exemption = models.CharField("dispense d’heures", max_length=12, choices=Exemption.choices, blank=True)
    reduction_reason = models.CharField("motif d’une durée réduite", max_length=200, blank=True)
    objectives = models.TextField("objectifs")
    signed_by_person_on = models.DateField("signé par la personne le", null=True, blank=True)
    signed_by_structure_on = models.DateField("signé par le CIAS le", null=True, blank=True)
    next_review_on = models.DateField("prochaine actualisation", null=True, blank=True)

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
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {self.start:%d/%m/%Y} au {self.end:%d/%m/%Y}"

    @property
    def is_signed(self) -> bool:
        """Signed by both sides."""
        return self.signed_by_person_on is not None and self.signed_by_structure_on is not None


@pghistory.track()
class ContractAction(Record):
    """One line of the plan d'action."""

    contract = models.ForeignKey(
        EngagementContract, models.CASCADE, related_name="actions", verbose_name="contrat"
    )
    kind = models.CharField("nature", max_length=16, choices=ActionKind.choices)
    label = models.CharField("action", max_length=160)
    due_on = models.DateField("pour le", null=True, blank=True)
    state = models.CharField("état", max_length=8, choices=ActionState.choices, default=ActionState.PLANNED)

    class Meta:
        verbose_name = "action"
        verbose_name_plural = "actions"
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.label
