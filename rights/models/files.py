"""The pre-instruction file (R2); its moves (R3) are in `moves`."""

from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import pghistory
from django.db import models
from django.db.models import F, FilteredRelation, Q

from cias.accounts.models import User
from cias.core.moves import MovingRecord, in_states
from households.models import Household, Person
from rights.enums import AppealLevel, Channel, ClosingReason, Decision, FileState, Opinion
from rights.models.catalogue import Right, RightNotice
from rights.states import (
    ACTIVE,
    AT_AUTHORITY,
    BEFORE_TRANSMISSION,
    DECIDED,
    DECISION_STATE,
    ENDED,
    GRANTS,
    IN_PROGRESS,
    RUNNING,
    TRANSITIONS,
)

if TYPE_CHECKING:
    from rights.models.duties import FileNotice


class RightsFileQuerySet(models.QuerySet["RightsFile"]):
    def for_user(self, user: User) -> Self:
        """The files whose state and deadlines `user` may know of (their content is another right: rights.view)."""
        if user.scope("rights.overview") is None:
            return self.none()
        return self.filter(household__in=Household.objects.for_user(user))

    def in_progress(self) -> Self:
        """Not decided yet."""
        return self.filter(state__in=IN_PROGRESS)

    def active(self) -> Self:
        """Neither closed, abandoned nor redirected."""
        return self.filter(state__in=ACTIVE)

    def for_lists(self) -> Self:
        """With what every list shows, in the order of what is due."""
        return self.select_related("right", "household", "applicant", "agent").order_by(
            F("due_on").asc(nulls_last=True), "-opened_on", "pk"
        )


def _ordered(first: str, second: str) -> Q:
    """Two dates in order, as far as both are known."""
    return (
        Q(**{f"{first}__isnull": True}) | Q(**{f"{second}__isnull": True}) | Q(**{f"{first}__lte": F(second)})
    )


_NOT_DECIDED = Q(decision="", decision_on__isnull=True, notified_on__isnull=True)
_DECIDED = ~Q(decision="") & Q(decision_on__isnull=False)
_NOTHING_GRANTED = Q(amount__isnull=True, rights_from__isnull=True, rights_until__isnull=True)
_DECISION_AND_STATE = ~in_states(*DECIDED) | Q(
    *[Q(state=state.value, decision=decision.value) for decision, state in DECISION_STATE.items()],
    _connector=Q.OR,
)


@pghistory.track()
class RightsFile(MovingRecord):
    """One request for one right, made up, sent on and followed by the CIAS, which never decides it (CASF, L123-5)."""

    STATES = FileState
    TRANSITIONS = TRANSITIONS
    MOVES_WITH = ("right", "household", "applicant")

    number = models.CharField("numéro", max_length=12, unique=True)
    household = models.ForeignKey(
        Household, models.PROTECT, related_name="rights_files", verbose_name="ménage"
    )
    applicant = models.ForeignKey(
        Person, models.PROTECT, related_name="rights_files", verbose_name="demandeur"
    )
    right = models.ForeignKey(Right, models.PROTECT, related_name="files", verbose_name="droit")
    detail = models.CharField("précision", max_length=80, blank=True)
    agent = models.ForeignKey(User, models.PROTECT, related_name="rights_files", verbose_name="suivi par")
    state = models.CharField("état", max_length=14, choices=FileState.choices, default=FileState.DRAFT)
    opened_on = models.DateField("ouvert le")
    opened_during = models.ForeignKey(
        "appointments.Appointment",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="rights_files",
        verbose_name="ouvert pendant le rendez-vous",
    )
    renewal_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="renewals",
        verbose_name="renouvellement du dossier",
    )

    deposit_on = models.DateField("déposé le", null=True, blank=True)
    completed_on = models.DateField("complet le", null=True, blank=True)
    opinion = models.CharField("avis du CIAS", max_length=12, choices=Opinion.choices, blank=True)
    opinion_text = models.TextField("motivation de l’avis", blank=True)

    agreement = models.BooleanField("la personne est d’accord avec la transmission", default=False)
    transmitted_on = models.DateField("transmis le", null=True, blank=True)
    channel = models.CharField("canal", max_length=12, choices=Channel.choices, blank=True)
    transmission_proof = models.CharField("preuve d’envoi", max_length=120, blank=True)
    acknowledged_on = models.DateField("reçu par l’organisme le", null=True, blank=True)
    pieces_due_on = models.DateField("pièces à fournir avant le", null=True, blank=True)

    decision = models.CharField("décision", max_length=14, choices=Decision.choices, blank=True)
    decision_on = models.DateField("décidé le", null=True, blank=True)
    notified_on = models.DateField("notifié le", null=True, blank=True)
    amount = models.DecimalField("montant mensuel", max_digits=8, decimal_places=2, null=True, blank=True)
    rights_from = models.DateField("droit ouvert du", null=True, blank=True)
    rights_until = models.DateField("droit ouvert jusqu’au", null=True, blank=True)

    # Dates that only some rights know; the rule's particular delays count from them.
    urgent_on = models.DateField("admis d’urgence le", null=True, blank=True)
    urgent_notified_on = models.DateField("admission d’urgence signalée le", null=True, blank=True)
    entry_on = models.DateField("entré en établissement le", null=True, blank=True)
    participation_due = models.BooleanField("une participation est demandée", default=False)
    participation_on = models.DateField("bulletin et paiement envoyés le", null=True, blank=True)

    appeal_level = models.CharField("recours", max_length=12, choices=AppealLevel.choices, blank=True)
    appeal_on = models.DateField("recours formé le", null=True, blank=True)

    closed_on = models.DateField("clos le", null=True, blank=True)
    closing_reason = models.CharField(
        "motif de fin", max_length=16, choices=ClosingReason.choices, blank=True
    )

    # What is due next, from rights.deadlines: nothing but save() and renew_deadlines() writes them.
    due_on = models.DateField("prochaine échéance", null=True, editable=False)
    due_from = models.DateField("à faire à partir du", null=True, editable=False)
    due_kind = models.CharField(max_length=16, blank=True, editable=False)

    objects = RightsFileQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier de droit"
        verbose_name_plural = "dossiers de droits"
        ordering = ["-opened_on", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "right", "detail"],
                condition=in_states(*IN_PROGRESS),
                name="rights_file_one_in_progress",
                violation_error_message=(
                    "Une demande de ce droit est déjà en cours pour cette personne. "
                    "S’il s’agit d’une autre demande, ajoutez une précision."
                ),
            ),
            models.CheckConstraint(
                condition=in_states(FileState.DRAFT, *ENDED) | Q(deposit_on__isnull=False),
                name="rights_file_deposited",
                violation_error_message="Indiquez la date de dépôt de la demande.",
            ),
            models.CheckConstraint(
                condition=~in_states(FileState.COMPLETE) | Q(completed_on__isnull=False),
                name="rights_file_completed",
                violation_error_message="Un dossier complet a une date de complétude.",
            ),
            models.CheckConstraint(
                condition=(in_states(*BEFORE_TRANSMISSION) & Q(transmitted_on__isnull=True))
                | (
                    in_states(*AT_AUTHORITY, *DECIDED, FileState.APPEAL, *RUNNING)
                    & Q(transmitted_on__isnull=False)
                )
                | in_states(*ENDED),
                name="rights_file_transmitted",
                violation_error_message="La date de transmission ne correspond pas à l’état du dossier.",
            ),
            models.CheckConstraint(
                condition=Q(transmitted_on__isnull=True, channel="", acknowledged_on__isnull=True)
                | (Q(transmitted_on__isnull=False) & ~Q(channel="")),
                name="rights_file_channel",
                violation_error_message="Une transmission a une date et un canal.",
            ),
            models.CheckConstraint(
                condition=Q(transmitted_on__isnull=True) | Q(agreement=True),
                name="rights_file_agreement",
                violation_error_message="Une demande se transmet avec l’accord de la personne.",
            ),
            models.CheckConstraint(
                condition=_ordered("deposit_on", "completed_on") & _ordered("deposit_on", "transmitted_on"),
                name="rights_file_deposit_first",
                violation_error_message="Le dépôt précède la complétude et la transmission.",
            ),
            models.CheckConstraint(
                condition=_ordered("transmitted_on", "acknowledged_on")
                & _ordered("transmitted_on", "decision_on"),
                name="rights_file_transmission_first",
                violation_error_message="La transmission précède l’accusé de réception et la décision.",
            ),
            models.CheckConstraint(
                condition=_ordered("decision_on", "notified_on"),
                name="rights_file_decision_first",
                violation_error_message="La notification ne peut pas précéder la décision.",
            ),
            models.CheckConstraint(
                condition=(in_states(*IN_PROGRESS) & _NOT_DECIDED)
                | (in_states(*DECIDED, FileState.APPEAL, *RUNNING) & _DECIDED)
                | (in_states(*ENDED) & (_NOT_DECIDED | _DECIDED)),
                name="rights_file_decided",
                violation_error_message="La décision et sa date ne correspondent pas à l’état du dossier.",
            ),
            models.CheckConstraint(
                condition=_DECISION_AND_STATE,
                name="rights_file_decision_state",
                violation_error_message="L’état du dossier ne correspond pas à la décision.",
            ),
            models.CheckConstraint(
                condition=_NOTHING_GRANTED | Q(decision__in=[decision.value for decision in GRANTS]),
                name="rights_file_granted_only",
                violation_error_message="Un montant et une période de droit demandent un accord.",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=Decimal(0)),
                name="rights_file_amount",
                violation_error_message="Le montant mensuel ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                condition=_ordered("rights_from", "rights_until")
                & (Q(rights_until__isnull=True) | Q(rights_from__isnull=False)),
                name="rights_file_rights_period",
                violation_error_message="La période du droit a un début, qui précède sa fin.",
            ),
            models.CheckConstraint(
                condition=~in_states(*RUNNING) | Q(rights_from__isnull=False),
                name="rights_file_running",
                violation_error_message="Un droit ouvert a une date de début.",
            ),
            models.CheckConstraint(
                condition=(in_states(*ENDED) & Q(closed_on__isnull=False) & ~Q(closing_reason=""))
                | (~in_states(*ENDED) & Q(closed_on__isnull=True, closing_reason="")),
                name="rights_file_closing",
                violation_error_message="Un dossier terminé a une date de fin et un motif.",
            ),
            models.CheckConstraint(
                condition=Q(urgent_notified_on__isnull=True)
                | Q(urgent_on__isnull=False, urgent_on__lte=F("urgent_notified_on")),
                name="rights_file_urgent",
                violation_error_message="Le signalement suit l’admission d’urgence.",
            ),
            models.CheckConstraint(
                condition=Q(participation_on__isnull=True) | Q(participation_due=True),
                name="rights_file_participation",
                violation_error_message="Un envoi de participation demande qu’une participation soit due.",
            ),
            models.CheckConstraint(
                condition=Q(appeal_level="", appeal_on__isnull=True)
                | (Q(appeal_level__in=AppealLevel.values, appeal_on__isnull=False)),
                name="rights_file_appeal",
                violation_error_message="Un recours a une date et un niveau.",
            ),
            models.CheckConstraint(
                condition=~in_states(FileState.APPEAL) | Q(appeal_on__isnull=False),
                name="rights_file_appealed",
                violation_error_message="Indiquez la date du recours.",
            ),
            models.CheckConstraint(
                condition=Q(pieces_due_on__isnull=True) | in_states(FileState.PIECES_ASKED, *ENDED),
                name="rights_file_pieces_due",
                violation_error_message="Une date limite de réponse demande des pièces demandées.",
            ),
        ]
        indexes = [
            # The order of for_lists(), for what is not over.
            models.Index(
                F("due_on"),
                F("opened_on").desc(),
                F("id"),
                name="rights_file_list",
                condition=in_states(*ACTIVE),
            ),
            models.Index(fields=["agent", "state"], name="rights_file_agent"),
            models.Index(fields=["right", "state"], name="rights_file_right"),
            models.Index(fields=["rights_from"], name="rights_file_from"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.right}"

    @property
    def title(self) -> str:
        """The right, with the precision that tells two requests apart: "FSL, maintien"."""
        return f"{self.right.short_name}, {self.detail}" if self.detail else self.right.name

    @property
    def due_label(self) -> str:
        """What the next deadline asks for."""
        from rights.deadlines import DeadlineKind

        return DeadlineKind(self.due_kind).label if self.due_kind else ""

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED

    @property
    def is_in_progress(self) -> bool:
        """Not decided yet: its checklist and its avis may change."""
        return self.state in IN_PROGRESS

    @property
    def is_granted(self) -> bool:
        return self.decision in GRANTS

    @cached_property
    def duties(self) -> list[RightNotice]:
        """The duties to inform of its right, in one query; those written about here carry it as `telling`."""
        here = FilteredRelation("tellings", condition=Q(tellings__file=self.pk))
        return list(self.right.notices.annotate(telling=here).select_related("telling__by"))  # type: ignore[misc]

    @property
    def told(self) -> "list[FileNotice]":
        """What was written about its duties to inform, told or not."""
        return [duty.telling for duty in self.duties if hasattr(duty, "telling")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.compute_due()
        if (only := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*only, "due_on", "due_from", "due_kind"}
        super().save(*args, **kwargs)

    def compute_due(self) -> None:
        """Recompute what is due next; bulk writers call it themselves, save() does it for everybody else."""
        from rights.deadlines import next_deadline

        deadline = next_deadline(self)
        self.due_on = deadline.due if deadline else None
        self.due_from = deadline.start if deadline else None
        self.due_kind = deadline.kind if deadline else ""
