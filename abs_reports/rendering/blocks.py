"""What a page is made of. Each block names its template; numbers of tables and figures are given in
reading order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
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
    """A section of a chapter; at level 2 it stands in the table of contents, unless every chapter has the same."""

    title: str
    anchor: str
    level: int = 2
    in_contents: bool = True
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


@dataclass(frozen=True)
class Definitions:
    """Many words and what they mean, in two columns of small type."""

    items: Sequence[tuple[str, str]]
    template: ClassVar[str] = "abs_reports/pdf/definitions.html"


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
        places = self.table.heading in ("Commune", "Secteur")
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
class SheetBlock(TableBlock):
    """All the communes on one page of the annex. `covers`: codes of the tables whose figures it prints."""

    covers: Sequence[str] = ()
    template: ClassVar[str] = "abs_reports/pdf/sheet.html"


@dataclass(frozen=True)
class Pair:
    """Two small tables side by side."""

    left: TableBlock
    right: TableBlock
    template: ClassVar[str] = "abs_reports/pdf/pair.html"

    @property
    def blocks(self) -> tuple[TableBlock, TableBlock]:
        return self.left, self.right


@dataclass
class SeeSheet:
    """Where the annex prints the communes of a table; `sheet` is found when everything is numbered."""

    code: str
    sheet: SheetBlock | None = None
    template: ClassVar[str] = "abs_reports/pdf/see_sheet.html"


@dataclass
class FigureBlock:
    """`is_told_below`: the table of its figures follows, with the same source."""

    chart: Chart
    source: str
    number: int = 0
    is_told_below: bool = False
    template: ClassVar[str] = "abs_reports/pdf/figure.html"

    @property
    def anchor(self) -> str:
        return f"figure-{self.number}"

    @property
    def is_tall(self) -> bool:
        return self.chart.on_paper.height > TALL


@dataclass(frozen=True)
class Plain:
    """A table of words (sources, glossary), which bears no number. Cells are text."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    template: ClassVar[str] = "abs_reports/pdf/plain_table.html"


type Block = (
    Paragraph
    | Heading
    | Bullets
    | Box
    | KeyFigures
    | Terms
    | TableBlock
    | Pair
    | SeeSheet
    | Definitions
    | FigureBlock
    | Plain
)


@dataclass
class ChapterPages:
    title: str
    anchor: str
    blocks: list[Any] = field(default_factory=list)
    number: int = 0
    in_contents: bool = True  # its sections, that is
    css_class: str = ""

    @property
    def sections(self) -> list[Heading]:
        """What the table of contents lists under the chapter."""
        if not self.in_contents:
            return []
        return [
            block
            for block in self.blocks
            if isinstance(block, Heading) and block.level == 2 and block.in_contents
        ]


def brief(pages: ChapterPages) -> ChapterPages:
    """The same, below the chapter before when there is room on its page."""
    return replace(pages, css_class="brief")


def number_exhibits(chapters: Sequence[ChapterPages]) -> tuple[list[TableBlock], list[FigureBlock]]:
    """Number chapters, tables and figures in reading order; the lists of tables and of figures."""
    tables: list[TableBlock] = []
    figures: list[FigureBlock] = []
    for rank, chapter in enumerate(chapters, 1):
        chapter.number = rank
        for block in _printed(chapter.blocks):
            if isinstance(block, TableBlock):
                tables.append(block)
                block.number = len(tables)
            elif isinstance(block, FigureBlock):
                figures.append(block)
                block.number = len(figures)
    sheets = {code: table for table in tables if isinstance(table, SheetBlock) for code in table.covers}
    for chapter in chapters:
        for block, following in pairwise((*chapter.blocks, None)):
            if isinstance(block, SeeSheet):
                block.sheet = sheets.get(block.code)
            elif isinstance(block, FigureBlock):
                block.is_told_below = (
                    isinstance(following, TableBlock) and following.table.source == block.source
                )
        chapter.blocks = list(_said_once(chapter.blocks))
    return tables, figures


def _said_once(blocks: Iterable[Block]) -> Iterator[Block]:
    """Tables gathered on one page of the annex are pointed to once in a row."""
    last: Block | None = None
    for block in blocks:
        again = isinstance(block, SeeSheet) and isinstance(last, SeeSheet) and block.sheet is last.sheet
        if not again:
            yield block
        last = block


def printed_definitions(chapters: Iterable[ChapterPages]) -> set[str]:
    """What is said under the tables of these chapters."""
    blocks = (block for chapter in chapters for block in _printed(chapter.blocks))
    return {block.table.definition for block in blocks if isinstance(block, TableBlock)}


def _printed(blocks: Iterable[Block]) -> Iterator[Block]:
    """Each block, those of a pair one after the other."""
    for block in blocks:
        yield from block.blocks if isinstance(block, Pair) else (block,)
