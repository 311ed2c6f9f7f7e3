"""What published editions already said of a period: the next one may not give anything away by difference (S6)."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date

from django.utils.text import slugify

from abs_reports.compiling.linked import Past, Seen
from abs_reports.compiling.protection import COMMUNE, Zones
from abs_reports.enums import Absence
from abs_reports.models import Figure, Report
from cias.core.periods import Period
from cias.core.registry import Measure
from cias.core.secrecy.ties import TOTAL, Spot, cell_at, column_at, row_at

ZONES, COMMUNES, KEY_FIGURES = "secteurs", "communes", "-cle"
TOTAL_ROW = "total"

type Said = Mapping[tuple[str, str], list[Seen]]  # (code of the table, key of the row)


def table_code(measure: Measure, suffix: str) -> str:
    """Code of a measure's table by a dimension, by zone or by commune."""
    return slugify(f"{measure.code}-{suffix}".replace(".", "-").replace("_", "-"))


def published_before(report: Report, zones: Zones) -> Callable[[Measure, Period], Past]:
    """What other published reports say of a measure over a whole year, corrected versions included.

    Figures of a running year are rounded down and need no comparison (docs/adr/0016).
    """
    said: dict[int, Said] = {}

    def past(measure: Measure, period: Period) -> Past:
        year = period.last.year
        if period != Period.year(year):
            return {}
        if year not in said:
            said[year] = _said(report, year)
        return _past(measure, said[year], year, zones)

    return past


def _said(report: Report, year: int) -> Said:
    """A year is told in its own reports and, beside the next one, in those of the year after."""
    reports = Report.objects.published().exclude(pk=report.pk)
    ends = [date(year, 12, 31), date(year + 1, 12, 31)]
    figures = Figure.objects.filter(table__report__in=reports.filter(last_day__in=ends), column_key=str(year))
    rows = figures.values_list(
        "table__code", "table__chapter", "row_key", "value", "absent", "base"
    ).order_by("table__report__published_at", "pk")
    said: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for code, chapter, key, value, absent, base in rows:
        if absent and absent != Absence.MASKED:
            continue
        table = KEY_FIGURES if code == f"{chapter}{KEY_FIGURES}" else code
        seen = Seen(value, base)
        if seen not in said[table, key]:
            said[table, key].append(seen)
    return said


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
