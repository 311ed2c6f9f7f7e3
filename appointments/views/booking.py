"""The booking page (A4): one page, one form, one address; each step is a POST, with or without JavaScript."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from appointments import wording
from appointments.call import Call, may_open_files
from appointments.enums import Place, Urgency
from appointments.forms import BOOKED_PLACES, DURATIONS, BookingForm, bookable_agents, bookable_reasons
from appointments.models import Appointment, Reason
from appointments.rules import takes
from appointments.services import SlotTaken, ToAccept, book, check_in
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.http import safe_next
from cias.territory.models import Commune
from cias.territory.services import get_structure
from households.enums import Title
from households.services import open_household

PAGE = "appointments/book.html"
MOST_BUTTONS = 8
# What htmx asked to replace → the part of the page that is answered.
FRAGMENTS = {"booking": "booking", "candidates": "candidates", "when": "when_and_said", "said": "said"}


@requires("agenda.book")
@require_http_methods(["GET", "HEAD", "POST"])
def booking(request: AgentRequest) -> HttpResponse:
    """Show the call as it stands, or book it. A slot that has just gone answers 409 with three others."""
    data = _next_state(request.POST) if request.method == "POST" else _first_state(request.GET)
    form = BookingForm(data, user=request.user)
    if data.get("action") == "confirm":
        return _confirm(request, form)
    form.is_valid()
    call = Call(form, user=request.user)
    _log(request, call)
    return _page(request, call)


def _first_state(query: QueryDict) -> QueryDict:
    """A new call, or one that begins from a household's file or from a free cell of the day."""
    data = QueryDict(mutable=True)
    data["urgency"], data["place"] = Urgency.THIS_WEEK, Place.OFFICE
    if _text(query, "urgence") in Urgency.values:
        data["urgency"] = _text(query, "urgence")
    data["is_here"] = _text(query, "sur_place")
    data["household"], data["agent"] = _text(query, "menage"), _text(query, "agent")
    if _text(query, "lieu") in {place.value for place in BOOKED_PLACES}:
        data["place"] = _text(query, "lieu")
    if reason := Reason.objects.filter(code=_text(query, "motif")).first():
        data["reason"] = str(reason.pk)
    data["suite"] = _text(query, "suite")
    try:
        start = datetime.fromisoformat(_text(query, "debut"))
    except ValueError:
        return data
    data["slot"] = f"{data['agent']}_{start.isoformat()}"
    data["after"] = (start - timedelta(seconds=1)).isoformat()
    return data


def _next_state(post: QueryDict) -> QueryDict:
    """The values posted, changed by the button that was pressed."""
    data = post.copy()
    typed = " ".join(filter(None, (_text(post, name) for name in ("last_name", "first_names", "birth"))))
    if "choose" in post:
        # Somebody went on typing after this list was drawn: look again rather than take the wrong person.
        if _text(post, "searched") == typed:
            data["person"], data["household"], data["is_new"] = _text(post, "choose"), "", ""
    elif "more" in post:
        data["after"], data["slot"] = _text(post, "more"), ""
    match post.get("action"):
        case "create":
            data["is_new"], data["person"], data["household"] = "1", "", ""
        case "exact":
            data["slot"] = ""
        case "change":
            data["is_new"] = data["person"] = data["household"] = ""
    return data


def _text(data: QueryDict, name: str) -> str:
    return str(data.get(name, "")).strip()


def _log(request: AgentRequest, call: Call) -> None:
    part = FRAGMENTS.get(request.htmx.target or "", "") if request.htmx else "booking"
    if part in ("booking", "candidates") and not call.knows_who and call.typed:
        log_access(request, AccessAction.SEARCH, count=len(call.candidates))
    elif part == "booking" and call.household is not None:
        log_access(request, AccessAction.VIEW, call.household, page="booking")


def _page(request: AgentRequest, call: Call, *, status: int = 200, **more: Any) -> HttpResponse:
    reasons = list(bookable_reasons(request.user))
    context = {
        "call": call, "form": call.form, "reasons": reasons, "reason_groups": _grouped(reasons), "lost": None,
        "urgencies": Urgency.choices, "durations": DURATIONS,
        "places": [(place.value, place.label) for place in BOOKED_PLACES],
        "titles": Title.choices, "communes": Commune.objects.only("code", "name", "sort_key"),
        "may_open_files": may_open_files(request.user), "cautions": [], "confirming": False, **more,
    }  # fmt: skip
    slots = context["lost"].alternatives if context["lost"] else call.slots
    chosen = call.ticked(slots) if context["lost"] else call.chosen
    context |= {"slots": slots, "chosen": chosen, "oob": False}
    if chosen is not None:
        context["sentence"] = call.sentence(chosen, get_structure().short_name)
        context["where"] = wording.where(chosen)
    part = FRAGMENTS.get(request.htmx.target or "") if request.htmx and status == 200 else None
    return render(request, f"{PAGE}#{part}" if part else PAGE, context, status=status)


def _grouped(reasons: list[Reason]) -> list[tuple[str, list[Reason]]]:
    """More reasons than fit on buttons go in a list, by category; nothing when they do fit."""
    if len(reasons) <= MOST_BUTTONS:
        return []
    groups: dict[str, list[Reason]] = {}
    for reason in reasons:
        groups.setdefault(str(reason.get_category_display()), []).append(reason)
    return list(groups.items())


def _confirm(request: AgentRequest, form: BookingForm) -> HttpResponse:
    complete = form.complete()
    call = Call(form, user=request.user)
    if not complete:
        return _page(request, call, confirming=True)
    try:
        with transaction.atomic():
            appointment = _book(request, call)
            if call.values["is_here"] and timezone.localdate(appointment.start) == call.today:
                check_in(by=request.user, appointment=appointment)
    except SlotTaken as lost:
        return _page(request, call, status=409, lost=lost)
    except ToAccept as warned:
        return _page(request, call, cautions=warned.cautions)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, call, confirming=True)
    moment = wording.spoken_moment(appointment.start, timezone.localdate())
    messages.success(request, f"Rendez-vous pris : {moment}, avec {appointment.agent.full_name}.")
    # Who came from a file goes back to it.
    return redirect(safe_next(request, reverse("appointments:detail", args=[appointment.pk]), name="suite"))


def _book(request: AgentRequest, call: Call) -> Appointment:
    """Open the file of a new caller and book, all or nothing; what is to be acknowledged undoes it too."""
    values = call.values
    agent_id, start = values["slot"]
    agent = next((one for one in bookable_agents(request.user) if str(one.pk) == agent_id), None)
    if agent is None or not takes(agent, values["reason"]):
        raise ValidationError({"slot": "Choisissez un créneau pour ce motif."})
    household = call.household
    person, caller = call.person, {}
    if household is None and may_open_files(request.user):
        household = open_household(
            by=request.user,
            applicant=person or call.person_data(),
            opened_on=call.today,
            commune=values["commune"],
            off_territory=values["off_territory"] and values["commune"] is None,
        )
        person = person or household.memberships.get().person
    elif household is None:
        caller = {"caller_name": call.caller, "caller_phone": values["phone"]}
    return book(
        by=request.user, agent=agent, start=start, reason=values["reason"], household=household,
        person=person, minutes=values["minutes"] or None, urgency=values["urgency"] or Urgency.THIS_WEEK,
        place=values["place"] or Place.OFFICE, practical_note=values["practical_note"],
        second_agent=values["second_agent"], off_grid=values.get("exact") == start,
        accepts=values["accepts"], **caller,
    )  # fmt: skip
