"""The period the direction looks at, and the one it is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from cias.core.deadlines import add_months, end_of_month
from cias.core.periods import Period

MONTH, QUARTER, YEAR = "mois", "trimestre", "annee"
KINDS = {MONTH: ("Mois", 1), QUARTER: ("Trimestre", 3), YEAR: ("Année", 12)}


@dataclass(frozen=True)
class Span:
    """A month, a quarter or a year: whole, or up to today while it runs; then `before` is as long."""

    kind: str
    whole: Period
    period: Period
    before: Period

    @classmethod
    def of(cls, kind: str, back: int, today: date) -> Self:
        """`back`: how many periods before the current one, 0 for that one. An unknown kind is a month."""
        kind = kind if kind in KINDS else MONTH
        months = KINDS[kind][1]
        start = add_months(date(today.year, (today.month - 1) // months * months + 1, 1), -months * back)
        whole, previous = _whole(start, months), _whole(add_months(start, -months), months)
        if today not in whole:
            return cls(kind, whole, whole, previous)
        run = (today - start).days
        as_long = Period(previous.first, min(previous.last, previous.first + timedelta(days=run)))
        return cls(kind, whole, Period(start, today), as_long)

    @property
    def code(self) -> str:
        """Which one it is among all: "mois-2026-11-01"."""
        return f"{self.kind}-{self.whole.first}"

    @property
    def buckets(self) -> Sequence[Period]:
        """The weeks of a month, the months of what is longer, cut to the period at both ends."""
        found, first = [], self.period.first
        while first <= self.period.last:
            end = end_of_month(first) if self.kind != MONTH else first + timedelta(6 - first.weekday())
            found.append(Period(first, min(end, self.period.last)))
            first = found[-1].last + timedelta(days=1)
        return found


def _whole(first: date, months: int) -> Period:
    return Period(first, end_of_month(add_months(first, months - 1)))
