"""A domiciled person's file: elections, what the desk must know, the register; and each step of an election."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cias.accounts.http import AgentRequest
from cias.audit.history import changes_of, merge
from cias.core.access import requires
from cias.core.http import posted
from cias.core.refusals import sentence
from cias.core.states import ForbiddenTransition
from households.file import ask_reason, file_context, get_household, may_read_content
from rights.domiciliation import rules, services
from rights.domiciliation.enums import ElectionState
from rights.domiciliation.forms import RequestForm
from rights.domiciliation.pickup import point_of
from rights.domiciliation.states import LIVE
from rights.domiciliation.steps import possible_steps
from rights.domiciliation.views.access import TAB, get_domiciliation, get_election, refuse, when_used
from rights.domiciliation.wording import mail_words
from rights.models import Domiciliation, Election

CLOSED = (ElectionState.REFUSED, ElectionState.ENDED, ElectionState.WITHDRAWN)
LATEST = 6
PAGE = 50


@requires("rights.edit")
@when_used
@require_http_methods(["GET", "HEAD", "POST"])
def request_election(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Receive a request, prefilled with the applicant, the household's commune and the agent."""
    household = get_household(request, household_id)
    wanted = request.GET.get("personne", "")
    form = RequestForm(posted(request), household=household, user=request.user, wanted=wanted)
    if form.is_valid():
        try:
            election = services.request_election(by=request.user, household=household, **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, "La demande est reçue\u00a0: menez l’entretien, ou fixez-en la date.")
            return redirect("rights:domiciliation", election.domiciliation_id)
    known = Domiciliation.objects.for_user(request.user).filter(household=household).select_related("person")
    rule = rules.sheet(timezone.localdate())
    context = file_context(request, household, TAB, form=form, known=known, rule=rule)
    return render(request, "rights/domiciliation/request.html", context)


@requires("rights.view")
@when_used
@require_safe
def file(request: AgentRequest, domiciliation_id: UUID) -> HttpResponse:
    domiciliation = get_domiciliation(request, domiciliation_id)
    household = get_household(request, domiciliation.household_id)
    if not may_read_content(request.user, household, "rights.view"):
        return ask_reason(request, household, TAB)
    today = timezone.localdate()
    elections = list(
        domiciliation.elections.select_related("commune", "interview_by", "renewal_of").prefetch_related(
            "dependants__person", "moves__by", "moves__undone_by"
        )
    )
    current = _current(elections)
    may_edit = request.user.has_perm("rights.edit")
    renewable = may_edit and current.state == ElectionState.GRANTED
    renewal_from = rules.renewal_from(current.ends_on) if current.ends_on else None
    latest = elections[0]
    given_up = latest if latest.pk != current.pk and latest.state == ElectionState.WITHDRAWN else None
    held = next((row for row in elections if row.holds_on(today)), None)
    context = {
        "domiciliation": domiciliation,
        "current": current,
        "held": held,
        "past": [row for row in elections if row.pk != current.pk],
        "steps": possible_steps(current) if may_edit else [],
        "renewable": renewable,
        "is_time_to_renew": renewable and renewal_from is not None and renewal_from <= today,
        "may_ask_again": may_edit and current.state in CLOSED and household.closed_on is None,
        "undoable": services.undoable_move(current) if may_edit else None,
        # A renewal given up stands behind the attestation that still holds: it is taken up again from its line.
        "given_up": given_up if may_edit and given_up and services.undoable_move(given_up) else None,
        "point": point_of(current.commune_id),
        "register": domiciliation.register.select_related("recorded_by", "proxy", "undone_by")[:LATEST],
        "register_size": domiciliation.register.count(),
        "waiting_words": mail_words(domiciliation.register.waiting()),
        "proxies": domiciliation.proxies.all(),
        "forwardings": domiciliation.forwardings.all(),
        "pauses": domiciliation.pauses.all(),
        "may_edit": may_edit,
        "today": today,
    }
    return render(request, "rights/domiciliation/file.html", file_context(request, household, TAB, **context))


def _current(elections: list[Election]) -> Election:
    """The one to work on, of those given from the latest: one given up or refused hides none that runs."""
    latest = elections[0]
    if latest.state == ElectionState.REFUSED and latest.notified_on is None:
        return latest
    return next((row for row in elections if row.state in LIVE), latest)


@requires("rights.view")
@when_used
@require_safe
def register(request: AgentRequest, domiciliation_id: UUID) -> HttpResponse:
    """The whole register, where who follows the person crosses out a line of any day."""
    domiciliation = get_domiciliation(request, domiciliation_id)
    household = get_household(request, domiciliation.household_id)
    if not may_read_content(request.user, household, "rights.view"):
        return ask_reason(request, household, TAB)
    lines = domiciliation.register.select_related("recorded_by", "proxy", "undone_by")
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    context = {
        "domiciliation": domiciliation,
        "page": page,
        "today": timezone.localdate(),
        "any_day": request.user.has_perm("rights.edit"),
    }
    return render(
        request, "rights/domiciliation/whole_register.html", file_context(request, household, TAB, **context)
    )


@requires("rights.view")
@when_used
@require_safe
def history(request: AgentRequest, domiciliation_id: UUID) -> HttpResponse:
    """Who wrote what, before and after (C5)."""
    domiciliation = get_domiciliation(request, domiciliation_id)
    household = get_household(request, domiciliation.household_id)
    if not may_read_content(request.user, household, "rights.view"):
        return ask_reason(request, household, TAB)
    rows = [*domiciliation.elections.all(), *domiciliation.proxies.all(), *domiciliation.forwardings.all(),
            *domiciliation.pauses.all()]  # fmt: skip
    changes = merge(changes_of(domiciliation), changes_of(*rows))
    context = file_context(request, household, TAB, domiciliation=domiciliation, changes=changes)
    return render(request, "rights/domiciliation/history.html", context)


@requires("rights.edit")
@when_used
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: AgentRequest, election_id: UUID, name: str) -> HttpResponse:
    """Show the form of a step; when valid, do it and go back to the file, as does a step the election is past."""
    election = get_election(request, election_id)
    current = next((one for one in possible_steps(election) if one.name == name), None)
    if current is None:
        if request.method == "POST":
            state = election.get_state_display()
            messages.error(request, f"Rien n’a été enregistré\u00a0: la demande est «\u00a0{state}\u00a0».")
        return redirect("rights:domiciliation", election.domiciliation_id)
    form = current.form(posted(request), election=election)
    if form.is_valid():
        try:
            current.service(by=request.user, election=election, **form.cleaned_data)
        except (ForbiddenTransition, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, current.done)
            return redirect("rights:domiciliation", election.domiciliation_id)
    household = get_household(request, election.domiciliation.household_id)
    waiting = sum(election.domiciliation.register.waiting().values()) if name == "dom_end" else 0
    context = file_context(
        request, household, TAB, election=election, form=form, step=current, waiting=waiting
    )
    return render(request, "rights/domiciliation/step.html", context)


@requires("rights.edit")
@when_used
@require_POST
def renew(request: AgentRequest, election_id: UUID) -> HttpResponse:
    election = get_election(request, election_id)
    return _back(
        request,
        election,
        lambda: services.renew(by=request.user, election=election, on=timezone.localdate()),
        "La demande de renouvellement est reçue\u00a0: l’entretien est obligatoire.",
    )


@requires("rights.edit")
@when_used
@require_POST
def undo(request: AgentRequest, election_id: UUID) -> HttpResponse:
    election = get_election(request, election_id)
    return _back(
        request,
        election,
        lambda: services.undo_last_move(by=request.user, election=election),
        "La dernière étape est annulée.",
    )


def _back(request: AgentRequest, election: Election, act: object, done: str) -> HttpResponse:
    try:
        act()  # type: ignore[operator]
    except (ForbiddenTransition, ValidationError) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, done)
    return redirect("rights:domiciliation", election.domiciliation_id)
