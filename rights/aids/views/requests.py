"""A household's requests for aid, one request, and everybody's."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.history import changes_of, merge
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import posted
from cias.core.pdf import pdf_response
from households.budgets.payload import from_payload
from households.file import ask_reason, file_context, get_household, may_read_content
from households.models import Household
from rights.aids import services
from rights.aids.checks import cautions
from rights.aids.forms import add_error
from rights.aids.forms.emergency import EmergencyForm
from rights.aids.forms.requests import ListForm, RequestForm, values_of
from rights.aids.printing import letters_pdf
from rights.aids.regulation import regulation_on
from rights.aids.schedule import instalments, late_amount
from rights.aids.services.money import total
from rights.aids.services.requests import has_budget
from rights.aids.steps import may_undo, possible_steps
from rights.models import AidKind, AidRequest

TAB = "aides"
PAGE = 25


def get_request(request: AgentRequest, aid_request_id: UUID) -> AidRequest:
    """The request if the user may know of it; 404 otherwise (C2)."""
    rows = AidRequest.objects.for_user(request.user).select_related(
        "kind", "rule", "household", "applicant", "agent", "snapshot", "envelope", "reported_in"
    )
    return get_object_or_404(rows, pk=aid_request_id)


@requires("aids.overview")
@require_safe
def household(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """The tab of a household's file: states and amounts only, the content is one page further."""
    household = get_household(request, household_id)
    rows = list(AidRequest.objects.for_user(request.user).filter(household=household).for_lists())
    year = timezone.localdate().year
    granted = sum(row.granted_amount or 0 for row in rows if row.decision_on and row.decision_on.year == year)
    context = file_context(request, household, TAB, rows=rows, granted=granted, year=year)
    return render(request, "rights/aids/household.html", context)


@requires("aids.overview")
@require_safe
def aids(request: AgentRequest) -> HttpResponse:
    """Every request the user may know of, filtered by aid, state and decision."""
    form = ListForm(request.GET)
    choice = form.cleaned_data if form.is_valid() else {}
    rows = AidRequest.objects.for_user(request.user)
    rows = rows.filter(state=choice["etat"]) if choice.get("etat") else rows
    if choice.get("decision"):
        rows = rows.filter(decision=choice["decision"])
    elif not choice.get("etat"):
        rows = rows.active()
    if choice.get("aide"):
        rows = rows.filter(kind=choice["aide"])
    page = Paginator(rows.for_lists(), PAGE).get_page(request.GET.get("page"))
    log_access(request, AccessAction.VIEW, aid_requests=len(page.object_list))
    granted = rows.aggregate(total=Sum("granted_amount"))["total"]
    context = {"page": page, "form": form, "granted": granted, "filtered": any(choice.values())}
    return render(request, "rights/aids/aids.html", context)


@requires("aids.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def open_request(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Ask for an aid, prefilled, with the household's budget frozen as it stands."""
    household = get_household(request, household_id)
    form = RequestForm(posted(request), household=household, user=request.user)
    if form.is_valid():
        try:
            asked = services.open_request(
                by=request.user, household=household, opened_on=timezone.localdate(), **form.cleaned_data
            )
        except ValidationError as error:
            add_error(form, error)
        else:
            return _saved(request, asked)
    return _form(request, household, form, None)


@requires("aids.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Ask for an emergency in a minute: proposed at once, decided by delegation (CASF, R123-21)."""
    household = get_household(request, household_id)
    rules = services.delegated_rules(timezone.localdate())
    form = EmergencyForm(posted(request), household=household, rules=rules)
    if form.is_valid():
        try:
            asked = services.ask_emergency(by=request.user, household=household, **form.cleaned_data)
        except ValidationError as error:
            add_error(form, error)
        else:
            messages.success(
                request,
                f"La demande {asked.number} attend la décision par délégation\u00a0: la direction la voit.",
            )
            return redirect("rights:aid", asked.pk)
    context = file_context(
        request,
        household,
        TAB,
        form=form,
        rules=rules,
        regulation=regulation_on(timezone.localdate()),
        has_budget=has_budget(household),
    )
    return render(request, "rights/aids/emergency.html", context)


@requires("aids.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AgentRequest, aid_request_id: UUID) -> HttpResponse:
    """Change a draft; one that was proposed leads back to its page."""
    asked = get_request(request, aid_request_id)
    household = get_household(request, asked.household_id)
    if not asked.is_editable:
        messages.error(
            request, "Cette demande est proposée\u00a0: reprenez-la en brouillon pour la modifier."
        )
        return redirect("rights:aid", asked.pk)
    form = RequestForm(posted(request), household=household, user=request.user, stored=values_of(asked))
    if form.is_valid():
        try:
            services.update_request(by=request.user, request=asked, **form.cleaned_data)
        except ValidationError as error:
            add_error(form, error)
        else:
            return _saved(request, asked)
    return _form(request, household, form, asked)


def _saved(request: AgentRequest, asked: AidRequest) -> HttpResponse:
    """Back to the request; « Enregistrer et proposer » goes on, and says on the request what it lacks."""
    if "propose" not in request.POST:
        messages.success(request, f"La demande {asked.number} est enregistrée en brouillon.")
        return redirect("rights:aid", asked.pk)
    try:
        # The row just written through the same page, read anew.
        # ast-grep-ignore: model-without-reader
        services.propose(by=request.user, request=AidRequest.objects.get(pk=asked.pk))
    except ValidationError as error:
        messages.warning(
            request, f"La demande est enregistrée, pas encore proposée. {' '.join(error.messages)}"
        )
    else:
        messages.success(request, f"La demande {asked.number} est proposée à la commission.")
    return redirect("rights:aid", asked.pk)


def _form(
    request: AgentRequest, household: Household, form: RequestForm, asked: AidRequest | None
) -> HttpResponse:
    today = timezone.localdate()
    rules = [(kind, kind.rule_on(today)) for kind in AidKind.objects.filter(is_active=True)]
    context = file_context(request, household, TAB, form=form, aid=asked, rules=rules)
    return render(request, "rights/aids/form.html", context)


@requires("aids.view")
@require_safe
def request_page(request: AgentRequest, aid_request_id: UUID) -> HttpResponse:
    asked = get_request(request, aid_request_id)
    household = get_household(request, asked.household_id)
    if not may_read_content(request.user, household, "aids.view"):
        return ask_reason(request, household, TAB)
    today = timezone.localdate()
    steps = possible_steps(asked, request.user)
    paid, repaid = total(asked.payments), total(asked.repayments)
    rows = instalments(asked, paid, repaid) if asked.repayable else []
    edits = request.user.has_perm("aids.edit")
    main = next((step for step in steps if step.is_main), None)
    undoable = services.undoable_move(asked)
    context: dict[str, Any] = {
        "aid": asked,
        "main": main,
        "others": [step for step in steps if step != main],
        "cautions": cautions(asked, today) if not asked.decision else [],
        "statement": from_payload(asked.snapshot.payload) if asked.snapshot else None,
        "payments": asked.payments.select_related("by"),
        "repayments": asked.repayments.select_related("by"),
        "paid": paid,
        "repaid": repaid,
        "left_to_repay": paid - repaid,
        "instalments": [(row, row.is_late(today)) for row in rows],
        "late": late_amount(rows, today),
        "items": asked.agenda_items.select_related("session").order_by("created_at"),
        "moves": asked.moves.select_related("by", "undone_by").order_by("-created_at", "-pk"),
        "undoable": undoable if undoable and may_undo(request.user, undoable) else None,
        "may_edit": edits,
        "may_pay": request.user.has_perm("aids.pay"),
    }
    return render(request, "rights/aids/request.html", file_context(request, household, TAB, **context))


@requires("aids.view")
@require_safe
def history(request: AgentRequest, aid_request_id: UUID) -> HttpResponse:
    """Who wrote what on the request, its payments and its repayments (C5)."""
    asked = get_request(request, aid_request_id)
    household = get_household(request, asked.household_id)
    if not may_read_content(request.user, household, "aids.view"):
        return ask_reason(request, household, TAB)
    money = [*asked.payments.all(), *asked.repayments.all()]
    context = file_context(
        request, household, TAB, aid=asked, changes=merge(changes_of(asked), changes_of(*money))
    )
    return render(request, "rights/aids/history.html", context)


@requires("aids.edit")
@require_POST
def freeze(request: AgentRequest, aid_request_id: UUID) -> HttpResponse:
    """Take the household's present budget into a draft."""
    asked = get_request(request, aid_request_id)
    try:
        services.freeze_again(by=request.user, request=asked)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Le budget du ménage est figé dans la demande.")
    return redirect("rights:aid", asked.pk)


@requires("aids.pay")
@require_safe
def letter(request: AgentRequest, aid_request_id: UUID) -> HttpResponse:
    """The notification letter of a decision, with the ways and delays of appeal (CJA, art. R421-5)."""
    asked = get_request(request, aid_request_id)
    household = get_household(request, asked.household_id)
    if not asked.decision:
        messages.error(request, "Il n’y a pas encore de décision à notifier.")
        return redirect("rights:household_aids", household.pk)
    log_access(request, AccessAction.PRINT, asked, subject_id=household.pk, document="notification")
    content = letters_pdf([asked], request.user, timezone.now())
    return pdf_response(content, f"notification-{asked.number}.pdf", inline=True)
