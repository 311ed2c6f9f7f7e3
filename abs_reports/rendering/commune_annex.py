"""The annex of communes: a page a table of the population, the tables of the activity gathered on a few."""

from collections.abc import Iterator, Sequence

from abs_reports.compiling.chapters import Chapter
from abs_reports.rendering.blocks import ChapterPages, Paragraph, SheetBlock
from abs_reports.rendering.gathering import Picked, counted, gathered
from abs_reports.rendering.plan import Place, in_place, is_activity
from abs_reports.tables import Book, DataTable

TOGETHER = 8  # columns of a sheet


def commune_annex(book: Book) -> ChapterPages | None:
    """Every table by commune the plan sends here; None when there is none."""
    sheets = list(_sheets(book))
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
            *sheets,
        ],
        in_contents=False,
        css_class="communes",
    )


def _sheets(book: Book) -> Iterator[SheetBlock]:
    """The population, a sheet a table; then the activity, as many chapters on a sheet as it has columns for."""
    counts: list[tuple[DataTable, list[Picked]]] = []
    for chapter in Chapter:
        tables = [table for table, _plan in in_place(book.chapter(chapter), Place.ANNEX)]
        yield from (SheetBlock(table, covers=(table.code,)) for table in tables if not is_activity(table))
        own = [table for table in tables if is_activity(table)]
        # The rate per inhabitants of the first measure of a chapter stands beside its count.
        counts += [
            (table, [counted(table, 0), *([(table, *table.columns[1])] if rank == 0 else [])])
            for rank, table in enumerate(own)
        ]
    sheets: list[list[tuple[DataTable, list[Picked]]]] = []
    for table, columns in counts:
        taken = sum(len(others) for _table, others in sheets[-1]) if sheets else TOGETHER
        if taken + len(columns) > TOGETHER:
            sheets.append([])
        sheets[-1].append((table, columns))
    for number, group in enumerate(sheets, 1):
        title = f"L’activité du CIAS par commune{f' ({number} sur {len(sheets)})' if len(sheets) > 1 else ''}"
        yield _sheet(title, group)


def _sheet(title: str, group: Sequence[tuple[DataTable, list[Picked]]]) -> SheetBlock:
    tables = [table for table, _columns in group]
    codes = tuple(table.code for table in tables)
    if len(tables) == 1:
        return SheetBlock(tables[0], covers=codes)
    columns = [column for _table, own in group for column in own]
    return SheetBlock(
        gathered(tables, code=f"communes-{tables[0].code}", title=title, columns=columns), covers=codes
    )
