"""The chronology as a drawing: what happened, what is to come, the winters. Figures in, SVG coordinates out.

The drawing never says more than the two lists beside it, whose marks (1, 2… and A, B…) it repeats.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from string import ascii_uppercase

from cias.core.deadlines import add_months, end_of_month
from cias.core.french import month_short
from housing.delays.counting import RuleBook

WIDTH, MARGIN = 1000, 24
# Marks that stand closer than this are put one above the other.
CLEARANCE, STEP = 26, 26
ACTS_AT, DEADLINES_AT = 104, 142
LEVELS = 3
MOST_MONTHS = 36
MONTH_LABELS = 13


@dataclass(frozen=True)
class Mark:
    x: str
    y: str
    text: str
    is_late: bool = False


@dataclass(frozen=True)
class Band:
    x: str
    width: str
    label_x: str


@dataclass(frozen=True)
class Tick:
    x: str
    label: str


@dataclass(frozen=True)
class Drawing:
    acts: list[Mark]
    deadlines: list[Mark]
    truces: list[Band]
    ticks: list[Tick]
    today: str
    first: date
    last: date


def draw(acts: Sequence[date], deadlines: Sequence[date], rules: RuleBook, today: date) -> Drawing:
    """Acts and deadlines in their order; those that would make the drawing longer than three years are left out."""
    days = [*acts, *deadlines, today]
    first = max(min(days), add_months(today, -MOST_MONTHS // 2)).replace(day=1)
    last = min(max(*days, add_months(today, 2)), add_months(first, MOST_MONTHS) - timedelta(days=1))
    last = end_of_month(last)
    span = (last - first).days or 1

    def at(day: date) -> float:
        return MARGIN + (WIDTH - 2 * MARGIN) * (day - first).days / span

    def marks(dates: Sequence[date], names: Sequence[str], base: int) -> list[Mark]:
        placed: list[tuple[float, int]] = []
        found = []
        for day, name in zip(dates, names, strict=True):
            if not first <= day <= last:
                continue
            x, level = at(day), 0
            while level < LEVELS - 1 and any(
                x - other < CLEARANCE and level == high for other, high in placed
            ):
                level += 1
            placed.append((x, level))
            shift = -STEP * level if base == ACTS_AT else STEP * level
            found.append(Mark(_text(x), _text(base + shift), name, base != ACTS_AT and day < today))
        return found

    months = [add_months(first, offset) for offset in range(MOST_MONTHS + 1)]
    months = [month for month in months if month <= last]
    every = -(-len(months) // MONTH_LABELS)
    return Drawing(
        acts=marks(acts, act_names(len(acts)), ACTS_AT),
        deadlines=marks(deadlines, deadline_names(len(deadlines)), DEADLINES_AT),
        truces=[
            _band(at(max(one.first, first)), at(min(one.last, last)))
            for one in rules.truces_between(first, last)
        ],
        ticks=[
            Tick(
                _text(at(month)),
                month_short(month, year=month.month == 1 or rank == 0) if rank % every == 0 else "",
            )
            for rank, month in enumerate(months)
        ],
        today=_text(at(today)),
        first=first,
        last=last,
    )


def act_names(count: int) -> list[str]:
    return [str(rank) for rank in range(1, count + 1)]


def deadline_names(count: int) -> list[str]:
    """A, B… Z, AA…"""
    letters = ascii_uppercase
    return [
        letters[rank] if rank < len(letters) else f"A{letters[rank % len(letters)]}" for rank in range(count)
    ]


def _band(left: float, right: float) -> Band:
    return Band(_text(left), _text(max(right - left, 2)), _text((left + right) / 2))


def _text(value: float) -> str:
    """Coordinates with a point, whatever the language of the page."""
    return f"{value:.1f}"
