"""The files of rights of one household or of some agents, with what is to do on each."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.utils import timezone

from cias.accounts.models import User
from cias.core.presence import kept, may_hold
from households.models import Household
from households.team import Team
from rights.deadlines import DeadlineKind
from rights.enums import PieceState
from rights.models import FilePiece, RightsFile
from rights.states import ACTIVE, IN_PROGRESS

K = DeadlineKind

# How long before the day a deadline of each kind is worth an agent's attention; the others always are.
SHOWN_BEFORE = {
    K.END_OF_MONTH: timedelta(days=10),
    K.MONTH_SENT: timedelta(days=10),
    K.APPEAL: timedelta(days=30),
    K.RIGHT_END: timedelta(days=30),
    K.SILENCE: timedelta(days=-1),  # the day after, silence has become a decision
    K.ACKNOWLEDGEMENT: timedelta(days=-1),
    K.URGENT_DECISION: timedelta(days=-1),
    K.APPEAL_REPLY: timedelta(days=-1),
    K.COURT: timedelta(days=30),
}


def files_of(household: Household, user: User) -> list[RightsFile]:
    """Those `user` may know of, closed ones included, in the order of what is due; with what is to do on each, for
    the work list. A page asks once.
    """
    if not may_hold(household, "rights.RightsFile"):
        return []

    def read() -> list[RightsFile]:
        known = RightsFile.objects.for_user(user).filter(household=household)
        return list(known.annotate(**_to_do(timezone.localdate())).for_lists())

    return kept(household, ("rights.files", user.pk), read)


def files_to_do(team: Team, agents: Sequence[User]) -> Iterable[Any]:
    """Active files of these agents with something to do, and maybe others; those of one file its page has read."""
    if team.about is not None:
        known = [
            file for agent in agents for file in files_of(team.about, agent) if file.agent_id == agent.pk
        ]
        return [file for file in known if file.state in ACTIVE]
    wanted = _is_due(team.today) | Q(Exists(_received()), state__in=IN_PROGRESS)
    files = RightsFile.objects.active().filter(wanted, agent__in=agents)
    return files.annotate(**_to_do(team.today)).for_lists()


def _is_due(today: date) -> Q:
    """Worth an agent's attention on that day."""
    shown = ~Q(due_kind__in=SHOWN_BEFORE)
    for kind, before in SHOWN_BEFORE.items():
        shown |= Q(due_kind=kind, due_on__lte=today + before)
    begun = Q(due_from__isnull=True) | Q(due_from__lte=today)
    return shown & begun & Q(due_on__isnull=False)


def _received() -> QuerySet[FilePiece]:
    """The pieces of a file that nobody has checked yet."""
    rows = FilePiece.objects.filter(file=OuterRef("pk"), state=PieceState.RECEIVED, checked_on__isnull=True)
    return rows.order_by()


def _to_do(today: date) -> dict[str, Any]:
    """What each file tells its agent: `due_now`, and `to_check`, how many pieces (none: None)."""
    counted = _received().values("file").annotate(pieces=Count("pk")).values("pieces")
    due_now = ExpressionWrapper(_is_due(today), BooleanField())
    return {"due_now": due_now, "to_check": Subquery(counted, IntegerField())}
