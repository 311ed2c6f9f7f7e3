"""What a column name says, and which published file a set of columns is (insee-files.md §1 to §5)."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from abs_reports.enums import Layout

INSEE = "INSEE"
OPEN_LICENCE = "Licence Ouverte / Open Licence 2.0 (Etalab)"

_CENSUS = re.compile(r"(?P<census>[PCD])(?P<yy>\d{2})_(?P<variable>[A-Z0-9_]+)")
# Two censuses and the years between them: NAIS1621 is the births from 2016 to 2021.
_BETWEEN = re.compile(r"(?P<variable>NAIS|DECE)(?P<from>\d{2})(?P<yy>\d{2})")
# The year is always the last two characters: TP6021 is TP60 in 2021, D121 is D1 in 2021.
_SUFFIXED = re.compile(r"(?P<variable>[A-Z][A-Z0-9_]*?)(?P<yy>\d{2})")
_UNDATED = ("SUPERF",)
# Columns that describe the place or the region, not a statistic.
DESCRIPTIVE = frozenset({"LIBGEO", "REG", "DEP", "EPCI", "ARR", "CV", "LIBELLE", "NIVGEO"})


@dataclass(frozen=True)
class Column:
    """A statistic named by a column: the catalogue's code, the year, and whether the census is the main one."""

    name: str
    code: str
    year: int | None


@dataclass(frozen=True)
class Source:
    """The published file: what identifies its Dataset."""

    layout: Layout
    vintage: int
    title: str
    producer: str
    licence: str
    url: str
    rank: int

    @property
    def code(self) -> str:
        return f"insee-{self.layout}-{self.vintage}"


def read_column(name: str) -> Column | None:
    """The statistic a column name stands for; None when the name follows no known pattern."""
    if name in _UNDATED:
        return Column(name, name, None)
    if found := _CENSUS.fullmatch(name):
        prefix = "" if found["census"] == "P" else f"{found['census']}_"
        return Column(name, prefix + found["variable"], _year(found["yy"]))
    if found := _BETWEEN.fullmatch(name) or _SUFFIXED.fullmatch(name):
        return Column(name, found["variable"], _year(found["yy"]))
    return None


def _year(two_digits: str) -> int:
    """Censuses go back to 1968."""
    year = int(two_digits)
    return 1900 + year if year >= 68 else 2000 + year


def recognise(columns: Collection[str]) -> Source | None:
    """Which file has these columns; None when none we know."""
    read = [column for name in columns if (column := read_column(name)) is not None]
    codes = {column.code for column in read}
    census = {column.year for column in read if _CENSUS.fullmatch(column.name) and column.year}
    if {"ETTOT", "POP"} <= codes and census and len(columns) < 100:
        return Source(
            Layout.COMPARATOR,
            max(census),
            "Comparateur de territoires",
            INSEE,
            OPEN_LICENCE,
            "https://www.insee.fr/fr/statistiques/2521169",
            rank=0,
        )
    if "NBPERSMENFISC" in codes and not census:
        return Source(
            Layout.FILOSOFI,
            _latest(read, "NBPERSMENFISC"),
            "Filosofi : revenus, pauvreté et niveau de vie",
            "INSEE-DGFiP-Cnaf-Cnav-CCMSA, fichier localisé social et fiscal (Filosofi)",
            OPEN_LICENCE,
            "https://www.insee.fr/fr/statistiques/7756729",
            rank=2,
        )
    if census:
        return Source(
            Layout.CENSUS,
            max(census),
            "Recensement de la population",
            INSEE,
            OPEN_LICENCE,
            "https://www.insee.fr/fr/statistiques/5359146",
            rank=1,
        )
    return None


def _latest(columns: Iterable[Column], code: str) -> int:
    return max(column.year for column in columns if column.code == code and column.year)
