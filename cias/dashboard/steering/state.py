"""Everything the direction's page counts, together: numbers and links, without a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cias.accounts.models import User
from cias.dashboard.kept import Kept, kept
from cias.dashboard.steering.activity import Absences, Indicator, activity
from cias.dashboard.steering.agents import AgentFigures, agent_figures
from cias.dashboard.steering.completeness import shares
from cias.dashboard.steering.deadlines import groups_of
from cias.dashboard.steering.figures import Group, Share
from cias.dashboard.steering.spans import Span
from households.caseload import caseload
from households.contacts import dormant_months

# To be changed with what follows, or with what it is made of.
SHAPE = "1"


@dataclass(frozen=True)
class State:
    """`months`: after how many a file is dormant; the rest as the page shows it."""

    months: int
    late: Sequence[Group]
    watched: Sequence[Group]
    agents: Sequence[AgentFigures]
    indicators: Sequence[Indicator]
    absences: Absences
    shares: Sequence[tuple[str, str, Share]]


def state_of(user: User, span: Span, today: date, *, now: bool = False) -> Kept[State]:
    """As counted a quarter of an hour ago at most; `now`: as it is."""
    return kept(f"steering:{span.code}", SHAPE, user, lambda: _count(user, span, today), now=now)


def _count(user: User, span: Span, today: date) -> State:
    months = dormant_months()
    files = caseload(user, today, months)
    late, watched = groups_of(user, today, months, files)
    indicators, absences = activity(user, span)
    return State(
        months=months,
        late=late,
        watched=watched,
        agents=agent_figures(user, today, months, files),
        indicators=indicators,
        absences=absences,
        shares=shares(user),
    )
