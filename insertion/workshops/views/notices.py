"""The call list: who is to be told of a change, ticked off one by one."""

from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from appointments.enums import ReminderChannel
from cias.accounts.http import AgentRequest
from cias.audit.enums import AccessAction
from cias.audit.services import log_access
from cias.core.access import requires
from cias.core.french import of_name
from cias.core.http import safe_next
from cias.core.refusals import sentence
from insertion.models import WorkshopNotice
from insertion.workshops import services, wording
from insertion.workshops.enums import NoticeState

MOST = 200
DONE = 20


@requires("workshops.register")
@require_safe
def to_tell(request: AgentRequest) -> HttpResponse:
    """By session, the nearest first; what was ticked today below, so that a mistake is undone."""
    rows = WorkshopNotice.objects.for_user(request.user).select_related(
        "registration__person", "registration__household", "registration__session__workshop__commune",
        "told_by",
    )  # fmt: skip
    waiting = list(rows.to_tell()[:MOST])
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    done = rows.filter(state=NoticeState.TOLD, state_at__gte=today).order_by("-state_at", "pk")[:DONE]
    log_access(request, AccessAction.VIEW, page="workshop_notices", entries=len(waiting))
    groups = []
    for (session, kind), found in groupby(
        waiting, lambda row: (row.registration.session, row.get_kind_display())
    ):
        notices = list(found)
        groups.append((session, kind, wording.sentences(notices[0]), notices))
    context = {"groups": groups, "count": len(waiting), "done": list(done)}
    return render(request, "insertion/workshops/to_tell.html", context)


@requires("workshops.register")
@require_POST
def answer(request: AgentRequest, workshop_notice_id: UUID) -> HttpResponse:
    """Told, no answer, or ticked by mistake."""
    notice = get_object_or_404(
        WorkshopNotice.objects.for_user(request.user).select_related("registration__person"),
        pk=workshop_notice_id,
    )
    who = notice.registration.who
    log_access(request, AccessAction.VIEW, notice, subject_id=notice.registration.household_id)
    try:
        match request.POST.get("result", ""):
            case "told":
                services.note_told(by=request.user, notice=notice)
                messages.success(request, f"C’est noté\u00a0: {who} sait.")
            case "letter":
                services.note_told(by=request.user, notice=notice, channel=ReminderChannel.LETTER)
                messages.success(request, f"Courrier noté pour {who}.")
            case "no_answer":
                services.no_answer(by=request.user, notice=notice)
                messages.success(request, f"Pas de réponse {of_name(who)}\u00a0: à rappeler.")
            case "undo":
                services.take_back_told(by=request.user, notice=notice)
                messages.success(request, f"{who} est de nouveau à prévenir.")
            case _:
                messages.error(request, "Choisissez une réponse.")
    except ValidationError as error:
        messages.error(request, sentence(error))
    return redirect(safe_next(request, reverse("insertion:workshop_notices")))
