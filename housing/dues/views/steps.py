"""One page for each write on an account: a short form, a service, back to the account."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cias.accounts.http import AgentRequest
from cias.core import refusals
from cias.core.access import requires
from cias.core.french import euros
from cias.core.http import posted
from cias.core.states import ForbiddenTransition
from households.file import file_context, get_household
from housing.dues import services
from housing.dues.enums import ReminderLevel
from housing.dues.forms import (
    DepositForm,
    EndPlanForm,
    PayForm,
    PlanForm,
    RefundForm,
    ReverseForm,
    SettleForm,
    SumForm,
)
from housing.dues.views.access import back, get_row, get_stay, refuse
from housing.inventories.services import compare
from housing.models import DepositReceipt, DepositSettlement, Due, Payment, Reminder, RepaymentPlan, Stay

TAB = "logement"
TEMPLATE = "housing/dues/step.html"


@dataclass(frozen=True)
class Step:
    """A write on the stay itself: its form, its service, and the sentences around."""

    title: str
    submit: str
    done: str
    form: Callable[[Any, Stay], forms.Form]
    service: Callable[..., Any]
    intro: str = ""
    template: str = TEMPLATE


STEPS: Mapping[str, Step] = {
    "pay": Step(
        "Enregistrer un paiement",
        "Enregistrer le paiement",
        "Le paiement est enregistré.",
        lambda data, stay: PayForm(data, dues=list(Due.objects.filter(stay=stay).open())),
        services.pay,
        "Il paie d’abord le plus ancien\u00a0; ce qui dépasse est un crédit pour les mois suivants.",
        "housing/dues/pay.html",
    ),
    "sum": Step(
        "Appeler une autre somme",
        "Appeler",
        "La somme est appelée.",
        lambda data, _stay: SumForm(data),
        services.call_sum,
        "Pour des charges ou des consommations. Les participations s’appellent chaque mois, toutes ensemble.",
    ),
    "refund": Step(
        "Rendre le trop-perçu",
        "Enregistrer",
        "Le remboursement est enregistré.",
        lambda data, stay: RefundForm(data, credit=services.credit_of(stay)),
        services.refund,
    ),
    "plan": Step(
        "Étaler l’impayé",
        "Établir le plan",
        "Le plan est établi\u00a0: imprimez-le pour le faire signer.",
        lambda data, _stay: PlanForm(data),
        services.agree_plan,
        "Des échéances mensuelles égales, la dernière prend l’arrondi. Le plan se suit d’après les paiements.",
    ),
    "deposit": Step(
        "Recevoir le dépôt de garantie",
        "Enregistrer",
        "Le dépôt est enregistré.",
        lambda data, stay: DepositForm(data, expected=(stay.deposit or 0) - services.deposit_held(stay)),
        services.receive_deposit,
    ),
    "settle": Step(
        "Solder le dépôt de garantie",
        "Solder le dépôt",
        "Le dépôt est soldé\u00a0: imprimez le décompte pour le ménage.",
        lambda data, stay: SettleForm(data, comparison=compare(stay), keys_on=stay.end),
        services.settle_deposit,
        template="housing/dues/settle.html",
    ),
}  # fmt: skip


@requires("dues.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: AgentRequest, stay_id: UUID, name: str) -> HttpResponse:
    """Show the form of a step; when valid, do it and go back to the account."""
    stay, page = get_stay(request, stay_id), STEPS[name]
    form = page.form(posted(request), stay)
    asked: dict[str, Any] | None = None
    if form.is_valid():
        asked = getattr(form, "asked", form.cleaned_data)
    if asked is not None and _done(form, lambda: page.service(by=request.user, stay=stay, **asked)):
        messages.success(request, page.done)
        return back(stay)
    return _page(
        request,
        stay,
        form,
        page.template,
        title=page.title,
        submit=page.submit,
        intro=page.intro,
        **_facts(stay, name),
    )


def _facts(stay: Stay, name: str) -> dict[str, Any]:
    """What a page shows beside its form."""
    if name == "plan":
        late = services.overdue(stay, timezone.localdate())
        return {"fact": f"{euros(sum((due.left for due in late), 0))} échus à ce jour", "rows": late}
    if name == "settle":
        owed = sum((due.left for due in Due.objects.filter(stay=stay).open()), 0)
        return {
            "held": services.deposit_held(stay),
            "owed": owed,
            "comparison": compare(stay),
            "conforming_by": services.return_by(stay.end, is_conforming=True) if stay.end else None,
            "damaged_by": services.return_by(stay.end, is_conforming=False) if stay.end else None,
        }
    return {}


def _done(form: forms.Form, service: Callable[[], Any]) -> bool:
    """Run the service; its refusal is the form's error."""
    try:
        service()
    except ForbiddenTransition as error:
        form.add_error(None, str(error))
    except ValidationError as error:
        refusals.refuse(form, error)
    else:
        return True
    return False


def _page(
    request: AgentRequest, stay: Stay, form: forms.Form, template: str = TEMPLATE, **more: Any
) -> HttpResponse:
    household = get_household(request, stay.household_id)
    return render(request, template, file_context(request, household, TAB, stay=stay, form=form, **more))


@requires("dues.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def due_reverse(request: AgentRequest, due_id: UUID) -> HttpResponse:
    due = get_row(request, Due, due_id)
    form = ReverseForm(posted(request))
    if form.is_valid() and _done(
        form, lambda: services.reverse_due(by=request.user, due=due, **form.cleaned_data)
    ):
        messages.success(
            request, "L’appel est annulé\u00a0; ce qui l’avait payé paie la suite, ou reste en crédit."
        )
        return back(due.stay)
    return _page(
        request, due.stay, form, title="Annuler un appel", submit="Annuler cet appel",
        intro=f"{due.label}, {euros(due.amount)}. L’appel reste au compte, avec une écriture qui l’annule.",
    )  # fmt: skip


@requires("dues.edit")
@require_POST
def due_regularise(request: AgentRequest, due_id: UUID) -> HttpResponse:
    """Call the month again, as the stay and its contracts now say."""
    due = get_row(request, Due, due_id)
    try:
        again = services.regularise(by=request.user, due=due)
    except (ForbiddenTransition, ValidationError) as error:
        refuse(request, error)
    else:
        said = euros(again.amount) if again else "rien à payer"
        messages.success(request, f"{due.label}\u00a0: {euros(due.amount)} devient {said}.")
    return back(due.stay)


@requires("dues.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def payment_reverse(request: AgentRequest, payment_id: UUID) -> HttpResponse:
    payment = get_row(request, Payment, payment_id)
    form = ReverseForm(posted(request))
    if form.is_valid() and _done(
        form, lambda: services.reverse_payment(by=request.user, payment=payment, **form.cleaned_data)
    ):
        messages.success(request, "Le paiement est annulé\u00a0: ce qu’il payait est de nouveau dû.")
        return back(payment.stay)
    return _page(
        request, payment.stay, form, title="Annuler un paiement", submit="Annuler ce paiement",
        intro=f"{euros(payment.amount)} reçus le {payment.on:%d/%m/%Y}. Le paiement reste au compte, avec une "
        "écriture qui l’annule.",
    )  # fmt: skip


@requires("dues.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def deposit_reverse(request: AgentRequest, deposit_id: UUID) -> HttpResponse:
    receipt = get_row(request, DepositReceipt, deposit_id)
    form = ReverseForm(posted(request))
    if form.is_valid() and _done(
        form, lambda: services.reverse_deposit(by=request.user, receipt=receipt, **form.cleaned_data)
    ):
        messages.success(request, "Le dépôt reçu est annulé.")
        return back(receipt.stay)
    return _page(
        request, receipt.stay, form, title="Annuler un dépôt reçu", submit="Annuler ce dépôt",
        intro=f"{euros(receipt.amount)} reçus le {receipt.on:%d/%m/%Y}.",
    )  # fmt: skip


@requires("dues.edit")
@require_POST
def settlement_reverse(request: AgentRequest, settlement_id: UUID) -> HttpResponse:
    settlement = get_row(request, DepositSettlement, settlement_id)
    try:
        services.reverse_settlement(by=request.user, settlement=settlement)
    except (ForbiddenTransition, ValidationError) as error:
        refuse(request, error)
    else:
        messages.success(request, "Le solde est annulé\u00a0: le dépôt est de nouveau détenu.")
    return back(settlement.stay)


@requires("dues.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def plan_end(request: AgentRequest, plan_id: UUID) -> HttpResponse:
    plan = get_row(request, RepaymentPlan, plan_id)
    form = EndPlanForm(posted(request))
    if form.is_valid() and _done(
        form, lambda: services.end_plan(by=request.user, plan=plan, **form.cleaned_data)
    ):
        messages.success(
            request, "Le plan est terminé\u00a0: toute la somme restante est de nouveau exigible."
        )
        return back(plan.stay)
    return _page(
        request, plan.stay, form, title="Mettre fin au plan", submit="Mettre fin au plan",
        intro=f"{plan}, {euros(plan.total)}.",
    )  # fmt: skip


@requires("dues.edit")
@require_POST
def plan_resume(request: AgentRequest, plan_id: UUID) -> HttpResponse:
    plan = get_row(request, RepaymentPlan, plan_id)
    try:
        services.resume_plan(by=request.user, plan=plan)
    except (ForbiddenTransition, ValidationError) as error:
        refuse(request, error)
    else:
        messages.success(request, "Le plan reprend.")
    return back(plan.stay)


@requires("dues.edit")
@require_POST
def remind(request: AgentRequest, stay_id: UUID, level: int) -> HttpResponse:
    """Write the letter of that level and enter it in the register."""
    stay = get_stay(request, stay_id)
    try:
        reminder = services.remind(by=request.user, stay=stay, level=ReminderLevel(level))
    except ValueError as error:  # ForbiddenTransition, or a level that does not exist
        said = str(error) if isinstance(error, ForbiddenTransition) else "Ce niveau de relance n’existe pas."
        messages.error(request, said)
    except ValidationError as error:
        refuse(request, error)
    else:
        messages.success(
            request,
            f"{reminder.get_level_display()} prête\u00a0: imprimez-la, elle est au registre des relances.",
        )
    return back(stay)


@requires("dues.edit")
@require_POST
def reminder_cancel(request: AgentRequest, reminder_id: UUID) -> HttpResponse:
    reminder = get_row(request, Reminder, reminder_id)
    try:
        services.cancel_reminder(by=request.user, reminder=reminder)
    except ForbiddenTransition as error:
        refuse(request, error)
    else:
        messages.success(
            request, "La relance est annulée au registre\u00a0; sa lettre reste parmi les documents."
        )
    return back(reminder.stay)
