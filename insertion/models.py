"""RSA pathways: orientation, référent unique, contrat d'engagement (I2, I4)."""

from datetime import timedelta
from typing import Self
from uuid import UUID

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.audit.services import has_stated_reason
from cias.core.french import lower_first
from cias.core.models import Record
from households.models import Household, Person
from households.models.closed import closed_to
from households.models.files import Dated, Days, end_after_start
from insertion.enums import ActionKind, ActionState, ContractKind, Exemption, OrientationKind


class PathwayQuerySet[M: models.Model](models.QuerySet[M]):
    """Objects with a `household`; the content is for social work, and for the direction with a stated reason."""

    def for_user(self, user: User, household_id: UUID | None = None) -> Self:
        match user.scope("insertion.view"):
            case Scope.ALL:
                visible = self.exclude(household__in=closed_to(user))
            case Scope.REASON if household_id and has_stated_reason(user=user, subject_id=household_id):
                visible = self.exclude(household__in=closed_to(user))
            case _:
                return self.none()
        return visible.filter(household_id=household_id) if household_id else visible

    def overview(self, user: User) -> Self:
        """States and deadlines, for those who steer."""
        if not user.has_perm("insertion.overview"):
            return self.none()
        return self.exclude(household__in=closed_to(user))


class PathwayRule(Record):
    """Delays of the RSA pathway: dated reference data with its source, never a constant (domain-rules §4)."""

    valid_from = models.DateField("à partir du", unique=True)
    contract_months = models.PositiveSmallIntegerField("contrat à signer sous (mois)")
    minimum_hours = models.PositiveSmallIntegerField("heures hebdomadaires minimales")
    social_review_months = models.PositiveSmallIntegerField("réexamen d’une orientation sociale (mois)")
    minimum_days = models.PositiveSmallIntegerField("durée minimale d’une orientation (jours)")
    source = models.TextField("source")

    class Meta:
        verbose_name = "règle de parcours"
        verbose_name_plural = "règles de parcours"
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return f"Règles depuis le {self.valid_from:%d/%m/%Y}"


@pghistory.track()
class Orientation(Dated):
    """The Département's decision: which track, which structure, and the one référent (référent unique)."""

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="orientations", verbose_name="ménage"
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="orientations", verbose_name="personne")
    kind = models.CharField("orientation", max_length=10, choices=OrientationKind.choices)
    notified_on = models.DateField("notifiée le", help_text="Date certaine de la notification à la personne.")
    structure = models.CharField("structure référente", max_length=120)
    referent = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orientations",
        verbose_name="référent unique",
    )
    comment = models.CharField("précision", max_length=200, blank=True)

    objects = PathwayQuerySet.as_manager()

    class Meta:
        verbose_name = "orientation"
        verbose_name_plural = "orientations"
        ordering = ["-start", "pk"]
        constraints = [
            end_after_start("insertion_orientation_order"),
            ExclusionConstraint(
                name="insertion_orientation_one_at_a_time",
                expressions=[("person", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                violation_error_message="Cette personne a déjà une orientation à ces dates.",
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start") + timedelta(days=6)),
                name="insertion_orientation_week",
                violation_error_message="Une orientation dure au moins 7 jours.",
            ),
            models.CheckConstraint(
                condition=Q(notified_on__lte=F("start") + timedelta(days=92)),
                name="insertion_orientation_notice",
                violation_error_message="La notification ne peut pas suivre de si loin le début de l’orientation.",
            ),
        ]

    def __str__(self) -> str:
        return f"Orientation {lower_first(self.get_kind_display())} du {self.start:%d/%m/%Y}"


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
