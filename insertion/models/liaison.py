"""Liaison notes (I7): a text written for chosen colleagues, shared by an explicit act and withdrawn by one."""

from typing import Self
from uuid import UUID

import pghistory
from django.db import models
from django.db.models import Q

from cias.accounts.models import User
from cias.core.models import Record
from households.models import Household, Person
from households.models.closed import closed_to
from insertion.permanences.enums import Agreement, LiaisonBasis
from insertion.permanences.sealing import SealedText


class LiaisonQuerySet(models.QuerySet["LiaisonNote"]):
    def for_user(self, user: User) -> Self:
        """Those one wrote, and those one was sent as long as they are not withdrawn."""
        if not user.has_perm("liaison.use"):
            return self.none()
        received = LiaisonRecipient.objects.filter(agent=user).values("note")
        sent_to_me = Q(pk__in=received, withdrawn_at__isnull=True)
        return self.filter(Q(author=user) | sent_to_me).exclude(household__in=closed_to(user))


@pghistory.track(exclude=["sealed"])
class LiaisonNote(Record, SealedText):
    """What one professional tells others of a person: no more than they need (CASF, art. L121-6-2)."""

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="liaison_notes", verbose_name="ménage"
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="liaison_notes", verbose_name="personne")
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="auteur")
    basis = models.CharField("ce qui permet ce partage", max_length=10, choices=LiaisonBasis.choices)
    agreement = models.CharField("accord", max_length=8, choices=Agreement.choices, blank=True)
    agreed_on = models.DateField("accord du", null=True, blank=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)

    objects = LiaisonQuerySet.as_manager()

    class Meta:
        verbose_name = "note de liaison"
        verbose_name_plural = "notes de liaison"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(basis="agreement", agreed_on__isnull=False) & ~Q(agreement=""))
                | (~Q(basis="agreement") & Q(agreed_on__isnull=True, agreement="")),
                name="insertion_liaisonnote_agreement",
                violation_error_message="Dites quand et comment la personne a donné son accord.",
            )
        ]

    def __str__(self) -> str:
        return f"Note de liaison du {self.created_at:%d/%m/%Y}"

    @property
    def owner_id(self) -> UUID:
        return self.author_id


class LiaisonRecipient(Record):
    """Somebody a note was sent to, and when they said they had read it."""

    note = models.ForeignKey(LiaisonNote, models.CASCADE, related_name="recipients", verbose_name="note")
    agent = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="destinataire")
    read_at = models.DateTimeField("lue le", null=True, blank=True)

    class Meta:
        verbose_name = "destinataire"
        verbose_name_plural = "destinataires"
        ordering = ["created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["note", "agent"], name="insertion_liaison_once")]

    def __str__(self) -> str:
        return self.agent.full_name
