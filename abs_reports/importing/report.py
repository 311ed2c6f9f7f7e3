"""What an import did, or would do: for the screen, the command line and the archive of imports."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from abs_reports.enums import Layout, Level, Missing
from abs_reports.importing.layouts import Source
from abs_reports.importing.reading import Reading
from cias.core.french import number

_LISTED = 20  # a sentence names that many, then says how many more
_BREAK = (
    "Rupture de série : Filosofi 2023 ne se compare pas à Filosofi 2021 (le millésime 2022 n’existe pas, la méthode "
    "a changé)."
)
_AFTER_BREAK = 2023


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do (dry run). `levels` gives the rows kept at each level."""

    file_name: str
    source: Source
    geo_year: int | None
    sha256: str
    rows_read: int
    levels: dict[str, int]
    values: int
    missing: dict[str, int] = field(default_factory=dict)
    unknown_columns: tuple[str, ...] = ()
    absent_communes: tuple[str, ...] = ()
    former_codes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    dry_run: bool = False

    @property
    def rows_kept(self) -> int:
        return sum(self.levels.values())

    @property
    def missing_count(self) -> int:
        return sum(self.missing.values())

    def lines(self) -> list[str]:
        """The report in French sentences."""
        done = "seraient importées" if self.dry_run else "importées"
        levels = ", ".join(
            f"{Level(level).label.lower()} {number(count)}" for level, count in self.levels.items()
        )
        found = [
            f"{self.file_name} : {self.source.title}, millésime {self.source.vintage}.",
            f"{number(self.rows_read)} lignes lues, {number(self.rows_kept)} du territoire ({levels}).",
            f"{number(self.values)} valeurs {done}, {number(self.missing_count)} absentes.",
        ]
        found += [
            f"Dont {number(count)} : {Missing(reason).label}." for reason, count in self.missing.items()
        ]
        if self.absent_communes:
            found.append(f"Communes sans ligne dans le fichier : {_names(self.absent_communes)}.")
        if self.former_codes:
            found.append(
                f"Anciens codes de communes réunies depuis : {_names(self.former_codes)}. Effectifs additionnés ; "
                "médianes, parts et taux non disponibles pour la commune actuelle."
            )
        found += self.notes
        if self.unknown_columns:
            found.append(f"Colonnes laissées de côté : {_names(self.unknown_columns)}.")
        return found

    def as_json(self) -> dict[str, Any]:
        return {
            "levels": self.levels,
            "missing": self.missing,
            "unknown_columns": list(self.unknown_columns),
            "absent_communes": list(self.absent_communes),
            "former_codes": list(self.former_codes),
            "notes": list(self.notes),
        }


def report_of(
    *, name: str, reading: Reading, sha256: str, geo_year: int | None, notes: tuple[str, ...], dry_run: bool
) -> ImportReport:
    values = [observation.value for observation in reading.observations]
    missing = Counter(value.value for value in values if isinstance(value, Missing))
    return ImportReport(
        file_name=name,
        source=reading.source,
        geo_year=geo_year,
        sha256=sha256,
        rows_read=reading.rows_read,
        levels={level.value: reading.rows_kept[level] for level in Level if reading.rows_kept[level]},
        values=len(values) - missing.total(),
        missing=dict(missing),
        unknown_columns=reading.unknown,
        absent_communes=reading.absent,
        former_codes=reading.former,
        notes=(*notes, *reading.notes, *_warnings(reading.source)),
        dry_run=dry_run,
    )


def _warnings(source: Source) -> tuple[str, ...]:
    is_filosofi = source.layout == Layout.FILOSOFI or "filosofi" in source.part
    return (_BREAK,) if is_filosofi and source.vintage >= _AFTER_BREAK else ()


def _names(names: tuple[str, ...]) -> str:
    listed = ", ".join(names[:_LISTED])
    return listed if len(names) <= _LISTED else f"{listed} et {len(names) - _LISTED} autres"
