"""Two agents, two connections, one account: nothing is called, paid or settled twice."""

from datetime import date
from decimal import Decimal

import pytest

from cias.core.db import ConstraintViolation
from cias.core.states import ForbiddenTransition
from housing.dues import services
from housing.enums import ContractKind, ExitOutcome
from housing.models import Due, Payment, RepaymentPlan, Stay, StayContract
from tests.factories import StayFactory, UserFactory
from tests.rights.test_races import race

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal
SEPTEMBER = date(2026, 9, 1)


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


def test_two_calls_of_a_month_at_once_are_one() -> None:
    agent = UserFactory()
    for _ in range(5):
        housed()
    assert race(*[lambda: services.call_month(by=agent, month=SEPTEMBER, on=SEPTEMBER)] * 4) == []
    assert Due.objects.count() == 5


def test_two_payments_at_once_pay_the_month_once_and_lose_nothing() -> None:
    stay, agent = housed(), UserFactory()
    services.call_month(by=agent, month=SEPTEMBER, on=SEPTEMBER)

    def pay() -> None:
        services.pay(
            by=agent, stay=Stay.objects.get(pk=stay.pk), on=SEPTEMBER, amount=D("100.00"), means="cash"
        )

    assert race(*[pay] * 4) == []
    due = Due.objects.with_paid().get()
    assert (due.left, Payment.objects.count(), services.credit_of(stay)) == (0, 4, D("280.00"))


def test_a_payment_and_its_month_s_call_at_once_meet() -> None:
    stay, agent = housed(), UserFactory()
    errors = race(
        lambda: services.call_month(by=agent, month=SEPTEMBER, on=SEPTEMBER),
        lambda: services.pay(by=agent, stay=stay, on=SEPTEMBER, amount=D("120.00"), means="cash"),
    )
    assert (errors, Due.objects.with_paid().get().left, services.credit_of(stay)) == ([], 0, 0)


def test_a_payment_is_reversed_once() -> None:
    stay, agent = housed(), UserFactory()
    payment = services.pay(by=agent, stay=stay, on=SEPTEMBER, amount=D("120.00"), means="cash")
    errors = race(*[lambda: services.reverse_payment(by=agent, payment=payment, reason="Erreur")] * 4)
    assert [type(error) for error in errors] == [ForbiddenTransition] * 3
    assert services.balance(stay) == 0


def test_one_plan_of_two_simultaneous_ones_is_kept() -> None:
    stay, agent = housed(), UserFactory()
    services.call_month(by=agent, month=SEPTEMBER, on=SEPTEMBER)
    day = date(2026, 10, 1)
    errors = race(
        *[lambda: services.agree_plan(by=agent, stay=stay, signed_on=day, first_on=day, count=3)] * 3
    )
    assert [type(error) for error in errors] == [ConstraintViolation] * 2
    assert RepaymentPlan.objects.count() == 1


def test_a_deposit_is_settled_once() -> None:
    stay, agent = (
        housed(deposit=D("200.00"), end=date(2026, 9, 30), outcome=ExitOutcome.SOCIAL),
        UserFactory(),
    )
    services.receive_deposit(by=agent, stay=stay, on=SEPTEMBER, amount=D("200.00"), means="cash")
    day = date(2026, 10, 1)

    def settle() -> None:
        services.settle_deposit(
            by=agent, stay=stay, on=day, keys_returned_on=day, is_conforming=True, means="transfer"
        )

    errors = race(*[settle] * 3)
    assert [type(error) for error in errors] == [ForbiddenTransition] * 2
    assert services.deposit_held(stay) == 0
