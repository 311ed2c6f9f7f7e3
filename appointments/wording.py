"""How the agenda speaks: on screens, and aloud on the telephone."""

import re
from datetime import date, datetime

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from appointments.enums import Place
from appointments.services import Slot
from cias.core import french
from cias.core.french import of_place
from cias.core.text import compact_key, words
from households.enums import Sex, Title
from households.models import Person

NBSP = french.NBSP


def clock(moment: datetime) -> str:
    """Always with minutes, so that columns of times line up: "9 h 00"."""
    local = timezone.localtime(moment)
    return f"{local.hour}{NBSP}h{NBSP}{local.minute:02}"


def short_day(day: date | datetime) -> str:
    """ "mer. 25 nov." """
    local = timezone.localtime(day) if isinstance(day, datetime) else day
    return f"{french.DAYS[local.weekday()][:3]}.{NBSP}{local.day}{NBSP}{french.month_short(local)}"


def near_day(day: date, today: date) -> str:
    """ "aujourd’hui", "demain", or nothing."""
    return {0: "aujourd’hui", 1: "demain"}.get((day - today).days, "")


def spoken_moment(moment: datetime, today: date) -> str:
    """ "demain mercredi 25 novembre à 9 h 30"; the year only when it is another one."""
    local = timezone.localtime(moment)
    day = french.date_long(local)
    if local.year == today.year:
        day = day.removesuffix(f" {local.year}")
    return f"{near_day(local.date(), today)} {day} à {french.time_fr(local)}".strip()


def sentence(*, who: str, slot: Slot, structure: str, today: date) -> SafeString:
    """What to say to the caller, the moment in bold."""
    moment = format_html("<strong>{}</strong>", spoken_moment(slot.start, today))
    agent = " et ".join(one.full_name for one in (slot.agent, slot.second) if one is not None)
    call = f"{who}, " if who else ""
    match slot.place:
        case Place.HOME:
            return format_html(
                "«\u00a0{}{} {} chez vous {}.\u00a0»",
                call,
                agent,
                "passeront" if slot.second else "passera",
                moment,
            )
        case Place.PHONE:
            return format_html(
                "«\u00a0{}{} vous {} {}.\u00a0»",
                call,
                agent,
                "appelleront" if slot.second else "appellera",
                moment,
            )
        case Place.VIDEO:
            where = "en visioconférence"
        case Place.OUTSIDE if slot.commune is not None:
            where = f"à la permanence {of_place(slot.commune.name)}"
        case _:
            where = f"à l’accueil du {structure}"
    return format_html("«\u00a0{}nous vous attendons {}, avec {}, {}.\u00a0»", call, moment, agent, where)


def where(slot: Slot) -> str:
    """The room, the permanence or the kind of place."""
    if slot.commune is not None:
        return f"Permanence {of_place(slot.commune.name)}"
    if slot.place in (Place.OFFICE, Place.OUTSIDE):
        return slot.room.name if slot.room is not None else ""
    return str(Place(slot.place).label)


def feminine(person: Person | None) -> str:
    """The "e" that agrees with a woman ("reçue", "née"), or nothing."""
    is_woman = person is not None and (person.sex == Sex.FEMALE or person.title == Title.MRS)
    return "e" if is_woman else ""


def marked(name: str, typed: str) -> SafeString:
    """A name with the beginnings that were typed marked, whatever their accents: "<mark>Kerbra</mark>t"."""
    heads = sorted(words(typed), key=len, reverse=True)
    pieces = []
    for piece in re.split(r"([\s\-’']+)", name):
        key = compact_key(piece)
        length = max((len(head) for head in heads if len(head) > 1 and key.startswith(head)), default=0)
        pieces.append((piece[:length], piece[length:]))
    return format_html_join("", "{}{}", ((mark_up(head), tail) for head, tail in pieces))


def mark_up(head: str) -> SafeString | str:
    return format_html("<mark>{}</mark>", head) if head else ""
