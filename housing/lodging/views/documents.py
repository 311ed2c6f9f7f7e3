"""What is printed: contracts and amendments, the letter that proposes a place or refuses a request."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.pdf import pdf_response, render_pdf
from cias.territory.services import get_structure
from households.file import ask_reason, get_household, may_read_content
from households.models import Household, Person
from households.models.files import on_day
from housing.enums import ContractKind, Scheme
from housing.lodging import services
from housing.lodging.dates import next_exam
from housing.lodging.enums import RequestState
from housing.lodging.services import FORMS
from housing.lodging.views.access import TAB, get_request
from housing.models import SchemeRule, Stay, StayContract


@requires("housing.view")
@require_safe
def contract(request: AgentRequest, stay_contract_id: UUID) -> HttpResponse:
    """The contract of a stay, or one of its amendments, each with the wording of its legal form."""
    rows = StayContract.objects.filter(stay__in=Stay.objects.for_user(request.user))
    row = get_object_or_404(rows.select_related("stay__place__dwelling__commune"), pk=stay_contract_id)
    household = get_household(request, row.stay.household_id)
    if row.share is not None and not may_read_content(request.user, household, "situation.view"):
        return ask_reason(request, household, TAB)
    name = "avenant" if row.kind == ContractKind.RENEWAL else "contrat"
    title = row.get_form_display() or row.get_kind_display()
    return _pdf(request, household, row, name, title, _contract_context(row, household))


def _contract_context(row: StayContract, household: Household) -> dict[str, Any]:
    stay = row.stay
    rule = (
        SchemeRule.objects.filter(scheme=stay.scheme, valid_from__lte=row.start)
        .order_by("-valid_from")
        .first()
    )
    members = household.memberships.filter(on_day(row.start)).select_related("person")
    people = sorted((member.person for member in members), key=lambda one: one.birth_date or date.max)
    form = row.form or FORMS[Scheme(stay.scheme)]
    return {
        "contract": row,
        "stay": stay,
        "dwelling": stay.place.dwelling,
        "household": household,
        "signers": _signers(household, row),
        "occupants": people,
        "form": form,
        "clauses": f"housing/lodging/pdf/clauses_{form}.html",
        "rule": rule,
        "exam_on": next_exam(stay, rule, []) if rule else None,
        "first": stay.contracts.order_by("start").first(),
        "rank": stay.contracts.filter(start__lte=row.start, kind=ContractKind.RENEWAL).count(),
    }


def _signers(household: Household, row: StayContract) -> list[Person]:
    """Who signs for the household: the applicant, and the partner who lives there."""
    rows = household.memberships.filter(on_day(row.start), role__in=("applicant", "partner"))
    return [member.person for member in rows.select_related("person").order_by("role", "created_at")]


@requires("lodging.view")
@require_safe
def request_letter(request: AgentRequest, lodging_request_id: UUID) -> HttpResponse:
    """The letter of where a request stands: a place proposed, or a refusal with its orientation."""
    row = get_request(request, lodging_request_id)
    household = get_household(request, row.household_id)
    if not may_read_content(request.user, household, "lodging.view"):
        return ask_reason(request, household, TAB)
    held = services.held_proposal(row)
    if row.state != RequestState.REFUSED and held is None:
        messages.error(request, "Ni place proposée ni refus\u00a0: il n’y a pas de lettre à imprimer.")
        return redirect("housing:lodging_request", row.pk)
    name = "refus" if held is None else "proposition"
    title = "Refus d’hébergement" if held is None else "Proposition d’hébergement"
    context = {
        "row": row,
        "held": held,
        "household": household,
        "applicant": _applicant(household),
        "address": household.address_to_print(timezone.localdate()),
    }
    return _pdf(request, household, row, name, title, context)


def _applicant(household: Household) -> Person | None:
    rows = household.memberships.filter(on_day(timezone.localdate()), role="applicant")
    member = rows.select_related("person").first()
    return member.person if member else None


def _pdf(
    request: AgentRequest, household: Household, row: Any, name: str, title: str, context: dict[str, Any]
) -> HttpResponse:
    structure = get_structure()
    log_access(request, AccessAction.PRINT, row, subject_id=household.pk, document=name)
    content = render_pdf(
        render_to_string(
            f"housing/lodging/pdf/{name}.html",
            {"structure": structure, "today": timezone.localdate(), "title": title, **context},
        ),
        title=f"{title} {household.number}",
        author=structure.name,
        moment=timezone.now(),
    )
    return pdf_response(content, f"{name}-{household.number}.pdf", inline=True)
