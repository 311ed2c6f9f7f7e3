"""The programme's measures as tables of one page: exact figures, for those who steer it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cias.core.french import NBSP, euros, number, percent
from cias.core.periods import Period
from cias.core.registry import Measure, Row, Unit
from housing.energy.statistics import MEASURES


@dataclass(frozen=True)
class FigureTable:
    """One measure: its lines, and their sum when it means something."""

    title: str
    definition: str
    header: tuple[str, ...]
    rows: Sequence[tuple[tuple[str, ...], str]]
    total: str


def tables_of(period: Period) -> list[FigureTable]:
    """The measures with dimensions, then those that are one number; those that counted nothing are left out."""
    counted = [(measure, list(measure.compute(period, None))) for measure in MEASURES]
    tables = [_table(measure, rows) for measure, rows in counted if rows]
    return sorted(tables, key=lambda table: not table.header)


def _table(measure: Measure, rows: Sequence[Row]) -> FigureTable:
    lines = [
        (tuple(str(measure.labels.get(key, key)) for key in row.keys), _value(measure.unit, row))
        for row in rows
    ]
    order = {label: rank for rank, label in enumerate(measure.labels.values())}
    lines.sort(key=lambda line: [order.get(label, len(order)) for label in line[0]])
    is_sum = measure.additive and measure.unit == Unit.COUNT and len(rows) > 1
    total = number(sum(row.value for row in rows)) if is_sum else ""
    return FigureTable(measure.title, measure.definition, measure.dimensions, lines, total)


def _value(unit: Unit, row: Row) -> str:
    match unit:
        case Unit.RATE:
            rate = Decimal(100) * row.value / row.count
            return f"{percent(rate)} ({row.value} sur {row.count})"
        case Unit.EURO:
            return euros(row.value)
        case Unit.DAYS:
            return f"{number(row.value)}{NBSP}jours"
    return number(row.value)
