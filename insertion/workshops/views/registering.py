"""Registering, from a session in seconds or from a household's page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import of_name, plural
from cias.core.http import posted, safe_next
from cias.core.refusals import refuse, sentence
from households.file import file_context, get_household
from households.models import Household, Person
from households.search import homes_of, search
from insertion.models import WorkshopRegistration, WorkshopSession
from insertion.workshops import services
from insertion.workshops.enums import RegistrationState
from insertion.workshops.forms import EnrolForm, NoFileForm
from insertion.workshops.views.access import get_registration, get_session
from insertion.workshops.views.sessions import session_page

MOST_HITS = 8
HITS = "insertion/workshops/hits.html"


@requires("workshops.register")
@require_POST
def register(request: AgentRequest, workshop_session_id: UUID) -> HttpResponse:
    """From the session: what is typed finds people, a button registers one; or a name alone, without a file."""
    found = get_session(request, workshop_session_id)
    if "name" in request.POST:
        return _without_file(request, found)
    if chosen := request.POST.get("choose", ""):
        return _one(request, found, chosen)
    return _find(request, found)


def _find(request: AgentRequest, found: WorkshopSession) -> HttpResponse:
    query = request.POST.get("q", "").strip()
    hits = search(query, request.user, limit=MOST_HITS) if query else []
    log_access(request, AccessAction.SEARCH, found, count=len(hits))
    if request.htmx:
        return render(request, HITS, {"session": found, "query": query, "hits": hits})
    return session_page(request, found, query=query, hits=hits)


def _one(request: AgentRequest, found: WorkshopSession, person_id: str) -> HttpResponse:
    known = at_home(request.user, person_id)
    if known is None:
        messages.error(
            request, "Cette personne n’appartient à aucun ménage\u00a0: ouvrez d’abord son dossier."
        )
        return redirect("insertion:workshop_session", found.pk)
    person, household = known
    sessions = [found]
    if found.workshop.is_cycle:
        others = WorkshopSession.objects.filter(workshop=found.workshop_id, start__gt=found.start)
        taken = WorkshopRegistration.objects.live().filter(person=person)
        sessions += others.open_to_registration().exclude(registrations__in=taken)
    who = services.Attendee(person=person, household=household)
    try:
        made = services.register(
            by=request.user, sessions=sessions, who=who, accepts_busy="accept" in request.POST
        )
    except services.Busy as busy:
        return session_page(request, found, busy=person, why_busy=sentence(busy))
    except ValidationError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, said_of(made))
    return redirect("insertion:workshop_session", found.pk)


def _without_file(request: AgentRequest, found: WorkshopSession) -> HttpResponse:
    form = NoFileForm(request.POST, auto_id="sans-%s")
    if form.is_valid():
        try:
            made = services.register(
                by=request.user, sessions=[found], who=services.Attendee(**form.cleaned_data)
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, said_of(made))
            return redirect("insertion:workshop_session", found.pk)
    return session_page(request, found, no_file=form)


def at_home(user: User, person_id: str) -> tuple[Person, Household] | None:
    """The person and where they live, among those `user` may know of; None without a household."""
    try:
        person = Person.objects.for_user(user).get(pk=UUID(person_id))
    except (ValueError, Person.DoesNotExist):
        return None
    home = homes_of([person], user).get(person.pk)
    return (person, home.household) if home is not None else None


def said_of(made: list[WorkshopRegistration]) -> str:
    """What to tell the person: a seat, or a rank on the waiting list, for each session."""
    waits = [row for row in made if row.state == RegistrationState.WAITING]
    who = made[0].who
    if not waits:
        return f"{who}\u00a0: {plural(len(made), 'inscription confirmée', 'inscriptions confirmées')}."
    if len(made) == 1:
        rank = made[0].session.registrations.waiting().filter(number__lte=made[0].number).count()
        return f"C’est complet\u00a0: {who} est en liste d’attente, au rang {rank}."
    seats = len(made) - len(waits)
    return (
        f"{who}\u00a0: {plural(seats, 'place')}, {plural(len(waits), 'liste d’attente', 'listes d’attente')}."
    )


@requires("workshops.register")
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """From the household: who, which sessions, how to tell them of a change."""
    household = get_household(request, household_id)
    rows = WorkshopSession.objects.for_user(request.user).open_to_registration().with_workshop().with_seats()
    form = EnrolForm(
        posted(request), household=household, sessions=rows.order_by("start", "pk"),
        initial={"sessions": request.GET.getlist("seance")},
    )  # fmt: skip
    if form.is_valid() and _enrolled(request, household, form):
        return redirect(safe_next(request, reverse("households:detail", args=[household.pk])))
    context = file_context(request, household, "synthese", form=form, back=_back(request, household))
    return render(request, "insertion/workshops/enrol.html", context)


def _back(request: AgentRequest, household: Household) -> str:
    return safe_next(request, reverse("households:detail", args=[household.pk]))


def _enrolled(request: AgentRequest, household: Household, form: EnrolForm) -> bool:
    values: dict[str, Any] = form.cleaned_data
    who = services.Attendee(person=values["person"], household=household)
    try:
        made = services.register(
            by=request.user, sessions=list(values["sessions"]), who=who, channel=values["channel"],
            consent=values["consent"], accepts_busy=values["accepts_busy"],
        )  # fmt: skip
    except services.Busy as busy:
        form.ask_to_accept()
        form.add_error("accepts_busy", busy)
    except ValidationError as error:
        refuse(form, error, {"twice": "sessions", "closed": "sessions"})
    else:
        messages.success(request, said_of(made))
        return True
    return False


@requires("workshops.register")
@require_POST
def withdraw(request: AgentRequest, workshop_registration_id: UUID) -> HttpResponse:
    row = get_registration(request, workshop_registration_id)
    log_access(request, AccessAction.VIEW, row, subject_id=row.household_id)
    try:
        count = services.withdraw(by=request.user, registration=row, following="following" in request.POST)
    except ValidationError as error:
        messages.error(request, sentence(error))
    else:
        more = f" pour {count} séances" if count > 1 else ""
        messages.success(request, f"L’inscription {of_name(row.who)} est retirée{more}.")
    return _after(request, row)


@requires("workshops.register")
@require_POST
def restore(request: AgentRequest, workshop_registration_id: UUID) -> HttpResponse:
    """Withdrawn by mistake, or back after all: the former rank."""
    row = get_registration(request, workshop_registration_id)
    log_access(request, AccessAction.VIEW, row, subject_id=row.household_id)
    try:
        messages.success(request, said_of([services.restore_registration(by=request.user, registration=row)]))
    except ValidationError as error:
        messages.error(request, sentence(error))
    return _after(request, row)


def _after(request: AgentRequest, row: WorkshopRegistration) -> HttpResponse:
    return redirect(safe_next(request, reverse("insertion:workshop_session", args=[row.session_id])))
