"""Statements: figures that exist only on web pages or in partners' reports, one a row, each with its source."""

import re
from decimal import Decimal
from pathlib import PurePosixPath

from django.utils import timezone
from django.utils.text import slugify

from abs_reports.enums import Layout, Level, Missing
from abs_reports.importing.cells import FileError, parse_cell, problem_of, refuse_cell
from abs_reports.importing.files import key_of
from abs_reports.importing.layouts import STATEMENT_RANK, Source
from abs_reports.importing.reading import Observation, Reading, Task, full_rows

COLUMNS = ("indicateur", "annee", "niveau", "territoire", "valeur", "source")
FIRST_YEAR = 1968  # the first census of the historical series
_LEVELS = {key_of(text): level for level in Level for text in (level.value, level.label)} | {
    "epci": Level.EPCI,
    "departement": Level.DEPARTMENT,
    "region": Level.REGION,
    "agglomeration": Level.EPCI,
}
_COUNTRIES = {"france": "F", "france metropolitaine": "FM", "metropole": "FM", "france entiere": "F"}
LONGEST_ORIGIN = 300


def read_statement(task: Task) -> Reading:
    """Raises FileError."""
    names = [key_of(cell) for cell in task.header.cells]
    lacking = [name for name in COLUMNS if name not in names]
    if lacking:
        raise FileError(f"{task.name}, ligne {task.header.number} : il manque la colonne « {lacking[0]} ».")
    at = {name: names.index(name) for name in (*COLUMNS, "adresse") if name in names}
    found: dict[tuple[Level, str, str, int], int] = {}
    observations = []
    for number, row in full_rows(task):
        cells = {name: row[index].strip() for name, index in at.items()}
        observation = _observation(task, number, cells)
        key = (observation.level, observation.code, observation.indicator, observation.year)
        if key in found:
            raise FileError(f"{task.name}, ligne {number} : cette valeur figure déjà ligne {found[key]}.")
        found[key] = number
        observations.append(observation)
    if not observations:
        raise FileError(f"{task.name} : le relevé n’a aucune ligne sous l’en-tête.")
    reading = Reading(_source(task, observations), len(observations), observations=observations)
    for level, code in {(row.level, row.code) for row in observations}:
        reading.rows_kept[level] += sum((row.level, row.code) == (level, code) for row in observations)
    return reading


def _source(task: Task, observations: list[Observation]) -> Source:
    stem = PurePosixPath(task.name).stem
    return Source(
        Layout.STATEMENT,
        max(row.year for row in observations),
        f"Relevé « {stem.replace('_', ' ')} »"[:160],
        "Valeurs relevées par le CIAS, chacune avec sa source",
        "Selon la source de chaque valeur",
        "",
        STATEMENT_RANK,
        slugify(stem)[:30] or "releve",
    )


def _observation(task: Task, number: int, cells: dict[str, str]) -> Observation:
    where = f"{task.name}, ligne {number}"
    indicator = task.catalogue.get(cells["indicateur"].upper())
    if indicator is None:
        raise refuse_cell(where, "indicateur", cells["indicateur"], "n’est pas un code du catalogue")
    year = _year(where, cells["annee"])
    level = _LEVELS.get(key_of(cells["niveau"]))
    if level is None:
        raise refuse_cell(
            where, "niveau", cells["niveau"], f"n’est pas un niveau ({', '.join(Level.values)})"
        )
    code = task.places.code_at(level, _COUNTRIES.get(key_of(cells["territoire"]), cells["territoire"]))
    if code is None or code in task.places.former:
        raise refuse_cell(
            where, "territoire", cells["territoire"], "n’est pas un territoire suivi à ce niveau"
        )
    parsed: Decimal | Missing | None = parse_cell(cells["valeur"])
    problem = problem_of(parsed, indicator.code, indicator.unit)
    if parsed is Missing.EMPTY:
        problem = "est vide : écrivez le nombre, ou s, ns, nd, so"
    if parsed is None or problem:
        raise refuse_cell(where, "valeur", cells["valeur"], problem)
    if not cells["source"]:
        raise refuse_cell(where, "source", "", "est vide : dites d’où vient cette valeur")
    origin = " — ".join(part for part in (cells["source"], cells.get("adresse", "")) if part)
    return Observation(level, code, indicator.code, year, parsed, origin[:LONGEST_ORIGIN])


def _year(where: str, text: str) -> int:
    latest = timezone.localdate().year
    if not re.fullmatch(r"\d{4}", text) or not FIRST_YEAR <= int(text) <= latest:
        raise refuse_cell(where, "annee", text, f"n’est pas une année entre {FIRST_YEAR} et {latest}")
    return int(text)
