"""Rates, means, medians and sums after secrecy (S5): what divides and what is divided are counts, see `protection`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from abs_reports.compiling.protection import COMMUNE, EVERYWHERE, ProtectedCounts
from cias.core.registry import Measure, Unit
from cias.core.registry import Row as RawRow
from cias.core.secrecy import THRESHOLDS, Thresholds, Unprotectable, protect_linked
from cias.core.secrecy.ties import FREE, TOTAL, Ties, column_at, row_at


@dataclass(frozen=True)
class ProtectedNumbers:
    """Rates (in %) or means after secrecy, over everything and by key of the first dimension.

    `base` and `base_by_key`: how many are behind each figure that is shown.
    """

    total: Decimal | None
    by_key: Mapping[str, Decimal | None]
    base: int | None = None
    base_by_key: Mapping[str, int] = field(default_factory=dict)


def protect_rates(
    measure: Measure,
    rows: Iterable[RawRow],
    thresholds: Thresholds = THRESHOLDS,
    *,
    denominators: ProtectedCounts | None = None,
) -> ProtectedNumbers:
    """Rates in %: shown when what they divide could itself be published, and the base is large enough.

    Numerators and what is left of the denominators form a table of counts; its protection decides, so that no
    hidden part of a rate comes out of the other rates and of the total. `denominators` are those that another measure
    publishes: what it shows is known here, what it hides is hidden here.
    """
    rows = list(rows)
    cells: dict[tuple[str, str], int] = defaultdict(int)
    units: dict[str, int] = defaultdict(int)
    for row in rows:
        key = _first_key(measure, row.keys)
        cells[key, "yes"] += int(row.value)
        cells[key, "no"] += row.count - int(row.value)
        units[key] += row.units or 0
    if not cells:
        return ProtectedNumbers(None, {})
    keys = list(dict.fromkeys(key for key, _part in cells))
    nothing = ProtectedNumbers(None, dict.fromkeys(keys))
    if not measure.counts_units:
        return _rates_of_others(cells, units, keys, thresholds)
    if any(count < 0 for count in cells.values()):
        return nothing
    threshold = thresholds.sensitive if measure.sensitive else thresholds.count
    ties = FREE
    if denominators is not None:
        names = [name for name in measure.dimensions if name != COMMUNE]
        spots = {TOTAL: TOTAL}
        if names and names[0] in denominators.by_key:
            spots |= {row_at(key): column_at(names[0], key) for key in keys}
        shown = {own for own, other in spots.items() if denominators.shows(other)}
        ties = Ties(known=frozenset(shown), hidden=frozenset(spots) - frozenset(shown))
    try:
        table = protect_linked({"": cells}, threshold=threshold, hide_zeros=measure.sensitive, ties=ties)[""]
    except Unprotectable:
        return nothing

    def rate(yes: int | None, no: int | None) -> tuple[Decimal | None, int]:
        if yes is None or no is None or yes + no < max(thresholds.rate_denominator, 1):
            return None, 0
        return Decimal(100) * yes / (yes + no), yes + no

    by_key = {key: rate(table.cells[key, "yes"], table.cells[key, "no"]) for key in keys}
    total, base = rate(table.column_totals["yes"], table.column_totals["no"])
    return ProtectedNumbers(
        total,
        {key: value for key, (value, _base) in by_key.items()},
        base if total is not None else None,
        {key: base for key, (value, base) in by_key.items() if value is not None},
    )


def _rates_of_others(
    cells: Mapping[tuple[str, str], int],
    units: Mapping[str, int],
    keys: Sequence[str],
    thresholds: Thresholds,
) -> ProtectedNumbers:
    """Rates of euros, nights or hours: the rule of amounts on the households behind them.

    When one is hidden the total is too, unless two are: it would come out of it.
    """

    def value(yes: int, no: int) -> Decimal | None:
        return Decimal(100) * yes / (yes + no) if yes + no > 0 else None

    enough = {key for key in keys if units[key] >= thresholds.amount_units}
    hidden = [key for key in keys if key not in enough]
    everything = sum(units.values())
    total_shown = (not hidden or sum(units[key] for key in hidden) >= thresholds.amount_units) and (
        everything >= thresholds.amount_units and len(hidden) != 1
    )
    return ProtectedNumbers(
        value(sum(cells[key, "yes"] for key in keys), sum(cells[key, "no"] for key in keys))
        if total_shown
        else None,
        {key: value(cells[key, "yes"], cells[key, "no"]) if key in enough else None for key in keys},
        everything if total_shown else None,
        {key: units[key] for key in keys if key in enough},
    )


def rates_of_groups(
    measure: Measure,
    whole: ProtectedCounts,
    keys: Iterable[str],
    numerator: Sequence[str],
    rest: Sequence[str],
    thresholds: Thresholds = THRESHOLDS,
) -> ProtectedNumbers:
    """Rates by `keys` whose parts are groups of a measure of counts: its protection has already decided of them."""

    def rate(counted: Iterable[int | None], others: Iterable[int | None]) -> tuple[Decimal | None, int]:
        yes, no = list(counted), list(others)
        if None in yes or None in no:
            return None, 0
        part, base = sum(filter(None, yes)), sum(filter(None, yes)) + sum(filter(None, no))
        if base < max(thresholds.rate_denominator, 1):
            return None, 0
        return Decimal(100) * part / base, base

    names = [name for name in measure.dimensions if name != COMMUNE]
    by_key: dict[str, tuple[Decimal | None, int]] = {}
    if names:
        cells = whole.by_group_and_key.get(names[0], {})
        for key in keys:
            by_key[key] = rate(
                (cells.get((group, key), 0) for group in numerator),
                (cells.get((group, key), 0) for group in rest),
            )
    total, base = rate(
        (whole.by_group.get(group, 0) for group in numerator),
        (whole.by_group.get(group, 0) for group in rest),
    )
    return ProtectedNumbers(
        total,
        {key: value for key, (value, _base) in by_key.items()},
        base if total is not None else None,
        {key: base for key, (value, base) in by_key.items() if value is not None},
    )


def protect_means(
    measure: Measure, rows: Sequence[RawRow], thresholds: Thresholds = THRESHOLDS
) -> ProtectedNumbers:
    """Means, medians and sums: at least as many cases behind each as for amounts, none of which makes most of a sum.

    A sum of euros that does not tell what its largest case makes is refused (INSEE, rules on fiscal data).
    """

    def shown(row: RawRow) -> bool:
        if row.count < thresholds.amount_units:
            return False
        if measure.unit != Unit.EURO or measure.median:
            return True
        return row.largest is not None and abs(row.largest) <= thresholds.dominance * abs(Decimal(row.value))

    def mean(row: RawRow) -> Decimal | None:
        return Decimal(row.value) if shown(row) else None

    if not measure.dimensions:
        if not rows:
            return ProtectedNumbers(None, {})
        return ProtectedNumbers(mean(rows[0]), {}, rows[0].count if shown(rows[0]) else None)
    if measure.dimensions == (COMMUNE,):
        return ProtectedNumbers(None, {})
    return ProtectedNumbers(
        None,
        {_first_key(measure, row.keys): mean(row) for row in rows},
        None,
        {_first_key(measure, row.keys): row.count for row in rows if shown(row)},
    )


def _first_key(measure: Measure, keys: Sequence[str]) -> str:
    """The key of the first dimension that is no place; rates and means are never published by commune."""
    for name, key in zip(measure.dimensions, keys, strict=True):
        if name != COMMUNE:
            return key
    return EVERYWHERE
