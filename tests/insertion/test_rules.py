from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from cias.core.db import ConstraintViolation
from cias.core.periods import Period
from cias.core.registry import Row
from insertion import statistics
from insertion.contracts.services import write_contract
from insertion.deadlines import Facts, Rules, contract_due, deadlines_of
from insertion.enums import Exemption, OrientationKind
from insertion.models import EngagementContract, Orientation
from insertion.orientations import services
from tests.factories import (
    EngagementContractFactory,
    HouseholdFactory,
    MembershipFactory,
    OrientationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def orient(household, person, start: date, **more) -> Orientation:
    values = {"kind": "sociale", "notified_on": start, "structure": "CIAS", **more}
    return services.orient(by=UserFactory(), household=household, person=person, start=start, **values)


@pytest.fixture
def member():
    return MembershipFactory()


# C. trav., art. D5411-14-1: within one month of the notice, quantième to quantième; before 2025, two months.
@pytest.mark.parametrize(
    ("notified_on", "due"),
    [
        (date(2026, 10, 5), date(2026, 11, 5)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2025, 1, 1), date(2025, 2, 1)),
        (date(2024, 12, 31), date(2025, 2, 28)),
    ],
)
def test_the_contract_is_due_a_month_after_the_notice(notified_on: date, due: date) -> None:
    assert contract_due(OrientationFactory(notified_on=notified_on, start=notified_on), Rules()) == due


def test_deadlines_follow_the_life_of_the_pathway() -> None:
    orientation = OrientationFactory(start=date(2026, 10, 5), notified_on=date(2026, 10, 5))
    today = date(2026, 10, 10)

    def labels() -> list[str]:
        facts = Facts(contracts=orientation.contracts.all(), met_on=date(2026, 10, 8))
        return [deadline.label for deadline in deadlines_of(orientation, facts, Rules(), today)]

    assert labels() == ["Contrat d’engagement à signer", "Réexamen de l’orientation sociale"]
    contract = EngagementContractFactory(orientation=orientation, start=today, end=date(2027, 4, 9))
    assert labels()[0] == "Contrat d’engagement à signer", "written is not signed"
    contract.signed_by_person_on = contract.signed_by_structure_on = today
    contract.save()
    assert labels() == ["Réexamen de l’orientation sociale", "Fin du contrat d’engagement"]
    today = date(2027, 4, 10)
    assert labels() == ["Réexamen de l’orientation sociale", "Contrat d’engagement à renouveler"]
    orientation.end = date(2027, 4, 9)
    assert labels() == []


def test_a_new_orientation_shortens_the_running_one_only_when_confirmed(member) -> None:
    first = orient(member.household, member.person, date(2026, 9, 1))
    with pytest.raises(services.ShortensPrevious, match="s’arrêterait au 14/10/2026"):
        orient(member.household, member.person, date(2026, 10, 15), kind="pro")
    assert Orientation.objects.count() == 1
    orient(member.household, member.person, date(2026, 10, 15), kind="pro", shorten_previous=True)
    first.refresh_from_db()
    assert first.end == date(2026, 10, 14)


def test_no_orientation_is_cut_below_seven_days(member) -> None:
    orient(member.household, member.person, date(2026, 10, 1))
    with pytest.raises(ValidationError, match="durerait moins de 7"):
        orient(member.household, member.person, date(2026, 10, 7), shorten_previous=True)
    orient(member.household, member.person, date(2026, 10, 8), shorten_previous=True)
    assert sorted(Orientation.objects.values_list("end", flat=True), key=str) == [date(2026, 10, 7), None]


def test_before_a_later_orientation_the_end_is_filled_in(member) -> None:
    orient(member.household, member.person, date(2026, 10, 1))
    earlier = orient(member.household, member.person, date(2026, 8, 1))
    assert earlier.end == date(2026, 9, 30)
    with pytest.raises(ConstraintViolation, match="au moins 7 jours"):
        orient(member.household, member.person, date(2026, 9, 28), shorten_previous=True)


def test_future_and_foreign_facts_are_refused(member) -> None:
    tomorrow = date.today() + timedelta(days=1)  # noqa: DTZ011 - a civil date
    with pytest.raises(ValidationError, match="l’avenir"):
        orient(member.household, member.person, tomorrow + timedelta(days=1), notified_on=date(2026, 1, 1))
    with pytest.raises(ValidationError, match="ne fait pas partie du ménage"):
        orient(HouseholdFactory(), member.person, date(2026, 10, 1))


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_decisions_never_overlap() -> None:
    member = MembershipFactory()
    barrier, outcomes = Barrier(2), []

    def decide(day: int) -> None:
        try:
            barrier.wait()
            orient(member.household, member.person, date(2026, 10, day))
            outcomes.append("in")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=decide, args=[day]) for day in (1, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "refused"]


def test_fewer_hours_than_the_law_asks_need_a_reason(claire) -> None:
    contract = EngagementContractFactory.build(orientation=OrientationFactory(), weekly_hours=Decimal("8.0"))
    contract.household = contract.orientation.household
    with pytest.raises(ValidationError) as error:
        write_contract(by=claire, contract=contract)
    assert "En dessous de 15 heures" in error.value.message_dict["reduction_reason"][0]
    contract.reduction_reason = "Suivi médical"
    write_contract(by=claire, contract=contract)
    assert EngagementContract.objects.count() == 1


def test_an_exemption_excludes_hours_in_the_database(claire) -> None:
    contract = EngagementContractFactory.build(
        orientation=OrientationFactory(), exemption=Exemption.HEALTH, weekly_hours=Decimal("15.0")
    )
    contract.household = contract.orientation.household
    with pytest.raises(ConstraintViolation, match="des heures par semaine, ou une dispense"):
        write_contract(by=claire, contract=contract)


def test_figures_of_a_small_set_counted_by_hand() -> None:
    year = Period.year(2026)
    on_the_day = OrientationFactory(notified_on=date(2026, 3, 2), start=date(2026, 3, 2))
    EngagementContractFactory(
        orientation=on_the_day, start=date(2026, 4, 2), signed_by_person_on=date(2026, 4, 2),
        signed_by_structure_on=date(2026, 4, 2),
    )  # fmt: skip
    a_day_late = OrientationFactory(
        notified_on=date(2026, 3, 2), start=date(2026, 3, 2), kind=OrientationKind.MIXED
    )
    EngagementContractFactory(
        orientation=a_day_late, start=date(2026, 4, 3), signed_by_person_on=date(2026, 4, 3),
        signed_by_structure_on=date(2026, 4, 3),
    )  # fmt: skip
    OrientationFactory(notified_on=date(2026, 5, 4), start=date(2026, 5, 4))  # never signed
    OrientationFactory(notified_on=date(2025, 12, 31), start=date(2025, 12, 31), end=date(2026, 1, 31))
    assert list(statistics.orientations(year, None)) == [Row(("sociale",), 2, 2), Row(("socio_pro",), 1, 1)]
    assert list(statistics.accompanied(year, None)) == [Row(("sociale",), 3, 3), Row(("socio_pro",), 1, 1)]
    assert list(statistics.contracts(year, None)) == [Row((), 2, 2)]
    assert list(statistics.signed_in_time(year, None)) == [Row((), 1, 3)]
    assert list(statistics.signed_in_time(year, frozenset({"28218"}))) == []
