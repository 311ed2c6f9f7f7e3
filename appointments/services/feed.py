"""An agent's agenda for calendar programs: opening, closing and writing the feed (A12, RFC 5545).

The feed leaves the application: it says when and where the agent is taken and for which domain, never for whom.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from appointments.enums import CANCELLED, Place
from appointments.models import Appointment, CalendarFeed
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.french import of_place
from households.models.closed import PROTECTED_FILE

BEHIND, AHEAD = timedelta(days=60), timedelta(days=400)
REFRESH = timedelta(minutes=30)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def open_feed(*, by: User) -> str:
    """A new secret for `by`'s feed; the former address stops answering."""
    secret = secrets.token_urlsafe(32)
    with signed_by(by):
        CalendarFeed.objects.update_or_create(
            agent=by, defaults={"digest": _digest(secret), "opened_at": timezone.now()}
        )
    return secret


def close_feed(*, by: User) -> None:
    with signed_by(by):
        CalendarFeed.objects.filter(agent=by).delete()


def read_feed(secret: str) -> User | None:
    """The agent whose agenda `secret` opens, if they still work here and still receive people."""
    feed = CalendarFeed.objects.select_related("agent").filter(digest=_digest(secret)).first()
    if feed is None or not feed.agent.is_active or not feed.agent.has_perm("agenda.receive"):
        return None
    return feed.agent


def calendar_of(agent: User, now: datetime, link: Callable[[Appointment], str]) -> bytes:
    """The iCalendar text of two months back and thirteen ahead; `link` gives an appointment's address."""
    calendar = Calendar()
    calendar.add("prodid", "-//CIAS//Agenda//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Agenda du CIAS")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    calendar.add_component(_paris())
    rows = (
        Appointment.objects.in_agenda(agent)
        .of_agent(agent)
        .filter(start__gte=now - BEHIND, start__lt=now + AHEAD)
    )
    for row in rows.select_related("reason", "room", "commune").order_by("start", "pk"):
        calendar.add_component(_event(row, link(row)))
    return calendar.to_ical()


def _paris() -> Timezone:
    """Summer time from the last Sunday of March to the last of October (directive 2000/84/CE), as two rules.

    The library would list the changes one by one, which some programs read as if there were none.
    """
    zone = Timezone()
    zone.add("tzid", "Europe/Paris")
    for part, name, month, before, after in (
        (TimezoneDaylight(), "CEST", 3, timedelta(hours=1), timedelta(hours=2)),
        (TimezoneStandard(), "CET", 10, timedelta(hours=2), timedelta(hours=1)),
    ):
        # Local by definition (RFC 5545 §3.6.5): the clock's time just before it changes.
        first = datetime(1996, month, 31 if month == 3 else 27, before // timedelta(hours=1) + 1)  # noqa: DTZ001
        part.add("dtstart", first)
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        part.add("tzname", name)
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        zone.add_component(part)
    return zone


def _event(row: Appointment, url: str) -> Event:
    cancelled = row.status in CANCELLED
    event = Event()
    event.add("uid", str(row.pk))
    event.add("dtstamp", row.revised_at)
    event.add("created", row.created_at)
    event.add("last-modified", row.revised_at)
    event.add("dtstart", timezone.localtime(row.start))
    event.add("dtend", timezone.localtime(row.end))
    subject = PROTECTED_FILE if row.is_masked else row.reason.get_category_display()
    event.add("summary", f"Rendez-vous\u00a0: {subject}")
    if place := _place(row):
        event.add("location", place)
    if not row.is_masked:
        event.add("url", url)
    event.add("class", "PRIVATE")
    event.add("sequence", row.revision)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    return event


def _place(row: Appointment) -> str:
    """A room or a commune; a home visit's address would tell whose home it is."""
    if row.place == Place.OUTSIDE and row.commune is not None:
        return f"Permanence {of_place(row.commune.name)}"
    if row.place == Place.OFFICE and row.room is not None:
        return row.room.name
    return row.get_place_display()
