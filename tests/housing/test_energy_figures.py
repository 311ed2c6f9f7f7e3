"""The programme's aggregates against a set counted by hand."""

from datetime import date
from decimal import Decimal

import pytest

from cias.core.periods import Period
from housing.energy import statistics
from housing.energy.statistics import MEASURES
from housing.models import EnergyRule, EquipmentItem, GivenEquipment
from tests.factories import (
    CommuneFactory,
    EnergyBillFactory,
    EnergyFileFactory,
    EnergyOrientationFactory,
    EnergyVisitFactory,
    HouseholdFactory,
    MembershipFactory,
)

pytestmark = pytest.mark.django_db
OCTOBER = Period.month(2026, 10)


@pytest.fixture
def programme() -> None:
    """October: four signalements (two by the Département, one by a landlord, one by the household), three visits,
    seven things given for 29 €, four orientations; 12 %, 9 % and 5 % of effort; one refusal.
    """
    first, second, third = (
        EnergyFileFactory(
            household=MembershipFactory().household, state="visited_1", visited_on=date(2026, 10, 21),
            reported_on=date(2026, 10, 1), informant=informant, grounds=grounds,
        )
        for informant, grounds in (
            ("department", ["cold"]), ("department", ["cold", "damp"]), ("landlord", ["arrears"]),
        )
    )  # fmt: skip
    led, joint = EquipmentItem.objects.get(code="led"), EquipmentItem.objects.get(code="joint-fenetre")
    for file, spent, rank, day in ((first, "1440", 1, 11), (second, "1080", 1, 21), (third, "600", 1, 31)):
        visit = EnergyVisitFactory(
            file=file, rank=rank, done_on=date(2026, 10, day), income_month=Decimal(1000)
        )
        EnergyBillFactory(visit=visit, amount=Decimal(spent))
        if file == first:
            GivenEquipment.objects.create(visit=visit, item=led, quantity=5, unit_cost=Decimal("3.40"))
            GivenEquipment.objects.create(visit=visit, item=joint, quantity=2, unit_cost=Decimal("6.00"))
    for kind, state, day in (("fsl", "succeeded", 25), ("fsl", "proposed", None), ("works", "failed", 26)):
        answered = date(2026, 10, day) if day else None
        EnergyOrientationFactory(file=first, kind=kind, state=state, answered_on=answered)
    EnergyOrientationFactory(file=second, kind="fsl", state="proposed")
    closed = EnergyFileFactory(
        informant="self",
        grounds=["heat"],
        state="closed",
        closed_on=date(2026, 10, 9),
        close_reason="refused",
    )
    for file, day, outcome in ((first, 3, "no_answer"), (first, 5, "agreed"), (closed, 7, "refused")):
        file.contacts.create(on=date(2026, 10, day), means="phone", outcome=outcome, by=file.agent)
    # Outside the month: none of it counts.
    EnergyFileFactory(reported_on=date(2026, 9, 30))
    EnergyVisitFactory(file__reported_on=date(2026, 9, 1), file__state="visited_1", file__visited_on=date(2026, 11, 1),
                       done_on=date(2026, 11, 1))  # fmt: skip


def rows(compute, territory=None) -> dict:
    return {row.keys: row.value for row in compute(OCTOBER, territory)}


def test_the_hand_counted_month(programme) -> None:
    EnergyRule.objects.update(visit_cost=Decimal("140.00"))
    assert rows(statistics.reports) == {("department",): 2, ("landlord",): 1, ("self",): 1}
    assert rows(statistics.grounds) == {("arrears",): 1, ("cold",): 2, ("damp",): 1, ("heat",): 1}
    assert rows(statistics.contacts) == {("agreed",): 1, ("no_answer",): 1, ("refused",): 1}
    assert rows(statistics.visits) == {("1",): 3}
    assert rows(statistics.delay_to_contact) == {(): Decimal(4)}  # 2 and 6 days
    assert rows(statistics.delay_to_visit) == {(): Decimal(20)}  # 10, 20 and 30 days
    assert rows(statistics.equipment) == {("Ampoule LED",): 5, ("Joint de fenêtre",): 2}
    assert rows(statistics.equipment_cost) == {(): Decimal("29.00")}
    assert rows(statistics.visit_cost) == {(): Decimal("420.00")}
    assert rows(statistics.orientations) == {
        ("fsl", "proposed"): 2, ("fsl", "succeeded"): 1, ("works", "failed"): 1,
    }  # fmt: skip
    (limit,), (high,) = statistics.above_limit(OCTOBER, None), statistics.above_high(OCTOBER, None)
    assert ((limit.value, limit.count), (high.value, high.count)) == ((2, 3), (1, 3))
    assert rows(statistics.endings) == {("refused",): 1}


def test_a_hidden_address_counts_in_the_whole_and_in_no_place() -> None:
    town = CommuneFactory()
    EnergyFileFactory(household=HouseholdFactory(commune=town))
    EnergyFileFactory(household=HouseholdFactory(commune=town, is_protected=True, address_hidden=True))
    assert sum(rows(statistics.reports).values()) == 2
    assert sum(rows(statistics.reports, frozenset({town.pk})).values()) == 1


def test_every_measure_has_a_definition_and_counts_nothing_in_an_empty_base() -> None:
    for measure in MEASURES:
        assert measure.definition.endswith(".")
        assert list(measure.compute(OCTOBER, None)) == []
