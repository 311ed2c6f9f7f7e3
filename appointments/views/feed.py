"""The page where agents share their agenda with a calendar program, and the feed that program reads (A12)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appointments.models import Appointment, CalendarFeed
from appointments.services.feed import calendar_of, close_feed, open_feed, read_feed
from cias.accounts.http import AgentRequest
from cias.core.access import public, requires


@requires("agenda.receive")
@require_http_methods(["GET", "HEAD", "POST"])
def feed_page(request: AgentRequest) -> HttpResponse:
    """POST makes a new address, shown this once: afterwards only its digest is known."""
    address = ""
    if request.method == "POST":
        secret = open_feed(by=request.user)
        address = request.build_absolute_uri(reverse("appointments:feed", args=[secret]))
    feed = CalendarFeed.objects.filter(agent=request.user).first()
    return render(request, "appointments/feed.html", {"feed": feed, "address": address})


@requires("agenda.receive")
@require_POST
def stop_feed(request: AgentRequest) -> HttpResponse:
    close_feed(by=request.user)
    messages.success(
        request, "L’adresse est fermée\u00a0: les calendriers qui la lisaient ne reçoivent plus rien."
    )
    return redirect("appointments:feed_page")


@public
@require_GET
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The agenda of whoever the secret belongs to, without a name in it; 404 for any other address."""
    agent = read_feed(secret)
    if agent is None:
        raise Http404

    def link(row: Appointment) -> str:
        return request.build_absolute_uri(reverse("appointments:detail", args=[row.pk]))

    body = calendar_of(agent, timezone.now(), link)
    return HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": 'inline; filename="agenda.ics"',
            "Cache-Control": "private, no-store",
        },
    )
