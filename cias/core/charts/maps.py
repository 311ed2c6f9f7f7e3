"""Choropleth of the communes: white borders, hatch for masked values, a name on the larger places."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cias.core.french import NBSP, Number, exact, number, plural, rounded, typographic

from .geometry import Polygon, Sheet, label_point, path_data, polygons
from .model import (
    WIDTH,
    Chart,
    Measure,
    Row,
    Table,
    Value,
    absent_legend,
    cell,
    describe_extremes,
    hatch_id,
    legend_items,
    masked,
    shown,
)
from .svg import Element, el
from .text import LINE, PHONE_SIZE, SIZE, text_width, wrap

MAX_HEIGHT = 540
# Four classes at most: more shades of one hue are not told apart.
SHADES = {1: ("q3",), 2: ("q1", "q4"), 3: ("q1", "q2", "q4"), 4: ("q1", "q2", "q3", "q4")}
TILE_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class Area:
    """`geometry` is a GeoJSON Polygon or MultiPolygon, or None; `extra` fills the table's extra columns."""

    code: str
    name: str
    value: Value
    geometry: Mapping[str, Any] | None = None
    extra: tuple[Value, ...] = ()


def choropleth(
    chart_id: str,
    title: str,
    areas: Sequence[Area],
    *,
    measure: Measure,
    category: str = "Commune",
    bounds: Sequence[Number] | None = None,
    labelled: Sequence[str] = (),
    columns: Sequence[tuple[str, Measure]] = (),
    value_label: str = "",
    total: Area | None = None,
    insight: str = "",
    subtitle: str = "",
    note: str = "",
) -> Chart:
    """One shade for each class of value. Areas without geometry become tiles under the map (or alone).

    `bounds`: lowest value of the second class and following, at most three, ascending; by default quartiles
    of the values shown. `labelled`: codes in order of importance; names that would overlap are left out,
    or kept for wide screens. `columns` heads `Area.extra`, before the value. Raises ValueError for other
    bounds.
    """
    visible = [rounded(area.value, measure.decimals) for area in areas if shown(area.value)]
    limits = _quartiles(visible) if bounds is None else [rounded(bound, measure.decimals) for bound in bounds]
    if len(limits) > 3 or any(low >= high for low, high in itertools.pairwise(limits)):
        raise ValueError("At most three bounds, in ascending order once rounded")

    shapes = {area.code: polygons(area.geometry) for area in areas}
    drawn = [area for area in areas if shapes[area.code]]
    body: list[Element] = []
    height = 0.0
    if drawn:
        sheet = Sheet.around((rings for area in drawn for rings in shapes[area.code]), WIDTH - 2, MAX_HEIGHT)
        projected = {area.code: [sheet.project(rings) for rings in shapes[area.code]] for area in drawn}
        body += [_commune(chart_id, area, projected[area.code], limits, measure) for area in drawn]
        names = {area.code: typographic(area.name) for area in drawn}
        body += _names([(names[code], projected[code]) for code in labelled if code in projected])
        height = sheet.height + 2
    tiles, tiles_height = _tiles(
        chart_id, [area for area in areas if not shapes[area.code]], limits, measure, height
    )

    named = [(typographic(area.name), area.value) for area in areas]
    opening = f"Carte de {plural(len(areas), category.lower())}."
    rows = tuple(_row(area, columns, measure) for area in areas)
    heads = (category, *(label for label, _ in columns), value_label or measure.name.capitalize())
    return Chart(
        id=chart_id,
        title=title,
        subtitle=subtitle,
        note=note,
        description=" ".join(filter(None, [insight, opening, describe_extremes(named, measure)])),
        height=height + tiles_height,
        body=(*body, *tiles),
        table=Table(title, heads, rows, (_row(total, columns, measure),) if total else ()),
        legend=legend_items(chart_id, _legend(visible, limits, measure) + absent_legend(v for _, v in named)),
    )


def _row(area: Area, columns: Sequence[tuple[str, Measure]], measure: Measure) -> Row:
    extra = (cell(value, unit) for value, (_, unit) in zip(area.extra, columns, strict=True))
    return Row(typographic(area.name), (*extra, cell(area.value, measure)))


def _quartiles(values: Sequence[Decimal]) -> list[Decimal]:
    """Lowest values of classes 2 to 4 when each class holds about a quarter; fewer when values repeat."""
    ranked = sorted(values)
    cuts = {ranked[len(ranked) * quarter // 4] for quarter in (1, 2, 3)} if ranked else set()
    return sorted(cut for cut in cuts if cut > ranked[0])


def _shade(value: Number, limits: Sequence[Decimal], measure: Measure) -> str:
    # Classified as printed: a commune shown at 14,0 is never in the class "8 à 13,9".
    level = sum(rounded(value, measure.decimals) >= limit for limit in limits)
    return SHADES[len(limits) + 1][level]


def _fill(chart_id: str, value: Value, limits: Sequence[Decimal], measure: Measure) -> dict[str, str]:
    if shown(value):
        return {"class_": f"commune {_shade(value, limits, measure)}"}
    return (
        {"class_": "commune", "fill": f"url(#{hatch_id(chart_id)})"}
        if masked(value)
        else {"class_": "missing"}
    )


def _commune(
    chart_id: str, area: Area, shape: Sequence[Polygon], limits: Sequence[Decimal], measure: Measure
) -> Element:
    return el(
        "path",
        el("title", f"{typographic(area.name)}{NBSP}: {measure.prose(area.value)}"),
        d=path_data(shape),
        fill_rule="evenodd",
        **_fill(chart_id, area.value, limits, measure),
    )


def _names(places: Sequence[tuple[str, Sequence[Polygon]]]) -> list[Element]:
    """Names by order of importance: dropped when they would overlap on a desktop, `minor` when on a phone."""
    taken: list[tuple[float, float, float, float]] = []
    taken_on_phone: list[tuple[float, float, float, float]] = []
    written = []
    for name, shape in places:
        x, y = label_point(shape)
        half = text_width(name, SIZE) / 2
        x = min(max(x, half), WIDTH - half)
        box = _box(name, x, y, SIZE)
        if any(_overlap(box, other) for other in taken):
            continue
        phone_box = _box(name, x, y, PHONE_SIZE)
        minor = (
            any(_overlap(phone_box, other) for other in taken_on_phone)
            or not 0 <= phone_box[0] <= phone_box[2] <= WIDTH
        )
        taken.append(box)
        if not minor:
            taken_on_phone.append(phone_box)
        written.append(
            el("text", name, class_=f"t-mid halo{' minor' if minor else ''}", x=round(x), y=round(y + 4))
        )
    return written


def _box(name: str, x: float, y: float, size: float) -> tuple[float, float, float, float]:
    half = text_width(name, size) / 2
    return x - half, y + 4 - size * 0.8, x + half, y + 4 + size * 0.25


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _tiles(
    chart_id: str, areas: Sequence[Area], limits: Sequence[Decimal], measure: Measure, top: float
) -> tuple[list[Element], float]:
    """A square and a name for each area that has no shape, in columns; the height they take."""
    if not areas:
        return [], 0.0
    column = WIDTH / TILE_COLUMNS
    labels = [wrap(typographic(area.name), column - 40) for area in areas]
    row_height = 12 + LINE * max(map(len, labels))
    drawn: list[Element] = []
    for rank, (area, lines) in enumerate(zip(areas, labels, strict=True)):
        x, y = rank % TILE_COLUMNS * column, top + 8 + rank // TILE_COLUMNS * row_height
        hover = el("title", f"{typographic(area.name)}{NBSP}: {measure.prose(area.value)}")
        fill = _fill(chart_id, area.value, limits, measure)
        drawn.append(el("rect", hover, x=x, y=y, width=24, height=24, **fill))
        drawn += [el("text", line, x=x + 32, y=y + 18 + LINE * place) for place, line in enumerate(lines)]
    return drawn, 8 + row_height * -(-len(areas) // TILE_COLUMNS)


def _legend(visible: Sequence[Decimal], limits: Sequence[Decimal], measure: Measure) -> list[tuple[str, str]]:
    if not visible:
        return []
    shades = SHADES[len(limits) + 1]
    if not limits:
        return [(f"{measure.text(min(visible))} à {measure.text(max(visible))}", shades[0])]
    step = exact(1).scaleb(-measure.decimals)
    labels = [f"moins de {measure.text(limits[0])}"]
    for low, high in itertools.pairwise(limits):
        last = high - step
        labels.append(
            measure.text(low) if low == last else f"{number(low, measure.decimals)} à {measure.text(last)}"
        )
    labels.append(f"{measure.text(limits[-1])} et plus")
    return list(zip(labels, shades, strict=True))
