"""What a lower layer needs from an upper one: small typed registries, filled in each AppConfig.ready().

The core knows neither households nor users: `subject` is whatever object the caller works on (a household),
`user` the agent who reads. Providers return only what that reader may see.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from cias.core.holdings import Holding
from cias.core.periods import Period
from cias.core.providers import Registry


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
class Panel:
    """A card on the first page of a file: its own template, and what that template shows."""

    template: str
    context: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class WorkItem:
    """Something due. `due` None means "as soon as possible"; `owner` is the agent who has to act, or None.

    `subject` is the name shown, `subject_id` the key of the file it is about, when it is about one.
    `personal` is what nobody else can do in the owner's absence. `row` is the object itself, for the kinds of work
    the list acts upon in place; `stands_in_for` the colleague one replaces, filled in by the list.
    """

    title: str
    url: str
    due: date | None
    domain: str = ""
    subject: str = ""
    subject_id: Any = None
    owner: Any = None
    kind: str = ""
    personal: bool = False
    row: Any = None
    stands_in_for: str = ""


@dataclass(frozen=True, kw_only=True)
class ContactSource:
    """One way the people of a file show a sign of life: an interview, an appointment kept, pieces brought.

    `rows()` gives the exchanges as a queryset; `subject` is the path from one to its file, `at` its date or moment.
    Rows are counted in SQL only, whoever reads: a source tells when and how, never what was said.
    """

    label: str
    rows: Callable[[], Any]
    at: str
    subject: str = "household"


@dataclass(frozen=True, kw_only=True)
class OpenItem:
    """Something of a file that still runs. `blocks` forbids closing it; the rest is only warned about."""

    subject_id: Any
    title: str
    url: str = ""
    domain: str = ""
    owner: Any = None
    kind: str = ""
    blocks: bool = False


@dataclass(frozen=True, kw_only=True)
class FollowedRequest:
    """Where the latest request of a file stands, for the app that led to it: its state in words, and its page."""

    label: str
    url: str
    on: date | None = None
    is_over: bool = False


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a task comes from, as its reader may know of it: "Rendez-vous du 3 mars", and its page."""

    label: str
    url: str
    subject_id: Any = None


class Unit(StrEnum):
    """What a measure counts; it decides which rule of statistical secrecy applies."""

    COUNT = "count"
    EURO = "euro"
    RATE = "rate"
    DAYS = "days"


@dataclass(frozen=True)
class Row:
    """One aggregate: `keys` in the order of the measure's dimensions, `value` in its unit, `count` of units behind it.

    For a rate, `value` is the numerator and `count` the denominator. `units`: the households behind a rate that
    divides something else (euros, nights, hours). `largest`: what the household that makes most of a sum of euros
    makes of it; a sum that does not tell is not published (cias.core.secrecy.amounts).
    """

    keys: tuple[str, ...]
    value: int | Decimal
    count: int
    units: int | None = None
    largest: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class PartOf:
    """How what a measure counts lies inside what another one counts: published together, protected together.

    `code` is the other measure, the whole. The part is everything the whole counts, or its categories `keys` of one
    `dimension`. `exact`: it counts all of them, broken down otherwise, so that the totals are equal; else it counts
    some of them, and the difference of the two is protected over every dimension that both have.
    For a rate the part is what it is divided by, and `numerator` the categories that it counts; or `numerator_code`
    is the measure that it counts, and `code` the one it divides by, over their common dimension.
    Why: docs/adr/0016-published-together.md.
    """

    code: str
    dimension: str = ""
    keys: frozenset[str] = frozenset()
    exact: bool = True
    numerator: frozenset[str] = frozenset()
    numerator_code: str = ""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One aggregate indicator of an app. No person ever leaves `compute`.

    `compute(period, territory)`: period of civil dates, territory a set of INSEE commune codes or None for all;
    rows come from GROUP BY in SQL. `definition` is the sentence printed under the figure. Rows add up to a total
    that means something, unless `additive` is False (a household may be counted in several categories). Euros are
    sums unless `median` says that they are not. `part_of` links it to another measure of the same population.
    `counts_units` is False for a rate of euros, nights or hours: its rows say how many households are behind it.
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
    median: bool = False
    counts_units: bool = True
    part_of: PartOf | None = None


@dataclass(frozen=True, kw_only=True)
class MergeKey:
    """A word between braces in a letter's template, replaced by what `value` says of the letter's context.

    `label` is what the writer reads; `value` returns "" when it is not known for this household. Plain text only,
    never a note's content nor the NIR.
    """

    code: str
    group: str
    label: str
    value: Callable[[Any], str]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Pairs of a summary."""

    rows: Iterable[tuple[str, str]]
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of a summary; each row, and the total when there is one, as long as the header.

    `numbers` are the ranks of the columns of figures, which are set to the right.
    """

    header: tuple[str, ...]
    rows: Iterable[tuple[str, ...]]
    title: str
    total: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Prose:
    """A text of a summary with its heading and a line about it."""

    title: str
    text: str
    about: str = ""


type SummaryBlock = Facts | Table | Prose


@dataclass(frozen=True, kw_only=True)
class SummaryRequest:
    """What a summary is made of: the file, for whom it is printed, and for which person when not for all.

    `masked`: the copy is handed to the person, so that third parties are not named in it; `hide` masks a text.
    `until`: the day the person left the file; what came after is about those who stayed (see known()).
    """

    subject: Any
    user: Any
    today: date
    person: Any = None
    masked: bool = False
    hide: Callable[[str], str] = str
    until: date | None = None

    def known(self, rows: Any, day: str) -> Any:
        """Those of `rows` (a queryset) that the person may know of; `day` is the column, a path for a moment."""
        return rows if self.until is None else rows.filter(**{f"{day}__lte": self.until})


@dataclass(frozen=True, kw_only=True)
class SummarySection:
    """One section of the printed summary of a file. Blocks show only what the user may read.

    `may_read(subject, user)` decides whether the section is offered at all; `position` orders the sections.
    """

    title: str
    position: int
    may_read: Callable[[Any, Any], bool]
    blocks: Callable[[SummaryRequest], Iterable[SummaryBlock]]
    help_text: str = ""


@dataclass(frozen=True, kw_only=True)
class LogHead:
    """The last seal of the read log, to be told to the outside; `waiting_since` is its oldest line without a seal."""

    number: int
    digest: str
    sealed_at: datetime
    waiting_since: datetime | None = None

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


type TimelineProvider = Callable[[Any, Any], Iterable[TimelineItem]]  # (subject, user)
type ActionProvider = Callable[[Any, Any], Iterable[Action]]  # (subject, user)
type PanelProvider = Callable[[Any, Any], Panel | None]  # (subject, user)
# (team) → (key of the agent, item): what each agent of a team has to do. How many queries it takes does not depend on
# how many agents there are.
type WorkProvider = Callable[[Any], Iterable[tuple[Any, WorkItem]]]
type InvolvedProvider = Callable[[Any, date], Iterable[Any]]  # (subject, today)
type OpenProvider = Callable[
    [Collection[Any]], Iterable[OpenItem]
]  # (keys of files), for all of them at once
type RequestFinder = Callable[
    [Any, Collection[str], Any], Mapping[str, FollowedRequest]
]  # (subject, codes, user): the latest of each code that the user may know of
type OriginFinder = Callable[[Any, Any], Origin | None]  # (key, user)

timeline: Registry[TimelineProvider] = Registry("timeline")
actions: Registry[ActionProvider] = Registry("actions")
panels: Registry[PanelProvider] = Registry("panels")
worklist: Registry[WorkProvider] = Registry("worklist")
statistics: Registry[Measure] = Registry("statistics")
# The agents who have work on a file: they are proposed when it becomes a protected one.
involved: Registry[InvolvedProvider] = Registry("involved")
contacts: Registry[ContactSource] = Registry("contacts")
open_items: Registry[OpenProvider] = Registry("open_items")
origins: Registry[OriginFinder] = Registry("origins")
# The requests an app follows for others, by code: rights, for a line of work that leads to one.
requests: Registry[RequestFinder] = Registry("requests")
merge_keys: Registry[MergeKey] = Registry("merge_keys")
summary: Registry[SummarySection] = Registry("summary")
# What an agent who leaves holds, in the order it is handed over.
holdings: Registry[Holding] = Registry("holdings")
# What each app keeps encrypted in columns: encrypt it again with the newest key, and say how many changed.
rekeys: Registry[Callable[[], int]] = Registry("rekeys")
# The keys of the files, ended and merged ones included, as a queryset: what the read log counts as files opened.
files: Registry[Callable[[], Any]] = Registry("files")
# The read log's last seal, for the backups and the metrics, which keep it where the database's owner does not write.
log_heads: Registry[Callable[[], LogHead | None]] = Registry("log_heads")


def collect_timeline(subject: Any, user: Any, found: Collection[str] | None = None) -> list[TimelineItem]:
    """Every app's events about `subject` that `user` may see, newest first.

    `found`: what the file holds (cias.core.presence), so that apps it has nothing to do with are not asked.
    """
    items = [item for provider in timeline.speaking(found).values() for item in provider(subject, user)]
    return sorted(items, key=lambda item: (_day(item.at), _moment(item.at)), reverse=True)


def collect_actions(subject: Any, user: Any) -> list[Action]:
    return [action for provider in actions for action in provider(subject, user)]


def collect_panels(subject: Any, user: Any, found: Collection[str] | None = None) -> list[Panel]:
    """The cards each app adds to the first page of `subject`, as far as `user` may see them; `found` as above."""
    cards = (provider(subject, user) for provider in panels.speaking(found).values())
    return [card for card in cards if card is not None]


def collect_involved(subject: Any, today: date) -> list[Any]:
    """The agents every app knows to have work on `subject`, each once."""
    return list(dict.fromkeys(agent for provider in involved for agent in provider(subject, today)))


def collect_work(team: Any, *keys: str) -> Iterator[tuple[Any, WorkItem]]:
    """What the agents of `team` have to do, as (key of the agent, item), in the order of the providers.

    `keys`: those providers alone.
    """
    for key, provider in worklist.items():
        if not keys or key in keys:
            yield from provider(team)


def collect_open(subjects: Collection[Any]) -> dict[Any, list[OpenItem]]:
    """What still runs on each of these files, what blocks first; files without anything are left out."""
    found: dict[Any, list[OpenItem]] = {}
    for provider in open_items:
        for item in provider(subjects):
            found.setdefault(item.subject_id, []).append(item)
    return {key: sorted(items, key=lambda item: not item.blocks) for key, items in found.items()}


def find_origin(kind: str, key: Any, user: Any) -> Origin | None:
    """Where a task of origin `kind` comes from, if `user` may read it."""
    return origins[kind](key, user) if key and kind in origins else None


def _day(at: date | datetime) -> date:
    from django.utils import timezone

    return timezone.localtime(at).date() if isinstance(at, datetime) else at


def _moment(at: date | datetime) -> float:
    return at.timestamp() if isinstance(at, datetime) else 0.0
