"""Tables of figures as plain data: what a compilation computes, what is frozen, what every reader is shown.

The same objects come out of the computation and out of the frozen rows: a report prints again identically (S6).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from abs_reports.enums import Absence, FigureUnit
from cias.core.charts import UNAVAILABLE
from cias.core.charts import Value as ChartValue
from cias.core.french import NBSP, number

STORED = Decimal("0.000001")
SYMBOLS = {FigureUnit.EURO: "€", FigureUnit.PERCENT: "%", FigureUnit.CHANGE: "%"}
SIGNED = (FigureUnit.CHANGE, FigureUnit.BALANCE)
ABSENT_TEXTS = {
    Absence.MASKED: f"n.{NBSP}s.",
    Absence.SECRET: "secret",
    Absence.UNAVAILABLE: f"n.{NBSP}d.",
    Absence.NOT_APPLICABLE: "–",
}
ABSENT_MEANINGS = {
    Absence.MASKED: f"non significatif{NBSP}: effectif trop petit pour être publié",
    Absence.SECRET: "secret statistique appliqué par le producteur",
    Absence.UNAVAILABLE: "non disponible",
    Absence.NOT_APPLICABLE: "sans objet",
}


@dataclass(frozen=True, slots=True)
class Value:
    """A number to the millionth, or the reason why there is none. `at_most`: the producer says "this or less".

    `base`: how many are behind a rate, a mean or a sum, for those who manage the analysis only (S3): no document
    prints it. A masked figure has none.
    """

    number: Decimal | None
    unit: FigureUnit = FigureUnit.COUNT
    decimals: int = 0
    absent: Absence | None = None
    at_most: bool = False
    base: int | None = None

    @property
    def text(self) -> str:
        """ "1 234", "12,5 %", "5 % ou moins", "n. s.", "secret"."""
        if self.number is None:
            return ABSENT_TEXTS[self.absent or Absence.UNAVAILABLE]
        symbol = SYMBOLS.get(self.unit)
        text = number(self.number, self.decimals, signed=self.unit in SIGNED)
        text = f"{text}{NBSP}{symbol}" if symbol else text
        return f"{text} ou moins" if self.at_most else text

    @property
    def meaning(self) -> str:
        """The abbreviation spelled out, empty when a number is shown."""
        return ABSENT_MEANINGS[self.absent] if self.absent else ""

    @property
    def chart(self) -> ChartValue:
        """The same for cias.core.charts: None is masked, whoever masks."""
        if self.number is not None:
            return self.number
        return None if self.absent in (Absence.MASKED, Absence.SECRET) else UNAVAILABLE


def count(value: int | Decimal | None) -> Value:
    """A count after secrecy: None is a masked one."""
    return given(value, FigureUnit.COUNT, 0) if value is not None else masked()


def given(
    value: int | Decimal,
    unit: FigureUnit = FigureUnit.COUNT,
    decimals: int = 0,
    *,
    at_most: bool = False,
    base: int | None = None,
) -> Value:
    return Value(Decimal(value).quantize(STORED, ROUND_HALF_UP), unit, decimals, at_most=at_most, base=base)


def masked(unit: FigureUnit = FigureUnit.COUNT, decimals: int = 0) -> Value:
    return Value(None, unit, decimals, Absence.MASKED)


def missing(absence: Absence, unit: FigureUnit = FigureUnit.COUNT, decimals: int = 0) -> Value:
    return Value(None, unit, decimals, absence)


@dataclass(frozen=True, slots=True)
class Row:
    """`values` in the order of the table's columns. A total row stands in the foot of the table.

    `definition`: what the row counts, in a table whose rows are measures of their own.
    """

    key: str
    label: str
    values: tuple[Value, ...]
    is_total: bool = False
    definition: str = ""


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table of a report. `columns` are (key, label) pairs; `heading` heads the row labels."""

    code: str
    chapter: str
    title: str
    heading: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    period: str
    source: str
    definition: str = ""

    def __post_init__(self) -> None:
        if any(len(row.values) != len(self.columns) for row in self.rows):
            raise ValueError(f"{self.code}: a row does not fit the columns")

    @property
    def body(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.is_total)

    @property
    def foot(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.is_total)

    def column(self, key: str) -> int:
        """Rank of a column; KeyError when there is none."""
        for rank, (own, _label) in enumerate(self.columns):
            if own == key:
                return rank
        raise KeyError(key)

    def row(self, key: str) -> Row:
        """KeyError when there is none."""
        for row in self.rows:
            if row.key == key:
                return row
        raise KeyError(key)

    def value(self, row: str, column: str) -> Value:
        return self.row(row).values[self.column(column)]

    def series(self, column: str) -> Iterator[tuple[Row, Value]]:
        """(row, its value in the column) for the rows that are no total."""
        rank = self.column(column)
        return ((row, row.values[rank]) for row in self.body)

    @property
    def absences(self) -> tuple[Absence, ...]:
        """The kinds of absence the table has to explain."""
        found = {value.absent for row in self.rows for value in row.values}
        return tuple(kind for kind in Absence if kind in found and kind != Absence.NOT_APPLICABLE)


class Book:
    """The tables of one report, by code."""

    def __init__(self, tables: Iterable[DataTable]) -> None:
        self.tables: Sequence[DataTable] = tuple(tables)
        self._by_code = {table.code: table for table in self.tables}
        if len(self._by_code) != len(self.tables):
            raise ValueError("Two tables have the same code")

    def __getitem__(self, code: str) -> DataTable:
        return self._by_code[code]

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def get(self, code: str) -> DataTable | None:
        return self._by_code.get(code)

    def chapter(self, chapter: str) -> list[DataTable]:
        return [table for table in self.tables if table.chapter == chapter]

    @property
    def checksum(self) -> str:
        """SHA-256 of everything that is shown: two books with the same figures and words have the same."""
        content = [
            [
                [
                    table.code,
                    table.chapter,
                    table.title,
                    table.heading,
                    table.period,
                    table.source,
                    table.definition,
                ],
                table.columns,
                [
                    [
                        [row.key, row.label, row.is_total, *filter(None, [row.definition])],
                        [
                            [v.unit, v.decimals, v.absent or "", v.at_most, _plain(v.number)]
                            for v in row.values
                        ],
                    ]
                    for row in table.rows
                ],
            ]
            for table in self.tables
        ]
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.quantize(STORED):f}"
