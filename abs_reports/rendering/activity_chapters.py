"""What the report says of the CIAS's own activity, after statistical secrecy."""

from collections.abc import Iterator

from abs_reports.compiling.activity import CHANGE
from abs_reports.compiling.chapters import Chapter
from abs_reports.enums import FigureUnit
from abs_reports.rendering.blocks import (
    Block,
    ChapterPages,
    FigureBlock,
    Heading,
    KeyFigures,
    Paragraph,
    TableBlock,
)
from abs_reports.rendering.drawing import Shapes, bars, commune_map, lines
from abs_reports.tables import Book, DataTable
from cias.core.charts import Chart, Measure

TITLES = {
    Chapter.ACTIVITY: (
        "L’activité du CIAS",
        "Qui s’est adressé au CIAS, pour quoi, et en combien de temps une réponse a été donnée.",
    ),
    Chapter.RIGHTS: (
        "L’accès aux droits",
        "Les dossiers préparés avec les habitants et transmis aux organismes qui décident.",
    ),
    Chapter.ACCOMMODATION: (
        "L’hébergement et le logement accompagné",
        "Les places du CIAS, les ménages qui les ont occupées et leur destination.",
    ),
    Chapter.INSERTION: (
        "L’insertion",
        "Les allocataires du RSA orientés vers le CIAS et leurs contrats d’engagement.",
    ),
}
MONTH_ROWS = 12
UNIT_MEASURES = {
    FigureUnit.COUNT: Measure(""),
    FigureUnit.EURO: Measure("€", "€"),
    FigureUnit.PERCENT: Measure("%", "%", 1),
    FigureUnit.DAYS: Measure("jours", decimals=1, singular="jour"),
}


def activity_chapters(book: Book, shapes: Shapes) -> Iterator[ChapterPages]:
    """One chapter for each part of the CIAS that counted something."""
    for chapter, (title, lead) in TITLES.items():
        tables = book.chapter(chapter)
        if tables:
            yield ChapterPages(
                title, chapter.value, [Paragraph(lead, "lead"), *_pages(chapter, tables, shapes)]
            )


def _pages(chapter: Chapter, tables: list[DataTable], shapes: Shapes) -> Iterator[Block]:
    for table in tables:
        if table.code == f"{chapter}-cle":
            yield Heading("Les chiffres clés", table.code)
            yield _headline(table)
            yield TableBlock(table)
        else:
            yield Heading(table.title, table.code, level=3)
            if chart := chart_of(table, shapes):
                yield FigureBlock(chart, table.source)
            yield TableBlock(table)


def _headline(table: DataTable) -> KeyFigures:
    """The first measures in big type, beside the year before."""
    (before, _label), (now, _other) = table.columns[:2]
    items: list[tuple[str, str, str]] = []
    for row in table.body:
        value, earlier = row.values[table.column(now)], row.values[table.column(before)]
        if value.number is not None and len(items) < 4:
            unit = " jours" if value.unit == FigureUnit.DAYS else ""
            remark = f"{earlier.text}{unit} en {before}" if earlier.number is not None else ""
            items.append((row.label, f"{value.text}{unit}", remark))
    return KeyFigures(items)


def chart_of(table: DataTable, shapes: Shapes) -> Chart | None:
    """A map for communes, lines for months, bars for categories; nothing for a single row."""
    columns = [key for key, _label in table.columns if key != CHANGE]
    if "rate" in columns:
        title = f"{table.title}, pour 1 000 habitants"
        measure = Measure("pour 1 000 habitants", decimals=1)
        return commune_map(table, "rate", shapes, title=title, measure=measure)
    if len(table.body) < 2:
        return None
    if len(table.body) == MONTH_ROWS and all(row.key.isdigit() for row in table.body):
        return lines(table, columns, title=table.title, measure=Measure(""))
    unit = table.body[0].values[0].unit
    return bars(table, columns[-1], title=table.title, measure=UNIT_MEASURES[unit], before=columns[0])
