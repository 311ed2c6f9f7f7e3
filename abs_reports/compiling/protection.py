"""From the raw rows of a measure to figures that may leave the team (S5). Nothing raw goes further than here.

Pure: no database. Places are fixed groupings: a commune, its zone, the whole territory; there are no others, so
that no difference of two groupings tells anything (domain-rules.md §2).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from cias.core.registry import Measure
from cias.core.registry import Row as RawRow
from cias.core.secrecy import THRESHOLDS, Thresholds, protect_linked

COMMUNE = "commune"
EVERYWHERE = ""
# Households without a known commune, or from elsewhere, are groups of their own (registry convention).
UNKNOWN, OUTSIDE = "unknown", "off"


@dataclass(frozen=True)
class Zones:
    """Commune code → code of its zone; empty when the CIAS has drawn none."""

    of_commune: Mapping[str, str] = field(default_factory=dict)

    def zone(self, commune: str) -> str:
        if commune == OUTSIDE:
            return OUTSIDE
        if not commune:
            return UNKNOWN
        return self.of_commune.get(commune, EVERYWHERE)


@dataclass(frozen=True)
class ProtectedCounts:
    """A measure of counts after secrecy; None is a masked figure.

    `by_key[dimension][key]` over the whole territory, `by_zone[zone]`, `by_commune[commune]` (codes, with "off" and
    "unknown"), `by_zone_and_key[dimension][zone, key]`.
    """

    total: int | None
    by_key: Mapping[str, Mapping[str, int | None]]
    by_zone: Mapping[str, int | None] = field(default_factory=dict)
    by_commune: Mapping[str, int | None] = field(default_factory=dict)
    by_zone_and_key: Mapping[str, Mapping[tuple[str, str], int | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class ProtectedNumbers:
    """Rates (in %) or means after secrecy, over everything and by key of the first dimension."""

    total: Decimal | None
    by_key: Mapping[str, Decimal | None]


def protect_counts(
    measure: Measure, rows: Iterable[RawRow], zones: Zones, thresholds: Thresholds = THRESHOLDS
) -> ProtectedCounts:
    """All the one-way tables of the measure, protected together because they share their totals.

    A sensitive measure keeps its zeros hidden, has a higher threshold and no geography (domain-rules.md §2).
    Where everybody is in the same category the count is hidden too: it would say something of each of them.
    """
    rows = list(rows)
    geographic = COMMUNE in measure.dimensions and not measure.sensitive
    others = [name for name in measure.dimensions if name != COMMUNE]
    tables: dict[str, dict[tuple[str, str], int]] = {name: {} for name in others}
    if geographic or not others:
        tables[COMMUNE] = {}
    for row in rows:
        keys = dict(zip(measure.dimensions, row.keys, strict=True))
        commune = keys.get(COMMUNE, "")
        zone = zones.zone(commune) if geographic else EVERYWHERE
        for name, cells in tables.items():
            key = keys[name] if name != COMMUNE else (commune or UNKNOWN if geographic else EVERYWHERE)
            cells[zone, key] = cells.get((zone, key), 0) + int(row.value)
    _complete(tables)
    protected = protect_linked(
        tables,
        threshold=thresholds.sensitive if measure.sensitive else thresholds.count,
        hide_zeros=measure.sensitive,
        hide_unanimous=True,
    )
    places = protected.get(COMMUNE)
    any_table = next(iter(protected.values()))
    return ProtectedCounts(
        total=any_table.total,
        by_key={name: protected[name].column_totals for name in others},
        by_zone=any_table.row_totals if geographic else {},
        by_commune={key: value for (_zone, key), value in places.cells.items()}
        if places is not None and geographic
        else {},
        by_zone_and_key={name: protected[name].cells for name in others} if geographic else {},
    )


def _complete(tables: Mapping[str, dict[tuple[str, str], int]]) -> None:
    """Linked tables have the same rows; a zone without anybody is a row of zeros."""
    zones = {zone for cells in tables.values() for zone, _key in cells}
    for name, cells in tables.items():
        if name == COMMUNE:
            continue
        for key in {key for _zone, key in cells}:
            for zone in zones:
                cells.setdefault((zone, key), 0)


def protect_separately(
    measure: Measure, rows: Iterable[RawRow], thresholds: Thresholds = THRESHOLDS
) -> ProtectedCounts:
    """Counts whose categories overlap: no total is published, so a small count is hidden for itself only."""
    threshold = thresholds.sensitive if measure.sensitive else thresholds.count
    smallest = 0 if measure.sensitive else 1
    by_key: dict[str, dict[str, int | None]] = {}
    for rank, name in enumerate(measure.dimensions):
        if name == COMMUNE:
            continue
        counts: dict[str, int] = defaultdict(int)
        for row in rows:
            counts[row.keys[rank]] += int(row.value)
        by_key[name] = {key: None if smallest <= n < threshold else n for key, n in counts.items()}
    return ProtectedCounts(total=None, by_key=by_key)


def protect_rates(
    measure: Measure, rows: Iterable[RawRow], thresholds: Thresholds = THRESHOLDS
) -> ProtectedNumbers:
    """Rates in %: shown when what they divide could itself be published, and the base is large enough.

    Numerators and what is left of the denominators form a table of counts; its protection decides, so that no
    hidden part of a rate comes out of the other rates and of the total.
    """
    cells: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        key = _first_key(measure, row.keys)
        cells[key, "yes"] += int(row.value)
        cells[key, "no"] += row.count - int(row.value)
    if not cells:
        return ProtectedNumbers(None, {})
    threshold = thresholds.sensitive if measure.sensitive else thresholds.count
    table = protect_linked({"": cells}, threshold=threshold, hide_zeros=measure.sensitive)[""]

    def rate(yes: int | None, no: int | None) -> Decimal | None:
        if yes is None or no is None or yes + no < max(thresholds.rate_denominator, 1):
            return None
        return Decimal(100) * yes / (yes + no)

    by_key = {
        key: rate(table.cells[key, "yes"], table.cells[key, "no"])
        for key in dict.fromkeys(k for k, _ in cells)
    }
    return ProtectedNumbers(rate(table.column_totals["yes"], table.column_totals["no"]), by_key)


def protect_means(
    measure: Measure, rows: Sequence[RawRow], thresholds: Thresholds = THRESHOLDS
) -> ProtectedNumbers:
    """Means, medians and sums: at least as many cases behind each as for amounts.

    Who dominates a sum cannot be seen from aggregates: apps give sums only of things that no household dominates.
    """

    def mean(row: RawRow) -> Decimal | None:
        return Decimal(row.value) if row.count >= thresholds.amount_units else None

    if not measure.dimensions:
        return ProtectedNumbers(mean(rows[0]) if rows else None, {})
    if measure.dimensions == (COMMUNE,):
        return ProtectedNumbers(None, {})
    return ProtectedNumbers(None, {_first_key(measure, row.keys): mean(row) for row in rows})


def _first_key(measure: Measure, keys: Sequence[str]) -> str:
    """The key of the first dimension that is no place; rates and means are never published by commune."""
    for name, key in zip(measure.dimensions, keys, strict=True):
        if name != COMMUNE:
            return key
    return EVERYWHERE
