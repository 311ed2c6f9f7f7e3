"""The sheet of an Excel workbook that holds the figures, row by row."""

import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from abs_reports.importing.cells import FileError

# An honest workbook of all communes and thirty columns unpacks to less than 200 MB.
LARGEST_WORKBOOK = 400 * 1024 * 1024
_DAMAGED = (
    BadZipFile,
    KeyError,
    ValueError,
    OSError,
    EOFError,
    ParseError,
    zlib.error,
    TypeError,
    IndexError,
)

type Rows = Iterator[tuple[int, list[str]]]


def read_workbook(
    name: str, file: BinaryIO, within: int, is_header: Callable[[list[str]], bool]
) -> tuple[Callable[[], Rows], list[str]]:
    """The rows of the first sheet that has a header in its first `within` rows, and the names of the other such sheets.

    Raises FileError, also while rows are read.
    """
    try:
        with ZipFile(file) as archive:
            if sum(info.file_size for info in archive.infolist()) > LARGEST_WORKBOOK:
                raise FileError(
                    f"{name} : ce classeur est trop grand une fois déplié. Enregistrez-le en CSV."
                )
        file.seek(0)
        book = load_workbook(file, read_only=True, data_only=True)
        found = [sheet for sheet in book.worksheets if _has_header(sheet, within, is_header)]
    except _DAMAGED as error:
        raise FileError(
            f"{name} : ce classeur est illisible. Enregistrez-le de nouveau, ou en CSV."
        ) from error
    if not found:
        raise FileError(
            f"{name} : aucun onglet n’a de ligne d’en-tête connue (CODGEO, dtreffre, indicateur…)."
        )
    sheet, *others = found

    def rows() -> Rows:
        try:
            for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
                yield number, [_text(value) for value in values]
        except _DAMAGED as error:
            raise FileError(f"{name}, onglet {sheet.title} : la suite du classeur est illisible.") from error

    return rows, [other.title for other in others]


def _has_header(sheet: Any, within: int, is_header: Callable[[list[str]], bool]) -> bool:
    rows = sheet.iter_rows(max_row=within, values_only=True)
    return any(is_header([_text(value) for value in values]) for values in rows)


def _text(value: Any) -> str:
    """A cell as the text file would have it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    return str(value)
