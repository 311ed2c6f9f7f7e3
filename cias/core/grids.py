"""Files of an unknown layout: every cell as text, with the number of its row in the file.

CSV in any usual encoding and delimiter, or XLSX with merged cells, dates and stored results of formulas. Complaints
are ValidationErrors, one French sentence that names the file and, where there is one, the row or the cell.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from itertools import islice
from zipfile import ZipFile

from django.core.exceptions import ValidationError
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from cias.core.tables import UNREADABLE, check_unpacked, decode
from cias.core.tables import text_of as cell_text

DELIMITERS = ";,\t|"
MOST_BYTES = 20 * 1024 * 1024
MOST_COLUMNS = 300
UNCOMPUTED = "#FORMULE!"
_SNIFFED = 20
_OLE = b"\xd0\xcf\x11\xe0"
_UNICODE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_UNCOMPUTED = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"[^>]*>\s*<f(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row, blank ones left out; the first row of the file is number 1.

    `repeated` are the places whose value comes from the first cell of a merged block.
    """

    number: int
    cells: list[str]
    repeated: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Grid:
    """`said` is how the file was read, in words: « CSV, point-virgule, UTF-8 », « feuille Ménages »."""

    name: str
    said: str
    rows: list[GridRow]
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    last_row: int = 0


def read_grid(
    name: str,
    content: bytes,
    *,
    most_rows: int,
    sheet: str = "",
    head: int | None = None,
    marks_formulas: bool = False,
) -> Grid:
    """Every row of the file; of a workbook, `sheet` or the fullest one that is visible.

    `head` reads the first rows of a workbook only, which takes long to read; `last_row` says how far it goes.
    A formula without its result refuses the file, or with `marks_formulas` stands as UNCOMPUTED in its cell.
    """
    if len(content) > MOST_BYTES:
        raise ValidationError(f"{name}\u00a0: le fichier dépasse {MOST_BYTES // 1024 // 1024}\u00a0Mo.")
    if not content.strip():
        raise ValidationError(f"{name}\u00a0: le fichier est vide.")
    if content.startswith(_OLE):
        raise ValidationError(
            f"{name}\u00a0: classeur protégé par un mot de passe, ou ancien format .xls. "
            "Enregistrez-le au format .xlsx sans mot de passe."
        )
    grid = (
        _workbook(name, content, sheet, most_rows, head, marks_formulas)
        if content.startswith(b"PK")
        else _csv(name, content, most_rows)
    )
    if not grid.rows:
        raise ValidationError(f"{name}\u00a0: le fichier n’a aucune ligne remplie.")
    return grid


def _csv(name: str, content: bytes, most_rows: int) -> Grid:
    encoding = _UNICODE.get(content[:2], "")
    if not encoding and b"\0" in content[:4096]:
        raise ValidationError(f"{name}\u00a0: ce n’est ni un fichier CSV ni un classeur XLSX.")
    text = content[2:].decode(encoding, errors="replace") if encoding else decode(content)
    delimiter = _delimiter(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    rows: list[GridRow] = []
    start = 1
    try:
        for line in reader:
            _keep(name, rows, GridRow(start, [cell.strip() for cell in line]), most_rows)
            start = reader.line_num + 1
    except csv.Error as error:
        raise ValidationError(f"{name}, ligne {reader.line_num}\u00a0: ligne illisible ({error}).") from error
    words = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}
    return Grid(
        name,
        f"CSV, séparateur {words[delimiter]}, {_encoding_said(content, encoding)}",
        rows,
        last_row=start - 1,
    )


def _encoding_said(content: bytes, encoding: str) -> str:
    if encoding:
        return "UTF-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "Windows-1252"
    return "UTF-8"


def _delimiter(text: str) -> str:
    """The sign that cuts most of the first lines into the same number of cells."""
    head = text.splitlines(keepends=True)[:_SNIFFED]
    scores = {}
    for sign in DELIMITERS:
        try:
            sizes = Counter(len(row) for row in csv.reader(head, delimiter=sign) if row)
        except csv.Error:
            continue
        size, lines = max(sizes.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(1, 0))
        scores[sign] = (size > 1, lines, size)
    return max(scores, key=lambda sign: scores[sign], default=";")


def _workbook(
    name: str, content: bytes, wanted: str, most_rows: int, head: int | None, marks_formulas: bool
) -> Grid:
    try:
        check_unpacked(name, content)
        with ZipFile(BytesIO(content)) as archive:
            if "mimetype" in archive.namelist():
                raise ValidationError(
                    f"{name}\u00a0: classeur OpenDocument. Enregistrez-le au format .xlsx ou .csv."
                )
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        visible = [tab for tab in book.worksheets if tab.sheet_state == "visible"]
        named = [tab for tab in visible if tab.title == wanted]
        candidates = named or visible
        if not candidates:
            raise ValidationError(f"{name}\u00a0: ce classeur n’a aucune feuille visible.")
        tab = max(candidates, key=lambda tab: (tab.max_row or 0) * (tab.max_column or 0))
        with ZipFile(BytesIO(content)) as archive:
            raw = archive.read(tab._worksheet_path)  # type: ignore[attr-defined]
        if not marks_formulas and (found := _UNCOMPUTED.search(raw)):
            raise ValidationError(
                f"{name}, cellule {found[1].decode()}\u00a0: formule sans résultat enregistré. Ouvrez le classeur "
                "dans votre tableur, enregistrez-le, puis recommencez."
            )
        lines = [[cell_text(value).strip() for value in row] for row in islice(_capped(tab, most_rows), head)]
    except UNREADABLE as error:
        raise ValidationError(f"{name}\u00a0: ce classeur est illisible.") from error
    if marks_formulas:
        _mark_formulas(lines, raw)
    repeated = _spread_merged(lines, raw)
    rows: list[GridRow] = []
    for number, cells in enumerate(lines, start=1):
        _keep(name, rows, GridRow(number, cells, frozenset(repeated.get(number, ()))), most_rows)
    return Grid(
        name,
        f"classeur, feuille «\u00a0{tab.title}\u00a0»",
        rows,
        tab.title,
        tuple(t.title for t in visible),
        tab.max_row or 0,
    )


def _capped(tab: object, most_rows: int) -> Iterator[tuple[object, ...]]:
    """The rows of a tab; blank ones far below the last (a formatted column) are not walked through."""
    blank = 0
    for row in tab.iter_rows(values_only=True):  # type: ignore[attr-defined]
        blank = 0 if any(value is not None for value in row) else blank + 1
        if blank > most_rows:
            return
        yield row


def _mark_formulas(lines: list[list[str]], raw: bytes) -> None:
    for match in _UNCOMPUTED.finditer(raw):
        left, top, _right, _bottom = (bound or 1 for bound in range_boundaries(match[1].decode()))
        if top <= len(lines) and left <= len(lines[top - 1]):
            lines[top - 1][left - 1] = UNCOMPUTED


def _spread_merged(lines: list[list[str]], raw: bytes) -> dict[int, set[int]]:
    """Every cell of a merged block says what its first cell says; the places that do, by row number."""
    repeated: dict[int, set[int]] = {}
    for match in _MERGED.finditer(raw):
        left, top, right, bottom = (bound or 1 for bound in range_boundaries(match[1].decode()))
        if top > len(lines) or left > len(lines[top - 1]):
            continue
        value = lines[top - 1][left - 1]
        for number, line in enumerate(lines[top - 1 : bottom], start=top):
            for place in range(left - 1, min(right, len(line))):
                line[place] = value
                if (number, place) != (top, left - 1):
                    repeated.setdefault(number, set()).add(place)
    return repeated


def _keep(name: str, rows: list[GridRow], row: GridRow, most_rows: int) -> None:
    if not any(row.cells):
        return
    if len(row.cells) > MOST_COLUMNS:
        raise ValidationError(f"{name}, ligne {row.number}\u00a0: plus de {MOST_COLUMNS} colonnes.")
    if len(rows) == most_rows:
        raise ValidationError(f"{name}\u00a0: plus de {most_rows} lignes. Partagez le fichier.")
    rows.append(row)
