"""Where each table is printed and how it is drawn: in its chapter, among the communes of the annex, or as data only.

What is printed nowhere is still in the attached workbook, with its reason for not being here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from abs_reports.compiling.activity import BREAKDOWN
from abs_reports.compiling.comparison import BREAK_NOTE
from abs_reports.enums import FigureUnit
from abs_reports.tables import DataTable, Row

MONTH_ROWS = 12
DRAWN_ROWS = range(3, 9)
SMALL_ROWS, SMALL_COLUMNS = 9, 3
SHORT_ROWS = 14
UNDRAWN = ("Secteur", "Indicateur", "Commune")
# A few drawings a chapter: one a subject, one a way of breaking down.
DRAWN_IN_A_CHAPTER = 3
SPEAKING = 2
MAPPED_SHARE = 3  # a map, or a page of communes, wants one value in three to be shown


class Place(StrEnum):
    CHAPTER = "chapter"
    ANNEX = "annex"
    DATA = "data"


class Drawing(StrEnum):
    NONE = "none"
    BARS = "bars"
    LINES = "lines"
    MAP = "map"
    SQUARES = "squares"


@dataclass(frozen=True, slots=True)
class Plan:
    place: Place
    drawing: Drawing = Drawing.NONE


# Parts of a whole few enough for a hundred squares.
SQUARED = ("menages-composition", "familles-composition", "logements-usage", "etablissements")


def plan_of(tables: Sequence[DataTable]) -> dict[str, Plan]:
    """The plan of a chapter's tables, by code, in reading order."""
    plans: dict[str, Plan] = {}
    drawn: set[str] = set()  # subjects and the ways they are broken down
    has_map = False
    for table in tables:
        drawing = Drawing.NONE
        if is_by_commune(table):
            place = Place.ANNEX if is_readable(table) else Place.DATA
            if is_activity(table) and place == Place.ANNEX and not has_map:
                has_map, drawing = True, Drawing.MAP
        elif says_nothing(table):
            place = Place.DATA
        else:
            place = Place.CHAPTER
            drawing = _drawing(table)
            if drawing == Drawing.BARS and is_activity(table):
                if {subject_of(table), table.heading} & drawn or len(drawn) >= 2 * DRAWN_IN_A_CHAPTER:
                    drawing = Drawing.NONE
                else:
                    drawn |= {subject_of(table), table.heading}
        plans[table.code] = Plan(place, drawing)
    return plans


def _drawing(table: DataTable) -> Drawing:
    if is_by_month(table):
        return Drawing.LINES
    if table.code in SQUARED:
        return Drawing.SQUARES
    return Drawing.BARS if is_worth_drawing(table) else Drawing.NONE


def is_activity(table: DataTable) -> bool:
    """Counted by the CIAS: its first column is a year."""
    key = table.columns[0][0]
    return key.isdigit() and len(key) == 4


def is_by_commune(table: DataTable) -> bool:
    """Too many communes for a chapter's page."""
    return table.heading == "Commune" and len(table.body) > SHORT_ROWS


def is_by_month(table: DataTable) -> bool:
    return len(table.body) == MONTH_ROWS and all(row.key.isdigit() for row in table.body)


def is_readable(table: DataTable) -> bool:
    """Enough communes have a figure, and some other than zero, for a page or a map of them to be read."""
    shown = sum(any(value.number is not None for value in row.values) for row in table.body)
    return shown * MAPPED_SHARE >= len(table.body) and sum(map(_says, table.body)) >= SPEAKING


def says_nothing(table: DataTable) -> bool:
    """Nothing but zeros and figures that are not shown."""
    return not any(_says(row) for row in table.rows)


def _says(row: Row) -> bool:
    return any(value.number for value in row.values)


def is_worth_drawing(table: DataTable) -> bool:
    """A few counts by category, most of them shown; zones and key figures are better read in their tables."""
    first = table.body[0].values[0] if table.body else None
    is_count = first is not None and first.unit == FigureUnit.COUNT
    visible = sum(row.values[_drawn_column(table)].number is not None for row in table.body)
    is_seen = visible >= SPEAKING and 2 * visible >= len(table.body)
    return is_count and len(table.body) in DRAWN_ROWS and is_seen and table.heading not in UNDRAWN


def _drawn_column(table: DataTable) -> int:
    """The year counted of an activity table, the count of a public one."""
    return min(1, len(table.columns) - 1) if is_activity(table) else 0


def is_small(table: DataTable) -> bool:
    """Narrow and short enough to share its width with a sister."""
    return len(table.rows) <= SMALL_ROWS and len(table.columns) <= SMALL_COLUMNS


def is_broken(table: DataTable) -> bool:
    """The definition changed between the two years: they are printed side by side and never drawn together (S12)."""
    return BREAK_NOTE in table.definition


def subject_of(table: DataTable) -> str:
    """ "Ménages suivis, par secteur" → "Ménages suivis"."""
    return table.title.split(",")[0].split(BREAKDOWN)[0]


def in_place(tables: Sequence[DataTable], place: Place) -> Iterator[tuple[DataTable, Plan]]:
    """The tables of a chapter that go to one place, each with its plan."""
    plans = plan_of(tables)
    return ((table, plans[table.code]) for table in tables if plans[table.code].place == place)
