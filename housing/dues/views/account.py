"""The account of a stay: what was called, what was paid, what is being done about the rest."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.core.access import requires
from cias.core.pdf import pdf_response
from households.file import file_context, get_household
from households.services.documents import read_document
from housing.dues import printing, services
from housing.dues.reading import due_row, statement
from housing.dues.views.access import get_row, get_stay, log_print
from housing.models import (
    DepositReceipt,
    DepositSettlement,
    Due,
    Payment,
    Reminder,
    RepaymentPlan,
    Stay,
)

TAB = "logement"
ZERO = Decimal(0)


@requires("dues.view")
@require_safe
def account(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    stay = get_stay(request, stay_id)
    household = get_household(request, stay.household_id)
    context = file_context(request, household, TAB, **account_context(stay, request.user))
    return render(request, "housing/dues/account.html", context)


def account_context(stay: Stay, user: User) -> dict[str, Any]:
    """Everything the page of an account shows."""
    today = timezone.localdate()
    dues = list(Due.objects.filter(stay=stay).with_paid().order_by("-due_on", "-created_at"))
    rows = [due_row(stay, due, today) for due in dues]
    standing = [due for due in dues if not due.is_reversed]
    late = [due for due in standing if due.left > 0 and due.due_on < today]
    plans = list(RepaymentPlan.objects.filter(stay=stay).prefetch_related("instalments"))
    running = next((plan for plan in plans if plan.ended_on is None), None)
    followed = services.progress(running) if running else None
    settlements = list(DepositSettlement.objects.filter(stay=stay).prefetch_related("items"))
    settled = next((row for row in settlements if row.reversed_on is None), None)
    held, claimed = services.deposit_held(stay), services.to_claim(stay, today)
    return {
        "stay": stay,
        "today": today,
        "rows": rows,
        "outdated": [row.due for row in rows if row.is_outdated],
        "payments": Payment.objects.filter(stay=stay).with_left().select_related("by"),
        "owed": sum((due.left for due in standing), ZERO),
        "late": sum((due.left for due in late), ZERO),
        "credit": services.credit_of(stay),
        "plans": plans,
        "plan": running,
        "followed": followed,
        "plan_late": followed.late(today) if followed else ZERO,
        "is_broken": followed.is_broken(today) if followed else False,
        "steps": [(step, step.is_late(today)) for step in followed.steps] if followed else [],
        "held": held,
        "deposit_left": max((stay.deposit or ZERO) - held, ZERO) if settled is None else ZERO,
        "receipts": DepositReceipt.objects.filter(stay=stay),
        "settlement": settled,
        # Whether the dwelling conforms is known with the settlement: the longer delay is shown until then.
        "return_by": services.return_by(stay.end, is_conforming=False) if stay.end and held > 0 else None,
        "reminders": Reminder.objects.filter(stay=stay).select_related("by", "letter"),
        "claimed": sum((due.left for due in claimed), ZERO),
        "claimed_since": claimed[0].due_on if claimed else None,
        "next_level": services.next_level(stay, today),
        "fsl_url": fsl_url(stay, user) if claimed else "",
        "ledger": statement(stay),
    }


def fsl_url(stay: Stay, user: User) -> str:
    """The form that opens a request to the FSL for this household, for who instructs rights."""
    if not user.has_perm("rights.edit") or stay.household.closed_on is not None:
        return ""
    return reverse("rights:open", args=[stay.household_id, "fsl"])


@requires("dues.view")
@require_safe
def statement_view(request: AgentRequest, stay_id: UUID) -> HttpResponse:
    stay = get_stay(request, stay_id)
    log_print(request, stay, "releve")
    content = printing.statement_pdf(stay, request.user, timezone.now())
    return pdf_response(content, f"releve-{stay.household.number}.pdf", inline=True)


@requires("dues.view")
@require_safe
def due_notice(request: AgentRequest, due_id: UUID) -> HttpResponse:
    """The avis d'échéance of one call."""
    due = get_row(request, Due, due_id)
    log_print(request, due.stay, "avis", due)
    dues = printing.printable(Due.objects.filter(pk=due.pk))
    return pdf_response(
        printing.notices_pdf(dues, request.user, timezone.now()), f"avis-{due.month:%Y-%m}.pdf", inline=True
    )


@requires("dues.view")
@require_safe
def due_receipt(request: AgentRequest, due_id: UUID) -> HttpResponse:
    """A quittance when the call is fully paid, a reçu when it is not."""
    due = get_row(request, Due, due_id)
    log_print(request, due.stay, "quittance", due)
    dues = printing.printable(Due.objects.filter(pk=due.pk))
    name = "quittance" if dues[0].left <= 0 else "recu"
    return pdf_response(
        printing.receipts_pdf(dues, request.user, timezone.now()),
        f"{name}-{due.month:%Y-%m}.pdf",
        inline=True,
    )


@requires("dues.view")
@require_safe
def payment_receipt(request: AgentRequest, payment_id: UUID) -> HttpResponse:
    payment = get_row(request, Payment, payment_id)
    log_print(request, payment.stay, "recu", payment)
    content = printing.payment_pdf(payment, request.user, timezone.now())
    return pdf_response(content, f"recu-{payment.on:%Y-%m-%d}.pdf", inline=True)


@requires("dues.view")
@require_safe
def plan_print(request: AgentRequest, plan_id: UUID) -> HttpResponse:
    plan = get_row(request, RepaymentPlan, plan_id)
    log_print(request, plan.stay, "plan", plan)
    content = printing.plan_pdf(plan, request.user, timezone.now())
    return pdf_response(content, f"plan-{plan.signed_on:%Y-%m-%d}.pdf", inline=True)


@requires("dues.view")
@require_safe
def settlement_print(request: AgentRequest, settlement_id: UUID) -> HttpResponse:
    settlement = get_row(request, DepositSettlement, settlement_id)
    log_print(request, settlement.stay, "solde-depot", settlement)
    content = printing.settlement_pdf(settlement, request.user, timezone.now())
    return pdf_response(content, f"solde-depot-{settlement.on:%Y-%m-%d}.pdf", inline=True)


@requires("dues.view")
@require_safe
def reminder_print(request: AgentRequest, reminder_id: UUID) -> HttpResponse:
    """The letter as it was sent, byte for byte."""
    reminder = get_row(request, Reminder, reminder_id)
    log_print(request, reminder.stay, "relance", reminder)
    content = b"".join(read_document(reminder.letter.document))
    return pdf_response(content, f"relance-{reminder.letter.number}.pdf", inline=True)
