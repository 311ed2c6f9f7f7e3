"""What the board's dashboard shows of a frozen period: figures, charts, and where they stop. Reads tables only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from abs_reports.compiling.comparison import BREAK_NOTE
from abs_reports.compiling.history import COMMUNES, ZONES
from abs_reports.enums import FigureUnit
from abs_reports.models import Report
from abs_reports.rendering.drawing import Shapes, bars, commune_map
from abs_reports.tables import Book, DataTable, Value
from cias.core.charts import Chart, Measure
from cias.core.french import NBSP, percent
from cias.dashboard.origins import Origin, measure_origin, origin_of
from cias.dashboard.trends import TREND, Edition, Trend, quarterly, yearly
from cias.territory.models import Zone

CARDS = 4
# The measures the board wants first, as far as the apps count them: (table of key figures, row, label).
KEY_FIGURES = (
    ("activity-cle", "households.active", "Ménages suivis"),
    ("activity-cle", "appointments.delay_median", "Délai d’obtention d’un rendez-vous"),
    ("rights-cle", "rights.transmitted", "Dossiers de droits transmis"),
    ("accommodation-cle", "housing.occupancy", "Occupation des hébergements"),
    ("insertion-cle", "insertion.accompanied", "Personnes accompagnées vers l’insertion"),
    ("activity-cle", "appointments.count", "Rendez-vous"),
)
DEMANDS = ("appointments-count-motif",)
# What access to rights brought, and what people do not ask for (R7): the table, and the sign of its unit.
RIGHTS = (("rights-rights-opened-droit", ""), ("rights-euros-droit", "€"), ("rights-non-take-up-motif", ""))
PLACES = "households-active"
# All that is read of an edition; its quarters are those of a dashboard.
TABLES = frozenset(
    {code for code, _row, _label in KEY_FIGURES}
    | {*DEMANDS, *(code for code, _sign in RIGHTS), TREND, f"{PLACES}-{COMMUNES}", f"{PLACES}-{ZONES}"}
)
NEW = "nouvelle définition\u00a0: pas de comparaison"
RATE = Measure(f"pour 1{NBSP}000 habitants", decimals=1)


@dataclass(frozen=True)
class Card:
    """One big number: `unit` in small type, `remark` under it."""

    label: str
    number: str
    unit: str
    remark: str
    origin: Origin


@dataclass(frozen=True)
class Shown:
    """A chart and where its figures come from."""

    chart: Chart
    origin: Origin


@dataclass(frozen=True)
class BoardPage:
    """`places_of` is the edition of the map, the last of a whole year; `zones` its figures by fixed grouping.

    `years`: the key figures from one whole year to the next.
    """

    cards: Sequence[Card]
    charts: Sequence[Shown]
    rights: Sequence[Shown]
    map: Shown | None
    zones: DataTable | None
    zones_origin: Origin
    places_of: Report | None
    trend: Trend | None
    years: Sequence[Trend]

    @classmethod
    def of(cls, editions: Sequence[Edition], quarters: Sequence[Edition], zone: Zone | None) -> Self:
        """`editions`: the period shown, then those of the years before, newest first; `quarters`: those that tell the
        quarters of these years, oldest first."""
        report, book = editions[0]
        whole = next(((one, tables) for one, tables in editions if one.is_whole_year), None)
        places = whole[1].get(f"{PLACES}-{COMMUNES}") if whole else None
        zones = whole[1].get(f"{PLACES}-{ZONES}") if whole else None
        oldest_first = list(reversed(editions))
        years = (yearly(oldest_first, code, row, label) for code, row, label in KEY_FIGURES)
        return cls(
            cards=cards(book, report),
            charts=[_compared(table, report) for code in DEMANDS if (table := _drawn(book, code))],
            rights=[_compared(table, report, sign) for code, sign in RIGHTS if (table := _drawn(book, code))],
            map=places_map(places, zone, whole[0]) if places and whole else None,
            zones=zones,
            zones_origin=origin_of(zones, whole[0], territory="Par secteur") if zones and whole else (),
            places_of=whole[0] if whole else None,
            trend=quarterly(quarters),
            years=[one for one in years if one],
        )


def _drawn(book: Book, code: str) -> DataTable | None:
    """The table, when it has anything to draw: a chart where all is masked shows nothing but its legend."""
    table = book.get(code)
    if table is None or all(row.values[1].number is None for row in table.body):
        return None
    return table


def _compared(table: DataTable, report: Report, sign: str = "") -> Shown:
    """A bar a row, with the year before as a mark unless it counted something else."""
    before, now = (column for column, _label in table.columns[:2])
    chart = bars(
        table,
        now,
        title=table.title,
        measure=Measure("", sign),
        before="" if BREAK_NOTE in table.definition else before,
        evolution=not report.is_rounded,
    )
    return Shown(chart, origin_of(table, report))


def cards(book: Book, report: Report) -> list[Card]:
    found: list[Card] = []
    for code, row, label in KEY_FIGURES:
        table = book.get(code)
        if table and any(own.key == row for own in table.rows) and len(found) < CARDS:
            own = table.row(row)
            before, now = own.values[:2]
            if now.number is not None:
                remark = NEW if BREAK_NOTE in own.definition else _remark(before, now, report)
                found.append(Card(label, *_split(now), remark, measure_origin(table, row, report)))
    return found


def _split(value: Value) -> tuple[str, str]:
    """The number and its unit, written smaller."""
    if value.unit == FigureUnit.DAYS:
        return value.text.removesuffix(
            ",0"
        ), "jours" if value.number is not None and value.number >= 2 else "jour"
    if value.unit == FigureUnit.PERCENT:
        return value.text.removesuffix(f"{NBSP}%"), "%"
    return value.text, ""


def _remark(before: Value, now: Value, report: Report) -> str:
    """The year before, over the same months."""
    if before.number is None or now.number is None:
        return ""
    same = str(report.year - 1) if report.is_whole_year else f"aux mêmes mois de {report.year - 1}"
    if now.unit == FigureUnit.COUNT and before.number and not report.is_rounded:
        change = percent((now.number / before.number - 1) * 100, signed=True)
        return f"{change} par rapport à {same}" if report.is_whole_year else f"{change} par rapport {same}"
    unit = " jours" if now.unit == FigureUnit.DAYS else ""
    shown = before.text.removesuffix(",0")
    return f"{shown}{unit} en {same}" if report.is_whole_year else f"{shown}{unit} {same}"


def places_map(table: DataTable, zone: Zone | None, report: Report) -> Shown:
    """Households for 1 000 inhabitants, by commune; only those of the zone when one is chosen."""
    shapes = Shapes.load()
    if zone is not None:
        codes = set(zone.communes.values_list("code", flat=True))
        shapes = Shapes(
            {code: shape for code, shape in shapes.geometries.items() if code in codes}, list(codes)
        )
    chart = commune_map(
        table,
        "rate",
        shapes,
        title="Où vivent les ménages suivis",
        measure=RATE,
        subtitle=f"pour 1{NBSP}000 habitants, {table.period.lower()}",
    )
    return Shown(chart, origin_of(table, report, territory=zone.name if zone else "Par commune"))
