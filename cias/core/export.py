"""Tables that leave the application as CSV or XLSX, opened in a spreadsheet by someone who trusts us.

A text that a spreadsheet could run as a formula gets an apostrophe in front (OWASP, "CSV injection"), in both
formats, so that it stays a text even if the file is saved again. Numbers stay numbers, negative ones included.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import chain, islice
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from cias.core.charts import Absent
from cias.core.french import exact

type Value = str | int | float | Decimal | date | datetime | bool | Absent | None

_FORMULA = re.compile(r"[\s\u00a0]*[=+\-@＝＋－＠]|[\t\r\n]")
_FORBIDDEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32)))  # neither format can carry them

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEAD = {
    "font": Font(bold=True),
    "fill": PatternFill("solid", fgColor="E5EAF6"),
    "border": Border(bottom=Side("thin", color="1F4296")),
    "alignment": Alignment(vertical="top", wrap_text=True),
}
_WIDTHS = range(9, 61)  # characters
_SAMPLE = 200  # rows looked at to choose the widths
_SHEET_NAME = 31
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def safe_text(text: str) -> str:
    """`text` that no spreadsheet runs: an apostrophe stands before what could begin a formula."""
    clean = text.translate(_FORBIDDEN)
    return f"'{clean}" if _FORMULA.match(clean) else clean


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """CSV as French spreadsheets open it: UTF-8 with BOM, semicolons, decimal commas, dates 24/12/2026."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe_text(title) for title in header])
    writer.writerows([_csv_text(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def csv_response(filename: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> HttpResponse:
    return download(csv_bytes(header, rows), filename, "text/csv; charset=utf-8")


def _csv_text(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case int() | float() | Decimal():
            return f"{exact(value):f}".replace(".", ",")
        case datetime():
            return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
        case Absent():
            return value.value
        case _:
            return safe_text(value)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One tab; `name` is shortened to 31 characters without the signs that spreadsheets refuse."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Value]]


def xlsx_bytes(sheets: Sequence[Sheet], *, moment: datetime | None = None) -> bytes:
    """A workbook, one tab a sheet, header row styled and frozen, filters on, columns as wide as their content.

    `moment` (now by default) is the only date in the file: the same arguments give the same bytes.
    """
    book = Workbook(write_only=True)
    book.properties.creator = "CIAS"
    book.properties.created = book.properties.modified = (moment or timezone.now()).astimezone(UTC)
    taken: set[str] = set()
    for sheet in sheets:
        _write_sheet(book, sheet, _tab_name(sheet.name, taken))
    written = BytesIO()
    ExcelWriter(book, ZipFile(written, "w", ZIP_DEFLATED)).save()
    return _without_clock(written)


def xlsx_response(filename: str, sheets: Sequence[Sheet]) -> HttpResponse:
    return download(xlsx_bytes(sheets), filename, XLSX)


def _write_sheet(book: Workbook, sheet: Sheet, name: str) -> None:
    tab = book.create_sheet(name)
    tab.freeze_panes = "A2"
    rows = iter(sheet.rows)
    sample = list(islice(rows, _SAMPLE))
    # A write-only tab wants its widths before its first row.
    for rank, title in enumerate(sheet.header):
        longest = max(len(title), *(len(_csv_text(row[rank])) for row in sample), 0)
        tab.column_dimensions[get_column_letter(rank + 1)].width = min(
            max(longest + 2, _WIDTHS[0]), _WIDTHS[-1]
        )
    tab.append(list(_head(tab, sheet.header)))
    count = 1
    for row in chain(sample, rows):
        tab.append([_cell(tab, value) for value in row])
        count += 1
    tab.auto_filter.ref = f"A1:{get_column_letter(len(sheet.header))}{count}"


def _head(tab: Any, header: Sequence[str]) -> Iterator[Cell]:
    for title in header:
        cell = _cell(tab, title)
        for attribute, style in _HEAD.items():
            setattr(cell, attribute, style)
        yield cell


def _cell(tab: Any, value: Value) -> Cell:
    cell = WriteOnlyCell(tab)
    match value:
        case str():
            cell.value = safe_text(value)
            cell.data_type = "s"  # never "f", nor "e" for a text like "#N/A"
        case bool() | Absent():
            cell.value = _csv_text(value)
        case datetime():
            cell.value = timezone.localtime(value).replace(tzinfo=None)
            cell.number_format = "dd/mm/yyyy hh:mm"
        case date():
            cell.value = value
            cell.number_format = "dd/mm/yyyy"
        case Decimal():
            cell.value = exact(value)
            places = -int(value.as_tuple().exponent)
            cell.number_format = f"#,##0.{'0' * places}" if places > 0 else "General"
        case int() | float():
            cell.value = exact(value)
    return cell


def _tab_name(name: str, taken: set[str]) -> str:
    """A name spreadsheets accept, different from those already given (they ignore case)."""
    base = re.sub(r"[\[\]:*?/\\]", " ", name.translate(_FORBIDDEN)).strip(" '")[:_SHEET_NAME] or "Feuille"
    candidate, rank = base, 2
    while candidate.lower() in taken:
        suffix = f" ({rank})"
        candidate = base[: _SHEET_NAME - len(suffix)] + suffix
        rank += 1
    taken.add(candidate.lower())
    return candidate


def _without_clock(written: BytesIO) -> bytes:
    """The same archive with one fixed date on its members."""
    result = BytesIO()
    with ZipFile(written) as source, ZipFile(result, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            member = ZipInfo(name, _ZIP_DATE)
            member.compress_type = ZIP_DEFLATED
            target.writestr(member, source.read(name))
    return result.getvalue()


def download(content: bytes, filename: str, content_type: str) -> HttpResponse:
    """A file to keep, never sniffed, never kept by a cache."""
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, filename),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
