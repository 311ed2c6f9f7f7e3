"""The same indicator from one edition to the next, never joined across a break (S12)."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from abs_reports.compiling.comparison import own_definition
from abs_reports.enums import FigureUnit
from abs_reports.models import Report
from abs_reports.tables import Book, Value
from cias.core.charts import UNAVAILABLE, Break, Chart, Measure, Series, line_chart
from cias.core.charts import Value as ChartValue
from cias.core.french import join_list
from cias.dashboard.origins import Origin, measure_origin, origin_of

type Edition = tuple[Report, Book]

NEW_DEFINITION = "nouvelle définition"
QUARTERS = ("T1", "T2", "T3", "T4")
TREND = "trimestres-appointments-households"
HOUSEHOLDS = Measure("ménages", singular="ménage")
# The fewest editions that make a trend.
ENOUGH = 2
# The unit says how a number is written; the name stands in the alternative of the chart.
MEASURES = {
    FigureUnit.COUNT: ("", 0),
    FigureUnit.PERCENT: ("%", 1),
    FigureUnit.DAYS: ("jours", 1),
    FigureUnit.EURO: ("€", 0),
}
NOT_ADDED = "Un ménage reçu à deux trimestres compte dans chacun\u00a0: les trimestres ne s’additionnent pas."


@dataclass(frozen=True)
class Trend:
    chart: Chart
    origin: Origin


@dataclass(frozen=True)
class _Point:
    report: Report
    value: Value
    definition: str

    @property
    def year(self) -> int:
        return self.report.year


def yearly(editions: Sequence[Edition], table: str, row: str, label: str) -> Trend | None:
    """One key figure over the whole years among `editions`, oldest first; None with fewer than two of them.

    Each point is what its own edition published. A year without an edition is a gap; a definition that changed, as the
    editions themselves tell it, is a break.
    """
    points = [
        _Point(report, book[table].row(row).values[1], own_definition(book[table].row(row).definition))
        for report, book in editions
        if report.is_whole_year and table in book and any(one.key == row for one in book[table].rows)
    ]
    if len(points) < ENOUGH:
        return None
    latest_report, latest_book = next(one for one in reversed(editions) if one[0].year == points[-1].year)
    years = range(points[0].year, points[-1].year + 1)
    by_year = {point.year: point for point in points}
    values: list[ChartValue] = [
        by_year[year].value.chart if year in by_year else UNAVAILABLE for year in years
    ]
    symbol, decimals = MEASURES.get(points[-1].value.unit, ("", 0))
    chart = line_chart(
        f"annees-{row.replace('.', '-').replace('_', '-')}",
        label,
        [str(year) for year in years],
        [Series(label, tuple(values))],
        measure=Measure(label.lower(), symbol, decimals),
        category="Année",
        breaks=[
            Break(now.year - years.start, NEW_DEFINITION)
            for before, now in itertools.pairwise(points)
            if before.definition and now.definition and before.definition != now.definition
        ],
        note=_rounded_years([point.report for point in points]),
    )
    return Trend(chart, measure_origin(latest_book[table], row, latest_report))


def _rounded_years(reports: Sequence[Report]) -> str:
    """Which points are less exact than the others."""
    years = [str(report.year) for report in reports if report.is_rounded]
    if not years:
        return ""
    verb = "est arrondi" if len(years) == 1 else "sont arrondis"
    return f"{join_list(years)} {verb} au multiple inférieur, en attendant le rapport annuel."


def quarterly(editions: Sequence[Edition]) -> Trend | None:
    """Distinct households of each quarter of the editions, oldest first: quarters do not add up."""
    values: list[Decimal | None] = []
    groups: list[tuple[str, int]] = []
    breaks: list[Break] = []
    definition = title = ""
    origin: Origin = ()
    for report, book in editions:
        table = book.get(TREND)
        if table is None:
            continue
        if definition and table.definition != definition:
            breaks.append(Break(len(values), NEW_DEFINITION))
        definition, title = table.definition, table.title
        origin = origin_of(table, report)
        values += [row.values[0].number for row in table.body]
        groups.append((str(report.year), len(table.body)))
    if not groups:
        return None
    chart = line_chart(
        "tendance",
        title,
        [quarter for _year, count in groups for quarter in QUARTERS[:count]],
        [Series("Ménages", tuple(values))],
        measure=HOUSEHOLDS,
        category="Trimestre",
        groups=groups,
        breaks=breaks,
        note=NOT_ADDED,
    )
    return Trend(chart, origin)
