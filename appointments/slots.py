"""Free slots of an agenda: what is shown to reception is computed here, and booking accepts nothing else.

Pure functions of intervals, no database. All arithmetic is in UTC, so a slot lasts its real minutes across a
clock change; the answer is given in the time zone of the opening it lies in.

The grid: openings minus busy time leave free intervals; in each, slots are packed from its start, one
duration (plus its lead and buffer) after the other, and what is left at the end is lost. So the grid starts anew after
lunch and at the end of every appointment, whatever its length. `now` hides what has begun and never moves the
grid.

Lead and buffer: the way to a home visit is kept free before each slot, a buffer (or the way back) after it. The
lead lies within the openings too; the buffer may run past closing time, but never into busy time. Busy intervals
are given with their own leads and buffers already in.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType

from cias.core.calendar import is_public_holiday
from cias.core.periods import PARIS

Interval = tuple[datetime, datetime]

MIN_MINUTES, MAX_MINUTES = 5, 480

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)

# Hours of a structure that has not entered its own: weekday (Monday is 0) → opening and closing times.
DEFAULT_HOURS: Mapping[int, Sequence[tuple[time, time]]] = MappingProxyType(
    dict.fromkeys(range(5), ((time(9, 0), time(12, 0)), (time(13, 30), time(17, 0))))
)


def free_slots(
    openings: Iterable[Interval],
    busy: Iterable[Interval],
    minutes: int,
    *,
    now: datetime | None = None,
    lead_minutes: int = 0,
    buffer_minutes: int = 0,
) -> list[Interval]:
    """Slots of `minutes` that can be booked, as half-open intervals, in order.

    `openings` and `busy` are half-open intervals of aware datetimes in any order; they may touch, overlap or
    repeat (touching openings make one). Slots whose lead starts before `now` are left out.
    Raises ValueError (French message) when a datetime is naive, an interval ends before it starts, `minutes`
    is not in 5–480, `lead_minutes` or `buffer_minutes` not in 0–480.
    """
    if not MIN_MINUTES <= minutes <= MAX_MINUTES:
        raise ValueError(f"La durée doit être comprise entre {MIN_MINUTES} et {MAX_MINUTES} minutes.")
    if not 0 <= lead_minutes <= MAX_MINUTES:
        raise ValueError(f"Le trajet doit être compris entre 0 et {MAX_MINUTES} minutes.")
    if not 0 <= buffer_minutes <= MAX_MINUTES:
        raise ValueError(f"Le battement doit être compris entre 0 et {MAX_MINUTES} minutes.")
    earliest = _utc(now) if now is not None else None
    lead, duration = timedelta(minutes=lead_minutes), timedelta(minutes=lead_minutes + minutes)
    step = duration + timedelta(minutes=buffer_minutes)
    zoned_openings = [(_utc_interval(opening), opening[0].tzinfo) for opening in openings]
    zones = {start: zone for (start, _), zone in zoned_openings}
    utc_openings = _merged(interval for interval, _ in zoned_openings)
    utc_busy = _merged(map(_utc_interval, busy))
    slots: list[Interval] = []
    for opening, start, closing, next_busy in _free_intervals(utc_openings, utc_busy):
        zone = zones[opening]
        if earliest is not None and start < earliest:
            start += -((start - earliest) // step) * step  # the grid stays: whole steps only
        while start + duration <= closing and start + step <= next_busy:
            slots.append(((start + lead).astimezone(zone), (start + duration).astimezone(zone)))
            start += step
    return slots


def opening_intervals(
    first: date,
    last: date,
    *,
    closed: Container[date] = (),
    pentecost_monday: bool = True,
    hours: Mapping[int, Sequence[tuple[time, time]]] = DEFAULT_HOURS,
) -> list[Interval]:
    """The opening hours from `first` to `last` (both included) in Europe/Paris, in order.

    Public holidays (with or without Pentecost Monday) and the `closed` days are left out.
    Raises ValueError (French message) when `last` is before `first`.
    """
    if last < first:
        raise ValueError("La date de fin précède la date de début.")
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [
        (datetime.combine(day, opens, PARIS), datetime.combine(day, closes, PARIS))
        for day in days
        if day.weekday() in hours
        and day not in closed
        and not is_public_holiday(day, pentecost_monday=pentecost_monday)
        for opens, closes in hours[day.weekday()]
    ]


def _free_intervals(
    openings: Sequence[Interval], busy: Sequence[Interval]
) -> Iterator[tuple[datetime, datetime, datetime, datetime]]:
    """What `busy` leaves of `openings`: (start of the opening, free from, closing time, next busy moment).

    Both are sorted and merged, so one pass over each is enough. A free interval ends at closing time or at
    the next busy moment, whichever comes first; both are told because a buffer may run past the former only.
    """
    position = 0
    for opening, closing in openings:
        start = opening
        while position < len(busy) and busy[position][1] <= opening:
            position += 1
        following = position
        while following < len(busy) and busy[following][0] < closing:
            yield opening, start, closing, busy[following][0]
            start = busy[following][1]
            following += 1
        yield opening, start, closing, busy[following][0] if following < len(busy) else _END_OF_TIME


def _merged(intervals: Iterable[Interval]) -> list[Interval]:
    """Sorted, empty ones left out, those that touch or overlap joined."""
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if start == end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _utc_interval(interval: Interval) -> Interval:
    start, end = map(_utc, interval)
    if end < start:
        raise ValueError("Un intervalle ne peut pas finir avant d’avoir commencé.")
    return start, end


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is UTC:  # all those that come from the database
        return moment
    if moment.utcoffset() is None:
        raise ValueError("Une date et une heure doivent être données avec leur fuseau horaire.")
    return moment.astimezone(UTC)
