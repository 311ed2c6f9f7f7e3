"""Values of the communes by indicator and year; what may be added up, divided and compared "
"(domain-rules.md §1.1)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from abs_reports.enums import Absence, FigureUnit, Level, Missing
from abs_reports.models import Indicator, IndicatorValue
from abs_reports.tables import DataTable, Row, Value, given, missing
from cias.core.french import typographic
from cias.territory.models import Commune

# Below this many people a share is the story of a few of them (domain-rules.md §2).
SMALLEST_BASE = 20
# INSEE gives 5 for poverty rates below it: "5 % ou moins" (domain-rules.md §1.3).
POVERTY_FLOOR = Decimal(5)
SECRETS = (Missing.SECRET, Missing.NOT_SIGNIFICANT)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table by commune: a value for each commune code, and one for the whole territory."""

    key: str
    label: str
    of: Callable[[str], Value]
    total: Value


class PublicData:
    """Everything imported for our communes, in memory: a few thousand numbers."""

    def __init__(self) -> None:
        self.communes: Sequence[Commune] = list(Commune.objects.all())
        self.indicators = Indicator.objects.in_bulk()
        codes = [commune.code for commune in self.communes]
        rows = IndicatorValue.objects.filter(level=Level.COMMUNE, territory_code__in=codes)
        self._values = rows.best()
        self._years: dict[str, set[int]] = {}
        for indicator, year, _code in self._values:
            self._years.setdefault(indicator, set()).add(year)

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
        """The latest earlier census that may be compared: a census mixes five yearly surveys, so five "
        "years apart."""
        latest = self.latest(indicator)
        years = self._years.get(indicator, set())
        return max((year for year in years if latest and latest - year >= 5), default=None)

    # Numbers

    def number(self, indicator: str, year: int | None, code: str) -> Decimal | None:
        found = self._values.get((indicator, year, code)) if year else None
        return found.value if found else None

    def total(self, indicator: str, year: int | None) -> Decimal | None:
        """The sum over the communes; None for what does not sum, or when one commune has no value."""
        if not year or not self.indicators[indicator].summable:
            return None
        numbers = [self.number(indicator, year, commune.code) for commune in self.communes]
        return sum_or_none(numbers)

    # Values to show

    def value(
        self, indicator: str, year: int | None, code: str, unit: FigureUnit, decimals: int = 0
    ) -> Value:
        """What the producer published, or its reason for not doing so."""
        found = self._values.get((indicator, year, code)) if year else None
        if found is None:
            return missing(Absence.UNAVAILABLE, unit, decimals)
        if found.value is None:
            secret = found.missing in SECRETS
            return missing(Absence.SECRET if secret else Absence.UNAVAILABLE, unit, decimals)
        at_most = indicator.startswith("TP60") and found.value <= POVERTY_FLOOR
        return given(found.value, unit, decimals, at_most=at_most)

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
        whole = self.total(indicator, year)
        summable = self.indicators[indicator].summable
        return Column(
            key,
            label,
            lambda code: self.value(indicator, year, code, unit, decimals),
            shown(whole, unit, decimals) if summable else missing(Absence.NOT_APPLICABLE, unit, decimals),
        )

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

        return Column(key, label, of, ratio(self.total(*above), self.total(*below), unit, decimals))

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
    """Mean yearly evolution in %, compounded: ((after / before) ^ (1 / years) - 1) × 100 "
    "(domain-rules.md §1.2)."""
    if not before or after is None or years <= 0:
        return missing(Absence.UNAVAILABLE, FigureUnit.CHANGE, 2)
    rate = (float(after / before) ** (1 / years) - 1) * 100
    return given(Decimal(repr(rate)), FigureUnit.CHANGE, 2)
