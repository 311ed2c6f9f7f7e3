"""Access to housing (L9): the request for social housing, what is proposed."""

import re
from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from cias.accounts.models import User
from cias.core.models import Record
from cias.core.moves import Move
from cias.territory.models import Commune
from households.models import Household
from households.models.closed import closed_to
from housing.applications.enums import (
    ApplicationState,
    CommitteeRefusal,
    HouseholdRefusal,
    PriorityGround,
    ProposalOutcome,
    RemovalReason,
)
from housing.applications.states import ENDED, REGISTERED, TRANSITIONS
from housing.enums import DwellingType, EnergyLabel
from housing.models.base import money
from housing.models.stepped import SteppedRecord

# Eighteen signs: the département, the month and the year of the request, its rank, the desk (arrêté SNE, to check).
NUMBER = re.compile(r"[0-9][0-9AB][0-9A-Z](0[1-9]|1[0-2])[0-9]{2}[0-9A-Z]{11}")


def check_number(value: str) -> None:
    """Raise ValidationError unless `value` looks like a numéro unique (18 signs, the month among them)."""
    if not NUMBER.fullmatch(value):
        raise ValidationError(
            "Un numéro unique a 18 caractères\u00a0: département, mois, année, puis 11 chiffres ou lettres.",
            code="number",
        )


class FollowedQuerySet[M: models.Model](models.QuerySet[M]):
    def for_user(self, user: User) -> Self:
        """Those of the households `user` may know of; the content is `applications.view`'s to say."""
        if user.scope("applications.overview") is None:
            return self.none()
        return self.exclude(household__in=closed_to(user))


class ApplicationQuerySet(FollowedQuerySet["HousingApplication"]):
    def running(self) -> Self:
        return self.exclude(state__in=ENDED)


@pghistory.track()
class HousingApplication(SteppedRecord):
    """A request for social housing. `renewal_due_on` follows from the filing or the last renewal and the reference
    data (applications.services writes it)."""

    STATES = ApplicationState
    TRANSITIONS = TRANSITIONS

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="housing_applications", verbose_name="ménage"
    )
    agent = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="suivi par")
    opened_on = models.DateField("ouvert le")
    number = models.CharField("numéro unique", max_length=18, blank=True, validators=[check_number])
    filed_on = models.DateField("déposée le", null=True, blank=True)
    renewed_on = models.DateField("renouvelée le", null=True, blank=True)
    renewal_due_on = models.DateField("à renouveler avant le", null=True, editable=False)
    renewal_alert_on = models.DateField("alerte le", null=True, editable=False)
    state = models.CharField(
        "état", max_length=10, choices=ApplicationState.choices, default=ApplicationState.PREPARED
    )
    communes = models.ManyToManyField(
        Commune, related_name="+", blank=True, verbose_name="communes souhaitées"
    )
    dwelling_types = ArrayField(
        models.CharField(max_length=3, choices=DwellingType.choices),
        verbose_name="types souhaités",
        default=list,
        blank=True,
    )
    most_rent = money("loyer le plus élevé", null=True, blank=True)
    grounds = ArrayField(
        models.CharField(max_length=16, choices=PriorityGround.choices),
        verbose_name="motifs de priorité",
        default=list,
        blank=True,
    )
    note = models.TextField("situation et besoins", blank=True)
    removal_reason = models.CharField(
        "motif de radiation", max_length=12, choices=RemovalReason.choices, blank=True
    )
    ended_on = models.DateField("terminée le", null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de logement social"
        verbose_name_plural = "demandes de logement social"
        ordering = ["-opened_on", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(number=""),
                name="housing_application_number_once",
                violation_error_message="Une autre demande porte déjà ce numéro unique.",
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=~Q(state__in=[state.value for state in ENDED]),
                name="housing_application_one_running",
                violation_error_message="Ce ménage a déjà une demande en cours.",
            ),
            models.CheckConstraint(
                condition=Q(filed_on__isnull=False)
                | Q(state__in=(ApplicationState.PREPARED.value, ApplicationState.REMOVED.value)),
                name="housing_application_filed",
                violation_error_message="Une demande déposée a une date de dépôt.",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=[state.value for state in ENDED]) & Q(ended_on__isnull=False))
                | (~Q(state__in=[state.value for state in ENDED]) & Q(ended_on__isnull=True)),
                name="housing_application_ended",
                violation_error_message="Une demande terminée a une date de fin, et elle seule.",
            ),
            models.CheckConstraint(
                condition=Q(renewed_on__isnull=True) | Q(renewed_on__gte=F("filed_on")),
                name="housing_application_renewed",
                violation_error_message="Le renouvellement suit le dépôt.",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "renewal_due_on"], name="housing_application_due"),
            models.Index(fields=["agent", "state"], name="housing_application_agent"),
        ]

    def __str__(self) -> str:
        return "Demande de logement social"

    @property
    def is_running(self) -> bool:
        return self.state not in ENDED

    @property
    def is_registered(self) -> bool:
        return self.state in REGISTERED

    @property
    def ground_labels(self) -> list[str]:
        return [PriorityGround(ground).label for ground in self.grounds]

    @property
    def type_labels(self) -> list[str]:
        return [DwellingType(one).label for one in self.dwelling_types]


@pghistory.track()
class HousingProposal(Record):
    """One dwelling proposed to the household, and what came of it."""

    application = models.ForeignKey(
        HousingApplication, models.CASCADE, related_name="proposals", verbose_name="demande"
    )
    proposed_on = models.DateField("proposé le")
    landlord = models.CharField("bailleur", max_length=120)
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="+", verbose_name="commune")
    place = models.CharField("adresse ou quartier", max_length=160, blank=True)
    dwelling_type = models.CharField("type", max_length=3, choices=DwellingType.choices)
    surface = models.PositiveSmallIntegerField("surface (m²)", null=True, blank=True)
    rent = money("loyer et charges", null=True, blank=True)
    energy_label = models.CharField("DPE", max_length=1, choices=EnergyLabel.choices, blank=True)
    committee_on = models.DateField("commission le", null=True, blank=True)
    outcome = models.CharField("issue", max_length=10, choices=ProposalOutcome.choices, blank=True)
    outcome_on = models.DateField("le", null=True, blank=True)
    household_reason = models.CharField(
        "motif du ménage", max_length=12, choices=HouseholdRefusal.choices, blank=True
    )
    committee_reason = models.CharField(
        "motif de la commission", max_length=12, choices=CommitteeRefusal.choices, blank=True
    )
    detail = models.CharField("précision", max_length=300, blank=True)

    class Meta:
        verbose_name = "proposition de logement"
        verbose_name_plural = "propositions de logement"
        ordering = ["-proposed_on", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(outcome=""),
                name="housing_social_proposal_one_pending",
                violation_error_message="Une proposition attend déjà une réponse.",
            ),
            models.CheckConstraint(
                condition=(Q(outcome="") & Q(outcome_on__isnull=True))
                | (~Q(outcome="") & Q(outcome_on__gte=F("proposed_on"))),
                name="housing_social_proposal_outcome",
                violation_error_message="L’issue d’une proposition a une date, après la proposition.",
            ),
            models.CheckConstraint(
                condition=(Q(outcome="household") & ~Q(household_reason="") & Q(committee_reason=""))
                | (Q(outcome="committee") & ~Q(committee_reason="") & Q(household_reason=""))
                | (~Q(outcome__in=("household", "committee")) & Q(household_reason="", committee_reason="")),
                name="housing_social_proposal_reason",
                violation_error_message="Un refus a son motif.",
            ),
            models.CheckConstraint(
                condition=Q(surface__isnull=True) | Q(surface__range=(6, 400)),
                name="housing_social_proposal_surface",
                violation_error_message="La surface va de 6 à 400 m².",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_dwelling_type_display()}, {self.commune.name}"

    @property
    def reason_label(self) -> str:
        return self.get_household_reason_display() or self.get_committee_reason_display()


@pghistory.track()
class ApplicationMove(Move):
    """One step of a request; `proposal_before` is what it overwrote of `proposal`."""

    application = models.ForeignKey(
        HousingApplication, models.CASCADE, related_name="moves", verbose_name="demande"
    )
    from_state = models.CharField("de", max_length=10, choices=ApplicationState.choices, blank=True)
    to_state = models.CharField("à", max_length=10, choices=ApplicationState.choices)
    proposal = models.ForeignKey(
        HousingProposal, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="proposition"
    )
    proposal_before = models.JSONField(default=dict, editable=False)

    class Meta(Move.Meta):
        verbose_name = "étape d’une demande de logement"
        verbose_name_plural = "étapes d’une demande de logement"

    def __str__(self) -> str:
        return self.get_to_state_display()
