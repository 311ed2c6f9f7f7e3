"""Orientations (H13): who sent the household, whom it was sent to, and on what footing information was passed on."""

from datetime import date
from typing import Self
from uuid import UUID

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.audit.services import has_stated_reason
from cias.core.models import Record
from households.enums import (
    Consent,
    ReferralAnswer,
    ReferralOrigin,
    ReferralUrgency,
    SharingBasis,
    Theme,
)
from households.models.closed import closed_to
from households.models.files import Household
from households.models.partners import Partner
from households.models.persons import Person


@pghistory.track()
class ReferralIn(Record):
    """One way the household came to the CIAS: several over a life."""

    household = models.ForeignKey(
        Household, models.CASCADE, related_name="referrals_in", verbose_name="ménage"
    )
    received_on = models.DateField("reçue le")
    origin = models.CharField("orienté par", max_length=12, choices=ReferralOrigin.choices, blank=True)
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="referrals_in", verbose_name="partenaire"
    )
    sender = models.CharField("nom et fonction de qui oriente", max_length=120, blank=True)
    urgency = models.CharField("urgence", max_length=10, choices=ReferralUrgency.choices, blank=True)
    themes = ArrayField(
        models.CharField(max_length=12, choices=Theme.choices),
        verbose_name="thèmes",
        default=list,
        blank=True,
    )
    demand = models.CharField("demande exprimée", max_length=300, blank=True)
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="reçue par")

    class Meta:
        verbose_name = "orientation reçue"
        verbose_name_plural = "orientations reçues"
        ordering = ["-received_on", "-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin__in=ReferralOrigin.values) & Q(urgency__in=ReferralUrgency.values),
                name="households_referral_in_lists",
                violation_error_message="L’origine ou l’urgence choisie n’existe pas.",
            ),
            models.CheckConstraint(
                condition=~Q(origin=ReferralOrigin.SPONTANEOUS.value) | Q(partner__isnull=True, sender=""),
                name="households_referral_in_spontaneous",
                violation_error_message="Une venue spontanée n’a pas d’orienteur : videz le partenaire et le nom.",
            ),
        ]
        indexes = [models.Index(fields=["received_on"], name="households_referral_in_day")]

    def __str__(self) -> str:
        return f"Orientation reçue le {self.received_on:%d/%m/%Y}"

    @property
    def theme_labels(self) -> list[str]:
        return [Theme(theme).label for theme in self.themes]


@pghistory.track()
class Sharing(Record):
    """Information passed on to somebody outside: to whom, what, when, and what allows it (CASF, art. L121-6-2)."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="sharings", verbose_name="ménage")
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="sharings", verbose_name="partenaire"
    )
    # Somebody who is not in the directory.
    recipient = models.CharField("autre destinataire", max_length=120, blank=True)
    consent = models.CharField("accord", max_length=10, choices=Consent.choices)
    consent_on = models.DateField("recueilli le", null=True, blank=True)
    basis = models.CharField("fondement", max_length=10, choices=SharingBasis.choices, blank=True)
    basis_detail = models.CharField("texte précis", max_length=160, blank=True)
    content = models.CharField("informations transmises", max_length=300)
    shared_on = models.DateField("transmises le")
    shared_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "partage d’informations"
        verbose_name_plural = "partages d’informations"
        ordering = ["-shared_on", "-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(consent=Consent.YES.value, basis=SharingBasis.CONSENT.value)
                | (
                    Q(consent__in=[Consent.NO.value, Consent.NOT_ASKED.value])
                    & ~Q(basis=SharingBasis.CONSENT.value)
                ),
                name="households_sharing_basis",
                violation_error_message="Sans l’accord de la personne, indiquez le texte qui permet le partage.",
            ),
            models.CheckConstraint(
                condition=Q(consent=Consent.NOT_ASKED.value, consent_on__isnull=True)
                | (
                    Q(consent__in=[Consent.YES.value, Consent.NO.value])
                    & Q(consent_on__isnull=False, consent_on__lte=F("shared_on"))
                ),
                name="households_sharing_dated",
                violation_error_message="L’accord ou le refus a une date, au plus tard celle de l’envoi.",
            ),
            models.CheckConstraint(
                condition=~Q(basis=SharingBasis.OTHER.value) | ~Q(basis_detail=""),
                name="households_sharing_detail",
                violation_error_message="Précisez le texte qui permet le partage.",
            ),
            models.CheckConstraint(
                condition=Q(partner__isnull=False, recipient="")
                | (Q(partner__isnull=True) & ~Q(recipient="")),
                name="households_sharing_recipient",
                violation_error_message="Dites à qui les informations sont transmises.",
            ),
            models.CheckConstraint(
                condition=~Q(content=""),
                name="households_sharing_content",
                violation_error_message="Dites quelles informations sont transmises.",
            ),
        ]

    def __str__(self) -> str:
        return f"Partage du {self.shared_on:%d/%m/%Y}"

    @property
    def recipient_name(self) -> str:
        return self.partner.name if self.partner else self.recipient

    @property
    def footing(self) -> str:
        """Why it was allowed, in one sentence."""
        if self.consent == Consent.YES:
            return f"Accord de la personne du {self.consent_on:%d/%m/%Y}"
        text = self.basis_detail or self.get_basis_display()
        if self.consent == Consent.NO:
            return f"{text}, malgré le refus du {self.consent_on:%d/%m/%Y}"
        return f"{text}, accord non demandé"


class ReferralOutQuerySet(models.QuerySet["ReferralOut"]):
    def for_user(self, user: User, household_id: UUID | None = None) -> Self:
        """The orientations whose content `user` may read: social work, the direction once a reason was stated."""
        match user.scope("referrals.view"):
            case Scope.ALL:
                visible = self
            case Scope.REASON if household_id and has_stated_reason(user=user, subject_id=household_id):
                visible = self
            case _:
                return self.none()
        visible = visible.exclude(household__in=closed_to(user))
        return visible.filter(household_id=household_id) if household_id else visible

    def followed_by(self, user: User) -> Self:
        """Those whose state and deadline `user` may follow, whatever they may read of their content."""
        if user.scope("referrals.overview") != Scope.ALL:
            return self.none()
        return self.filter(household__in=Household.objects.for_user(user))

    def pending(self) -> Self:
        return self.filter(answer=ReferralAnswer.PENDING)


@pghistory.track()
class ReferralOut(Record):
    """The household, or one of its persons, is sent to a partner; the partner answers, or is reminded."""

    household = models.ForeignKey(
        Household, models.CASCADE, related_name="referrals_out", verbose_name="ménage"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="personne orientée"
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="referrals_out", verbose_name="partenaire"
    )
    sharing = models.OneToOneField(
        Sharing, models.PROTECT, related_name="referral", verbose_name="partage d’informations"
    )
    purpose = models.CharField("pour quoi", max_length=300)
    sent_on = models.DateField("envoyée le")
    sent_by = models.ForeignKey(
        User, models.PROTECT, related_name="referrals_out", verbose_name="envoyée par"
    )
    due_on = models.DateField("réponse attendue le")
    answer = models.CharField("réponse", max_length=12, choices=ReferralAnswer.choices, blank=True)
    answered_on = models.DateField("répondu le", null=True, blank=True)
    appointment_on = models.DateField("rendez-vous donné le", null=True, blank=True)
    feedback = models.TextField("retour", blank=True)
    feedback_on = models.DateField("retour du", null=True, blank=True)

    objects = ReferralOutQuerySet.as_manager()

    class Meta:
        verbose_name = "orientation vers un partenaire"
        verbose_name_plural = "orientations vers des partenaires"
        ordering = ["-sent_on", "-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("sent_on")),
                name="households_referral_out_due",
                violation_error_message="La réponse est attendue après l’envoi.",
            ),
            models.CheckConstraint(
                condition=Q(answer=ReferralAnswer.PENDING.value, answered_on__isnull=True)
                | (
                    ~Q(answer=ReferralAnswer.PENDING.value)
                    & Q(answered_on__isnull=False, answered_on__gte=F("sent_on"))
                ),
                name="households_referral_out_answered",
                violation_error_message="Une réponse a une date, à partir de celle de l’envoi.",
            ),
            models.CheckConstraint(
                condition=Q(appointment_on__isnull=True) | Q(answer=ReferralAnswer.APPOINTMENT.value),
                name="households_referral_out_appointment",
                violation_error_message="La date de rendez-vous va avec la réponse « Rendez-vous donné ».",
            ),
            models.CheckConstraint(
                condition=Q(feedback="", feedback_on__isnull=True)
                | (~Q(feedback="") & Q(feedback_on__isnull=False, feedback_on__gte=F("sent_on"))),
                name="households_referral_out_feedback",
                violation_error_message="Un retour a une date, à partir de celle de l’envoi.",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(answer=""), name="households_referral_pending"),
            models.Index(fields=["sent_on"], name="households_referral_out_day"),
        ]

    def __str__(self) -> str:
        return f"Orientation du {self.sent_on:%d/%m/%Y}"

    @property
    def is_pending(self) -> bool:
        return self.answer == ReferralAnswer.PENDING

    def is_overdue(self, today: date) -> bool:
        return self.is_pending and self.due_on < today
