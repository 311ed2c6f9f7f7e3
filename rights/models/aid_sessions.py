"""The commission that decides on aid: its members, its sessions, what it voted.

CASF, R123-16 to R123-19, which R123-27 to R123-29 extend to a CIAS; to be checked for a commission.
"""

from typing import Any, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.core.models import Record
from households.models.budgets import AmountColumn
from households.models.files import Dated, end_after_start
from rights.aids.enums import AidDecision, Office, Seat, SessionState
from rights.models.aids import AidRequest


@pghistory.track()
class BoardMember(Dated):
    """Who sits in the commission, from when to when; `user` is their account, when they have one."""

    name = models.CharField("nom", max_length=120)
    seat = models.CharField("qualité", max_length=10, choices=Seat.choices)
    office = models.CharField("fonction", max_length=10, choices=Office.choices, default=Office.MEMBER)
    body = models.CharField("commune ou association", max_length=120, blank=True)
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="board_seats", verbose_name="compte"
    )

    class Meta:
        verbose_name = "membre de la commission"
        verbose_name_plural = "membres de la commission"
        ordering = ["name", "pk"]
        constraints = [end_after_start("rights_board_member_order")]

    def __str__(self) -> str:
        return self.name


class AidSessionQuerySet(models.QuerySet["AidSession"]):
    def for_user(self, user: User) -> Self:
        """All of them for the direction; a member of the board, those they sit in."""
        match user.scope("aids.sheets"):
            case Scope.ALL:
                return self
            case Scope.OWN:
                return self.filter(seats__member__user=user).distinct()
        return self.none()


@pghistory.track()
class AidSession(Record):
    """One meeting of the commission."""

    held_on = models.DateField("date")
    starts_at = models.TimeField("heure")
    place = models.CharField("lieu", max_length=120)
    state = models.CharField("état", max_length=8, choices=SessionState.choices, default=SessionState.PLANNED)
    quorum = models.PositiveSmallIntegerField("quorum")
    chair = models.ForeignKey(
        BoardMember, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="préside"
    )
    opened_at = models.DateTimeField("ouverte le", null=True, blank=True)
    closed_at = models.DateTimeField("levée le", null=True, blank=True)
    # What was on the agenda of a session called off, in order: put back there if the session is restored.
    agenda_then = ArrayField(models.UUIDField(), default=list, blank=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="préparée par")

    objects = AidSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "séance de la commission"
        verbose_name_plural = "séances de la commission"
        ordering = ["-held_on", "-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[SessionState.PLANNED.value, SessionState.CALLED_OFF.value],
                    opened_at__isnull=True,
                    closed_at__isnull=True,
                )
                | Q(
                    state=SessionState.OPEN.value,
                    opened_at__isnull=False,
                    closed_at__isnull=True,
                    chair__isnull=False,
                )
                | Q(
                    state=SessionState.CLOSED.value,
                    opened_at__isnull=False,
                    closed_at__isnull=False,
                    chair__isnull=False,
                ),
                name="rights_aid_session_state",
                violation_error_message="Une séance ouverte a une heure d’ouverture et quelqu’un qui la préside.",
            ),
        ]

    def __str__(self) -> str:
        return f"Commission du {self.held_on:%d/%m/%Y}"

    @property
    def is_planned(self) -> bool:
        return self.state == SessionState.PLANNED

    @property
    def is_called_off(self) -> bool:
        return self.state == SessionState.CALLED_OFF

    @property
    def is_open(self) -> bool:
        return self.state == SessionState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == SessionState.CLOSED


@pghistory.track()
class SessionSeat(Record):
    """A member invited to a session: there or not, and who votes for them by their written power.

    `arrived_at` and `left_at` are for who comes late or leaves early: the roll as it changes during the session.
    """

    session = models.ForeignKey(AidSession, models.CASCADE, related_name="seats", verbose_name="séance")
    member = models.ForeignKey(BoardMember, models.PROTECT, related_name="seats", verbose_name="membre")
    present = models.BooleanField("présent", default=False)
    # One power for each member who carries one, written and revocable (CASF, R123-16).
    proxy = models.ForeignKey(
        BoardMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="a donné pouvoir à",
    )
    arrived_at = models.DateTimeField("arrivé à", null=True, blank=True)
    left_at = models.DateTimeField("parti à", null=True, blank=True)

    class Meta:
        verbose_name = "présence"
        verbose_name_plural = "présences"
        ordering = ["member__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "member"],
                name="rights_aid_seat_once",
                violation_error_message="Ce membre est déjà convoqué.",
            ),
            models.UniqueConstraint(
                fields=["session", "proxy"],
                name="rights_aid_seat_one_power",
                violation_error_message="Un membre ne porte qu’un seul pouvoir (CASF, article R123-16).",
            ),
            models.CheckConstraint(
                condition=Q(proxy__isnull=True) | Q(present=False) & ~Q(proxy=F("member")),
                name="rights_aid_seat_power",
                violation_error_message="Un pouvoir est donné par un membre absent, à un autre membre.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.member)

    @property
    def attended(self) -> bool:
        """Whether the member was there, be it for a part of the session."""
        return self.present or self.left_at is not None


@pghistory.track()
class AgendaItem(Record):
    """One request on a session's agenda. `sheet` is the anonymised sheet as it stood when it was put there."""

    session = models.ForeignKey(AidSession, models.CASCADE, related_name="items", verbose_name="séance")
    request = models.ForeignKey(
        AidRequest, models.PROTECT, related_name="agenda_items", verbose_name="demande"
    )
    position = models.PositiveSmallIntegerField("rang")
    sheet = models.JSONField("fiche anonymisée", editable=False, encoder=DjangoJSONEncoder)
    decision = models.CharField("décision", max_length=10, choices=AidDecision.choices, blank=True)
    amount = AmountColumn("montant accordé", null=True, blank=True)
    reason = models.CharField("motif", max_length=400, blank=True)
    votes_for = models.PositiveSmallIntegerField("pour", null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField("contre", null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField("abstentions", null=True, blank=True)
    casting_vote = models.BooleanField("voix prépondérante de la présidence", default=False)
    recused = models.ManyToManyField(
        BoardMember,
        blank=True,
        related_name="+",
        verbose_name="n’ont pas pris part au vote (intérêt au dossier)",
    )
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="saisi par"
    )

    class Meta:
        verbose_name = "point de l’ordre du jour"
        verbose_name_plural = "ordre du jour"
        ordering = ["position", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "request"],
                name="rights_agenda_item_once",
                violation_error_message="Cette demande est déjà à l’ordre du jour.",
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(decision=""),
                name="rights_agenda_item_waiting",
                violation_error_message="Cette demande attend déjà la décision d’une autre séance.",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True, votes_for__isnull=True)
                | (
                    ~Q(decision="")
                    & Q(
                        decided_at__isnull=False,
                        decided_by__isnull=False,
                        votes_for__isnull=False,
                        votes_against__isnull=False,
                        abstentions__isnull=False,
                    )
                ),
                name="rights_agenda_item_decided",
                violation_error_message="Une décision a ses votes et sa date.",
            ),
            # Absolute majority of the votes cast; when equal, the chair's vote prevails (CASF, R123-18).
            models.CheckConstraint(
                condition=Q(decision="")
                | Q(votes_for__gt=F("votes_against"))
                | Q(votes_for=F("votes_against"), casting_vote=True),
                name="rights_agenda_item_carried",
                violation_error_message="Cette décision n’a pas la majorité des voix.",
            ),
        ]
        indexes = [models.Index(fields=["session", "position"], name="rights_agenda_item_rank")]

    def __str__(self) -> str:
        return str(self.sheet.get("number", ""))

    @property
    def number(self) -> str:
        """The number of the request, as the commission reads it."""
        return self.sheet["number"]

    @property
    def is_decided(self) -> bool:
        return bool(self.decision)

    def clear(self) -> dict[str, Any]:
        """The values of an item nobody voted on yet."""
        return {
            "decision": "",
            "amount": None,
            "reason": "",
            "votes_for": None,
            "votes_against": None,
            "abstentions": None,
            "casting_vote": False,
            "decided_at": None,
            "decided_by": None,
        }
