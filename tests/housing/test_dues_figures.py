"""Figures and alerts against a set counted by hand."""

from datetime import date
from decimal import Decimal

import pytest

from cias.core.periods import Period
from cias.core.registry import Row
from households.team import own_work
from housing.dues import services, statistics
from housing.dues.reading import age_rank, arrears_of
from housing.enums import ContractKind, ExitOutcome
from housing.models import Stay, StayContract
from tests.factories import CommuneFactory, StayFactory

pytestmark = pytest.mark.django_db
D = Decimal
AUTUMN = Period(date(2026, 9, 1), date(2026, 11, 30))
TODAY = date(2026, 11, 26)


def housed(**values) -> Stay:
    stay = StayFactory(**values)
    StayContract.objects.create(
        stay=stay,
        kind=ContractKind.INITIAL,
        start=stay.start,
        end=stay.planned_end,
        contribution=stay.contribution,
    )
    return stay


@pytest.fixture
def accounts(claire):
    """Three stays over three months: one pays all (360), one 100 of 300, one nothing of 150 (two months at 75)."""
    good = housed(referent=claire, contribution=D("120.00"))
    part = housed(referent=claire, contribution=D("100.00"))
    none = housed(
        referent=claire, contribution=D("75.00"), start=date(2026, 10, 1), planned_end=date(2026, 12, 31)
    )
    for month in (date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)):
        services.call_month(by=claire, month=month, on=month)
    services.pay(by=claire, stay=good, on=date(2026, 11, 5), amount=D("360.00"), means="transfer")
    services.pay(by=claire, stay=part, on=date(2026, 9, 20), amount=D("100.00"), means="cash", payer="caf")
    return good, part, none


def test_amounts_called_paid_and_owed(accounts) -> None:
    # Called 360 + 300 + 150; paid 360 and 100; owed 200 + 150. One household of each payer.
    assert list(statistics.called(AUTUMN, None)) == [Row(("temporary",), D("810.00"), 3, largest=D("360.00"))]
    assert [(row.keys, row.value) for row in statistics.paid(AUTUMN, None)] == [
        (("caf",), D("100.00")), (("home",), D("360.00")),
    ]  # fmt: skip
    assert list(statistics.recovery(AUTUMN, None)) == [Row(("temporary",), 460, 810, units=3)]
    assert list(statistics.arrears(AUTUMN, None)) == [
        Row(("temporary",), D("350.00"), 2, largest=D("200.00"))
    ]
    assert list(statistics.in_arrears(AUTUMN, None)) == [Row(("temporary",), 2, 2)]
    # On 30 September, September was due on the 10th: 120 were unpaid by the first, nothing by the second.
    september = Period(date(2026, 9, 1), date(2026, 9, 30))
    assert [row.value for row in statistics.arrears(september, None)] == [D("120.00")]


def test_figures_of_another_commune_are_empty(accounts) -> None:
    elsewhere = frozenset({CommuneFactory(luce=True).code})
    for measure in statistics.MEASURES:
        assert list(measure.compute(AUTUMN, elsewhere)) == []


def test_arrears_are_aged_from_the_due_date(accounts, claire) -> None:
    _good, part, none = accounts
    rows = {row.stay: row for row in arrears_of(claire, TODAY)}
    # November was due on the 10th (16 days), October on 10 October (47 days).
    assert rows[part].ages == [D("100.00"), D("100.00"), 0, 0]
    assert rows[none].ages == [D("75.00"), D("75.00"), 0, 0]
    assert [age_rank(date(2026, 11, 26 - late), TODAY) for late in (1, 20)] == [0, 0]
    assert [age_rank(day, TODAY) for day in (date(2026, 10, 27), date(2026, 10, 26), date(2026, 8, 28),
            date(2026, 8, 27))] == [0, 1, 2, 3]  # fmt: skip


def titles(user) -> list[str]:
    return [item.title.replace("\u00a0", " ") for item in own_work(user, TODAY) if item.kind == "dues"]


def test_unpaid_months_broken_plans_and_deposits_are_alerts(accounts, claire, isabelle) -> None:
    _good, part, none = accounts
    assert sorted(titles(claire)) == ["Participation impayée : 150,00 €", "Participation impayée : 200,00 €"]
    services.agree_plan(
        by=claire, stay=part, signed_on=date(2026, 10, 15), first_on=date(2026, 11, 1), count=2
    )
    # October is spread, and its first half late; November came later and is claimed beside the plan.
    assert "Plan d’apurement non tenu : 50,00 €" in titles(claire)
    assert "Participation impayée : 100,00 €" in titles(claire)
    none.deposit, none.end, none.outcome = D("75.00"), date(2026, 11, 20), ExitOutcome.SOCIAL
    none.save()
    services.receive_deposit(by=claire, stay=none, on=date(2026, 10, 1), amount=D("75.00"), means="cash")
    assert "Dépôt de garantie à solder : 75,00 €" in titles(claire)
    housed()
    assert "Novembre 2026 : 1 participation à appeler" in titles(isabelle)
    assert [row.keys[0] for row in statistics.plans(AUTUMN, None)] == ["running"]
