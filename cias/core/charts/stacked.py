"""Bars cut into the parts of a whole, one whole a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from cias.core.french import NBSP, exact, join_list

from .bars import BAR_TOP, LABEL_BASELINE, bar_length, label_lines, refuse_negative
from .model import (
    UNAVAILABLE,
    WIDTH,
    Chart,
    Measure,
    Row,
    Table,
    Value,
    absent_legend,
    cell,
    describe_extremes,
    legend_items,
    masked,
    masked_mark,
    sentence,
    shown,
)
from .svg import Element, el
from .text import LINE, text_width, wrap

PART_HEIGHT, PITCH = 26, 60
# From dark to light, then neutral: neighbours stay apart, and the text written on each keeps 4.5:1.
PARTS = (("q4", "t-on"), ("q2", ""), ("q1", ""), ("neutral", "t-on"), ("bar-track", ""))
WORDED_BARS = 6  # up to here the text alternative reads every bar


@dataclass(frozen=True, slots=True)
class StackedBar:
    """`values` in the order of the series. Without `total`, it is their sum when all are shown."""

    label: str
    values: tuple[Value, ...]
    total: Value = UNAVAILABLE

    @property
    def whole(self) -> Value:
        if self.total is not UNAVAILABLE:
            return self.total
        parts = [exact(value) for value in self.values if shown(value)]
        if len(parts) == len(self.values):
            return sum(parts)
        return None if any(map(masked, self.values)) else UNAVAILABLE


def stacked_bar_chart(
    chart_id: str,
    title: str,
    series: Sequence[str],
    bars: Sequence[StackedBar],
    *,
    measure: Measure,
    category: str,
    shares: bool = False,
    insight: str = "",
    subtitle: str = "",
    note: str = "",
) -> Chart:
    """The parts of each total, at most five; with `shares`, a full bar is 100 % of its own total.

    Masked parts are one hatch of fixed size each, after the visible ones; with `shares`, a bar whose total is
    not shown draws no part. Raises ValueError when a bar has not one value a series, when a value is
    negative, or when a single masked part could be worked out from its total.
    """
    if not 1 <= len(series) <= len(PARTS):
        raise ValueError(f"A stacked bar has 1 to {len(PARTS)} parts, not {len(series)}: group them")
    for bar in bars:
        _check(bar, len(series))
    longest = max(map(_extent, bars), default=0.0)
    track = WIDTH - 12 - max((text_width(measure.text(bar.whole)) for bar in bars), default=40)
    track -= 18 * max((sum(map(masked, bar.values)) for bar in bars), default=0)

    body: list[Element] = []
    y = 0.0
    for bar in bars:
        lines = wrap(bar.label, WIDTH)
        body += label_lines(lines, 0, y + LABEL_BASELINE)
        y += LINE * (len(lines) - 1)
        top = y + BAR_TOP
        full = _extent(bar) if shares else longest
        x = 0.0
        if not shares or shown(bar.whole):
            parts = _parts(bar, series, full, track, top, measure)
            body += parts
            x = bar_length(sum(float(value) for value in bar.values if shown(value)), full, track)
        hatches = sum(map(masked, bar.values))
        body += [masked_mark(chart_id, x + 4 + 18 * rank, top + 5) for rank in range(hatches)]
        body.append(el("text", measure.text(bar.whole), class_="t-bold t-end", x=WIDTH, y=top + 18))
        y += PITCH

    entries = [(name, PARTS[rank][0]) for rank, name in enumerate(series)]
    entries += absent_legend(value for bar in bars for value in bar.values)
    return Chart(
        id=chart_id,
        title=title,
        subtitle=subtitle,
        note=note,
        description=" ".join(filter(None, [insight, *_describe(series, bars, measure, shares)])),
        height=y,
        body=tuple(body),
        table=Table(title, (category, *series, "Total"), tuple(_row(bar, measure) for bar in bars)),
        legend=legend_items(chart_id, entries),
    )


def _parts(
    bar: StackedBar, series: Sequence[str], full: float, track: float, top: float, measure: Measure
) -> list[Element]:
    drawn: list[Element] = []
    x = 0.0
    for rank, value in enumerate(bar.values):
        if not shown(value):
            continue
        fill, ink = PARTS[rank]
        text = measure.text(value)
        length = bar_length(float(value), full, track)
        hover = el("title", f"{bar.label}, {series[rank]}{NBSP}: {text}")
        drawn.append(el("rect", hover, class_=f"part {fill}", x=x, y=top, width=length, height=PART_HEIGHT))
        if text_width(text) + 8 <= length:
            drawn.append(el("text", text, class_=f"t-mid {ink}".strip(), x=x + length / 2, y=top + 18))
        x += length
    return drawn


def _row(bar: StackedBar, measure: Measure) -> Row:
    return Row(bar.label, tuple(cell(value, measure) for value in (*bar.values, bar.whole)))


def _describe(series: Sequence[str], bars: Sequence[StackedBar], measure: Measure, shares: bool) -> list[str]:
    kind = f"barres empilées à 100{NBSP}%" if shares else "barres empilées"
    opening = f"Diagramme en {kind}. Chaque barre se partage entre {join_list([*series])}."
    pairs = [(bar.label, list(zip(series, bar.values, strict=True))) for bar in bars]
    if len(bars) > WORDED_BARS:
        named = [(f"{label}, {name}", value) for label, parts in pairs for name, value in parts]
        return [opening, describe_extremes(named, measure)]
    worded = [
        f"{label}{NBSP}: {', '.join(f'{name} {measure.text(value)}' for name, value in parts)}"
        for label, parts in pairs
    ]
    return [opening, sentence(f"{NBSP}; ".join(worded))]


def _check(bar: StackedBar, count: int) -> None:
    if len(bar.values) != count:
        raise ValueError(f"{bar.label}: {len(bar.values)} values for {count} series")
    refuse_negative([value for value in (*bar.values, bar.whole) if shown(value)])
    hidden = [value for value in bar.values if not shown(value)]
    if len(hidden) == 1 and masked(hidden[0]) and shown(bar.whole):
        raise ValueError(f"{bar.label}: the only masked part could be worked out from the total shown")


def _extent(bar: StackedBar) -> float:
    """What the full bar stands for: the total when it is shown, else what is visible of it."""
    return float(bar.whole) if shown(bar.whole) else float(sum(exact(v) for v in bar.values if shown(v)))
