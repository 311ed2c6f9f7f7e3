"""What every page of a session checks."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from cias.accounts.http import AgentRequest
from insertion.models import Workshop, WorkshopRegistration, WorkshopSession


def get_workshop(request: AgentRequest, workshop_id: UUID) -> Workshop:
    rows = Workshop.objects.for_user(request.user).select_related("agent", "partner", "commune")
    return get_object_or_404(rows.defer("commune__geometry"), pk=workshop_id)


def get_session(request: AgentRequest, workshop_session_id: UUID) -> WorkshopSession:
    rows = WorkshopSession.objects.for_user(request.user).with_workshop().with_seats()
    return get_object_or_404(rows, pk=workshop_session_id)


def get_registration(request: AgentRequest, workshop_registration_id: UUID) -> WorkshopRegistration:
    rows = WorkshopRegistration.objects.for_user(request.user).with_people()
    return get_object_or_404(rows.select_related("session__workshop"), pk=workshop_registration_id)
