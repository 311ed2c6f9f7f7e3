"""Appointments, and the agents' time they take."""

from datetime import date, datetime, timedelta
from typing import Any, Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from appointments.enums import (
    CANCELLED,
    OCCUPYING,
    TAKEN_PLACE,
    TRANSITIONS,
    CautionCode,
    Place,
    Status,
    Urgency,
)
from appointments.models.resources import Reason, Room
from appointments.models.triggers import COUNT_REVISIONS, KEEP_ATTENDANCES
from appointments.slots import MAX_MINUTES
from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.core.models import Record
from cias.core.periods import Period
from cias.core.states import check_transition
from cias.territory.models import Commune
from households.models import Household, Note, Person
from households.models.closed import PROTECTED_FILE, MaskedRows, closed_rows

LONGEST = timedelta(minutes=MAX_MINUTES)
MOST_WEEKS = 12


class Moments(Func):
    """The half-open range of two moments."""

    function = "tstzrange"
    output_field = DateTimeRangeField()

    def __init__(self, start: str, end: str) -> None:
        super().__init__(F(start), F(end), Value("[)"))

    def deconstruct(self) -> tuple[str, tuple[str, ...], dict[str, str]]:
        start, end = (expression.name for expression in self.source_expressions[:2])  # type: ignore[attr-defined]
        return f"{self.__class__.__module__}.{self.__class__.__name__}", (start, end), {}


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def for_user(self, user: User) -> Self:
        """The appointments `user` may know of; missing or forbidden answers 404."""
        return self._shown_to(user).exclude(closed_rows(user))

    def in_agenda(self, user: User) -> Self:
        """The same for who looks at a calendar: of a file closed to them, the time taken and no more (mask())."""
        rows = self._shown_to(user).annotate(is_closed=closed_rows(user))
        rows = rows.exclude(closed_rows(user), status__in=CANCELLED)
        rows._iterable_class = MaskedRows
        return rows

    def _shown_to(self, user: User) -> Self:
        match user.scope("agenda.view"):
            case Scope.ALL:
                return self
            case Scope.OWN:
                return self.of_agent(user)
        return self.none()

    def of_agent(self, agent: User) -> Self:
        """Those one receives, alone or as the second of a pair."""
        return self.filter(Q(agent=agent) | Q(second_agent=agent))

    def of_people(self, household: Household, persons: Any) -> Self:
        """Those of a household or of one of these persons, wherever they are expected."""
        return self.filter(Q(household=household) | Q(person__in=persons))

    def occupying(self) -> Self:
        """Those that hold time. The filter is the exclusion constraint's own, so that its index can serve."""
        return self.filter(status__in=OCCUPYING)

    def overlapping(self, start: datetime, end: datetime) -> Self:
        """Those that share time with [start, end); none lasts longer than LONGEST, hence the second bound."""
        return self.filter(start__lt=end, end__gt=start, start__gt=start - LONGEST)

    def on(self, day: date) -> Self:
        first, after = Period(day, day).bounds()
        return self.filter(start__gte=first, start__lt=after)

    def to_record(self, now: datetime) -> Self:
        """Past ones whose outcome nobody has recorded ("à renseigner", A7)."""
        return self.filter(status=Status.PLANNED, end__lte=now)

    def with_people(self) -> Self:
        """What every list shows, in one query; the communes come without their shapes."""
        rows = self.select_related(
            "agent", "second_agent", "reason", "household__commune", "person", "room", "commune"
        )
        return rows.defer("household__commune__geometry", "commune__geometry")


@pghistory.track()
class Series(Record):
    """Appointments taken together, one every so many weeks (A13)."""

    every_weeks = models.PositiveSmallIntegerField("toutes les … semaines")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="prise par")

    class Meta:
        verbose_name = "série de rendez-vous"
        verbose_name_plural = "séries de rendez-vous"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(every_weeks__range=(1, MOST_WEEKS)),
                name="appointments_series_every",
                violation_error_message=f"Une série revient toutes les 1 à {MOST_WEEKS} semaines.",
            )
        ]

    def __str__(self) -> str:
        return "toutes les semaines" if self.every_weeks == 1 else f"toutes les {self.every_weeks} semaines"


@pghistory.track()
class Appointment(Record):
    """One household meets one agent, or two. Agents and room are exclusive resources (A3).

    A constraint below sees to the room, the one of Attendance to the agents.
    """

    agent = models.ForeignKey(User, models.PROTECT, related_name="appointments", verbose_name="agent")
    second_agent = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="second_appointments",
        verbose_name="second agent",
    )
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="occurrences", verbose_name="série"
    )
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="appointments", verbose_name="salle"
    )
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="appointments", verbose_name="ménage"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="appointments", verbose_name="personne"
    )
    caller_name = models.CharField("nom donné", max_length=120, blank=True)
    caller_phone = models.CharField("téléphone donné", max_length=20, blank=True)
    reason = models.ForeignKey(Reason, models.PROTECT, related_name="appointments", verbose_name="motif")
    start = models.DateTimeField("début")
    end = models.DateTimeField("fin")
    # Travel before, a buffer or travel after: the agents are taken from one to the other, the room is not.
    busy_from = models.DateTimeField("trajet à partir de", editable=False)
    busy_until = models.DateTimeField("battement jusqu’à", editable=False)
    status = models.CharField("état", max_length=20, choices=Status.choices, default=Status.PLANNED)
    status_at = models.DateTimeField("état constaté le", null=True, blank=True, editable=False)
    status_comment = models.CharField("précision", max_length=200, blank=True)
    urgency = models.CharField(
        "délai souhaité", max_length=10, choices=Urgency.choices, default=Urgency.THIS_WEEK
    )
    place = models.CharField("lieu", max_length=10, choices=Place.choices, default=Place.OFFICE)
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="permanence à"
    )
    cautions = ArrayField(
        models.CharField(max_length=20, choices=CautionCode.choices),
        verbose_name="avertissements acceptés",
        default=list,
        blank=True,
    )
    practical_note = models.CharField("note pratique", max_length=200, blank=True)
    booked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="pris par")
    requested_on = models.DateField("demandé le", default=timezone.localdate)
    arrived_at = models.DateTimeField("arrivée", null=True, blank=True)
    received_at = models.DateTimeField("reçu", null=True, blank=True)
    note = models.OneToOneField(
        Note, models.SET_NULL, null=True, blank=True, related_name="appointment", verbose_name="note"
    )
    # Counted by a trigger.
    revision = models.PositiveIntegerField("révision", default=0, editable=False)
    revised_at = models.DateTimeField("révisé le", default=timezone.now, editable=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "rendez-vous"
        verbose_name_plural = "rendez-vous"
        ordering = ["start", "pk"]
        triggers = [COUNT_REVISIONS, KEEP_ATTENDANCES]
        constraints = [
            ExclusionConstraint(
                name="appointments_appointment_room_once",
                expressions=[
                    ("room", RangeOperators.EQUAL),
                    (Moments("start", "end"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=OCCUPYING),
                violation_error_message="La salle est déjà prise à cette heure.",
            ),
            models.CheckConstraint(
                condition=Q(
                    end__gt=F("start"),
                    end__lte=F("start") + LONGEST,
                    busy_from__lte=F("start"),
                    busy_until__gte=F("end"),
                ),
                name="appointments_appointment_order",
                violation_error_message="Un rendez-vous finit après avoir commencé, et dure au plus huit heures.",
            ),
            models.CheckConstraint(
                condition=Q(household__isnull=False) | ~Q(caller_name=""),
                name="appointments_appointment_who",
                violation_error_message="Indiquez pour qui est ce rendez-vous.",
            ),
            models.CheckConstraint(
                condition=Q(second_agent__isnull=True) | ~Q(second_agent=F("agent")),
                name="appointments_appointment_two_agents",
                violation_error_message="Le second agent doit être une autre personne.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values),
                name="appointments_appointment_status_known",
                violation_error_message="Cet état n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.PLANNED.value, status_at__isnull=True)
                | (~Q(status=Status.PLANNED.value) & Q(status_at__isnull=False)),
                name="appointments_appointment_status_dated",
                violation_error_message="Un état autre que « À venir » porte sa date.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=TAKEN_PLACE) | Q(status_at__gte=F("start")),
                name="appointments_appointment_not_before_time",
                violation_error_message="Un rendez-vous à venir ne peut être ni honoré, ni manqué.",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.NO_SHOW.value)
                | Q(arrived_at__isnull=True, received_at__isnull=True),
                name="appointments_appointment_absent_not_received",
                violation_error_message="Une personne arrivée ou reçue n’est pas absente.",
            ),
        ]
        indexes = [
            models.Index(fields=["start"], name="appointments_start"),
            models.Index(fields=["agent", "start"], name="appointments_agent_start"),
            models.Index(
                fields=["second_agent", "start"],
                condition=Q(second_agent__isnull=False),
                name="appointments_second_start",
            ),
            models.Index(fields=["household", "-start"], name="appointments_household_start"),
            # The work list "à renseigner" reads the few past ones that are still planned.
            models.Index(
                fields=["agent", "end"],
                condition=Q(status=Status.PLANNED.value),
                name="appointments_to_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.start):%d/%m/%Y %H:%M}, {self.agent}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.is_masked:
            raise ValueError("a masked appointment is only to be looked at")
        if self.busy_from is None:
            self.busy_from = self.start
        if self.busy_until is None:
            self.busy_until = self.end
        super().save(*args, **kwargs)

    # Whether this is what is left of a closed file's appointment.
    is_masked = False

    def mask(self) -> None:
        """Keep the time taken, travel included, and the agents; such a row is never saved."""
        self.household = self.person = self.series = self.note = self.commune = None
        self.household_id = self.person_id = self.series_id = self.note_id = self.commune_id = None
        self.caller_name, self.caller_phone, self.practical_note, self.status_comment = (
            PROTECTED_FILE,
            "",
            "",
            "",
        )
        self.reason = Reason(label=PROTECTED_FILE)
        self.place, self.cautions, self.urgency = Place.OFFICE, [], Urgency.THIS_WEEK
        self.start, self.end = self.busy_from, self.busy_until
        self.status, self.status_at = Status.PLANNED, None
        self.arrived_at = self.received_at = None
        self.is_masked = True

    @property
    def who(self) -> str:
        """The name of the one who comes."""
        if self.person is not None:
            return self.person.full_name
        return str(self.household) if self.household is not None else self.caller_name

    @property
    def agents(self) -> tuple[User, ...]:
        return (self.agent,) if self.second_agent is None else (self.agent, self.second_agent)

    def is_of(self, agent: User) -> bool:
        """Whether `agent` receives it, alone or as the second of a pair."""
        return agent.pk in (self.agent_id, self.second_agent_id)

    @property
    def minutes(self) -> int:
        return round((self.end - self.start).total_seconds() / 60)

    @property
    def occupies(self) -> bool:
        return self.status in OCCUPYING

    @property
    def is_waiting(self) -> bool:
        """In the waiting room."""
        return self.status == Status.PLANNED and self.arrived_at is not None and self.received_at is None

    @property
    def is_in_interview(self) -> bool:
        return self.status == Status.PLANNED and self.received_at is not None

    def set_status(self, status: Status, *, at: datetime, comment: str = "") -> None:
        """Move to `status` as TRANSITIONS allow; nothing is saved. Raises ForbiddenTransition."""
        check_transition(TRANSITIONS, Status(self.status), status)
        self.status, self.status_at, self.status_comment = status, at, comment


class Attendance(models.Model):
    """The time an appointment takes from one of its agents, travel and buffer included.

    Written by a trigger of Appointment only: here is the guarantee that nobody is expected twice at once (A3).
    """

    pk = models.CompositePrimaryKey("appointment", "agent")
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="attendances")
    agent = models.ForeignKey(User, models.PROTECT, related_name="+")
    start = models.DateTimeField()
    end = models.DateTimeField()

    class Meta:
        verbose_name = "temps d’un agent"
        verbose_name_plural = "temps des agents"
        ordering = ["start", "agent"]
        constraints = [
            ExclusionConstraint(
                name="appointments_attendance_agent_once",
                expressions=[
                    ("agent", RangeOperators.EQUAL),
                    (Moments("start", "end"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="L’agent a déjà un rendez-vous à cette heure.",
            )
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.start):%d/%m/%Y %H:%M}, {self.agent}"
