"""A hundred squares, one for each percent of the whole: parts that anyone can count."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cias.core.french import NBSP, exact, percent

from .model import (
    UNAVAILABLE,
    WIDTH,
    Cell,
    Chart,
    Measure,
    Row,
    Table,
    Value,
    cell,
    describe_absences,
    legend_items,
    masked,
    shown,
)
from .stacked import PARTS
from .svg import Element, el

COLUMNS, ROWS = 20, 5
CELL = WIDTH / COLUMNS
GAP = 3


@dataclass(frozen=True, slots=True)
class Part:
    label: str
    value: Value


def waffle(
    chart_id: str,
    title: str,
    parts: Sequence[Part],
    *,
    measure: Measure,
    category: str,
    total: Value = UNAVAILABLE,
    insight: str = "",
    subtitle: str = "",
    note: str = "",
) -> Chart:
    """Shares of a total in 100 squares (largest remainders), at most five parts.

    `total` defaults to the sum when every part is shown, and must be given otherwise. Masked parts have no
    square of their own: what is left of the hundred stays empty. Raises ValueError when the whole is unknown,
    smaller than its visible parts, or when a single masked part could be worked out from it.
    """
    whole = _whole(parts, total)
    squares = _squares([exact(part.value) if shown(part.value) else Decimal(0) for part in parts], whole)

    kinds = [PARTS[rank][0] for rank, count in enumerate(squares) for _ in range(count)]
    kinds += ["missing"] * (COLUMNS * ROWS - len(kinds))
    body: list[Element] = [
        # Filled column by column, so that a part is one block.
        el(
            "rect",
            class_=kind,
            x=(place // ROWS) * CELL + GAP / 2,
            y=(place % ROWS) * CELL + GAP / 2,
            width=CELL - GAP,
            height=CELL - GAP,
        )
        for place, kind in enumerate(kinds)
    ]

    def share(part: Part) -> Cell:
        if not shown(part.value):
            return cell(part.value, measure)
        return Cell(percent(exact(part.value) / whole * 100 if whole else 0))

    worded = [f"{part.label}{NBSP}: {measure.text(part.value)}" for part in parts]
    entries = [
        (f"{text} ({share(part).text})" if shown(part.value) else text, _kind(part, rank))
        for rank, (part, text) in enumerate(zip(parts, worded, strict=True))
    ]
    sentences = [
        insight,
        f"Cent carrés représentent {measure.prose(whole)}.",
        *(f"{part.label}, {share(part).text}." for part in parts if shown(part.value)),
        *describe_absences([(part.label, part.value) for part in parts]),
    ]
    rows = tuple(Row(part.label, (cell(part.value, measure), share(part))) for part in parts)
    return Chart(
        id=chart_id,
        title=title,
        subtitle=subtitle,
        note=note,
        description=" ".join(filter(None, sentences)),
        height=CELL * ROWS,
        body=tuple(body),
        table=Table(
            title,
            (category, measure.name.capitalize(), "Part"),
            rows,
            (Row("Total", (cell(whole, measure), Cell(percent(100)))),),
        ),
        legend=legend_items(chart_id, entries),
    )


def _kind(part: Part, rank: int) -> str:
    if shown(part.value):
        return PARTS[rank][0]
    return "hatch" if masked(part.value) else "missing"


def _whole(parts: Sequence[Part], total: Value) -> Decimal:
    if not 1 <= len(parts) <= len(PARTS):
        raise ValueError(f"A waffle has 1 to {len(PARTS)} parts, not {len(parts)}: group them")
    visible = [exact(part.value) for part in parts if shown(part.value)]
    if any(value < 0 for value in visible):
        raise ValueError("A part of a whole cannot be negative")
    if len(visible) == len(parts) and not shown(total):
        return sum(visible, Decimal(0))
    if not shown(total):
        raise ValueError("Some parts are not shown: the shares need the exact total")
    if sum(visible) > exact(total):
        raise ValueError("The visible parts exceed the total")
    if len(parts) - len(visible) == 1 and any(masked(part.value) for part in parts):
        raise ValueError("The only masked part could be worked out from the total shown")
    return exact(total)


def _squares(values: Sequence[Decimal], whole: Decimal) -> list[int]:
    """How many of the hundred squares each part takes; what is left of the whole takes the rest."""
    if not whole:
        return [0] * len(values)
    shares = [value / whole * 100 for value in (*values, whole - sum(values))]
    counts = [int(share) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda rank: shares[rank] - counts[rank], reverse=True)
    for rank in by_remainder[: 100 - sum(counts)]:
        counts[rank] += 1
    return counts[:-1]
