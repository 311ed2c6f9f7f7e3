"""The checklist of a file: what is expected, from whom, what arrived and until when it is valid."""

from datetime import date
from typing import Self

import pghistory
from django.db import models
from django.db.models import F, Q

from cias.accounts.models import User
from cias.core.deadlines import add_months
from cias.core.models import Record
from households.models import Household, Person
from rights.enums import PieceState
from rights.models.catalogue import RequiredPiece
from rights.models.files import RightsFile
from rights.states import IN_PROGRESS


class FilePieceQuerySet(models.QuerySet["FilePiece"]):
    def for_desk(self, user: User) -> Self:
        """What the desk may tick for `user`: pieces still expected in files under way, and nothing of the files."""
        if user.scope("rights.receive") is None:
            return self.none()
        return (
            self.filter(
                file__household__in=Household.objects.for_user(user),
                file__state__in=IN_PROGRESS,
                state__in=[PieceState.EXPECTED, PieceState.REFUSED],
            )
            .select_related("file__right", "file__agent", "required", "person")
            .order_by("file__opened_on", "file__pk", "position", "pk")
        )

    def taken_today(self, user: User, today: date) -> Self:
        """What `user` received at the desk on `today` and nobody has looked at yet: may still be taken back."""
        if user.scope("rights.receive") is None:
            return self.none()
        return (
            self.to_check()
            .filter(
                file__household__in=Household.objects.for_user(user),
                file__state__in=IN_PROGRESS,
                received_by=user,
                received_on=today,
            )
            .select_related("file__right", "required", "person")
            .order_by("file__opened_on", "file__pk", "position", "pk")
        )

    def to_check(self) -> Self:
        """Received at the desk, not looked at yet by the worker who follows the file."""
        return self.filter(state=PieceState.RECEIVED, checked_on__isnull=True)


@pghistory.track()
class FilePiece(Record):
    """One line of the checklist: a piece of the catalogue, or one the worker added in their own words."""

    file = models.ForeignKey(RightsFile, models.CASCADE, related_name="pieces", verbose_name="dossier")
    required = models.ForeignKey(
        RequiredPiece, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="pièce demandée"
    )
    free_label = models.CharField("autre pièce", max_length=160, blank=True)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="pour"
    )
    mandatory = models.BooleanField("obligatoire", default=True)
    position = models.PositiveSmallIntegerField("ordre", default=100)
    state = models.CharField("état", max_length=10, choices=PieceState.choices, default=PieceState.EXPECTED)
    received_on = models.DateField("reçue le", null=True, blank=True)
    received_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="reçue par"
    )
    checked_on = models.DateField("vérifiée le", null=True, blank=True)
    issued_on = models.DateField("établie le", null=True, blank=True)
    remark = models.CharField("remarque", max_length=200, blank=True)

    objects = FilePieceQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce"
        verbose_name_plural = "pièces"
        ordering = ["position", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(required__isnull=False, free_label="")
                | (Q(required__isnull=True) & ~Q(free_label="")),
                name="rights_filepiece_label",
                violation_error_message="Choisissez une pièce de la liste, ou nommez-la.",
            ),
            models.UniqueConstraint(
                fields=["file", "required", "person", "free_label"],
                nulls_distinct=False,
                name="rights_filepiece_once",
                violation_error_message="Cette pièce est déjà dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=PieceState.values)
                & (
                    Q(state="received", received_on__isnull=False, received_by__isnull=False)
                    | (~Q(state="received") & Q(received_on__isnull=True, received_by__isnull=True))
                ),
                name="rights_filepiece_received",
                violation_error_message="Une pièce reçue a une date et l’agent qui l’a reçue.",
            ),
            models.CheckConstraint(
                condition=Q(checked_on__isnull=True) | Q(state="received", checked_on__gte=F("received_on")),
                name="rights_filepiece_checked",
                violation_error_message="On vérifie une pièce après l’avoir reçue.",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(remark=""),
                name="rights_filepiece_refusal",
                violation_error_message="Dites pourquoi la pièce est refusée.",
            ),
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True)
                | Q(received_on__isnull=True)
                | Q(issued_on__lte=F("received_on")),
                name="rights_filepiece_issued",
                violation_error_message="Une pièce est établie avant d’être reçue.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.required.label if self.required else self.free_label

    @property
    def validity_months(self) -> int | None:
        """How old the piece may be, in months; None when its age does not matter."""
        return self.required.validity_months if self.required else None

    @property
    def expires_on(self) -> date | None:
        """Last day on which the piece is still accepted; None when it does not expire or its date is not known."""
        if self.validity_months is None or self.issued_on is None:
            return None
        return add_months(self.issued_on, self.validity_months)

    def is_expired(self, day: date) -> bool:
        return self.expires_on is not None and self.expires_on < day

    def is_settled(self, day: date) -> bool:
        """Whether nothing is missing here on `day`: received and still valid, or not needed."""
        if self.state == PieceState.NOT_NEEDED:
            return True
        return self.state == PieceState.RECEIVED and not self.is_expired(day)
