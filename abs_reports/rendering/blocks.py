"""What a page is made of. Each block names its template; numbers of tables and figures are given in "
"reading order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from abs_reports.tables import DataTable
from cias.core.charts import Chart

FEW_ROWS, FEW_COLUMNS = 14, 2
TALL = 380  # chart units: taller drawings are printed smaller, to leave the page some text


@dataclass(frozen=True)
class Paragraph:
    text: str
    kind: str = ""
    template: ClassVar[str] = "abs_reports/pdf/paragraph.html"


@dataclass(frozen=True)
class Heading:
    """A section of a chapter; at level 2 it stands in the table of contents."""

    title: str
    anchor: str
    level: int = 2
    template: ClassVar[str] = "abs_reports/pdf/heading.html"


@dataclass(frozen=True)
class Bullets:
    items: Sequence[str]
    template: ClassVar[str] = "abs_reports/pdf/bullets.html"


@dataclass(frozen=True)
class Box:
    """`level` follows the heading above it: a PDF/UA document never skips one."""

    title: str
    paragraphs: Sequence[str]
    level: int = 3
    template: ClassVar[str] = "abs_reports/pdf/box.html"


@dataclass(frozen=True)
class KeyFigures:
    """(label, value, remark) triples, in big type."""

    items: Sequence[tuple[str, str, str]]
    template: ClassVar[str] = "abs_reports/pdf/key_figures.html"


@dataclass(frozen=True)
class Terms:
    """Words and their explanations."""

    items: Sequence[tuple[str, str]]
    template: ClassVar[str] = "abs_reports/pdf/terms.html"


@dataclass
class TableBlock:
    table: DataTable
    title: str = ""
    number: int = 0
    template: ClassVar[str] = "abs_reports/pdf/table.html"

    @property
    def anchor(self) -> str:
        return f"tableau-{self.number}"

    @property
    def caption(self) -> str:
        return self.title or self.table.title

    @property
    def css_class(self) -> str:
        short = len(self.table.rows) <= FEW_ROWS
        narrow = len(self.table.columns) <= FEW_COLUMNS
        places = self.table.heading == "Commune"
        classes = {"data": True, "short": short, "narrow": narrow, "places": places}
        return " ".join(name for name, wanted in classes.items() if wanted)

    @property
    def notes(self) -> list[str]:
        """Definition, then what the abbreviations of this table mean."""
        notes = [self.table.definition] if self.table.definition else []
        values = [value for row in self.table.rows for value in row.values]
        for absence in self.table.absences:
            value = next(value for value in values if value.absent == absence)
            notes.append(f"{value.text}\u00a0: {value.meaning}.")
        return notes


@dataclass
class FigureBlock:
    chart: Chart
    source: str
    number: int = 0
    template: ClassVar[str] = "abs_reports/pdf/figure.html"

    @property
    def anchor(self) -> str:
        return f"figure-{self.number}"

    @property
    def is_tall(self) -> bool:
        return self.chart.height > TALL


@dataclass(frozen=True)
class Plain:
    """A table of words (sources, glossary), which bears no number. Cells are text."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    template: ClassVar[str] = "abs_reports/pdf/plain_table.html"


type Block = Paragraph | Heading | Bullets | Box | KeyFigures | Terms | TableBlock | FigureBlock | Plain


@dataclass
class ChapterPages:
    title: str
    anchor: str
    blocks: list[Any] = field(default_factory=list)
    number: int = 0
    in_contents: bool = True  # its sections, that is

    @property
    def sections(self) -> list[Heading]:
        """What the table of contents lists under the chapter."""
        if not self.in_contents:
            return []
        return [block for block in self.blocks if isinstance(block, Heading) and block.level == 2]


def number_exhibits(chapters: Iterable[ChapterPages]) -> tuple[list[TableBlock], list[FigureBlock]]:
    """Number chapters, tables and figures in reading order; the lists of tables and of figures."""
    tables: list[TableBlock] = []
    figures: list[FigureBlock] = []
    for rank, chapter in enumerate(chapters, 1):
        chapter.number = rank
        for block in chapter.blocks:
            if isinstance(block, TableBlock):
                tables.append(block)
                block.number = len(tables)
            elif isinstance(block, FigureBlock):
                figures.append(block)
                block.number = len(figures)
    return tables, figures
