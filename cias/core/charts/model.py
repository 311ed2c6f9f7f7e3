"""What a chart is made of, whatever its kind: values, their measure, the drawing, its words and its table."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import TypeGuard

from django.utils.safestring import SafeString

from cias.core.french import NBSP, Number, join_list, number, rounded

from .svg import Element, el, printed, web

WIDTH = 560
SHORT_TABLE, NARROW_TABLE = 14, 3  # rows, columns
_ID = re.compile(r"[a-z][a-z0-9-]*")


class Absent(Enum):
    """Why a figure is not shown: MASKED (also written None) by statistical secrecy, or nobody has it."""

    MASKED = f"n.{NBSP}s."
    UNAVAILABLE = f"n.{NBSP}d."


UNAVAILABLE = Absent.UNAVAILABLE
type Value = Number | Absent | None
ABSENCES = {
    Absent.MASKED: "Masqué, car l’effectif est trop petit",
    Absent.UNAVAILABLE: "Non disponible",
}
MEANINGS = {
    Absent.MASKED: f"non significatif{NBSP}: effectif trop petit",
    Absent.UNAVAILABLE: "non disponible",
}


def shown(value: Value) -> TypeGuard[int | float | Decimal]:
    """Whether the value may be drawn."""
    return value is not None and not isinstance(value, Absent)


def absence(value: Value) -> Absent | None:
    """Why the value is not drawn; None when it is."""
    if shown(value):
        return None
    return Absent.UNAVAILABLE if value is Absent.UNAVAILABLE else Absent.MASKED


def masked(value: Value) -> bool:
    return absence(value) is Absent.MASKED


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted: `Measure("ménages", singular="ménage")`, `Measure("taux de pauvreté", "%", 1)`."""

    name: str
    symbol: str = ""
    decimals: int = 0
    singular: str = ""

    def text(self, value: Value) -> str:
        """ "1 234", "12,5 %", "n. s." or "n. d."."""
        if shown(value):
            text = number(value, self.decimals)
            return f"{text}{NBSP}{self.symbol}" if self.symbol else text
        return (absence(value) or Absent.MASKED).value

    def prose(self, value: Value) -> str:
        """ "1 234 ménages" in a sentence."""
        if self.symbol or not shown(value):
            return self.text(value)
        alone = abs(rounded(value, self.decimals)) < 2 and self.singular
        return f"{self.text(value)} {self.singular if alone else self.name}"


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    absent: Absent | None = None

    @property
    def meaning(self) -> str:
        """The abbreviation spelled out, for "n. s." and "n. d."."""
        return MEANINGS[self.absent] if self.absent else ""


@dataclass(frozen=True, slots=True)
class Row:
    header: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The data behind the drawing: `columns[0]` heads the row headers, the others head figures."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    foot: tuple[Row, ...] = ()

    @property
    def print_class(self) -> str:
        """Classes of print.css: a short table stays on one page, one of few columns is not stretched."""
        short, narrow = len(self.rows) <= SHORT_TABLE, len(self.columns) <= NARROW_TABLE
        return f"data{' short' if short else ''}{' narrow' if narrow else ''}"


def cell(value: Value, measure: Measure) -> Cell:
    return Cell(measure.text(value), absence(value))


@dataclass(frozen=True, slots=True)
class LegendItem:
    """`kind` is the class of the mark explained: a fill, "hatch", "missing", "before", "line line-old"."""

    label: str
    kind: str
    key: str

    @property
    def svg(self) -> SafeString:
        """The swatch for a page; in a PDF, where each SVG needs a description, print.css draws a span."""
        return web(
            el(
                "svg",
                *self._mark(),
                class_="chart",
                viewBox="0 0 20 14",
                aria_hidden="true",
                focusable="false",
            )
        )

    def _mark(self) -> list[Element]:
        if self.kind == "hatch":
            return [hatch_pattern(self.key), el("rect", width=20, height=14, fill=f"url(#{self.key})")]
        if self.kind == "before":
            return [el("line", class_="before", x1=10, x2=10, y2=14)]
        if self.kind.startswith("line"):
            return [el("line", class_=self.kind, x2=20, y1=7, y2=7)]
        return [el("rect", class_=self.kind, width=20, height=14)]


def legend_items(chart_id: str, items: Iterable[tuple[str, str]]) -> tuple[LegendItem, ...]:
    """(label, kind) pairs, each with its own id for a pattern."""
    return tuple(
        LegendItem(label, kind, f"{chart_id}-legende-{rank}") for rank, (label, kind) in enumerate(items, 1)
    )


@dataclass(frozen=True, slots=True)
class Drawing:
    """Elements on a sheet of WIDTH × `height` units."""

    height: float
    body: tuple[Element, ...]


@dataclass(frozen=True)
class Chart:
    """A drawing and everything needed to read it without seeing it.

    `description` is the text alternative, `table` the data. `title` and `description` never contain a value
    that is not in the table. `paper` is what a PDF draws where a phone's layout would waste it.

    Raises ValueError when `id` could not serve as an HTML id prefix.
    """

    id: str
    title: str
    description: str
    height: float
    body: tuple[Element, ...]
    table: Table
    legend: tuple[LegendItem, ...] = ()
    subtitle: str = ""
    note: str = ""
    paper: Drawing | None = None

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"{self.id!r} is not a chart id: lower case letters, digits and hyphens")

    @cached_property
    def svg(self) -> SafeString:
        """Markup for a page: classes of theme.css, no style attribute, ids prefixed by the chart's own."""
        title_id, description_id = f"{self.id}-titre", f"{self.id}-desc"
        words = (el("title", self.title, id=title_id), el("desc", self.description, id=description_id))
        drawing = Drawing(self.height, self.body)
        return web(
            self._root(drawing, *words, class_="chart", aria_labelledby=f"{title_id} {description_id}")
        )

    @cached_property
    def print_svg(self) -> SafeString:
        """Markup for WeasyPrint, which turns the first `<title>` into the figure's alternative text."""
        return printed(self._root(self.on_paper, el("title", f"{self.title}. {self.description}")))

    @property
    def on_paper(self) -> Drawing:
        return self.paper or Drawing(self.height, self.body)

    def _root(self, drawing: Drawing, *words: Element, **attributes: str) -> Element:
        return el(
            "svg",
            *words,
            el("defs", hatch_pattern(hatch_id(self.id))),
            *drawing.body,
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {WIDTH} {drawing.height:.0f}",
            role="img",
            **attributes,
        )


def hatch_id(chart_id: str) -> str:
    return f"{chart_id}-hachures"


def hatch_pattern(pattern_id: str) -> Element:
    return el(
        "pattern",
        el("rect", class_="hatch-bg", width=6, height=6),
        el("line", class_="hatch", y2=6),
        id=pattern_id,
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )


def masked_mark(chart_id: str, x: float, y: float, size: float = 16) -> Element:
    """A masked value is a hatch of fixed size, so that its length says nothing."""
    return el("rect", x=x, y=y, width=size, height=size, fill=f"url(#{hatch_id(chart_id)})")


def missing_mark(x: float, y: float, size: float = 16) -> Element:
    return el("rect", class_="missing", x=x, y=y, width=size, height=size)


def absent_mark(chart_id: str, value: Value, x: float, y: float, size: float = 16) -> Element:
    return masked_mark(chart_id, x, y, size) if masked(value) else missing_mark(x, y, size)


def absent_legend(values: Iterable[Value]) -> list[tuple[str, str]]:
    """Legend entries for the kinds of absence that occur."""
    kinds = set(map(absence, values))
    entries = ((Absent.MASKED, "hatch"), (Absent.UNAVAILABLE, "missing"))
    return [(f"{kind.value}, {MEANINGS[kind]}", mark) for kind, mark in entries if kind in kinds]


def describe_extremes(named: Sequence[tuple[str, Value]], measure: Measure) -> str:
    """Highest, lowest, and what is not shown, in sentences. Only visible values are looked at."""
    visible = [(value, name) for name, value in named if shown(value)]
    if not visible:
        sentences = ["Aucune valeur ne peut être affichée."]
    else:
        (top, top_name), (low, low_name) = max(visible, key=_first), min(visible, key=_first)
        if measure.text(top) == measure.text(low):
            sentences = [f"Valeur affichée partout{NBSP}: {measure.prose(top)}."]
        else:
            sentences = [
                f"Valeur la plus élevée{NBSP}: {top_name}, {measure.prose(top)}.",
                f"Valeur la plus basse{NBSP}: {low_name}, {measure.prose(low)}.",
            ]
    return " ".join(sentences + describe_absences(named))


def sentence(text: str) -> str:
    """With its full stop, unless an abbreviation already brought it."""
    return text if text.endswith(".") else f"{text}."


def _first(pair: tuple[Number, str]) -> float:
    return float(pair[0])


def describe_absences(named: Sequence[tuple[str, Value]]) -> list[str]:
    """A sentence for masked values, another for unavailable ones; names are listed up to five."""
    sentences = []
    for kind in Absent:
        names = [name for name, value in named if absence(value) is kind]
        if names:
            who = join_list(names) if len(names) <= 5 else f"{len(names)} valeurs sur {len(named)}"
            sentences.append(f"{ABSENCES[kind]} ({kind.value}){NBSP}: {who}.")
    return sentences
