"""When agents can be booked: weekly presence, changes for one day, absences."""

from datetime import date, datetime, timedelta
from typing import Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from appointments.enums import AbsenceKind, Weeks
from appointments.models.resources import Room
from cias.accounts.models import User
from cias.core.french import time_fr
from cias.core.models import Record
from cias.territory.models import Commune, Minutes, Weekday
from households.models.files import Days


class WeekParity(Func):
    """ "all" → [0,2), "even" → [0,1), "odd" → [1,2): two presences share weeks when their ranges overlap."""

    template = (
        "int4range(CASE %(expressions)s WHEN 'odd' THEN 1 ELSE 0 END,"
        " CASE %(expressions)s WHEN 'even' THEN 1 ELSE 2 END)"
    )
    output_field = IntegerRangeField()


def _agent_once(name: str, *, replaces: bool, message: str) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=name,
        expressions=[
            ("agent", RangeOperators.EQUAL),
            ("weekday", RangeOperators.EQUAL),
            (Days("valid_from", "valid_until"), RangeOperators.OVERLAPS),
            (Minutes(F("starts_at"), F("ends_at")), RangeOperators.OVERLAPS),
            (WeekParity(F("weeks")), RangeOperators.OVERLAPS),
        ],
        condition=Q(replaces=replaces),
        violation_error_message=message,
    )


class PresenceQuerySet(models.QuerySet["Presence"]):
    def between(self, first: date, last: date) -> Self:
        """Those that hold on some day from `first` to `last`."""
        return self.filter(valid_from__lte=last).filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=first)
        )

    def of_days(self, first: date, last: date) -> Self:
        """The same, of the weekdays from `first` to `last` only: a day is a fifth of what agents work in a week."""
        weekdays = {(first + timedelta(days=day)).weekday() for day in range(min((last - first).days + 1, 7))}
        return self.between(first, last).filter(weekday__in=weekdays)


@pghistory.track()
class Presence(Record):
    """An agent receives on one weekday between two times, every week or every other one, between two dates.

    A row that `replaces` holds for its one day, in place of that weekday's usual rows.
    Without a room the agent receives outside, in a commune's permanence if one is named.
    """

    agent = models.ForeignKey(User, models.PROTECT, related_name="presences", verbose_name="agent")
    weekday = models.PositiveSmallIntegerField("jour", choices=Weekday.choices)
    starts_at = models.TimeField("de")
    ends_at = models.TimeField("à")
    valid_from = models.DateField("à partir du")
    valid_until = models.DateField("jusqu’au", null=True, blank=True)
    weeks = models.CharField("semaines", max_length=4, choices=Weeks.choices, default=Weeks.ALL)
    replaces = models.BooleanField("remplace l’horaire habituel ce jour-là", default=False)
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="presences", verbose_name="salle"
    )
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="permanence à"
    )

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = "présence"
        verbose_name_plural = "présences"
        ordering = ["weekday", "starts_at", "valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="appointments_presence_times",
                violation_error_message="L’heure de fin doit suivre l’heure de début.",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="appointments_presence_dates",
                violation_error_message="La date de fin doit suivre la date de début.",
            ),
            models.CheckConstraint(
                condition=Q(replaces=False)
                | Q(valid_until=F("valid_from"), valid_from__iso_week_day=F("weekday") + 1),
                name="appointments_presence_one_day",
                violation_error_message="Un changement d’horaire vaut pour un seul jour.",
            ),
            models.CheckConstraint(
                condition=Q(weeks__in=Weeks.values),
                name="appointments_presence_weeks_known",
                violation_error_message="Choisissez toutes les semaines, les paires ou les impaires.",
            ),
            models.CheckConstraint(
                condition=Q(room__isnull=True) | Q(commune__isnull=True),
                name="appointments_presence_one_place",
                violation_error_message="Une permanence se tient dans la commune, pas dans une salle du CIAS.",
            ),
            _agent_once(
                "appointments_presence_no_overlap",
                replaces=False,
                message="L’agent est déjà présent à ces heures ce jour de la semaine.",
            ),
            _agent_once(
                "appointments_presence_change_no_overlap",
                replaces=True,
                message="Un autre changement d’horaire couvre déjà ces heures.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()}, {time_fr(self.starts_at)} – {time_fr(self.ends_at)}"

    def holds_on(self, day: date) -> bool:
        """Whether its dates and its weeks contain `day`, whatever the weekday."""
        if day < self.valid_from or (self.valid_until is not None and day > self.valid_until):
            return False
        is_odd = bool(day.isocalendar().week % 2)
        return self.weeks == Weeks.ALL or (self.weeks == Weeks.ODD) == is_odd


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def overlapping(self, start: datetime, end: datetime) -> Self:
        return self.filter(start__lt=end, end__gt=start)


@pghistory.track()
class Absence(Record):
    """The agent cannot be booked from one moment to another."""

    agent = models.ForeignKey(User, models.PROTECT, related_name="absences", verbose_name="agent")
    start = models.DateTimeField("du")
    end = models.DateTimeField("au")
    kind = models.CharField("nature", max_length=10, choices=AbsenceKind.choices, default=AbsenceKind.OTHER)
    label = models.CharField("précision pour l’accueil", max_length=60, blank=True)
    # Absences entered together, one row for each occurrence: one may be changed or all taken back.
    batch = models.UUIDField("série", null=True, blank=True, editable=False)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "absence"
        verbose_name_plural = "absences"
        ordering = ["-start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=F("start")),
                name="appointments_absence_order",
                violation_error_message="L’absence doit finir après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AbsenceKind.values),
                name="appointments_absence_kind_known",
                violation_error_message="Cette nature d’absence n’existe pas.",
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "end"], name="appointments_absence_agent"),
            models.Index(
                fields=["batch"], condition=Q(batch__isnull=False), name="appointments_absence_batch"
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.get_kind_display()}\u00a0: {self.label}" if self.label else str(self.get_kind_display())
        )
