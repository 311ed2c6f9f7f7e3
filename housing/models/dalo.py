"""The DALO appeal: droit au logement opposable (L9; CCH, art. L441-2-3)."""

from typing import Self

import pghistory
from django.db import models
from django.db.models import F, Q

from cias.accounts.models import User
from cias.core.moves import Move
from households.models import Household
from housing.applications.enums import DaloGround, DaloState
from housing.applications.states import DALO_ENDED, DALO_TRANSITIONS
from housing.models.applications import FollowedQuerySet
from housing.models.stepped import SteppedRecord


class DaloQuerySet(FollowedQuerySet["DaloAppeal"]):
    def running(self) -> Self:
        return self.exclude(state__in=DALO_ENDED)


@pghistory.track()
class DaloAppeal(SteppedRecord):
    """The appeal to the commission de médiation (droit au logement opposable; CCH, art. L441-2-3).

    `due_on`, `due_label`… are the next date, computed (applications.services writes them).
    """

    STATES = DaloState
    TRANSITIONS = DALO_TRANSITIONS

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="dalo_appeals", verbose_name="ménage"
    )
    agent = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="suivi par")
    ground = models.CharField("motif", max_length=10, choices=DaloGround.choices)
    state = models.CharField("état", max_length=8, choices=DaloState.choices, default=DaloState.PREPARED)
    filed_on = models.DateField("dossier reçu par la commission le", null=True, blank=True)
    decided_on = models.DateField("décision du", null=True, blank=True)
    notified_on = models.DateField("notifiée le", null=True, blank=True)
    court_on = models.DateField("tribunal saisi le", null=True, blank=True)
    ended_on = models.DateField("terminé le", null=True, blank=True)
    note = models.TextField("situation exposée", blank=True)
    due_on = models.DateField("échéance", null=True, editable=False)
    due_alert_on = models.DateField("alerte le", null=True, editable=False)
    due_code = models.CharField(max_length=16, blank=True, editable=False)

    objects = DaloQuerySet.as_manager()

    class Meta:
        verbose_name = "recours DALO"
        verbose_name_plural = "recours DALO"
        ordering = ["-since", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=~Q(state__in=[state.value for state in DALO_ENDED]),
                name="housing_dalo_one_running",
                violation_error_message="Ce ménage a déjà un recours DALO en cours.",
            ),
            models.CheckConstraint(
                condition=Q(filed_on__isnull=False) | Q(state__in=("prepared", "dropped")),
                name="housing_dalo_filed",
                violation_error_message="Un recours déposé a une date de réception.",
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True) | Q(decided_on__gte=F("filed_on")),
                name="housing_dalo_decided",
                violation_error_message="La décision suit le dépôt du recours.",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=[state.value for state in DALO_ENDED]) & Q(ended_on__isnull=False))
                | (~Q(state__in=[state.value for state in DALO_ENDED]) & Q(ended_on__isnull=True)),
                name="housing_dalo_ended",
                violation_error_message="Un recours terminé a une date de fin, et lui seul.",
            ),
        ]

    def __str__(self) -> str:
        return "Recours DALO"

    @property
    def is_running(self) -> bool:
        return self.state not in DALO_ENDED


@pghistory.track()
class DaloMove(Move):
    """One step of a DALO appeal."""

    appeal = models.ForeignKey(DaloAppeal, models.CASCADE, related_name="moves", verbose_name="recours")
    from_state = models.CharField("de", max_length=8, choices=DaloState.choices, blank=True)
    to_state = models.CharField("à", max_length=8, choices=DaloState.choices)

    class Meta(Move.Meta):
        verbose_name = "étape d’un recours DALO"
        verbose_name_plural = "étapes d’un recours DALO"

    def __str__(self) -> str:
        return self.get_to_state_display()
