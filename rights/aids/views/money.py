"""The payments of everybody, for the accountant, and slips taken back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.core.access import requires
from cias.core.states import ForbiddenTransition
from cias.lists.page import list_page
from rights.aids import services
from rights.aids.accounting import PAYMENTS
from rights.aids.views.requests import get_request
from rights.aids.views.steps import back


@requires("aids.manage")
@require_safe
def payments(request: AgentRequest) -> HttpResponse:
    """What was paid, line by line; the export goes to the accountant, with its reason in the log."""
    return list_page(request, PAYMENTS, "rights/aids/payments.html")


@requires("aids.pay")
@require_POST
def cancel_payment(request: AgentRequest, aid_request_id: UUID, aid_payment_id: UUID) -> HttpResponse:
    asked = get_request(request, aid_request_id)
    payment = get_object_or_404(asked.payments, pk=aid_payment_id)
    try:
        services.cancel_payment(by=request.user, payment=payment)
    except ForbiddenTransition as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Le paiement est annulé.")
    return back(request.user, asked)


@requires("aids.pay")
@require_POST
def cancel_repayment(request: AgentRequest, aid_request_id: UUID, aid_repayment_id: UUID) -> HttpResponse:
    asked = get_request(request, aid_request_id)
    repayment = get_object_or_404(asked.repayments, pk=aid_repayment_id)
    try:
        services.cancel_repayment(by=request.user, repayment=repayment)
    except ForbiddenTransition as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Le remboursement est annulé.")
    return back(request.user, asked)
