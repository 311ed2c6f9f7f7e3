"""What a reminder says (A11): when, where, and the number to call. Never why, never whom one meets.

Somebody else may read it: at the psychologist's as at the desk, a reason or an agent's name would say too much.
"""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from appointments.enums import Place, ReminderChannel
from appointments.models import Appointment
from appointments.senders import Message
from cias.core import french
from cias.core.forms import format_phone
from cias.core.french import of_place
from cias.territory.models import Structure

NBSP = french.NBSP


def compose(
    *, key: UUID, to: str, channel: str, start: datetime, place: str, commune: str, structure: Structure
) -> Message:
    """The message for `channel`; `commune` names the permanence, when it is one."""
    words = _sms if channel == ReminderChannel.SMS else _mail
    return Message(
        key=str(key),
        to=to,
        subject=f"Rappel de votre rendez-vous du {french.date_long(start)}",
        text=words(start, place, commune, structure),
    )


def message_for(
    appointment: Appointment, *, key: UUID, to: str, channel: str, structure: Structure
) -> Message:
    return compose(
        key=key,
        to=to,
        channel=channel,
        start=appointment.start,
        place=appointment.place,
        commune=appointment.commune.name if appointment.commune is not None else "",
        structure=structure,
    )


def _mail(start: datetime, place: str, commune: str, structure: Structure) -> str:
    name, phone = structure.short_name, format_phone(structure.phone) if structure.phone else ""
    when, of = french.day_and_time(start), f" {of_place(commune)}" if commune else ""
    match place:
        case Place.HOME:
            said = f"Nous passerons chez vous {when}."
        case Place.PHONE:
            said = f"Nous vous appellerons {when}."
        case Place.VIDEO:
            said = f"Nous avons rendez-vous en visioconférence {when}."
        case Place.OUTSIDE:
            said = (
                f"Nous vous attendons {when}, à la permanence{of}."
                if commune
                else f"Nous vous attendons {when}."
            )
        case _:
            address = ", ".join(structure.address_lines.splitlines())
            said = f"Nous vous attendons {when}, à l’accueil du {name}{f', {address}' if address else ''}."
    call = f"Un empêchement{NBSP}? Appelez le {phone}" if phone else f"Un empêchement{NBSP}? Prévenez-nous"
    return (
        f"Bonjour,\n\n{said}\n\n{call}{NBSP}: le créneau servira à quelqu’un d’autre.\n\n{name}\n\n"
        "Vous recevez ce message parce que vous avez accepté les rappels de rendez-vous. "
        "Pour ne plus en recevoir, dites-le à l’accueil.\n"
    )


def _sms(start: datetime, place: str, commune: str, structure: Structure) -> str:
    local = timezone.localtime(start)
    when = f"{french.DAYS[local.weekday()]} {local:%d/%m} à {local.hour}h{local.minute:02}"
    of = f" {of_place(commune)}" if commune else ""
    street = structure.address_lines.splitlines()[0] if structure.address_lines else ""
    where = {
        Place.HOME: "chez vous",
        Place.PHONE: "par téléphone",
        Place.VIDEO: "en visio",
        Place.OUTSIDE: f"permanence{of}",
    }.get(Place(place), street)
    call = f" Empêchement{NBSP}? {format_phone(structure.phone)}" if structure.phone else ""
    return f"{structure.short_name}{NBSP}: rendez-vous {when}{f', {where}' if where else ''}.{call}"
