"""Reminders of appointments: the rule, the person's consent, and what became of each (A11)."""

from datetime import time

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from appointments.enums import SENT_CHANNELS, ConsentMeans, ReminderChannel, ReminderState
from appointments.models.agenda import Appointment
from cias.accounts.models import User
from cias.core.models import Record
from households.models import Person

MOST_DAYS = 10


@pghistory.track()
class ReminderPolicy(Record):
    """Whether and when reminders leave. One row; off until somebody switches them on."""

    is_on = models.BooleanField("envoyer des rappels", default=False)
    working_days = models.PositiveSmallIntegerField(
        "jours ouvrés avant le rendez-vous",
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
    )
    hour = models.TimeField("à partir de", default=time(9, 0))
    only_one = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        verbose_name = "règle des rappels"
        verbose_name_plural = "règle des rappels"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(only_one=True, working_days__range=(1, MOST_DAYS)),
                name="appointments_reminderpolicy_single",
                violation_error_message=f"Un rappel part 1 à {MOST_DAYS} jours ouvrés avant.",
            )
        ]

    def __str__(self) -> str:
        return "Rappels envoyés" if self.is_on else "Rappels non envoyés"


@pghistory.track()
class ReminderConsent(Record):
    """A person agreed, on a day, to be reminded through one channel; withdrawing keeps the row and dates it."""

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="reminder_consents", verbose_name="personne"
    )
    channel = models.CharField(
        "par",
        max_length=10,
        choices=[(code, ReminderChannel(code).label) for code in SENT_CHANNELS],
    )
    means = models.CharField("accord donné", max_length=10, choices=ConsentMeans.choices)
    given_on = models.DateField("donné le", default=timezone.localdate)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="noté par")
    withdrawn_on = models.DateField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "accord pour les rappels"
        verbose_name_plural = "accords pour les rappels"
        ordering = ["-given_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "channel"],
                condition=Q(withdrawn_on__isnull=True),
                name="appointments_consent_once",
                violation_error_message="Cet accord est déjà noté.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on")),
                name="appointments_consent_dates",
                violation_error_message="Le retrait ne peut pas précéder l’accord.",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=SENT_CHANNELS, means__in=ConsentMeans.values),
                name="appointments_consent_known",
                violation_error_message="Ce choix n’existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}, {self.given_on:%d/%m/%Y}"


@pghistory.track()
class Reminder(Record):
    """One reminder of one appointment. `for_start`: the moment it announces, since appointments move."""

    appointment = models.ForeignKey(
        Appointment, models.CASCADE, related_name="reminders", verbose_name="rendez-vous"
    )
    channel = models.CharField("par", max_length=10, choices=ReminderChannel.choices)
    for_start = models.DateTimeField("pour le rendez-vous du")
    state = models.CharField(
        "état", max_length=10, choices=ReminderState.choices, default=ReminderState.PENDING
    )
    state_at = models.DateTimeField("état constaté le", default=timezone.now)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    failure = models.CharField("raison de l’échec", max_length=120, blank=True)
    # What the sending service calls the message; never the address or the number.
    reference = models.CharField("référence de l’envoi", max_length=120, blank=True)
    noted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="noté par"
    )

    class Meta:
        verbose_name = "rappel"
        verbose_name_plural = "rappels"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "channel", "for_start"],
                name="appointments_reminder_once",
                violation_error_message="Ce rappel est déjà noté.",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=ReminderChannel.values, state__in=ReminderState.values),
                name="appointments_reminder_known",
                violation_error_message="Ce choix n’existe pas.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state"],
                condition=Q(state__in=[ReminderState.PENDING.value, ReminderState.SENT.value]),
                name="appointments_reminder_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}, {self.get_state_display()}"
