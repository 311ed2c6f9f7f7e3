"""One row a place, one column a statistic and year: comparator, "dossier complet", bases by theme, Filosofi."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter

from abs_reports.enums import METROPOLITAN_FRANCE, Level, Missing
from abs_reports.importing.cells import FileError, all_readable, parse_cell, problem_of, refuse_cell
from abs_reports.importing.columns import DESCRIPTIVE, read_column
from abs_reports.importing.layouts import Source, recognise
from abs_reports.importing.places import (
    LevelGuess,
    Places,
    level_in_name,
    missing_communes,
    national_code,
)
from abs_reports.importing.reading import Observation, Reading, Task, full_rows
from abs_reports.models import Indicator

KEY = "CODGEO"
_CODE = re.compile(r"[0-9A-Z]{1,12}")


@dataclass(frozen=True, slots=True)
class _Column:
    """A column that the catalogue has: its place in the row, the indicator and the year of its values."""

    place: int
    name: str
    indicator: Indicator
    year: int


type _Values = list[Decimal | Missing]


def read_wide(task: Task) -> Reading:
    """Raises FileError."""
    header = task.header.cells
    if len(set(header)) != len(header):
        twice = next(column for column in header if column and header.count(column) > 1)
        raise FileError(f"{task.name}, ligne {task.header.number} : la colonne « {twice} » figure deux fois.")
    source = recognise([cell for cell in header if cell != KEY], task.name)
    if source is None:
        raise FileError(f"{task.name} : ces colonnes ne sont celles d’aucun fichier connu de l’INSEE.")
    columns, unknown = _known_columns(task, source)
    reading = Reading(source, unknown=unknown)
    guess = LevelGuess()
    held = dict(_held_rows(task, columns, guess, reading))
    level = _level(task, guess)
    _keep(task, reading, level, columns, held)
    return reading


def _known_columns(task: Task, source: Source) -> tuple[list[_Column], tuple[str, ...]]:
    """The columns we store, and the names of those we do not."""
    known, unknown = [], []
    for place, name in enumerate(task.header.cells):
        if name in ("", KEY):
            continue
        column = read_column(name)
        if column is not None and column.code in task.catalogue:
            known.append(_Column(place, name, task.catalogue[column.code], column.year or source.vintage))
        elif name not in DESCRIPTIVE:
            unknown.append(name)
    if not known:
        raise FileError(f"{task.name} : aucune de ses colonnes n’est dans le catalogue des indicateurs.")
    return known, tuple(unknown)


def _held_rows(
    task: Task, columns: list[_Column], guess: LevelGuess, reading: Reading
) -> Iterator[tuple[str, _Values]]:
    """Code as written → values, for rows that may be ours. Every row is checked: a bad cell far from here means a
    damaged file."""
    key = task.header.cells.index(KEY)
    places = [column.place for column in columns]
    pick = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
    seen: dict[str, int] = {}
    for number, row in full_rows(task):
        code = row[key].strip().upper()
        if not _CODE.fullmatch(code):
            raise FileError(
                f"{task.name}, ligne {number}, colonne {KEY} : « {row[key][:30]} » n’est pas un code."
            )
        if code in seen:
            raise FileError(
                f"{task.name}, ligne {number}, colonne {KEY} : {code} figure déjà ligne {seen[code]}."
            )
        seen[code] = number
        guess.see(code)
        reading.rows_read += 1
        if task.places.may_be_ours(code):
            yield code, [_value(task, number, code, row, column) for column in columns]
        elif not all_readable(pick(row)):
            _complain(task, number, code, row, columns)
    if not seen:
        raise FileError(f"{task.name} : le fichier n’a aucune ligne de données.")


def _value(task: Task, number: int, code: str, row: list[str], column: _Column) -> Decimal | Missing:
    parsed = parse_cell(row[column.place])
    problem = problem_of(parsed, column.indicator.code, column.indicator.unit)
    if parsed is None or problem:
        raise refuse_cell(f"{task.name}, ligne {number} ({code})", column.name, row[column.place], problem)
    return parsed


def _complain(task: Task, number: int, code: str, row: list[str], columns: list[_Column]) -> None:
    for column in columns:
        _value(task, number, code, row, column)


def _level(task: Task, guess: LevelGuess) -> Level:
    level = task.level or guess.level(level_in_name(task.name))
    if level is None:
        raise FileError(
            f"{task.name} : ces codes peuvent être ceux de départements ou de régions. "
            "Choisissez le niveau, ou gardez-le dans le nom du fichier (_DEP, _REG)."
        )
    return level


def _keep(
    task: Task, reading: Reading, level: Level, columns: list[_Column], held: dict[str, _Values]
) -> None:
    """Observations of the rows that are ours at that level; the country's row is kept in any file."""
    places = task.places
    kept: dict[tuple[Level, str], _Values] = {}
    for written, values in held.items():
        if (code := _country(level, written, reading)) is not None:
            kept[Level.COUNTRY, code] = values
        elif (code := places.code_at(level, written)) is not None:
            kept[level, code] = values
    if not kept:
        raise FileError(f"{task.name} : {places.absent(level)}")
    if level == Level.COMMUNE:
        _unite(places, reading, columns, kept)
        reading.absent = missing_communes(places, {code for _level, code in kept})
    for (at, code), values in kept.items():
        reading.rows_kept[at] += 1
        reading.observations += [
            Observation(at, code, column.indicator.code, column.year, value)
            for column, value in zip(columns, values, strict=True)
        ]


def _country(level: Level, written: str, reading: Reading) -> str | None:
    """The whole country, also when the only row of a METRO file has a code of its own."""
    if (code := national_code(written)) is not None:
        return code
    return METROPOLITAN_FRANCE if level == Level.COUNTRY and reading.rows_read == 1 else None


def _unite(
    places: Places, reading: Reading, columns: list[_Column], kept: dict[tuple[Level, str], _Values]
) -> None:
    """Rows of communes that were united since: counts are added up, the rest is not known for the new commune."""
    united: defaultdict[str, list[str]] = defaultdict(list)
    for _level, code in list(kept):
        if code in places.former:
            united[places.former[code]].append(code)
    for code, olds in united.items():
        rows = [kept.pop((Level.COMMUNE, old)) for old in olds]
        reading.former += tuple(f"{old} (réunie à {code}, {places.communes[code]})" for old in olds)
        if (Level.COMMUNE, code) in kept:
            rows.append(kept[Level.COMMUNE, code])
            kept[Level.COMMUNE, code] = [
                _together(column, values) for column, *values in zip(columns, *rows, strict=True)
            ]


def _together(column: _Column, values: list[Decimal | Missing]) -> Decimal | Missing:
    missing = [value for value in values if isinstance(value, Missing)]
    if missing:
        return missing[0]
    if not column.indicator.summable:
        return Missing.NOT_AVAILABLE
    return sum((value for value in values if isinstance(value, Decimal)), Decimal(0))
