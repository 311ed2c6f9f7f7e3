"""What reception notes beside the appointments: who came or called without one, and messages for the agents."""

from typing import Self

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from appointments.enums import Channel, Topic
from cias.accounts.enums import Role, Scope
from cias.accounts.models import User
from cias.core.french import of_name
from cias.core.models import Record
from households.models import Cover, Household
from households.models.closed import closed_to


@pghistory.track()
class DeskContact(Record):
    """Somebody came or called without an appointment; counted with what for, never named (A5)."""

    channel = models.CharField("venue", max_length=10, choices=Channel.choices, default=Channel.VISIT)
    topic = models.CharField("objet", max_length=20, choices=Topic.choices)
    at = models.DateTimeField("le", default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="noté par")

    class Meta:
        verbose_name = "passage ou appel sans rendez-vous"
        verbose_name_plural = "passages et appels sans rendez-vous"
        ordering = ["-at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values, topic__in=Topic.values),
                name="appointments_deskcontact_known",
                violation_error_message="Cet objet n’existe pas.",
            )
        ]
        indexes = [models.Index(fields=["at"], name="appointments_deskcontact_at")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}, {self.get_topic_display()}"


class MessageQuerySet(models.QuerySet["Message"]):
    def for_user(self, user: User) -> Self:
        """Reception reads the messages it takes, an agent those left for them and for whom they stand in, except
        about a file closed to them."""
        shown = self.exclude(household__in=closed_to(user))
        if user.scope("agenda.reception") == Scope.ALL:
            return shown
        return shown.to_handle(user) if user.has_perm("agenda.receive") else self.none()

    def to_handle(self, user: User) -> Self:
        """Those `user` deals with: their own, and a covered colleague's."""
        covered = Cover.objects.on(timezone.localdate()).filter(substitute=user).values("agent")
        return self.filter(Q(agent=user) | Q(agent__in=covered))

    def in_file_of(self, household: Household, user: User) -> Self:
        """Those a household's file shows: to the agent they are for, and to the social workers, who may read why
        people meet, except the psychologist's."""
        rows = self.filter(household=household)
        if user.scope("agenda.reason") == Scope.ALL:
            return rows.filter(Q(agent=user) | ~Q(agent__role=Role.PSYCHOLOGIST))
        return rows.filter(agent=user)

    def open(self) -> Self:
        return self.filter(handled_at__isnull=True)


@pghistory.track()
class Message(Record):
    """Somebody asks an agent to call back or leaves them word (A5). Practical: nothing about the situation."""

    agent = models.ForeignKey(User, models.PROTECT, related_name="messages", verbose_name="pour")
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="messages", verbose_name="ménage"
    )
    caller_name = models.CharField("de la part de", max_length=120)
    caller_phone = models.CharField("téléphone", max_length=20, blank=True)
    text = models.CharField("message", max_length=300)
    is_urgent = models.BooleanField("urgent", default=False)
    taken_at = models.DateTimeField("pris le", default=timezone.now)
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="pris par")
    handled_at = models.DateTimeField("traité le", null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        ordering = ["-taken_at", "pk"]
        indexes = [
            models.Index(
                fields=["agent", "taken_at"],
                condition=Q(handled_at__isnull=True),
                name="appointments_message_open",
            ),
            models.Index(fields=["taken_at"], name="appointments_message_taken"),
        ]

    def __str__(self) -> str:
        return f"Message {of_name(self.caller_name)} pour {self.agent}"
