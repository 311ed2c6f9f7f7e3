"""A request for optional aid and its moves (R9)."""

from typing import Self

import pghistory
from django.db import models
from django.db.models import F, Q

from cias.accounts.models import User
from cias.core.moves import Move, MovingRecord, in_states
from households.models import BudgetSnapshot, Household, Person
from households.models.budgets import AmountColumn
from households.models.files import YearSeries
from rights.aids.enums import AidDecision, AidState, NoticeChannel, PayeeKind
from rights.aids.states import (
    ACTIVE,
    AFTER_DECISION,
    AFTER_NOTICE,
    ENDED,
    GRANTS,
    TRANSITIONS,
)
from rights.enums import Opinion
from rights.models.aid_rules import AidEnvelope, AidKind, AidRule


class AidSeries(YearSeries):
    """The last number of a request given in a year; locked while the next one is taken."""

    class Meta:
        verbose_name = "série de numéros d’aides"
        verbose_name_plural = "séries de numéros d’aides"


class AidRequestQuerySet(models.QuerySet["AidRequest"]):
    def for_user(self, user: User) -> Self:
        """Those whose state and amounts `user` may know of (their content is another right: aids.view)."""
        if user.scope("aids.overview") is None:
            return self.none()
        return self.filter(household__in=Household.objects.for_user(user))

    def active(self) -> Self:
        return self.filter(state__in=ACTIVE)

    def granted(self) -> Self:
        return self.filter(decision__in=GRANTS)

    def delegable(self) -> Self:
        """Emergencies that wait for a decision by delegation."""
        return self.filter(state=AidState.PROPOSED, urgent=True, rule__delegation=True)

    def for_lists(self) -> Self:
        return self.select_related("kind", "household", "applicant", "agent").order_by(
            "-opened_on", "-number"
        )


_NOT_DECIDED = Q(decision="", decision_on__isnull=True, granted_amount__isnull=True)
_GRANTED = Q(decision__in=[one.value for one in GRANTS])
_OTHERS = Q(decision__in=[AidDecision.REFUSED.value, AidDecision.ADJOURNED.value])


@pghistory.track()
class AidRequest(MovingRecord):
    """One request for one aid, from the social worker's evaluation to the last euro repaid.

    `purpose` is read by the commission and names nobody; `evaluation` is the worker's and stays in the file.
    """

    STATES = AidState
    TRANSITIONS = TRANSITIONS
    MOVES_WITH = ("kind", "rule", "household")

    number = models.CharField("numéro", max_length=12, unique=True)
    household = models.ForeignKey(
        Household, models.PROTECT, related_name="aid_requests", verbose_name="ménage"
    )
    applicant = models.ForeignKey(
        Person, models.PROTECT, related_name="aid_requests", verbose_name="demandeur"
    )
    kind = models.ForeignKey(AidKind, models.PROTECT, related_name="requests", verbose_name="aide")
    rule = models.ForeignKey(
        AidRule,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name="version du règlement",
    )
    agent = models.ForeignKey(User, models.PROTECT, related_name="aid_requests", verbose_name="suivie par")
    state = models.CharField("état", max_length=10, choices=AidState.choices, default=AidState.DRAFT)
    opened_on = models.DateField("demandée le")
    amount = AmountColumn("montant demandé")
    payee_kind = models.CharField("versée à", max_length=8, choices=PayeeKind.choices)
    payee = models.CharField("nom du tiers payé", max_length=120, blank=True)
    payee_reference = models.CharField("référence chez le tiers", max_length=60, blank=True)
    purpose = models.CharField("motif lu par la commission", max_length=600)
    evaluation = models.TextField("évaluation sociale", blank=True)
    opinion = models.CharField("proposition", max_length=12, choices=Opinion.choices, blank=True)
    proposed_amount = AmountColumn("montant proposé", null=True, blank=True)
    derogation = models.CharField("dérogation motivée", max_length=400, blank=True)
    instalments = models.PositiveSmallIntegerField("échéances de remboursement", null=True, blank=True)
    urgent = models.BooleanField("urgence", default=False)
    snapshot = models.ForeignKey(
        BudgetSnapshot,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="aid_requests",
        verbose_name="budget figé",
    )

    decision = models.CharField("décision", max_length=10, choices=AidDecision.choices, blank=True)
    decision_on = models.DateField("décidée le", null=True, blank=True)
    granted_amount = AmountColumn("montant accordé", null=True, blank=True)
    decision_reason = models.CharField("motif de la décision", max_length=400, blank=True)
    repayable = models.BooleanField("remboursable", default=False)
    envelope = models.ForeignKey(
        AidEnvelope,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name="enveloppe",
    )
    override_reason = models.CharField("dépassement de l’enveloppe, motif", max_length=300, blank=True)
    by_delegation = models.BooleanField("décidée par délégation", default=False)
    # Who holds the delegation and signs what is decided by it (CASF, R123-21 and R123-22).
    decided_by = models.CharField("décidée par", max_length=120, blank=True)
    # The session to which a decision taken by delegation was reported (CASF, R123-22).
    reported_in = models.ForeignKey(
        "rights.AidSession",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reported",
        verbose_name="rendue compte à la commission",
    )
    notified_on = models.DateField("notifiée le", null=True, blank=True)
    notice = models.CharField("notifiée par", max_length=10, choices=NoticeChannel.choices, blank=True)
    first_instalment_on = models.DateField("première échéance", null=True, blank=True)
    closed_on = models.DateField("close le", null=True, blank=True)

    objects = AidRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’aide"
        verbose_name_plural = "demandes d’aide"
        ordering = ["-opened_on", "-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0) & (Q(proposed_amount__isnull=True) | Q(proposed_amount__gte=0)),
                name="rights_aid_amounts",
                violation_error_message="Le montant demandé est positif.",
            ),
            models.CheckConstraint(
                condition=(in_states(AidState.DRAFT, AidState.PROPOSED, AidState.LISTED) & _NOT_DECIDED)
                | in_states(AidState.ADJOURNED, AidState.ABANDONED)
                | (in_states(*AFTER_DECISION) & ~Q(decision="") & Q(decision_on__isnull=False)),
                name="rights_aid_decided",
                violation_error_message="La décision et sa date ne correspondent pas à l’état de la demande.",
            ),
            models.CheckConstraint(
                condition=(_GRANTED & Q(granted_amount__gt=0, envelope__isnull=False))
                | (_OTHERS & Q(granted_amount__isnull=True) & ~Q(decision_reason=""))
                | Q(decision=""),
                name="rights_aid_granted",
                violation_error_message=(
                    "Un accord a un montant et une enveloppe\u00a0; un refus ou un ajournement a un motif."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(decision=AidDecision.GRANTED.value) | Q(granted_amount__gte=F("amount")),
                name="rights_aid_full",
                violation_error_message="Moins que le montant demandé est un accord partiel\u00a0: choisissez-le.",
            ),
            models.CheckConstraint(
                condition=~Q(decision=AidDecision.PARTIAL.value)
                | (Q(granted_amount__lt=F("amount")) & ~Q(decision_reason="")),
                name="rights_aid_partial",
                violation_error_message="Un accord partiel est inférieur à la demande, et se motive.",
            ),
            models.CheckConstraint(
                condition=Q(decision="") | in_states(*AFTER_DECISION, AidState.ADJOURNED, AidState.ABANDONED),
                name="rights_aid_decision_state",
                violation_error_message="L’état de la demande ne correspond pas à la décision.",
            ),
            models.CheckConstraint(
                condition=Q(by_delegation=False, decided_by="") | Q(by_delegation=True) & ~Q(decided_by=""),
                name="rights_aid_delegate",
                violation_error_message="Une décision par délégation dit qui l’a prise.",
            ),
            models.CheckConstraint(
                condition=(in_states(*AFTER_NOTICE) & Q(notified_on__isnull=False) & ~Q(notice=""))
                | ~in_states(*AFTER_NOTICE),
                name="rights_aid_notified",
                violation_error_message="Une notification a une date et un mode d’envoi.",
            ),
            models.CheckConstraint(
                condition=Q(notified_on__isnull=True) | Q(notified_on__gte=F("decision_on")),
                name="rights_aid_notice_order",
                violation_error_message="La notification ne peut pas précéder la décision.",
            ),
            models.CheckConstraint(
                condition=~in_states(AidState.PAID, AidState.REPAYING, AidState.REPAID) | _GRANTED,
                name="rights_aid_paid",
                violation_error_message="Seule une aide accordée se paie.",
            ),
            models.CheckConstraint(
                condition=(in_states(*ENDED) & Q(closed_on__isnull=False))
                | (~in_states(*ENDED) & Q(closed_on__isnull=True)),
                name="rights_aid_closed",
                violation_error_message="Une demande close a une date de fin.",
            ),
        ]
        indexes = [
            models.Index(fields=["household", "-opened_on"], name="rights_aid_household"),
            models.Index(fields=["state", "agent"], name="rights_aid_state"),
            models.Index(fields=["decision_on"], name="rights_aid_decision_on"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"

    @property
    def is_editable(self) -> bool:
        return self.state == AidState.DRAFT

    @property
    def is_granted(self) -> bool:
        return self.decision in GRANTS

    @property
    def may_be_delegated(self) -> bool:
        """Whether it is an emergency that the règlement lets be decided by delegation."""
        return self.urgent and self.rule is not None and self.rule.delegation

    @property
    def state_label(self) -> str:
        """The state with what was decided: "Décidée : accord partiel"."""
        if self.state in (AidState.DECIDED, AidState.NOTIFIED) and self.decision:
            return f"{self.get_state_display()}\u00a0: {self.get_decision_display().lower()}"
        return self.get_state_display()

    @property
    def payee_label(self) -> str:
        """Who is paid, by name."""
        if self.payee_kind == PayeeKind.PERSON:
            return self.applicant.full_name
        return f"{self.get_payee_kind_display()}\u00a0: {self.payee}"


@pghistory.track()
class AidMove(Move):
    """One step of a request; `item` is the point of the agenda it was decided under."""

    request = models.ForeignKey(AidRequest, models.CASCADE, related_name="moves", verbose_name="demande")
    from_state = models.CharField("de", max_length=10, choices=AidState.choices, blank=True)
    to_state = models.CharField("à", max_length=10, choices=AidState.choices)
    item = models.ForeignKey(
        "rights.AgendaItem",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="moves",
        verbose_name="point de l’ordre du jour",
    )

    class Meta(Move.Meta):
        verbose_name = "étape d’une aide"
        verbose_name_plural = "étapes d’une aide"
        indexes = [models.Index(fields=["request", "-created_at"], name="rights_aid_move")]
