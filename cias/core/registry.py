"""What a lower layer needs from an upper one: four small registries, filled in each AppConfig.ready().

The core knows neither households nor users: `subject` is whatever object the caller works on (a household),
`user` the agent who reads. Providers return only what that reader may see.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from cias.core.periods import Period


@dataclass(frozen=True, kw_only=True)
class TimelineItem:
    """One event of a file. `at` sorts it; `domain` is a code the templates know how to draw."""

    at: date | datetime
    icon: str
    title: str
    url: str = ""
    text: str = ""
    domain: str = ""
    kind: str = ""
    author: str = ""


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something one can start from a file ("Ouvrir un dossier CSS"): a link that opens a prefilled form."""

    label: str
    url: str
    icon: str
    domain: str = ""
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class WorkItem:
    """Something due. `due` None means "as soon as possible"; `owner` is the agent who has to act, or None.

    `subject` is the name shown, `subject_id` the key of the file it is about, when it is about one.
    """

    title: str
    url: str
    due: date | None
    domain: str = ""
    subject: str = ""
    subject_id: Any = None
    owner: Any = None
    kind: str = ""


class Unit(StrEnum):
    """What a measure counts; it decides which rule of statistical secrecy applies."""

    COUNT = "count"
    EURO = "euro"
    RATE = "rate"
    DAYS = "days"


@dataclass(frozen=True)
class Row:
    """One aggregate: `keys` in the order of the measure's dimensions, `value` in its unit, `count` of units behind it.

    For a rate, `value` is the numerator and `count` the denominator.
    """

    keys: tuple[str, ...]
    value: int | Decimal
    count: int


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One aggregate indicator of an app. No person ever leaves `compute`.

    `compute(period, territory)`: period of civil dates, territory a set of INSEE commune codes or None for all;
    rows come from GROUP BY in SQL. `definition` is the sentence printed under the figure. Rows add up to a total
    that means something, unless `additive` is False (a household may be counted in several categories).
    """

    code: str
    title: str
    definition: str
    unit: Unit
    compute: Callable[[Period, frozenset[str] | None], Iterable[Row]]
    dimensions: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    sensitive: bool = False
    additive: bool = True


class Registry[T]:
    """Named providers in the order they were registered; a name can be taken once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._providers: dict[str, T] = {}

    def register(self, key: str, provider: T) -> None:
        if key in self._providers:
            raise ValueError(f"{self.name}: « {key} » is already registered")
        self._providers[key] = provider

    def __iter__(self) -> Iterator[T]:
        return iter(self._providers.values())

    def items(self) -> Iterable[tuple[str, T]]:
        return self._providers.items()

    def __getitem__(self, key: str) -> T:
        return self._providers[key]


type TimelineProvider = Callable[[Any, Any], Iterable[TimelineItem]]  # (subject, user)
type ActionProvider = Callable[[Any, Any], Iterable[Action]]  # (subject, user)
type WorkProvider = Callable[[Any, date], Iterable[WorkItem]]  # (user, today)

timeline: Registry[TimelineProvider] = Registry("timeline")
actions: Registry[ActionProvider] = Registry("actions")
worklist: Registry[WorkProvider] = Registry("worklist")
statistics: Registry[Measure] = Registry("statistics")


def collect_timeline(subject: Any, user: Any) -> list[TimelineItem]:
    """Every app's events about `subject` that `user` may see, newest first."""
    items = [item for provider in timeline for item in provider(subject, user)]
    return sorted(items, key=lambda item: (_day(item.at), _moment(item.at)), reverse=True)


def collect_actions(subject: Any, user: Any) -> list[Action]:
    return [action for provider in actions for action in provider(subject, user)]


def collect_work(user: Any, today: date) -> list[WorkItem]:
    """What `user` has to do, the most urgent first; undated items come before the dated ones."""
    items = [item for provider in worklist for item in provider(user, today)]
    return sorted(items, key=lambda item: (item.due is not None, item.due or today, item.title))


def _day(at: date | datetime) -> date:
    from django.utils import timezone

    return timezone.localtime(at).date() if isinstance(at, datetime) else at


def _moment(at: date | datetime) -> float:
    return at.timestamp() if isinstance(at, datetime) else 0.0
