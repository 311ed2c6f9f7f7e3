"""What happens along a pathway (I5): first meeting, re-examination, absences followed up, exit."""

from typing import Self

import pghistory
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from cias.core.models import Record
from cias.core.moves import Move, MovingRecord, Step
from households.models import Document, Household, Person
from insertion.followup.enums import (
    ContactChannel,
    ContactResult,
    ExitEvidence,
    ExitReason,
    NoShowState,
    ReviewConclusion,
)
from insertion.models.orientations import Orientation
from insertion.models.rules import LegitimateReason
from insertion.models.visible import PathwayQuerySet

N = NoShowState
OVER = (N.ANSWERED, N.RESUMED, N.EXCUSED)


@pghistory.track()
class FirstMeeting(Step):
    """The first meeting, told by hand when it is not in the agenda."""

    orientation = models.ForeignKey(
        Orientation, models.CASCADE, related_name="first_meetings", verbose_name="orientation"
    )
    note = models.CharField("précision", max_length=200, blank=True)

    class Meta(Step.Meta):
        verbose_name = "premier rendez-vous"
        verbose_name_plural = "premiers rendez-vous"
        constraints = [
            *Step.Meta.constraints,
            models.UniqueConstraint(
                fields=["orientation"],
                condition=Q(undone_at__isnull=True),
                name="insertion_first_meeting_once",
                violation_error_message="Le premier rendez-vous est déjà noté.",
            ),
        ]

    def __str__(self) -> str:
        return f"Premier rendez-vous le {self.on:%d/%m/%Y}"


@pghistory.track()
class OrientationReview(Step):
    """The orientation was examined again, with what was concluded (CASF, art. L262-31)."""

    orientation = models.ForeignKey(
        Orientation, models.CASCADE, related_name="reviews", verbose_name="orientation"
    )
    conclusion = models.CharField("conclusion", max_length=10, choices=ReviewConclusion.choices)
    next_on = models.DateField("prochain réexamen avant le", null=True, blank=True)
    note = models.TextField("éléments examinés", blank=True)

    class Meta(Step.Meta):
        verbose_name = "réexamen de l’orientation"
        verbose_name_plural = "réexamens de l’orientation"
        constraints = [
            *Step.Meta.constraints,
            models.CheckConstraint(
                condition=Q(next_on__isnull=True) | Q(next_on__gt=F("on")),
                name="insertion_review_next",
                violation_error_message="Le prochain réexamen suit celui-ci.",
            ),
        ]

    def __str__(self) -> str:
        return f"Réexamen du {self.on:%d/%m/%Y}"


@pghistory.track()
class PathwayExit(Step):
    """The person leaves the pathway. `before` is what the exit ended: the orientation, the contracts."""

    orientation = models.ForeignKey(
        Orientation, models.CASCADE, related_name="exits", verbose_name="orientation"
    )
    reason = models.CharField("motif", max_length=12, choices=ExitReason.choices)
    evidence = models.CharField("justificatif", max_length=14, choices=ExitEvidence.choices)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="document"
    )
    note = models.CharField("précision", max_length=300, blank=True)
    before = models.JSONField("valeurs d’avant", default=dict, editable=False, encoder=DjangoJSONEncoder)

    class Meta(Step.Meta):
        verbose_name = "sortie du parcours"
        verbose_name_plural = "sorties du parcours"
        constraints = [
            *Step.Meta.constraints,
            models.UniqueConstraint(
                fields=["orientation"],
                condition=Q(undone_at__isnull=True),
                name="insertion_exit_once",
                violation_error_message="La sortie de ce parcours est déjà notée.",
            ),
        ]
        indexes = [models.Index(fields=["on", "reason"], name="insertion_exit_on")]

    def __str__(self) -> str:
        return f"Sortie le {self.on:%d/%m/%Y}\u00a0: {self.get_reason_display()}"


class NoShowQuerySet(PathwayQuerySet["NoShowCase"]):
    def open(self) -> Self:
        """Those somebody still has something to do about."""
        return self.exclude(state__in=[state.value for state in OVER])


@pghistory.track()
class NoShowCase(MovingRecord):
    """Absences of one person, followed up step by step. It tells facts to the Département and decides nothing.

    `payload` is the report as it was sent: it is printed again identically.
    """

    STATES = NoShowState
    TRANSITIONS = {
        N.OPEN: frozenset({N.CONTACTED, N.SUMMONED, N.RESUMED, N.EXCUSED}),
        N.CONTACTED: frozenset({N.CONTACTED, N.SUMMONED, N.RESUMED, N.EXCUSED}),
        # Without a convocation and its proof nothing is reported.
        N.SUMMONED: frozenset({N.CONTACTED, N.SUMMONED, N.RESUMED, N.EXCUSED, N.REPORTED}),
        N.REPORTED: frozenset({N.ANSWERED, N.RESUMED, N.EXCUSED}),
        N.ANSWERED: frozenset(),
        N.RESUMED: frozenset(),
        N.EXCUSED: frozenset(),
    }

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="no_show_cases", verbose_name="ménage"
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="no_show_cases", verbose_name="personne")
    orientation = models.ForeignKey(
        Orientation, models.PROTECT, related_name="no_show_cases", verbose_name="orientation"
    )
    opened_on = models.DateField("ouvert le")
    state = models.CharField("état", max_length=9, choices=NoShowState.choices, default=NoShowState.OPEN)
    since = models.DateField("depuis le")
    excuse = models.ForeignKey(
        LegitimateReason,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="motif légitime",
    )
    reported_on = models.DateField("transmis le", null=True, blank=True)
    payload = models.JSONField("faits transmis", default=dict, editable=False, encoder=DjangoJSONEncoder)

    objects = NoShowQuerySet.as_manager()

    class Meta:
        verbose_name = "suivi d’absences"
        verbose_name_plural = "suivis d’absences"
        ordering = ["-opened_on", "-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["orientation"],
                condition=~Q(state__in=[state.value for state in OVER]),
                name="insertion_no_show_one_open",
                violation_error_message="Des absences de cette personne sont déjà suivies\u00a0: ajoutez-y celle-ci.",
            ),
            models.CheckConstraint(
                condition=~Q(state="excused") | Q(excuse__isnull=False),
                name="insertion_no_show_excuse",
                violation_error_message="Dites quel motif légitime est retenu.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("reported", "answered")) | Q(reported_on__isnull=False),
                name="insertion_no_show_reported",
                violation_error_message="Une transmission a une date.",
            ),
        ]

    def __str__(self) -> str:
        return f"Absences suivies depuis le {self.opened_on:%d/%m/%Y}"

    @property
    def is_open(self) -> bool:
        return self.state not in OVER


@pghistory.track()
class NoShowAbsence(Record):
    """One absence of a case, as the agenda, a workshop or the agent told it."""

    case = models.ForeignKey(NoShowCase, models.CASCADE, related_name="absences", verbose_name="suivi")
    day = models.DateField("le")
    label = models.CharField("rendez-vous manqué", max_length=160)

    class Meta:
        verbose_name = "absence suivie"
        verbose_name_plural = "absences suivies"
        ordering = ["day", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "day", "label"],
                name="insertion_no_show_absence_once",
                violation_error_message="Cette absence est déjà dans le suivi.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.label}, le {self.day:%d/%m/%Y}"


@pghistory.track()
class NoShowMove(Move):
    """One step about absences: how the person was looked for or summoned, with its proof; what they said."""

    case = models.ForeignKey(NoShowCase, models.CASCADE, related_name="moves", verbose_name="suivi")
    from_state = models.CharField("de", max_length=9, choices=NoShowState.choices)
    to_state = models.CharField("à", max_length=9, choices=NoShowState.choices)
    channel = models.CharField("moyen", max_length=10, choices=ContactChannel.choices, blank=True)
    result = models.CharField("résultat", max_length=9, choices=ContactResult.choices, blank=True)
    meeting_at = models.DateTimeField("convocation pour le", null=True, blank=True)
    meeting_place = models.CharField("lieu", max_length=160, blank=True)
    tracking = models.CharField("numéro de suivi", max_length=40, blank=True)
    proof = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="preuve"
    )

    class Meta(Move.Meta):
        verbose_name = "étape d’un suivi d’absences"
        verbose_name_plural = "étapes d’un suivi d’absences"
        constraints = [
            *Move.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(to_state="summoned") | (Q(meeting_at__isnull=False) & ~Q(channel="")),
                name="insertion_no_show_summons",
                violation_error_message="Une convocation a un moyen d’envoi, un jour et une heure.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_to_state_display()
