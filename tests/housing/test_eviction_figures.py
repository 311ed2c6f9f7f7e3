"""A set small enough to count by hand: evictions and access to housing in 2026."""

from datetime import date
from decimal import Decimal

import pytest

from cias.core.periods import Period
from cias.core.registry import Row
from housing.applications import services as applications
from housing.applications import statistics as housing_figures
from housing.applications.enums import ApplicationState, DaloState, ProposalOutcome
from housing.evictions import services, statistics
from housing.evictions.enums import ActKind, LandlordKind
from housing.models import Diagnosis, EvictionDebt
from tests.factories import (
    CommuneFactory,
    DaloAppealFactory,
    EvictionFileFactory,
    HousingApplicationFactory,
    SituationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
SPRING = Period(date(2026, 3, 1), date(2026, 5, 31))
K = ActKind


def note(file, kind: ActKind, on: date, **more) -> None:
    services.record_act(by=file.agent, file=file, kind=kind, on=on, **more)


@pytest.fixture
def three():
    """A: order 2 March, summons 20 May, hearing 20 September, diagnosed on the 10th. B: order 1 April, paid 1 July.
    C: told of in June, nothing else; a private landlord."""
    chartres = CommuneFactory()
    files = []
    for landlord, opened in (
        (LandlordKind.SOCIAL, date(2026, 2, 20)),
        (LandlordKind.SOCIAL, date(2026, 3, 20)),
        (LandlordKind.PRIVATE, date(2026, 6, 10)),
    ):
        file = EvictionFileFactory(opened_on=opened, landlord_kind=landlord)
        SituationFactory(household=file.household, commune=chartres, start=date(2020, 1, 1))
        files.append(file)
    a, b, c = files
    note(a, K.PAYMENT_ORDER, date(2026, 3, 2))
    note(a, K.SUMMONS, date(2026, 5, 20), fixed_on=date(2026, 9, 20))
    Diagnosis.objects.create(
        file=a, author=a.agent, sent_on=date(2026, 9, 10), sent_to="court", payload={"day": "2026-09-10"}
    )
    note(b, K.PAYMENT_ORDER, date(2026, 4, 1))
    note(b, K.DEBT_PAID, date(2026, 7, 1))
    for file, on, amount in (
        (a, date(2026, 3, 2), 900),
        (a, date(2026, 6, 1), 1200),
        (c, date(2026, 6, 10), 300),
    ):
        EvictionDebt.objects.create(file=file, on=on, amount=Decimal(amount))
    return a, b, c


def test_the_stages_on_the_last_day(three) -> None:
    assert list(statistics.by_stage(SPRING, None)) == [
        Row(("assignation",), 1, 1),
        Row(("commandement",), 1, 1),
    ]
    # At the end of the year B has ended, C has nothing but its report.
    assert list(statistics.by_stage(YEAR, None)) == [Row(("assignation",), 1, 1), Row(("signalement",), 1, 1)]


def test_what_an_undone_act_said_is_not_counted(three) -> None:
    a = three[0]
    services.undo_act(by=a.agent, act=a.acts.get(kind=K.SUMMONS))
    assert list(statistics.by_stage(YEAR, None)) == [
        Row(("commandement",), 1, 1),
        Row(("signalement",), 1, 1),
    ]
    assert list(statistics.summoned(YEAR, None)) == []


def test_openings_summons_diagnoses_and_ends(three) -> None:
    assert list(statistics.opened(YEAR, None)) == [Row(("caf",), 3, 3)]
    assert list(statistics.summoned(YEAR, None)) == [Row(("social",), 1, 1)]
    assert list(statistics.diagnoses(YEAR, None)) == [Row((), 1, 1)]
    assert list(statistics.outcomes(YEAR, None)) == [Row(("debt_paid",), 1, 1)]
    assert list(statistics.outcomes(SPRING, None)) == []


def test_a_diagnosis_sent_on_the_day_of_the_hearing_is_late(three) -> None:
    Diagnosis.objects.update(sent_on=date(2026, 9, 20))
    assert list(statistics.diagnoses(YEAR, None)) == [Row((), 0, 1)]


def test_debts_are_the_last_statements_with_the_largest_of_them(three) -> None:
    assert list(statistics.debts(YEAR, None)) == [
        Row(("private",), Decimal(300), 1, largest=Decimal(300)),
        Row(("social",), Decimal(1200), 1, largest=Decimal(1200)),
    ]
    assert list(statistics.debts(SPRING, None)) == [Row(("social",), Decimal(900), 1, largest=Decimal(900))]


def test_another_commune_counts_nothing(three) -> None:
    elsewhere = frozenset({CommuneFactory(luce=True).code})
    assert list(statistics.opened(YEAR, elsewhere)) == []
    assert list(statistics.by_stage(YEAR, elsewhere)) == []


def test_requests_waiting_refused_and_housed() -> None:
    chartres, agent = CommuneFactory(), UserFactory()
    rows = [HousingApplicationFactory(agent=agent, filed_on=date(2026, month, 1)) for month in (2, 4, 6)]
    for row in rows:
        SituationFactory(household=row.household, commune=chartres, start=date(2020, 1, 1))
    half = Period(date(2026, 1, 1), date(2026, 6, 30))
    assert list(housing_figures.in_progress(half, None)) == [Row((chartres.code,), 3, 3)]
    # 149, 90 and 29 days on 30 June: the median is 90.
    assert list(housing_figures.waiting(half, None)) == [Row((), Decimal("90.0"), 3)]
    first = applications.propose(
        by=agent,
        application=rows[0],
        proposed_on=date(2026, 9, 1),
        landlord="3F",
        commune=chartres,
        dwelling_type="t2",
    )
    applications.settle_proposal(
        by=agent,
        proposal=first,
        outcome=ProposalOutcome.REFUSED_BY_HOUSEHOLD,
        on=date(2026, 9, 8),
        household_reason="price",
    )
    assert list(housing_figures.proposals(YEAR, None)) == [Row(("household",), 1, 1)]
    assert list(housing_figures.household_refusals(YEAR, None)) == [Row(("price",), 1, 1)]
    assert list(housing_figures.committee_refusals(YEAR, None)) == []
    rows[1].refresh_from_db()
    applications.step(
        by=agent,
        application=rows[1],
        state=ApplicationState.SIGNED,
        on=date(2026, 10, 1),
        ended_on=date(2026, 10, 1),
    )
    assert list(housing_figures.housed(YEAR, None)) == [Row((chartres.code,), 1, 1)]
    assert list(housing_figures.in_progress(YEAR, None)) == [Row((chartres.code,), 2, 2)]


def test_dalo_appeals_and_decisions() -> None:
    appeal = DaloAppealFactory(since=date(2026, 1, 5))
    applications.move_appeal(by=appeal.agent, appeal=appeal, state=DaloState.FILED, on=date(2026, 1, 10))
    applications.move_appeal(by=appeal.agent, appeal=appeal, state=DaloState.PRIORITY, on=date(2026, 4, 2))
    assert list(housing_figures.dalo_filed(YEAR, None)) == [Row(("waiting",), 1, 1)]
    assert list(housing_figures.dalo_decided(YEAR, None)) == [Row(("priority",), 1, 1)]
    applications.undo_appeal(by=appeal.agent, appeal=appeal)
    assert list(housing_figures.dalo_decided(YEAR, None)) == []
