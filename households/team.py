"""The agents whose work is gathered at once, and what each of them may know, in a number of queries that does not
depend on how many they are (H12)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any, Self

from django.db.models import Case, Count, DateField, IntegerField, Min, Q, QuerySet, UUIDField, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from cias.accounts.enums import Role, Scope
from cias.accounts.models import User
from cias.core.presence import belongings
from cias.core.providers import Registry
from cias.core.registry import WorkItem, collect_work, worklist
from households.models import (
    Assignment,
    CaseloadPolicy,
    Cover,
    EmergencyAccess,
    Household,
    Membership,
    NamedAccess,
)

# Names of tables (cias.core.presence) and of providers.
COVERS = "households.Cover.substitute"
TASKS = "households.tasks"


@dataclass(frozen=True)
class Figure:
    """How many rows, and the oldest day among them."""

    count: int
    oldest: date | None


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Rows that `agents` are only told the number of, and the line that tells it.

    `path` leads from a row to its household, "" when the rows are households; `oldest` names the day whose minimum
    is wanted; `count` is what is counted, the rows by default.
    """

    agents: Collection[User]
    rows: QuerySet[Any]
    line: Callable[[Figure], WorkItem]
    count: Any = None
    oldest: str = ""
    path: str = "household"

    def groups(self, rank: int) -> QuerySet[Any, Any]:
        """The rows of protected files counted file by file, all the others together; `rank` marks them."""
        prefix = f"{self.path}__" if self.path else ""
        protected = Case(When(Q(**{f"{prefix}is_protected": True}), then=f"{prefix}pk"), default=None)
        first = Min(self.oldest) if self.oldest else Cast(Value(None), DateField())
        rows = self.rows.order_by().annotate(tally=Value(rank), protected_file=protected)
        return rows.values("tally", "protected_file").annotate(total=self.count or Count("pk"), first=first)


# What whoever steers is told of the whole service, under the name of the provider of the work list it goes with.
tallies: Registry[Callable[["Team"], Tally]] = Registry("tallies")


class Team:
    """Agents, `today`, and the protected files closed to each.

    What `closed_to()` says of one user in SQL, this says of many in memory: protected files are few. Providers of work
    lists ask for the rows of all agents at once, and leave out what one of them may not know of.
    """

    def __init__(self, agents: Iterable[User], today: date, *, about: Household | None = None) -> None:
        """`about`: the one file whose work is wanted, of one agent; a provider may use what its page has read."""
        self.agents = tuple(agents)
        self.today = today
        self.about = about
        self.by_key: Mapping[Any, User] = {agent.pk: agent for agent in self.agents}

    @cached_property
    def belongings(self) -> Collection[str]:
        """The tables that have a row of one of them (cias.core.presence)."""
        return belongings(self.agents, self.today)

    @cached_property
    def covers(self) -> list[Cover]:
        """Those of today in which one of the agents stands in for somebody."""
        if COVERS not in self.belongings:
            return []
        rows = Cover.objects.on(self.today).filter(substitute__in=self.agents)
        return list(rows.select_related("agent"))

    def with_covered(self) -> Self:
        """The same agents, and the colleagues they stand in for today."""
        if not self.covers:
            return self
        covered = {cover.agent.pk: cover.agent for cover in self.covers}
        return type(self)({**covered, **self.by_key}.values(), self.today)

    def holding(self, *rights: str, without: str = "") -> list[User]:
        """The agents whose role holds every one of these rights, on some files at least, and not `without`."""
        found = [agent for agent in self.agents if all(agent.has_perm(right) for right in rights)]
        return [agent for agent in found if not without or not agent.has_perm(without)]

    def among(self, agents: Iterable[User], *, directing: bool) -> list[User]:
        """Those of `agents` who steer, or those who do not."""
        return [agent for agent in agents if (agent.role == Role.DIRECTOR) == directing]

    def is_closed(self, agent: User, household_id: Any) -> bool:
        """Whether the household is a protected one that `agent` may not enter (C3)."""
        return household_id in self._closed_keys and agent.pk not in self._closed_keys[household_id]

    def is_hidden(self, agent: User, person_id: Any) -> bool:
        """Whether `agent` would know the person through closed households only (`persons_hidden_from`)."""
        if person_id not in self._people:
            return False
        protected, lives_in = self._people[person_id]
        return any(self.is_closed(agent, key) for key in protected) and all(
            self.is_closed(agent, key) for key in lives_in
        )

    def knows(self, agent: User, household_id: Any) -> bool:
        """What `Household.objects.for_user(agent)` says of one household."""
        match agent.scope("identity.view"):
            case Scope.ALL:
                return not self.is_closed(agent, household_id)
            case Scope.OWN:
                return (agent.pk, household_id) in self._own and not self.is_closed(agent, household_id)
        return False

    def told(self, wanted: Iterable[Tally]) -> Iterator[tuple[Any, WorkItem]]:
        """To the agents of each tally, how many of its rows are of files open to them; nothing when there is none.

        One query for all the tallies.
        """
        wanted = [tally for tally in wanted if tally.agents]
        if not wanted:
            return
        first, *others = (tally.groups(rank) for rank, tally in enumerate(wanted))
        found: dict[int, list[Any]] = defaultdict(list)
        for row in first.union(*others, all=True).order_by():
            found[row["tally"]].append(row)
        for rank, rows in sorted(found.items()):
            for agent in wanted[rank].agents:
                known = [
                    row
                    for row in rows
                    if row["protected_file"] is None or not self.is_closed(agent, row["protected_file"])
                ]
                days = [row["first"] for row in known if row["first"]]
                if total := sum(row["total"] for row in known):
                    yield agent.pk, wanted[rank].line(Figure(total, min(days, default=None)))

    @property
    def dormant_months(self) -> int:
        """After how many months without contact a file is looked at again (`households.contacts`)."""
        return self._rules[1]

    @property
    def _closed_keys(self) -> Mapping[Any, Collection[Any]]:
        """Every protected household with the keys of the agents of the team who may enter it."""
        return self._rules[0]

    @cached_property
    def _rules(self) -> tuple[Mapping[Any, Collection[Any]], int]:
        """What is closed to whom, and what the CIAS settled. One query."""
        nobody, none = Value(None, UUIDField()), Value(None, IntegerField())
        protected = Household.with_absorbed.filter(is_protected=True)
        named = NamedAccess.objects.filter(agent__in=self.agents, end=None, protection__end=None)
        forced = EmergencyAccess.objects.filter(agent__in=self.agents, expires_at__gt=timezone.now())
        policy = CaseloadPolicy.objects.order_by().values_list(nobody, nobody, "dormant_months")
        # Those whose columns are typed come first: PostgreSQL would take a column of NULL for a text.
        rows = list(
            forced.order_by()
            .values_list("household", "agent", none)
            .union(
                policy,
                named.order_by().values_list("protection__household", "agent", none),
                protected.order_by().values_list("pk", nobody, none),
                all=True,
            )
            .order_by()
        )
        inside: dict[Any, set[Any]] = {
            key: set() for key, agent, months in rows if agent is None and months is None
        }
        for key, agent, _months in rows:
            if agent is not None and key in inside:
                inside[key].add(agent)
        settled = (months for *_file, months in rows if months is not None)
        return inside, next(settled, CaseloadPolicy().dormant_months)

    @cached_property
    def _people(self) -> Mapping[Any, tuple[set[Any], set[Any]]]:
        """The persons of protected files: those files, and the households they live in today."""
        if not self._closed_keys:
            return {}
        rows = Membership.objects.order_by()
        concerned = rows.filter(household__in=list(self._closed_keys)).values("person")
        found: dict[Any, tuple[set[Any], set[Any]]] = defaultdict(lambda: (set(), set()))
        dated = rows.filter(person__in=concerned).values_list("person", "household", "start", "end")
        for person, household, start, end in dated:
            protected, lives_in = found[person]
            if household in self._closed_keys:
                protected.add(household)
            if start <= self.today and (end is None or end >= self.today):
                lives_in.add(household)
        return dict(found)

    @cached_property
    def _own(self) -> Collection[tuple[Any, Any]]:
        """(agent, household) of the agents who know their own files only."""
        own = [agent for agent in self.agents if agent.scope("identity.view") == Scope.OWN]
        if not own:
            return ()
        return set(Assignment.objects.filter(agent__in=own).order_by().values_list("agent", "household"))


def work_of_team(team: Team, *keys: str) -> dict[Any, list[WorkItem]]:
    """What each agent of the team has to do, by the agent's key; never a file closed to them.

    `keys`: what these providers alone say.
    """
    found: dict[Any, list[WorkItem]] = {agent.pk: [] for agent in team.agents}
    # Who steers is told of what belongs to others.
    if all(agent.role == Role.SOCIAL_WORKER for agent in team.agents):
        keys = tuple(key for key in worklist.busy(team.belongings) if not keys or key in keys)
    counted = team.told(tally(team) for key, tally in tallies.items() if not keys or key in keys)
    for key, item in chain(collect_work(team, *keys), counted):
        if not team.is_closed(team.by_key[key], item.subject_id):
            found[key].append(item)
    return found


def own_work(
    agent: User,
    today: date,
    found: Collection[str] | None = None,
    *,
    about: Household | None = None,
    without: Collection[str] = (),
) -> list[WorkItem]:
    """What `agent` has to do of their own, the most urgent first; undated items come before the dated ones.

    `found`: what one file, `about`, holds and what belongs to the agent (cias.core.presence), when only what is
    about that file is wanted: other lines may come too. `without`: leave these providers out.
    """
    team = Team([agent], today, about=about)
    if found is not None:
        team.belongings = found
    keys = [key for key in worklist.speaking(found) if key not in without]
    items = work_of_team(team, *keys)[agent.pk]
    return sorted(items, key=lambda item: (item.due is not None, item.due or today, item.title))
