"""Values of the communes by indicator and year; what may be added up, divided and compared
(domain-rules.md §1.1)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from abs_reports.compiling.public.comparability import (
    POVERTY_FLOOR,
    SMALLEST_BASE,
    Family,
    family_of,
    why_not_compared,
)
from abs_reports.enums import Absence, FigureUnit, Level, Missing
from abs_reports.models import Indicator, IndicatorValue
from abs_reports.tables import DataTable, Row, Value, given, missing
from cias.core.french import typographic
from cias.territory.models import Commune
from cias.territory.services import get_structure

# INSEE's codes for the country: France, and its part without the overseas departments.
FRANCE, METROPOLITAN_FRANCE = "F", "FM"
SECRETS = (Missing.SECRET, Missing.NOT_SIGNIFICANT)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table by commune: a value for each commune code, and one for the whole territory."""

    key: str
    label: str
    of: Callable[[str], Value]
    total: Value


@dataclass(frozen=True, slots=True)
class Place:
    """A place figures are compared with: the territory itself, its département, its région, the country."""

    level: Level
    code: str
    key: str
    label: str


class PublicData:
    """Everything imported for our communes and the places around them, in memory: some ten thousand numbers."""

    def __init__(self) -> None:
        self.communes: Sequence[Commune] = list(Commune.objects.all())
        self.indicators = Indicator.objects.in_bulk()
        self.places = _places()
        codes = [commune.code for commune in self.communes]
        wanted = Q(level=Level.COMMUNE, territory_code__in=codes)
        for place in self.places:
            wanted |= Q(level=place.level, territory_code=place.code)
        # The dataset made for an indicator wins, then the latest vintage (IndicatorValue.best, for one level).
        rows = IndicatorValue.objects.filter(wanted).order_by("dataset__rank", "dataset__vintage", "pk")
        self._values: dict[tuple[str, int, str], IndicatorValue] = {}
        self._around: dict[tuple[str, int, Level, str], IndicatorValue] = {}
        self._years: dict[str, set[int]] = {}
        for row in rows:
            if row.level == Level.COMMUNE:
                self._values[row.indicator_id, row.year, row.territory_code] = row
                self._years.setdefault(row.indicator_id, set()).add(row.year)
            else:
                self._around[row.indicator_id, row.year, Level(row.level), row.territory_code] = row

    @property
    def is_empty(self) -> bool:
        return not self._values

    # Which years

    def latest(self, indicator: str) -> int | None:
        """The most recent year imported."""
        return max(self._years.get(indicator, ()), default=None)

    def has(self, *indicators: str) -> bool:
        return all(indicator in self._years for indicator in indicators)

    def comparable_census(self, indicator: str) -> int | None:
        """The latest earlier census that may be compared with the latest one."""
        latest = self.latest(indicator)
        if latest is None:
            return None
        earlier = (year for year in self._years[indicator] if year < latest)
        return max(
            (year for year in earlier if not why_not_compared(Family.CENSUS, year, latest)), default=None
        )

    def latest_around(self, *indicators: str) -> int | None:
        """The most recent year in which the territory as a whole, or its communes, have all these indicators."""
        years = [self._years_of_territory(indicator) for indicator in indicators]
        return max(set.intersection(*years), default=None) if years else None

    def _years_of_territory(self, indicator: str) -> set[int]:
        own = self.places[0]
        published = {
            year
            for name, year, level, code in self._around
            if (name, level, code) == (indicator, own.level, own.code)
        }
        return published | (self._years.get(indicator, set()) if self.is_summable(indicator) else set())

    # Numbers

    def number(self, indicator: str, year: int | None, code: str) -> Decimal | None:
        found = self._values.get((indicator, year, code)) if year else None
        return found.value if found else None

    def is_summable(self, indicator: str) -> bool:
        """Whether communes add up: counts only, and not those their producer rounds (CAF)."""
        found = self.indicators.get(indicator)
        return found is not None and found.summable and family_of(found.source) != Family.CAF

    def total(self, indicator: str, year: int | None) -> Decimal | None:
        """The sum over the communes; None for what does not sum, or when one commune has no value."""
        if not year or not self.is_summable(indicator):
            return None
        numbers = [self.number(indicator, year, commune.code) for commune in self.communes]
        return sum_or_none(numbers)

    def around(self, indicator: str, year: int | None, place: Place) -> Decimal | None:
        """The figure of a place as its producer gives it; of the territory, else the sum of its communes if allowed."""
        found = self._around.get((indicator, year, place.level, place.code)) if year else None
        if found is not None:
            return found.value
        return self.total(indicator, year) if place == self.places[0] else None

    # Values to show

    def value(
        self, indicator: str, year: int | None, code: str, unit: FigureUnit, decimals: int = 0
    ) -> Value:
        """What the producer published, or its reason for not doing so."""
        found = self._values.get((indicator, year, code)) if year else None
        return _published(indicator, found, unit, decimals)

    def value_around(
        self, indicator: str, year: int | None, place: Place, unit: FigureUnit, decimals: int = 0
    ) -> Value:
        """The same for a place around us, or for the territory itself."""
        found = self._around.get((indicator, year, place.level, place.code)) if year else None
        if found is None:
            return shown(self.around(indicator, year, place), unit, decimals)
        return _published(indicator, found, unit, decimals)

    def column(
        self,
        key: str,
        label: str,
        indicator: str,
        year: int | None,
        unit: FigureUnit = FigureUnit.COUNT,
        decimals: int = 0,
    ) -> Column:
        """An indicator as it is; its total only when communes add up."""
        total = self.value_around(indicator, year, self.places[0], unit, decimals)
        if total.number is None and not self.is_summable(indicator):
            total = missing(Absence.NOT_APPLICABLE, unit, decimals)
        return Column(key, label, lambda code: self.value(indicator, year, code, unit, decimals), total)

    def ratio_column(
        self,
        key: str,
        label: str,
        above: tuple[str, int | None],
        below: tuple[str, int | None],
        *,
        unit: FigureUnit = FigureUnit.PERCENT,
        decimals: int = 1,
    ) -> Column:
        """A share of two counts, for each commune and for their sums. Too small a base gives no share."""

        def of(code: str) -> Value:
            return ratio(self.number(*above, code), self.number(*below, code), unit, decimals)

        own = self.places[0]
        return Column(
            key, label, of, ratio(self.around(*above, own), self.around(*below, own), unit, decimals)
        )

    def commune_table(
        self,
        code: str,
        chapter: str,
        title: str,
        columns: Iterable[Column],
        *,
        period: str,
        source: str,
        definition: str = "",
        only: Callable[[str], bool] = lambda code: True,
        with_total: bool = True,
    ) -> DataTable:
        """One row a commune, and the whole territory in the foot."""
        columns = tuple(columns)
        rows = [
            Row(commune.code, typographic(commune.name), tuple(c.of(commune.code) for c in columns))
            for commune in self.communes
            if only(commune.code)
        ]
        if with_total:
            label = f"Ensemble des {len(self.communes)} communes"
            rows.append(Row("total", label, tuple(c.total for c in columns), is_total=True))
        return DataTable(
            code=code,
            chapter=chapter,
            title=title,
            heading="Commune",
            columns=tuple((c.key, c.label) for c in columns),
            rows=tuple(rows),
            period=period,
            source=source,
            definition=definition,
        )

    def source(self, *indicators: str) -> str:
        """The producers of these indicators, each once."""
        return " ; ".join(dict.fromkeys(self.indicators[code].source for code in indicators))


def _places() -> tuple[Place, ...]:
    """The territory first, then from near to far; a structure without its codes is compared with the country only."""
    structure = get_structure()
    around = (
        (Level.EPCI, structure.epci_code, "territory", "Territoire"),
        (Level.DEPARTMENT, structure.department_code, "department", "Département"),
        (Level.REGION, structure.region_code, "region", "Région"),
        (Level.COUNTRY, METROPOLITAN_FRANCE, "metropolitan", "France métropolitaine"),
        (Level.COUNTRY, FRANCE, "france", "France"),
    )
    return tuple(
        Place(level, code, key, label) for level, code, key, label in around if code or level == Level.EPCI
    )


def _published(indicator: str, found: IndicatorValue | None, unit: FigureUnit, decimals: int) -> Value:
    """What the producer published, or its reason for not doing so."""
    if found is None:
        return missing(Absence.UNAVAILABLE, unit, decimals)
    if found.value is None:
        secret = found.missing in SECRETS
        return missing(Absence.SECRET if secret else Absence.UNAVAILABLE, unit, decimals)
    at_most = indicator.startswith("TP60") and found.value <= POVERTY_FLOOR
    return given(found.value, unit, decimals, at_most=at_most)


def sum_or_none(numbers: Iterable[Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


def shown(number: Decimal | None, unit: FigureUnit = FigureUnit.COUNT, decimals: int = 0) -> Value:
    """A number we computed, or "non disponible" when a part of it is missing."""
    return missing(Absence.UNAVAILABLE, unit, decimals) if number is None else given(number, unit, decimals)


def ratio(
    above: Decimal | None,
    below: Decimal | None,
    unit: FigureUnit = FigureUnit.PERCENT,
    decimals: int = 1,
) -> Value:
    """`above` over `below`: in % or ‰ of it, else as a plain quotient."""
    if above is None or not below:
        return missing(Absence.UNAVAILABLE, unit, decimals)
    factor = {FigureUnit.PERCENT: 100, FigureUnit.PER_THOUSAND: 1000}.get(unit, 1)
    if factor != 1 and below < SMALLEST_BASE:
        return missing(Absence.MASKED, unit, decimals)
    return given(factor * above / below, unit, decimals)


def yearly_change(before: Decimal | None, after: Decimal | None, years: int) -> Value:
    """Mean yearly evolution in %, compounded: ((after / before) ^ (1 / years) - 1) × 100
    (domain-rules.md §1.2)."""
    if not before or after is None or years <= 0:
        return missing(Absence.UNAVAILABLE, FigureUnit.CHANGE, 2)
    rate = (float(after / before) ** (1 / years) - 1) * 100
    return given(Decimal(repr(rate)), FigureUnit.CHANGE, 2)
