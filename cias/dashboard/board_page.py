"""What the board's dashboard shows of a frozen period: figures, charts, and where they stop. Reads tables only."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from abs_reports.enums import FigureUnit
from abs_reports.models import Report
from abs_reports.rendering.drawing import Shapes, bars, commune_map
from abs_reports.tables import Book, DataTable, Value
from cias.core.charts import Break, Chart, Measure, Series, line_chart
from cias.core.french import NBSP, percent
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
TREND = "trimestres-appointments-households"
HOUSEHOLDS = Measure("ménages", singular="ménage")
RATE = Measure(f"pour 1{NBSP}000 habitants", decimals=1)
QUARTERS = ("T1", "T2", "T3", "T4")

type Edition = tuple[Report, Book]


@dataclass(frozen=True)
class Card:
    """One big number: `unit` in small type, `remark` under it."""

    label: str
    number: str
    unit: str
    remark: str


@dataclass(frozen=True)
class BoardPage:
    """`places_year` is the year of the map, the last whole one; `zone_figures` the row of the zone chosen."""

    cards: Sequence[Card]
    charts: Sequence[Chart]
    rights: Sequence[Chart]
    map: Chart | None
    zones: DataTable | None
    places_year: int | None
    trend: Chart | None

    @classmethod
    def of(cls, editions: Sequence[Edition], zone: Zone | None) -> Self:
        """`editions`: the period shown, then those of the years before, newest first."""
        report, book = editions[0]
        whole = next(((one, tables) for one, tables in editions if one.is_whole_year), None)
        places = whole[1].get(f"{PLACES}-communes") if whole else None
        return cls(
            cards=cards(book, report),
            charts=[_compared(table) for code in DEMANDS if (table := book.get(code))],
            rights=[_compared(table, sign) for code, sign in RIGHTS if (table := book.get(code))],
            map=places_map(places, zone) if places else None,
            zones=whole[1].get(f"{PLACES}-secteurs") if whole else None,
            places_year=whole[0].year if whole else None,
            trend=trend(list(reversed(editions))),
        )


def _compared(table: DataTable, sign: str = "") -> Chart:
    """A bar a row, with the year before as a mark."""
    before, now = (column for column, _label in table.columns[:2])
    return bars(table, now, title=table.title, measure=Measure("", sign), before=before)


def cards(book: Book, report: Report) -> list[Card]:
    found: list[Card] = []
    for code, row, label in KEY_FIGURES:
        table = book.get(code)
        if table and any(own.key == row for own in table.rows) and len(found) < CARDS:
            before, now = table.row(row).values[:2]
            if now.number is not None:
                found.append(Card(label, *_split(now), _remark(before, now, report)))
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
    if now.unit == FigureUnit.COUNT and before.number:
        change = percent((now.number / before.number - 1) * 100, signed=True)
        return f"{change} par rapport à {same}" if report.is_whole_year else f"{change} par rapport {same}"
    unit = " jours" if now.unit == FigureUnit.DAYS else ""
    shown = before.text.removesuffix(",0")
    return f"{shown}{unit} en {same}" if report.is_whole_year else f"{shown}{unit} {same}"


def places_map(table: DataTable, zone: Zone | None) -> Chart:
    """Households for 1 000 inhabitants, by commune; only those of the zone when one is chosen."""
    shapes = Shapes.load()
    if zone is not None:
        codes = set(zone.communes.values_list("code", flat=True))
        shapes = Shapes(
            {code: shape for code, shape in shapes.geometries.items() if code in codes}, list(codes)
        )
    return commune_map(
        table,
        "rate",
        shapes,
        title="Où vivent les ménages suivis",
        measure=RATE,
        subtitle=f"pour 1{NBSP}000 habitants, {table.period.lower()}",
    )


def trend(editions: Sequence[Edition]) -> Chart | None:
    """Quarters of the years given, oldest first. A year whose definition differs from the one before is "
    "a break."""
    values: list[Decimal | None] = []
    groups: list[tuple[str, int]] = []
    breaks: list[Break] = []
    definition = ""
    title = ""
    for report, book in editions:
        table = book.get(TREND)
        if table is None:
            continue
        if definition and table.definition != definition:
            breaks.append(Break(len(values), "nouvelle définition"))
        definition, title = table.definition, table.title
        values += [row.values[0].number for row in table.body]
        groups.append((str(report.year), len(table.body)))
    if not groups:
        return None
    periods = [quarter for _year, count in groups for quarter in QUARTERS[:count]]
    return line_chart(
        "tendance",
        title,
        periods,
        [Series("Ménages", tuple(values))],
        measure=HOUSEHOLDS,
        category="Trimestre",
        groups=groups,
        breaks=breaks,
        note="Un ménage reçu à deux trimestres compte dans chacun : les trimestres ne s’additionnent pas.",
    )
