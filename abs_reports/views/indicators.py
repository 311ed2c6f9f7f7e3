"""The catalogue of public indicators: what each one is, and the values imported for our places."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Max, Min
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from abs_reports.enums import IndicatorUnit, Level, Missing, Theme
from abs_reports.importing.places import Places
from abs_reports.models import Dataset, Indicator, IndicatorValue
from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.french import number

_DECIMALS = {
    IndicatorUnit.PERCENT: 1,
    IndicatorUnit.PER_THOUSAND: 1,
    IndicatorUnit.RATIO: 2,
    IndicatorUnit.SQUARE_KM: 2,
}
# The widest place first, as they are compared; communes come last, in the order of their names.
_WIDEST_FIRST = (Level.COUNTRY, Level.REGION, Level.DEPARTMENT, Level.EPCI, Level.COMMUNE)


@dataclass(frozen=True)
class Cell:
    """A value as shown; `why` says why there is none, `note` is the rank of its own source among those of the page."""

    text: str
    why: str = ""
    note: int = 0


@dataclass(frozen=True)
class PlaceRow:
    name: str
    level: str
    cells: list[Cell]


@requires("indicators.manage")
@require_safe
def indicator_list(request: AgentRequest) -> HttpResponse:
    """The indicators of one theme, with the years and levels imported."""
    wanted = request.GET.get("theme", "")
    theme = Theme(wanted) if wanted in Theme.values else Theme.POPULATION
    known: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
    values = IndicatorValue.objects.filter(indicator__theme=theme, value__isnull=False)
    spans = values.values_list("indicator", "level").annotate(first=Min("year"), last=Max("year")).order_by()
    order = {level.value: rank for rank, level in enumerate(Level)}
    for code, level, first, last in sorted(spans, key=lambda span: order[span[1]]):
        known[code].append((Level(level).label, first, last))
    context = {
        "themes": Theme.choices,
        "theme": theme.value,
        "theme_label": theme.label,
        "indicators": [(row, known.get(row.code, [])) for row in Indicator.objects.filter(theme=theme)],
    }
    return render(request, "abs_reports/indicators.html", context)


@requires("indicators.manage")
@require_safe
def indicator_detail(request: AgentRequest, indicator_code: str) -> HttpResponse:
    """One indicator: definition, and every value imported, place by place and year by year."""
    indicator = get_object_or_404(Indicator, pk=indicator_code)
    places = Places.ours()
    by_level = {
        level: IndicatorValue.objects.filter(indicator=indicator, level=level).best()
        for level in _WIDEST_FIRST
    }
    years = sorted({year for found in by_level.values() for _code, year, _place in found}, reverse=True)
    shown = [value for found in by_level.values() for value in found.values() if value.source]
    notes = {source: rank for rank, source in enumerate(sorted({value.source for value in shown}), start=1)}
    context = {
        "indicator": indicator,
        "years": years,
        "rows": [
            row
            for level, found in by_level.items()
            for row in _rows(indicator, places, level, found, years, notes)
        ],
        "notes": list(notes),
        "datasets": Dataset.objects.filter(values__indicator=indicator).distinct(),
    }
    return render(request, "abs_reports/indicator.html", context)


def _rows(
    indicator: Indicator,
    places: Places,
    level: Level,
    found: dict[tuple[str, int, str], IndicatorValue],
    years: list[int],
    notes: Mapping[str, int],
) -> list[PlaceRow]:
    codes = {code for _indicator, _year, code in found}
    ordered = [code for code in places.communes if code in codes] if level == Level.COMMUNE else sorted(codes)
    return [
        PlaceRow(
            places.name(level, code),
            level.label,
            [_cell(indicator, found.get((indicator.code, year, code)), notes) for year in years],
        )
        for code in ordered
    ]


def _cell(indicator: Indicator, value: IndicatorValue | None, notes: Mapping[str, int]) -> Cell:
    if value is None:
        return Cell("—", "valeur non importée")
    if value.value is None:
        return Cell("n.d." if value.missing != Missing.SECRET else "s", Missing(value.missing).label)
    decimals = _DECIMALS.get(IndicatorUnit(indicator.unit), 0)
    return Cell(number(value.value, decimals), note=notes.get(value.source, 0))
