"""One page for each step of a request: a short form, a service, back to the request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import AccessRefused, requires
from cias.core.http import posted
from cias.core.refusals import sentence
from cias.core.states import ForbiddenTransition
from households.file import file_context, get_household, may_read_content
from rights.aids import services
from rights.aids.enums import AidState
from rights.aids.forms import add_error
from rights.aids.forms.requests import STEP_FORMS, DelegateForm
from rights.aids.regulation import regulation_on
from rights.aids.sheets import sheet_alone
from rights.aids.steps import find_step, may_undo
from rights.aids.views.requests import TAB, get_request
from rights.models import AidEnvelope, AidRequest


@dataclass(frozen=True)
class Page:
    """The service a step calls, the right to it, and the sentences around its form."""

    service: Callable[..., Any]
    done: str
    intro: str = ""


PAGES: Mapping[str, Page] = {
    "take_back": Page(services.take_back, "La demande est de nouveau un brouillon."),
    "abandon": Page(services.abandon, "Le retrait de la demande est enregistré."),
    "close": Page(services.close_request, "La demande est close."),
    "hand_over": Page(
        services.hand_over,
        "L’aide est remise\u00a0: la notification et le paiement sont enregistrés.",
        "Remettez la lettre avec l’aide\u00a0: les délais de recours partent de ce jour. La régie paie tout le montant "
        "accordé.",
    ),
    "notify": Page(
        services.notify,
        "La notification est enregistrée.",
        "La lettre rappelle les voies et délais de recours\u00a0: sans elle, le délai ne court pas.",
    ),
    "pay": Page(
        services.pay, "Le paiement est enregistré.", "Les paiements ne dépassent jamais le montant accordé."
    ),
    "repay": Page(services.repay, "Le remboursement est enregistré."),
    "schedule": Page(
        services.set_schedule,
        "L’échéancier est fixé.",
        "Des échéances mensuelles égales, la dernière prend l’arrondi.",
    ),
}


@requires("aids.edit", "aids.pay")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: AgentRequest, aid_request_id: UUID, name: str) -> HttpResponse:
    """Show the form of a step; when valid, do it and go back to the request.

    A step the request is past, or that is not this role's, leads back to the file.
    """
    asked, page = get_request(request, aid_request_id), PAGES[name]
    current = find_step(asked, request.user, f"aid_{name}")
    household = get_household(request, asked.household_id)
    if current is None:
        log_access(request, AccessAction.VIEW, asked, subject_id=household.pk)
        messages.error(
            request, f"Rien n’a été enregistré\u00a0: la demande est «\u00a0{asked.state_label}\u00a0»."
        )
        return redirect("rights:household_aids", household.pk)
    form = STEP_FORMS[name](posted(request), request=asked)
    if form.is_valid():
        try:
            page.service(by=request.user, request=asked, **form.cleaned_data)
        except ForbiddenTransition as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            add_error(form, error)
        else:
            messages.success(request, page.done)
            return back(request.user, asked)
    context = file_context(request, household, TAB, aid=asked, form=form, step=current, intro=page.intro)
    return render(request, "rights/aids/step.html", context)


def back(user: User, asked: AidRequest) -> HttpResponse:
    """To the request for who reads its content, else to the household's aids."""
    if may_read_content(user, asked.household, "aids.view"):
        return redirect("rights:aid", asked.pk)
    return redirect("rights:household_aids", asked.household_id)


@requires("aids.edit")
@require_POST
def propose(request: AgentRequest, aid_request_id: UUID) -> HttpResponse:
    asked = get_request(request, aid_request_id)
    try:
        services.propose(by=request.user, request=asked)
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, f"La demande {asked.number} est proposée à la commission.")
    return redirect("rights:aid", asked.pk)


@requires("aids.session")
@require_http_methods(["GET", "HEAD", "POST"])
def delegate(request: AgentRequest, aid_request_id: UUID) -> HttpResponse:
    """An emergency, decided on its anonymised sheet; the next session is told of it (CASF, R123-22)."""
    asked = get_request(request, aid_request_id)
    household = get_household(request, asked.household_id)
    log_access(request, AccessAction.VIEW, asked, subject_id=household.pk, sheet=True)
    if find_step(asked, request.user, "aid_delegate") is None:
        messages.error(
            request,
            "Cette demande ne se décide pas par délégation\u00a0: pas d’urgence, ou pas prévu au règlement.",
        )
        return redirect("rights:household_aids", household.pk)
    form = DelegateForm(posted(request), request=asked)
    if form.is_valid():
        try:
            services.decide_by_delegation(by=request.user, request=asked, **form.asked)
        except ForbiddenTransition as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            add_error(form, error)
        else:
            messages.success(request, f"La décision sur la demande {asked.number} est enregistrée.")
            return back(request.user, asked)
    envelopes = AidEnvelope.objects.with_figures().filter(kind=asked.kind, year=timezone.localdate().year)
    context = {
        "aid": asked,
        "sheet": sheet_alone(asked, timezone.localdate()),
        "form": form,
        "regulation": regulation_on(timezone.localdate()),
        "envelope": envelopes.first(),
    }
    return render(request, "rights/aids/delegate.html", context)


@requires("aids.edit", "aids.session")
@require_POST
def undo(request: AgentRequest, aid_request_id: UUID) -> HttpResponse:
    """Take back the last move, for who may make it."""
    asked = get_request(request, aid_request_id)
    last = services.undoable_move(asked)
    if last is not None and not may_undo(request.user, last):
        raise AccessRefused("aids.session" if last.to_state != AidState.PROPOSED else "aids.edit")
    try:
        move = services.undo_last_move(by=request.user, request=asked)
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, f"L’étape «\u00a0{move.get_to_state_display()}\u00a0» est annulée.")
    return back(request.user, asked)
