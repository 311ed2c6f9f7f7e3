"""What each agent carries, and when each is free next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from appointments.services.diary import Wish, horizon, read_diary
from cias.accounts.models import User
from cias.dashboard.steering.figures import Figure, link
from cias.dashboard.worklist import urgency, work_of_all
from households.caseload import Caseload

# A usual first interview, looked for over this many weeks; most are found in the first ones.
MINUTES, SOON, WEEKS = 30, 2, 8
TASKS = "households.tasks"


@dataclass(frozen=True)
class AgentFigures:
    """Of the agent of that key. `slot`: the first free half hour, None when there is none within WEEKS or no agenda."""

    key: UUID
    files: Figure
    dormant: Figure
    tasks: Figure
    late: Figure
    slot: datetime | None
    slot_url: str


@dataclass(frozen=True)
class AgentLine(AgentFigures):
    """The same with the agent."""

    agent: User


def lines_of(counted: Sequence[AgentFigures]) -> list[AgentLine]:
    """Those of the agents who still have an account. One query."""
    agents = {agent.pk: agent for agent in User.objects.social_workers()}
    return [AgentLine(**vars(one), agent=agents[one.key]) for one in counted if one.key in agents]


def agent_figures(user: User, today: date, months: int, files: Caseload) -> list[AgentFigures]:
    """Every social worker, in a number of queries that does not depend on how many they are."""
    loads = files.loads
    agents = [load.agent for load in loads]
    work = work_of_all(agents, today, reader=user, providers=(TASKS,))
    slots = next_slots(agents, today)
    lines = []
    for load in loads:
        key, tasks = load.agent.pk, work[load.agent.pk]
        late = sum(urgency(item.due, today) == "late" for item in tasks)
        lines.append(
            AgentFigures(
                key=key,
                files=Figure("Ménages suivis", load.households, link("households:list", referent=key)),
                dormant=Figure(
                    f"Sans contact depuis {months} mois",
                    load.dormant,
                    link("households:dormant", mois=months, referent=key),
                ),
                tasks=Figure("Tâches", len(tasks), link("dashboard:work", agent=key, nature="task")),
                late=Figure(
                    "Tâches en retard",
                    late,
                    link("dashboard:work", agent=key, nature="task", groupe="late"),
                    late=True,
                ),
                slot=slots.get(key),
                slot_url=link("appointments:week", key, semaine=slots[key].date()) if key in slots else "",
            )
        )
    return lines


def next_slots(agents: list[User], today: date) -> dict[Any, datetime]:
    """The first free half hour of each agent, by key; those who have none within WEEKS are left out."""
    now, wish = timezone.now(), Wish(minutes=MINUTES)
    found: dict[Any, datetime] = {}
    for weeks in (SOON, WEEKS):
        left = [agent for agent in agents if agent.has_agenda and agent.pk not in found]
        if not left:
            break
        diary = read_diary(left, today, horizon(today, weeks))
        for agent in left:
            # In order of time.
            if slots := diary.slots(agent, wish, now=now):
                found[agent.pk] = timezone.localtime(slots[0].start)
    return found
