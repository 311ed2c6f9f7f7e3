"""Who the programme is for, and the taux d'effort énergétique, term by term."""

from datetime import date
from decimal import Decimal

import pytest

from households.enums import MemberRole
from housing.energy import rules
from housing.energy.enums import Region
from housing.models import EnergyRule, IncomeCeiling
from tests.factories import (
    BudgetFactory,
    BudgetLineFactory,
    EnergyBillFactory,
    EnergyFileFactory,
    EnergyVisitFactory,
    MembershipFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 20)


@pytest.fixture
def scale() -> IncomeCeiling:
    IncomeCeiling.objects.all().delete()
    return IncomeCeiling.objects.create(
        region=Region.ELSEWHERE, valid_from=date(2026, 1, 1), persons_1=17000, persons_2=25000, persons_3=30000,
        persons_4=35000, persons_5=40000, one_more=5000, source="Barème d’essai",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("persons", "income", "is_met"),
    [
        (1, 17000, True),  # the ceiling itself is « très modeste »
        (1, 17001, False),
        (2, 17001, True),
        (5, 40000, True),
        (6, 45000, True),  # 40 000 + 5 000 for the sixth person
        (6, 45001, False),
        (8, 55000, True),
        (3, None, None),
    ],
)
def test_the_anah_scale_by_size(scale, persons, income, is_met) -> None:
    file = EnergyFileFactory(persons=persons, tax_income=income)
    assert rules.eligibility(file).is_met is is_met


def test_the_scale_is_that_of_the_day_of_the_signalement(scale) -> None:
    IncomeCeiling.objects.create(
        region=Region.ELSEWHERE, valid_from=date(2026, 11, 1), persons_1=18000, persons_2=26000, persons_3=31000,
        persons_4=36000, persons_5=41000, one_more=5100, source="Suivant",
    )  # fmt: skip
    before = EnergyFileFactory(persons=1, tax_income=17500, reported_on=date(2026, 10, 31))
    after = EnergyFileFactory(persons=1, tax_income=17500, reported_on=date(2026, 11, 1))
    assert (rules.eligibility(before).is_met, rules.eligibility(after).is_met) == (False, True)


def test_the_region_is_a_setting(scale) -> None:
    EnergyRule.objects.update(region=Region.PARIS)
    found = rules.eligibility(EnergyFileFactory(tax_income=1))
    assert found.is_met is None
    assert "Aucun barème" in found.sentence


def household_of(visit, *births: date) -> None:
    """An adult and children of these birth dates."""
    MembershipFactory(household=visit.file.household, person=PersonFactory(birth_date=date(1980, 1, 1)))
    for birth in births:
        person = PersonFactory(birth_date=birth)
        MembershipFactory(household=visit.file.household, person=person, role=MemberRole.CHILD)


def earning(visit, monthly: str) -> None:
    budget = BudgetFactory(household=visit.file.household, on=date(2026, 9, 1))
    BudgetLineFactory(budget=budget, category__code="salaire", amount=Decimal(monthly))


@pytest.mark.parametrize(
    ("bills", "monthly", "rate", "level"),
    [
        ((("960.00", 12),), "1000.00", Decimal("8.0"), ""),  # 8 % is not more than 8 %
        ((("960.12", 12),), "1000.00", Decimal("8.0"), "soon"),  # 8.001 % is
        ((("1200.00", 12),), "1000.00", Decimal("10.0"), "soon"),
        ((("1200.12", 12),), "1000.00", Decimal("10.0"), "late"),
        ((("300.00", 3), ("600.00", 12)), "1000.00", Decimal("15.0"), "late"),  # 3 months brought to 12
    ],
)
def test_energy_over_disposable_income(bills, monthly, rate, level) -> None:
    visit = EnergyVisitFactory()
    household_of(visit)
    for amount, months in bills:
        EnergyBillFactory(visit=visit, amount=Decimal(amount), months=months)
    earning(visit, monthly)
    found = rules.effort(visit, DAY)
    assert (found.rate, found.level) == (rate, level)
    assert found.missing == ()


def test_each_term_is_shown_and_the_decile_compared_by_unit() -> None:
    EnergyRule.objects.update(third_decile=12000)
    visit = EnergyVisitFactory()
    household_of(visit, date(2020, 1, 1), date(2010, 1, 1))  # 1 + 0,3 (6 years) + 0,5 (16 years)
    EnergyBillFactory(visit=visit, amount=Decimal("1800.00"))
    earning(visit, "1800.00")
    found = rules.effort(visit, DAY)
    assert found.units == Decimal("1.8")
    assert [(line.label, line.value) for line in found.spending] == [("Électricité", Decimal("1800.00"))]
    assert found.income_year == Decimal("21600.00")
    assert found.income_by_unit == Decimal("12000.00")
    assert found.is_poor is True  # at the bound, not above it
    assert found.is_poverty is True
    assert "budget du 01/09/2026" in found.income_from


def test_what_is_missing_is_said() -> None:
    visit = EnergyVisitFactory()
    found = rules.effort(visit, DAY)
    assert found.rate is None
    assert found.missing == (
        "aucune facture n’est notée",
        "aucune ressource n’est renseignée dans le budget ni dans la visite",
        "la composition du ménage n’est pas renseignée",
    )
    EnergyBillFactory(visit=visit, amount=None, energy="gas")
    assert "aucune facture n’a de montant" in rules.effort(visit, DAY).missing
    visit.income_month = Decimal("0.00")
    assert "les ressources sont nulles\u00a0: le taux ne se calcule pas" in rules.effort(visit, DAY).missing


def test_resources_said_during_the_visit_stand_in_for_a_budget() -> None:
    visit = EnergyVisitFactory(income_month=Decimal("800.00"))
    household_of(visit)
    EnergyBillFactory(visit=visit, amount=Decimal("960.00"))
    found = rules.effort(visit, DAY)
    assert (found.rate, found.income_from) == (Decimal("10.0"), "visite")


@pytest.mark.parametrize(
    ("visited", "since", "until"),
    [
        (date(2026, 8, 31), date(2026, 11, 30), date(2027, 2, 28)),
        (date(2026, 5, 15), date(2026, 8, 15), date(2026, 11, 15)),
    ],
)
def test_the_follow_up_call_is_due_three_to_six_months_later(visited, since, until) -> None:
    window = rules.follow_up(EnergyFileFactory(visited_on=visited))
    assert window is not None
    assert (window.since, window.until) == (since, until)
    assert rules.follow_up(EnergyFileFactory(visited_on=None)) is None
