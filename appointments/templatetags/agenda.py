"""Times and states of appointments, as the agenda draws them."""

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from appointments import rules, wording
from appointments.enums import Status
from appointments.models import Appointment, Message, VisitNote
from appointments.services import Slot
from appointments.services.visits import visit_note_of
from cias.accounts.models import User
from households.enums import Domain
from households.models import Household, Person
from households.templatetags.domains import domain

register = template.Library()
register.filter("clock", wording.clock)
register.filter("short_day", wording.short_day)
register.filter("agrees", wording.feminine)
register.filter("marked", wording.marked)
register.filter("where", wording.where)

LONG_WAIT = timedelta(minutes=15)


@register.filter
def minutes_since(moment: datetime) -> int:
    return max(0, (timezone.now() - moment) // timedelta(minutes=1))


@register.filter
def waits_long(appointment: Appointment) -> bool:
    """In the waiting room for a quarter of an hour or more."""
    arrived = appointment.arrived_at
    return appointment.is_waiting and arrived is not None and timezone.now() - arrived >= LONG_WAIT


@register.filter
def is_late(appointment: Appointment) -> bool:
    """Expected, not arrived, and the hour has passed."""
    return (
        appointment.status == Status.PLANNED
        and appointment.arrived_at is None
        and appointment.start < timezone.now() < appointment.end
    )


@register.filter
def is_over(appointment: Appointment) -> bool:
    """Its time has passed; when it is still planned, nobody has said what became of it."""
    return appointment.end <= timezone.now()


@register.filter
def reason_for(appointment: Appointment, user: Any) -> str:
    """The reason as far as the reader may know it."""
    return rules.reason_label(user, appointment)


@register.filter
def may_drag(appointment: Appointment, user: Any) -> bool:
    """Whether the reader may put it at another time; the table offers what the calendar does."""
    return rules.may_drag(user, appointment, timezone.now())


@register.simple_tag
def visit_note_for(user: User, household: Household) -> VisitNote | None:
    """What to know before visiting that household, as far as the reader may know it."""
    return visit_note_of(user, household)


@register.simple_tag
def open_messages(user: User) -> int:
    """How many messages wait for the reader."""
    return Message.objects.for_user(user).filter(agent=user).open().count()


@register.simple_tag
def category(code: str, label: str) -> SafeString | str:
    """A domain with its icon, another category in plain words."""
    return domain(code) if code in Domain.values else label


STATES = {
    Status.PLANNED: ("", "bi-calendar-event"),
    Status.HONOURED: ("status-ok", "bi-check2"),
    Status.NO_SHOW: ("status-late", "bi-x-lg"),
    Status.CANCELLED_BY_USER: ("", "bi-slash-circle"),
    Status.CANCELLED_BY_SERVICE: ("", "bi-slash-circle"),
}


@register.simple_tag
def state(appointment: Appointment) -> SafeString:
    """Where an appointment stands: icon and words, for lists and its own page."""
    css, icon = STATES[Status(appointment.status)]
    label = appointment.get_status_display()
    agreement = wording.feminine(appointment.person)
    if appointment.is_in_interview and appointment.received_at is not None:
        css, icon = "status-info", "bi-chat-left-text-fill"
        label = f"Reçu{agreement} à {wording.clock(appointment.received_at)}"
    elif appointment.is_waiting and appointment.arrived_at is not None:
        css, icon = "status-soon" if waits_long(appointment) else "status-info", "bi-person-check-fill"
        label = f"Attend depuis {minutes_since(appointment.arrived_at)}\u00a0min"
        if timezone.localdate(appointment.end) < timezone.localdate():
            # Nobody waits until the next day: what happened was not written down.
            label = f"Arrivé{agreement} à {wording.clock(appointment.arrived_at)}, à renseigner"
    elif appointment.status == Status.PLANNED and appointment.end <= timezone.now():
        css, icon, label = "status-soon", "bi-hourglass-split", "À renseigner"
    return format_html(
        '<span class="status {}"><i class="bi {}" aria-hidden="true"></i>{}</span>', css, icon, label
    )


@register.filter
def maiden_name(person: Person) -> str:
    """The birth name of somebody who goes by another one."""
    return person.birth_name if person.usual_name and person.usual_name != person.birth_name else ""


@register.filter
def near(slot: Slot, today: date) -> str:
    """ "aujourd’hui" or "demain" beside a slot."""
    return wording.near_day(timezone.localdate(slot.start), today)


@register.filter
def split_names(names: str) -> list[str]:
    """ "reason,urgency" → ["reason", "urgency"]: the fields a page carries along without showing them."""
    return names.split(",")


@register.filter
def value_of(data: Any, name: str) -> str:
    """What was posted under a name, empty when nothing was."""
    return data.get(name, "")
