"""What the report says of the CIAS's own activity, after statistical secrecy."""

from collections.abc import Iterator

from abs_reports.compiling.activity import BREAKDOWN
from abs_reports.compiling.chapters import Chapter
from abs_reports.compiling.comparison import CHANGE
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
DRAWN_ROWS = range(3, 9)
UNDRAWN = ("Secteur", "Indicateur")


def activity_chapters(book: Book, shapes: Shapes) -> Iterator[ChapterPages]:
    """One chapter for each part of the CIAS that counted something.

    One measure only is printed commune by commune, where most figures are masked; the data file has them all.
    """
    by_commune = [table.code for table in book.tables if is_by_commune(table)]
    for chapter, (title, lead) in TITLES.items():
        tables = [table for table in book.chapter(chapter) if table.code not in by_commune[1:]]
        if tables:
            yield ChapterPages(
                title, chapter.value, [Paragraph(lead, "lead"), *_pages(chapter, tables, shapes)]
            )


def _pages(chapter: Chapter, tables: list[DataTable], shapes: Shapes) -> Iterator[Block]:
    """What is counted heads its tables when there are several; the first breakdown of each is drawn."""
    subjects = [subject_of(table) for table in tables]
    drawn: set[str] = set()
    for rank, table in enumerate(tables):
        subject = subjects[rank]
        if table.code == f"{chapter}-cle":
            yield Heading("Les chiffres clés", table.code)
            yield _headline(table)
        elif subjects.count(subject) > 1 and subject not in subjects[:rank]:
            yield Heading(subject, f"{table.code}-sujet", level=3)
        if is_by_commune(table) or is_by_month(table):
            yield FigureBlock(chart_of(table, shapes), table.source)
        elif subject not in drawn and is_worth_drawing(table):
            drawn.add(subject)
            yield FigureBlock(chart_of(table, shapes), table.source)
        yield TableBlock(table)


def subject_of(table: DataTable) -> str:
    """ "Ménages suivis, par secteur" → "Ménages suivis"."""
    return table.title.split(",")[0].split(BREAKDOWN)[0]


def is_worth_drawing(table: DataTable) -> bool:
    """A few counts by category; zones and key figures are better read in their tables."""
    is_count = table.body[0].values[0].unit == FigureUnit.COUNT
    return is_count and len(table.body) in DRAWN_ROWS and table.heading not in UNDRAWN


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


def is_by_commune(table: DataTable) -> bool:
    return any(key == "rate" for key, _label in table.columns)


def is_by_month(table: DataTable) -> bool:
    return len(table.body) == MONTH_ROWS and all(row.key.isdigit() for row in table.body)


def chart_of(table: DataTable, shapes: Shapes) -> Chart:
    """A map for communes, lines for months, bars for categories."""
    columns = [key for key, _label in table.columns if key != CHANGE]
    if is_by_commune(table):
        title = f"{table.title}, pour 1 000 habitants"
        return commune_map(
            table, "rate", shapes, title=title, measure=Measure("pour 1 000 habitants", decimals=1)
        )
    if is_by_month(table):
        return lines(table, columns, title=table.title, measure=Measure(""))
    return bars(table, columns[-1], title=table.title, measure=Measure(""), before=columns[0])
