"""What an indicator of the report to the Département is: its lines, what it is counted on, what is missing (I9)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from cias.core.secrecy import Thresholds, protect_rate, protect_series

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Count:
    """A number of persons, decisions, sessions…; `value` is None once it is hidden."""

    label: str
    value: int | None


@dataclass(frozen=True)
class Rate:
    """`part` out of `whole`; `percent` has one decimal, and is None when there is nothing to divide, or hidden."""

    label: str
    part: int
    whole: int
    hidden: bool = False

    @property
    def percent(self) -> Decimal | None:
        if not self.whole or self.hidden:
            return None
        return (Decimal(100) * self.part / self.whole).quantize(TENTH, ROUND_HALF_UP)


@dataclass(frozen=True)
class Delay:
    """Days from one date to another: the median and the ninth decile of `count` delays, None when hidden or none."""

    label: str
    median: Decimal | None
    p90: int | None
    count: int


type Line = Count | Rate | Delay


@dataclass(frozen=True)
class Missing:
    """How many of the `whole` lack what the indicator needs."""

    said: str
    count: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        if not self.whole:
            return None
        return (Decimal(100) * self.count / self.whole).quantize(TENTH, ROUND_HALF_UP)


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """`definition` is printed below. `adds_up`: the counts are parts of one whole, shown as « Ensemble »."""

    code: str
    title: str
    definition: str
    lines: Sequence[Line]
    missing: Sequence[Missing] = field(default_factory=tuple)
    adds_up: bool = False
    sensitive: bool = False
    hidden_total: bool = False

    @property
    def total(self) -> int | None:
        """Of the counts, when it means something and is not hidden."""
        if not self.adds_up or self.hidden_total:
            return None
        values = [line.value for line in self.lines if isinstance(line, Count)]
        return None if None in values else sum(value for value in values if value is not None)


def delay(label: str, days: Iterable[int]) -> Delay:
    """The median (mean of the two middle values of an even number) and the ninth decile (nearest rank) of `days`."""
    ordered = sorted(days)
    count = len(ordered)
    if not count:
        return Delay(label, None, None, 0)
    middle = count // 2
    median = Decimal(ordered[middle]) if count % 2 else Decimal(ordered[middle - 1] + ordered[middle]) / 2
    return Delay(label, median, ordered[-(-9 * count // 10) - 1], count)


def for_anybody(indicator: Indicator, limits: Thresholds) -> Indicator:
    """The same under statistical secrecy (domain-rules §2): what may leave the Département and the CIAS."""
    counts = {line.label: line.value or 0 for line in indicator.lines if isinstance(line, Count)}
    kept = protect_series(
        counts,
        threshold=limits.sensitive if indicator.sensitive else limits.count,
        hide_zeros=indicator.sensitive,
    )
    lines = [_hidden(line, kept.values, limits) for line in indicator.lines]
    missing = [one for one in indicator.missing if _rate(one.count, one.whole, limits) is not None]
    return replace(indicator, lines=lines, missing=missing, hidden_total=kept.total is None)


def _hidden(line: Line, counts: Mapping[str, int | None], limits: Thresholds) -> Line:
    if isinstance(line, Count):
        return Count(line.label, counts[line.label])
    if isinstance(line, Rate):
        return replace(line, hidden=_rate(line.part, line.whole, limits) is None)
    return line if line.count >= limits.amount_units else Delay(line.label, None, None, line.count)


def _rate(part: int, whole: int, limits: Thresholds) -> Decimal | None:
    return protect_rate(part, whole, minimum_denominator=limits.rate_denominator, threshold=limits.count)
