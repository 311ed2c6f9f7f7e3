"""A set small enough to count by hand."""

from datetime import date

import pytest

from cias.core.periods import Period
from cias.core.registry import Row
from housing.enums import ExitOutcome, Scheme
from housing.lodging import statistics
from housing.lodging.timeline import Kind, build_timeline, unit_of
from housing.models import Unavailability
from tests.factories import CommuneFactory, DwellingFactory, PlaceFactory, StayFactory

pytestmark = pytest.mark.django_db
JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))


@pytest.fixture
def two_places():
    """June 2026, 30 nights: A taken 1–20 and shut 26–30; B open from the 11th, taken from the 16th."""
    dwelling = DwellingFactory(opened_on=date(2024, 1, 1))
    a = PlaceFactory(dwelling=dwelling, label="A")
    b = PlaceFactory(dwelling=dwelling, label="B", start=date(2026, 6, 11))
    StayFactory(place=a, start=date(2026, 5, 2), planned_end=date(2026, 6, 20), end=date(2026, 6, 20),
                outcome=ExitOutcome.SOCIAL)  # fmt: skip
    StayFactory(place=b, start=date(2026, 6, 16), planned_end=date(2026, 9, 15))
    Unavailability.objects.create(place=a, start=date(2026, 6, 26), end=date(2026, 7, 5), reason="works")
    return a, b


def test_nights_are_counted_as_one_would_on_fingers(two_places) -> None:
    # Open: A 30 + B 20; shut: A 5 → 45. Taken: A 20 (1–20) + B 15 (16–30) → 35.
    assert statistics.capacity_nights(JUNE, None) == {Scheme.TEMPORARY: 45}
    assert statistics.occupied_nights(JUNE, None) == {Scheme.TEMPORARY: 35}
    assert list(statistics.occupancy(JUNE, None)) == [Row((Scheme.TEMPORARY,), 35, 45)]


def test_entries_exits_and_lengths(two_places) -> None:
    assert list(statistics.entries(JUNE, None)) == [Row((Scheme.TEMPORARY,), 1, 1)]
    assert list(statistics.exits(JUNE, None)) == [Row((ExitOutcome.SOCIAL,), 1, 1)]
    assert list(statistics.durable_exits(JUNE, None)) == [Row((), 1, 1)]
    # 2 May to 20 June, both included: 30 + 20 nights.
    assert list(statistics.average_stay(JUNE, None)) == [Row((), 50, 1)]
    assert list(statistics.housed_households(JUNE, None)) == [Row((Scheme.TEMPORARY,), 2, 2)]


def test_figures_of_another_commune_are_empty(two_places) -> None:
    elsewhere = frozenset({CommuneFactory(luce=True).code})
    assert statistics.capacity_nights(JUNE, elsewhere) == {}
    assert list(statistics.average_stay(JUNE, elsewhere)) == []


def test_an_empty_period_gives_no_figure_rather_than_zero() -> None:
    assert list(statistics.durable_exits(JUNE, None)) == []
    assert list(statistics.occupancy(JUNE, None)) == []


def test_units_are_thirds_of_a_month() -> None:
    origin = date(2026, 6, 1)
    assert [unit_of(date(2026, 6, day), origin) for day in (1, 10, 11, 20, 21, 30)] == [0, 0, 1, 1, 2, 2]
    assert unit_of(date(2026, 7, 31), origin) == 5


def test_each_row_of_the_timeline_fills_its_columns(two_places) -> None:
    timeline = build_timeline(two_places, date(2026, 6, 15), 3, today=date(2026, 6, 22))
    assert [month.month for month in timeline.months] == [6, 7, 8]
    for row in timeline.rows:
        assert sum(cell.span for cell in row.cells) == 9
    first, second = timeline.rows
    assert [(cell.kind, cell.span) for cell in first.cells] == [(Kind.STAY, 2), (Kind.OFF, 2), (Kind.FREE, 5)]
    assert [(cell.kind, cell.span) for cell in second.cells] == [(Kind.CLOSED, 1), (Kind.STAY, 8)]


def test_a_contract_over_without_exit_is_shown_as_overdue(two_places) -> None:
    timeline = build_timeline(two_places, date(2026, 9, 1), 3, today=date(2026, 11, 22))
    assert (Kind.OVERDUE, 9) in [(cell.kind, cell.span) for cell in timeline.rows[1].cells]
