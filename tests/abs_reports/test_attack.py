"""S5, S6: nobody works out a masked figure from everything one report, or two editions, publish."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.abs_reports.cases import Atoms, decisions, households, persons, told, workshops

ATTACKS = settings(max_examples=60, deadline=None)
COUNTS = {
    "sparse": st.sampled_from([0, 0, 0, 0, 1, 2, 3, 6, 9]),
    "small": st.integers(0, 4),
    "around the threshold": st.sampled_from([0, 1, 4, 5, 5, 6]),
    "typical": st.integers(0, 40),
    "large": st.sampled_from([0, 2, 50, 1000]),
}


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


@given(atoms(("budget", "energy", "rights"), ("present", "walk_in", "excused", "unexcused"), ("x", "y")))
@ATTACKS
def test_nothing_comes_out_of_seats_presences_and_absences(kinds: Atoms) -> None:
    case = workshops(kinds)
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


LATE = st.lists(st.tuples(st.integers(0, 71), st.sampled_from([-3, -1, 1, 2, 7])), max_size=4)


def with_late_entries(kinds: Atoms, entries: list[tuple[int, int]]) -> Atoms:
    later = dict(kinds)
    for rank, change in entries:
        kind = list(later)[rank % len(later)]
        later[kind] = max(0, later[kind] + change)
    return later


@given(HOUSEHOLDS, LATE)
@ATTACKS
def test_nothing_comes_out_of_a_dashboard_and_the_report_that_follows(
    kinds: Atoms, entries: list[tuple[int, int]]
) -> None:
    """In January rounded figures, later exact ones; between them, late entries or none."""
    january, later = households(kinds), households(with_late_entries(kinds, entries))
    dashboard = january.publish(dashboard=True)
    report = later.publish(told(january, dashboard, dashboard=True))
    assert not later.reader(report, dashboard).works_out()


@given(DECISIONS, LATE)
@ATTACKS
def test_nothing_comes_out_of_rounded_rates_and_the_report_that_follows(
    kinds: Atoms, entries: list[tuple[int, int]]
) -> None:
    january, later = decisions(kinds), decisions(with_late_entries(kinds, entries))
    dashboard = january.publish(dashboard=True)
    report = later.publish(told(january, dashboard, dashboard=True))
    assert not later.reader(report, dashboard).works_out()


@given(HOUSEHOLDS)
@ATTACKS
def test_a_report_after_its_dashboard_masks_nothing_more(kinds: Atoms) -> None:
    """When nothing was entered late, what the dashboard rounds the report shows: it is left as it would be alone."""
    case = households(kinds)
    dashboard = case.publish(dashboard=True)
    assert case.publish(told(case, dashboard, dashboard=True)).tables == case.publish().tables


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
