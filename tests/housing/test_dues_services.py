"""The account of a stay: called once, paid oldest first, corrected by reversal, and always adding up."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum

from cias.core.db import ConstraintViolation
from cias.core.deadlines import add_months
from cias.core.states import ForbiddenTransition
from housing.dues import services
from housing.dues.enums import Account, DueKind, Payer, PlanOutcome
from housing.enums import ContractKind, ExitOutcome
from housing.models import (
    Allocation,
    DepositSettlement,
    Due,
    Entry,
    Payment,
    RepaymentPlan,
    Stay,
    StayContract,
)
from tests.factories import StayFactory, UserFactory

pytestmark = pytest.mark.django_db
D = Decimal
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture
def agent():
    return UserFactory()


def housed(**values) -> Stay:
    """A stay with its contract, at 120 euros from 1 September unless said otherwise."""
    stay = StayFactory(**values)
    StayContract.objects.create(
        stay=stay,
        kind=ContractKind.INITIAL,
        start=stay.start,
        end=stay.planned_end,
        contribution=stay.contribution,
    )
    return stay


def call(agent, *months: date) -> None:
    for month in months:
        services.call_month(by=agent, month=month, on=month)


def owed(stay: Stay) -> Decimal:
    return sum((due.left for due in Due.objects.filter(stay=stay).open()), D(0))


def test_a_month_is_called_once(agent) -> None:
    stays = [housed(), housed(start=date(2026, 9, 16))]
    first = services.call_month(by=agent, month=date(2026, 9, 20), on=SEPTEMBER)
    again = services.call_month(by=None, month=SEPTEMBER, on=date(2026, 9, 2))
    assert [due.amount for due in sorted(first.dues, key=lambda due: -due.amount)] == [
        D("120.00"),
        D("60.00"),
    ]
    assert (len(again.dues), again.already, Due.objects.count()) == (0, 2, 2)
    due = Due.objects.get(stay=stays[0])
    assert (due.due_on, due.label) == (date(2026, 9, 10), "Participation de septembre 2026")
    # The second household comes in after the day contributions are due.
    assert Due.objects.get(stay=stays[1]).due_on == date(2026, 9, 16)


def test_the_database_refuses_a_month_called_twice(agent) -> None:
    stay = housed()
    call(agent, SEPTEMBER)
    with pytest.raises(IntegrityError, match="housing_due_once_a_month"), transaction.atomic():
        Due.objects.create(stay=stay, kind="month", month=SEPTEMBER, label="x", called_on=SEPTEMBER,
                           due_on=SEPTEMBER, amount=1)  # fmt: skip


def test_a_month_to_come_waits(agent) -> None:
    with pytest.raises(ValidationError, match="un mois à l’avance"):
        services.call_month(by=agent, month=NOVEMBER, on=date(2026, 9, 30))


def test_what_costs_nothing_is_not_called(agent) -> None:
    housed(contribution=D(0))
    assert services.call_month(by=agent, month=SEPTEMBER, on=SEPTEMBER).free == 1
    assert not Due.objects.exists()


def test_a_payment_pays_the_oldest_and_the_rest_is_credit(agent) -> None:
    stay = housed()
    call(agent, SEPTEMBER, OCTOBER)
    services.pay(by=agent, stay=stay, on=date(2026, 10, 5), amount=D("150.00"), means="cheque")
    september, october = Due.objects.filter(stay=stay).with_paid().order_by("month")
    assert (september.left, october.left) == (0, D("90.00"))
    services.pay(by=agent, stay=stay, on=date(2026, 10, 6), amount=D("100.00"), means="cash")
    assert (owed(stay), services.credit_of(stay), services.balance(stay)) == (0, D("10.00"), D("-10.00"))
    call(agent, NOVEMBER)
    assert (owed(stay), services.credit_of(stay)) == (D("110.00"), 0)


def test_an_agent_may_choose_what_is_paid(agent) -> None:
    stay = housed()
    call(agent, SEPTEMBER, OCTOBER)
    october = Due.objects.get(month=OCTOBER)
    services.pay(by=agent, stay=stay, on=date(2026, 10, 5), amount=D("150.00"), means="cheque",
                 chosen={october: D("120.00")})  # fmt: skip
    assert [due.left for due in Due.objects.filter(stay=stay).open()] == [D("90.00")]
    with pytest.raises(ValidationError, match="Il reste 0,00"):
        services.pay(by=agent, stay=stay, on=date(2026, 10, 6), amount=D("10.00"), means="cash",
                     chosen={october: D("5.00")})  # fmt: skip


def test_a_bounced_cheque_is_reversed_and_stays_readable(agent) -> None:
    stay = housed()
    call(agent, SEPTEMBER)
    payment = services.pay(by=agent, stay=stay, on=date(2026, 9, 5), amount=D("120.00"), means="cheque")
    services.reverse_payment(by=agent, payment=payment, reason="Chèque sans provision", on=date(2026, 9, 20))
    assert (owed(stay), services.balance(stay)) == (D("120.00"), D("120.00"))
    assert [(row.debit, row.credit) for row in Entry.objects.filter(payment=payment)] == [
        (0, D("120.00")), (D("120.00"), 0),
    ]  # fmt: skip
    with pytest.raises(ForbiddenTransition, match="déjà annulé"):
        services.reverse_payment(by=agent, payment=payment, reason="Encore")


@pytest.mark.parametrize("model", [Due, Payment, Entry, Allocation])
def test_nothing_leaves_the_account(agent, model) -> None:
    stay = housed()
    call(agent, SEPTEMBER)
    services.pay(by=agent, stay=stay, on=date(2026, 9, 5), amount=D("120.00"), means="cheque")
    with pytest.raises(Exception, match=r"Cannot (update or )?delete"), transaction.atomic():
        model.objects.all().delete()


def test_an_amount_is_never_rewritten(agent) -> None:
    housed()
    call(agent, SEPTEMBER)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Due.objects.update(amount=D("1.00"))


def test_the_database_refuses_to_pay_more_than_was_called(agent) -> None:
    stay = housed()
    call(agent, SEPTEMBER)
    payment = services.pay(by=agent, stay=stay, on=date(2026, 9, 5), amount=D("500.00"), means="cheque")
    with pytest.raises(IntegrityError, match="more is paid than was called"), transaction.atomic():
        Allocation.objects.create(payment=payment, due=Due.objects.get(), amount=D("0.01"))


def test_an_exit_recorded_later_is_regularised(agent) -> None:
    stay = housed()
    call(agent, SEPTEMBER)
    services.pay(by=agent, stay=stay, on=date(2026, 9, 5), amount=D("120.00"), means="transfer")
    due = Due.objects.get()
    with pytest.raises(ForbiddenTransition, match="n’ont pas changé"):
        services.regularise(by=agent, due=due)
    stay.end, stay.outcome = date(2026, 9, 15), ExitOutcome.SOCIAL
    stay.save()
    again = services.regularise(by=agent, due=due, on=date(2026, 9, 16))
    assert again is not None
    assert (again.amount, services.credit_of(stay), owed(stay)) == (D("60.00"), D("60.00"), 0)
    services.refund(by=agent, stay=stay, on=date(2026, 9, 30), amount=D("60.00"), means="transfer")
    assert (services.credit_of(stay), services.balance(stay)) == (0, 0)
    with pytest.raises(ValidationError, match="Le crédit est de 0,00"):
        services.refund(by=agent, stay=stay, on=date(2026, 9, 30), amount=D("0.01"), means="transfer")


# --- Plans -----------------------------------------------------------------------------------------


def indebted(agent) -> Stay:
    """Three months unpaid, 360 euros, seen on 15 November."""
    stay = housed()
    call(agent, SEPTEMBER, OCTOBER, NOVEMBER)
    return stay


def plan_of(agent, stay, count=3, **values) -> RepaymentPlan:
    values = {"signed_on": date(2026, 11, 15), "first_on": date(2026, 12, 5), **values}
    return services.agree_plan(by=agent, stay=stay, count=count, **values)


def test_a_plan_is_followed_from_the_payments(agent) -> None:
    stay = indebted(agent)
    plan = plan_of(agent, stay, count=7)
    assert [row.amount for row in plan.instalments.all()] == [D("51.42")] * 6 + [D("51.48")]
    call(agent, date(2026, 12, 1))
    # The month and the instalment, as promised: both are kept.
    services.pay(by=agent, stay=stay, on=date(2026, 12, 4), amount=D("171.42"), means="transfer")
    december = Due.objects.with_paid().get(month=date(2026, 12, 1))
    progress = services.progress(plan)
    assert (december.left, progress.paid, progress.left) == (0, D("51.42"), D("308.58"))
    assert progress.next_step.due_on == date(2027, 1, 5)
    # Fifteen days of grace, then broken.
    assert not progress.is_broken(date(2027, 1, 20))
    assert progress.is_broken(date(2027, 1, 21))


def test_the_last_euro_ends_a_plan_and_a_bounced_cheque_starts_it_again(agent) -> None:
    stay = indebted(agent)
    plan = plan_of(agent, stay)
    payment = services.pay(by=agent, stay=stay, on=date(2026, 12, 1), amount=D("360.00"), means="cheque")
    plan.refresh_from_db()
    assert plan.outcome == PlanOutcome.KEPT
    services.reverse_payment(by=agent, payment=payment, reason="Impayé", on=date(2026, 12, 8))
    plan.refresh_from_db()
    assert (plan.outcome, plan.ended_on) == ("", None)


def test_one_plan_runs_at_a_time_and_its_end_can_be_undone(agent) -> None:
    stay = indebted(agent)
    plan = plan_of(agent, stay)
    with pytest.raises(ConstraintViolation, match="court déjà"):
        plan_of(agent, stay)
    services.end_plan(by=agent, plan=plan, outcome=PlanOutcome.BROKEN, reason="Deux échéances manquées")
    services.resume_plan(by=agent, plan=plan)
    plan.refresh_from_db()
    assert plan.ended_on is None
    with pytest.raises(ForbiddenTransition, match="quand tout est payé"):
        services.end_plan(by=agent, plan=plan, outcome=PlanOutcome.KEPT, reason="")


def test_a_plan_needs_arrears_and_respects_the_rule(agent) -> None:
    stay = housed()
    with pytest.raises(ValidationError, match="Rien n’est échu"):
        plan_of(agent, stay)
    call(agent, SEPTEMBER)
    with pytest.raises(ValidationError, match="24 échéances au plus"):
        plan_of(agent, stay, count=25)
    with pytest.raises(ValidationError, match="ne précède pas"):
        plan_of(agent, stay, first_on=date(2026, 11, 1))


# --- Deposits --------------------------------------------------------------------------------------


def left_with_deposit(agent, **values) -> Stay:
    stay = housed(deposit=D("300.00"), end=date(2026, 10, 31), outcome=ExitOutcome.SOCIAL, **values)
    services.receive_deposit(by=agent, stay=stay, on=SEPTEMBER, amount=D("300.00"), means="cheque")
    return stay


def settle(agent, stay, **values) -> DepositSettlement:
    base = {
        "on": date(2026, 11, 10),
        "keys_returned_on": date(2026, 10, 31),
        "is_conforming": True,
        "means": "transfer",
    }
    return services.settle_deposit(by=agent, stay=stay, **{**base, **values})


def test_a_deposit_goes_back_whole_within_a_month(agent) -> None:
    stay = left_with_deposit(agent)
    settlement = settle(agent, stay)
    assert (settlement.kept, settlement.returned, settlement.due_on) == (0, D("300.00"), date(2026, 11, 30))
    assert services.deposit_held(stay) == 0


def test_arrears_and_repairs_are_kept_item_by_item(agent) -> None:
    stay = left_with_deposit(agent)
    call(agent, SEPTEMBER)
    items = [
        services.Kept("Murs du séjour", D("250.00"), 36),  # 160.00 left to the household
        services.Kept("Clé non rendue", D("18.55")),
        services.Kept("Sol usé", D("90.00"), 100),
    ]
    settlement = settle(agent, stay, is_conforming=False, items=items)
    assert settlement.damage.amount == D("178.55")
    assert [line.amount for line in settlement.damage.lines.all()] == [D("160.00"), D("18.55")]
    assert (settlement.kept, settlement.returned, settlement.due_on) == (
        D("298.55"),
        D("1.45"),
        date(2026, 12, 31),
    )
    assert (owed(stay), services.balance(stay), services.deposit_held(stay)) == (0, 0, 0)
    assert settlement.payment.payer == Payer.DEPOSIT
    with pytest.raises(ForbiddenTransition, match="annulez le solde"):
        services.reverse_payment(by=agent, payment=settlement.payment, reason="Erreur")
    services.reverse_settlement(by=agent, settlement=settlement, on=date(2026, 11, 12))
    assert (owed(stay), services.balance(stay), services.deposit_held(stay)) == (
        D("120.00"),
        D("120.00"),
        D("300.00"),
    )
    settle(agent, stay)
    assert services.balance(stay) == 0


def test_what_the_deposit_does_not_cover_stays_owed(agent) -> None:
    stay = left_with_deposit(agent)
    settlement = settle(agent, stay, items=[services.Kept("Porte cassée", D("410.10"))], means="")
    assert (settlement.kept, settlement.returned, owed(stay)) == (D("300.00"), 0, D("110.10"))


def test_a_deposit_is_not_received_twice_nor_given_back_without_saying_how(agent) -> None:
    stay = left_with_deposit(agent)
    with pytest.raises(ValidationError, match="il reste 0,00"):
        services.receive_deposit(by=agent, stay=stay, on=SEPTEMBER, amount=D("1.00"), means="cash")
    with pytest.raises(ValidationError, match="Indiquez comment"):
        settle(agent, stay, means="")
    assert not DepositSettlement.objects.exists()
    settle(agent, stay)
    with pytest.raises(ForbiddenTransition, match="Aucun dépôt"):
        settle(agent, stay)


def test_a_deposit_entered_by_mistake_is_reversed(agent) -> None:
    stay = housed(deposit=D("300.00"))
    receipt = services.receive_deposit(by=agent, stay=stay, on=SEPTEMBER, amount=D("200.00"), means="cash")
    services.reverse_deposit(by=agent, receipt=receipt, reason="Mauvais ménage", on=SEPTEMBER)
    assert services.deposit_held(stay) == 0
    assert Entry.objects.filter(account=Account.DEPOSIT).count() == 2


# --- Everything adds up ----------------------------------------------------------------------------


def check_conservation(stay: Stay) -> None:
    """Called = paid + owed; received = used + credit; the ledger says the difference; no credit while one owes."""
    dues = Due.objects.filter(stay=stay).standing().with_paid()
    payments = Payment.objects.filter(stay=stay).standing().with_left()
    called, left = sum((due.amount for due in dues), D(0)), sum((due.left for due in dues), D(0))
    received, credit = sum((one.amount for one in payments), D(0)), sum((one.left for one in payments), D(0))
    used = Allocation.objects.standing().filter(due__stay=stay).aggregate(sum=Sum("amount"))["sum"] or D(0)
    assert called == used + left
    assert received == used + credit
    assert services.balance(stay) == left - credit
    assert credit == 0 or left == 0
    assert all(due.left >= 0 for due in dues)
    assert all(one.left >= 0 for one in payments)


@pytest.mark.parametrize("seed", range(6))
def test_money_is_conserved_whatever_happens(agent, seed) -> None:
    """Random calls, payments, reversals, plans and refunds: after each of them the account adds up to the cent."""
    chance = Random(seed)
    stay = housed(start=date(2026, 1, 13), planned_end=date(2026, 12, 31), contribution=D("117.37"))
    month = date(2026, 1, 1)
    for _ in range(40):
        day = month + timedelta(days=chance.randint(0, 27))
        match chance.randint(0, 7):
            case 0 | 1:
                call(agent, month)
                month = min(add_months(month, 1), date(2026, 12, 1))
            case 2 | 3 | 4:
                amount = D(chance.randint(1, 30000)) / 100
                services.pay(by=agent, stay=stay, on=day, amount=amount, means="cash")
            case 5:
                rows = [*Payment.objects.filter(stay=stay).standing().order_by("created_at")]
                if rows:
                    services.reverse_payment(by=agent, payment=chance.choice(rows), reason="x", on=day)
            case 6:
                rows = [*Due.objects.filter(stay=stay).standing().order_by("created_at")]
                if rows:
                    services.reverse_due(by=agent, due=chance.choice(rows), reason="x", on=day)
            case 7 if credit := services.credit_of(stay):
                services.refund(by=agent, stay=stay, on=day, amount=credit, means="transfer")
            case _:
                if services.overdue(stay, day) and not RepaymentPlan.objects.running().exists():
                    services.agree_plan(by=agent, stay=stay, signed_on=day, first_on=day, count=1)
        check_conservation(stay)
    assert Due.objects.filter(kind=DueKind.CONTRIBUTION).exists()
