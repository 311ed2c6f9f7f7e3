"""Which files would change hands, to whom, and how much each agent carries (H11, S9)."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import (
    Count,
    Exists,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.territory.models import Commune
from households.contacts import without_contact
from households.enums import AssignmentRole
from households.models import Assignment, Household
from households.models.files import on_day
from households.models.tasks import to_do_count
from households.rules import without_referent

MOST_AT_ONCE = 2000


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The files somebody would give away, and the agents who would share them.

    `referent` None with `nobody` True: the files nobody is in charge of; both left out: whoever follows them.
    """

    targets: tuple[User, ...]
    referent: User | None = None
    nobody: bool = False
    commune: Commune | None = None
    letter: str = ""
    tasks: int = 0
    most: int = MOST_AT_ONCE


@dataclass(frozen=True)
class PlannedMove:
    """One file that would go to `agent`; `current` is the main référent's row today, if any."""

    household: Household
    current: Assignment | None
    agent: User
    tasks: int


@dataclass(frozen=True)
class Plan:
    """What a reassignment would do. `digest` tells whether it is still the one somebody looked at."""

    moves: list[PlannedMove] = field(default_factory=list)
    left: int = 0

    @property
    def digest(self) -> str:
        lines = (
            f"{move.household.pk}:{move.current.pk if move.current else ''}:{move.agent.pk}"
            for move in self.moves
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @property
    def shares(self) -> list[tuple[User, int]]:
        """How many files each agent would get."""
        counts = Counter(move.agent for move in self.moves)
        return sorted(counts.items(), key=lambda share: (share[0].last_name, share[0].first_name))

    @property
    def from_whom(self) -> list[tuple[User | None, int]]:
        """How many files each agent would give; None is nobody."""
        return Counter(move.current.agent if move.current else None for move in self.moves).most_common()


def may_reassign_from(user: User, referent: User | None) -> bool:
    """Social workers give away the files they follow; the direction any."""
    return user.role == Role.DIRECTOR or referent == user


def plan_reassignment(user: User, selection: Selection, today: date) -> Plan:
    """The files of `selection` that `user` may give, in order of name, dealt out in turn so that shares are even.

    Those one of the agents already follows stay where they are. `left` counts those already promised to another
    référent from a later day, which nobody moves.
    """
    if not selection.targets:
        return Plan()
    found = _selected(user, selection, today)
    later = _mains().filter(household=OuterRef("pk"), start__gt=today)
    rows = found.exclude(Exists(later)).order_by("sort_key", "number")
    households = list(rows[: min(selection.most, MOST_AT_ONCE)])
    current = {
        row.household_id: row
        for row in _mains().filter(on_day(today), household__in=households).select_related("agent")
    }
    targets = selection.targets
    moves = [
        PlannedMove(row, current.get(row.pk), targets[rank % len(targets)], row.tasks_to_do)
        for rank, row in enumerate(households)
    ]
    return Plan(moves, found.filter(Exists(later)).count())


def _mains() -> Any:
    return Assignment.objects.filter(role=AssignmentRole.MAIN)


def _selected(user: User, selection: Selection, today: date) -> QuerySet[Any]:
    # A protected file is given on its own page, to an agent who is named on it.
    found: QuerySet[Any] = (
        Household.objects.for_user(user).active().filter(opened_on__lte=today, is_protected=False)
    )
    mains = _mains().filter(on_day(today), household=OuterRef("pk"))
    if selection.nobody:
        found = found.filter(pk__in=without_referent(today))
    elif selection.referent is not None:
        found = found.filter(Exists(mains.filter(agent=selection.referent)))
    found = found.exclude(Exists(mains.filter(agent__in=selection.targets)))
    if selection.commune is not None:
        found = found.filter(commune=selection.commune)
    if selection.letter:
        found = found.filter(sort_key__startswith=selection.letter.lower())
    counts = to_do_count().filter(household=OuterRef("pk")).values("tasks")
    found = found.annotate(tasks_to_do=Coalesce(Subquery(counts, IntegerField()), Value(0)))
    return found.filter(tasks_to_do__gte=selection.tasks) if selection.tasks else found


@dataclass(frozen=True)
class AgentLoad:
    """What one agent carries: open files, and those silent for long."""

    agent: User
    households: int
    dormant: int


@dataclass(frozen=True)
class Caseload:
    """The open files of a service by main référent: how many, and how many silent for long; None is nobody."""

    followed: Mapping[UUID | None, int]
    silent: Mapping[UUID | None, int]

    @property
    def loads(self) -> list[AgentLoad]:
        """Every social worker's. For the direction only: it names agents. One query."""
        return [
            AgentLoad(agent, self.followed.get(agent.pk, 0), self.silent.get(agent.pk, 0))
            for agent in User.objects.social_workers()
        ]

    @property
    def dormant(self) -> int:
        """All the files silent for long."""
        return sum(self.silent.values())

    @property
    def without_referent(self) -> int:
        return self.followed.get(None, 0)


def caseload(reader: User, today: date, months: int) -> Caseload:
    """The open files `reader` may know of, as the lists count them: two queries, each reading the files once."""
    known = Household.objects.for_user(reader).active()
    return Caseload(*(_by_referent(rows, today) for rows in (known, without_contact(known, today, months))))


def _by_referent(rows: QuerySet[Household], today: date) -> dict[UUID | None, int]:
    """How many files each has; one has at most one main référent on a day."""
    main = FilteredRelation(
        "assignments", condition=on_day(today, "assignments__") & Q(assignments__role=AssignmentRole.MAIN)
    )
    counted = rows.order_by().annotate(main=main).values_list("main__agent").annotate(files=Count("pk"))
    return dict(counted)
