"""The annex of communes: a page a table, the activity's tables of a chapter gathered on one page."""

from collections.abc import Iterator, Sequence
from itertools import batched

from abs_reports.compiling.chapters import Chapter
from abs_reports.rendering.blocks import ChapterPages, Paragraph, SheetBlock, SheetList
from abs_reports.rendering.gathering import counted, gathered
from abs_reports.rendering.plan import Place, in_place, is_activity
from abs_reports.tables import Book, DataTable

TOGETHER = 6  # counts on one page, besides the rate of the first


def commune_annex(book: Book) -> ChapterPages | None:
    """Every table by commune the plan sends here; None when there is none."""
    sheets = [sheet for chapter in Chapter for sheet in _sheets(book, chapter)]
    if not sheets:
        return None
    return ChapterPages(
        "Annexe : les communes",
        "annexe-communes",
        [
            Paragraph(
                "Une page par sujet, une ligne par commune. Un tableau dont moins d’une commune sur trois peut être "
                "publiée n’est pas imprimé : ses chiffres sont dans le classeur joint au rapport.",
                "lead",
            ),
            SheetList(sheets),
            *sheets,
        ],
        in_contents=False,
        css_class="communes",
    )


def _sheets(book: Book, chapter: Chapter) -> Iterator[SheetBlock]:
    tables = [table for table, _plan in in_place(book.chapter(chapter), Place.ANNEX)]
    yield from (SheetBlock(table, covers=(table.code,)) for table in tables if not is_activity(table))
    counted = [table for table in tables if is_activity(table)]
    for group in batched(counted, TOGETHER):
        codes = tuple(table.code for table in group)
        yield SheetBlock(group[0] if len(group) == 1 else _one_of(chapter, group), covers=codes)


def _one_of(chapter: Chapter, tables: Sequence[DataTable]) -> DataTable:
    """Their counts of the year, and the rate per inhabitants of the first."""
    first = tables[0]
    return gathered(
        tables,
        code=f"communes-{chapter}-{first.code}",
        title=f"{chapter.label} : l’activité du CIAS par commune",
        columns=(
            counted(first, 0),
            (first, *first.columns[1]),
            *(counted(table, 0) for table in tables[1:]),
        ),
    )
