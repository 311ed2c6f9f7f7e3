"""The day of all agents side by side, as a table of quarter hours: pure layout, no query.

Durations are rounded to the nearest quarter for drawing only; a cell whose times are not round says them exactly.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from appointments.models import Appointment
from appointments.services import Diary, Opening
from appointments.slots import Interval
from cias.accounts.models import User
from cias.core.french import of_place

QUARTER = timedelta(minutes=15)


class Kind(StrEnum):
    BOOKED = "booked"
    FREE = "free"
    OFF = "off"
    PAST = "past"


@dataclass
class Cell:
    """`span` quarter hours of one agent. `start` and `end` are exact; `appointments` more than one only when
    several short ones share a quarter."""

    kind: Kind
    agent: User
    span: int
    start: datetime
    end: datetime
    label: str = ""
    appointments: list[Appointment] = field(default_factory=list)


@dataclass
class Row:
    """One quarter hour. `hour` heads `hour_span` rows (None: an earlier row's heading still runs)."""

    at: datetime
    hour: datetime | None = None
    hour_span: int = 0
    is_now: bool = False
    cells: list[Cell] = field(default_factory=list)
    closed_until: datetime | None = None


@dataclass(frozen=True)
class Column:
    """One agent, with where they receive that day."""

    agent: User
    places: str


@dataclass(frozen=True)
class DayGrid:
    columns: list[Column]
    rows: list[Row]


def build_day(*, diary: Diary, appointments: Sequence[Appointment], now: datetime) -> DayGrid:
    """Lay out the one day of a diary; `appointments`: those of its agents that hold time."""
    by_agent: dict[UUID, list[Appointment]] = {agent.pk: [] for agent in diary.agents}
    for appointment in appointments:
        for agent in appointment.agents:
            if agent.pk in by_agent:
                by_agent[agent.pk].append(appointment)
    rows: list[Row] = []
    segments = _segments(diary.site, appointments)
    for number, (start, end) in enumerate(segments):
        block = _rows(start, end, now)
        for agent in diary.agents:
            theirs = [row for row in by_agent[agent.pk] if start <= row.start < end]
            for first, cell in _cells(agent, diary, theirs, start, len(block), now):
                block[first].cells.append(cell)
        rows += block
        if number + 1 < len(segments):
            rows.append(Row(at=end, hour=end, hour_span=1, closed_until=segments[number + 1][0]))
    return DayGrid([Column(agent, places(agent, diary)) for agent in diary.agents], rows)


def places(agent: User, diary: Diary) -> str:
    """The rooms and permanences of an agent's day, else their function."""
    names = dict.fromkeys(map(_place, diary.openings[agent.pk]))
    return ", ".join(name for name in names if name) or agent.function


def _place(opening: Opening) -> str:
    if opening.commune is not None:
        return f"Permanence {of_place(opening.commune.name)}"
    return opening.room.name if opening.room is not None else ""


def _segments(site: Iterable[Interval], appointments: Iterable[Appointment]) -> list[Interval]:
    """The opening hours in whole quarters, stretched to hold the appointments that lie outside of them."""
    spans = [(_floor(start), _ceil(end)) for start, end in site]
    spans += [(_floor(row.start), _ceil(row.end)) for row in appointments]
    merged: list[Interval] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _rows(start: datetime, end: datetime, now: datetime) -> list[Row]:
    rows = [Row(at=start + QUARTER * number) for number in range((end - start) // QUARTER)]
    heads = [number for number, row in enumerate(rows) if number == 0 or row.at.minute % 30 == 0]
    for number, following in zip(heads, [*heads[1:], len(rows)], strict=True):
        row = rows[number]
        row.hour, row.hour_span = row.at, following - number
        row.is_now = row.at <= now < row.at + QUARTER * row.hour_span
    return rows


def _cells(
    agent: User, diary: Diary, appointments: list[Appointment], start: datetime, rows: int, now: datetime
) -> Iterator[tuple[int, Cell]]:
    """The cells of one agent between two hours, with the row each begins on."""
    booked = list(_booked(agent, appointments, start, rows))
    position = 0
    for first, cell in [*booked, (rows, None)]:
        yield from _between(agent, diary, booked, start, position, first, now)
        if cell is not None:
            yield first, cell
            position = first + cell.span


def _booked(
    agent: User, appointments: list[Appointment], start: datetime, rows: int
) -> Iterator[tuple[int, Cell]]:
    current: tuple[int, Cell] | None = None
    for row in appointments:
        first = min(_nearest(row.start - start), rows - 1)
        after = min(max(_nearest(row.end - start), first + 1), rows)
        if current is not None and first < current[0] + current[1].span:
            first, cell = current
            cell.appointments.append(row)
            cell.span, cell.end = max(cell.span, after - first), row.end
            continue
        if current is not None:
            yield current
        current = (
            first,
            Cell(Kind.BOOKED, agent, after - first, row.start, row.end, appointments=[row]),
        )
    if current is not None:
        yield current


def _between(
    agent: User,
    diary: Diary,
    booked: list[tuple[int, Cell]],
    start: datetime,
    first: int,
    after: int,
    now: datetime,
) -> Iterator[tuple[int, Cell]]:
    """What fills rows `first` to `after`: free time, or why there is none; like rows are joined."""
    begins = {number + cell.span: cell.end for number, cell in booked}
    ends = {number: cell.start for number, cell in booked}
    number = first
    while number < after:
        kind, label = _state(agent, diary, start + QUARTER * number, now)
        last = number + 1
        while last < after and _state(agent, diary, start + QUARTER * last, now) == (kind, label):
            last += 1
        cell_start = begins.get(number, start + QUARTER * number)
        cell_end = ends.get(last, start + QUARTER * last)
        yield number, Cell(kind, agent, last - number, cell_start, cell_end, label)
        number = last


def _state(agent: User, diary: Diary, at: datetime, now: datetime) -> tuple[Kind, str]:
    """What the agent does in the quarter that begins at `at`, judged at its middle."""
    middle = at + QUARTER / 2
    for absence in diary.absences[agent.pk]:
        if absence.start <= middle < absence.end:
            return Kind.OFF, str(absence)
    if any(_holds(opening, middle) for opening in diary.openings[agent.pk]):
        return (Kind.PAST if at < now else Kind.FREE), ""
    return Kind.OFF, "Ne reçoit pas"


def _holds(opening: Opening, moment: datetime) -> bool:
    return opening.start <= moment < opening.end


def _nearest(elapsed: timedelta) -> int:
    return (elapsed + QUARTER / 2) // QUARTER


def _floor(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute - moment.minute % 15, second=0, microsecond=0)


def _ceil(moment: datetime) -> datetime:
    floor = _floor(moment)
    return floor if floor == moment else floor + QUARTER
