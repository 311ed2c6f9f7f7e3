"""A reader of a whole report who tries to work out what it masks; shares no code with what masks.

Everything that the tables of the activity say is an equation: sums by category, zone and commune, key figures, rates
(a shown rate tells both its parts), and the links between measures that count the same households. What is left is
given to the solver of tests.core.attacker.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.text import slugify

from abs_reports.tables import Book, Value
from cias.core.registry import Measure, Row, Unit
from tests.core.attacker import COUNTS, Attacker, Sum

type Name = Hashable
# What a book prints of a figure, wherever it does.
type Finder = Callable[[Book], list[Value]]


def _nothing(book: Book) -> list[Value]:
    return []


@dataclass
class Reader:
    """`measures` with the true `rows` of the year, the `book` that is published of them, and commune → zone."""

    measures: Mapping[str, Measure]
    rows: Mapping[str, list[Row]]
    book: Book
    year: str
    zone_of: Mapping[str, str] = field(default_factory=dict)
    # What earlier editions told: figures the reader holds for unchanged.
    remembered: set[Name] = field(default_factory=set)
    # The dashboard of the same year, rounded down: the reader holds its figures for unchanged too.
    dashboard: Book | None = None
    truth: dict[Name, int] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    # What the dashboard leaves of a figure: (least, most).
    between: dict[Name, tuple[int, int]] = field(default_factory=dict)
    shown: set[Name] = field(default_factory=set)
    # What must not be worked out.
    secrets: set[Name] = field(default_factory=set)
    # Small figures that are printed, or told by a rate that is.
    told: set[Name] = field(default_factory=set)

    def __post_init__(self) -> None:
        for code, measure in self.measures.items():
            if measure.unit == Unit.COUNT and self.rows.get(code):
                self._counts(measure)
        for code, measure in self.measures.items():
            if not self.rows.get(code):
                continue
            if measure.unit == Unit.RATE:
                if measure.counts_units and not (measure.part_of and measure.part_of.numerator_code):
                    self._rates(measure)
            elif measure.part_of and self.rows.get(measure.part_of.code):
                self._link(measure)

    def works_out(self, threshold: int = 5) -> set[Name]:
        """The masked figures, and the small differences, that can have one value only; small figures that are told."""
        if not self.truth:
            return set()
        attacker = Attacker(self.truth, self.sums, [])
        hidden = set(self.truth) - self.shown - self.remembered
        found = attacker.works_out(hidden, knowing=COUNTS, threshold=threshold, between=self.between)
        # Of a measure that is masked as a whole, what is not small may be framed by its part and its whole.
        partly = {figure[0] for figure in self.shown}
        return self.told | {f for f in found & self.secrets if f[0] in partly or 0 < self.truth[f] < 5}

    def _counts(self, measure: Measure) -> None:
        code, place = measure.code, "commune"
        total: Name = (code, "total")
        self._know(
            total, sum(int(row.value) for row in self.rows[code]), lambda book: self._totals(measure, book)
        )
        by_zone: dict[str, list[Name]] = defaultdict(list)
        for rank, name in enumerate(measure.dimensions):
            sums: dict[str, int] = defaultdict(int)
            for row in self.rows[code]:
                sums[row.keys[rank]] += int(row.value)
            figures: list[Name] = []
            for key, count in sums.items():
                figure: Name = (code, name, key)
                table = "communes" if name == place else name
                told = not (name == place and measure.sensitive)
                self._know(figure, count, self._finder(measure, table, key) if told else _nothing)
                figures.append(figure)
                if name == place:
                    by_zone[self._zone(key)].append(figure)
            self.sums.append((figures, total))
        if by_zone and not measure.sensitive:
            for zone, figures in by_zone.items():
                zone_total: Name = (code, "zone", zone)
                count = sum(self.truth[figure] for figure in figures)
                self._know(zone_total, count, self._finder(measure, "secteurs", zone))
                self.sums.append((figures, zone_total))
            self.sums.append(([(code, "zone", zone) for zone in by_zone], total))

    def _rates(self, measure: Measure) -> None:
        """Both parts of each rate, that add up over its keys."""
        code, link = measure.code, measure.part_of
        name = measure.dimensions[0] if measure.dimensions else ""
        parts: dict[str, list[Name]] = {"yes": [], "no": []}
        for row in self.rows[code]:
            key = row.keys[0] if row.keys else ""
            told = self._finder(measure, name, key) if name else lambda book: self._totals(measure, book)
            for part, count in (("yes", int(row.value)), ("no", row.count - int(row.value))):
                self._know((code, part, key), count, told, rate=True)
                parts[part].append((code, part, key))
            self._rate_between(code, key, told)
            if link and name and (link.code, name, key) in self.truth:
                rest: Name = (code, "rest", key)
                self.truth[rest] = self.truth[link.code, name, key] - row.count
                whole: Name = (link.code, name, key)
                self.sums.append(([(code, "yes", key), (code, "no", key), rest], whole))
                if not link.keys:
                    self.shown.add(rest)  # nothing is left
        for part, figures in parts.items():
            total: Name = (code, part, "total")
            count = sum(self.truth[figure] for figure in figures)
            self._know(total, count, lambda book: self._totals(measure, book), rate=True)
            self.sums.append((figures, total))
        self._rate_between(code, "total", lambda book: self._totals(measure, book))
        if link and link.numerator:
            counted = [(link.code, link.dimension, key) for key in sorted(link.numerator)]
            self.sums.append(([f for f in counted if f in self.truth], (code, "yes", "total")))
        if link and link.keys:
            base: Name = (code, "base")
            divided = [(link.code, link.dimension, key) for key in sorted(link.keys)]
            self.truth[base] = sum(row.count for row in self.rows[code])
            self.sums.append(([f for f in divided if f in self.truth], base))
            self.sums.append(([(code, "yes", "total"), (code, "no", "total")], base))
        if link and not link.keys:
            self.sums.append(([(code, "yes", "total"), (code, "no", "total")], (link.code, "total")))

    def _link(self, measure: Measure) -> None:
        link = measure.part_of
        assert link is not None
        code, whole = measure.code, link.code
        own = [figure for figure in self.truth if figure[0] == code]
        if link.exact and not link.keys:
            for figure in own:
                there: Name = (whole, *figure[1:])
                if self.truth.get(there) == self.truth[figure]:
                    self.sums.append(([figure], there))
        elif link.exact:
            counted = [(whole, link.dimension, key) for key in sorted(link.keys)]
            self.sums.append(([f for f in counted if f in self.truth], (code, "total")))
        else:
            for figure in own:
                there = (whole, *figure[1:])
                if there in self.truth:
                    rest = (code, "rest", *figure[1:])
                    self._know(rest, self.truth[there] - self.truth[figure], _nothing)
                    self.sums.append(([figure, rest], there))

    def _know(self, figure: Name, count: int, told: Finder, *, rate: bool = False) -> None:
        """Of a rate only small parts are secret: one masked for its base may come out of counts that are shown."""
        values = told(self.book)
        if not rate:
            for value in told(self.dashboard) if self.dashboard else ():
                if value.number is not None:
                    # Small counts are masked: what is written 0 is 0.
                    self._hold(
                        figure, count, int(value.number), int(value.number) + (4 if value.number else 0)
                    )
        self.truth[figure] = count
        if any(value.number is not None for value in values):
            self.shown.add(figure)
            if 0 < count < 5:
                self.told.add(figure)
        elif (values and not rate) or 0 < count < 5:
            self.secrets.add(figure)

    def _rate_between(self, code: str, key: str, told: Finder) -> None:
        """A rounded rate, taken with the true base: the reader may know it from elsewhere."""
        yes, no = (self.truth[code, part, key] for part in ("yes", "no"))
        for value in told(self.dashboard) if self.dashboard else ():
            if value.number is not None:
                least, base = int(value.number), yes + no
                self._hold(
                    (code, "yes", key), yes, -(-least * base // 100), -(-(least + 5) * base // 100) - 1
                )

    def _hold(self, figure: Name, count: int, least: int, most: int) -> None:
        """What changed since the dashboard does not fit: the reader sees that it did."""
        if least <= count <= most:
            low, high = self.between.get(figure, (least, most))
            self.between[figure] = max(low, least), min(high, most)

    def _finder(self, measure: Measure, suffix: str, key: str) -> Finder:
        return lambda book: self._cells(measure, suffix, key, book)

    def _totals(self, measure: Measure, book: Book) -> list[Value]:
        """Everywhere the total of a measure is printed."""
        found = []
        for table in book.tables:
            if table.code.endswith("-cle"):
                found += [
                    row.values[table.column(self.year)] for row in table.rows if row.key == measure.code
                ]
        for name in (*measure.dimensions, "secteurs", "communes"):
            if measure.unit == Unit.COUNT or name in measure.dimensions:
                found += self._cells(measure, name, "total", book)
        return found

    def _cells(self, measure: Measure, suffix: str, key: str, book: Book) -> list[Value]:
        code = slugify(f"{measure.code}-{suffix}".replace(".", "-").replace("_", "-"))
        table = book.get(code)
        if table is None or not any(own == self.year for own, _label in table.columns):
            return []
        rank = table.column(self.year)
        return [value for row in table.rows if row.key == key for value in (row.values[rank],)] + [
            Value(Decimal(0) if other.number is not None else None)
            for row in table.rows
            if row.key == key
            for (own, _label), other in zip(table.columns, row.values, strict=True)
            if own == "rate" and measure.unit == Unit.COUNT and other.number is not None
        ]

    def _zone(self, commune: str) -> str:
        if commune == "off":
            return "off"
        return self.zone_of.get(commune, "") if commune else "unknown"
