"""What is printed from the agenda (A14): the card and the letter of an appointment, an agent's day."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from appointments.models import Appointment
from appointments.rules import may_read_reason, reason_label
from appointments.services.visits import addresses_shown_to, visits_of
from appointments.views.appointment import get_appointment
from appointments.views.day import asked_day
from appointments.week import agents_shown_to
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import of_name
from cias.core.pdf import pdf_response, render_pdf
from cias.territory.services import get_structure
from households.models.files import on_day


@requires("agenda.view")
@require_safe
def card(request: AgentRequest, appointment_id: UUID) -> HttpResponse:
    """The card one hands over at the desk: A6, the moment in large letters."""
    return _about(request, appointment_id, "card", "rendez-vous")


@requires("agenda.view")
@require_safe
def letter(request: AgentRequest, appointment_id: UUID) -> HttpResponse:
    """The same by post, for a DL window envelope."""
    return _about(request, appointment_id, "letter", "courrier-rendez-vous")


def _about(request: AgentRequest, appointment_id: UUID, template: str, name: str) -> HttpResponse:
    appointment = get_appointment(request, appointment_id)
    today = timezone.localdate()
    household = appointment.household
    context = {
        "appointment": appointment,
        "to_bring": appointment.reason.to_bring if may_read_reason(request.user, appointment) else "",
        "address": addresses_shown_to(request.user, [household.pk]).filter(on_day(today)).first()
        if household
        else None,
        "today": today,
    }
    log_access(request, AccessAction.PRINT, appointment, subject_id=appointment.household_id, document=name)
    return _pdf(template, context, title="Votre rendez-vous", name=name)


@requires("agenda.view")
@require_safe
def day_sheet(request: AgentRequest, agent_id: UUID) -> HttpResponse:
    """One agent's day on paper, with room to write; ?jour=AAAA-MM-JJ, today by default."""
    agent = get_object_or_404(agents_shown_to(request.user), pk=agent_id)
    day = asked_day(request)
    taken = Appointment.objects.in_agenda(request.user).of_agent(agent).on(day).occupying()
    rows = list(taken.with_people().order_by("start"))
    visits = visits_of(request.user, rows)
    context = {
        "agent": agent,
        "day": day,
        "lines": [(row, reason_label(request.user, row), visits.get(row.pk)) for row in rows],
    }
    log_access(request, AccessAction.PRINT, page="feuille-du-jour", count=len(rows))
    return _pdf(
        "sheet", context, title=f"Rendez-vous {of_name(agent.full_name)}", name=f"journee-{day:%Y-%m-%d}"
    )


def _pdf(template: str, context: dict[str, Any], *, title: str, name: str) -> HttpResponse:
    structure = get_structure()
    content = render_pdf(
        render_to_string(f"appointments/pdf/{template}.html", {**context, "structure": structure}),
        title=title,
        author=structure.name,
        moment=timezone.now(),
    )
    return pdf_response(content, f"{name}.pdf", inline=True)
