"""The synthesis: the whole report in two tables of words, where one can see what stands out."""

from collections.abc import Iterator
from decimal import Decimal

from abs_reports.compiling.chapters import Chapter, Part
from abs_reports.compiling.comparison import CHANGE
from abs_reports.enums import FigureUnit
from abs_reports.rendering.blocks import Block, ChapterPages, Heading, Paragraph, Plain
from abs_reports.rendering.plan import is_broken
from abs_reports.tables import Book, Row, Value
from cias.core.french import NBSP

DASH = "–"
# An evolution is told from one tenth on, of figures large enough for it to mean something.
TOLD_CHANGE, TOLD_FROM, TOLD_AT_MOST = 10, 100, 15
# Lines of comparison each chapter gives to the synthesis.
COMPARED_EACH = 2
BESIDE = ("department", "region", "metropolitan")


def synthesis(book: Book) -> ChapterPages | None:
    """None when there is neither a comparison nor an evolution to tell."""
    blocks: list[Block] = [*_levels(book), *_changes(book)]
    if not blocks:
        return None
    lead = "Ce qui distingue le territoire, et ce qui a le plus changé dans l’activité du CIAS."
    return ChapterPages(Chapter.SYNTHESIS.label, Chapter.SYNTHESIS.anchor, [Paragraph(lead, "lead"), *blocks])


def _levels(book: Book) -> Iterator[Block]:
    rows = []
    for chapter in Chapter:
        table = book.get(f"niveaux-{chapter}")
        if table is None:
            continue
        keys = [key for key, _label in table.columns]
        for row in table.body[:COMPARED_EACH]:
            beside = [row.values[keys.index(key)] if key in keys else None for key in BESIDE]
            rows.append((chapter.label, row.label, row.values[0].text, *map(_text, beside)))
    if rows:
        yield Heading("Le territoire et les niveaux qui l’entourent", "synthese-niveaux")
        yield Plain(
            "Les premières comparaisons de chaque chapitre",
            ("Chapitre", "Indicateur", "Territoire", "Département", "Région", "France métropolitaine"),
            rows,
        )


def _text(value: Value | None) -> str:
    return value.text if value is not None else DASH


def _changes(book: Book) -> Iterator[Block]:
    rows: list[tuple[Decimal, tuple[str, ...]]] = []
    for part in Part:
        table = book.get(f"{part}-cle")
        if table is None or is_broken(table) or table.columns[-1][0] != CHANGE:
            continue
        for row in table.body:
            change = row.values[2].number
            if change is not None and _is_told(row):
                rows.append((abs(change), (part.label, row.label, *(value.text for value in row.values))))
    if rows:
        years = next(book[f"{part}-cle"].columns for part in Part if f"{part}-cle" in book)
        yield Heading("Ce qui a le plus changé dans l’activité", "synthese-activite")
        yield Paragraph(
            f"Parmi les nombres de {TOLD_FROM} ou plus qui ont varié d’au moins {TOLD_CHANGE}{NBSP}% en un an, "
            f"les {min(len(rows), TOLD_AT_MOST)} plus fortes évolutions."
        )
        yield Plain(
            "Évolutions de l’activité",
            ("Domaine", "Indicateur", years[0][1], years[1][1], "Évolution"),
            [words for _size, words in sorted(rows, reverse=True)[:TOLD_AT_MOST]],
        )


def _is_told(row: Row) -> bool:
    before, now, change = row.values
    if before.number is None or now.number is None or change.number is None or now.unit != FigureUnit.COUNT:
        return False
    return abs(change.number) >= TOLD_CHANGE and max(before.number, now.number) >= TOLD_FROM
