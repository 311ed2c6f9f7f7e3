"""A domiciled person, and each election of domicile they asked for (R8; CASF, L264-1 to L264-10)."""

from datetime import date
from typing import Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from cias.accounts.models import User
from cias.core.models import Record
from cias.core.moves import Move, MovingRecord, in_states
from cias.territory.models import Commune
from households.models import Household, Person
from households.models.files import Days, YearSeries
from rights.domiciliation.enums import (
    Cause,
    ElectionKind,
    ElectionState,
    EndReason,
    Orientation,
    Purpose,
    RefusalReason,
    Relation,
    Residence,
    TerritoryLink,
)
from rights.domiciliation.states import ATTESTED, PENDING, TRANSITIONS

S = ElectionState


class DomiciliationSeries(YearSeries):
    """The last number given to a domiciled person in a year; locked while the next one is taken."""

    class Meta:
        verbose_name = "série de numéros de domiciliation"
        verbose_name_plural = "séries de numéros de domiciliation"


class DomiciliationQuerySet(models.QuerySet["Domiciliation"]):
    def for_user(self, user: User) -> Self:
        """Those of the files `user` may know of: followed, or served at the mail desk. Never of a closed file (C3)."""
        if user.scope("rights.overview") is None and user.scope("domiciliation.desk") is None:
            return self.none()
        return self.filter(household__in=Household.objects.for_user(user))

    def in_force(self, day: date) -> Self:
        """Who holds an attestation on `day`."""
        return self.filter(Exists(Election.objects.in_force(day).filter(domiciliation=OuterRef("pk"))))


@pghistory.track()
class Domiciliation(Record):
    """One person's mail and attestations at the CIAS, however many times they are renewed.

    `last_contact_on`, `alert_on` and `absence_due_on` follow from the register: services.clock.refresh() writes them,
    and nothing else. Empty dates of alert mean that the clock is stopped.
    """

    number = models.CharField("numéro", max_length=14, unique=True)
    household = models.ForeignKey(
        Household, models.PROTECT, related_name="domiciliations", verbose_name="ménage"
    )
    person = models.OneToOneField(
        Person, models.PROTECT, related_name="domiciliation", verbose_name="personne domiciliée"
    )
    agent = models.ForeignKey(User, models.PROTECT, related_name="domiciliations", verbose_name="suivie par")
    last_contact_on = models.DateField("dernière manifestation", null=True, editable=False)
    alert_on = models.DateField("alerte le", null=True, editable=False)
    absence_due_on = models.DateField("absence de trois mois le", null=True, editable=False)

    objects = DomiciliationQuerySet.as_manager()

    class Meta:
        verbose_name = "domiciliation"
        verbose_name_plural = "domiciliations"
        ordering = ["person__search_key", "pk"]
        indexes = [
            models.Index(fields=["alert_on"], name="rights_dom_alert"),
            models.Index(fields=["agent", "alert_on"], name="rights_dom_agent"),
        ]

    def __str__(self) -> str:
        return f"Domiciliation {self.number}"


class ElectionQuerySet(models.QuerySet["Election"]):
    def for_user(self, user: User) -> Self:
        return self.filter(domiciliation__in=Domiciliation.objects.for_user(user))

    def pending(self) -> Self:
        return self.filter(state__in=PENDING)

    def in_force(self, day: date) -> Self:
        """Those whose attestation holds on `day`."""
        return self.filter(starts_on__lte=day, last_day__gte=day)


def _ordered(first: str, second: str) -> Q:
    return (
        Q(**{f"{first}__isnull": True}) | Q(**{f"{second}__isnull": True}) | Q(**{f"{first}__lte": F(second)})
    )


_INTERVIEW = Q(interview_on__isnull=False, interview_by__isnull=False) & ~Q(link="")
_NO_PERIOD = Q(starts_on__isnull=True, ends_on__isnull=True, last_day__isnull=True)
_PERIOD = Q(starts_on__isnull=False, ends_on__isnull=False, last_day__isnull=False)


@pghistory.track()
class Election(MovingRecord):
    """One request (first or renewal), its interview, its decision and, when granted, the days its attestation covers.

    `ends_on` is what the attestation says; `last_day` what really held: earlier when the election ended before.
    """

    STATES = ElectionState
    TRANSITIONS = TRANSITIONS

    domiciliation = models.ForeignKey(
        Domiciliation, models.CASCADE, related_name="elections", verbose_name="domiciliation"
    )
    household = models.ForeignKey(Household, models.PROTECT, related_name="elections", verbose_name="ménage")
    kind = models.CharField("nature", max_length=8, choices=ElectionKind.choices)
    renewal_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="renewals", verbose_name="renouvelle"
    )
    state = models.CharField(
        "état", max_length=12, choices=ElectionState.choices, default=ElectionState.REQUESTED
    )
    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="elections", verbose_name="commune de rattachement"
    )
    requested_on = models.DateField("demandée le")
    decision_due_on = models.DateField("à décider avant le")

    interview_on = models.DateField("entretien le", null=True, blank=True)
    interview_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="entretien mené par"
    )
    link = models.CharField("lien avec la commune", max_length=8, choices=TerritoryLink.choices, blank=True)
    link_detail = models.CharField("précision sur le lien", max_length=200, blank=True)
    cause = models.CharField("cause de l’instabilité", max_length=14, choices=Cause.choices, blank=True)
    residence = models.CharField("résidence actuelle", max_length=10, choices=Residence.choices, blank=True)
    purpose = models.CharField("raison de la demande", max_length=10, choices=Purpose.choices, blank=True)
    note = models.TextField("compte rendu de l’entretien", blank=True)

    decided_on = models.DateField("décidée le", null=True, blank=True)
    decided_by = models.CharField("décidée par", max_length=120, blank=True)
    notified_on = models.DateField("notifiée le", null=True, blank=True)
    starts_on = models.DateField("du", null=True, blank=True)
    ends_on = models.DateField("au", null=True, blank=True)
    last_day = models.DateField("dernier jour", null=True, blank=True)
    refusal_reason = models.CharField(
        "motif du refus", max_length=14, choices=RefusalReason.choices, blank=True
    )
    refusal_detail = models.TextField("motivation", blank=True)
    orientation = models.CharField("orientation", max_length=10, choices=Orientation.choices, blank=True)
    orientation_detail = models.CharField("organisme et coordonnées", max_length=300, blank=True)

    ended_on = models.DateField("terminée le", null=True, blank=True)
    end_reason = models.CharField("motif de fin", max_length=12, choices=EndReason.choices, blank=True)
    end_detail = models.TextField("précision sur la fin", blank=True)
    end_notified_on = models.DateField("fin notifiée le", null=True, blank=True)

    objects = ElectionQuerySet.as_manager()

    class Meta:
        verbose_name = "élection de domicile"
        verbose_name_plural = "élections de domicile"
        ordering = ["-requested_on", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["domiciliation"],
                condition=in_states(*PENDING),
                name="rights_election_one_pending",
                violation_error_message="Une demande de cette personne attend déjà une décision.",
            ),
            ExclusionConstraint(
                name="rights_election_no_overlap",
                expressions=[
                    ("domiciliation", RangeOperators.EQUAL),
                    (Days("starts_on", "last_day"), RangeOperators.OVERLAPS),
                ],
                condition=_PERIOD,
                violation_error_message="Une autre attestation de cette personne couvre une partie de ces jours.",
            ),
            models.CheckConstraint(
                condition=in_states(S.REQUESTED, S.WITHDRAWN) | _INTERVIEW,
                name="rights_election_interview",
                violation_error_message="L’entretien précède toute décision, aussi au renouvellement.",
            ),
            models.CheckConstraint(
                condition=(in_states(*ATTESTED) & _PERIOD) | (~in_states(*ATTESTED) & _NO_PERIOD),
                name="rights_election_period",
                violation_error_message="Une domiciliation accordée a un premier et un dernier jour.",
            ),
            models.CheckConstraint(
                condition=_NO_PERIOD | Q(starts_on__lte=F("last_day"), last_day__lte=F("ends_on")),
                name="rights_election_days",
                violation_error_message="La fin de l’attestation doit suivre son début.",
            ),
            models.CheckConstraint(
                condition=(in_states(*ATTESTED, S.REFUSED) & Q(decided_on__isnull=False) & ~Q(decided_by=""))
                | (in_states(*PENDING, S.WITHDRAWN) & Q(decided_on__isnull=True, notified_on__isnull=True)),
                name="rights_election_decided",
                violation_error_message="Une décision a une date et un auteur.",
            ),
            models.CheckConstraint(
                condition=(
                    in_states(S.REFUSED)
                    & ~Q(refusal_reason="")
                    & ~Q(refusal_detail="")
                    & ~Q(orientation="")
                    & ~Q(orientation_detail="")
                )
                | (~in_states(S.REFUSED) & Q(refusal_reason="", orientation="")),
                name="rights_election_refusal",
                violation_error_message="Un refus est motivé et propose un autre organisme.",
            ),
            models.CheckConstraint(
                condition=(in_states(S.ENDED) & Q(ended_on__isnull=False) & ~Q(end_reason=""))
                | (in_states(S.WITHDRAWN) & Q(ended_on__isnull=False, end_reason=""))
                | (
                    ~in_states(S.ENDED, S.WITHDRAWN)
                    & Q(ended_on__isnull=True, end_reason="", end_notified_on__isnull=True)
                ),
                name="rights_election_end",
                violation_error_message="Une fin a une date et un motif.",
            ),
            models.CheckConstraint(
                condition=_ordered("requested_on", "interview_on")
                & _ordered("interview_on", "decided_on")
                & _ordered("decided_on", "notified_on")
                & _ordered("decided_on", "ended_on")
                & _ordered("ended_on", "end_notified_on"),
                name="rights_election_order",
                violation_error_message="Demande, entretien, décision, notification et fin se suivent dans cet ordre.",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "decision_due_on"], name="rights_election_due"),
            models.Index(fields=["starts_on", "last_day"], name="rights_election_days_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {self.requested_on:%d/%m/%Y}"

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING

    @property
    def is_attested(self) -> bool:
        return self.state in ATTESTED

    def holds_on(self, day: date) -> bool:
        return (
            self.starts_on is not None
            and self.last_day is not None
            and self.starts_on <= day <= self.last_day
        )


@pghistory.track()
class ElectionMove(Move):
    """One step of a request."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="moves", verbose_name="demande")
    from_state = models.CharField("de", max_length=12, choices=ElectionState.choices, blank=True)
    to_state = models.CharField("à", max_length=12, choices=ElectionState.choices)

    class Meta(Move.Meta):
        verbose_name = "étape de domiciliation"
        verbose_name_plural = "étapes de domiciliation"


@pghistory.track()
class Dependant(Record):
    """Somebody else whom the attestation covers; a child in alternate custody may be on two of them."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="dependants", verbose_name="demande")
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="covered_by_elections", verbose_name="ayant droit"
    )
    relation = models.CharField("lien", max_length=8, choices=Relation.choices)

    class Meta:
        verbose_name = "ayant droit"
        verbose_name_plural = "ayants droit"
        ordering = ["relation", "person__birth_date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["election", "person"],
                name="rights_dependant_once",
                violation_error_message="Cette personne est déjà sur l’attestation.",
            )
        ]

    def __str__(self) -> str:
        return self.get_relation_display()
