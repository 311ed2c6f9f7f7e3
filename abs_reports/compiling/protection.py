"""From the raw rows of a measure to figures that may leave the team (S5). Nothing raw goes further than here.

Pure: no database. Places are fixed groupings: a commune, its zone, the whole territory; there are no others, so
that no difference of two groupings tells anything (domain-rules.md §2).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cias.core.registry import Measure
from cias.core.registry import Row as RawRow
from cias.core.secrecy import THRESHOLDS, Thresholds, Unprotectable, protect_linked
from cias.core.secrecy.ties import FREE, Spot, Ties, column_at

type Tables = dict[str, dict[tuple[str, str], int]]

COMMUNE = "commune"
EVERYWHERE = ""
# Households without a known commune, or from elsewhere, are groups of their own (registry convention).
UNKNOWN, OUTSIDE = "unknown", "off"
IN, OUT = "+", "-"


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
    "unknown"), `by_zone_and_key[dimension][zone, key]`. When the rows are not zones but the groups that other measures
    are about, `by_group[group]` and `by_group_and_key`: never published, they decide of what those measures say.
    """

    total: int | None
    by_key: Mapping[str, Mapping[str, int | None]]
    by_zone: Mapping[str, int | None] = field(default_factory=dict)
    by_commune: Mapping[str, int | None] = field(default_factory=dict)
    by_zone_and_key: Mapping[str, Mapping[tuple[str, str], int | None]] = field(default_factory=dict)
    by_group: Mapping[str, int | None] = field(default_factory=dict)
    by_group_and_key: Mapping[str, Mapping[tuple[str, str], int | None]] = field(default_factory=dict)

    def shows(self, spot: Spot) -> bool:
        """Whether the figure at that place is published."""
        match spot:
            case ("total",):
                return self.total is not None
            case ("row", row):
                return self.by_zone.get(row) is not None
            case ("column" | "cell", str(table), *_, str(key)) if table == COMMUNE:
                return self.by_commune.get(key) is not None
            case ("column", table, key):
                return self.by_key[table].get(key) is not None
            case ("cell", table, row, key):
                return self.by_zone_and_key.get(table, {}).get((row, key)) is not None
        raise ValueError(spot)


@dataclass(frozen=True)
class Groups:
    """Rows made of sets of categories (dimension, keys): one sign for each set, whether it holds what is counted."""

    sets: Sequence[tuple[str, frozenset[str]]]

    def row(self, keys: Mapping[str, str]) -> str:
        return "".join(self._sign(keys.get(dimension), members) for dimension, members in self.sets)

    def may_be(self, row: str, dimension: str, key: str) -> bool:
        return all(
            sign == self._sign(key, members)
            for sign, (name, members) in zip(row, self.sets, strict=True)
            if name == dimension
        )

    def rows_in(self, rows: Iterable[str], dimension: str, keys: frozenset[str]) -> list[str]:
        """Those of the rows that a set is made of; all of them when it is empty."""
        if not keys:
            return sorted(rows)
        rank = list(self.sets).index((dimension, keys))
        return sorted(row for row in rows if row[rank] == IN)

    @staticmethod
    def _sign(key: str | None, members: frozenset[str]) -> str:
        return IN if key in members else OUT


def count_tables(
    measure: Measure,
    rows: Iterable[RawRow],
    zones: Zones,
    groups: Groups | None = None,
) -> Tables:
    """The one-way tables of a measure, by zone or, when other measures are parts of it, by `groups` of its keys.

    A sensitive measure has no geography (domain-rules.md §2).
    """
    geographic = is_geographic(measure) and groups is None
    others = [name for name in measure.dimensions if name != COMMUNE]
    tables: Tables = {name: {} for name in others}
    if geographic or not others:
        tables[COMMUNE] = {}
    for row in rows:
        keys = dict(zip(measure.dimensions, row.keys, strict=True))
        commune = keys.get(COMMUNE, "")
        if groups is not None:
            line = groups.row(keys)
        else:
            line = zones.zone(commune) if geographic else EVERYWHERE
        for name, cells in tables.items():
            key = keys[name] if name != COMMUNE else (commune or UNKNOWN if geographic else EVERYWHERE)
            cells[line, key] = cells.get((line, key), 0) + int(row.value)
    _complete(tables, groups.may_be if groups else lambda row, name, key: True)
    return tables


def is_geographic(measure: Measure) -> bool:
    return COMMUNE in measure.dimensions and not measure.sensitive


def protect_counts(
    measure: Measure, rows: Iterable[RawRow], zones: Zones, thresholds: Thresholds = THRESHOLDS
) -> ProtectedCounts:
    """All the one-way tables of the measure, protected together because they share their totals."""
    return protect_tables(measure, count_tables(measure, rows, zones), thresholds)


def protect_tables(
    measure: Measure,
    tables: Tables,
    thresholds: Thresholds = THRESHOLDS,
    *,
    ties: Ties = FREE,
    grouped: bool = False,
) -> ProtectedCounts:
    """The tables of a measure (`count_tables`) after secrecy; `grouped` when their rows are groups and not zones.

    A sensitive measure keeps its zeros hidden and has a higher threshold (domain-rules.md §2). Where everybody is in
    the same category the count is hidden too: it would say something of each of them. When what is published
    elsewhere leaves no way to hide, the whole measure is.
    """
    try:
        protected = protect_linked(
            tables,
            threshold=thresholds.sensitive if measure.sensitive else thresholds.count,
            hide_zeros=measure.sensitive,
            hide_unanimous=not grouped,
            ties=ties | _unanimous(tables) if grouped else ties,
        )
    except Unprotectable:
        return nothing_shown(measure, tables)
    others = [name for name in tables if name != COMMUNE]
    geographic = is_geographic(measure) and not grouped
    places = protected.get(COMMUNE)
    any_table = next(iter(protected.values()))
    cells = {name: protected[name].cells for name in others}
    return ProtectedCounts(
        total=any_table.total,
        by_key={name: protected[name].column_totals for name in others},
        by_zone=any_table.row_totals if geographic else {},
        by_commune={key: value for (_zone, key), value in places.cells.items()}
        if places is not None and geographic
        else {},
        by_zone_and_key=cells if geographic else {},
        by_group=any_table.row_totals if grouped else {},
        by_group_and_key=cells if grouped else {},
    )


def nothing_shown(measure: Measure, tables: Tables) -> ProtectedCounts:
    """The same tables with every figure masked."""
    others = [name for name in tables if name != COMMUNE]
    geographic = is_geographic(measure)
    places = tables.get(COMMUNE, {}) if geographic else {}
    return ProtectedCounts(
        total=None,
        by_key={name: {key: None for _row, key in tables[name]} for name in others},
        by_zone={row: None for row, _key in places},
        by_commune={key: None for _row, key in places},
        by_zone_and_key={name: dict.fromkeys(tables[name]) for name in others} if geographic else {},
    )


def _unanimous(tables: Tables) -> Ties:
    """Of tables by groups: the category that is everybody's, whatever the group."""
    hidden = set()
    for name, cells in tables.items():
        columns: dict[str, int] = defaultdict(int)
        for (_row, key), value in cells.items():
            columns[key] += value
        filled = [key for key, value in columns.items() if value]
        if len(filled) == 1 < len(columns):
            hidden.add(column_at(name, filled[0]))
    return Ties(hidden=frozenset(hidden))


def _complete(tables: Tables, may_be: Callable[[str, str, str], bool]) -> None:
    """Linked tables have the same rows; a zone without anybody is a row of zeros.

    What cannot be, a category in the row of others, is no zero: the reader knows that nobody is there.
    """
    rows = {row for cells in tables.values() for row, _key in cells}
    for name, cells in tables.items():
        if name == COMMUNE:
            continue
        for key in {key for _row, key in cells}:
            for row in rows:
                if may_be(row, name, key):
                    cells.setdefault((row, key), 0)


def protect_separately(
    measure: Measure,
    rows: Iterable[RawRow],
    thresholds: Thresholds = THRESHOLDS,
    *,
    whole: int | None = None,
) -> ProtectedCounts:
    """Counts whose categories overlap: no total is published, so a small count is hidden for itself only.

    `whole`: how many there are in all, when another measure publishes it; then a small rest hides the count too.
    """
    threshold = thresholds.sensitive if measure.sensitive else thresholds.count
    smallest = 0 if measure.sensitive else 1
    by_key: dict[str, dict[str, int | None]] = {}
    for rank, name in enumerate(measure.dimensions):
        if name == COMMUNE:
            continue
        counts: dict[str, int] = defaultdict(int)
        for row in rows:
            counts[row.keys[rank]] += int(row.value)
        by_key[name] = {
            key: None
            if smallest <= n < threshold or (whole is not None and smallest <= whole - n < threshold)
            else n
            for key, n in counts.items()
        }
    return ProtectedCounts(total=None, by_key=by_key)
