"""Requests for another orientation, and the Département's answer (I2)."""

from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import F, Q

from cias.accounts.models import User
from cias.core.moves import Move, MovingRecord, in_states
from households.models import Household
from insertion.enums import OrientationKind
from insertion.models.orientations import Orientation
from insertion.models.visible import PathwayQuerySet
from insertion.orientations.enums import Asker, RequestState

PENDING = (RequestState.WRITTEN, RequestState.SENT)


class ReorientationQuerySet(PathwayQuerySet["ReorientationRequest"]):
    def pending(self) -> Self:
        """Those the Département has not answered."""
        return self.filter(state__in=PENDING)


@pghistory.track()
class ReorientationRequest(MovingRecord):
    """A request for another orientation. While it waits, the month of the contract is interrupted (C. trav., art.
    D5411-8-2 and D5411-14-2); an accepted one opens `result`."""

    STATES = RequestState
    TRANSITIONS: ClassVar = {
        RequestState.WRITTEN: (RequestState.SENT, RequestState.WITHDRAWN),
        RequestState.SENT: (RequestState.ACCEPTED, RequestState.REFUSED, RequestState.WITHDRAWN),
        RequestState.ACCEPTED: (),
        RequestState.REFUSED: (),
        RequestState.WITHDRAWN: (),
    }

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="reorientations", verbose_name="ménage"
    )
    orientation = models.ForeignKey(
        Orientation, models.PROTECT, related_name="reorientations", verbose_name="orientation"
    )
    requested_on = models.DateField("demandée le")
    asked_by = models.CharField("demandée par", max_length=8, choices=Asker.choices)
    wanted_kind = models.CharField("orientation souhaitée", max_length=10, choices=OrientationKind.choices)
    wanted_structure = models.CharField("structure souhaitée", max_length=120, blank=True)
    reason = models.TextField("motif", max_length=2000)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="écrite par")
    state = models.CharField(
        "état", max_length=10, choices=RequestState.choices, default=RequestState.WRITTEN
    )
    sent_on = models.DateField("transmise le", null=True, blank=True)
    answered_on = models.DateField("réponse du", null=True, blank=True)
    answer = models.CharField("précision du Département", max_length=400, blank=True)
    result = models.OneToOneField(
        Orientation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="asked_by_request",
        verbose_name="nouvelle orientation",
    )

    objects = ReorientationQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de réorientation"
        verbose_name_plural = "demandes de réorientation"
        ordering = ["-requested_on", "-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values),
                name="insertion_reorientation_known",
                violation_error_message="Cet état n’existe pas.",
            ),
            models.UniqueConstraint(
                fields=["orientation"],
                condition=in_states(*PENDING),
                name="insertion_reorientation_one_pending",
                violation_error_message="Une demande de réorientation attend déjà la réponse du Département.",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn")
                | Q(state="written", sent_on__isnull=True, answered_on__isnull=True)
                | Q(state="sent", sent_on__isnull=False, answered_on__isnull=True)
                | Q(state__in=["accepted", "refused"], sent_on__isnull=False, answered_on__isnull=False),
                name="insertion_reorientation_dates",
                violation_error_message="Les dates de la demande ne vont pas avec son état.",
            ),
            models.CheckConstraint(
                condition=Q(sent_on__isnull=True) | Q(sent_on__gte=F("requested_on")),
                name="insertion_reorientation_sent_after",
                violation_error_message="La demande ne peut pas être transmise avant d’être faite.",
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True) | Q(answered_on__gte=F("sent_on")),
                name="insertion_reorientation_answer_after",
                violation_error_message="La réponse ne peut pas précéder l’envoi de la demande.",
            ),
            models.CheckConstraint(
                condition=Q(result__isnull=True) | Q(state="accepted"),
                name="insertion_reorientation_result",
                violation_error_message="Seule une demande acceptée ouvre une orientation.",
            ),
        ]

    def __str__(self) -> str:
        return f"Demande de réorientation du {self.requested_on:%d/%m/%Y}"

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING


@pghistory.track()
class ReorientationMove(Move):
    """One step of a request, dated and signed; the last one can be undone."""

    request = models.ForeignKey(
        ReorientationRequest, models.CASCADE, related_name="moves", verbose_name="demande de réorientation"
    )
    from_state = models.CharField("de", max_length=10, choices=RequestState.choices)
    to_state = models.CharField("à", max_length=10, choices=RequestState.choices)

    class Meta(Move.Meta):
        verbose_name = "étape d’une demande de réorientation"
        verbose_name_plural = "étapes d’une demande de réorientation"
