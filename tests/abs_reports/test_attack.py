"""S5, S6: nobody works out a masked figure from everything one report, or two editions, publish."""

import random
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abs_reports.compiling.activity import Geography, Span, activity_tables
from abs_reports.compiling.linked import Past, Seen, check_links
from abs_reports.compiling.protection import Zones
from abs_reports.tables import Book
from cias.core.periods import Period
from cias.core.registry import Measure, PartOf, Row, Unit, statistics
from cias.core.secrecy import suppression
from cias.core.secrecy.ties import Spot
from cias.territory.models import Commune
from tests.abs_reports.attack import Reader

ATTACKS = settings(max_examples=60, deadline=None)
Y2025 = Period.year(2025)
ZONE_OF = {"A": "north", "B": "north", "C": "south", "D": "south"}
COUNTS = {
    "sparse": st.sampled_from([0, 0, 0, 0, 1, 2, 3, 6, 9]),
    "small": st.integers(0, 4),
    "around the threshold": st.sampled_from([0, 1, 4, 5, 5, 6]),
    "typical": st.integers(0, 40),
    "large": st.sampled_from([0, 2, 50, 1000]),
}

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
        self, past: Mapping[str, Past] | None = None, measures: Mapping[str, Measure] | None = None
    ) -> Book:
        communes = [Commune(code=code, name=code, population=3000) for code in (*self.zone_of, "E")]
        names = {zone: zone for zone in (*self.zone_of.values(), "", "off")}
        geography = Geography(communes, Zones(self.zone_of), names)
        told = past or {}
        return Book(
            activity_tables(
                (measures or self.measures).items(),
                Span.of(Y2025),
                geography,
                source="Essai",
                past=lambda measure, period: told.get(measure.code, {}) if period == Y2025 else {},
            )
        )

    def reader(self, book: Book) -> Reader:
        return Reader(self.measures, self.rows, book, "2025", self.zone_of)


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


def persons(atoms: Atoms) -> Case:
    """Atoms: (commune, age, nationality). The persons followed by commune, by age and by a sensitive subject."""
    case = Case()
    followed = PartOf(code="persons.places")
    case.add("persons.places", rows_of(atoms, 0), "commune")
    case.add("persons.ages", rows_of(atoms, 1), "age", part_of=followed)
    case.add("persons.nationality", rows_of(atoms, 2), "nationality", part_of=followed, sensitive=True)
    return case


@st.composite
def atoms(draw, *characters: tuple[str, ...]):
    """How many of each kind."""
    pattern = COUNTS[draw(st.sampled_from(sorted(COUNTS)))]
    kinds: list[tuple[str, ...]] = [()]
    for keys in characters:
        chosen = keys[: draw(st.integers(1, len(keys)))]
        kinds = [(*kind, key) for kind in kinds for key in chosen]
    return {kind: draw(pattern) for kind in kinds}


HOUSEHOLDS = atoms(
    ("A", "B", "C", "off"), ("alone", "couple", "family"), ("known", "followed", "new"), ("own", "rent")
)
DECISIONS = atoms(("health", "food", "rent"), ("granted", "refused", "partial", "none"), ("A", "B", "C", "E"))


@given(HOUSEHOLDS)
@ATTACKS
def test_nothing_comes_out_of_a_part_and_its_whole(kinds: Atoms) -> None:
    case = households(kinds)
    assert not case.reader(case.publish()).works_out()


@given(DECISIONS)
@ATTACKS
def test_nothing_comes_out_of_rates_and_the_counts_they_divide(kinds: Atoms) -> None:
    case = decisions(kinds)
    assert not case.reader(case.publish()).works_out()


@given(atoms(("A", "B", "C", "E", "off"), ("child", "adult", "old"), ("french", "european", "other")))
@ATTACKS
def test_nothing_comes_out_of_the_breakdowns_of_the_same_persons(kinds: Atoms) -> None:
    case = persons(kinds)
    book = case.publish()
    assert not case.reader(book).works_out()
    table = book.get("persons-nationality-nationality")
    if table:
        values = [row.values[table.column("2025")].number for row in table.rows]
        assert all(value is None or value >= 11 for value in values)


def told(case: Case, book: Book) -> dict[str, dict[Spot, list[Seen]]]:
    """What a book said, as history gives it back."""
    from abs_reports.compiling.history import KEY_FIGURES, _past

    said: dict[tuple[str, str], list[Seen]] = {}
    for table in book.tables:
        for row in table.rows:
            value = row.values[table.column("2025")]
            if value.number is None and value.absent != "masked":
                continue
            code = KEY_FIGURES if table.code.endswith(KEY_FIGURES) else table.code
            said.setdefault((code, row.key), []).append(Seen(value.number, value.base))
    return {code: _past(measure, said, 2025, Zones(ZONE_OF)) for code, measure in case.measures.items()}


@given(HOUSEHOLDS, st.lists(st.tuples(st.integers(0, 71), st.sampled_from([-3, -1, 1, 2, 7])), max_size=3))
@ATTACKS
def test_nothing_comes_out_of_a_correction(kinds: Atoms, corrections: list[tuple[int, int]]) -> None:
    """What both editions say alike is held for unchanged; the rest of the second one stays safe."""
    first = households(kinds)
    before = first.publish()
    corrected = dict(kinds)
    for rank, change in corrections:
        kind = list(corrected)[rank % len(corrected)]
        corrected[kind] = max(0, corrected[kind] + change)
    second = households(corrected)
    after = second.publish(told(first, before))
    old, new = first.reader(before), second.reader(after)
    for figure in new.shown & old.shown:
        assert not 0 < abs(new.truth[figure] - old.truth[figure]) < 5, figure
    new.remembered = {f for f in old.shown if new.truth.get(f) == old.truth[f]}
    assert not new.works_out()


def test_nothing_comes_out_of_a_whole_territory() -> None:
    """A town, some boroughs and many villages in four sectors, with the numbers of a real year."""
    chance = random.Random(28)
    communes = [f"{rank:02d}" for rank in range(30)]
    weights = [400, 60, 50, *(chance.choice([1, 2, 4, 9]) for _ in communes[3:])]
    zones = {code: f"z{rank % 4}" for rank, code in enumerate(communes) if rank > 2}
    atoms: dict[tuple[str, ...], int] = {}
    for _ in range(900):
        kind = (
            chance.choices([*communes, "off"], [*weights, 8])[0],
            chance.choices(["alone", "couple", "family", "single parent", "other"], [50, 15, 18, 15, 2])[0],
            chance.choices(["known", "followed", "new"], [40, 45, 15])[0],
            chance.choices(["own", "rent", "social", "street", "lodged"], [10, 30, 45, 3, 12])[0],
        )
        atoms[kind] = atoms.get(kind, 0) + 1
    case = households(atoms)
    case.zone_of = zones
    book = case.publish()
    assert not case.reader(book).works_out()
    # It is published to be read: the totals and most of the categories are there.
    shown = case.reader(book).shown
    assert {(code, "total") for code in case.measures} <= shown
    assert len([figure for figure in shown if figure[1] == "composition"]) >= 8


class TestTheAttackerWins:
    """It must be able to: without what protects, the figures come out."""

    KINDS: Atoms = {
        ("A", "alone", "known", "own"): 30,
        ("A", "alone", "followed", "own"): 40,
        ("B", "couple", "known", "rent"): 3,
        ("B", "couple", "followed", "rent"): 57,
        ("C", "alone", "new", "own"): 25,
        ("C", "couple", "new", "rent"): 2,
        ("C", "family", "followed", "own"): 33,
    }

    def test_without_secondary_suppression(self, monkeypatch) -> None:
        case = households(self.KINDS)
        assert not case.reader(case.publish()).works_out()

        def only_small(self, figures):
            return dict.fromkeys(figures)

        monkeypatch.setattr(suppression.Suppression, "hide", only_small)
        assert case.reader(case.publish()).works_out()

    def test_without_links(self) -> None:
        """Sixty known and fifty-seven followed in a commune leave three."""
        from dataclasses import replace

        case = households(self.KINDS)
        alone = {code: replace(measure, part_of=None) for code, measure in case.measures.items()}
        found = case.reader(case.publish(measures=alone)).works_out()
        assert ("households.active", "rest", "commune", "B") in found

    def test_with_rates_protected_alone(self) -> None:
        from dataclasses import replace

        kinds: Atoms = {
            ("health", "granted", "A"): 30,
            ("health", "refused", "A"): 28,
            ("food", "granted", "B"): 50,
            ("food", "refused", "B"): 3,
            ("food", "partial", "B"): 6,
            ("rent", "granted", "C"): 20,
            ("rent", "refused", "C"): 6,
        }
        case = decisions(kinds)
        assert not case.reader(case.publish()).works_out()
        alone = {code: replace(measure, part_of=None) for code, measure in case.measures.items()}
        book = case.publish(measures=alone)
        assert case.reader(book).works_out() or book["rights-refusals-nature"].foot

    def test_without_memory_of_editions(self) -> None:
        first = households(self.KINDS)
        before = first.publish()
        second = households({**self.KINDS, ("A", "alone", "followed", "own"): 42})
        figure = ("households.known", "commune", "A")
        old, forgetful = first.reader(before), second.reader(second.publish())
        assert figure in old.shown & forgetful.shown  # 70 then 72: two came
        assert figure not in second.reader(second.publish(told(first, before))).shown


def test_the_links_of_the_apps_hold() -> None:
    check_links(dict(statistics.items()))
    for code, measure in statistics.items():
        if measure.part_of:
            assert measure.part_of.code in statistics, code


def test_a_link_in_a_circle_is_refused() -> None:
    case = Case()
    case.add("a.x", [], "commune", part_of=PartOf(code="a.y"))
    case.add("a.y", [], "commune", part_of=PartOf(code="a.x"))
    with pytest.raises(ValueError, match="circle"):
        check_links(case.measures)
