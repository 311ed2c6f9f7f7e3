"""Charts out of frozen tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from abs_reports.tables import DataTable, Row, Value
from cias.core.charts import (
    Area,
    Bar,
    Chart,
    Measure,
    Part,
    Series,
    bar_chart,
    choropleth,
    line_chart,
    waffle,
)
from cias.core.french import SHORT_MONTHS
from cias.territory.models import Commune

PEOPLE = Measure("habitants", singular="habitant")
PERCENT = Measure("%", "%", 1)
WHOLE_PERCENT = Measure("%", "%")
EUROS = Measure("€", "€")


# Names on a map: the largest places first, then those far enough from the ones already named (degrees of latitude).
LANDMARKS, APART = 8, 0.09
LONGITUDE = 0.66  # a degree of longitude over one of latitude, at the latitude of France


@dataclass(frozen=True)
class Shapes:
    """Contours of the communes, and the codes of those whose names are written on maps."""

    geometries: Mapping[str, Mapping[str, Any] | None]
    landmarks: Sequence[str]

    @classmethod
    def load(cls) -> "Shapes":
        communes = sorted(Commune.objects.all(), key=lambda commune: -commune.population)
        named: dict[str, tuple[float, float]] = {}
        for commune in communes:
            place = _middle(commune.geometry)
            if place and len(named) < LANDMARKS and all(_far(place, other) for other in named.values()):
                named[commune.code] = place
        return cls({commune.code: commune.geometry for commune in communes}, list(named))


def _middle(geometry: Mapping[str, Any] | None) -> tuple[float, float] | None:
    """The mean of the points of the longest ring."""
    if not geometry:
        return None
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    ring = max((polygon[0] for polygon in polygons), key=len)
    return sum(x for x, _y in ring) / len(ring), sum(y for _x, y in ring) / len(ring)


def _far(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return ((a[0] - b[0]) * LONGITUDE) ** 2 + (a[1] - b[1]) ** 2 > APART**2


def commune_map(
    table: DataTable,
    column: str,
    shapes: Shapes,
    *,
    title: str,
    measure: Measure,
    bounds: Sequence[Decimal | float] | None = None,
    subtitle: str = "",
    note: str = "",
) -> Chart:
    areas = [
        Area(row.key, row.label, value.chart, shapes.geometries[row.key])
        for row, value in table.series(column)
        if row.key in shapes.geometries
    ]
    return choropleth(
        f"carte-{table.code}-{column.lower()}",
        title,
        areas,
        measure=measure,
        bounds=bounds,
        labelled=shapes.landmarks,
        subtitle=subtitle,
        note=note,
    )


def bars(
    table: DataTable,
    column: str,
    *,
    title: str,
    measure: Measure,
    before: str = "",
    sort: bool = False,
    maximum: float = 0,
    note: str = "",
    evolution: bool = True,
) -> Chart:
    """A bar a row; `before`: the column of the earlier year, a mark; `evolution`: whether the table tells it."""
    rank = table.column(column)
    earlier = table.column(before) if before else None
    rows = list(table.body)
    if sort:
        rows.sort(key=lambda row: _sortable(row, rank), reverse=True)
    return bar_chart(
        f"barres-{table.code}-{column.lower()}",
        title,
        [
            Bar(
                _bar_label(row, row.values[rank]),
                row.values[rank].chart,
                *([row.values[earlier].chart] if earlier is not None else []),
            )
            for row in rows
        ],
        measure=measure,
        category=table.heading,
        value_label=table.columns[rank][1],
        before_label=table.columns[earlier][1] if earlier is not None else "",
        maximum=maximum,
        note=note,
        evolution=evolution,
    )


def _sortable(row: Row, rank: int) -> Decimal:
    number = row.values[rank].number
    return Decimal(-1) if number is None else number


def _bar_label(row: Row, value: Value) -> str:
    return f"{row.label} ({value.text})" if value.at_most else row.label


def squares(table: DataTable, column: str, *, title: str, measure: Measure) -> Chart | None:
    """Shares of the whole in a hundred squares; None when the parts do not allow it."""
    total = next((row for row in table.foot), None)
    parts = [(row.label, value) for row, value in table.series(column)]
    parts.sort(key=lambda part: part[1].number or 0, reverse=True)
    if total is None or len(parts) > 5 or any(value.number is None for _label, value in parts):
        return None
    return waffle(
        f"parts-{table.code}",
        title,
        [Part(label, value.chart) for label, value in parts],
        measure=measure,
        category=table.heading,
    )


def lines(table: DataTable, columns: Sequence[str], *, title: str, measure: Measure) -> Chart:
    """One line a column over the rows (months)."""
    names = dict(table.columns)
    return line_chart(
        f"courbe-{table.code}",
        title,
        [SHORT_MONTHS[int(row.key) - 1] if row.key.isdigit() else row.label for row in table.body],
        [
            Series(f"en {names[key]}", tuple(value.chart for _row, value in table.series(key)))
            for key in columns
        ],
        measure=measure,
        category=table.heading,
    )
