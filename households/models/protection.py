"""Protected files (C3): who may enter, who forced the door; the household carries what every list must know of it."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cias.accounts.models import User
from cias.core.french import of_name
from cias.core.models import Record
from households.enums import EmergencyVerdict, ProtectionReason
from households.models.files import Household

# The flags lists and the agenda filter by: they follow the running protection, whoever writes it.
MARK_HOUSEHOLD = pgtrigger.Trigger(
    name="mark_household",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    declare=[("changed", "uuid")],
    func="""
        changed = CASE WHEN TG_OP = 'DELETE' THEN OLD.household_id ELSE NEW.household_id END;
        UPDATE households_household SET is_protected = running.found, address_hidden = running.hides
        FROM (
            SELECT count(*) > 0 AS found, COALESCE(bool_or(hides_address), FALSE) AS hides
            FROM households_householdprotection WHERE household_id = changed AND "end" IS NULL
        ) AS running
        WHERE id = changed
            AND (is_protected, address_hidden) IS DISTINCT FROM (running.found, running.hides);
        RETURN NULL;
    """,
)


@pghistory.track()
class HouseholdProtection(Record):
    """A file is closed to all but the agents named, from the day somebody decided so until it is lifted."""

    household = models.ForeignKey(
        Household, models.CASCADE, related_name="protections", verbose_name="ménage"
    )
    reason = models.CharField("motif", max_length=10, choices=ProtectionReason.choices)
    precision = models.CharField("précision", max_length=200, blank=True)
    hides_address = models.BooleanField("adresse cachée", default=False)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="décidée par")
    start = models.DateField("depuis le", default=timezone.localdate)
    end = models.DateField("levée le", null=True, blank=True)
    lifted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="levée par"
    )

    class Meta:
        verbose_name = "protection du dossier"
        verbose_name_plural = "protections de dossiers"
        ordering = ["-start", "-created_at", "pk"]
        triggers = [MARK_HOUSEHOLD]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(end__isnull=True),
                name="households_protection_one_running",
                violation_error_message="Ce dossier est déjà protégé.",
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True, lifted_by__isnull=True)
                | Q(end__gte=F("start"), lifted_by__isnull=False),
                name="households_protection_lifted",
                violation_error_message="Une protection levée porte sa date, après le début, et qui l’a levée.",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=ProtectionReason.values)
                & (~Q(reason=ProtectionReason.OTHER.value) | ~Q(precision="")),
                name="households_protection_reason",
                violation_error_message="Précisez le motif de la protection.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=ProtectionReason.SHELTERED.value) | Q(hides_address=True),
                name="households_protection_sheltered",
                violation_error_message="Une mise à l’abri cache l’adresse.",
            ),
        ]

    def __str__(self) -> str:
        return f"Protection depuis le {self.start:%d/%m/%Y}"


@pghistory.track()
class NamedAccess(Record):
    """An agent may enter a protected file. Being the référent or in the circle does not open it."""

    protection = models.ForeignKey(
        HouseholdProtection, models.CASCADE, related_name="accesses", verbose_name="protection"
    )
    agent = models.ForeignKey(User, models.PROTECT, related_name="named_accesses", verbose_name="agent")
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="donné par")
    start = models.DateField("depuis le", default=timezone.localdate)
    end = models.DateField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "accès nommé"
        verbose_name_plural = "accès nommés"
        ordering = ["start", "created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["protection", "agent"],
                condition=Q(end__isnull=True),
                name="households_access_once",
                violation_error_message="Cet agent a déjà accès au dossier.",
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                name="households_access_order",
                violation_error_message="L’accès se retire après avoir été donné.",
            ),
        ]
        indexes = [
            models.Index(fields=["agent"], condition=Q(end__isnull=True), name="households_access_agent")
        ]

    def __str__(self) -> str:
        return f"Accès {of_name(self.agent)}"


class EmergencyAccessQuerySet(models.QuerySet["EmergencyAccess"]):
    def to_review(self) -> "EmergencyAccessQuerySet":
        return self.filter(reviewed_at__isnull=True)


@pghistory.track()
class EmergencyAccess(Record):
    """Somebody forced the door for an hour and said why; the direction judges it afterwards.

    It also opens to the direction the circle's notes of a file that is not protected.
    """

    household = models.ForeignKey(
        Household, models.CASCADE, related_name="emergency_accesses", verbose_name="ménage"
    )
    agent = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="agent")
    reason = models.CharField("motif", max_length=200)
    opened_at = models.DateTimeField("ouvert le", default=timezone.now)
    expires_at = models.DateTimeField("jusqu’au")
    verdict = models.CharField("avis", max_length=12, choices=EmergencyVerdict.choices, blank=True)
    comment = models.CharField("commentaire", max_length=500, blank=True)
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="relu par"
    )
    reviewed_at = models.DateTimeField("relu le", null=True, blank=True)

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        verbose_name = "accès d’urgence"
        verbose_name_plural = "accès d’urgence"
        ordering = ["-opened_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gte=F("opened_at")) & ~Q(reason=""),
                name="households_emergency_reasoned",
                violation_error_message="Un accès d’urgence a un motif et une fin.",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", reviewed_by__isnull=True, reviewed_at__isnull=True)
                | (
                    Q(
                        verdict__in=EmergencyVerdict.values,
                        reviewed_by__isnull=False,
                        reviewed_at__isnull=False,
                    )
                    & ~Q(reviewed_by=F("agent"))
                ),
                name="households_emergency_reviewed",
                violation_error_message="Un accès d’urgence est relu par quelqu’un d’autre, qui donne son avis.",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=EmergencyVerdict.UNJUSTIFIED.value) | ~Q(comment=""),
                name="households_emergency_explained",
                violation_error_message="Expliquez pourquoi l’accès n’était pas justifié.",
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "-expires_at"], name="households_emergency_agent"),
            models.Index(
                fields=["opened_at"], condition=Q(reviewed_at__isnull=True), name="households_emergency_open"
            ),
        ]

    def __str__(self) -> str:
        return f"Accès d’urgence {of_name(self.agent)}"

    @property
    def is_open(self) -> bool:
        return self.expires_at > timezone.now()
