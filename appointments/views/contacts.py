"""The desk's count of visits and calls without appointment (A5)."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from appointments.enums import Channel, Topic
from appointments.services import count_contact, take_back_contact, tally
from cias.accounts.http import AgentRequest
from cias.core.access import requires


@requires("agenda.reception")
@require_POST
def contact(request: AgentRequest) -> HttpResponse:
    """Count one more visit or call, or take back one's last of the day; then the focus is back where it was."""
    today = timezone.localdate()
    undo = "undo" in request.POST
    channel, _, topic = request.POST.get("undo" if undo else "add", "").partition(":")
    if channel in Channel.values and topic in Topic.values:
        if undo:
            take_back_contact(by=request.user, channel=Channel(channel), topic=Topic(topic), day=today)
        else:
            count_contact(by=request.user, channel=Channel(channel), topic=Topic(topic))
    if request.htmx:
        context = {"tally": tally(user=request.user, day=today)}
        return render(request, "appointments/day_contacts.html", context)
    return redirect(f"{reverse('appointments:day')}#more-{channel}-{topic}")
