"""Who comes to a session, who hopes to, who came, and what each has to be told (I6)."""

from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from appointments.enums import ReminderChannel
from cias.accounts.models import User
from cias.core.models import Record
from households.models import Household, Person
from households.models.closed import PROTECTED_FILE, MaskedRows, closed_rows
from insertion.models.workshops import WorkshopSession
from insertion.workshops.enums import (
    LIVE,
    Attendance,
    NoticeKind,
    NoticeState,
    RegistrationState,
)

STATE = RegistrationState


class RegistrationQuerySet(models.QuerySet["WorkshopRegistration"]):
    def for_user(self, user: User) -> Self:
        """The names of those who come: for those who register them."""
        if not user.has_perm("workshops.register"):
            return self.none()
        return self.exclude(closed_rows(user))

    def in_list(self, user: User) -> Self:
        """The same for a session's list: a protected file keeps its seat there, and nothing else (mask())."""
        if not user.has_perm("workshops.register"):
            return self.none()
        rows = self.annotate(is_closed=closed_rows(user))
        rows._iterable_class = MaskedRows
        return rows

    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def registered(self) -> Self:
        return self.filter(state=STATE.REGISTERED)

    def waiting(self) -> Self:
        """In the order in which they asked."""
        return self.filter(state=STATE.WAITING).order_by("number")

    def present(self) -> Self:
        return self.filter(attendance=Attendance.PRESENT)

    def with_people(self) -> Self:
        rows = self.select_related("person", "household__commune", "registered_by")
        return rows.defer("household__commune__geometry")


@pghistory.track()
class WorkshopRegistration(Record):
    """One person in one session. `number` is the order in which they asked, `seat` the seat they hold.

    Two of one session never hold the same seat: seats are given from 1 to the session's number of them.
    Somebody who came without having registered (`is_walk_in`) holds none.
    """

    session = models.ForeignKey(
        WorkshopSession, models.PROTECT, related_name="registrations", verbose_name="séance"
    )
    household = models.ForeignKey(
        Household,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="workshop_registrations",
        verbose_name="ménage",
    )
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="workshop_registrations",
        verbose_name="personne",
    )
    name = models.CharField("nom donné", max_length=120, blank=True)
    phone = models.CharField("téléphone donné", max_length=20, blank=True)
    number = models.PositiveIntegerField("rang d’inscription", editable=False)
    seat = models.PositiveSmallIntegerField("place", null=True, blank=True, editable=False)
    state = models.CharField("état", max_length=10, choices=STATE.choices)
    channel = models.CharField(
        "prévenir par", max_length=10, choices=ReminderChannel.choices, default=ReminderChannel.PHONE
    )
    is_walk_in = models.BooleanField("venue sans inscription", default=False)
    attendance = models.CharField("présence", max_length=10, choices=Attendance.choices, blank=True)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="inscrite par")
    withdrawn_at = models.DateTimeField("désinscrite le", null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = "inscription à une séance"
        verbose_name_plural = "inscriptions aux séances"
        ordering = ["session__start", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "number"],
                name="insertion_registration_number",
                violation_error_message="Ce rang est déjà pris.",
            ),
            models.UniqueConstraint(
                fields=["session", "seat"],
                name="insertion_registration_seat_once",
                violation_error_message="Cette place vient d’être prise.",
            ),
            models.UniqueConstraint(
                fields=["session", "person"],
                condition=Q(state__in=LIVE),
                name="insertion_registration_once",
                violation_error_message="Cette personne est déjà inscrite à cette séance.",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, household__isnull=False)
                | (Q(person__isnull=True, household__isnull=True) & ~Q(name="")),
                name="insertion_registration_who",
                violation_error_message="Indiquez qui s’inscrit.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=STATE.REGISTERED.value) & (Q(seat__isnull=False) | Q(is_walk_in=True))
                )
                | (~Q(state=STATE.REGISTERED.value) & Q(seat__isnull=True, attendance="")),
                name="insertion_registration_seat",
                violation_error_message="Seule une personne inscrite a une place et une présence.",
            ),
            models.CheckConstraint(
                condition=Q(state=STATE.WITHDRAWN.value, withdrawn_at__isnull=False)
                | (~Q(state=STATE.WITHDRAWN.value) & Q(withdrawn_at__isnull=True)),
                name="insertion_registration_withdrawn",
                violation_error_message="Une désinscription est datée.",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=STATE.values, channel__in=ReminderChannel.values,
                    attendance__in=["", *Attendance.values],
                ),
                name="insertion_registration_known",
                violation_error_message="Ce choix n’existe pas.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.who

    # Whether this is what is left of a closed file's registration.
    is_masked = False

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.is_masked:
            raise ValueError("a masked registration is only to be looked at")
        super().save(*args, **kwargs)

    def mask(self) -> None:
        """Keep the seat, the rank and the mark; such a row is never saved."""
        self.household = self.person = None
        self.household_id = self.person_id = None
        self.name, self.phone = PROTECTED_FILE, ""
        self.channel = ReminderChannel.PHONE
        self.is_masked = True

    @property
    def who(self) -> str:
        """The name of the one who comes."""
        return self.person.full_name if self.person is not None else self.name

    @property
    def call(self) -> str:
        """The number to call; empty when none is known."""
        if self.person is None:
            return self.phone
        return self.person.phone or self.person.second_phone


class NoticeQuerySet(models.QuerySet["WorkshopNotice"]):
    def for_user(self, user: User) -> Self:
        known = WorkshopRegistration.objects.for_user(user)
        return self.filter(registration__in=known)

    def to_tell(self) -> Self:
        """Whom somebody has to call or write to, the nearest session first."""
        return self.filter(state=NoticeState.TO_TELL).order_by("for_start", "created_at", "pk")


@pghistory.track()
class WorkshopNotice(Record):
    """One thing one registered person has to be told, and what became of it.

    `for_start` is the session it is about, as it stood; `new_start` where it has moved to.
    """

    registration = models.ForeignKey(
        WorkshopRegistration, models.CASCADE, related_name="notices", verbose_name="inscription"
    )
    kind = models.CharField("objet", max_length=10, choices=NoticeKind.choices)
    for_start = models.DateTimeField("pour la séance du")
    new_start = models.DateTimeField("nouvelle date", null=True, blank=True)
    channel = models.CharField("par", max_length=10, choices=ReminderChannel.choices)
    state = models.CharField("état", max_length=8, choices=NoticeState.choices)
    state_at = models.DateTimeField("état constaté le", default=timezone.now)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    failure = models.CharField("raison de l’échec", max_length=120, blank=True)
    # What the sending service calls the message; never the address or the number.
    reference = models.CharField("référence de l’envoi", max_length=120, blank=True)
    told_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="prévenue par"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "annonce d’une séance"
        verbose_name_plural = "annonces des séances"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(state__in=[NoticeState.TO_SEND.value, NoticeState.TO_TELL.value]),
                name="insertion_notice_one_open",
                violation_error_message="Cette personne a déjà une annonce en attente.",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=NoticeKind.values, state__in=NoticeState.values,
                    channel__in=ReminderChannel.values,
                ),
                name="insertion_notice_known",
                violation_error_message="Ce choix n’existe pas.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=NoticeKind.MOVED.value) | Q(new_start__isnull=False),
                name="insertion_notice_moved",
                violation_error_message="Une séance déplacée a une nouvelle date.",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["state"],
                condition=Q(state__in=[NoticeState.TO_SEND.value, NoticeState.TO_TELL.value]),
                name="insertion_notice_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_state_display()}"
