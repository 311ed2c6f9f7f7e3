"""Who waits for a slot, and the calls made when one becomes free (A10)."""

from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone

from appointments.enums import CallResult, HalfDay, Place, Urgency, WaitingState
from appointments.models.agenda import Appointment
from appointments.models.resources import Reason
from appointments.slots import MAX_MINUTES, MIN_MINUTES
from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.core.models import Record
from cias.territory.models import Weekday
from households.models import Household, Person
from households.models.closed import closed_rows


class WaitingQuerySet(models.QuerySet["WaitingEntry"]):
    def for_user(self, user: User) -> Self:
        """Reception keeps the whole list, an agent sees who waits for them, except of a file closed to them."""
        shown = self.exclude(closed_rows(user))
        match user.scope("agenda.book"):
            case Scope.ALL:
                return shown
            case Scope.OWN:
                return shown.filter(agent=user)
        return self.none()

    def waiting(self) -> Self:
        return self.filter(state=WaitingState.WAITING)

    def in_call_order(self) -> Self:
        """The most urgent first, then who asked first."""
        rank = Case(*(When(urgency=code, then=rank) for rank, code in enumerate(reversed(Urgency.values))))
        return self.order_by(rank, "requested_on", "created_at", "pk")

    def with_people(self) -> Self:
        """What every list shows, in one query; the commune comes without its shape."""
        rows = self.select_related("household__commune", "person", "reason", "agent", "added_by")
        return rows.defer("household__commune__geometry")


@pghistory.track()
class WaitingEntry(Record):
    """Somebody who found no slot, what they need and when they can come.

    `weekdays` (Monday is 0) empty: any day. `agent` empty: whoever takes the reason.
    """

    household = models.ForeignKey(
        Household,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="waiting_entries",
        verbose_name="ménage",
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="waiting_entries", verbose_name="personne"
    )
    caller_name = models.CharField("nom donné", max_length=120, blank=True)
    caller_phone = models.CharField("téléphone donné", max_length=20, blank=True)
    reason = models.ForeignKey(Reason, models.PROTECT, related_name="+", verbose_name="motif")
    minutes = models.PositiveSmallIntegerField("durée (minutes)")
    agent = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="waiting_entries", verbose_name="agent"
    )
    urgency = models.CharField(
        "délai souhaité", max_length=10, choices=Urgency.choices, default=Urgency.THIS_WEEK
    )
    place = models.CharField("lieu", max_length=10, choices=Place.choices, default=Place.OFFICE)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday.choices),
        verbose_name="jours possibles",
        default=list,
        blank=True,
    )
    half_day = models.CharField("moment", max_length=2, choices=HalfDay.choices, blank=True)
    until = models.DateField("jusqu’au", null=True, blank=True)
    practical_note = models.CharField("note pratique", max_length=200, blank=True)
    requested_on = models.DateField("demandé le", default=timezone.localdate)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="inscrit par")
    state = models.CharField(
        "état", max_length=10, choices=WaitingState.choices, default=WaitingState.WAITING
    )
    closed_at = models.DateTimeField("terminé le", null=True, blank=True)
    appointment = models.OneToOneField(
        Appointment,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="waiting_entry",
        verbose_name="rendez-vous pris",
    )

    objects = WaitingQuerySet.as_manager()

    class Meta:
        verbose_name = "demande en liste d’attente"
        verbose_name_plural = "liste d’attente"
        ordering = ["requested_on", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(household__isnull=False) | ~Q(caller_name=""),
                name="appointments_waiting_who",
                violation_error_message="Indiquez qui attend.",
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(MIN_MINUTES, MAX_MINUTES)),
                name="appointments_waiting_minutes",
                violation_error_message="La durée va de 5 à 480 minutes.",
            ),
            models.CheckConstraint(
                condition=Q(state=WaitingState.WAITING.value, closed_at__isnull=True)
                | (
                    Q(state__in=[WaitingState.BOOKED.value, WaitingState.WITHDRAWN.value])
                    & Q(closed_at__isnull=False)
                ),
                name="appointments_waiting_closed",
                violation_error_message="Une demande qui n’attend plus porte sa date de fin.",
            ),
            models.CheckConstraint(
                condition=Q(urgency__in=Urgency.values, half_day__in=HalfDay.values, place__in=Place.values),
                name="appointments_waiting_known",
                violation_error_message="Ce choix n’existe pas.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["requested_on"],
                condition=Q(state=WaitingState.WAITING.value),
                name="appointments_waiting_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.who}, {self.reason}"

    @property
    def who(self) -> str:
        """The name of the one who waits."""
        if self.person is not None:
            return self.person.full_name
        return str(self.household) if self.household is not None else self.caller_name

    @property
    def phone(self) -> str:
        """The number to call, in E.164; empty when there is none."""
        return self.caller_phone or (self.person.phone if self.person is not None else "")


@pghistory.track()
class WaitingCall(Record):
    """One call to somebody who waits, about one slot, and its result."""

    entry = models.ForeignKey(WaitingEntry, models.CASCADE, related_name="calls", verbose_name="demande")
    agent = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="agent du créneau")
    start = models.DateTimeField("début du créneau")
    end = models.DateTimeField("fin du créneau")
    result = models.CharField("résultat", max_length=10, choices=CallResult.choices)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="appelé par")

    class Meta:
        verbose_name = "appel de la liste d’attente"
        verbose_name_plural = "appels de la liste d’attente"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(result__in=CallResult.values),
                name="appointments_waitingcall_result_known",
                violation_error_message="Ce résultat n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(end__gt=F("start")),
                name="appointments_waitingcall_order",
                violation_error_message="Un créneau finit après avoir commencé.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_result_display()}, {timezone.localtime(self.start):%d/%m/%Y %H:%M}"
