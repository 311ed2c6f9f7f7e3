"""What the name of a column says (insee-files.md §2): which statistic, of which year."""

import re
from dataclasses import dataclass

_CENSUS = re.compile(r"(?P<census>[PCD])(?P<yy>\d{2})_(?P<variable>[A-Z0-9_]+)")
# Two censuses and the years between them: NAIS1621 is the births from 2016 to 2021.
_BETWEEN = re.compile(r"(?P<variable>NAIS|DECE)(?P<from>\d{2})(?P<yy>\d{2})")
_FACILITY = re.compile(r"BPE_(?P<year>20\d{2})_(?P<variable>[A-G]\d{3})")
# The year is always the last two characters: TP6021 is TP60 in 2021, D121 is D1 in 2021.
_SUFFIXED = re.compile(r"(?P<variable>[A-Z][A-Z0-9_]*?)(?P<yy>\d{2})")
_UNDATED = ("SUPERF",)
# Columns that describe the place or the region, not a statistic.
DESCRIPTIVE = frozenset(
    {"LIBGEO", "REG", "DEP", "EPCI", "ARR", "CV", "LIBELLE", "NIVGEO", "LIBREG", "LIBDEP"}
)

# Names of other censuses for the same thing. Not the last period of construction: its end moves with the census.
_SAME = {
    "RP_ACH19": "RP_ACH1919",
    "RP_ACH45": "RP_ACH1945",
    "RP_ACH70": "RP_ACH1970",
    "RP_ACH90": "RP_ACH1990",
    "RP_ACH05": "RP_ACH2005",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A statistic named by a column: the catalogue's code and the year, None when the name gives none."""

    name: str
    code: str
    year: int | None
    is_census: bool = False


def read_column(name: str) -> Column | None:
    """The statistic a column name stands for; None when the name follows no known pattern."""
    if name in _UNDATED:
        return Column(name, name, None)
    if found := _CENSUS.fullmatch(name):
        prefix = "" if found["census"] == "P" else f"{found['census']}_"
        code = prefix + found["variable"]
        return Column(name, _SAME.get(code, code), _year(found["yy"]), is_census=True)
    if found := _FACILITY.fullmatch(name):
        return Column(name, f"BPE_{found['variable']}", int(found["year"]))
    if found := _BETWEEN.fullmatch(name) or _SUFFIXED.fullmatch(name):
        return Column(name, found["variable"], _year(found["yy"]))
    return None


def _year(two_digits: str) -> int:
    """Censuses go back to 1968."""
    year = int(two_digits)
    return 1900 + year if year >= 68 else 2000 + year
