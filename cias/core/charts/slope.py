"""Two dates side by side: who rose, who fell."""

from collections.abc import Sequence
from dataclasses import dataclass

from cias.core.french import NBSP, exact, plural

from .bars import label_lines
from .model import (
    WIDTH,
    Chart,
    Measure,
    Row,
    Table,
    Value,
    absent_legend,
    absent_mark,
    cell,
    describe_absences,
    legend_items,
    sentence,
    shown,
)
from .svg import Element, el
from .text import LINE, apart, text_width, wrap

TOP, BOTTOM_ROOM = 54, 14
NAMES_WIDTH = 230
WORDED_SLOPES = 8  # up to here the text alternative reads every line


@dataclass(frozen=True, slots=True)
class Slope:
    label: str
    start: Value
    end: Value
    highlighted: bool = False


def slope_chart(
    chart_id: str,
    title: str,
    slopes: Sequence[Slope],
    *,
    start_label: str,
    end_label: str,
    measure: Measure,
    category: str,
    insight: str = "",
    subtitle: str = "",
    note: str = "",
) -> Chart:
    """One line a row, from its value at the start to its value at the end, named on the right.

    A row with one end not shown is listed under the drawing, never drawn. The vertical scale runs between the
    smallest and the largest visible value: what one reads is order and direction, numbers are written.
    """
    whole = [one for one in slopes if shown(one.start) and shown(one.end)]
    body, bottom = _drawing(whole, start_label, end_label, measure)
    y = bottom + 6
    for one in slopes:
        if shown(one.start) and shown(one.end):
            continue
        lines = wrap(_absence(one, start_label, end_label, measure), WIDTH - 24)
        hidden = one.start if not shown(one.start) else one.end
        body += [absent_mark(chart_id, hidden, 0, y + 4), *label_lines(lines, 24, y + 17, "t-soft")]
        y += 30 + LINE * (len(lines) - 1)

    pairs = [(one.label, value) for one in slopes for value in (one.start, one.end)]
    sentences = _describe(whole, start_label, end_label, measure)
    return Chart(
        id=chart_id,
        title=title,
        subtitle=subtitle,
        note=note,
        description=" ".join(filter(None, [insight, *sentences, *describe_absences(pairs)])),
        height=y,
        body=tuple(body),
        table=Table(
            title,
            (category, start_label, end_label),
            tuple(Row(one.label, (cell(one.start, measure), cell(one.end, measure))) for one in slopes),
        ),
        legend=legend_items(chart_id, absent_legend(value for _, value in pairs)),
    )


def _drawing(
    whole: Sequence[Slope], start_label: str, end_label: str, measure: Measure
) -> tuple[list[Element], float]:
    """The lines and their labels, and the height they take."""
    starts = [float(one.start) for one in whole if shown(one.start)]
    ends = [float(one.end) for one in whole if shown(one.end)]
    names = [wrap(f"{measure.text(one.end)}{NBSP}{NBSP}{one.label}", NAMES_WIDTH) for one in whole]
    left = max((text_width(measure.text(one.start)) for one in whole), default=0) + 12
    right = WIDTH - NAMES_WIDTH - 12
    height = max(160.0, sum(LINE * len(lines) + 4 for lines in names))
    start_heights, end_heights = _heights(starts, ends, height)
    start_places = apart(start_heights, [LINE] * len(whole))
    end_places = apart(end_heights, [LINE * len(lines) for lines in names])
    bottom = max([TOP + height, *start_places, *end_places]) + BOTTOM_ROOM

    drawn = [
        el("text", start_label, class_="t-bold t-mid", x=max(left, text_width(start_label) / 2), y=18),
        el("text", end_label, class_="t-bold t-mid", x=right, y=18),
        *(el("line", class_="axis", x1=x, x2=x, y1=TOP - 12, y2=bottom - 6) for x in (left, right)),
    ]
    # The highlighted lines last, over the others.
    for rank in sorted(range(len(whole)), key=lambda place: whole[place].highlighted):
        main = whole[rank].highlighted
        weight, line, dot = (
            ("t-bold", "line", "dot") if main else ("t-soft", "line line-soft", "dot dot-soft")
        )
        y1, y2 = start_heights[rank], end_heights[rank]
        start_text, y = measure.text(whole[rank].start), start_places[rank] + 5
        drawn += [
            el("line", class_=line, x1=left, x2=right, y1=y1, y2=y2),
            *(el("circle", class_=dot, cx=x, cy=y, r=4) for x, y in ((left, y1), (right, y2))),
            el("text", start_text, class_=f"{weight} t-end", x=left - 10, y=y),
        ]
        first_line = end_places[rank] + 5 - LINE * (len(names[rank]) - 1) / 2
        drawn += label_lines(names[rank], right + 12, first_line, "t-bold" if main else None)
    return drawn, bottom


def _heights(
    starts: Sequence[float], ends: Sequence[float], height: float
) -> tuple[list[float], list[float]]:
    low, high = min([*starts, *ends], default=0.0), max([*starts, *ends], default=0.0)
    extent = high - low

    def place(value: float) -> float:
        return TOP + height * ((high - value) / extent if extent else 0.5)

    return [place(value) for value in starts], [place(value) for value in ends]


def _absence(one: Slope, start_label: str, end_label: str, measure: Measure) -> str:
    ends = f"{measure.text(one.start)} ({start_label}), {measure.text(one.end)} ({end_label})"
    return f"{one.label}{NBSP}: {ends}"


def _describe(whole: Sequence[Slope], start_label: str, end_label: str, measure: Measure) -> list[str]:
    pairs = [
        (exact(a), exact(b)) for a, b in ((one.start, one.end) for one in whole) if shown(a) and shown(b)
    ]
    rose, fell = sum(b > a for a, b in pairs), sum(b < a for a, b in pairs)
    moves = [f"{one.label}, de {measure.text(one.start)} à {measure.prose(one.end)}" for one in whole]
    return [
        f"Évolution entre {start_label} et {end_label}.",
        f"En hausse{NBSP}: {plural(rose, 'ligne')}{NBSP}; en baisse{NBSP}: {plural(fell, 'ligne')}.",
        *([sentence(f"{NBSP}; ".join(moves))] if 0 < len(moves) <= WORDED_SLOPES else []),
    ]
