"""What everybody in the service has to do and follows, in numbers: read for all agents at once, kept for a while."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cias.accounts.models import User
from cias.dashboard.kept import Kept, kept
from cias.dashboard.worklist import counts, work_of_all
from households.caseload import caseload
from households.contacts import dormant_months

# To be changed with what follows.
SHAPE = "1"


@dataclass(frozen=True)
class Line:
    """What one agent has to do, by urgency and in tasks; the files followed and silent ones, None for who has none."""

    counts: Mapping[str, int]
    tasks: int
    households: int | None
    dormant: int | None


@dataclass(frozen=True)
class Service:
    """`months`: after how many a file is silent; the lines by key of the agent."""

    months: int
    lines: Mapping[UUID, Line]


def service_of(reader: User, agents: list[User], today: date, *, now: bool = False) -> Kept[Service]:
    """As counted a quarter of an hour ago at most; `now`: as it is."""
    return kept("service", SHAPE, reader, lambda: _count(reader, agents, today), now=now)


def _count(reader: User, agents: list[User], today: date) -> Service:
    months = dormant_months()
    loads = {load.agent.pk: load for load in caseload(reader, today, months).loads}
    work = work_of_all(agents, today, reader=reader)
    lines = {}
    for agent in agents:
        load, items = loads.get(agent.pk), work[agent.pk]
        lines[agent.pk] = Line(
            counts=counts(items, today),
            tasks=sum(item.kind == "task" for item in items),
            households=load.households if load else None,
            dormant=load.dormant if load else None,
        )
    return Service(months, lines)
