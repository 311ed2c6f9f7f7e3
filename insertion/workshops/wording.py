"""What people are told of a session, in writing and on the phone. Never what the workshop is about.

Somebody else may read a message: a subject would say too much (as in appointments.reminder_text).
"""

from dataclasses import dataclass

from appointments.enums import ReminderChannel
from cias.core import french
from cias.core.forms import format_phone
from cias.territory.models import Structure
from insertion.models import WorkshopNotice, WorkshopSession
from insertion.workshops.enums import NoticeKind

NBSP = french.NBSP


@dataclass(frozen=True)
class Words:
    subject: str
    text: str


def sentences(notice: WorkshopNotice) -> str:
    """What happened, then what to do."""
    session = notice.registration.session
    old, where = french.day_and_time(notice.for_start), session.workshop.where
    match notice.kind:
        case NoticeKind.CANCELLED:
            return f"La séance du {old} n’aura pas lieu.{_next_date(session)}"
        case NoticeKind.MOVED:
            new = french.day_and_time(notice.new_start or session.start)
            return f"La séance du {old} est déplacée au {new}, {where}."
        case NoticeKind.PROMOTED:
            return f"Une place s’est libérée{NBSP}: nous vous attendons le {old}, {where}."
    return f"La séance du {old} aura bien lieu, {where}."


def _next_date(session: WorkshopSession) -> str:
    """Another date of the same workshop, when there is one."""
    rows = WorkshopSession.objects.filter(workshop=session.workshop_id).open_to_registration()
    other = rows.exclude(pk=session.pk).order_by("start").first()
    return f" Prochaine date{NBSP}: {french.day_and_time(other.start)}." if other is not None else ""


def message(notice: WorkshopNotice, structure: Structure) -> Words:
    """For e-mail with a greeting, for SMS in one line."""
    said = sentences(notice)
    phone = format_phone(structure.phone) if structure.phone else ""
    call = f"Un empêchement, une question{NBSP}? Appelez le {phone}." if phone else ""
    name = structure.short_name
    if notice.channel == ReminderChannel.SMS:
        return Words("", f"{name}{NBSP}: {said}{f' {phone}' if phone else ''}")
    subject = f"{notice.get_kind_display()}{NBSP}: {french.date_long(notice.for_start)}"
    footer = (
        "Vous recevez ce message parce que vous avez accepté les messages du CIAS. "
        "Pour ne plus en recevoir, dites-le à l’accueil."
    )
    return Words(subject, "\n\n".join(filter(None, ("Bonjour,", said, call, name, footer))) + "\n")
