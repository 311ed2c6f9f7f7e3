"""The waiting list in templates."""

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from appointments import rules
from appointments.enums import CallResult, HalfDay, Place, Urgency
from appointments.models import WaitingCall, WaitingEntry
from cias.accounts.models import User
from cias.core import french
from cias.territory.models import Weekday

register = template.Library()

URGENCIES = {
    Urgency.TODAY: ("status-late", "bi-lightning-fill"),
    Urgency.THIS_WEEK: ("status-soon", "bi-hourglass-split"),
    Urgency.LATER: ("", "bi-clock"),
}
ANSWERS = {
    CallResult.ACCEPTED: ("status-ok", "bi-check2"),
    CallResult.REFUSED: ("", "bi-x-lg"),
    CallResult.NO_ANSWER: ("status-soon", "bi-telephone-x"),
    CallResult.MESSAGE: ("status-info", "bi-voicemail"),
}


@register.filter
def waits_for(entry: WaitingEntry, user: User) -> str:
    """Why, as far as the reader may know it."""
    return rules.waiting_reason_label(user, entry)


@register.filter
def waited(entry: WaitingEntry, today: date) -> str:
    """ "aujourd’hui", "1 jour", "3 semaines"."""
    days = (today - entry.requested_on).days
    if days < 1:
        return "aujourd’hui"
    return french.plural(days, "jour") if days < 21 else french.plural(days // 7, "semaine")


@register.filter
def can_come(entry: WaitingEntry) -> str:
    """When and where: "lundi ou mardi, le matin, par téléphone, jusqu’au 24/12/2026"; empty when anything suits."""
    parts = []
    if entry.weekdays:
        parts.append(french.join_list([str(Weekday(day).label) for day in entry.weekdays], "ou"))
    if entry.half_day:
        parts.append(french.lower_first(str(HalfDay(entry.half_day).label)))
    if entry.place != Place.OFFICE:
        parts.append(french.lower_first(str(Place(entry.place).label)))
    if entry.until:
        parts.append(f"jusqu’au {french.date_short(entry.until)}")
    return ", ".join(parts)


@register.simple_tag
def urgency_badge(entry: WaitingEntry) -> SafeString:
    css, icon = URGENCIES[Urgency(entry.urgency)]
    return _badge(css, icon, entry.get_urgency_display())


@register.simple_tag
def answer_badge(call: WaitingCall) -> SafeString:
    css, icon = ANSWERS[CallResult(call.result)]
    return _badge(css, icon, call.get_result_display())


def _badge(css: str, icon: str, label: str) -> SafeString:
    html = '<span class="status {}"><i class="bi {}" aria-hidden="true"></i>{}</span>'
    return format_html(html, css, icon, label)
