"""Horizontal bars, one value a line.

Labels stand above the bars, so that phones can read them; on paper they stand beside, in half the height.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cias.core.french import NBSP, Number, exact, percent, plural

from .model import (
    UNAVAILABLE,
    WIDTH,
    Cell,
    Chart,
    Drawing,
    Measure,
    Row,
    Table,
    Value,
    absent_legend,
    absent_mark,
    cell,
    describe_extremes,
    legend_items,
    shown,
)
from .svg import Element, el
from .text import LINE, text_width, wrap

LABEL_BASELINE, BAR_TOP, BAR_HEIGHT, PITCH = 16, 23, 12, 46
# On paper: size of the text (svg.PRINT_TEXT), distance between two bars and between two lines of a label, widest label.
PRINT_SIZE, PRINT_PITCH, PRINT_LINE, PRINT_LABEL = 12, 23, 14, 240


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: Value
    before: Value = UNAVAILABLE


def bar_chart(
    chart_id: str,
    title: str,
    bars: Sequence[Bar],
    *,
    measure: Measure,
    category: str,
    value_label: str,
    before_label: str = "",
    maximum: float = 0,
    total: Bar | None = None,
    insight: str = "",
    subtitle: str = "",
    note: str = "",
    evolution: bool = True,
) -> Chart:
    """One bar a line, the full track being `maximum` or, if larger, the largest value shown.

    `before_label` names the earlier period: it draws `Bar.before` as a mark and adds two columns to the
    table, or one without `evolution`. `insight` opens the text alternative. Raises ValueError for negative values.
    """
    visible = [v for bar in bars for v in (bar.value, bar.before if before_label else None) if shown(v)]
    refuse_negative(visible)
    longest = max(map(float, (*visible, maximum)))
    track = WIDTH - 12 - max((text_width(measure.text(b.value)) for b in bars if shown(b.value)), default=40)

    body: list[Element] = []
    y = 0.0
    for bar in bars:
        if not shown(bar.value):
            mark = absent_mark(chart_id, bar.value, 0, y + 4)
            lines = wrap(f"{bar.label}{NBSP}: {measure.text(bar.value)}", WIDTH - 24)
            body += [mark, *label_lines(lines, 24, y + LABEL_BASELINE + 1, "t-soft")]
            y += 30 + LINE * (len(lines) - 1)
            continue
        lines = wrap(bar.label, WIDTH)
        body += label_lines(lines, 0, y + LABEL_BASELINE)
        y += LINE * (len(lines) - 1)
        length = bar_length(float(bar.value), longest, track)
        top = y + BAR_TOP
        body.append(el("rect", class_="bar-track", x=0, y=top, width=track, height=BAR_HEIGHT))
        body.append(el("rect", class_="bar-main", x=0, y=top, width=length, height=BAR_HEIGHT))
        if before_label and shown(bar.before):
            x = bar_length(float(bar.before), longest, track)
            body.append(el("line", class_="before", x1=x, x2=x, y1=top - 4, y2=top + BAR_HEIGHT + 4))
        body.append(el("text", measure.text(bar.value), class_="t-bold t-end", x=WIDTH, y=top + 11))
        y += PITCH

    entries = [(value_label, "bar-main"), (before_label, "before")] if before_label else []
    entries += absent_legend(bar.value for bar in bars)
    opening = f"Diagramme en barres, {plural(len(bars), 'ligne')}."
    named = [(bar.label, bar.value) for bar in bars]
    return Chart(
        id=chart_id,
        title=title,
        subtitle=subtitle,
        note=note,
        description=" ".join(filter(None, [insight, opening, describe_extremes(named, measure)])),
        height=y,
        body=tuple(body),
        paper=_on_paper(chart_id, bars, measure, longest, with_before=bool(before_label)),
        table=_bar_table(
            title, bars, total, measure, (category, before_label, value_label), evolution=evolution
        ),
        legend=legend_items(chart_id, entries),
    )


def _on_paper(
    chart_id: str, bars: Sequence[Bar], measure: Measure, longest: float, *, with_before: bool
) -> Drawing:
    """The same bars, each beside its label."""
    labels = [wrap(bar.label, PRINT_LABEL, PRINT_SIZE) for bar in bars]
    left = 12 + max((text_width(line, PRINT_SIZE) for lines in labels for line in lines), default=0)
    right = 12 + max(
        (text_width(measure.text(bar.value), PRINT_SIZE) for bar in bars if shown(bar.value)), default=0
    )
    track = WIDTH - left - right
    body: list[Element] = []
    y = 0.0
    for bar, lines in zip(bars, labels, strict=True):
        height = PRINT_PITCH + PRINT_LINE * (len(lines) - 1)
        middle = y + height / 2
        first = middle + 4 - PRINT_LINE * (len(lines) - 1) / 2
        body += label_lines(lines, 0, first, step=PRINT_LINE)
        top = middle - BAR_HEIGHT / 2
        if shown(bar.value):
            body.append(el("rect", class_="bar-track", x=left, y=top, width=track, height=BAR_HEIGHT))
            length = bar_length(float(bar.value), longest, track)
            body.append(el("rect", class_="bar-main", x=left, y=top, width=length, height=BAR_HEIGHT))
            if with_before and shown(bar.before):
                x = left + bar_length(float(bar.before), longest, track)
                body.append(el("line", class_="before", x1=x, x2=x, y1=top - 3, y2=top + BAR_HEIGHT + 3))
            body.append(el("text", measure.text(bar.value), class_="t-bold t-end", x=WIDTH, y=middle + 4))
        else:
            body.append(absent_mark(chart_id, bar.value, left, top, BAR_HEIGHT))
            body.append(el("text", measure.text(bar.value), class_="t-soft", x=left + 20, y=middle + 4))
        y += height
    return Drawing(y, tuple(body))


def _bar_table(
    title: str,
    bars: Sequence[Bar],
    total: Bar | None,
    measure: Measure,
    labels: tuple[str, str, str],
    *,
    evolution: bool,
) -> Table:
    category, before_label, value_label = labels

    def row(bar: Bar) -> Row:
        if not before_label:
            return Row(bar.label, (cell(bar.value, measure),))
        pair = cell(bar.before, measure), cell(bar.value, measure)
        return Row(bar.label, (*pair, _evolution(bar)) if evolution else pair)

    columns = (category, before_label, value_label) if before_label else (category, value_label)
    if before_label and evolution:
        columns = (*columns, "Évolution")
    return Table(title, columns, tuple(map(row, bars)), (row(total),) if total else ())


def _evolution(bar: Bar) -> Cell:
    if not shown(bar.value) or not shown(bar.before) or bar.before == 0:
        return Cell("")
    change = (exact(bar.value) / exact(bar.before) - 1) * 100
    return Cell(percent(change, signed=True))


def label_lines(
    lines: Sequence[str], x: float, y: float, classes: str | None = None, *, step: float = LINE
) -> list[Element]:
    return [el("text", line, class_=classes, x=x, y=y + step * rank) for rank, line in enumerate(lines)]


def bar_length(value: float, longest: float, track: float) -> float:
    return value / longest * track if longest else 0.0


def refuse_negative(values: Sequence[Number]) -> None:
    if any(value < 0 for value in values):
        raise ValueError("Bars start at zero: a negative value needs another chart")
