"""The psychologist's sealed room (I7): follow-ups and sessions, whose texts are encrypted for their author alone."""

from datetime import date
from typing import Self, cast
from uuid import UUID

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from appointments.enums import Status
from appointments.models import Appointment
from cias.accounts.models import User
from cias.core.models import Record
from cias.core.moves import Step
from cias.core.sources import Sourced
from households.models import Household, Person
from households.models.closed import closed_to
from insertion.permanences.enums import Agreement, Attendance, CounsellingEnd, DraftKind
from insertion.permanences.sealing import SealedText

# What an appointment's state says of a session.
OF_STATUS = {
    Status.HONOURED: Attendance.HELD,
    Status.NO_SHOW: Attendance.MISSED,
    Status.CANCELLED_BY_USER: Attendance.EXCUSED,
}


class CounsellingQuerySet(models.QuerySet["Counselling"]):
    def for_user(self, user: User) -> Self:
        """One's own, and nobody else's: neither a stated reason nor an emergency opens another's (C3)."""
        if not user.has_perm("sessions.write"):
            return self.none()
        return self.filter(psychologist=user).exclude(household__in=closed_to(user))

    def running(self) -> Self:
        return self.filter(ended_on=None)


@pghistory.track()
class Counselling(Record):
    """One person followed by one psychologist. Its history tells dates; the texts have none but their own versions."""

    psychologist = models.ForeignKey(
        User, models.PROTECT, related_name="counsellings", verbose_name="psychologue"
    )
    household = models.ForeignKey(
        Household, models.PROTECT, related_name="counsellings", verbose_name="ménage"
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="counsellings", verbose_name="personne")
    started_on = models.DateField("commencé le")
    ended_on = models.DateField("terminé le", null=True, blank=True)
    end_reason = models.CharField("fin", max_length=12, choices=CounsellingEnd.choices, blank=True)
    erased_on = models.DateField("notes détruites le", null=True, blank=True, editable=False)

    objects = CounsellingQuerySet.as_manager()

    class Meta:
        verbose_name = "suivi"
        verbose_name_plural = "suivis"
        ordering = ["-started_on", "-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, end_reason="")
                | (Q(ended_on__gte=F("started_on")) & ~Q(end_reason="")),
                name="insertion_counselling_end",
                violation_error_message="La fin d’un suivi a une date, après son début, et un motif.",
            ),
        ]
        indexes = [models.Index(fields=["psychologist", "ended_on"], name="insertion_counselling_owner")]

    def __str__(self) -> str:
        return f"Suivi du {self.started_on:%d/%m/%Y}"

    @property
    def is_running(self) -> bool:
        return self.ended_on is None


class CounsellingSessionQuerySet(models.QuerySet["CounsellingSession"]):
    def for_user(self, user: User) -> Self:
        return self.filter(counselling__in=Counselling.objects.for_user(user))

    def dated(self) -> Self:
        """With `day`, the newest first."""
        day = Coalesce(TruncDate("appointment__start"), "on")
        return self.select_related("appointment").annotate(day_held=day).order_by("-day_held", "-created_at")


@pghistory.track()
class CounsellingSession(Record):
    """One session: of an appointment, which says when and whether the person came, or added by hand."""

    counselling = models.ForeignKey(
        Counselling, models.PROTECT, related_name="sessions", verbose_name="suivi"
    )
    appointment = models.ForeignKey(
        Appointment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="counselling_sessions",
        verbose_name="rendez-vous",
    )
    on = models.DateField("le", null=True, blank=True)
    minutes = models.PositiveSmallIntegerField("durée (minutes)", null=True, blank=True)
    attendance = models.CharField("présence", max_length=8, choices=Attendance.choices, blank=True)

    objects = CounsellingSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "séance"
        verbose_name_plural = "séances"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["counselling", "appointment"],
                name="insertion_counselling_session_once",
                violation_error_message="Ce rendez-vous a déjà sa séance.",
            ),
            models.CheckConstraint(
                condition=Q(appointment__isnull=False, on__isnull=True, minutes__isnull=True, attendance="")
                | (Q(appointment__isnull=True, on__isnull=False) & ~Q(attendance="")),
                name="insertion_counselling_session_source",
                violation_error_message="Une séance sans rendez-vous a une date et dit si la personne est venue.",
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__range=(5, 480)),
                name="insertion_session_minutes",
                violation_error_message="La durée va de 5 à 480 minutes.",
            ),
        ]

    def __str__(self) -> str:
        return f"Séance du {self.day:%d/%m/%Y}"

    @property
    def day(self) -> date:
        if self.appointment is not None:
            return timezone.localtime(self.appointment.start).date()
        return cast(date, self.on)

    @property
    def presence(self) -> str:
        """Whether the person came; "" as long as nobody said so."""
        if self.appointment is None:
            return self.attendance
        return OF_STATUS.get(Status(self.appointment.status), "")

    @property
    def presence_label(self) -> str:
        return Attendance(self.presence).label if self.presence else "À venir ou à renseigner"


class SealedNote(Record, SealedText):
    """One version of a text: a session's note or, without a session, the thread of the follow-up.

    Kept in no history table: the former versions are the rows before, encrypted like the last one.
    """

    counselling = models.ForeignKey(Counselling, models.CASCADE, related_name="notes", verbose_name="suivi")
    session = models.ForeignKey(
        CounsellingSession,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notes",
        verbose_name="séance",
    )
    version = models.PositiveIntegerField("version")
    undone_at = models.DateTimeField("annulée le", null=True, blank=True)

    class Meta:
        verbose_name = "note chiffrée"
        verbose_name_plural = "notes chiffrées"
        ordering = ["-version", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["counselling", "session", "version"],
                nulls_distinct=False,
                name="insertion_sealednote_version",
                violation_error_message="Ce texte vient d’être enregistré ailleurs.",
            )
        ]

    def __str__(self) -> str:
        return f"Version {self.version}"

    @property
    def owner_id(self) -> UUID:
        return self.counselling.psychologist_id


class SealedDraft(Record, SealedText):
    """What is being typed, for its author alone: one row for each page that types, so that two tabs keep both.

    `base` is the version the page started from.
    """

    author = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="auteur")
    kind = models.CharField("de", max_length=8, choices=DraftKind.choices)
    target = models.UUIDField("objet")
    page = models.CharField("page", max_length=32)
    base = models.PositiveIntegerField("version de départ", default=0)
    revision = models.PositiveIntegerField("révision", default=0)
    saved_at = models.DateTimeField("enregistré le", auto_now=True)

    class Meta:
        verbose_name = "brouillon chiffré"
        verbose_name_plural = "brouillons chiffrés"
        ordering = ["-saved_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["author", "kind", "target", "page"], name="insertion_sealeddraft_page"
            )
        ]

    def __str__(self) -> str:
        return f"Brouillon du {self.saved_at:%d/%m/%Y}"

    @property
    def owner_id(self) -> UUID:
        return self.author_id


class CounsellingHandover(Step):
    """The explicit act by which a psychologist passes a follow-up on, with the person's agreement."""

    counselling = models.ForeignKey(
        Counselling, models.PROTECT, related_name="handovers", verbose_name="suivi"
    )
    # The follow-up the colleague begins when the notes do not go along.
    begun = models.ForeignKey(
        Counselling,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="begun_by",
        verbose_name="nouveau suivi",
    )
    to = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="à")
    with_notes = models.BooleanField("avec les notes")
    agreement = models.CharField("accord de la personne", max_length=8, choices=Agreement.choices)
    agreed_on = models.DateField("accord du")
    seen_at = models.DateTimeField("prise de connaissance", null=True, blank=True)

    class Meta(Step.Meta):
        verbose_name = "passation"
        verbose_name_plural = "passations"
        constraints = [
            *Step.Meta.constraints,
            models.CheckConstraint(
                condition=Q(agreed_on__lte=F("on")),
                name="insertion_counsellinghandover_agreed",
                violation_error_message="L’accord de la personne précède la passation.",
            ),
        ]

    def __str__(self) -> str:
        return f"Passation du {self.on:%d/%m/%Y}"


@pghistory.track()
class SealedRoomRule(Sourced):
    """How long the texts are kept after a follow-up ends: dated reference data with its source."""

    valid_from = models.DateField("à partir du", unique=True)
    retention_months = models.PositiveSmallIntegerField("conservation après la fin du suivi (mois)")

    class Meta:
        verbose_name = "durée de conservation des notes"
        verbose_name_plural = "durées de conservation des notes"
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(retention_months__range=(1, 360)),
                name="insertion_sealedroomrule_months",
                violation_error_message="La durée va de 1 à 360 mois.",
            )
        ]

    def __str__(self) -> str:
        return f"Durée depuis le {self.valid_from:%d/%m/%Y}"
