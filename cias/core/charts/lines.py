"""Trends over periods, honest about breaks: a change of definition is a gap with its reason written."""

from collections.abc import Sequence
from dataclasses import dataclass

from cias.core.french import NBSP, join_list

from .bars import label_lines
from .model import (
    WIDTH,
    Chart,
    Measure,
    Row,
    Table,
    Value,
    absent_legend,
    cell,
    describe_absences,
    describe_extremes,
    legend_items,
    masked,
    masked_mark,
    shown,
)
from .scale import ticks_around_zero
from .svg import Element, el
from .text import LINE, SIZE, apart, text_width, wrap

PLOT_TOP, PLOT_HEIGHT = 38, 180
NAMES_WIDTH = 150
STYLES = ("", " line-2", " line-3")
DOTS = ("dot", "dot dot-2", "dot dot-3")


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Break:
    """The figures change meaning at period number `at` (0-based): never joined to the period before."""

    at: int
    label: str


@dataclass(frozen=True, slots=True)
class _Frame:
    left: float
    right: float
    slot: float
    top_value: float
    bottom_value: float = 0.0

    def x(self, rank: int) -> float:
        return self.left + self.slot * (rank + 0.5)

    def y(self, value: float) -> float:
        return PLOT_TOP + PLOT_HEIGHT * (self.top_value - value) / (self.top_value - self.bottom_value)


def line_chart(
    chart_id: str,
    title: str,
    periods: Sequence[str],
    series: Sequence[Series],
    *,
    measure: Measure,
    category: str = "Période",
    breaks: Sequence[Break] = (),
    groups: Sequence[tuple[str, int]] = (),
    insight: str = "",
    subtitle: str = "",
    note: str = "",
    signed: bool = False,
) -> Chart:
    """Up to three series over the same periods, on an axis that starts at zero, or goes through it when `signed`.

    `groups` puts (label, number of periods) under the axis, e.g. years under quarters; the table then names
    "T1 2025". A period without a visible value leaves a gap; a masked one, besides, a hatch of fixed size.
    Raises ValueError for no or more than three series, lengths that differ, or a negative value unless `signed`.
    """
    _check(periods, series, breaks, groups, signed=signed)
    visible = [float(value) for one in series for value in one.values if shown(value)]
    ticks = ticks_around_zero(min(visible, default=0.0), max(visible, default=0.0), measure.decimals)
    left = max(text_width(measure.text(tick)) for tick in ticks) + 8
    right = WIDTH - (NAMES_WIDTH + 10 if len(series) > 1 else 0)
    frame = _Frame(left, right, (right - left) / len(periods), ticks[-1], ticks[0])
    starts = sorted({0, *(one.at for one in breaks)})

    body = _axes(frame, ticks, measure) + _breaks(frame, breaks)
    body += _period_labels(frame, periods, groups)
    for rank, one in enumerate(series):
        body += _series(frame, one, rank, starts, measure)
        body += [
            masked_mark(chart_id, frame.x(place) - 6, PLOT_TOP + PLOT_HEIGHT - 13 * (rank + 1), 12)
            for place, value in enumerate(one.values)
            if masked(value)
        ]
    body += _end_labels(frame, series, starts[-1], measure)

    entries = [("avant le changement", "line line-old")] if len(starts) > 1 else []
    entries += absent_legend(value for one in series for value in one.values if masked(value))
    names = _full_names(periods, groups)
    return Chart(
        id=chart_id,
        title=title,
        subtitle=subtitle,
        note=note,
        description=" ".join(filter(None, [insight, *_describe(names, series, breaks, measure)])),
        height=PLOT_TOP + PLOT_HEIGHT + LINE * (2 if groups else 1) + 6,
        body=tuple(body),
        table=_table(title, names, series, breaks, measure, category),
        legend=legend_items(chart_id, entries),
    )


def _check(
    periods: Sequence[str],
    series: Sequence[Series],
    breaks: Sequence[Break],
    groups: Sequence[tuple[str, int]],
    *,
    signed: bool,
) -> None:
    if not 1 <= len(series) <= len(STYLES):
        raise ValueError(f"A line chart has 1 to {len(STYLES)} series, not {len(series)}")
    if not periods or any(len(one.values) != len(periods) for one in series):
        raise ValueError("Every series needs one value a period")
    if not signed and any(value < 0 for one in series for value in one.values if shown(value)):
        raise ValueError("The axis starts at zero: a negative value needs another chart")
    if any(not 0 < one.at < len(periods) for one in breaks):
        raise ValueError("A break falls between two periods")
    if groups and sum(count for _, count in groups) != len(periods):
        raise ValueError("The groups must cover the periods")


def _axes(frame: _Frame, ticks: Sequence[float], measure: Measure) -> list[Element]:
    drawn = []
    for tick in ticks:
        y = frame.y(tick)
        kind = "grid-line" if tick else "axis"
        drawn.append(el("line", class_=kind, x1=frame.left, x2=frame.right, y1=y, y2=y))
        drawn.append(el("text", measure.text(tick), class_="t-soft t-end", x=frame.left - 8, y=y + 4))
    return drawn


def _breaks(frame: _Frame, breaks: Sequence[Break]) -> list[Element]:
    drawn = []
    for one in breaks:
        x = frame.left + frame.slot * one.at
        drawn.append(el("line", class_="axis", x1=x, x2=x, y1=2, y2=PLOT_TOP + PLOT_HEIGHT))
        room_on_right = x + 6 + text_width(one.label) <= WIDTH
        classes, place = ("t-soft", x + 6) if room_on_right else ("t-soft t-end", x - 6)
        drawn.append(el("text", one.label, class_=classes, x=place, y=15))
    return drawn


def _period_labels(frame: _Frame, periods: Sequence[str], groups: Sequence[tuple[str, int]]) -> list[Element]:
    baseline = PLOT_TOP + PLOT_HEIGHT + LINE - 2
    widest = max(map(text_width, periods)) + 6
    on_desktop = max(1, -int(-widest * SIZE / 20 // frame.slot))
    on_phone = max(1, -int(-widest // frame.slot))
    drawn = []
    for rank, period in enumerate(periods):
        if rank % on_desktop == 0:
            minor = "" if rank % (on_desktop * -(-on_phone // on_desktop)) == 0 else " minor"
            drawn.append(el("text", period, class_=f"t-soft t-mid{minor}", x=frame.x(rank), y=baseline))
    first = 0
    for label, count in groups:
        x = frame.left + frame.slot * (first + count / 2)
        drawn.append(el("text", label, class_="t-soft t-mid", x=x, y=baseline + LINE))
        first += count
    return drawn


def _series(frame: _Frame, one: Series, rank: int, starts: Sequence[int], measure: Measure) -> list[Element]:
    """Points joined only to their direct neighbours, never across a break."""
    drawn = []
    for start, end in zip(starts, [*starts[1:], len(one.values)], strict=True):
        points = [
            (frame.x(place), frame.y(float(value)), measure.text(value))
            for place, value in enumerate(one.values)
            if start <= place < end and shown(value)
        ]
        old = " line-old" if start != starts[-1] else ""
        drawn += [
            el(
                "polyline",
                class_=f"line{STYLES[rank]}{old}",
                points=" ".join(f"{x:.1f},{y:.2f}" for x, y, _ in run),
            )
            for run in _runs(points, frame.slot)
            if len(run) > 1
        ]
        mark = f"{DOTS[rank]}{old.replace('line', 'dot')}"
        drawn += [el("circle", el("title", text), class_=mark, cx=x, cy=y, r=4) for x, y, text in points]
        if old and points:
            x, y, text = points[-1]
            drawn.append(el("text", text, class_="t-soft t-mid", x=x, y=y - 11))
    return drawn


def _runs(points: Sequence[tuple[float, float, str]], slot: float) -> list[list[tuple[float, float, str]]]:
    runs: list[list[tuple[float, float, str]]] = []
    for point in points:
        if not runs or point[0] - runs[-1][-1][0] > slot * 1.5:
            runs.append([])
        runs[-1].append(point)
    return runs


def _end_labels(frame: _Frame, series: Sequence[Series], last_start: int, measure: Measure) -> list[Element]:
    """The last value of each series: above its point when alone, else beside it with the series' name."""
    ends = []
    for one in series:
        points = [(place, v) for place, v in enumerate(one.values) if place >= last_start and shown(v)]
        ends += [(one.name, points[-1])] if points else []
    if len(series) == 1:
        return [
            el(
                "text",
                measure.text(value),
                class_="t-bold t-end halo",
                x=min(frame.x(place) + text_width(measure.text(value), SIZE) / 2, WIDTH),
                y=frame.y(float(value)) - 11,
            )
            for _, (place, value) in ends
        ]
    labels = [wrap(f"{measure.text(value)} {name}", NAMES_WIDTH) for name, (_, value) in ends]
    places = apart(
        [frame.y(float(value)) for _, (_, value) in ends], [LINE * len(lines) + 3 for lines in labels]
    )
    right = frame.right + 10
    return [
        element
        for lines, middle in zip(labels, places, strict=True)
        for element in label_lines(lines, right, middle + 5 - LINE * (len(lines) - 1) / 2)
    ]


def _full_names(periods: Sequence[str], groups: Sequence[tuple[str, int]]) -> list[str]:
    labels = [label for label, count in groups for _ in range(count)]
    return (
        [f"{period} {label}" for period, label in zip(periods, labels, strict=True)] if groups else [*periods]
    )


def _table(
    title: str,
    names: Sequence[str],
    series: Sequence[Series],
    breaks: Sequence[Break],
    measure: Measure,
    category: str,
) -> Table:
    notes = {one.at: f" ({one.label})" for one in breaks}
    rows = tuple(
        Row(name + notes.get(rank, ""), tuple(cell(one.values[rank], measure) for one in series))
        for rank, name in enumerate(names)
    )
    return Table(title, (category, *(one.name for one in series)), rows)


def _describe(
    names: Sequence[str], series: Sequence[Series], breaks: Sequence[Break], measure: Measure
) -> list[str]:
    sentences = [f"Courbe de {names[0]} à {names[-1]}."]
    starts = sorted({0, *(one.at for one in breaks)})
    for one in series:
        for start, end in zip(starts, [*starts[1:], len(names)], strict=True):
            ends = [(n, v) for n, v in zip(names[start:end], one.values[start:end], strict=True) if shown(v)]
            if ends:
                (first, a), (last, b) = ends[0], ends[-1]
                who = f"{one.name}{NBSP}: de" if len(series) > 1 or len(starts) > 1 else "De"
                to = f" à {measure.text(b)} ({last})" if last != first else ""
                sentences.append(f"{who} {measure.text(a)} ({first}){to}.")
        named = [*zip(names, one.values, strict=True)]
        sentences += describe_absences(named) if breaks else [describe_extremes(named, measure)]
    if breaks:
        changes = join_list([f"{one.label} à partir de {names[one.at]}" for one in breaks])
        sentences.append(
            f"Rupture de série{NBSP}: {changes}. Les valeurs d’avant et d’après ne se comparent pas."
        )
    return sentences
