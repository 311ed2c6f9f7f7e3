"""All the measures of a period, protected together where what they count is the same (docs/adr/0016).

Pure: no database. A measure that is part of another (`Measure.part_of`) is protected after it, against a reader who has
both: every hidden figure of either can still be one more or one less, while the other measure reads the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from abs_reports.compiling.protection import (
    COMMUNE,
    Groups,
    ProtectedCounts,
    Tables,
    Zones,
    count_tables,
    is_geographic,
    nothing_shown,
    protect_separately,
    protect_tables,
)
from abs_reports.compiling.protection_numbers import (
    ProtectedNumbers,
    protect_means,
    protect_rates,
    rates_of_groups,
)
from cias.core.registry import Measure, PartOf, Unit
from cias.core.registry import Row as RawRow
from cias.core.secrecy import THRESHOLDS, Thresholds
from cias.core.secrecy.ties import FREE, TOTAL, Spot, Ties, figures_of, row_at

type Protected = ProtectedCounts | ProtectedNumbers


@dataclass(frozen=True)
class Seen:
    """A figure as an earlier publication about the same period gave it; `value` None when it was masked.

    `rounded`: a dashboard said that it is `value` at least and, unless None, `most` at most.
    """

    value: Decimal | None
    base: int | None = None
    rounded: bool = False
    most: Decimal | None = None


# By place in the measure's tables, what earlier publications about the same period said.
type Past = Mapping[Spot, Sequence[Seen]]


def no_past(measure: Measure) -> Past:
    return {}


@dataclass
class Publication:
    """The measures of one period with their rows, and after `protect` what may be shown of each."""

    measures: Mapping[str, Measure]
    rows: dict[str, Sequence[RawRow]]
    zones: Zones
    thresholds: Thresholds = THRESHOLDS
    past: Callable[[Measure], Past] = no_past
    _done: dict[str, Protected] = field(default_factory=dict)
    _tables: dict[str, Tables] = field(default_factory=dict)

    def protect(self, code: str) -> Protected | None:
        """What may be shown of a measure; None when its app has nothing for the period."""
        if not self.rows.get(code):
            return None
        if code not in self._done:
            measure = self.measures[code]
            match measure.unit:
                case Unit.COUNT if not measure.additive:
                    self._done[code] = self._overlapping(measure)
                case Unit.COUNT:
                    self._done[code] = self._counts(measure)
                case Unit.RATE:
                    self._done[code] = self._unless_told(measure, self._rates(measure))
                case _:
                    means = protect_means(measure, self.rows[code], self.thresholds)
                    self._done[code] = self._unless_told(measure, means)
        return self._done[code]

    def _threshold(self, measure: Measure) -> int:
        return self.thresholds.sensitive if measure.sensitive else self.thresholds.count

    def _whole(self, measure: Measure) -> tuple[PartOf, Measure] | None:
        link = measure.part_of
        if link is None or not self.rows.get(link.code):
            return None
        return link, self.measures[link.code]

    # Counts

    def _counts(self, measure: Measure) -> Protected:
        tables = self.tables(measure)
        ties = self._of_parts(measure) | self._of_past(measure)
        if (found := self._whole(measure)) and found[1].unit == Unit.COUNT and found[1].additive:
            link, whole = found
            tie = self._of_total(measure, link, whole) if link.exact else self._of_whole(measure, whole)
            if tie is None:
                return nothing_shown(measure, tables)
            ties = ties | tie
        # What the reader has already seen cannot be taken back: hiding it would protect nothing.
        ties = replace(ties, hidden=ties.hidden - ties.known)
        grouped = self._sets(measure) != []
        return protect_tables(measure, tables, self.thresholds, ties=ties, grouped=grouped)

    def tables(self, measure: Measure) -> Tables:
        if measure.code not in self._tables:
            sets = self._sets(measure)
            self._tables[measure.code] = count_tables(
                measure, self.rows[measure.code], self.zones, Groups(sets) if sets else None
            )
        return self._tables[measure.code]

    def _sets(self, measure: Measure) -> list[tuple[str, frozenset[str]]]:
        """The sets of categories of the measure that other measures are about: its rows are the groups they make."""
        sets: dict[tuple[str, frozenset[str]], None] = {}
        for other in self.measures.values():
            link = other.part_of
            if link is not None and link.code == measure.code and not link.numerator_code:
                for keys in (link.keys, link.numerator):
                    if keys:
                        sets[link.dimension, keys] = None
        return list(sets)

    def _groups(self, whole: Measure, dimension: str, keys: frozenset[str]) -> list[str]:
        """The groups of the whole that a set of its categories is made of; all of them when it is empty."""
        rows = {row for cells in self.tables(whole).values() for row, _key in cells}
        return Groups(self._sets(whole)).rows_in(rows, dimension, keys)

    def _of_parts(self, measure: Measure, but: str = "") -> Ties:
        """A figure cannot go down when a part of it, which the reader may know, is all of it."""
        own = figures_of(self.tables(measure))
        held: set[Spot] = set()
        for other in self.measures.values():
            link = other.part_of
            if link is None or link.code != measure.code or link.exact or other.unit != Unit.COUNT:
                continue
            if other.code == but or not self.rows.get(other.code) or not other.additive:
                continue
            part = figures_of(self.tables(other))
            common = self._common(measure, other, own, part)
            held |= {spot for spot in common if part[spot] and own[spot] <= part[spot]}
        return Ties(no_less=frozenset(held))

    def _common(
        self, one: Measure, other: Measure, own: Mapping[Spot, int], theirs: Mapping[Spot, int]
    ) -> Iterable[Spot]:
        """The places that both measures have; rows are the same only when both are zones."""
        by_place = all(is_geographic(m) and not self._sets(m) for m in (one, other))
        return [spot for spot in own if spot in theirs and (by_place or spot[0] in ("total", "column"))]

    def _of_total(self, measure: Measure, link: PartOf, whole: Measure) -> Ties | None:
        """The total is what the whole says of the same population; None when the whole does not say it."""
        protected = self.protect(whole.code)
        if not isinstance(protected, ProtectedCounts):
            return FREE
        figures = figures_of(self.tables(whole))
        if link.keys:
            groups = self._groups(whole, link.dimension, link.keys)
            there = sum(figures[row_at(group)] for group in groups)
            shown = all(protected.by_group.get(group) is not None for group in groups)
        else:
            there, shown = figures[TOTAL], protected.total is not None
        own = figures_of(self.tables(measure))
        if there != own[TOTAL]:
            return FREE  # dates differ by an entry: the totals are two figures
        if not shown:
            return None
        return self._of_common(measure, link, whole) | Ties(known=frozenset({TOTAL}))

    def _of_common(self, measure: Measure, link: PartOf, whole: Measure) -> Ties:
        """What both break down the same way: the same figure is shown by both or by none, others as `_of_whole`."""
        own, theirs = figures_of(self.tables(measure)), figures_of(self.tables(whole))
        protected = self.protect(whole.code)
        if not isinstance(protected, ProtectedCounts):
            return FREE
        known: set[Spot] = set()
        hidden: set[Spot] = set()
        for spot in self._common(measure, whole, own, theirs):
            same = not link.keys or (spot[:2] == ("column", link.dimension) and spot[2] in link.keys)
            if spot != TOTAL and same and own[spot] == theirs[spot]:
                (known if protected.shows(spot) else hidden).add(spot)
        if not link.keys:
            return Ties(hidden=frozenset(hidden), known=frozenset(known))
        others = self._of_whole(measure, whole)
        taken = known | hidden | {TOTAL}
        return Ties(
            hidden=frozenset(hidden) | (others.hidden - taken),
            known=frozenset(known),
            no_more=others.no_more - taken,
        )

    def _of_whole(self, measure: Measure, whole: Measure) -> Ties:
        """What is left of the whole must not be small, and a part cannot go above it."""
        protected = self.protect(whole.code)
        if not isinstance(protected, ProtectedCounts):
            return FREE
        own, theirs = figures_of(self.tables(measure)), figures_of(self.tables(whole))
        limit = self._threshold(measure)
        hidden: set[Spot] = set()
        full: set[Spot] = set()
        for spot in self._common(measure, whole, own, theirs):
            rest = theirs[spot] - own[spot]
            if rest == 0:
                full.add(spot)
            elif 0 < rest < limit and protected.shows(spot):
                hidden.add(spot)
        return Ties(hidden=frozenset(hidden), no_more=frozenset(full)) | self._together(
            measure, whole, protected
        )

    def _together(self, measure: Measure, whole: Measure, protected: ProtectedCounts) -> Ties:
        """What can move along with the whole: what it hides too, when no other of its links holds it.

        Tables that only one of the two has do not follow: then their common rows and total stay.
        """
        own, theirs = figures_of(self.tables(measure)), figures_of(self.tables(whole))
        if self._whole(whole) is not None:
            return FREE
        alike = self.tables(measure).keys() == self.tables(whole).keys()
        common = set(self._common(measure, whole, own, theirs))
        free = {spot for spot in common if not protected.shows(spot)}
        if not alike:
            free = {spot for spot in free if spot[0] in ("column", "cell")}
        told = self._of_past(whole) | self._of_past(measure)
        held = self._of_parts(whole, but=measure.code).no_less | self._of_parts(measure).no_less
        return Ties(
            more_together=frozenset(free) - told.no_more, less_together=frozenset(free) - held - told.no_less
        )

    def _of_past(self, measure: Measure) -> Ties:
        """What was masked stays so, what moved by a few is masked, what was shown and stands cannot be taken back.

        A figure at the bound that a rounded edition gave it cannot go beyond.
        """
        own, limit = figures_of(self.tables(measure)), self._threshold(measure)
        hidden, known, least, most = set(), set(), set(), set()
        for spot, seen in self.past(measure).items():
            now = own.get(spot, 0)
            for one in seen:
                if one.rounded and now == one.value:
                    least.add(spot)
                if one.rounded and now == one.most:
                    most.add(spot)
            values = [one.value for one in seen if not one.rounded]
            if None in values or any(
                0 < abs(now - int(value)) < limit for value in values if value is not None
            ):
                hidden.add(spot)
            elif now in values:
                known.add(spot)
        return Ties(
            hidden=frozenset(hidden),
            known=frozenset(known),
            no_more=frozenset(most),
            no_less=frozenset(least),
        )

    def _overlapping(self, measure: Measure) -> ProtectedCounts:
        total = None
        if found := self._whole(measure):
            protected = self.protect(found[0].code)
            total = protected.total if isinstance(protected, ProtectedCounts) else None
        shown = protect_separately(measure, self.rows[measure.code], self.thresholds, whole=total)
        past, limit = self._exact_past(measure), self._threshold(measure)

        def kept(name: str, key: str, value: int | None) -> int | None:
            for seen in past.get(("column", name, key), ()):
                if value is None or seen.value is None or 0 < abs(value - int(seen.value)) < limit:
                    return None
            return value

        return replace(
            shown,
            by_key={
                name: {key: kept(name, key, value) for key, value in values.items()}
                for name, values in shown.by_key.items()
            },
        )

    def _exact_past(self, measure: Measure) -> Past:
        """What was said exactly, or masked: two exact figures can be subtracted, rounded ones tell nothing of a few."""
        return {spot: [one for one in seen if not one.rounded] for spot, seen in self.past(measure).items()}

    # Rates and amounts

    def _rates(self, measure: Measure) -> ProtectedNumbers:
        rows = self.rows[measure.code]
        found = self._whole(measure)
        if found is None:
            return protect_rates(measure, rows, self.thresholds)
        link, whole = found
        protected = self.protect(whole.code)
        if link.numerator_code:
            return self._rates_of_two(measure, link)
        if isinstance(protected, ProtectedNumbers):
            return self._nested_rate(measure, whole, protected)
        if not isinstance(protected, ProtectedCounts):
            return protect_rates(measure, rows, self.thresholds)
        if link.numerator:
            numerator = self._groups(whole, link.dimension, link.numerator)
            all_of_them = self._groups(whole, link.dimension, link.keys)
            rest = [group for group in all_of_them if group not in numerator]
            keys = list(dict.fromkeys(row.keys[0] for row in rows if row.keys))
            return rates_of_groups(measure, protected, keys, numerator, rest, self.thresholds)
        return protect_rates(measure, rows, self.thresholds, denominators=protected)

    def _rates_of_two(self, measure: Measure, link: PartOf) -> ProtectedNumbers:
        """The rate of two counts that are both published: shown when both are."""
        above, below = self.protect(link.numerator_code), self.protect(link.code)
        shown = protect_rates(measure, self.rows[measure.code], self.thresholds)
        if not isinstance(above, ProtectedCounts) or not isinstance(below, ProtectedCounts):
            return replace(shown, total=None, by_key=dict.fromkeys(shown.by_key), base=None, base_by_key={})
        name = next((name for name in measure.dimensions if name != COMMUNE), "")
        known = {
            key
            for key in shown.by_key
            if all(one.by_key.get(name, {}).get(key) is not None for one in (above, below))
        }
        both = above.total is not None and below.total is not None
        return ProtectedNumbers(
            shown.total if both else None,
            {key: value if key in known else None for key, value in shown.by_key.items()},
            shown.base if both else None,
            {key: base for key, base in shown.base_by_key.items() if key in known},
        )

    def _nested_rate(self, measure: Measure, whole: Measure, protected: ProtectedNumbers) -> ProtectedNumbers:
        """A rate whose numerator is part of another rate's, over the same households: no small difference."""
        shown = protect_rates(measure, self.rows[measure.code], self.thresholds)
        part, larger = (sum(int(row.value) for row in self.rows[m.code]) for m in (measure, whole))
        if protected.total is None or 0 < larger - part < self._threshold(measure):
            return replace(shown, total=None, by_key=dict.fromkeys(shown.by_key), base=None, base_by_key={})
        return shown

    def _unless_told(self, measure: Measure, shown: ProtectedNumbers) -> ProtectedNumbers:
        """The same, unless the difference with an earlier publication would tell of a few: then all of it is masked."""
        now = {spot: Seen(value, base) for spot, value, base in _numbers(measure, shown)}
        for spot, seen in self._exact_past(measure).items():
            mine = now.get(spot)
            if mine is None or mine.value is None:
                continue
            if any(self._tells(measure, mine, one) for one in seen):
                return ProtectedNumbers(None, dict.fromkeys(shown.by_key))
        return shown

    def _tells(self, measure: Measure, now: Seen, then: Seen) -> bool:
        if then.value is None or now.value is None:
            return True
        if abs(now.value - then.value) < STORED:
            return False
        if now.base is None or then.base is None:
            return True
        if measure.unit == Unit.RATE and measure.counts_units:
            counted, counted_then = _numerator(now.value, now.base), _numerator(then.value, then.base)
            changes = (counted - counted_then, (now.base - counted) - (then.base - counted_then))
            return any(0 < abs(change) < self._threshold(measure) for change in changes)
        return abs(now.base - then.base) < self.thresholds.amount_units


STORED = Decimal("0.000002")


def _numbers(measure: Measure, shown: ProtectedNumbers) -> Iterable[tuple[Spot, Decimal | None, int | None]]:
    yield TOTAL, shown.total, shown.base
    for key, value in shown.by_key.items():
        yield (
            ("column", measure.dimensions[0] if measure.dimensions else "", key),
            value,
            shown.base_by_key.get(key),
        )


def _numerator(percent: Decimal, base: int) -> int:
    return int((percent * base / 100).to_integral_value(ROUND_HALF_UP))
