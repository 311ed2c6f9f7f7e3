"""What every reader of a layout takes and gives."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from abs_reports.enums import Level, Missing
from abs_reports.importing.cells import FileError
from abs_reports.importing.files import Rows
from abs_reports.importing.layouts import Source
from abs_reports.importing.places import Places
from abs_reports.models import Indicator

EVERY = 2_000  # rows between two looks at the progress


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure of one of our places. `origin` is where this very value comes from, when the file says so."""

    level: Level
    code: str
    indicator: str
    year: int
    value: Decimal | Missing
    origin: str = ""


@dataclass(frozen=True)
class Header:
    """The row that names the columns."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Task:
    """One table to read: its rows below the header, our places, the catalogue, and what the user told us.

    `tick()` is called now and then; it may raise to stop the reading.
    """

    name: str
    header: Header
    rows: Rows
    places: Places
    catalogue: Mapping[str, Indicator]
    level: Level | None = None
    tick: Callable[[], None] = lambda: None


@dataclass
class Reading:
    """What a table holds for us. `rows_kept` by level; `unknown` are the names of columns or measures left aside."""

    source: Source
    rows_read: int = 0
    rows_kept: Counter[Level] = field(default_factory=Counter)
    observations: list[Observation] = field(default_factory=list)
    unknown: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)


def full_rows(task: Task) -> Rows:
    """The rows that are not blank, each as wide as the header. Raises FileError for one that is not."""
    width = len(task.header.cells)
    for count, (number, row) in enumerate(task.rows):
        if count % EVERY == 0:
            task.tick()
        if len(row) != width:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) < width or any(cell.strip() for cell in row[width:]):
                raise FileError(
                    f"{task.name}, ligne {number} : {len(row)} colonnes au lieu de {width} "
                    f"(ligne {task.header.number})."
                )
            row = row[:width]
        elif not any(row):
            continue
        yield number, row


def index_of(task: Task, *names: str) -> int | None:
    """The place of the first of these columns that the header has."""
    return next((task.header.cells.index(name) for name in names if name in task.header.cells), None)
