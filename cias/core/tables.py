"""Tables that people bring: CSV or XLSX read into rows of text, whatever the encoding, delimiter or header spelling."""

import csv
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO, StringIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from cias.core.text import sort_key

DELIMITERS = ";,\t"
MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 300 * 1024 * 1024
# What the reading of a damaged or malicious workbook may raise.
UNREADABLE = (
    BadZipFile, zlib.error, ParseError, KeyError, IndexError, ValueError, TypeError, AttributeError, OSError, EOFError,
)  # fmt: skip


@dataclass(frozen=True)
class TableRow:
    """One row: its number in the file (the header is 1) and its cells by normalised column name."""

    number: int
    cells: dict[str, str]


def read_table(name: str, content: bytes, *, columns: Sequence[str], most_rows: int) -> list[TableRow]:
    """The rows of a file that has at least `columns` (compared without case or accents), blank ones left out.

    Raises ValidationError, one French sentence that names the file, for anything else than such a table.
    """
    if len(content) > MOST_BYTES:
        raise ValidationError(f"{name}\u00a0: le fichier dépasse {MOST_BYTES // 1024 // 1024} Mo.")
    is_workbook = content.startswith(b"PK")
    if not is_workbook and b"\0" in content[:4096]:
        raise ValidationError(f"{name}\u00a0: ce n’est ni un fichier CSV ni un classeur XLSX.")
    lines = _workbook(name, content) if is_workbook else _csv(name, decode(content))
    header = [sort_key(cell) for cell in next(lines, [])]
    missing = [column for column in columns if sort_key(column) not in header]
    if missing:
        plural = "s" if len(missing) > 1 else ""
        raise ValidationError(
            f"{name}, ligne 1\u00a0: colonne{plural} absente{plural}\u00a0: {', '.join(missing)}."
        )
    rows: list[TableRow] = []
    for number, line in enumerate(lines, start=2):
        cells = [cell.strip() for cell in line]
        if not any(cells):
            continue
        if len(rows) == most_rows:
            raise ValidationError(f"{name}\u00a0: plus de {most_rows} lignes. Partagez le fichier.")
        rows.append(TableRow(number, dict(zip(header, cells, strict=False))))
    if not rows:
        raise ValidationError(f"{name}\u00a0: le fichier n’a aucune ligne sous l’en-tête.")
    return rows


def decode(content: bytes) -> str:
    """Text in UTF-8, with or without mark, else as Windows writes it."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _csv(name: str, text: str) -> Iterator[list[str]]:
    head = text.partition("\n")[0]
    reader = csv.reader(StringIO(text, newline=""), delimiter=max(DELIMITERS, key=head.count))
    try:
        yield from reader
    except csv.Error as error:
        raise ValidationError(f"{name}, ligne {reader.line_num}\u00a0: ligne illisible ({error}).") from error


def check_unpacked(name: str, content: bytes) -> None:
    """Raise ValidationError for a workbook that would take too much room once inflated; BadZipFile when it is none."""
    with ZipFile(BytesIO(content)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
            raise ValidationError(f"{name}\u00a0: ce classeur est trop volumineux une fois décompressé.")


def _workbook(name: str, content: bytes) -> Iterator[list[str]]:
    try:
        check_unpacked(name, content)
        sheet = load_workbook(BytesIO(content), read_only=True, data_only=True).active
        # Rows are parsed as they are read: what is wrong inside comes out here, not at the opening.
        for row in sheet.iter_rows(values_only=True) if sheet is not None else ():
            yield [text_of(value) for value in row]
    except UNREADABLE as error:
        raise ValidationError(f"{name}\u00a0: ce classeur est illisible.") from error


def text_of(value: object) -> str:
    """A cell as one would have typed it."""
    match value:
        case None:
            return ""
        case datetime() if value.time() == time():
            return f"{value:%d/%m/%Y}"
        case datetime():
            return f"{value:%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
        case time():
            return f"{value:%H:%M}"
        case float() if value.is_integer():
            return str(int(value))
    return str(value)
