"""What is printed of an account: notices, receipts, statement, plan, settlement of a deposit."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from cias.accounts.models import User
from cias.core.pdf import render_pdf
from cias.territory.services import get_structure
from housing.dues.addressing import addressee, stay_lines
from housing.dues.enums import Account
from housing.dues.reading import statement
from housing.dues.services import balance, credit_of, deposit_held, overdue, progress
from housing.models import DepositSettlement, Due, Payment, RepaymentPlan, Stay


def notices_pdf(dues: Sequence[Any], user: User, moment: datetime) -> bytes:
    """One avis d'échéance a page: what is called, how it adds up, what was owed before."""
    day = timezone.localtime(moment).date()
    letters = [
        {
            "due": due,
            "stay": due.stay,
            "lines": stay_lines(due.stay, user, day),
            "details": list(due.lines.all()),
            "before": sum(
                (one.left for one in overdue(due.stay, due.called_on) if one.pk != due.pk), Decimal(0)
            ),
            "credit": credit_of(due.stay),
        }
        for due in dues
    ]
    title = f"Avis d’échéance, {letters[0]['due'].label.lower()}" if len(letters) == 1 else "Avis d’échéance"
    return _pdf("housing/dues/pdf/notices.html", {"letters": letters, "day": day}, title, moment)


def receipts_pdf(dues: Sequence[Any], user: User, moment: datetime) -> bytes:
    """A quittance for each month fully paid, a reçu for each that is not (loi 89-462, art. 21)."""
    day = timezone.localtime(moment).date()
    letters = [
        {
            "due": due,
            "stay": due.stay,
            "is_full": due.left <= 0,
            "lines": stay_lines(due.stay, user, day),
            "details": list(due.lines.all()),
            "allocations": list(
                due.allocations.standing().select_related("payment").order_by("payment__on", "pk")
            ),
        }
        for due in dues
    ]
    name = "Quittance" if all(letter["is_full"] for letter in letters) else "Reçu"
    title = f"{name}, {letters[0]['due'].label.lower()}" if len(letters) == 1 else f"{name}s"
    return _pdf("housing/dues/pdf/receipts.html", {"letters": letters, "day": day}, title, moment)


def payment_pdf(payment: Payment, user: User, moment: datetime) -> bytes:
    day = timezone.localtime(moment).date()
    used = list(payment.allocations.standing().select_related("due").order_by("due__due_on", "pk"))
    context = {
        "payment": payment,
        "stay": payment.stay,
        "used": used,
        "left": payment.amount - sum((row.amount for row in used), Decimal(0)),
        "lines": stay_lines(payment.stay, user, day),
        "day": day,
    }
    return _pdf("housing/dues/pdf/payment.html", context, f"Reçu du {payment.on:%d/%m/%Y}", moment)


def statement_pdf(stay: Stay, user: User, moment: datetime) -> bytes:
    """Every line of both accounts, and what is left to pay."""
    day = timezone.localtime(moment).date()
    context = {
        "stay": stay,
        "rows": statement(stay),
        "deposit": statement(stay, Account.DEPOSIT),
        "balance": balance(stay),
        "credit": credit_of(stay),
        "held": deposit_held(stay),
        "late": overdue(stay, day),
        "lines": stay_lines(stay, user, day),
        "day": day,
    }
    return _pdf(
        "housing/dues/pdf/statement.html", context, f"Relevé de compte, {stay.household.number}", moment
    )


def plan_pdf(plan: RepaymentPlan, user: User, moment: datetime) -> bytes:
    """The plan to sign in two copies."""
    day = timezone.localtime(moment).date()
    context = {
        "plan": plan,
        "stay": plan.stay,
        "person": addressee(plan.stay, day),
        "progress": progress(plan),
        "covers": plan.covers.select_related("due"),
        "day": day,
    }
    return _pdf(
        "housing/dues/pdf/plan.html", context, f"Plan d’apurement du {plan.signed_on:%d/%m/%Y}", moment
    )


def settlement_pdf(settlement: DepositSettlement, user: User, moment: datetime) -> bytes:
    """What was kept of the deposit, item by item, and what goes back."""
    day = timezone.localtime(moment).date()
    items = list(settlement.items.all())
    kept_for = sum((item.amount for item in items), Decimal(0))
    paid = settlement.payment.allocations.standing().select_related("due") if settlement.payment else []
    arrears = [row for row in paid if row.due_id != settlement.damage_id]
    context = {
        "settlement": settlement,
        "stay": settlement.stay,
        "items": items,
        "arrears": arrears,
        "uncovered": kept_for + sum((row.amount for row in arrears), Decimal(0)) - settlement.kept,
        "owed": max(balance(settlement.stay), Decimal(0)),
        "lines": stay_lines(settlement.stay, user, day),
        "day": day,
    }
    return _pdf("housing/dues/pdf/settlement.html", context, "Solde du dépôt de garantie", moment)


def printable(dues: Any) -> list[Due]:
    """Calls with what their pages need, in few queries."""
    rows = dues.with_paid().select_related("stay__household", "stay__place__dwelling__commune")
    return list(rows.prefetch_related("lines").order_by("stay__household__sort_key", "month", "pk"))


def _pdf(template: str, context: dict[str, Any], title: str, moment: datetime) -> bytes:
    structure = get_structure()
    html = render_to_string(template, {**context, "structure": structure, "moment": moment})
    return render_pdf(html, title=title, author=structure.name, moment=moment)
