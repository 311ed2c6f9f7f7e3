"""The occupancy timeline: places × months, as a table whose unit is a third of a month.

A real table prints, zooms and reads aloud; three units a month are fine enough to see a gap, and every cell says
its exact dates. Pure layout: no query beyond the lists it is given.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from cias.core.deadlines import add_months
from cias.core.french import date_short
from cias.core.periods import Period
from housing.lodging.nights import overlap
from housing.models import Place, Proposal, Stay, Unavailability

UNITS_PER_MONTH = 3
ONE_DAY = timedelta(days=1)


class Kind(StrEnum):
    STAY = "stay"
    SOON = "soon"
    OVERDUE = "overdue"
    COMING = "coming"
    FREE = "free"
    PROPOSED = "proposed"
    OFF = "off"
    CLOSED = "closed"


@dataclass(frozen=True)
class Fact:
    """What takes a place from `first` to `last`, both included; `last` None: until further notice."""

    first: date
    last: date | None
    kind: Kind
    stay: Stay | None = None
    off: Unavailability | None = None


@dataclass(frozen=True)
class Cell:
    """`span` units of the row; `first`/`last` are the exact days of the fact, cut to nothing.

    `nights` counts the free nights of a gap between two facts, None when nothing follows. `is_open` is a gap, or an end
    of one, that is still to come: somebody can be proposed the place from `entry` on.
    """

    kind: Kind
    span: int
    first: date
    last: date | None
    stay: Stay | None = None
    off: Unavailability | None = None
    proposal: Proposal | None = None
    nights: int | None = None
    entry: date | None = None

    @cached_property
    def dates(self) -> str:
        """Its exact days, in words; made once, read twice in each of hundreds of cells."""
        return (
            f"du {date_short(self.first)} au {date_short(self.last)}"
            if self.last
            else f"du {date_short(self.first)}"
        )


@dataclass(frozen=True)
class Row:
    """`free_nights` are those of the window that nobody spends in the place, works and closures left out."""

    place: Place
    cells: list[Cell]
    free_nights: int


@dataclass(frozen=True)
class Timeline:
    """`months` are the first days of the columns."""

    months: list[date]
    rows: list[Row]
    first: date
    last: date

    @property
    def free_nights(self) -> int:
        return sum(row.free_nights for row in self.rows)


def build_timeline(
    places: Iterable[Place],
    first_month: date,
    months: int,
    today: date,
    soon: Callable[[str], int] = lambda scheme: 0,
) -> Timeline:
    """Lay out `months` months from `first_month`; each place has its stays and unavailabilities prefetched.

    `soon` gives, for a scheme, how many days before its end a contract is announced. A place with `held_proposals`
    shows the household it is proposed to.
    """
    starts = [add_months(first_month.replace(day=1), offset) for offset in range(months)]
    last = add_months(starts[-1], 1) - ONE_DAY
    window = _Window(starts[0], last, months * UNITS_PER_MONTH, today, soon)
    return Timeline(starts, [_row(place, window) for place in places], starts[0], last)


def unit_of(day: date, origin: date) -> int:
    """The unit a day falls in, counted from the origin month: days 1–10, 11–20, 21–end."""
    months = (day.year - origin.year) * 12 + day.month - origin.month
    return months * UNITS_PER_MONTH + min((day.day - 1) // 10, UNITS_PER_MONTH - 1)


def facts_of(place: Place, today: date, soon: Callable[[str], int] = lambda scheme: 0) -> list[Fact]:
    """What happens on a place, in order of dates, without overlap (the database and the services see to it)."""
    facts = [_stay_fact(stay, today, soon) for stay in place.stays.all()]
    facts += [Fact(off.start, off.end, Kind.OFF, off=off) for off in place.unavailabilities.all()]
    if place.end is not None:
        facts.append(Fact(place.end + ONE_DAY, None, Kind.CLOSED))
    return sorted(facts, key=lambda fact: fact.first)


def _stay_fact(stay: Stay, today: date, soon: Callable[[str], int]) -> Fact:
    if stay.end is not None:
        return Fact(stay.start, stay.end, Kind.STAY, stay)
    if stay.planned_end < today:  # nobody recorded an exit: the household is still there
        return Fact(stay.start, today, Kind.OVERDUE, stay)
    if stay.start > today:
        return Fact(stay.start, stay.planned_end, Kind.COMING, stay)
    ends_soon = (stay.planned_end - today).days <= soon(stay.scheme)
    return Fact(stay.start, stay.planned_end, Kind.SOON if ends_soon else Kind.STAY, stay)


@dataclass(frozen=True)
class _Window:
    first: date
    last: date
    units: int
    today: date
    soon: Callable[[str], int]


def _row(place: Place, window: _Window) -> Row:
    cells: list[Cell] = []
    held = next(iter(getattr(place, "held_proposals", ())), None)
    for cell in _cells(place, window):
        if cell.kind == Kind.FREE:
            unit = sum(before.span for before in cells)
            cells += [_free(part, held, window) for part in _before_and_after(cell, unit, window)]
        else:
            cells.append(cell)
    return Row(place, cells, _free_nights(place, window))


def _free_nights(place: Place, window: _Window) -> int:
    """Exact, gaps too short for a cell included."""
    if place.start > window.last:
        return 0
    whole = Period(max(window.first, place.start), window.last)
    facts = facts_of(place, window.today, window.soon)
    return whole.days - sum(overlap(fact.first, fact.last, whole) for fact in facts)


def _before_and_after(cell: Cell, unit: int, window: _Window) -> Iterator[Cell]:
    """A gap under way is two: the nights lost until yesterday, and what can still be proposed."""
    past = unit_of(window.today, window.first) - unit
    if not (cell.first < window.today and 0 < past < cell.span):
        yield cell
        return
    yield replace(cell, span=past, last=window.today - ONE_DAY)
    yield replace(cell, span=cell.span - past, first=window.today)


def _free(cell: Cell, held: Proposal | None, window: _Window) -> Cell:
    """A gap with its nights, and whether somebody may still be, or already is, proposed to live in it."""
    nights = None if cell.last is None else (cell.last - cell.first).days + 1
    is_open = cell.last is None or cell.last >= window.today
    entry = max(cell.first, window.today) if is_open else None
    proposed = (
        held is not None and entry is not None and (cell.last is None or held.available_on <= cell.last)
    )
    kind = Kind.PROPOSED if proposed else Kind.FREE
    return Cell(
        kind,
        cell.span,
        cell.first,
        cell.last,
        proposal=held if proposed else None,
        nights=nights,
        entry=entry,
    )


def _cells(place: Place, window: _Window) -> Iterator[Cell]:
    first, last, units = window.first, window.last, window.units
    facts = facts_of(place, window.today, window.soon)
    if place.start > first:
        facts.insert(0, Fact(first, place.start - ONE_DAY, Kind.CLOSED))
    left_on: date | None = getattr(place, "left_on", None)
    unit, free_from = 0, min(place.start, first)
    if left_on is not None:
        free_from = max(free_from, left_on + ONE_DAY)
    for fact in facts:
        if fact.last is not None and fact.last < first:
            # Since when the place is free, were it before the window.
            free_from = max(free_from, fact.last + ONE_DAY)
            continue
        if fact.first > last:
            break
        begin = max(unit_of(fact.first, first), unit)
        stop = units if fact.last is None else min(unit_of(fact.last, first) + 1, units)
        if begin >= units:
            break
        if begin > unit:
            yield Cell(Kind.FREE, begin - unit, free_from, fact.first - ONE_DAY)
        span = max(stop - begin, 1)
        yield Cell(fact.kind, span, fact.first, fact.last, fact.stay, fact.off)
        unit, free_from = begin + span, (fact.last or last) + ONE_DAY
    if unit < units:
        following = next((fact.first for fact in facts if fact.first > last), None)
        yield Cell(Kind.FREE, units - unit, free_from, following - ONE_DAY if following else None)
