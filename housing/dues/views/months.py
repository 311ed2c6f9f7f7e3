"""The monthly page « Participations », the call of a month, and the arrears of everybody."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.deadlines import add_months
from cias.core.french import euros, month_long, plural
from cias.core.pdf import pdf_response
from housing.dues import printing, services
from housing.dues.enums import DueKind
from housing.dues.forms import MonthForm
from housing.dues.prorata import month_of
from housing.dues.reading import AGES, OLDEST, arrears_of, month_rows, totals_of
from housing.dues.services import rule_on
from housing.models import Due

PER_PAGE = 50


@requires("dues.view")
@require_safe
def months(request: AgentRequest) -> HttpResponse:
    """Who owes what for a month; the filters live in the address."""
    today = timezone.localdate()
    form = MonthForm(request.GET)
    choice = form.cleaned_data if form.is_valid() else {}
    month = month_of(choice.get("mois") or today)
    rows = month_rows(request.user, month, today, choice.get("dispositif") or "")
    shown = [row for row in rows if row.answers(choice.get("etat") or "")]
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, rows=len(page.object_list))
    context: dict[str, Any] = {
        "month": month,
        "previous": f"{add_months(month, -1):%Y-%m}",
        "next": f"{add_months(month, 1):%Y-%m}",
        "form": form,
        "page": page,
        "totals": totals_of(rows),
        "may_call": month <= add_months(month_of(today), 1),
        "rule": rule_on(month),
        "today": today,
    }
    return render(request, "housing/dues/months.html", context)


def _asked_month(request: AgentRequest) -> date:
    form = MonthForm(request.POST if request.method == "POST" else request.GET)
    asked = form.cleaned_data.get("mois") if form.is_valid() else None
    return month_of(asked or timezone.localdate())


def _to_month(month: date) -> HttpResponse:
    return redirect(f"{reverse('housing:participations')}?mois={month:%Y-%m}")


@requires("dues.edit")
@require_POST
def call(request: AgentRequest) -> HttpResponse:
    """Call the month for every stay that is not called yet; a second click finds nothing to do."""
    month = _asked_month(request)
    try:
        called = services.call_month(by=request.user, month=month)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _to_month(month)
    if called.dues:
        count = plural(len(called.dues), "participation appelée", "participations appelées")
        messages.success(
            request, f"{month_long(month).capitalize()}\u00a0: {count}, {euros(called.total)} en tout."
        )
    else:
        messages.info(
            request, f"{month_long(month).capitalize()}\u00a0: tout était déjà appelé, rien n’a changé."
        )
    return _to_month(month)


def _month_dues(request: AgentRequest, month: date) -> list[Any]:
    dues = Due.objects.for_user(request.user).filter(month=month, kind=DueKind.CONTRIBUTION).standing()
    return printing.printable(dues)


@requires("dues.view")
@require_safe
def notices(request: AgentRequest) -> HttpResponse:
    """All the avis d'échéance of a month in one file, ready to post."""
    month = _asked_month(request)
    dues = _month_dues(request, month)
    if not dues:
        messages.error(request, "Aucune participation n’est appelée ce mois-ci.")
        return _to_month(month)
    for due in dues:
        log_access(request, AccessAction.PRINT, due, subject_id=due.stay.household_id, document="avis")
    content = printing.notices_pdf(dues, request.user, timezone.now())
    return pdf_response(content, f"avis-{month:%Y-%m}.pdf", inline=True)


@requires("dues.view")
@require_safe
def receipts(request: AgentRequest) -> HttpResponse:
    """The quittances of a month, of those who paid it all."""
    month = _asked_month(request)
    dues = [due for due in _month_dues(request, month) if due.left <= 0]
    if not dues:
        messages.error(request, "Personne n’a encore payé tout ce mois\u00a0: il n’y a pas de quittance.")
        return _to_month(month)
    for due in dues:
        log_access(request, AccessAction.PRINT, due, subject_id=due.stay.household_id, document="quittance")
    content = printing.receipts_pdf(dues, request.user, timezone.now())
    return pdf_response(content, f"quittances-{month:%Y-%m}.pdf", inline=True)


@requires("dues.view")
@require_safe
def arrears(request: AgentRequest) -> HttpResponse:
    """What is past due, by stay and by age."""
    today = timezone.localdate()
    rows = arrears_of(request.user, today)
    log_access(request, AccessAction.VIEW, rows=len(rows))
    labels = [*(label for _most, label in AGES), OLDEST]
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "labels": labels,
        "sums": [sum((row.ages[rank] for row in rows), 0) for rank in range(len(labels))],
        "total": sum((row.total for row in rows), 0),
        "spread": sum((row.total for row in rows if row.plan), 0),
        "today": today,
    }
    return render(request, "housing/dues/arrears.html", context)
