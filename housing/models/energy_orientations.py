"""Where a visit leads, and what became of it (L10)."""

from datetime import date
from typing import Self

import pghistory
from django.db import models
from django.db.models import F, Q

from cias.accounts.models import User
from cias.core.models import Record
from households.enums import Consent
from households.models import Partner
from households.models.closed import closed_to
from housing.energy.enums import (
    OPEN_ORIENTATIONS,
    RIGHTS,
    Bills,
    Comfort,
    OrientationKind,
    OrientationState,
    Seen,
)
from housing.models.base import money
from housing.models.energy_files import EnergyFile


class EnergyOrientationQuerySet(models.QuerySet["EnergyOrientation"]):
    def for_user(self, user: User) -> Self:
        """Those of the households `user` may know of (C3)."""
        if user.scope("energy.overview") is None:
            return self.none()
        return self.exclude(file__household__in=closed_to(user))

    def open(self) -> Self:
        return self.filter(state__in=OPEN_ORIENTATIONS)


@pghistory.track()
class EnergyOrientation(Record):
    """One way out proposed to the household; `previous` is the state its last step can go back to."""

    file = models.ForeignKey(EnergyFile, models.CASCADE, related_name="orientations", verbose_name="dossier")
    kind = models.CharField("orientation", max_length=10, choices=OrientationKind.choices)
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="vers"
    )
    consent = models.CharField(
        "accord pour transmettre", max_length=10, choices=Consent.choices, default=Consent.NOT_ASKED
    )
    proposed_on = models.DateField("proposée le")
    remind_on = models.DateField("à relancer le", null=True, blank=True)
    detail = models.CharField("ce qui est demandé", max_length=300, blank=True)
    state = models.CharField(
        "état", max_length=10, choices=OrientationState.choices, default=OrientationState.PROPOSED
    )
    previous = models.CharField(
        "état d’avant", max_length=10, choices=OrientationState.choices, blank=True, editable=False
    )
    answered_on = models.DateField("résultat le", null=True, blank=True)
    amount = money("montant obtenu (€)", null=True, blank=True)
    result = models.CharField("résultat", max_length=300, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")

    objects = EnergyOrientationQuerySet.as_manager()

    class Meta:
        verbose_name = "orientation SLIME"
        verbose_name_plural = "orientations SLIME"
        ordering = ["proposed_on", "created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True) | Q(answered_on__gte=F("proposed_on")),
                name="housing_orientation_order",
                violation_error_message="Le résultat suit la proposition.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "started"), answered_on__isnull=True)
                | Q(state__in=("succeeded", "failed", "declined"), answered_on__isnull=False),
                name="housing_orientation_answer",
                violation_error_message="Une orientation terminée a une date de résultat.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["remind_on"],
                condition=Q(state__in=("proposed", "started")),
                name="housing_orientation_remind",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def right_code(self) -> str:
        """The code of the right whose file it opens; "" when it is not a right."""
        return RIGHTS.get(self.kind, "")

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_ORIENTATIONS

    def is_late(self, day: date) -> bool:
        return self.is_open and self.remind_on is not None and self.remind_on < day


@pghistory.track()
class FollowUpCall(Record):
    """The call some months after the visit: what has changed for the household."""

    file = models.ForeignKey(EnergyFile, models.CASCADE, related_name="calls", verbose_name="dossier")
    on = models.DateField("le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")
    is_reached = models.BooleanField("ménage joint", default=True)
    comfort = models.CharField("confort", max_length=8, choices=Comfort.choices, blank=True)
    bills = models.CharField("factures", max_length=8, choices=Bills.choices, blank=True)
    equipment_used = models.CharField(
        "équipements gardés et utilisés", max_length=8, choices=Seen.choices, blank=True
    )
    note = models.TextField("ce que dit le ménage", blank=True)

    class Meta:
        verbose_name = "appel de suivi"
        verbose_name_plural = "appels de suivi"
        ordering = ["on", "created_at"]

    def __str__(self) -> str:
        return f"Appel du {self.on:%d/%m/%Y}"
