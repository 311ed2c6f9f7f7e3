"""The diagnosis of a person (I3), and the labels it is made of."""

from typing import Self

import pghistory
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from cias.accounts.models import User
from cias.core.models import Record
from cias.core.moves import Step
from households.models import Household, Partner, Person
from insertion.diagnoses.enums import (
    ENDED,
    LabelKind,
    ObjectiveState,
    ObstacleKind,
    ObstacleLevel,
    OwnerKind,
    StepState,
)
from insertion.models.visible import PathwayQuerySet


class LabelQuerySet[M: models.Model](models.QuerySet[M]):
    def active(self) -> Self:
        return self.filter(is_active=True)


@pghistory.track()
class DiagnosisTheme(Record):
    """A theme of the diagnosis (reference-data §2.3); deactivated, never deleted."""

    label = models.CharField("thème", max_length=80, unique=True)
    position = models.PositiveSmallIntegerField("rang", default=0)
    is_active = models.BooleanField("proposé", default=True)

    objects = LabelQuerySet.as_manager()

    class Meta:
        verbose_name = "thème du diagnostic"
        verbose_name_plural = "thèmes du diagnostic"
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label


@pghistory.track()
class DiagnosisLabel(Record):
    """A finding, an objective or an action a theme proposes; deactivated, never deleted."""

    theme = models.ForeignKey(DiagnosisTheme, models.PROTECT, related_name="labels", verbose_name="thème")
    kind = models.CharField("sorte", max_length=10, choices=LabelKind.choices)
    label = models.CharField("intitulé", max_length=160)
    position = models.PositiveSmallIntegerField("rang", default=0)
    is_active = models.BooleanField("proposé", default=True)

    objects = LabelQuerySet.as_manager()

    class Meta:
        verbose_name = "intitulé du diagnostic"
        verbose_name_plural = "intitulés du diagnostic"
        ordering = ["theme__position", "kind", "position", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "kind", "label"],
                name="insertion_label_once",
                violation_error_message="Ce thème a déjà cet intitulé.",
            )
        ]

    def __str__(self) -> str:
        return self.label


@pghistory.track()
class Diagnosis(Record):
    """One person's diagnosis: what was found, what is in the way, what is undertaken. Each has one, kept up to date."""

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="insertion_diagnoses", verbose_name="ménage"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="insertion_diagnoses", verbose_name="personne"
    )
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="établi par")
    opened_on = models.DateField("établi le")
    summary = models.TextField("synthèse", blank=True)
    findings = models.ManyToManyField(DiagnosisLabel, related_name="+", blank=True, verbose_name="constats")

    objects = PathwayQuerySet.as_manager()

    class Meta:
        verbose_name = "diagnostic d’insertion"
        verbose_name_plural = "diagnostics d’insertion"
        ordering = ["-opened_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                name="insertion_diagnosis_one_a_person",
                violation_error_message="Cette personne a déjà un diagnostic\u00a0: actualisez-le.",
            )
        ]

    def __str__(self) -> str:
        return f"Diagnostic du {self.opened_on:%d/%m/%Y}"


@pghistory.track()
class DiagnosisUpdate(Step):
    """The diagnosis was brought up to date: `payload` is what it said that day."""

    diagnosis = models.ForeignKey(
        Diagnosis, models.CASCADE, related_name="updates", verbose_name="diagnostic"
    )
    comment = models.CharField("ce qui a changé", max_length=400, blank=True)
    payload = models.JSONField("contenu ce jour-là", default=dict, editable=False, encoder=DjangoJSONEncoder)

    class Meta(Step.Meta):
        verbose_name = "actualisation du diagnostic"
        verbose_name_plural = "actualisations du diagnostic"

    def __str__(self) -> str:
        return f"Actualisé le {self.on:%d/%m/%Y}"


@pghistory.track()
class Obstacle(Step):
    """How much something was in the way on a day; the latest row that stands of each kind is today's."""

    diagnosis = models.ForeignKey(
        Diagnosis, models.CASCADE, related_name="obstacles", verbose_name="diagnostic"
    )
    kind = models.CharField("frein", max_length=10, choices=ObstacleKind.choices)
    level = models.PositiveSmallIntegerField("niveau", choices=ObstacleLevel.choices)
    comment = models.CharField("précision", max_length=200, blank=True)

    class Meta(Step.Meta):
        verbose_name = "frein"
        verbose_name_plural = "freins"
        ordering = ["kind", "-on", "-created_at", "pk"]
        constraints = [
            *Step.Meta.constraints,
            models.CheckConstraint(
                condition=Q(level__in=ObstacleLevel.values) & Q(kind__in=ObstacleKind.values),
                name="insertion_obstacle_level",
                violation_error_message="Ce frein, ou son niveau, n’existe pas.",
            ),
        ]
        indexes = [models.Index(fields=["kind", "on"], name="insertion_obstacle_kind_on")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}\u00a0: {self.get_level_display()}"


@pghistory.track()
class Objective(Record):
    """What the person wants to reach, under a theme."""

    diagnosis = models.ForeignKey(
        Diagnosis, models.CASCADE, related_name="objectives", verbose_name="diagnostic"
    )
    theme = models.ForeignKey(DiagnosisTheme, models.PROTECT, related_name="+", verbose_name="thème")
    label = models.CharField("objectif", max_length=160)
    opened_on = models.DateField("fixé le")
    state = models.CharField(
        "état", max_length=8, choices=ObjectiveState.choices, default=ObjectiveState.RUNNING
    )
    closed_on = models.DateField("terminé le", null=True, blank=True)

    class Meta:
        verbose_name = "objectif"
        verbose_name_plural = "objectifs"
        ordering = ["theme__position", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", closed_on__isnull=True)
                | (~Q(state="running") & Q(closed_on__gte=F("opened_on"))),
                name="insertion_objective_closed",
                violation_error_message="Un objectif terminé a une date de fin, après son début.",
            )
        ]

    def __str__(self) -> str:
        return self.label


@pghistory.track()
class ObjectiveAction(Record):
    """One action towards an objective: who does it, for when, what came of it."""

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="actions", verbose_name="objectif")
    label = models.CharField("action", max_length=160)
    owner_kind = models.CharField("qui agit", max_length=8, choices=OwnerKind.choices)
    agent = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="agent"
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="partenaire"
    )
    due_on = models.DateField("pour le", null=True, blank=True)
    state = models.CharField("état", max_length=9, choices=StepState.choices, default=StepState.PROJECT)
    ended_on = models.DateField("terminée le", null=True, blank=True)
    outcome = models.CharField("résultat", max_length=200, blank=True)

    class Meta:
        verbose_name = "action du diagnostic"
        verbose_name_plural = "actions du diagnostic"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner_kind="person", agent__isnull=True, partner__isnull=True)
                | Q(owner_kind="agent", agent__isnull=False, partner__isnull=True)
                | Q(owner_kind="partner", agent__isnull=True, partner__isnull=False),
                name="insertion_step_owner",
                violation_error_message="Dites qui agit\u00a0: la personne, un agent ou un partenaire.",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=ENDED) & Q(ended_on__isnull=False))
                | (~Q(state__in=ENDED) & Q(ended_on__isnull=True)),
                name="insertion_step_ended",
                violation_error_message="Une action terminée a une date de fin, et elle seule.",
            ),
        ]
        indexes = [models.Index(fields=["agent", "due_on"], name="insertion_step_agent_due")]

    def __str__(self) -> str:
        return self.label

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED

    @property
    def owner(self) -> str:
        if self.agent is not None:
            return self.agent.full_name
        return self.partner.name if self.partner is not None else "la personne"
