"""The register of the mail desk, and what it must know: proxies, forwarding, justified absences (R8)."""

from typing import Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum

from cias.accounts.models import User
from cias.core.models import Record
from households.models.files import Dated, Days, end_after_start
from rights.domiciliation.enums import DeskKind, PauseReason
from rights.domiciliation.states import COMES_IN, GOES_OUT, HANDED_OVER
from rights.models.domiciliation import Domiciliation
from rights.models.domiciliation_settings import DeskRule

ITEMS = ("letters", "parcels", "notices")


@pghistory.track()
class Proxy(Dated):
    """Somebody the person lets fetch their mail. Their visits are not the person's."""

    domiciliation = models.ForeignKey(
        Domiciliation, models.CASCADE, related_name="proxies", verbose_name="domiciliation"
    )
    name = models.CharField("nom et prénom", max_length=120)
    birth_date = models.DateField("date de naissance", null=True, blank=True)

    class Meta:
        verbose_name = "mandataire"
        verbose_name_plural = "mandataires"
        ordering = ["name", "pk"]
        constraints = [end_after_start("rights_proxy_dates")]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Forwarding(Dated):
    """Where mail is sent on for a while, at the person's request."""

    domiciliation = models.ForeignKey(
        Domiciliation, models.CASCADE, related_name="forwardings", verbose_name="domiciliation"
    )
    address_lines = models.TextField("adresse de réexpédition")

    class Meta:
        verbose_name = "réexpédition"
        verbose_name_plural = "réexpéditions"
        ordering = ["-start", "pk"]
        constraints = [
            end_after_start("rights_forwarding_dates"),
            ExclusionConstraint(
                name="rights_forwarding_one",
                expressions=[("domiciliation", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                violation_error_message="Une autre réexpédition couvre une partie de ces jours.",
            ),
        ]

    def __str__(self) -> str:
        return f"Réexpédition depuis le {self.start:%d/%m/%Y}"


@pghistory.track()
class Pause(Dated):
    """A justified absence: the three months do not run (CASF, D264-3)."""

    domiciliation = models.ForeignKey(
        Domiciliation, models.CASCADE, related_name="pauses", verbose_name="domiciliation"
    )
    reason = models.CharField("motif", max_length=10, choices=PauseReason.choices)

    class Meta:
        verbose_name = "absence justifiée"
        verbose_name_plural = "absences justifiées"
        ordering = ["-start", "pk"]
        constraints = [
            end_after_start("rights_pause_dates"),
            ExclusionConstraint(
                name="rights_pause_one",
                expressions=[("domiciliation", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                violation_error_message="Une autre absence justifiée couvre une partie de ces jours.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} depuis le {self.start:%d/%m/%Y}"


class DeskEventQuerySet(models.QuerySet["DeskEvent"]):
    def standing(self) -> Self:
        """Those nobody took back."""
        return self.filter(undone_at__isnull=True)

    def signs_of_life(self) -> Self:
        """Those that are a manifestation of the person, under the rule in force on their day."""
        held = Q(rule__valid_until__isnull=True) | Q(rule__valid_until__gte=OuterRef("day"))
        counting = DeskRule.objects.filter(
            held, code=OuterRef("kind"), resets_clock=True, rule__valid_from__lte=OuterRef("day")
        )
        return self.standing().filter(Exists(counting))

    def waiting(self) -> dict[str, int]:
        """How many items of each kind came in and did not go out; keys: letters, parcels, notices."""
        counted = self.standing().aggregate(
            **{f"{item}_in": Sum(item, filter=Q(kind__in=COMES_IN), default=0) for item in ITEMS},
            **{f"{item}_out": Sum(item, filter=Q(kind__in=GOES_OUT), default=0) for item in ITEMS},
        )
        return {item: counted[f"{item}_in"] - counted[f"{item}_out"] for item in ITEMS}


_NOTHING = Q(letters=0, parcels=0, notices=0)


@pghistory.track()
class DeskEvent(Record):
    """One line of the register: a sign of life, or mail that comes or goes. Taken back, it stays, crossed out."""

    domiciliation = models.ForeignKey(
        Domiciliation, models.CASCADE, related_name="register", verbose_name="domiciliation"
    )
    kind = models.CharField("événement", max_length=16, choices=DeskKind.choices)
    at = models.DateTimeField("le")
    day = models.DateField("jour")
    letters = models.PositiveSmallIntegerField("courriers", default=0)
    parcels = models.PositiveSmallIntegerField("colis", default=0)
    notices = models.PositiveSmallIntegerField("avis de passage", default=0)
    proxy = models.ForeignKey(
        Proxy, models.PROTECT, null=True, blank=True, related_name="handovers", verbose_name="mandataire"
    )
    identity_checked = models.BooleanField("identité vérifiée", default=False)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="noté par")
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )

    objects = DeskEventQuerySet.as_manager()

    class Meta:
        verbose_name = "événement du courrier"
        verbose_name_plural = "événements du courrier"
        ordering = ["-at", "-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind__in=[DeskKind.VISIT.value, DeskKind.CALL.value]) & _NOTHING)
                | (Q(kind__in=[kind.value for kind in (*COMES_IN, *GOES_OUT)]) & ~_NOTHING),
                name="rights_deskevent_items",
                violation_error_message="Un mouvement de courrier compte au moins un pli.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[kind.value for kind in HANDED_OVER]) | Q(identity_checked=True),
                name="rights_deskevent_identity",
                violation_error_message="Le courrier se remet après vérification de l’identité.",
            ),
            models.CheckConstraint(
                condition=Q(kind=DeskKind.HANDED_PROXY.value, proxy__isnull=False)
                | (~Q(kind=DeskKind.HANDED_PROXY.value) & Q(proxy__isnull=True)),
                name="rights_deskevent_proxy",
                violation_error_message="Dites à quel mandataire le courrier est remis.",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="rights_deskevent_undone",
                violation_error_message="Une annulation est datée et signée.",
            ),
        ]
        indexes = [
            models.Index(F("domiciliation"), F("at").desc(), name="rights_deskevent_latest"),
            models.Index(fields=["day", "kind"], name="rights_deskevent_day"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def total(self) -> int:
        """How many items it is about."""
        return self.letters + self.parcels + self.notices
