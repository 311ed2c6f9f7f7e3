"""The places we keep figures of, and what their codes and file names say of the level."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Self

from abs_reports.enums import FRANCE, METROPOLITAN_FRANCE, Level
from cias.territory.france import REGIONS
from cias.territory.models import Commune
from cias.territory.services import get_structure

# Words of a file's name ("cc_filosofi_2021_EPCI.csv") → level.
_NAMED: dict[str, Level] = {
    "COM": Level.COMMUNE,
    "COMMUNE": Level.COMMUNE,
    "COMMUNES": Level.COMMUNE,
    "EPCI": Level.EPCI,
    "DEP": Level.DEPARTMENT,
    "REG": Level.REGION,
    "METRO": Level.COUNTRY,
    "FM": Level.COUNTRY,
    "FRANCE": Level.COUNTRY,
    "NAT": Level.COUNTRY,
}
_UNREAD = re.compile(
    r"ARR|ARM|BV\d*|UU\d*|AAV\d*|AU\d*|ZE\d*|CV|CANTON|CANTONS|IRIS|QP|QPV|CTU", re.IGNORECASE
)
_NATIONAL: dict[str, str] = {
    "F": FRANCE,
    "FE": FRANCE,
    "FRANCE": FRANCE,
    "FM": METROPOLITAN_FRANCE,
    "M": METROPOLITAN_FRANCE,
    "METRO": METROPOLITAN_FRANCE,
}
# As many regions as that in a file, and no code that is none: départements would have shown.
_ENOUGH_REGIONS = 10


def _words(name: str) -> list[str]:
    return re.split(r"[^A-Za-z0-9]+", PurePosixPath(name).stem.upper())


def level_in_name(name: str) -> Level | None:
    """The level a file's name tells; None when it tells none, or two."""
    found = {_NAMED[word] for word in _words(name) if word in _NAMED}
    return found.pop() if len(found) == 1 else None


def unread_level_in_name(name: str) -> bool:
    """Whether the name tells a level we do not read: arrondissements, urban units, life areas…"""
    return any(_UNREAD.fullmatch(word) for word in _words(name))


def national_code(text: str) -> str | None:
    """ "F" or "FM" for the spellings of the whole country."""
    return _NATIONAL.get(text.strip().upper())


@dataclass(frozen=True)
class Places:
    """Our communes (code → name), the codes they replaced, and the places that hold them all."""

    communes: dict[str, str]
    former: dict[str, str] = field(default_factory=dict)
    epci: str = ""
    department: str = ""
    region: str = ""
    names: dict[tuple[Level, str], str] = field(default_factory=dict)

    @classmethod
    def ours(cls) -> Self:
        structure = get_structure()
        rows = list(Commune.objects.all())
        communes = {commune.code: commune.name for commune in rows}
        names = {(Level.COMMUNE, code): name for code, name in communes.items()} | {
            (Level.EPCI, structure.epci_code): structure.epci_name,
            (Level.DEPARTMENT, structure.department_code): structure.department_name,
            (Level.REGION, structure.region): structure.region_name,
            (Level.COUNTRY, FRANCE): "France",
            (Level.COUNTRY, METROPOLITAN_FRANCE): "France métropolitaine",
        }
        return cls(
            communes,
            {old: commune.code for commune in rows for old in commune.former_codes},
            structure.epci_code,
            structure.department_code,
            structure.region,
            names,
        )

    def name(self, level: str, code: str) -> str:
        return self.names.get((Level(level), code)) or code

    def code_at(self, level: Level, text: str) -> str | None:
        """Our place's code for a code as a file writes it at that level; None when the place is not one of ours."""
        code = text.strip().upper()
        if level == Level.COMMUNE:
            code = code.zfill(5) if code.isdigit() else code
            return code if code in self.communes or code in self.former else None
        if level == Level.COUNTRY:
            return national_code(code)
        if level != Level.EPCI and code.isdigit():
            code = code.zfill(2)
        ours = {Level.EPCI: self.epci, Level.DEPARTMENT: self.department, Level.REGION: self.region}[level]
        return code if code and code == ours else None

    def may_be_ours(self, text: str) -> bool:
        """Whether the code is one of ours at any level: which one is known once the whole file was read."""
        return any(self.code_at(level, text) is not None for level in Level)

    def absent(self, level: Level) -> str:
        """The sentence for a file of that level that has none of our places; without the file's name."""
        return {
            Level.COMMUNE: f"aucune des {len(self.communes)} communes du territoire n’y figure.",
            Level.EPCI: f"l’intercommunalité {self.epci or '(SIREN non renseigné)'} n’y figure pas.",
            Level.DEPARTMENT: f"le département {self.department or '(non renseigné)'} n’y figure pas.",
            Level.REGION: f"la région {self.region or '(non renseignée)'} n’y figure pas.",
            Level.COUNTRY: "la ligne de la France n’y figure pas.",
        }[level]


class LevelGuess:
    """Watches the codes of a file to say what they are codes of."""

    def __init__(self) -> None:
        self.lengths: Counter[int] = Counter()
        self.short: set[str] = set()

    def see(self, text: str) -> None:
        code = text.strip().upper()
        if national_code(code):
            return
        self.lengths[len(code)] += 1
        if len(code) <= 3:
            self.short.add(code.zfill(2) if code.isdigit() else code)

    def level(self, named: Level | None) -> Level | None:
        """The level of the rows seen; `named` is what the file's name tells. None when nothing tells.

        Five characters are a commune and nine a SIREN, whatever the name; "24" is a département and a region.
        """
        if not self.lengths:
            return named or Level.COUNTRY
        usual = self.lengths.most_common(1)[0][0]
        if usual == 9:
            return Level.EPCI
        if usual in (4, 5):
            return Level.COMMUNE
        if named in (Level.DEPARTMENT, Level.REGION, Level.COUNTRY):
            return named
        if not self.short <= REGIONS.keys():
            return Level.DEPARTMENT
        return Level.REGION if len(self.short) >= _ENOUGH_REGIONS else None


def missing_communes(places: Places, found: Collection[str]) -> tuple[str, ...]:
    return tuple(name for code, name in places.communes.items() if code not in found)
