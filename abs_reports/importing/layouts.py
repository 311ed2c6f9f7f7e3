"""Which published file a set of columns is: what identifies its Dataset (insee-files.md §1 to §5)."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.text import slugify

from abs_reports.enums import Layout
from abs_reports.importing.columns import Column, read_column

INSEE = "INSEE"
FILOSOFI_PRODUCER = "INSEE-DGFiP-Cnaf-Cnav-CCMSA, fichier localisé social et fiscal (Filosofi)"
OPEN_LICENCE = "Licence Ouverte / Open Licence 2.0 (Etalab)"

# When two datasets give the same figure, the higher one wins: a digest yields to the file it was made from, and
# values copied from a page to any file.
STATEMENT_RANK, DIGEST_RANK, DOSSIER_RANK, THEME_RANK, OWN_RANK = range(5)


@dataclass(frozen=True)
class Source:
    """The published file: what identifies its Dataset. `part` tells apart the files of one layout and vintage."""

    layout: Layout
    vintage: int
    title: str
    producer: str
    licence: str
    url: str
    rank: int
    part: str = ""

    @property
    def code(self) -> str:
        owner = {Layout.CAF: "caf", Layout.STATEMENT: "cias"}.get(self.layout, "insee")
        part = f"-{self.part}" if self.part else ""
        # A statement goes on from year to year under one name; the others are published by vintage.
        vintage = "" if self.layout == Layout.STATEMENT else f"-{self.vintage}"
        return f"{owner}-{self.layout}{part}{vintage}"


@dataclass(frozen=True)
class _Theme:
    """A base by theme of the census: words of its file's name, and a statistic only it has."""

    part: str
    title: str
    words: tuple[str, ...]
    mark: str
    url: str


_THEMES = (
    _Theme(
        "familles",
        "couples, familles, ménages",
        ("coupl", "famille", "menage"),
        "C_FAM",
        "https://www.insee.fr/fr/statistiques/8647008",
    ),
    _Theme(
        "logement",
        "logement",
        ("logement",),
        "LOGVAC",
        "https://www.insee.fr/fr/statistiques/8581193",
    ),
    _Theme(
        "formation",
        "diplômes et formation",
        ("diplome", "formation"),
        "NSCOL15P",
        "https://www.insee.fr/fr/information/2880845",
    ),
    _Theme(
        "caracteristiques-emploi",
        "caractéristiques de l’emploi",
        ("caract",),
        "SAL15P",
        "https://www.insee.fr/fr/information/2880845",
    ),
    _Theme(
        "activite",
        "emploi et population active",
        ("emploi", "activite", "active"),
        "ACT1564",
        "https://www.insee.fr/fr/information/2880845",
    ),
    _Theme(
        "population",
        "évolution et structure de la population",
        ("evol", "struct", "population"),
        "POP0014",
        "https://www.insee.fr/fr/information/2880845",
    ),
)
_DOSSIER = "https://www.insee.fr/fr/statistiques/5359146"
# The whole "dossier complet" has 1 900 columns over all themes; a base by theme a hundred or so over one.
_DOSSIER_COLUMNS, _DOSSIER_THEMES = 400, 4


def recognise(columns: Collection[str], name: str = "") -> Source | None:
    """Which file has these columns, its name helping; None when none we know."""
    read = [column for column in map(read_column, columns) if column is not None]
    codes = {column.code for column in read}
    census = {column.year for column in read if column.is_census and column.year}
    if {"ETTOT", "POP"} <= codes and census and len(columns) < 100:
        return Source(
            Layout.COMPARATOR,
            max(census),
            "Comparateur de territoires",
            INSEE,
            OPEN_LICENCE,
            "https://www.insee.fr/fr/statistiques/2521169",
            DIGEST_RANK,
        )
    if "NBPERSMENFISC" in codes and not census:
        return filosofi(_latest(read, "NBPERSMENFISC"))
    return _census(name, codes, max(census), len(columns)) if census else None


def filosofi(vintage: int) -> Source:
    return Source(
        Layout.FILOSOFI,
        vintage,
        "Filosofi : revenus, pauvreté et niveau de vie",
        FILOSOFI_PRODUCER,
        OPEN_LICENCE,
        "https://www.insee.fr/fr/statistiques/7756729",
        OWN_RANK,
    )


def _census(name: str, codes: Collection[str], vintage: int, width: int) -> Source:
    bare = name.lower().replace("_", "-")
    themes = [theme for theme in _THEMES if theme.mark in codes]
    if "dossier" in bare or width >= _DOSSIER_COLUMNS or len(themes) >= _DOSSIER_THEMES:
        return Source(Layout.DOSSIER, vintage, "Dossier complet", INSEE, OPEN_LICENCE, _DOSSIER, DOSSIER_RANK)
    named = [theme for theme in themes if any(word in bare for word in theme.words)]
    theme = next(iter(named or themes), None)
    if theme is None:
        # A base of another theme: its name tells it from the others, without its year.
        part = slugify(re.sub(r"\d+|base|cc|com|csv", " ", bare.rpartition(".")[0])) or "autre"
        return Source(
            Layout.CENSUS,
            vintage,
            "Recensement de la population",
            INSEE,
            OPEN_LICENCE,
            _DOSSIER,
            THEME_RANK,
            part[:30],
        )
    return Source(
        Layout.CENSUS,
        vintage,
        f"Recensement de la population : {theme.title}",
        INSEE,
        OPEN_LICENCE,
        theme.url,
        THEME_RANK,
        theme.part,
    )


def _latest(columns: Iterable[Column], code: str) -> int:
    return max(column.year for column in columns if column.code == code and column.year)
