"""What a cell says: a number, the reason why there is none, or nonsense (insee-files.md §2).

Nothing here knows the database. Every complaint about a file is a FileError: one French sentence that names the
file, and the row and column if any.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from django.core.exceptions import ValidationError

from abs_reports.enums import IndicatorUnit, Missing

MARKERS: dict[str, Missing] = {
    "": Missing.EMPTY,
    "s": Missing.SECRET,
    "ns": Missing.NOT_SIGNIFICANT,
    "n.s.": Missing.NOT_SIGNIFICANT,
    "nd": Missing.NOT_AVAILABLE,
    "n.d.": Missing.NOT_AVAILABLE,
    "nc": Missing.NOT_AVAILABLE,
    "na": Missing.NOT_AVAILABLE,
    "n/a": Missing.NOT_AVAILABLE,
    "-": Missing.NOT_AVAILABLE,
    "///": Missing.NOT_AVAILABLE,
    "so": Missing.NOT_APPLICABLE,
    "s.o.": Missing.NOT_APPLICABLE,
}
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d{1,2})?")
_SPACES = str.maketrans("", "", " \u00a0\u202f\t")
# Twelve decimals are what the table keeps; twelve digits before them are more than France has of anything.
_STEP = Decimal("0.000000000001")
_LARGEST = Decimal(10) ** 12
SIGNED = frozenset({"PIMPOT", "PBEN", "D1"})  # shares and incomes that can be negative

_SEPARATOR = "\x1f"
_CELL = r"(?:-?\d++(?:[.,]\d++)?+(?:[eE][+-]?\d{1,2})?+|(?i:n\.?s\.?|n\.?d\.?|nc|n/?a|///|s\.?o\.?|s|-))?"
_ROW = re.compile(f"{_CELL}(?:{_SEPARATOR}{_CELL})*+")


class FileError(ValidationError):
    """The file cannot be imported; the message is one line that names the file, and the row and column if any."""


@lru_cache(maxsize=50_000)
def parse_cell(text: str) -> Decimal | Missing | None:
    """A number (decimal point or comma, spaces for thousands), the reason of an absence, or None: neither."""
    bare = text.translate(_SPACES)
    if (marker := MARKERS.get(bare.lower())) is not None:
        return marker
    bare = bare.replace(",", ".")
    if not _NUMBER.fullmatch(bare):
        return None
    number = Decimal(bare)
    return number.quantize(_STEP) if abs(number) < _LARGEST else None


def all_readable(cells: Sequence[str]) -> bool:
    """Whether every cell of a row looks like a number or a marker: one look at the row, for rows that are not kept."""
    return _ROW.fullmatch(_SEPARATOR.join(cells).translate(_SPACES)) is not None


def problem_of(parsed: Decimal | Missing | None, code: str, unit: str) -> str:
    """What is wrong with the value of an indicator, empty when nothing is."""
    if parsed is None:
        return "n’est pas un nombre"
    if isinstance(parsed, Missing):
        return ""
    if parsed < 0 and code not in SIGNED:
        return "est négatif"
    if unit == IndicatorUnit.PERCENT and not -100 <= parsed <= 200:
        return "ne peut pas être un pourcentage"
    return ""


def refuse_cell(where: str, column: str, text: str, problem: str) -> FileError:
    """The complaint about one cell. `where` names the file and the row."""
    return FileError(f"{where}, colonne {column} : « {text.strip()[:30]} » {problem}.")
