"""A set small enough to count by hand."""

from datetime import date

import pytest
from django.urls import reverse

from cias.core.periods import Period
from cias.core.registry import Row
from housing.enums import ExitOutcome, Scheme
from housing.lodging import nights, statistics
from housing.lodging.capacity import capacity_of
from housing.lodging.figures import figures_of
from housing.lodging.timeline import Kind, build_timeline, unit_of
from housing.models import Unavailability
from tests.factories import (
    CommuneFactory,
    DwellingFactory,
    LodgingRequestFactory,
    PlaceFactory,
    ProposalFactory,
    StayFactory,
)

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
    assert nights.capacity_nights(JUNE, None) == {Scheme.TEMPORARY: 45}
    assert nights.occupied_nights(JUNE, None) == {Scheme.TEMPORARY: 35}
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
    assert nights.capacity_nights(JUNE, elsewhere) == {}
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


def test_gaps_say_how_many_nights_they_last(two_places) -> None:
    a, _ = two_places
    StayFactory(place=a, start=date(2026, 8, 1), planned_end=date(2026, 10, 31))
    row = build_timeline([a], date(2026, 6, 1), 6, today=date(2026, 6, 22)).rows[0]
    gap = row.cells[2]
    # Works until 5 July, somebody on 1 August: 26 nights in between, the place can be proposed from the 6th.
    assert (gap.kind, gap.nights, gap.entry) == (Kind.FREE, 26, date(2026, 7, 6))
    assert [cell.kind for cell in row.cells] == [Kind.STAY, Kind.OFF, Kind.FREE, Kind.COMING, Kind.FREE]
    assert row.free_nights == 26 + 5 + 30  # 21 to 25 June, too short for a unit of its own, is not a cell


def test_what_is_proposed_and_what_ends_soon_are_shown(two_places) -> None:
    a, b = two_places
    proposal = ProposalFactory(place=a, available_on=date(2026, 7, 10))
    a.held_proposals = [proposal]
    timeline = build_timeline([a, b], date(2026, 6, 1), 6, today=date(2026, 6, 22), soon=lambda scheme: 90)
    assert timeline.rows[0].cells[-1].proposal == proposal
    assert timeline.rows[0].cells[-1].kind == Kind.PROPOSED
    assert Kind.SOON in [cell.kind for cell in timeline.rows[1].cells]


class TestKeyFigures:
    """June 2026 counted by hand on the two places, a third one sublet, and a fourth household."""

    @pytest.fixture
    def june(self, two_places):
        flat = PlaceFactory(dwelling=DwellingFactory(scheme=Scheme.SUBLET, opened_on=date(2026, 1, 1)))
        for start, end, outcome in (
            (date(2026, 1, 5), date(2026, 5, 31), ExitOutcome.PRIVATE),
            (date(2026, 6, 11), date(2026, 6, 30), ExitOutcome.EVICTED),
        ):
            StayFactory(place=flat, start=start, planned_end=end, end=end, outcome=outcome)
        # Ten days between the two, four of works.
        Unavailability.objects.create(
            place=flat, start=date(2026, 6, 3), end=date(2026, 6, 6), reason="works"
        )
        LodgingRequestFactory(requested_on=date(2026, 6, 3))
        LodgingRequestFactory(
            requested_on=date(2026, 5, 3), state="refused", settled_on=date(2026, 6, 9), refusal_reason="permit",
            refusal_detail="x", orientation="siao",
        )  # fmt: skip
        ProposalFactory(
            place=flat, answer="declined", reason="cost", proposed_on=date(2026, 6, 1), answer_by=date(2026, 6, 5),
            answered_on=date(2026, 6, 4), request__requested_on=date(2026, 5, 20), request__state="waiting",
        )  # fmt: skip
        return figures_of(JUNE)

    def test_occupancy(self, june) -> None:
        lines = {line.code: line for line in june.lines}
        temporary, sublet = lines[Scheme.TEMPORARY], lines[Scheme.SUBLET]
        assert (temporary.nights.opened, temporary.nights.off, temporary.nights.occupied) == (50, 5, 35)
        # The flat: 30 nights, 4 of works, lived in from the 11th: 20.
        assert (sublet.nights.opened, sublet.nights.off, sublet.nights.occupied) == (30, 4, 20)
        assert (june.total.occupancy.top, june.total.occupancy.bottom) == (55, 71)

    def test_stays_vacancy_and_exits(self, june) -> None:
        total = june.total
        # 50 days (2 May–20 June) and 20 (11–30 June).
        assert (total.stay_days, total.exits, total.mean_stay.value) == (70, 2, 35)
        # One place was let again: 1 to 10 June, less the works of the 3rd to the 6th.
        assert (total.vacant_days, total.works_days, total.vacancies, total.vacancy.value) == (10, 4, 1, 6)
        assert (total.durable.top, total.durable.percent) == (1, 50)
        assert [(label, durable, counts, count) for label, durable, counts, count in june.exits] == [
            ("Logement social", True, [1, 0], 1), ("Fin de contrat ou expulsion", False, [0, 1], 1),
        ]  # fmt: skip

    def test_requests_and_refusals(self, june) -> None:
        assert (june.received, june.waiting) == (1, 2)
        assert june.refusals == [("Conditions de séjour non remplies", 1)]
        assert june.declines == [("Participation trop élevée", 1)]
        assert june.total.declined == 1

    def test_the_measures_say_the_same(self, june) -> None:
        assert list(statistics.capacity(JUNE, None)) == [
            Row((Scheme.SUBLET,), 26, 26), Row((Scheme.TEMPORARY,), 45, 45),
        ]  # fmt: skip
        assert list(statistics.nights(JUNE, None)) == [
            Row((Scheme.SUBLET,), 20, 20), Row((Scheme.TEMPORARY,), 35, 35),
        ]  # fmt: skip
        assert list(statistics.vacancy(JUNE, None)) == [Row((Scheme.SUBLET,), 6, 1)]
        assert list(statistics.requests(JUNE, None)) == [Row(("cias",), 1, 1)]
        assert list(statistics.waiting(JUNE, None)) == [Row(("any",), 2, 2)]
        assert list(statistics.refusals(JUNE, None)) == [Row(("permit",), 1, 1)]
        assert list(statistics.declines(JUNE, None)) == [Row(("cost",), 1, 1)]

    def test_the_page_and_the_spreadsheet_show_the_terms(self, june, login, isabelle, claire) -> None:
        asked = {"du": "01/06/2026", "au": "30/06/2026"}
        page = login(isabelle).get(reverse("housing:figures"), asked).content.decode()
        assert "55 nuits occupées ÷ 71 disponibles (80 ouvertes − 9 indisponibles)" in page
        assert "77,5\u00a0%" in page
        sheet = login(isabelle).get(reverse("housing:figures_csv"), asked).content.decode("utf-8-sig")
        assert "Ensemble;80;9;71;55;77,5;2;70;35,0;1;10;4;6,0;1;50,0;1" in sheet
        assert login(claire).get(reverse("housing:figures")).status_code == 403
        page = login(isabelle).get(reverse("housing:figures"), {"du": "30/06/2026", "au": "01/06/2026"})
        assert "doit suivre le début" in page.content.decode()


def test_works_of_a_place_that_is_closed_take_nothing_from_its_capacity() -> None:
    place = PlaceFactory(start=date(2026, 6, 11), end=date(2026, 6, 20))
    Unavailability.objects.create(place=place, start=date(2026, 6, 5), end=date(2026, 6, 12), reason="works")
    Unavailability.objects.create(
        place=place, start=date(2026, 6, 20), end=date(2026, 7, 31), reason="handback"
    )
    assert nights.capacity_nights(JUNE, None) == {Scheme.TEMPORARY: 7}
    assert capacity_of(2026, date(2026, 12, 31)).months[5].available == 7


def test_capacity_month_by_month_stops_today(two_places) -> None:
    found = capacity_of(2026, date(2026, 6, 22))
    june = found.months[-1]
    assert len(found.months) == 6
    # Until the 22nd: A 22 + B 12 open; lived in A 20 + B 7.
    assert (june.opened, june.off, june.occupied, june.free) == (34, 0, 27, 7)
    assert found.total.opened == 31 + 28 + 31 + 30 + 31 + 34
