"""What a CIAS counts, small enough to be attacked: measures with their rows, and what is published of them."""

from collections.abc import Iterable, Mapping

from abs_reports.compiling.activity import activity_tables
from abs_reports.compiling.frame import Geography, Span
from abs_reports.compiling.history import KEY_FIGURES, _past, in_bounds
from abs_reports.compiling.linked import Past, Seen
from abs_reports.compiling.protection import Zones
from abs_reports.tables import Book
from cias.core.periods import Period
from cias.core.registry import Measure, PartOf, Row, Unit
from cias.core.secrecy.ties import Spot
from cias.territory.models import Commune
from tests.abs_reports.attack import Reader

Y2025 = Period.year(2025)
ZONE_OF = {"A": "north", "B": "north", "C": "south", "D": "south"}

type Atoms = Mapping[tuple[str, ...], int]


def rows_of(atoms: Atoms, *ranks: int, where: Mapping[int, Iterable[str]] | None = None) -> list[Row]:
    """The rows of a measure that counts the atoms by the characters of these ranks."""
    found: dict[tuple[str, ...], int] = {}
    for atom, count in atoms.items():
        if all(atom[rank] in keys for rank, keys in (where or {}).items()):
            key = tuple(atom[rank] for rank in ranks)
            found[key] = found.get(key, 0) + count
    return [Row(key, count, count) for key, count in found.items() if count]


class Case:
    """Measures with their rows of 2025, and what is published of them."""

    def __init__(self) -> None:
        self.measures: dict[str, Measure] = {}
        self.rows: dict[str, list[Row]] = {}
        self.zone_of = ZONE_OF

    def add(self, code: str, rows: list[Row], *dimensions: str, unit: Unit = Unit.COUNT, **more) -> None:
        def compute(period: Period, territory: object) -> list[Row]:
            return rows if period == Y2025 else []

        self.rows[code] = rows
        self.measures[code] = Measure(
            code=code,
            title=code,
            definition="Essai.",
            unit=unit,
            compute=compute,
            dimensions=dimensions,
            **more,
        )

    def publish(
        self,
        past: Mapping[str, Past] | None = None,
        measures: Mapping[str, Measure] | None = None,
        *,
        dashboard: bool = False,
    ) -> Book:
        communes = [Commune(code=code, name=code, population=3000) for code in (*self.zone_of, "E")]
        names = {zone: zone for zone in (*self.zone_of.values(), "", "off")}
        geography = Geography(communes, Zones(self.zone_of), names)
        told = past or {}
        return Book(
            activity_tables(
                (measures or self.measures).items(),
                Span.of(Y2025, provisional=dashboard),
                geography,
                source="Essai",
                past=lambda measure, period: told.get(measure.code, {}) if period == Y2025 else {},
            )
        )

    def reader(self, book: Book, dashboard: Book | None = None) -> Reader:
        return Reader(self.measures, self.rows, book, "2025", self.zone_of, dashboard=dashboard)


def households(atoms: Atoms) -> Case:
    """Atoms: (commune, composition, stage, housing). Known ⊃ followed ⊃ new, and the followed by housing."""
    case = Case()
    places = ("commune", "composition")
    case.add("households.known", rows_of(atoms, 0, 1), *places)
    case.add(
        "households.active",
        rows_of(atoms, 0, 1, where={2: ("followed", "new")}),
        *places,
        part_of=PartOf(code="households.known", exact=False),
    )
    case.add(
        "households.opened",
        rows_of(atoms, 0, 1, where={2: ("new",)}),
        *places,
        part_of=PartOf(code="households.active", exact=False),
    )
    case.add(
        "households.housing",
        rows_of(atoms, 3, where={2: ("followed", "new")}),
        "housing",
        part_of=PartOf(code="households.active"),
    )
    return case


def decisions(atoms: Atoms) -> Case:
    """Atoms: (nature, decision, commune). Decisions, grants by commune, rate of refusals, share of the nature."""
    case = Case()
    case.add("rights.decisions", rows_of(atoms, 0, 1), "nature", "decision")
    case.add(
        "rights.granted",
        rows_of(atoms, 2, where={1: ("granted", "partial")}),
        "commune",
        part_of=PartOf(code="rights.decisions", dimension="decision", keys=frozenset({"granted", "partial"})),
    )
    natures = {key[0] for key, count in atoms.items() if count}
    refused = {row.keys[0]: row.count for row in rows_of(atoms, 0, where={1: ("refused",)})}
    whole = {row.keys[0]: row.count for row in rows_of(atoms, 0)}
    case.add(
        "rights.refusals",
        [Row((nature,), refused.get(nature, 0), whole[nature]) for nature in sorted(natures)],
        "nature",
        unit=Unit.RATE,
        part_of=PartOf(code="rights.decisions", dimension="decision", numerator=frozenset({"refused"})),
    )
    here = {row.keys[0]: row.count for row in rows_of(atoms, 0, where={2: ("A",)})}
    case.add(
        "rights.urgent",
        [Row((nature,), here.get(nature, 0), whole[nature]) for nature in sorted(natures)],
        "nature",
        unit=Unit.RATE,
        part_of=PartOf(code="rights.decisions"),
    )
    return case


def workshops(atoms: Atoms) -> Case:
    """Atoms: (subject, presence, theme). Who held a seat, who came, some without one; the rate of those who did not."""
    case = Case()
    seated, came = ("present", "excused", "unexcused"), ("present", "walk_in")
    case.add("workshops.outcomes", rows_of(atoms, 0, 1), "subject", "presence")
    for code, keys in (("registered", seated), ("present", came)):
        case.add(
            f"workshops.{code}",
            rows_of(atoms, 0, 2, where={1: keys}),
            *("subject", "theme"),
            part_of=PartOf(code="workshops.outcomes", dimension="presence", keys=frozenset(keys)),
        )
    held = sum(count for atom, count in atoms.items() if atom[1] in seated)
    missed = sum(count for atom, count in atoms.items() if atom[1] == "unexcused")
    case.add(
        "workshops.no_show",
        [Row((), missed, held)] if held else [],
        unit=Unit.RATE,
        part_of=PartOf(
            code="workshops.outcomes",
            dimension="presence",
            keys=frozenset(seated),
            numerator=frozenset({"unexcused"}),
        ),
    )
    return case


def persons(atoms: Atoms) -> Case:
    """Atoms: (commune, age, nationality). The persons followed by commune, by age and by a sensitive subject."""
    case = Case()
    followed = PartOf(code="persons.places")
    case.add("persons.places", rows_of(atoms, 0), "commune")
    case.add("persons.ages", rows_of(atoms, 1), "age", part_of=followed)
    case.add("persons.nationality", rows_of(atoms, 2), "nationality", part_of=followed, sensitive=True)
    return case


def told(case: Case, book: Book, *, dashboard: bool = False) -> dict[str, dict[Spot, list[Seen]]]:
    """What a book said, as history gives it back."""
    said: dict[tuple[str, str], list[Seen]] = {}
    for table in book.tables:
        for row in table.rows:
            value = row.values[table.column("2025")]
            if value.number is None and (dashboard or value.absent != "masked"):
                continue
            code = KEY_FIGURES if table.code.endswith(KEY_FIGURES) else table.code
            seen = in_bounds(value.number, 5, whole=True) if dashboard else Seen(value.number, value.base)
            said.setdefault((code, row.key), []).append(seen)
    return {code: _past(measure, said, 2025, Zones(ZONE_OF)) for code, measure in case.measures.items()}
