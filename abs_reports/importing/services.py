"""Import a public statistics file: read it whole, then replace the previous values of the same dataset and level."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from abs_reports.enums import Layout, Level, Missing
from abs_reports.importing.archives import tables_of
from abs_reports.importing.caf import read_caf
from abs_reports.importing.cells import FileError
from abs_reports.importing.files import HEADER_WITHIN, Rows, Table, is_header, key_of
from abs_reports.importing.melodi import read_melodi
from abs_reports.importing.places import Places
from abs_reports.importing.reading import Header, Reading, Task
from abs_reports.importing.report import ImportReport, report_of
from abs_reports.importing.statements import read_statement
from abs_reports.importing.wide import read_wide
from abs_reports.models import Dataset, ImportRun, Indicator, IndicatorValue
from cias.accounts.models import User

BATCH = 5_000
_GEOGRAPHY_YEAR = re.compile(r"geo(20\d{2})", re.IGNORECASE)

type OnProgress = Callable[[str, float], None]


@dataclass(frozen=True)
class Prepared:
    """A table read and checked, not stored yet."""

    report: ImportReport
    reading: Reading


def import_file(
    *,
    name: str,
    file: BinaryIO,
    by: User | None = None,
    geo_year: int | None = None,
    level: Level | None = None,
    dry_run: bool = False,
) -> list[ImportReport]:
    """Read the file, keep the rows of our places, replace the values of its dataset at its levels.

    One report a table: an archive may hold a file for each level. Raises FileError, one French line that names
    file, row and column; then nothing has changed. Sums and rates are never stored: only what was published.
    """
    prepared = prepare(name=name, file=file, geo_year=geo_year, level=level, dry_run=dry_run)
    if not dry_run:
        store(prepared, by)
    return [one.report for one in prepared]


def import_indicators(
    *,
    name: str,
    content: bytes,
    by: User | None = None,
    geo_year: int | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """The same for a file of one table held in memory."""
    reports = import_file(name=name, file=BytesIO(content), by=by, geo_year=geo_year, dry_run=dry_run)
    return reports[0]


def import_path(path: Path, **options: object) -> list[ImportReport]:
    """The same for a file on disk; FileError when it cannot be opened."""
    try:
        with path.open("rb") as file:
            return import_file(name=path.name, file=file, **options)  # type: ignore[arg-type]
    except OSError as error:
        raise FileError(f"{path} : fichier illisible ({error.strerror}).") from error


def prepare(
    *,
    name: str,
    file: BinaryIO,
    geo_year: int | None = None,
    level: Level | None = None,
    dry_run: bool = False,
    on_progress: OnProgress = lambda label, share: None,
) -> list[Prepared]:
    """Read and check every table of the file. `on_progress(table, share read)` may raise to stop. Raises FileError.

    `geo_year` is the year of the commune boundaries; without it, read in the file's name ("geo2024") or unknown.
    """
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    tables = tables_of(name, file)
    places, catalogue = Places.ours(), Indicator.objects.in_bulk()
    prepared = []
    for rank, table in enumerate(tables):

        def tick(table: Table = table, rank: int = rank) -> None:
            on_progress(table.name, (rank + min(table.done(), 1.0)) / len(tables))

        reading = _read(table, places, catalogue, level, tick)
        year = geo_year or _year_in(table.name) or _year_in(name)
        report = report_of(
            name=table.name,
            reading=reading,
            sha256=sha256,
            geo_year=year,
            notes=table.notes,
            dry_run=dry_run,
        )
        prepared.append(Prepared(report, reading))
    return prepared


def _read(
    table: Table,
    places: Places,
    catalogue: dict[str, Indicator],
    level: Level | None,
    tick: Callable[[], None],
) -> Reading:
    rows = table.rows()
    number, cells = _header(table.name, rows)
    names = {key_of(cell) for cell in cells}
    upper = [cell.strip("\ufeff \t").upper() for cell in cells]
    header = Header(number, upper)
    task = Task(table.name, header, rows, places, catalogue, level, tick)
    if "CODGEO" in upper:
        return read_wide(task)
    if "OBS_VALUE" in upper:
        return read_melodi(task)
    if "indicateur" in names:
        return read_statement(task)
    if "dtreffre" in names or "date reference" in names:
        return read_caf(task)
    raise FileError(
        f"{table.name}, ligne {number} : c’est une base par quartiers (IRIS). Prenez la base par commune (base-cc-…)."
    )


def _header(name: str, rows: Rows) -> tuple[int, list[str]]:
    for number, cells in rows:
        if is_header(cells):
            return number, cells
        if number >= HEADER_WITHIN:
            break
    raise FileError(
        f"{name} : aucune colonne CODGEO, OBS_VALUE, dtreffre ou indicateur dans les {HEADER_WITHIN} premières lignes."
    )


def _year_in(name: str) -> int | None:
    found = _GEOGRAPHY_YEAR.search(name)
    return int(found[1]) if found else None


@transaction.atomic
def store(prepared: Sequence[Prepared], by: User | None) -> list[ImportRun]:
    """Replace the values of each dataset at the levels its table has; a statement is replaced whole."""
    return [_store(one.report, one.reading, by) for one in prepared]


def _store(report: ImportReport, reading: Reading, by: User | None) -> ImportRun:
    source = report.source
    fields = {
        "layout": source.layout,
        "vintage": source.vintage,
        "title": source.title,
        "producer": source.producer,
        "licence": source.licence,
        "url": source.url,
        "rank": source.rank,
    }
    if report.geo_year:
        fields["geo_year"] = report.geo_year
    # The row stays locked until the end: two imports of one dataset come one after the other.
    dataset, _created = Dataset.objects.update_or_create(code=source.code, defaults=fields)
    replaced = dataset.values.all()
    if source.layout != Layout.STATEMENT:
        replaced = replaced.filter(level__in=report.levels)
    replaced.delete()
    IndicatorValue.objects.bulk_create(
        (
            IndicatorValue(
                dataset=dataset,
                indicator_id=row.indicator,
                year=row.year,
                level=row.level,
                territory_code=row.code,
                value=row.value if isinstance(row.value, Decimal) else None,
                missing=row.value if isinstance(row.value, Missing) else "",
                source=row.origin,
            )
            for row in reading.observations
        ),
        batch_size=BATCH,
    )
    return ImportRun.objects.create(
        dataset=dataset,
        file_name=report.file_name[:200],
        sha256=report.sha256,
        imported_by=by,
        rows_read=report.rows_read,
        rows_kept=report.rows_kept,
        values_count=report.values,
        missing_count=report.missing_count,
        report=report.as_json(),
    )
