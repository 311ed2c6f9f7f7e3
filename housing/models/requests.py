"""Requests for lodging: what a household needs, what was proposed, what was decided (L2)."""

from datetime import date
from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cias.accounts.models import User
from cias.core.models import Record
from cias.core.moves import Move, MovingRecord, in_states
from cias.territory.models import Commune
from households.models import Household
from households.models.closed import PROTECTED_FILE, MaskedRows, closed_to
from housing.enums import DwellingType, Scheme
from housing.lodging.enums import (
    Answer,
    Criterion,
    DeclineReason,
    Orientation,
    RefusalReason,
    RequestOrigin,
    RequestState,
    WithdrawReason,
)
from housing.lodging.states import HOLDS, OPEN, TRANSITIONS
from housing.models.places import Place
from housing.models.stays import Stay

S = RequestState


class LodgingRequestQuerySet(models.QuerySet["LodgingRequest"]):
    def for_user(self, user: User) -> Self:
        """Those whose progress `user` follows; never of a protected file closed to them (C3)."""
        if not user.has_perm("lodging.overview"):
            return self.none()
        return self.exclude(household__in=closed_to(user))

    def open(self) -> Self:
        """Those somebody still has to do something about."""
        return self.filter(state__in=OPEN)

    def waiting_on(self, day: date) -> Self:
        """Those that were on the list at the end of `day`: asked for by then, and not settled yet."""
        return self.filter(requested_on__lte=day).filter(Q(settled_on__isnull=True) | Q(settled_on__gt=day))


@pghistory.track()
class LodgingRequest(MovingRecord):
    """A household's request for a place. `settled_on` is the day it left the list, whatever the way."""

    STATES = RequestState
    TRANSITIONS = TRANSITIONS

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="lodging_requests", verbose_name="ménage"
    )
    agent = models.ForeignKey(
        User, models.PROTECT, related_name="lodging_requests", verbose_name="suivie par"
    )
    state = models.CharField("état", max_length=10, choices=RequestState.choices, default=S.WAITING)
    origin = models.CharField("origine", max_length=8, choices=RequestOrigin.choices)
    origin_detail = models.CharField("précision sur l’origine", max_length=120, blank=True)
    requested_on = models.DateField("demandée le")
    scheme = models.CharField("dispositif souhaité", max_length=10, choices=Scheme.choices, blank=True)
    least_type = models.CharField("type au moins", max_length=3, choices=DwellingType.choices, blank=True)
    adults = models.PositiveSmallIntegerField("adultes", default=1)
    children = models.PositiveSmallIntegerField("enfants mineurs", default=0)
    accessible = models.BooleanField("logement accessible nécessaire", default=False)
    note = models.TextField("évaluation sociale", blank=True)

    settled_on = models.DateField("réglée le", null=True, blank=True)
    stay = models.OneToOneField(
        Stay, models.PROTECT, null=True, blank=True, related_name="request", verbose_name="séjour"
    )
    decided_by = models.CharField("décidée par", max_length=120, blank=True)
    refusal_reason = models.CharField(
        "motif du refus", max_length=10, choices=RefusalReason.choices, blank=True
    )
    refusal_detail = models.TextField("motivation", blank=True)
    decline_reason = models.CharField(
        "motif du ménage", max_length=10, choices=DeclineReason.choices, blank=True
    )
    orientation = models.CharField("orientation", max_length=10, choices=Orientation.choices, blank=True)
    orientation_detail = models.CharField("organisme et coordonnées", max_length=300, blank=True)
    withdraw_reason = models.CharField(
        "raison du retrait", max_length=10, choices=WithdrawReason.choices, blank=True
    )

    objects = LodgingRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’hébergement"
        verbose_name_plural = "demandes d’hébergement"
        ordering = ["requested_on", "created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=in_states(*OPEN),
                name="housing_request_one_open",
                violation_error_message="Ce ménage a déjà une demande d’hébergement en cours.",
            ),
            models.CheckConstraint(
                condition=(in_states(*OPEN) & Q(settled_on__isnull=True))
                | (~in_states(*OPEN) & Q(settled_on__isnull=False)),
                name="housing_request_settled",
                violation_error_message="Une demande réglée a une date, une demande en cours n’en a pas.",
            ),
            models.CheckConstraint(
                condition=in_states(*OPEN) | Q(settled_on__gte=models.F("requested_on")),
                name="housing_request_order",
                violation_error_message="La décision ne peut pas précéder la demande.",
            ),
            models.CheckConstraint(
                condition=(in_states(S.HOUSED) & Q(stay__isnull=False))
                | (~in_states(S.HOUSED) & Q(stay__isnull=True)),
                name="housing_request_stay",
                violation_error_message="Une demande suivie d’une entrée a un séjour, et elle seule.",
            ),
            models.CheckConstraint(
                condition=~in_states(S.REFUSED)
                | (~Q(refusal_reason="") & ~Q(refusal_detail="") & ~Q(orientation="")),
                name="housing_request_refusal",
                violation_error_message="Un refus est motivé et propose une orientation.",
            ),
            models.CheckConstraint(
                condition=~in_states(S.DECLINED) | ~Q(decline_reason=""),
                name="housing_request_decline",
                violation_error_message="Donnez le motif du ménage.",
            ),
            models.CheckConstraint(
                condition=~in_states(S.WITHDRAWN) | ~Q(withdraw_reason=""),
                name="housing_request_withdrawal",
                violation_error_message="Donnez la raison du retrait.",
            ),
            models.CheckConstraint(
                condition=Q(adults__range=(0, 12), children__range=(0, 15))
                & (Q(adults__gte=1) | Q(children__gte=1)),
                name="housing_request_persons",
                violation_error_message="Une demande concerne d’une à vingt-sept personnes.",
            ),
        ]
        indexes = [
            models.Index(fields=["requested_on"], condition=in_states(*OPEN), name="housing_request_list")
        ]

    def __str__(self) -> str:
        return f"Demande d’hébergement du {self.requested_on:%d/%m/%Y}"

    @property
    def persons(self) -> int:
        return self.adults + self.children

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def move_to(self, state: Any, *, on: date | None = None, **values: Any) -> Any:
        """The next step; it leaves the list with a final one, and comes back to it otherwise."""
        on = on or timezone.localdate()
        return super().move_to(state, on=on, settled_on=None if state in OPEN else on, **values)


@pghistory.track()
class RequestMove(Move):
    """One step of a request; `proposal` is the place it is about."""

    request = models.ForeignKey(LodgingRequest, models.CASCADE, related_name="moves", verbose_name="demande")
    from_state = models.CharField("de", max_length=10, choices=RequestState.choices, blank=True)
    to_state = models.CharField("à", max_length=10, choices=RequestState.choices)
    proposal = models.ForeignKey(
        "housing.Proposal", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="place"
    )

    class Meta(Move.Meta):
        verbose_name = "étape d’une demande d’hébergement"
        verbose_name_plural = "étapes des demandes d’hébergement"

    @property
    def title(self) -> str:
        """What was done, in the words of the page."""
        if not self.from_state:
            return "Demande reçue"
        return "Retour en attente" if self.to_state == S.WAITING else self.get_to_state_display()


@pghistory.track()
class RequestWish(Record):
    """A commune the household would live in; none at all means anywhere."""

    request = models.ForeignKey(LodgingRequest, models.CASCADE, related_name="wishes", verbose_name="demande")
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="+", verbose_name="commune souhaitée")

    class Meta:
        verbose_name = "commune souhaitée"
        verbose_name_plural = "communes souhaitées"
        ordering = ["commune__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "commune"],
                name="housing_requestwish_once",
                violation_error_message="Cette commune est déjà souhaitée.",
            )
        ]

    def __str__(self) -> str:
        return str(self.commune)


@pghistory.track()
class RequestCriterion(Record):
    """A criterion an agent noted, from which day on: what gives points is dated and can be read again."""

    request = models.ForeignKey(
        LodgingRequest, models.CASCADE, related_name="criteria", verbose_name="demande"
    )
    code = models.CharField("critère", max_length=10, choices=Criterion.choices)
    noted_on = models.DateField("constaté le")

    class Meta:
        verbose_name = "critère constaté"
        verbose_name_plural = "critères constatés"
        ordering = ["noted_on", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "code"],
                name="housing_requestcriterion_once",
                violation_error_message="Ce critère est déjà constaté.",
            )
        ]

    def __str__(self) -> str:
        return self.get_code_display()


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def holding(self) -> Self:
        """Those that keep their place from being proposed to somebody else."""
        return self.filter(answer__in=HOLDS)

    def on_plan(self, user: User) -> Self:
        """For who looks at the places: a closed file is not named there."""
        rows = self.holding().annotate(is_closed=Q(request__household__in=closed_to(user)))
        rows._iterable_class = MaskedRows
        return rows


@pghistory.track()
class Proposal(Record):
    """A place proposed to a household, until when it may answer, and its answer."""

    request = models.ForeignKey(
        LodgingRequest, models.CASCADE, related_name="proposals", verbose_name="demande"
    )
    place = models.ForeignKey(Place, models.PROTECT, related_name="proposals", verbose_name="place")
    available_on = models.DateField("entrée possible le")
    proposed_on = models.DateField("proposée le")
    answer_by = models.DateField("réponse avant le")
    answer = models.CharField("réponse", max_length=9, choices=Answer.choices, default=Answer.PENDING)
    answered_on = models.DateField("répondue le", null=True, blank=True)
    reason = models.CharField("motif", max_length=10, choices=DeclineReason.choices, blank=True)
    detail = models.CharField("précision", max_length=300, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "place proposée"
        verbose_name_plural = "places proposées"
        ordering = ["-proposed_on", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["place"],
                condition=Q(answer__in=[one.value for one in HOLDS]),
                name="housing_proposal_one_household",
                violation_error_message="Cette place est déjà proposée à un autre ménage.",
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(answer__in=[one.value for one in HOLDS]),
                name="housing_proposal_one_place",
                violation_error_message="Une autre place est déjà proposée à ce ménage.",
            ),
            models.CheckConstraint(
                condition=Q(answer_by__gte=models.F("proposed_on")),
                name="housing_proposal_order",
                violation_error_message="Le délai de réponse suit la proposition.",
            ),
            models.CheckConstraint(
                condition=~Q(answer="declined") | ~Q(reason=""),
                name="housing_proposal_reason",
                violation_error_message="Donnez le motif du ménage.",
            ),
        ]

    # Whether this is what is left of a closed file's proposal.
    is_masked = False

    def mask(self) -> None:
        """Keep that the place is proposed; such a row is never saved."""
        self.request = LodgingRequest(household=Household(name=PROTECTED_FILE))
        self.is_masked = True

    def __str__(self) -> str:
        return f"{self.place}, proposée le {self.proposed_on:%d/%m/%Y}"
