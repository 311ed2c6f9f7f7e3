"""Read a wide statistics file of INSEE whatever its delimiter, encoding or decimal sign (insee-files.md §6).

Nothing here knows the database. Every complaint is a FileError: one French sentence with file, line and column.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from io import StringIO

from django.core.exceptions import ValidationError

from abs_reports.enums import Missing
from cias.core.tables import DELIMITERS, decode

KEY = "CODGEO"
# A re-published workbook has a few lines of titles above the codes; further down it is no header any more.
HEADER_WITHIN = 20

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


class FileError(ValidationError):
    """The file cannot be imported; the message is one line that names the file, and the row and column if any."""


@dataclass(frozen=True, slots=True)
class Line:
    """One data row: its number in the file (the first line is 1), its place code and its cells by column."""

    number: int
    code: str
    cells: list[str]


@dataclass(frozen=True)
class Sheet:
    """A file split into its columns (without the key) and its rows, all text."""

    name: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


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


def read_sheet(name: str, content: bytes) -> Sheet:
    """Split the file. Raises FileError when it has no CODGEO header, or a row does not fit it or comes twice."""
    if b"\0" in content[:4096]:
        raise FileError(f"{name} : ce n’est pas un fichier texte. Enregistrez-le au format CSV.")
    rows = _rows(name, decode(content))
    header_number, header = _header(name, rows)
    key = header.index(KEY)
    lines: list[Line] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise FileError(
                f"{name}, ligne {number} : {len(row)} colonnes au lieu de {len(header)} (ligne {header_number})."
            )
        code = normalise_code(row[key])
        if not re.fullmatch(r"[0-9A-Z]{1,12}", code):
            raise FileError(f"{name}, ligne {number}, colonne {KEY} : « {row[key][:30]} » n’est pas un code.")
        if code in seen:
            raise FileError(f"{name}, ligne {number}, colonne {KEY} : {code} figure déjà ligne {seen[code]}.")
        seen[code] = number
        lines.append(Line(number, code, row[:key] + row[key + 1 :]))
    if not lines:
        raise FileError(f"{name} : le fichier n’a aucune ligne de données.")
    return Sheet(name, tuple(header[:key] + header[key + 1 :]), tuple(lines))


def normalise_code(text: str) -> str:
    """A place code as INSEE writes it: "1001" (a spreadsheet ate the zero) → "01001", " 2a004" → "2A004"."""
    code = text.strip().upper()
    return code.zfill(5) if code.isdigit() and len(code) < 5 else code


def _rows(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) with the delimiter of the header line."""
    head = next((line for line in text.splitlines()[:HEADER_WITHIN] if KEY in line), "")
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise FileError(f"{name}, ligne {reader.line_num} : ligne illisible ({error}).") from error


def _header(name: str, rows: Iterator[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    for number, row in rows:
        header = [cell.strip().strip("\ufeff").upper() for cell in row]
        if "OBS_VALUE" in header:
            raise FileError(
                f"{name}, ligne {number}, colonne OBS_VALUE : la disposition « Melodi » (une valeur par ligne) "
                "n’est pas encore lue. Téléchargez le fichier par commune, une colonne par indicateur."
            )
        if KEY in header:
            if len(set(header)) != len(header):
                twice = next(column for column in header if header.count(column) > 1)
                raise FileError(f"{name}, ligne {number} : la colonne « {twice} » figure deux fois.")
            return number, header
        if number >= HEADER_WITHIN:
            break
    raise FileError(f"{name} : aucune colonne {KEY} dans les {HEADER_WITHIN} premières lignes.")
