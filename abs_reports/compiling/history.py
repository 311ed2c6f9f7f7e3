"""What published editions already said of a period: the next one may not give anything away by difference (S6)."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import slugify

from abs_reports.compiling.linked import Past, Seen
from abs_reports.compiling.protection import COMMUNE, Zones
from abs_reports.enums import Absence
from abs_reports.models import Figure, Report
from cias.core.periods import Period
from cias.core.registry import Measure
from cias.core.secrecy import THRESHOLDS
from cias.core.secrecy.ties import TOTAL, Spot, cell_at, column_at, row_at

ZONES, COMMUNES, KEY_FIGURES = "secteurs", "communes", "-cle"
TOTAL_ROW = "total"

type Said = dict[tuple[str, str], list[Seen]]  # (code of the table, key of the row)


def table_code(measure: Measure, suffix: str) -> str:
    """Code of a measure's table by a dimension, by zone or by commune."""
    return slugify(f"{measure.code}-{suffix}".replace(".", "-").replace("_", "-"))


def told_before(report: Report, zones: Zones) -> Callable[[Measure, Period], Past]:
    """What other publications say of a measure over the year of a period (docs/adr/0016).

    To an exact edition: what reports of that year said, corrected versions included, and within what bounds rounded
    editions (dashboards, reports of a running year) put a figure; figures that are exact and rounded are never
    subtracted. To a rounded edition: what the reports masked only.
    """
    said: dict[int, Said] = {}

    def past(measure: Measure, period: Period) -> Past:
        year = period.last.year
        if not report.is_rounded and period != Period.year(year):
            return {}
        if year not in said:
            said[year] = _masked(report, year) if report.is_rounded else _said(report, year)
        return _past(measure, said[year], year, zones)

    return past


def _said(report: Report, year: int) -> Said:
    said: Said = _exactly_said(report, year)
    for key, seen in _roundly_said(report, year).items():
        said.setdefault(key, []).extend(seen)
    return said


def _masked(report: Report, year: int) -> Said:
    """A dashboard that is frozen after the report must not bound what the report masked."""
    return {
        key: [Seen(None)]
        for key, seen in _exactly_said(report, year).items()
        if any(one.value is None for one in seen)
    }


def _exactly_said(report: Report, year: int) -> Said:
    """A year is told in its own reports and, beside the next one, in those of the year after."""
    reports = Report.objects.published().exact().exclude(pk=report.pk).filter(year__in=[year, year + 1])
    said: Said = defaultdict(list)
    for code, key, value, absent, base, _report in _figures(reports, year):
        if absent and absent != Absence.MASKED:
            continue
        seen = Seen(value, base)
        if seen not in said[code, key]:
            said[code, key].append(seen)
    return said


def _roundly_said(report: Report, year: int) -> Said:
    """A rounded figure is the least that the year can be; of a whole year also the most, with what it lost.

    Zero is told as it is: what is small but for zero is masked.
    """
    rounded = Report.objects.published().rounded().exclude(pk=report.pk).filter(year__in=[year, year + 1])
    reports = {one.pk: one for one in rounded.only("last_day", "context")}
    said: Said = defaultdict(list)
    for code, key, value, absent, _base, pk in _figures(rounded, year):
        if absent or value is None:
            continue
        said[code, key].append(in_bounds(value, step_of(reports[pk]), whole=reports[pk].is_whole_year))
    return said


def in_bounds(value: Decimal, step: int, *, whole: bool) -> Seen:
    """A figure rounded down to a multiple of `step`; `whole`: it counts the whole year."""
    most = value + (step - 1 if value else 0)
    return Seen(value, rounded=True, most=most if whole else None)


def step_of(report: Report) -> int:
    """What the figures of a rounded edition are multiples of."""
    return int(report.context.get("thresholds", {}).get("count", THRESHOLDS.count))


def _figures(
    reports: QuerySet[Report], year: int
) -> Iterator[tuple[str, str, Decimal | None, str, int | None, UUID]]:
    """(code of the table, key of the row, value, absence, base, report) of a year, oldest publication first."""
    figures = Figure.objects.filter(table__report__in=reports, column_key=str(year))
    rows = figures.values_list(
        "table__code", "table__chapter", "row_key", "value", "absent", "base", "table__report"
    ).order_by("table__report__published_at", "pk")
    for code, chapter, key, value, absent, base, report in rows:
        yield KEY_FIGURES if code == f"{chapter}{KEY_FIGURES}" else code, key, value, absent, base, report


def _past(measure: Measure, said: Said, year: int, zones: Zones) -> Past:
    found: dict[Spot, list[Seen]] = defaultdict(list)
    found[TOTAL] += said.get((KEY_FIGURES, measure.code), [])
    tables = {table_code(measure, name): name for name in (*measure.dimensions, ZONES, COMMUNES)}
    for (code, key), seen in said.items():
        name = tables.get(code)
        if name is None:
            continue
        if key == TOTAL_ROW:
            found[TOTAL] += seen
        elif name == ZONES:
            found[row_at(key)] += seen
        elif name == COMMUNES:
            found[column_at(COMMUNE, key)] += seen
            found[cell_at(COMMUNE, zones.zone(key), key)] += seen
        else:
            found[column_at(name, _key(name, key, year))] += seen
    return {spot: seen for spot, seen in found.items() if seen}


def _key(name: str, key: str, year: int) -> str:
    """Months stand in the tables without their year: "03" is "2025-03" to the measure."""
    return f"{year}-{key}" if name == "mois" and re.fullmatch(r"\d{2}", key) else key
