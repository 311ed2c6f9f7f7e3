"""The end of a file (C7) and what persons ask about their data (C8). Why so: docs/adr/0020-data-life.md."""

from datetime import date
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import F, Q

from cias.accounts.models import User
from cias.core.deadlines import add_months
from cias.core.jobs import Job, job_constraints
from cias.core.models import Record
from cias.core.moves import Move, MovingRecord, in_states
from cias.core.sources import Sourced
from households.enums.datalife import (
    Clock,
    HoldReason,
    LineState,
    RequestKind,
    RequestOutcome,
    SlipState,
)
from households.models.files import Household, YearSeries
from households.models.persons import Person

# RGPD, art. 12.3: one month to answer, two more when the request is complex and the person was told so.
ANSWER_MONTHS, EXTENSION_MONTHS = 1, 2


class RetentionRuleQuerySet(models.QuerySet["RetentionRule"]):
    def in_force(self, code: str, day: date) -> "RetentionRule | None":
        return self.filter(code=code, valid_from__lte=day).order_by("-valid_from").first()


@pghistory.track()
class RetentionRule(Sourced):
    """How many months something is kept, from a day on; a newer rule is added, none is rewritten."""

    code = models.CharField("ce qui est conservé", max_length=12, choices=Clock.choices)
    months = models.PositiveSmallIntegerField("durée en mois")
    valid_from = models.DateField("applicable depuis le")

    objects = RetentionRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "durée de conservation"
        verbose_name_plural = "durées de conservation"
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                name="households_retention_day",
                violation_error_message="Une durée est déjà applicable depuis ce jour.",
            ),
            models.CheckConstraint(
                condition=Q(code__in=Clock.values, months__gte=1),
                name="households_retention_known",
                violation_error_message="Une durée de conservation est d’un mois au moins.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()}\u00a0: {self.months} mois"


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def running(self) -> Self:
        return self.filter(lifted_on=None)


@pghistory.track()
class LegalHold(Record):
    """Nothing of this file may go while it stands; lifted, it stays readable."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="holds", verbose_name="ménage")
    reason = models.CharField("motif", max_length=12, choices=HoldReason.choices)
    detail = models.CharField("précision", max_length=300, blank=True)
    set_on = models.DateField("posée le")
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="posée par")
    lifted_on = models.DateField("levée le", null=True, blank=True)
    lifted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="levée par"
    )
    lift_reason = models.CharField("motif de la levée", max_length=300, blank=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        verbose_name = "suspension de l’élimination"
        verbose_name_plural = "suspensions de l’élimination"
        ordering = ["-set_on", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(lifted_on=None),
                name="households_hold_once",
                violation_error_message="L’élimination de ce dossier est déjà suspendue.",
            ),
            models.CheckConstraint(
                condition=Q(lifted_on=None, lifted_by=None, lift_reason="")
                | (Q(lifted_on__gte=F("set_on"), lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="households_hold_lifted",
                violation_error_message="Une levée est datée, signée et motivée.",
            ),
            models.CheckConstraint(
                condition=~Q(reason="other") | ~Q(detail=""),
                name="households_hold_said",
                violation_error_message="Précisez le motif.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_reason_display()


class SlipSeries(YearSeries):
    class Meta:
        verbose_name = "série de bordereaux"
        verbose_name_plural = "séries de bordereaux"


@pghistory.track()
class DisposalSlip(MovingRecord):
    """A bordereau d’élimination: files proposed to the Archives départementales, whose visa comes before anything goes
    (Code du patrimoine, art. L212-2)."""

    STATES = SlipState
    TRANSITIONS: ClassVar = {
        SlipState.PREPARED: (SlipState.SENT, SlipState.CANCELLED),
        SlipState.SENT: (SlipState.APPROVED, SlipState.REFUSED, SlipState.CANCELLED),
        SlipState.APPROVED: (SlipState.DONE, SlipState.CANCELLED),
        SlipState.DONE: (),
        SlipState.REFUSED: (),
        SlipState.CANCELLED: (),
    }
    number = models.CharField("numéro", max_length=12, unique=True)
    state = models.CharField("état", max_length=10, choices=SlipState.choices, default=SlipState.PREPARED)
    prepared_on = models.DateField("préparé le")
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="préparé par")
    months = models.PositiveSmallIntegerField("durée appliquée, en mois")
    note = models.CharField("observations pour les Archives", max_length=500, blank=True)
    visa_on = models.DateField("visa du", null=True, blank=True)
    visa_by = models.CharField("visa de", max_length=120, blank=True)
    visa_reference = models.CharField("référence du visa", max_length=80, blank=True)
    scan_name = models.CharField("bordereau visé", max_length=32, blank=True, editable=False)
    done_on = models.DateField("éliminé le", null=True, blank=True)

    class Meta:
        verbose_name = "bordereau d’élimination"
        verbose_name_plural = "bordereaux d’élimination"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=~in_states(SlipState.APPROVED, SlipState.DONE)
                | (Q(visa_on__isnull=False) & ~Q(visa_by="")),
                name="households_slip_visa",
                violation_error_message="Sans visa daté des Archives, rien n’est éliminé.",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False) | (~Q(state="done") & Q(done_on=None)),
                name="households_slip_done",
                violation_error_message="Une élimination est datée.",
            ),
            models.CheckConstraint(
                condition=Q(visa_on=None) | Q(visa_on__gte=F("prepared_on")),
                name="households_slip_order",
                violation_error_message="Le visa vient après la préparation du bordereau.",
            ),
        ]

    def __str__(self) -> str:
        return f"Bordereau {self.number}"


class DisposalMove(Move):
    record = models.ForeignKey(DisposalSlip, models.CASCADE, related_name="moves", verbose_name="bordereau")
    from_state = models.CharField("de", max_length=10, choices=SlipState.choices)
    to_state = models.CharField("à", max_length=10, choices=SlipState.choices)

    class Meta(Move.Meta):
        verbose_name = "étape d’un bordereau"
        verbose_name_plural = "étapes des bordereaux"


class DisposalLine(Record):
    """One file of a slip. Emptied, it keeps its number only: nothing leads from it to what is left of the household."""

    slip = models.ForeignKey(DisposalSlip, models.CASCADE, related_name="lines", verbose_name="bordereau")
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ménage"
    )
    number = models.CharField("numéro du dossier", max_length=12)
    opened_on = models.DateField("ouvert le")
    last_contact_on = models.DateField("dernier contact")
    last_contact = models.CharField("nature du dernier contact", max_length=80)
    documents = models.PositiveIntegerField("documents", default=0)
    state = models.CharField("état", max_length=8, choices=LineState.choices, default=LineState.LISTED)
    left_because = models.CharField("retiré parce que", max_length=200, blank=True)
    ended_on = models.DateField("le", null=True, blank=True)

    class Meta:
        verbose_name = "dossier d’un bordereau"
        verbose_name_plural = "dossiers des bordereaux"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(state="listed"),
                name="households_line_once",
                violation_error_message="Ce dossier est déjà inscrit sur un bordereau.",
            ),
            models.CheckConstraint(
                condition=Q(state="listed", household__isnull=False, ended_on=None, left_because="")
                | (Q(state="left", ended_on__isnull=False) & ~Q(left_because=""))
                | Q(state="erased", household=None, ended_on__isnull=False, left_because=""),
                name="households_line_state",
                violation_error_message="Un dossier anonymisé n’est plus relié à son bordereau.",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DisposalRun(Job):
    """The anonymisation of a slip's files, one transaction each: stopped, it goes on where it was."""

    slip = models.ForeignKey(DisposalSlip, models.CASCADE, related_name="runs", verbose_name="bordereau")
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="demandée par")

    class Meta:
        verbose_name = "anonymisation"
        verbose_name_plural = "anonymisations"
        ordering = ["-created_at"]
        constraints = [
            *job_constraints("households_disposal", of="de l’anonymisation"),
            models.UniqueConstraint(
                fields=["slip"],
                condition=Q(state__in=["waiting", "running"]),
                name="households_disposal_once",
                violation_error_message="L’anonymisation de ce bordereau est déjà demandée.",
            ),
        ]

    def __str__(self) -> str:
        return f"Anonymisation du {self.slip}"


class PersonRequestQuerySet(models.QuerySet["PersonRequest"]):
    def waiting(self) -> Self:
        return self.filter(answered_on=None)


@pghistory.track()
class PersonRequest(Record):
    """What a person asked about their data, and what was answered: the register of RGPD art. 12."""

    household = models.ForeignKey(
        Household, models.CASCADE, related_name="person_requests", verbose_name="ménage"
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="data_requests", verbose_name="personne")
    kind = models.CharField("demande", max_length=14, choices=RequestKind.choices)
    received_on = models.DateField("reçue le")
    asked = models.CharField("ce que la personne demande", max_length=500, blank=True)
    identity_checked = models.BooleanField("identité vérifiée", default=False)
    extended_on = models.DateField("prolongation annoncée le", null=True, blank=True)
    answered_on = models.DateField("répondu le", null=True, blank=True)
    outcome = models.CharField("réponse", max_length=10, choices=RequestOutcome.choices, blank=True)
    answer = models.CharField("ce qui a été répondu", max_length=500, blank=True)
    proof = models.CharField("preuve de la réponse", max_length=200, blank=True)
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="notée par")
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="répondue par"
    )

    objects = PersonRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’exercice de droits"
        verbose_name_plural = "demandes d’exercice de droits"
        ordering = ["-received_on", "-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_on=None, outcome="", answered_by=None)
                | (Q(answered_on__gte=F("received_on"), answered_by__isnull=False) & ~Q(outcome="")),
                name="households_person_request_answer",
                violation_error_message="Une réponse est datée, après la demande, et signée.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="refused") | ~Q(answer=""),
                name="households_person_request_refusal",
                violation_error_message="Un refus est motivé, avec les recours (RGPD, art. 12.4).",
            ),
            models.CheckConstraint(
                condition=Q(extended_on=None) | Q(extended_on__gte=F("received_on")),
                name="households_person_request_extension",
                violation_error_message="La prolongation s’annonce après la demande.",
            ),
        ]
        indexes = [models.Index(fields=["answered_on", "received_on"], name="households_person_request_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, reçue le {self.received_on:%d/%m/%Y}"

    @property
    def due_on(self) -> date:
        """The last day to answer (RGPD, art. 12.3)."""
        months = ANSWER_MONTHS + (EXTENSION_MONTHS if self.extended_on else 0)
        return add_months(self.received_on, months)


@pghistory.track()
class PrivacyNotice(Record):
    """What persons are told about their data (RGPD, art. 13 and 14); each edition is a row, the last one is printed."""

    valid_from = models.DateField("applicable depuis le", unique=True)
    short = models.TextField("mention courte", max_length=1500)
    full = models.TextField("notice complète", max_length=12000)
    written_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="écrite par"
    )

    class Meta:
        verbose_name = "notice d’information"
        verbose_name_plural = "notices d’information"
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return f"Notice du {self.valid_from:%d/%m/%Y}"
