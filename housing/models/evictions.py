"""Eviction prevention (L8): one file for a household and its lease, the legal chronology, what is done beside it."""

from datetime import date
from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from cias.accounts.models import User
from cias.core.models import Record
from cias.core.moves import Move, Step
from cias.territory.models import Commune
from households.models import BudgetSnapshot, Household
from households.models.closed import closed_to
from housing.enums import DwellingType
from housing.evictions.enums import (
    ActKind,
    ClauseDelay,
    DebtCause,
    DiagnosisTo,
    LandlordKind,
    Ruling,
    Signal,
    TrackKind,
    TrackState,
    TruceException,
)
from housing.evictions.states import ENDS, TRACK_ENDED, TRANSITIONS
from housing.models.base import money
from housing.models.stepped import SteppedRecord


class EvictionFileQuerySet(models.QuerySet["EvictionFile"]):
    def for_user(self, user: User) -> Self:
        """Those of the households `user` may know of; what may be read of each is `evictions.view`'s to say."""
        if user.scope("evictions.overview") is None:
            return self.none()
        return self.exclude(household__in=closed_to(user))

    def open(self) -> Self:
        return self.filter(ended_on__isnull=True)

    def with_next(self, today: date) -> Self:
        """Each file with its next date and what it is, in the same query."""
        deadlines = (
            EvictionDeadline.objects.live(today).filter(file=OuterRef("pk")).order_by("due_on", "code")
        )
        return self.annotate(
            next_due=Subquery(deadlines.values("due_on")[:1]),
            next_label=Subquery(deadlines.values("label")[:1]),
        )


@pghistory.track()
class EvictionFile(Record):
    """One lease whose rent is not paid. `stage`, `stage_on` and `ended_on` follow from the acts
    (evictions.services.refresh writes them, and nothing else)."""

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="eviction_files", verbose_name="ménage"
    )
    agent = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="suivi par")
    opened_on = models.DateField("ouvert le")
    signal = models.CharField("signalé par", max_length=12, choices=Signal.choices)
    signalled_on = models.DateField("signalé le")
    landlord_kind = models.CharField("nature du bailleur", max_length=8, choices=LandlordKind.choices)
    landlord = models.CharField("bailleur", max_length=120)
    landlord_contact = models.CharField("contact du bailleur", max_length=200, blank=True)
    street = models.CharField("numéro et voie du logement", max_length=120, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="commune"
    )
    dwelling_type = models.CharField(
        "type de logement", max_length=3, choices=DwellingType.choices, blank=True
    )
    lease_on = models.DateField("bail signé le", null=True, blank=True)
    clause_delay = models.CharField(
        "délai de la clause résolutoire", max_length=2, choices=ClauseDelay.choices, blank=True
    )
    rent = money("loyer et charges par mois", null=True, blank=True)
    housing_benefit = money("aide au logement par mois", null=True, blank=True)
    causes = ArrayField(
        models.CharField(max_length=12, choices=DebtCause.choices),
        verbose_name="causes de la dette",
        default=list,
        blank=True,
    )
    cause_detail = models.TextField("circonstances", blank=True)
    truce_exception = models.CharField(
        "trêve hivernale", max_length=10, choices=TruceException.choices, blank=True
    )
    stage = models.CharField("étape", max_length=16, choices=ActKind.choices, blank=True, editable=False)
    stage_on = models.DateField("depuis le", null=True, editable=False)
    ended_on = models.DateField("terminé le", null=True, editable=False)

    objects = EvictionFileQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier de prévention des expulsions"
        verbose_name_plural = "dossiers de prévention des expulsions"
        ordering = ["-opened_on", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(ended_on__isnull=True),
                name="housing_eviction_one_open",
                violation_error_message="Ce ménage a déjà un dossier en cours\u00a0: continuez-le, ou terminez-le.",
            ),
            models.CheckConstraint(
                condition=Q(lease_on__isnull=True) | Q(lease_on__lte=F("opened_on")),
                name="housing_eviction_lease",
                violation_error_message="Le bail est signé avant l’ouverture du dossier.",
            ),
            models.CheckConstraint(
                condition=(Q(stage__in=[end.value for end in ENDS]) & Q(ended_on__isnull=False))
                | (~Q(stage__in=[end.value for end in ENDS]) & Q(ended_on__isnull=True)),
                name="housing_eviction_ended",
                violation_error_message="Un dossier terminé a une date de fin, et lui seul.",
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "ended_on"], name="housing_eviction_agent"),
            models.Index(fields=["stage", "stage_on"], name="housing_eviction_stage"),
        ]

    def __str__(self) -> str:
        return f"Prévention de l’expulsion\u00a0: {self.landlord}"

    @property
    def is_open(self) -> bool:
        return self.ended_on is None

    @property
    def latest_debt(self) -> "EvictionDebt | None":
        """The last statement of what is owed; None when nobody has written one."""
        return self.debts.first()

    @property
    def cause_labels(self) -> list[str]:
        return [DebtCause(cause).label for cause in self.causes]

    @property
    def stage_label(self) -> str:
        return self.get_stage_display() if self.stage else "Signalement reçu"


@pghistory.track()
class EvictionDebt(Record):
    """What was owed to the landlord on a day, as a statement says."""

    file = models.ForeignKey(EvictionFile, models.CASCADE, related_name="debts", verbose_name="dossier")
    on = models.DateField("dette au")
    amount = money("montant")
    comment = models.CharField("précision", max_length=160, blank=True)

    class Meta:
        verbose_name = "relevé de dette"
        verbose_name_plural = "relevés de dette"
        ordering = ["-on", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "on"],
                name="housing_evictiondebt_once",
                violation_error_message="Un relevé de ce jour existe déjà\u00a0: corrigez-le.",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="housing_evictiondebt_amount",
                violation_error_message="Une dette est positive, ou nulle quand elle est soldée.",
            ),
        ]

    def __str__(self) -> str:
        return f"Dette au {self.on:%d/%m/%Y}"


@pghistory.track()
class EvictionAct(Step):
    """One act or fact of the chronology. `fixed_on` is the date the act sets: hearing, end of the delays granted, day
    from which the prefect lends the police."""

    file = models.ForeignKey(EvictionFile, models.CASCADE, related_name="acts", verbose_name="dossier")
    kind = models.CharField("étape", max_length=16, choices=ActKind.choices)
    fixed_on = models.DateField("date fixée", null=True, blank=True)
    ruling = models.CharField("décision", max_length=10, choices=Ruling.choices, blank=True)
    detail = models.CharField("précision", max_length=300, blank=True)

    class Meta(Step.Meta):
        verbose_name = "étape de la procédure"
        verbose_name_plural = "étapes de la procédure"
        ordering = ["on", "created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fixed_on__isnull=True) | Q(fixed_on__gte=F("on")),
                name="housing_evictionact_fixed",
                violation_error_message="La date fixée par l’acte le suit.",
            ),
            models.CheckConstraint(
                condition=Q(ruling="") | Q(kind__in=("judgment", "jex_decision")),
                name="housing_evictionact_ruling",
                violation_error_message="Seul un juge rend une décision.",
            ),
            models.UniqueConstraint(
                fields=["file", "kind", "on"],
                condition=Q(undone_at__isnull=True),
                name="housing_evictionact_once",
                violation_error_message="Cette étape est déjà notée ce jour-là.",
            ),
            *Step.Meta.constraints,
        ]
        indexes = [models.Index(fields=["file", "on"], name="housing_evictionact_day")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.on:%d/%m/%Y}"


class EvictionDeadlineQuerySet(models.QuerySet["EvictionDeadline"]):
    def live(self, today: date) -> Self:
        """Those still to come, and those past that somebody must still act upon."""
        return self.filter(Q(lapses=False) | Q(due_on__gte=today))


class EvictionDeadline(Record):
    """What is still to come on a file, computed: services.refresh() rewrites these rows, nobody else."""

    file = models.ForeignKey(EvictionFile, models.CASCADE, related_name="deadlines", verbose_name="dossier")
    code = models.CharField(max_length=16)
    label = models.CharField("échéance", max_length=120)
    due_on = models.DateField("le")
    alert_on = models.DateField("alerte le")
    source = models.CharField("texte", max_length=300)
    to_check = models.BooleanField("à vérifier", default=False)
    lapses = models.BooleanField("ne se rattrape pas", default=False)

    objects = EvictionDeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = "échéance d’expulsion"
        verbose_name_plural = "échéances d’expulsion"
        ordering = ["due_on", "code", "pk"]
        indexes = [models.Index(fields=["alert_on", "file"], name="housing_evictiondue_alert")]

    def __str__(self) -> str:
        return f"{self.label}, {self.due_on:%d/%m/%Y}"


@pghistory.track()
class EvictionTrack(SteppedRecord):
    """What is tried beside the procedure: FSL, plan, protocol, surendettement."""

    STATES = TrackState
    TRANSITIONS = TRANSITIONS

    file = models.ForeignKey(EvictionFile, models.CASCADE, related_name="tracks", verbose_name="dossier")
    kind = models.CharField("démarche", max_length=12, choices=TrackKind.choices)
    state = models.CharField("état", max_length=8, choices=TrackState.choices, default=TrackState.PREPARED)
    filed_on = models.DateField("demandé le", null=True, blank=True)
    amount = money("montant", null=True, blank=True)
    monthly = money("mensualité", null=True, blank=True)
    until = models.DateField("jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "démarche parallèle"
        verbose_name_plural = "démarches parallèles"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "kind"],
                condition=~Q(state__in=[state.value for state in TRACK_ENDED]),
                name="housing_track_one_running",
                violation_error_message="Cette démarche est déjà engagée dans ce dossier.",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_running(self) -> bool:
        return self.state not in TRACK_ENDED

    @property
    def next_states(self) -> list[TrackState]:
        return [state for state in TrackState if state in TRANSITIONS[TrackState(self.state)]]


@pghistory.track()
class TrackMove(Move):
    """One step of a parallel track."""

    track = models.ForeignKey(EvictionTrack, models.CASCADE, related_name="moves", verbose_name="démarche")
    from_state = models.CharField("de", max_length=8, choices=TrackState.choices, blank=True)
    to_state = models.CharField("à", max_length=8, choices=TrackState.choices)

    class Meta(Move.Meta):
        verbose_name = "étape d’une démarche"
        verbose_name_plural = "étapes d’une démarche"

    def __str__(self) -> str:
        return f"{self.track}\u00a0: {self.get_to_state_display()}"


@pghistory.track(exclude=["saved_at"])
class Diagnosis(Record):
    """The diagnostic social et financier: written on the screen, frozen the day it is sent (`payload` is what was)."""

    file = models.ForeignKey(EvictionFile, models.CASCADE, related_name="diagnoses", verbose_name="dossier")
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="auteur")
    saved_at = models.DateTimeField("enregistré le", auto_now=True)
    situation = models.TextField("situation du ménage", blank=True)
    causes = models.TextField("origine de la dette", blank=True)
    steps = models.TextField("démarches engagées", blank=True)
    wishes = models.TextField("ce que souhaite le ménage", blank=True)
    proposals = models.TextField("propositions", blank=True)
    agreed = models.BooleanField("le ménage a relu le diagnostic et en accepte l’envoi", default=False)
    sent_on = models.DateField("envoyé le", null=True, blank=True)
    sent_to = models.CharField("à", max_length=12, choices=DiagnosisTo.choices, blank=True)
    recipient = models.CharField("service destinataire", max_length=160, blank=True)
    hearing_on = models.DateField("pour l’audience du", null=True, blank=True)
    snapshot = models.ForeignKey(
        BudgetSnapshot, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="budget figé"
    )
    payload = models.JSONField("contenu envoyé", default=dict, editable=False)

    class Meta:
        verbose_name = "diagnostic social et financier"
        verbose_name_plural = "diagnostics sociaux et financiers"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["file"],
                condition=Q(sent_on__isnull=True),
                name="housing_diagnosis_one_draft",
                violation_error_message="Un diagnostic est déjà en cours d’écriture.",
            ),
            models.CheckConstraint(
                condition=Q(sent_on__isnull=True, sent_to="")
                | (Q(sent_on__isnull=False) & ~Q(sent_to="") & ~Q(payload={})),
                name="housing_diagnosis_sent",
                violation_error_message="Un diagnostic envoyé a une date, un destinataire et son contenu figé.",
            ),
        ]

    def __str__(self) -> str:
        return "Diagnostic social et financier"

    @property
    def is_draft(self) -> bool:
        return self.sent_on is None
