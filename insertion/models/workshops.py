"""Workshops, collective information sessions and collective actions of every domain (I6, R10, L11)."""

from datetime import datetime
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from appointments.models import Absence
from cias.accounts.models import User
from cias.core.models import Record
from cias.core.moves import Move, MovingRecord
from cias.territory.models import Commune
from households.enums import Domain
from households.models import Partner
from insertion.workshops.enums import (
    TRANSITIONS,
    RegistrationState,
    SessionState,
    StepFree,
    Theme,
    WorkshopKind,
)

MOST_SEATS = 300


class WorkshopQuerySet(models.QuerySet["Workshop"]):
    def for_user(self, user: User) -> Self:
        """The programme is no secret to those who register or steer; it names nobody."""
        return self if user.has_perm("workshops.view") else self.none()


@pghistory.track()
class Workshop(Record):
    """What is proposed, by whom, for whom and where; its sessions are its dates."""

    name = models.CharField("nom", max_length=120)
    kind = models.CharField(
        "nature", max_length=12, choices=WorkshopKind.choices, default=WorkshopKind.WORKSHOP
    )
    domain = models.CharField("domaine", max_length=10, choices=Domain.choices)
    theme = models.CharField("thème", max_length=10, choices=Theme.choices)
    aim = models.TextField("objectif", max_length=1000)
    audience = models.CharField("public", max_length=200, blank=True)
    agent = models.ForeignKey(
        User, models.PROTECT, related_name="workshops", verbose_name="agent responsable"
    )
    partner = models.ForeignKey(
        Partner,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="workshops",
        verbose_name="partenaire qui anime",
    )
    is_in_agenda = models.BooleanField("l’agent y participe", default=True)
    is_cycle = models.BooleanField("on s’inscrit à toutes les séances", default=False)
    place_name = models.CharField("lieu", max_length=120)
    street = models.CharField("adresse", max_length=200, blank=True)
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="commune"
    )
    step_free = models.CharField(
        "accès en fauteuil", max_length=8, choices=StepFree.choices, default=StepFree.UNKNOWN
    )
    access_note = models.CharField("précision sur l’accès", max_length=200, blank=True)
    seats = models.PositiveSmallIntegerField("places", default=10)

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        verbose_name = "atelier"
        verbose_name_plural = "ateliers"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seats__range=(1, MOST_SEATS)),
                name="insertion_workshop_seats",
                violation_error_message=f"Un atelier a de 1 à {MOST_SEATS} places.",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=WorkshopKind.values, domain__in=Domain.values, theme__in=Theme.values,
                    step_free__in=StepFree.values,
                ),
                name="insertion_workshop_known",
                violation_error_message="Ce choix n’existe pas.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def where(self) -> str:
        """The place in one line."""
        town = self.commune.name if self.commune is not None else ""
        return ", ".join(filter(None, (self.place_name, self.street, town)))

    @property
    def led_by(self) -> str:
        """Who leads it, for those who come."""
        return self.partner.name if self.partner is not None else self.agent.full_name


TAKEN = models.Count("registrations", filter=Q(registrations__seat__isnull=False))
WAITING = models.Count("registrations", filter=Q(registrations__state=RegistrationState.WAITING.value))


class SessionQuerySet(models.QuerySet["WorkshopSession"]):
    def for_user(self, user: User) -> Self:
        return self if user.has_perm("workshops.view") else self.none()

    def coming(self) -> Self:
        return self.filter(state=SessionState.PLANNED, start__gt=timezone.now())

    def open_to_registration(self) -> Self:
        """Still to come, and the last day to register has not passed."""
        today = timezone.localdate()
        return self.coming().filter(Q(registration_until__isnull=True) | Q(registration_until__gte=today))

    def to_record(self) -> Self:
        """Over, and nobody has said who came."""
        return self.filter(state=SessionState.PLANNED, end__lte=timezone.now())

    def with_workshop(self) -> Self:
        rows = self.select_related("workshop__partner", "workshop__commune", "workshop__agent", "agent")
        return rows.defer("workshop__commune__geometry")

    def with_seats(self) -> Self:
        """Each with `taken`, the seats given, and `waiting`, how many wait."""
        return self.annotate(taken=TAKEN, waiting=WAITING)

    def with_free_seats(self) -> Self:
        """Planned, and not full."""
        return self.annotate(taken=TAKEN).filter(taken__lt=F("seats"), state=SessionState.PLANNED)


@pghistory.track()
class WorkshopSession(MovingRecord):
    """One date of a workshop: a number of seats that is never exceeded by registering."""

    STATES: ClassVar[type[SessionState]] = SessionState
    TRANSITIONS = TRANSITIONS
    MOVES_WITH = ("workshop", "agent")

    workshop = models.ForeignKey(Workshop, models.PROTECT, related_name="sessions", verbose_name="atelier")
    topic = models.CharField("sujet de la séance", max_length=120, blank=True)
    agent = models.ForeignKey(
        User, models.PROTECT, related_name="workshop_sessions", verbose_name="agent responsable"
    )
    start = models.DateTimeField("début")
    end = models.DateTimeField("fin")
    seats = models.PositiveSmallIntegerField("places")
    registration_until = models.DateField("inscriptions jusqu’au", null=True, blank=True)
    state = models.CharField(
        "état", max_length=10, choices=SessionState.choices, default=SessionState.PLANNED
    )
    # What keeps the agent's time free of appointments.
    absence = models.OneToOneField(
        Absence, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    planned_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="prévue par")

    # Counted by with_seats().
    taken: int
    waiting: int

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "séance"
        verbose_name_plural = "séances"
        ordering = ["start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=F("start")),
                name="insertion_session_order",
                violation_error_message="Une séance finit après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(seats__range=(1, MOST_SEATS)),
                name="insertion_session_seats",
                violation_error_message=f"Une séance a de 1 à {MOST_SEATS} places.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SessionState.values),
                name="insertion_session_known",
                violation_error_message="Cet état n’existe pas.",
            ),
            models.UniqueConstraint(
                fields=["workshop", "start"],
                condition=~Q(state=SessionState.CANCELLED.value),
                name="insertion_session_once",
                violation_error_message="Cet atelier a déjà une séance à cette heure.",
            ),
        ]
        indexes = [models.Index(fields=["start"], name="insertion_session_start")]

    def __str__(self) -> str:
        return f"{self.workshop}, {timezone.localtime(self.start):%d/%m/%Y %H:%M}"

    @property
    def minutes(self) -> int:
        return round((self.end - self.start).total_seconds() / 60)

    @property
    def is_coming(self) -> bool:
        return self.state == SessionState.PLANNED and self.start > timezone.now()

    @property
    def is_open(self) -> bool:
        """Whether one may still register."""
        last = self.registration_until
        return self.is_coming and (last is None or last >= timezone.localdate())

    @property
    def awaits_attendance(self) -> bool:
        """Begun, and not cancelled: who came can be said, or corrected."""
        return self.state != SessionState.CANCELLED and self.start <= timezone.now()


@pghistory.track()
class SessionMove(Move):
    """A session was moved, cancelled, or its attendance recorded."""

    session = models.ForeignKey(WorkshopSession, models.CASCADE, related_name="moves", verbose_name="séance")
    from_state = models.CharField("de", max_length=10, choices=SessionState.choices)
    to_state = models.CharField("à", max_length=10, choices=SessionState.choices)
    # The first step of the same act, when several sessions were cancelled at once.
    part_of = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="+", editable=False
    )
    # What each registration said before, by key, when the attendance was recorded.
    marks = models.JSONField("présences d’avant", default=dict, editable=False)

    class Meta(Move.Meta):
        verbose_name = "étape d’une séance"
        verbose_name_plural = "étapes des séances"

    @property
    def label(self) -> str:
        """What happened, in words."""
        match (self.from_state, self.to_state):
            case (SessionState.PLANNED, SessionState.PLANNED):
                return "Séance déplacée"
            case (_, SessionState.CANCELLED):
                return "Séance annulée"
            case (SessionState.HELD, _):
                return "Présences corrigées"
        return "Présences enregistrées"

    @property
    def before_start(self) -> datetime | None:
        """When the session was to begin before it moved."""
        text = self.before.get("start")
        return None if text is None else parse_datetime(str(text))

    def is_of_act(self, other: "SessionMove") -> bool:
        """Whether both sessions were cancelled at once."""
        return (self.part_of_id or self.pk) == (other.part_of_id or other.pk)


def _count(label: str) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, default=0)


ANSWERS = {
    "satisfaction": ("very_satisfied", "satisfied", "little_satisfied", "not_satisfied"),
    "learnt": ("learnt_yes", "learnt_partly", "learnt_no"),
    "use": ("use_yes", "use_maybe", "use_no"),
}


@pghistory.track()
class WorkshopEvaluation(Record):
    """The anonymous questionnaires of a session as counts, typed by who led it, and their own balance."""

    session = models.OneToOneField(
        WorkshopSession, models.CASCADE, related_name="evaluation", verbose_name="séance"
    )
    returned = _count("questionnaires rendus")
    very_satisfied = _count("très satisfait")
    satisfied = _count("plutôt satisfait")
    little_satisfied = _count("peu satisfait")
    not_satisfied = _count("pas satisfait")
    learnt_yes = _count("a appris\u00a0: oui")
    learnt_partly = _count("a appris\u00a0: en partie")
    learnt_no = _count("a appris\u00a0: non")
    use_yes = _count("s’en servira\u00a0: oui")
    use_maybe = _count("s’en servira\u00a0: peut-être")
    use_no = _count("s’en servira\u00a0: non")
    remarks = models.TextField("remarques libres", max_length=2000, blank=True)
    balance = models.TextField("bilan de l’animateur", max_length=4000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="saisi par")

    class Meta:
        verbose_name = "évaluation d’une séance"
        verbose_name_plural = "évaluations des séances"
        ordering = ["session__start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(returned__gte=sum((F(name) for name in names[1:]), F(names[0]))),
                name=f"insertion_evaluation_{question}",
                violation_error_message="Il y a plus de réponses que de questionnaires rendus.",
            )
            for question, names in ANSWERS.items()
        ]

    def __str__(self) -> str:
        return f"Évaluation, {self.session}"
