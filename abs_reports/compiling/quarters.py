"""Trend of the dashboard: the counts of each closed quarter of a year, over the whole territory (S8)."""

from collections.abc import Iterable
from datetime import date

from abs_reports.compiling.chapters import Chapter
from abs_reports.tables import DataTable, Row, Value, given, masked
from cias.core.periods import Period
from cias.core.registry import Measure, Unit
from cias.core.secrecy import THRESHOLDS, Thresholds

# What the board follows over time. Only distinct households of a quarter: what adds up over the year would give a
# masked quarter away, as the year less the three others (docs/adr/0016).
TRENDS = ("appointments.households",)


def closed_quarters(last_day: date) -> list[tuple[int, Period]]:
    """(number, period) of the quarters of the year that had ended by `last_day`."""
    quarters = ((rank, Period.quarter(last_day.year, rank)) for rank in range(1, 5))
    return [(rank, quarter) for rank, quarter in quarters if quarter.last <= last_day]


def quarter_tables(
    measures: Iterable[tuple[str, Measure]],
    last_day: date,
    *,
    source: str,
    thresholds: Thresholds = THRESHOLDS,
) -> list[DataTable]:
    """One table for each followed measure. A quarter is whole, so the quarters of a year never overlap."""
    quarters = closed_quarters(last_day)
    if not quarters:
        return []
    return [
        DataTable(
            code=f"trimestres-{code.replace('.', '-')}",
            chapter=Chapter.ACTIVITY,
            title=f"{measure.title} par trimestre",
            heading="Trimestre",
            columns=(("value", str(last_day.year)),),
            rows=tuple(
                Row(f"T{rank}", f"T{rank}", (_quarter_value(measure, quarter, thresholds),))
                for rank, quarter in quarters
            ),
            period=str(last_day.year),
            source=source,
            definition=measure.definition,
        )
        for code, measure in measures
        if code in TRENDS and measure.unit == Unit.COUNT and not measure.sensitive
    ]


def _quarter_value(measure: Measure, quarter: Period, thresholds: Thresholds) -> Value:
    """Distinct households of a quarter do not add up over a year: each quarter is protected for itself.

    Rounded down: each dashboard of the year tells the first quarter again, as late entries made it.
    """
    total, step = sum(int(row.value) for row in measure.compute(quarter, None)), thresholds.count
    return masked() if 0 < total < step else given(total // step * step)
