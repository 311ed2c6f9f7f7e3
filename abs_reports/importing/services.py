"""Store a public statistics file: one transaction, the previous values of the same dataset replaced."""

import hashlib
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from abs_reports.enums import IndicatorUnit, Level, Missing
from abs_reports.importing.layouts import DESCRIPTIVE, Source, read_column, recognise
from abs_reports.importing.reading import FileError, Sheet, parse_cell, read_sheet
from abs_reports.models import Dataset, ImportRun, Indicator, IndicatorValue
from cias.accounts.models import User
from cias.core.french import number
from cias.territory.models import Commune

BATCH = 5_000
_GEOGRAPHY_YEAR = re.compile(r"geo(20\d{2})", re.IGNORECASE)
_SIGNED = frozenset({"PIMPOT", "PBEN", "D1"})  # shares and incomes that can be negative
_NUMBERED = 20  # a report lists that many names, then says how many more


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do (dry run)."""

    file_name: str
    source: Source
    geo_year: int | None
    sha256: str
    rows_read: int
    rows_kept: int
    values: int
    missing: dict[str, int] = field(default_factory=dict)
    unknown_columns: tuple[str, ...] = ()
    absent_communes: tuple[str, ...] = ()
    dry_run: bool = False

    @property
    def missing_count(self) -> int:
        return sum(self.missing.values())

    def lines(self) -> list[str]:
        """The report in French sentences, for the screen and the command line."""
        done = "seraient importées" if self.dry_run else "importées"
        found = [
            f"{self.file_name} : {self.source.title}, millésime {self.source.vintage}.",
            f"{number(self.rows_read)} lignes lues, {number(self.rows_kept)} du territoire.",
            f"{number(self.values)} valeurs {done}, {number(self.missing_count)} absentes.",
        ]
        found += [
            f"Dont {number(count)} : {Missing(reason).label}." for reason, count in self.missing.items()
        ]
        if self.absent_communes:
            found.append(f"Communes sans ligne dans le fichier : {_names(self.absent_communes)}.")
        if self.unknown_columns:
            found.append(f"Colonnes laissées de côté : {_names(self.unknown_columns)}.")
        return found

    def as_json(self) -> dict[str, Any]:
        return {
            "missing": self.missing,
            "unknown_columns": list(self.unknown_columns),
            "absent_communes": list(self.absent_communes),
        }


def import_indicators(
    *,
    name: str,
    content: bytes,
    by: User | None = None,
    geo_year: int | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Read the file, keep the rows of our communes, replace the values of its dataset.

    `geo_year` is the year of the commune boundaries; without it, read in the file's name ("geo2024") or unknown.
    Raises FileError, one French line that names file, row and column; then nothing has changed. Sums and rates
    are never stored: only what the producer published.
    """
    sheet = read_sheet(name, content)
    source = recognise(sheet.columns)
    if source is None:
        raise FileError(f"{name} : ces colonnes ne sont celles d’aucun fichier connu de l’INSEE.")
    columns, unknown = _known_columns(sheet, source)
    communes = dict(Commune.objects.values_list("code", "name"))
    kept = {line.code for line in sheet.lines} & communes.keys()
    if not kept:
        raise FileError(f"{name} : aucune des {len(communes)} communes du territoire n’y figure.")
    rows = _values(sheet, columns, kept)
    found = _GEOGRAPHY_YEAR.search(name)
    report = ImportReport(
        file_name=name,
        source=source,
        geo_year=geo_year or (int(found[1]) if found else None),
        sha256=hashlib.sha256(content).hexdigest(),
        rows_read=len(sheet.lines),
        rows_kept=len(kept),
        values=sum(value.value is not None for value in rows),
        missing=dict(Counter(value.missing for value in rows if value.missing)),
        unknown_columns=unknown,
        absent_communes=tuple(name for code, name in communes.items() if code not in kept),
        dry_run=dry_run,
    )
    if not dry_run:
        _store(report, rows, by)
    return report


def read_file(path: Path) -> bytes:
    """The bytes of a file; FileError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(f"{path} : fichier illisible ({error.strerror}).") from error


@dataclass(frozen=True, slots=True)
class _KnownColumn:
    """A column of the file that the catalogue has: `place` in the row, indicator and year of its values."""

    place: int
    name: str
    indicator: Indicator
    year: int

    def value(self, code: str, parsed: Decimal | Missing) -> IndicatorValue:
        return IndicatorValue(
            indicator=self.indicator,
            year=self.year,
            level=Level.COMMUNE,
            territory_code=code,
            value=parsed if isinstance(parsed, Decimal) else None,
            missing=parsed if isinstance(parsed, Missing) else "",
        )


def _known_columns(sheet: Sheet, source: Source) -> tuple[list[_KnownColumn], tuple[str, ...]]:
    """The columns we store, and the names of those we do not."""
    catalogue = Indicator.objects.in_bulk()
    known, unknown = [], []
    for place, name in enumerate(sheet.columns):
        column = read_column(name)
        if column is not None and column.code in catalogue:
            year = column.year or source.vintage
            known.append(_KnownColumn(place, name, catalogue[column.code], year))
        elif name not in DESCRIPTIVE:
            unknown.append(name)
    return known, tuple(unknown)


def _values(sheet: Sheet, columns: list[_KnownColumn], kept: Collection[str]) -> list[IndicatorValue]:
    """The values of the rows kept; every row is checked, for a bad cell far from here means a damaged file."""
    values = []
    for line in sheet.lines:
        for column in columns:
            text = line.cells[column.place]
            parsed = parse_cell(text)
            problem = _problem(parsed, column.indicator)
            if parsed is None or problem:
                raise FileError(
                    f"{sheet.name}, ligne {line.number} ({line.code}), colonne {column.name} : "
                    f"« {text.strip()[:30]} » {problem}."
                )
            if line.code in kept:
                values.append(column.value(line.code, parsed))
    return values


def _problem(parsed: Decimal | Missing | None, indicator: Indicator) -> str:
    """What is wrong with a cell, empty when nothing is."""
    if parsed is None:
        return "n’est pas un nombre"
    if isinstance(parsed, Missing):
        return ""
    if parsed < 0 and indicator.code not in _SIGNED:
        return "est négatif"
    if indicator.unit == IndicatorUnit.PERCENT and not -100 <= parsed <= 200:
        return "ne peut pas être un pourcentage"
    return ""


@transaction.atomic
def _store(report: ImportReport, rows: list[IndicatorValue], by: User | None) -> None:
    source = report.source
    # The row stays locked until the end: two imports of one dataset come one after the other.
    dataset, _created = Dataset.objects.update_or_create(
        code=source.code,
        defaults={
            "layout": source.layout,
            "vintage": source.vintage,
            "title": source.title,
            "producer": source.producer,
            "licence": source.licence,
            "url": source.url,
            "geo_year": report.geo_year,
            "rank": source.rank,
        },
    )
    dataset.values.all().delete()
    for row in rows:
        row.dataset = dataset
    IndicatorValue.objects.bulk_create(rows, batch_size=BATCH)
    ImportRun.objects.create(
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


def _names(names: tuple[str, ...]) -> str:
    listed = ", ".join(names[:_NUMBERED])
    return listed if len(names) <= _NUMBERED else f"{listed} et {len(names) - _NUMBERED} autres"
