"""The CIAS's own activity: every measure that the apps registered, as protected tables (S3, S5, S12)."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from abs_reports.compiling.chapters import Chapter, Part, chapter_of, part_of
from abs_reports.compiling.comparison import with_change, with_earlier
from abs_reports.compiling.frame import Geography, Span
from abs_reports.compiling.history import COMMUNES, ZONES, table_code
from abs_reports.compiling.linked import Past, Publication
from abs_reports.compiling.protection import COMMUNE, OUTSIDE, UNKNOWN, ProtectedCounts
from abs_reports.compiling.protection_numbers import ProtectedNumbers
from abs_reports.enums import Absence
from abs_reports.enums import FigureUnit as FUnit
from abs_reports.tables import DataTable, Row, Value, given, masked, missing
from cias.core.french import NBSP, typographic
from cias.core.periods import MONTHS, Period
from cias.core.registry import Measure, Unit
from cias.core.secrecy import THRESHOLDS, Thresholds

UNITS = {
    Unit.COUNT: (FUnit.COUNT, 0),
    Unit.EURO: (FUnit.EURO, 0),
    Unit.RATE: (FUnit.PERCENT, 1),
    Unit.DAYS: (FUnit.DAYS, 1),
}
BREAKDOWN = " par "
# Dimensions named by a field in the apps.
HEADINGS = {
    "housing_status": "Statut de logement",
    "activity": "Activité",
    "income_band": "Ressources mensuelles",
    "main_resource": "Ressource principale",
    "theme": "Thème",
    "age": "Âge",
    "decision": "Décision",
    "nationalite": "Nationalité",
    "protection": "Mesure de protection",
    "handicap": "Handicap reconnu",
    "langue": "Langue et interprète",
    "moyen": "Moyen",
    "duree": "Durée",
    "etat": "État",
}
ROUNDED = "effectifs et taux arrondis au multiple de {} inférieur, montants non publiés"
_MONTH = re.compile(r"\d{4}-(\d{2})")


def activity_tables(
    measures: Iterable[tuple[str, Measure]],
    span: Span,
    geography: Geography,
    *,
    source: str,
    thresholds: Thresholds = THRESHOLDS,
    earlier: Callable[[str], DataTable | None] = lambda code: None,
    past: Callable[[Measure, Period], Past] = lambda measure, period: {},
    on_measure: Callable[[Measure], None] = lambda measure: None,
) -> list[DataTable]:
    """For each chapter a table of key figures, then the tables of each measure by category, zone and commune.

    `earlier` gives the table of a code in the published edition of the year before, if there is one. Places are for
    whole years only: the same table at two dates of a year would give small counts away by difference (ADR 0006).
    `past`: what other publications said of a measure over the same year; measures that are parts of one another are
    protected together (ADR 0016).
    """
    by_code = dict(measures)
    if span.is_rounded:
        source = f"{source}{NBSP}; {ROUNDED.format(thresholds.count)}"
    geography = geography if span.is_whole_year else geography.without_places()
    headline: dict[Part, list[Row]] = {}
    details: dict[Part, list[DataTable]] = {}
    publications = [
        Publication(
            by_code,
            {},
            geography.zones,
            thresholds,
            partial(_past_of, past, period),
        )
        for period in (span.before, span.now)
    ]
    for code, measure in by_code.items():
        on_measure(measure)
        for period, publication in zip((span.before, span.now), publications, strict=True):
            publication.rows[code] = list(measure.compute(period, None))
    for code, measure in by_code.items():
        part = part_of(code)
        builder = _Builder(measure, chapter_of(code), span, geography, thresholds, source, publications)
        if builder.is_silent:
            continue
        rows = headline.setdefault(part, [])
        if builder.subject not in [row.label for row in rows]:
            rows.append(builder.headline())
        details.setdefault(part, []).extend(builder.tables())
    tables = []
    for part, rows in headline.items():
        tables.append(
            DataTable(
                code=f"{part}-cle",
                chapter=part.chapter,
                title=f"{part.label} : chiffres clés",
                heading="Indicateur",
                columns=span.columns,
                rows=tuple(row for row in rows if any(v.absent != Absence.UNAVAILABLE for v in row.values)),
                period=span.label,
                source=source,
            )
        )
        tables += details[part]
    tables = [with_earlier(table, earlier(table.code)) for table in tables if _says_something(table)]
    # The evolution of two rounded figures would say more than they do.
    return tables if span.is_rounded else [with_change(table) for table in tables]


def _says_something(table: DataTable) -> bool:
    """Sums of euros, in an edition that does not give them, would be a table of absences."""
    return any(value.absent != Absence.UNAVAILABLE for row in table.rows for value in row.values)


class _Builder:
    """One measure over both periods."""

    def __init__(
        self,
        measure: Measure,
        chapter: Chapter,
        span: Span,
        geography: Geography,
        thresholds: Thresholds,
        source: str,
        publications: Sequence[Publication],
    ) -> None:
        self.measure, self.chapter, self.span = measure, chapter, span
        self.geography, self.thresholds, self.source = geography, thresholds, source
        self.unit, self.decimals = UNITS[measure.unit]
        # None when the app has nothing for the period.
        self.before, self.now = (publication.protect(measure.code) for publication in publications)

    @property
    def subject(self) -> str:
        """What is counted, without how it is broken down: "Rendez-vous par mois" → "Rendez-vous"."""
        return self.measure.title.split(BREAKDOWN)[0].rstrip(",")

    @property
    def is_silent(self) -> bool:
        """The app counted nothing in either year: it is not in use."""
        return self.before is None and self.now is None

    def value(self, number: int | Decimal | None, base: int | None = None) -> Value:
        """A figure after secrecy; what will be told again exactly is told coarsely the first time (ADR 0016)."""
        is_sum = self.measure.unit == Unit.EURO and not self.measure.median
        if self.span.is_rounded and is_sum:
            return self.nothing
        if number is None:
            return masked(self.unit, self.decimals)
        return self._coarse(number, base) if self.span.is_rounded else self._exact(number, base)

    def _exact(self, number: int | Decimal, base: int | None) -> Value:
        return given(number, self.unit, self.decimals, base=base)

    def _coarse(self, number: int | Decimal, base: int | None) -> Value:
        """Counts and rates rounded down, means to the whole day; sums of euros are not given at all.

        Five points of a rate must be five cases at least: less, and its numerator could be one number only.
        """
        step, measure = self.thresholds.count, self.measure
        match measure.unit:
            case Unit.COUNT | Unit.RATE:
                if measure.unit == Unit.RATE and measure.counts_units and (base or 0) < 100:
                    return masked(self.unit, self.decimals)
                return given(int(number // step) * step, self.unit)
            case Unit.DAYS if not measure.median:
                return given(Decimal(number).quantize(Decimal(1), ROUND_HALF_UP), self.unit)
        return self._exact(number, None)

    @property
    def nothing(self) -> Value:
        return missing(Absence.UNAVAILABLE, self.unit, self.decimals)

    def headline(self) -> Row:
        """The measure over everything; "non disponible" when it has no meaning without its categories."""
        values = []
        for one in (self.before, self.now):
            if one is None:
                values.append(self.value(0) if self.measure.unit == Unit.COUNT else self.nothing)
            elif isinstance(one, ProtectedCounts):
                values.append(self.value(one.total) if self.measure.additive else self.nothing)
            else:
                whole = not self.measure.dimensions or self.measure.unit == Unit.RATE
                values.append(self.value(one.total, one.base) if whole else self.nothing)
        return Row(self.measure.code, self.subject, tuple(values), definition=self.measure.definition)

    def tables(self) -> Iterator[DataTable]:
        if self.now is None:
            return
        for name in self.measure.dimensions:
            if name == COMMUNE:
                yield from self._places()
            elif isinstance(self.now, ProtectedCounts):
                yield self._by_key(name)
            elif name == self.measure.dimensions[0]:
                yield self._numbers_by_key(name)

    def _table(
        self, suffix: str, title: str, heading: str, rows: Iterable[Row], columns: Sequence[tuple[str, str]]
    ) -> DataTable:
        return DataTable(
            code=table_code(self.measure, suffix),
            chapter=self.chapter,
            title=title,
            heading=heading,
            columns=tuple(columns),
            rows=tuple(rows),
            period=self.span.label,
            source=self.source,
            definition=self.measure.definition,
        )

    def _by_key(self, name: str) -> DataTable:
        before, now = (
            _by_month(one.by_key[name]) if isinstance(one, ProtectedCounts) else {}
            for one in (self.before, self.now)
        )
        rows = [
            Row(
                key,
                self.label(key),
                (self._counted(before, key, self.before), self._counted(now, key, self.now)),
            )
            for key in self.ordered({**before, **now})
        ]
        if self.measure.additive:
            totals = tuple(
                self.value(one.total) if isinstance(one, ProtectedCounts) else self.value(0)
                for one in (self.before, self.now)
            )
            rows.append(Row("total", "Ensemble", totals, is_total=True))
        title = (
            self.measure.title
            if len(self.measure.dimensions) == 1
            else f"{self.subject}, par {heading_of(name).lower()}"
        )
        return self._table(name, title, heading_of(name), rows, self.span.columns)

    def _counted(self, values: Mapping[str, int | None], key: str, one: object) -> Value:
        """A category that does not occur is a zero, unless zeros are themselves telling."""
        if key in values:
            return self.value(values[key])
        return masked() if self.measure.sensitive and one is not None else self.value(0)

    def _numbers_by_key(self, name: str) -> DataTable:
        years = [
            one if isinstance(one, ProtectedNumbers) else ProtectedNumbers(None, {})
            for one in (self.before, self.now)
        ]
        rows = [
            Row(
                key,
                self.label(key),
                tuple(
                    self.value(one.by_key[key], one.base_by_key.get(key))
                    if key in one.by_key
                    else self.nothing
                    for one in years
                ),
            )
            for key in self.ordered(key for one in years for key in one.by_key)
        ]
        if self.measure.unit == Unit.RATE:
            rows.append(replace(self.headline(), key="total", label="Ensemble", is_total=True, definition=""))
        return self._table(name, self.measure.title, heading_of(name), rows, self.span.columns)

    def _places(self) -> Iterator[DataTable]:
        """By zone over both years, by commune for the year counted only, with the rate per 1 000 inhabitants."""
        if (
            not isinstance(self.now, ProtectedCounts)
            or not self.now.by_commune
            or not self.geography.communes
        ):
            return
        before = self.before.by_zone if isinstance(self.before, ProtectedCounts) else {}
        zones = [zone for zone in self.geography.zone_names if zone in self.now.by_zone or zone in before]
        if self.geography.zones.of_commune:
            rows = [
                Row(
                    zone,
                    self.geography.zone_names[zone],
                    (self.value(before.get(zone, 0)), self.value(self.now.by_zone.get(zone, 0))),
                )
                for zone in zones
            ]
            total = (self.value(self._total(self.before)), self.value(self.now.total))
            rows.append(Row("total", "Ensemble", total, is_total=True))
            title = f"{self.subject}, par secteur"
            yield self._table(ZONES, title, "Secteur", rows, self.span.columns)
        yield self._communes(self.now)

    @staticmethod
    def _total(one: object) -> int | None:
        return one.total if isinstance(one, ProtectedCounts) else 0

    def _communes(self, now: ProtectedCounts) -> DataTable:
        rows = []
        for commune in self.geography.communes:
            value = self.value(now.by_commune.get(commune.code, 0))
            rate = masked(FUnit.PER_THOUSAND, 1)
            if value.number is not None and commune.population:
                rate = given(Decimal(1000) * value.number / commune.population, FUnit.PER_THOUSAND, 1)
            rows.append(Row(commune.code, typographic(commune.name), (value, rate)))
        for code in (OUTSIDE, UNKNOWN):
            if code in now.by_commune:
                no_rate = missing(Absence.NOT_APPLICABLE, FUnit.PER_THOUSAND, 1)
                rows.append(
                    Row(code, self.geography.zone_names[code], (self.value(now.by_commune[code]), no_rate))
                )
        whole = missing(Absence.NOT_APPLICABLE, FUnit.PER_THOUSAND, 1)
        rows.append(Row("total", "Ensemble", (self.value(now.total), whole), is_total=True))
        columns = (self.span.columns[1], ("rate", f"Pour 1{NBSP}000 habitants"))
        return self._table(COMMUNES, f"{self.subject}, par commune", "Commune", rows, columns)

    def ordered(self, keys: Iterable[str]) -> list[str]:
        """In the order of the labels (the app's own), then alphabetically; what is not filled in comes last."""
        known = {key: rank for rank, key in enumerate(self.measure.labels)}
        return sorted(set(keys), key=lambda key: (not key, known.get(key, len(known)), key))

    def label(self, key: str) -> str:
        if not key:
            return "Non renseigné"
        if key.isdigit() and 1 <= int(key) <= 12 and key not in self.measure.labels:
            return MONTHS[int(key) - 1].capitalize()
        return str(self.measure.labels.get(key, key))


def _past_of(past: Callable[[Measure, Period], Past], period: Period, measure: Measure) -> Past:
    return past(measure, period)


def heading_of(dimension: str) -> str:
    return HEADINGS.get(dimension, dimension.capitalize())


def _by_month(values: Mapping[str, int | None]) -> dict[str, int | None]:
    """Months of different years stand side by side: "2025-03" → "03"."""
    return {(found[1] if (found := _MONTH.fullmatch(key)) else key): value for key, value in values.items()}
