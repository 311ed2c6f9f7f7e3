"""The list "À faire" put together: one's own work and that of the colleagues one stands in for (H12)."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.registry import WorkItem
from households.enums import Domain
from households.models import Household
from households.team import Team, work_of_team

SOON = timedelta(days=7)
GROUPS = {
    "late": "En retard",
    "today": "Aujourd’hui et dès que possible",
    "soon": "Dans les 7 jours",
    "later": "Plus tard",
}
# What the lines are about, for the filter; the order is that of the page.
KINDS = {
    "task": "Tâches",
    "appointment": "Rendez-vous",
    "message": "Messages",
    "notes": "Notes",
    "rights": "Dossiers de droits",
    "domiciliation": "Domiciliations",
    "aids": "Aides facultatives",
    "housing": "Hébergement",
    "dues": "Participations",
    "evictions": "Expulsions",
    "applications": "Logement social",
    "energy": "Énergie (SLIME)",
    "insertion": "Parcours RSA",
    "workshops": "Ateliers",
    "liaison": "Notes de liaison",
    "jobs": "Recherche d’emploi",
    "person_requests": "Droits des personnes",
    "referents": "Référents",
    "dormant": "Sans contact",
}
OTHER = "autres"
LIAISON = "liaison"


def work_of(agent: User, today: date, *, reader: User | None = None) -> list[WorkItem]:
    """What `agent` has to do, as `work_of_all` says of many."""
    return work_of_all([agent], today, reader=reader or agent)[agent.pk]


def work_of_all(
    agents: Iterable[User], today: date, *, reader: User, providers: Collection[str] = ()
) -> dict[Any, list[WorkItem]]:
    """What each agent has to do, the most urgent first, with the work of those they stand in for, by agent's key.

    Closed files have left the lists, and files the reader may not know of do not show. Another `reader` than the agent
    steers: they see what is due and on which file, and nothing of the psychologist's persons. The number of queries
    does not depend on how many agents there are. `providers`: what those alone say.
    """
    team = Team(agents, today)
    theirs = work_of_team(team.with_covered(), *providers)
    found = {agent.pk: list(theirs[agent.pk]) for agent in team.agents}
    for cover in team.covers:
        name = cover.agent.full_name
        passed_on = [item for item in theirs[cover.agent_id] if not item.personal]
        found[cover.substitute_id] += [replace(item, stands_in_for=name) for item in passed_on]
    known = _known_to(reader, (item.subject_id for items in found.values() for item in items))
    return {
        agent.pk: sorted(
            _as_read(agent, reader, (item for item in found[agent.pk] if item.subject_id in known)),
            key=lambda item: (item.due is not None, item.due or today, item.title),
        )
        for agent in team.agents
    }


def _known_to(reader: User, keys: Iterable[Any]) -> set[Any]:
    """Those of the files `reader` may know of and that are open; None, for what is about no file."""
    wanted = {key for key in keys if key is not None}
    active = Household.objects.for_user(reader).active().filter(pk__in=wanted)
    return {None, *active.values_list("pk", flat=True)}


def _as_read(agent: User, reader: User, items: Iterable[WorkItem]) -> Iterator[WorkItem]:
    for item in items:
        if reader == agent:
            yield item
        # Between the psychologist and a colleague: who is concerned is not told to a third.
        elif item.kind != LIAISON:
            yield _sealed(item) if agent.role == Role.PSYCHOLOGIST else item


def _sealed(item: WorkItem) -> WorkItem:
    title = "Tâche" if item.kind == "task" else item.title
    return replace(item, title=title, subject="", subject_id=None, url="", row=None)


def urgency(due: date | None, today: date) -> str:
    """The group a due date belongs to; what is undated waits for nobody."""
    if due is None or due == today:
        return "today"
    if due < today:
        return "late"
    return "soon" if due <= today + SOON else "later"


def group_by_urgency(items: Iterable[WorkItem], today: date) -> list[tuple[str, str, list[WorkItem]]]:
    """The non-empty groups as (code, French title, items), the most urgent first."""
    groups: dict[str, list[WorkItem]] = {code: [] for code in GROUPS}
    for item in items:
        groups[urgency(item.due, today)].append(item)
    return [(code, GROUPS[code], rows) for code, rows in groups.items() if rows]


def counts(items: Iterable[WorkItem], today: date) -> dict[str, int]:
    """How many lines of each urgency, none left out."""
    found = Counter(urgency(item.due, today) for item in items)
    return {code: found[code] for code in GROUPS}


@dataclass(frozen=True)
class Choice:
    """One value of a filter with how many lines it keeps."""

    code: str
    label: str
    count: int


@dataclass(frozen=True)
class Filters:
    """The domain and the kind chosen in the address; unknown values keep everything."""

    domain: str = ""
    kind: str = ""
    domains: list[Choice] = field(default_factory=list)
    kinds: list[Choice] = field(default_factory=list)

    def keeps(self, item: WorkItem) -> bool:
        return self.domain in ("", item.domain) and self.kind in ("", kind_of(item))


def kind_of(item: WorkItem) -> str:
    return item.kind if item.kind in KINDS else OTHER


def filters_of(items: list[WorkItem], domain: str, kind: str) -> Filters:
    """The filters the lines allow; each count takes the other filter into account."""
    domain = domain if domain in Domain.values else ""
    kind = kind if kind in KINDS or kind == OTHER else ""
    by_domain = Counter(item.domain for item in items if item.domain and kind in ("", kind_of(item)))
    by_kind = Counter(kind_of(item) for item in items if domain in ("", item.domain))
    domains = [
        Choice(code, "", by_domain[code]) for code in Domain.values if by_domain[code] or code == domain
    ]
    labels = {**KINDS, OTHER: "Autres"}
    kinds = [
        Choice(code, label, by_kind[code]) for code, label in labels.items() if by_kind[code] or code == kind
    ]
    return Filters(domain, kind, domains, kinds)
