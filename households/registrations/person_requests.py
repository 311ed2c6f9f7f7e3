"""What persons ask about their data (C8): work with a legal term, and a sign of life."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from cias.core import registry
from cias.core.paths import path_to
from cias.core.presence import rows_of_agents
from cias.core.registry import ContactSource, WorkItem
from households.enums import AssignmentRole
from households.models import Assignment, PersonRequest
from households.models.datalife import PersonRequestQuerySet
from households.models.files import on_day
from households.team import Team

KIND, TABLE = "person_requests", "households.PersonRequest"
WAITING = "households.PersonRequest, waiting"


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """The month of RGPD art. 12.3, for the référent; for the direction where nobody follows the file, or past it.

    One query.
    """
    agents = team.holding("persons.requests")
    if not agents or (team.about is not None and TABLE not in team.belongings):
        return
    mains = Assignment.objects.filter(
        on_day(team.today), household=OuterRef("household"), role=AssignmentRole.MAIN
    )
    rows = _waiting()
    if team.about is not None:
        rows = rows.filter(household=team.about)
    directors = team.among(agents, directing=True)
    workers = {agent.pk: agent for agent in team.among(agents, directing=False)}
    for row in rows.annotate(main=Subquery(mains.values("agent")[:1])).select_related("household"):
        owners = [workers[row.main]] if row.main in workers else []
        if row.main is None or row.due_on < team.today:
            owners += directors
        for agent in owners:
            if not team.knows(agent, row.household_id):
                continue
            yield (
                agent.pk,
                WorkItem(
                    title=f"Répondre à une demande sur ses données\u00a0: {row.get_kind_display()}",
                    url=path_to("households:person_request", row.pk),
                    due=row.due_on,
                    subject=str(row.household),
                    subject_id=row.household_id,
                    owner=agent,
                    kind=KIND,
                ),
            )


def _waiting() -> PersonRequestQuerySet:
    return PersonRequest.objects.waiting().filter(household__anonymised_on=None)


def _any_waiting(_agents: UUID, _today: date, _now: datetime) -> QuerySet[Any, Any]:
    """Whether it is worth asking whose they are (cias.core.written): there are few of them, and mostly none."""
    return _waiting().order_by().values("pk")


def register() -> None:
    rows_of_agents[WAITING] = _any_waiting
    registry.worklist.register("households.person_requests", worklist, about=(TABLE,), owned=(WAITING,))
    registry.contacts.register(
        "person_requests",
        ContactSource(label="Demande sur ses données", rows=PersonRequest.objects.all, at="received_on"),
    )
