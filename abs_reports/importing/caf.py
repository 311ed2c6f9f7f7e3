"""Files of data.caf.fr: benefits paid in December, by commune (s_ben_com_f), EPCI, département or for the country.

Columns are named by code ("indfoy_rsa") or, downloaded from the page, by label ("Nombre foyers RSA").
"""

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from abs_reports.enums import FRANCE, Layout, Level, Missing
from abs_reports.importing.cells import FileError, parse_cell, problem_of, refuse_cell
from abs_reports.importing.files import key_of
from abs_reports.importing.layouts import OPEN_LICENCE, OWN_RANK, Source
from abs_reports.importing.places import missing_communes
from abs_reports.importing.reading import Observation, Reading, Task, full_rows
from cias.core.french import plural

PRODUCER = "Caisse nationale des allocations familiales (Cnaf), data.caf.fr"
URL = "https://data.caf.fr/explore/dataset/s_ben_com_f/"

_DATE = ("dtreffre", "date reference")
# The finest level first: the départements' file also says the region of each.
_PLACE: tuple[tuple[Level, tuple[str, ...]], ...] = (
    (Level.COMMUNE, ("numcomdo", "numcom", "numero commune")),
    (Level.EPCI, ("numepci", "numero epci")),
    (Level.DEPARTMENT, ("numdep", "numero departement")),
    (Level.REGION, ("numregi", "numreg", "numero region")),
)
_DESCRIPTIVE = re.compile(r"(nom|lib)[a-z]*|nom .*|num[a-z]*|numero .*")
_MEASURES = {
    "indfoy": "CAF_FOY",
    "nombre foyers": "CAF_FOY",
    "indnbp": "CAF_NBP",
    "nombre personnes": "CAF_NBP",
    "indben": "CAF_BEN",
    "nombre beneficiaires": "CAF_BEN",
    "indmtt": "CAF_MTT",
    "montant total": "CAF_MTT",
}
_COLUMN = re.compile(rf"(?P<measure>{'|'.join(_MEASURES)}) (?P<benefit>[a-z]+)")
_MONTH = re.compile(r"(?P<year>20\d{2})-?(?P<month>\d{2})(-\d{2})?")
# Households whose commune is not known, as the producer writes it.
_NOWHERE = frozenset({"", "XX", "99", "XXXXX", "99999", "NAN"})


@dataclass(frozen=True, slots=True)
class _Line:
    """The December row of one place and year."""

    values: tuple[Decimal | Missing, ...]
    detail: tuple[str, ...]

    @property
    def weight(self) -> Decimal:
        return sum((value for value in self.values if isinstance(value, Decimal)), Decimal(0))


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things are in a row; `columns` are (place, name, indicator code), `details` break figures down further."""

    date: int
    place: int | None
    level: Level
    columns: list[tuple[int, str, str]]
    details: list[int]
    unknown: tuple[str, ...]


def read_caf(task: Task) -> Reading:
    """Raises FileError."""
    layout = _layout(task)
    lines: dict[tuple[str, int], _Line] = {}
    left: Counter[str] = Counter()
    years: set[int] = set()
    rows_read = 0
    for number, row in full_rows(task):
        rows_read += 1
        found = _MONTH.fullmatch(row[layout.date].strip())
        if not found:
            raise refuse_cell(
                f"{task.name}, ligne {number}", "dtreffre", row[layout.date], "n’est pas un mois"
            )
        if found["month"] != "12":
            left["months"] += 1
            continue
        years.add(int(found["year"]))
        code = _code(task, layout, row)
        if code is None:
            left["nowhere"] += layout.place is not None and row[layout.place].strip().upper() in _NOWHERE
            continue
        _hold(task, layout, lines, left, number, (code, int(found["year"])), row)
    return _reading(task, layout, lines, left, years, rows_read)


def _layout(task: Task) -> _Layout:
    names = [key_of(cell) for cell in task.header.cells]
    place = next(
        ((level, names.index(name)) for level, known in _PLACE for name in known if name in names),
        (Level.COUNTRY, None),
    )
    columns, details, unknown = [], [], []
    for index, name in enumerate(names):
        if name in _DATE or index == place[1]:
            continue
        found = _COLUMN.fullmatch(name)
        if found:
            code = f"{_MEASURES[found['measure']]}_{found['benefit'].upper()}"
            if code in task.catalogue:
                columns.append((index, task.header.cells[index], code))
            else:
                unknown.append(task.header.cells[index])
        elif name and not _DESCRIPTIVE.fullmatch(name):
            details.append(index)
    if not columns:
        raise FileError(f"{task.name} : aucune colonne d’allocataires connue (indfoy_…, indnbp_…, indmtt_…).")
    date = next(names.index(name) for name in _DATE if name in names)
    return _Layout(date, place[1], place[0], columns, details, tuple(unknown))


def _code(task: Task, layout: _Layout, row: list[str]) -> str | None:
    if layout.place is None:
        return FRANCE
    return task.places.code_at(layout.level, row[layout.place])


def _hold(
    task: Task,
    layout: _Layout,
    lines: dict[tuple[str, int], _Line],
    left: Counter[str],
    number: int,
    key: tuple[str, int],
    row: list[str],
) -> None:
    """Keep the row. The producer repeats a few places, with technical rows of one household: the fuller row stays."""
    where = f"{task.name}, ligne {number} ({key[0]})"
    values = []
    for index, name, indicator in layout.columns:
        parsed = parse_cell(row[index])
        problem = problem_of(parsed, indicator, task.catalogue[indicator].unit)
        if parsed is None or problem:
            raise refuse_cell(where, name, row[index], problem)
        values.append(parsed)
    line = _Line(tuple(values), tuple(row[index].strip() for index in layout.details))
    other = lines.get(key)
    if other is not None and line.detail != other.detail:
        names = ", ".join(task.header.cells[index] for index in layout.details)
        raise FileError(
            f"{where} : les chiffres sont détaillés par {names}. Importez plutôt le jeu s_ben_com_f."
        )
    left["repeated"] += other is not None
    if other is None or line.weight > other.weight:
        lines[key] = line


def _reading(
    task: Task,
    layout: _Layout,
    lines: dict[tuple[str, int], _Line],
    left: Counter[str],
    years: set[int],
    rows_read: int,
) -> Reading:
    if not lines:
        if not years:
            raise FileError(f"{task.name} : aucune ligne de décembre, le seul mois lu.")
        raise FileError(f"{task.name} : {task.places.absent(layout.level)}")
    source = Source(
        Layout.CAF,
        max(year for _code, year in lines),
        "Caf : allocataires et prestations de décembre",
        PRODUCER,
        OPEN_LICENCE,
        URL,
        OWN_RANK,
    )
    reading = Reading(source, rows_read, unknown=layout.unknown)
    for (code, year), line in lines.items():
        reading.rows_kept[layout.level] += 1
        reading.observations += [
            Observation(layout.level, code, indicator, year, value)
            for (_index, _name, indicator), value in zip(layout.columns, line.values, strict=True)
        ]
    codes = {code for code, _year in lines}
    if layout.level == Level.COMMUNE:
        reading.absent = missing_communes(task.places, codes)
        reading.former = tuple(sorted(codes & task.places.former.keys()))
        reading.observations = [row for row in reading.observations if row.code not in task.places.former]
    reading.notes = _notes(left, years)
    return reading


def _notes(left: Counter[str], years: set[int]) -> list[str]:
    notes = [f"Mois de décembre : {', '.join(map(str, sorted(years)))}."]
    if left["months"]:
        notes.append(f"{plural(left['months'], 'ligne')} d’autres mois laissées de côté.")
    if left["nowhere"]:
        notes.append(
            f"{plural(left['nowhere'], 'ligne')} sans commune (allocataires non localisés) laissées de côté."
        )
    if left["repeated"]:
        notes.append(
            f"{plural(left['repeated'], 'ligne')} en double dans le fichier : la plus complète est gardée."
        )
    notes.append("Effectifs arrondis à 5 et montants à 100 € par la Cnaf, régime général seul (sans la MSA).")
    return notes
