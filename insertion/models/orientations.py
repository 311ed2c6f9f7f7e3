"""The Département's decisions: orientation and référent unique (I2)."""

from datetime import timedelta

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from cias.accounts.models import User
from cias.core.french import lower_first
from cias.core.moves import Step
from households.models import Household, Person
from households.models.files import Dated, Days, end_after_start
from insertion.enums import OrientationKind
from insertion.models.visible import PathwayQuerySet
from insertion.orientations.enums import ChangeKind


@pghistory.track()
class Orientation(Dated):
    """The Département's decision: which track, which structure, and the one référent (référent unique)."""

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="orientations", verbose_name="ménage"
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="orientations", verbose_name="personne")
    kind = models.CharField("orientation", max_length=10, choices=OrientationKind.choices)
    notified_on = models.DateField("notifiée le", help_text="Date certaine de la notification à la personne.")
    structure = models.CharField("structure référente", max_length=120)
    referent = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orientations",
        verbose_name="référent unique",
    )
    comment = models.CharField("précision", max_length=200, blank=True)

    objects = PathwayQuerySet.as_manager()

    class Meta:
        verbose_name = "orientation"
        verbose_name_plural = "orientations"
        ordering = ["-start", "pk"]
        constraints = [
            end_after_start("insertion_orientation_order"),
            ExclusionConstraint(
                name="insertion_orientation_one_at_a_time",
                expressions=[("person", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
                violation_error_message="Cette personne a déjà une orientation à ces dates.",
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start") + timedelta(days=6)),
                name="insertion_orientation_week",
                violation_error_message="Une orientation dure au moins 7 jours.",
            ),
            models.CheckConstraint(
                condition=Q(notified_on__lte=F("start") + timedelta(days=92)),
                name="insertion_orientation_notice",
                violation_error_message="La notification ne peut pas suivre de si loin le début de l’orientation.",
            ),
        ]

    def __str__(self) -> str:
        return f"Orientation {lower_first(self.get_kind_display())} du {self.start:%d/%m/%Y}"


@pghistory.track()
class OrientationChange(Step):
    """What changed on an orientation after it was recorded: corrected, handed to another référent unique, or ended
    by the decision `cause`. `before` holds the former values, so that the last change can be undone (I2)."""

    orientation = models.ForeignKey(
        Orientation, models.CASCADE, related_name="changes", verbose_name="orientation"
    )
    kind = models.CharField("changement", max_length=10, choices=ChangeKind.choices)
    reason = models.CharField("motif", max_length=200, blank=True)
    said = models.CharField("ce qui change", max_length=400, blank=True)
    before = models.JSONField("valeurs d’avant", default=dict, editable=False, encoder=DjangoJSONEncoder)
    cause = models.ForeignKey(
        Orientation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="ended",
        verbose_name="nouvelle orientation",
    )

    class Meta(Step.Meta):
        verbose_name = "changement d’une orientation"
        verbose_name_plural = "changements d’une orientation"

    def __str__(self) -> str:
        return self.get_kind_display()
