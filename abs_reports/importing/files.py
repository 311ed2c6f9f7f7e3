"""From a file as it was downloaded to rows of text: text files, workbooks, and the tables of an archive.

Everything streams: the "dossier complet" has 1 900 columns and 35 000 rows, and a long file twelve million rows.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from abs_reports.importing.cells import FileError
from abs_reports.importing.workbooks import read_workbook
from cias.core.tables import DELIMITERS
from cias.core.text import sort_key

# A re-published workbook has a few lines of titles above the codes; further down it is no header any more.
HEADER_WITHIN = 20
LONGEST_LINE = 4 * 1024 * 1024  # of the "dossier complet", a hundred times less
HEADER_WORDS = ("CODGEO", "OBS_VALUE", "DTREFFRE", "DATE REFERENCE", "IRIS", "INDICATEUR")

type Rows = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True)
class Table:
    """One table of a file. `rows()` gives (row number in the file, the first is 1; its cells); read it once.

    `done()` is the share of the table already read, from 0 to 1; `notes` what the reader of the report should know.
    """

    name: str
    rows: Callable[[], Rows]
    done: Callable[[], float] = lambda: 0.0
    notes: tuple[str, ...] = field(default=())


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 are those of a Windows spreadsheet, wherever in the file they stand."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error("cias-windows", _as_windows)


class Counted(io.RawIOBase):
    """A stream that knows how much of it was read."""

    def __init__(self, raw: BinaryIO) -> None:
        self.raw, self.count = raw, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        block = self.raw.read(len(view))
        view[: len(block)] = block
        self.count += len(block)
        return len(block)

    def close(self) -> None:
        self.raw.close()
        super().close()


def text_table(name: str, opener: Callable[[], BinaryIO], size: int) -> Table:
    """A table of delimited text; `size` in bytes, unpacked."""
    streams: list[Counted] = []

    def rows() -> Rows:
        counted = Counted(opener())
        streams.append(counted)
        with closing(counted):
            yield from _text_rows(name, counted)

    return Table(name, rows, lambda: streams[-1].count / size if streams and size else 0.0)


def workbook_table(name: str, file: BinaryIO) -> Table:
    """The sheet of a workbook that has a header we know."""
    rows, left = read_workbook(name, file, HEADER_WITHIN, is_header)
    notes = (f"Onglets laissés de côté : {', '.join(left)}.",) if left else ()
    return Table(name, rows, notes=notes)


def is_header(cells: list[str]) -> bool:
    """Whether this row names columns we know where to look in."""
    names = {key_of(cell) for cell in cells}
    return any(key_of(word) in names for word in HEADER_WORDS)


def key_of(cell: str) -> str:
    """A column name for comparison: "Date référence" and "date_reference" are one."""
    return sort_key(cell.strip("\ufeff \t"))


def is_workbook(file: BinaryIO) -> bool:
    """Whether this ZIP is an Office workbook. The stream is put back at its beginning."""
    try:
        with ZipFile(file) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except (BadZipFile, OSError, ValueError):
        return False
    finally:
        file.seek(0)


def _text_rows(name: str, raw: io.RawIOBase) -> Rows:
    text = io.TextIOWrapper(
        io.BufferedReader(raw, 1024 * 1024), encoding="utf-8-sig", errors="cias-windows", newline=""
    )
    lines = _lines(name, text)
    head = list(islice(lines, HEADER_WITHIN))
    if any("\0" in line for line in head):
        raise FileError(f"{name} : ce n’est ni un fichier CSV, ni un classeur XLSX, ni une archive ZIP.")
    reader = csv.reader(chain(head, lines), delimiter=_delimiter(head))
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise FileError(f"{name}, ligne {reader.line_num} : ligne illisible ({error}).") from error
    except (BadZipFile, EOFError) as error:
        raise FileError(f"{name} : l’archive est abîmée, téléchargez-la de nouveau.") from error


def _lines(name: str, text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            raise FileError(f"{name}, ligne {number} : ligne trop longue, ce n’est pas un tableau.")
        yield line


def _delimiter(head: list[str]) -> str:
    """What the header is cut with; a row of figures would mislead, decimal commas in it."""
    named = (line for line in head if is_header(re.split(f"[{DELIMITERS}]", line.replace('"', ""))))
    line = next(named, head[0] if head else "")
    return max(DELIMITERS, key=line.count)
