"""Reminders in templates, also those of the households' application, which may not import this one."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from appointments.enums import SENT_CHANNELS, ConsentMeans, ReminderChannel, ReminderState
from appointments.models import Appointment, Reminder, ReminderConsent
from appointments.services.consents import address_of
from appointments.services.reminders import BY_HAND
from households.models import Person

register = template.Library()

STATES = {
    ReminderState.PENDING: ("status-info", "bi-hourglass-split"),
    ReminderState.SENT: ("status-info", "bi-send"),
    ReminderState.DELIVERED: ("status-ok", "bi-check2-all"),
    ReminderState.FAILED: ("status-late", "bi-exclamation-octagon-fill"),
    ReminderState.CANCELLED: ("", "bi-slash-circle"),
}
DONE_BY_HAND = {ReminderChannel.PHONE: "Rappelé par téléphone", ReminderChannel.LETTER: "Courrier envoyé"}


@dataclass(frozen=True)
class ConsentLine:
    """One channel of one person: the consent in force, the last one withdrawn, and whether there is where to send."""

    code: str
    label: str
    consent: ReminderConsent | None
    withdrawn: ReminderConsent | None
    has_address: bool


@register.simple_tag
def consents_of(person: Person) -> list[ConsentLine]:
    rows = list(
        ReminderConsent.objects.filter(person=person)
        .select_related("recorded_by")
        .order_by("-withdrawn_on", "-created_at")
    )
    lines = []
    for code in SENT_CHANNELS:
        mine = [row for row in rows if row.channel == code]
        live = next((row for row in mine if row.withdrawn_on is None), None)
        gone = next((row for row in mine if row.withdrawn_on is not None), None)
        label = str(ReminderChannel(code).label)
        lines.append(ConsentLine(code, label, live, None if live else gone, bool(address_of(person, code))))
    return lines


@register.simple_tag
def consent_means() -> list[tuple[str, Any]]:
    return list(ConsentMeans.choices)


@register.simple_tag
def reminders_of(appointment: Appointment) -> list[Reminder]:
    return list(appointment.reminders.select_related("noted_by").order_by("-state_at", "pk"))


@register.simple_tag
def told_by_hand(appointment: Appointment, reminders: list[Reminder]) -> list[tuple[str, str, bool]]:
    """For the telephone and the letter: the code, the words of the button, whether it is noted already."""
    noted = {row.channel for row in reminders if row.for_start == appointment.start}
    return [(code, DONE_BY_HAND[ReminderChannel(code)], code in noted) for code in BY_HAND]


@register.simple_tag
def reminder_state(reminder: Reminder) -> SafeString:
    css, icon = STATES[ReminderState(reminder.state)]
    label = "Fait" if reminder.channel in BY_HAND else reminder.get_state_display()
    html = '<span class="status {}"><i class="bi {}" aria-hidden="true"></i>{}</span>'
    return format_html(html, css, icon, label)
