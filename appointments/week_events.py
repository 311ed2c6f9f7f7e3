"""What the calendar draws: appointments, travel, and the time when nobody can be booked. No query of its own."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from appointments import wording
from appointments.enums import Place, Status
from appointments.models import Appointment
from appointments.rules import may_drag, reason_label
from appointments.services.visits import Visit, visits_of
from appointments.slots import Interval
from appointments.week import AgentDay, Week
from cias.accounts.models import User
from cias.core import french
from cias.core.french import of_place
from cias.core.periods import PARIS
from households.templatetags.domains import ICONS as DOMAIN_ICONS

type Event = dict[str, Any]
type Line = dict[str, str]

# The minutes of the day drawn when nothing lies outside of them, and in what steps they stretch.
FROM, UNTIL, STEP = 8 * 60 + 30, 17 * 60 + 30, 30
ICONS: dict[str, str] = {
    Place.HOME: "bi-house-door",
    Place.PHONE: "bi-telephone",
    Place.VIDEO: "bi-camera-video",
    Place.OUTSIDE: "bi-geo-alt",
}


def calendar_of(week: Week, *, user: User, now: datetime) -> dict[str, Any]:
    """Days, hours and events; every moment in ISO 8601 with the offset of Paris."""
    rows = [row for row in week.appointments if row.occupies]
    visits = {row.pk: visit for one in week.days for row, visit in one.rows if visit is not None}
    spans = [*week.diary.site, *((row.busy_from, row.busy_until) for row in rows)]
    first = min([FROM, *(_minute(start) // STEP * STEP for start, _end in spans)])
    last = max([UNTIL, *(-(-_minute(end) // STEP) * STEP for _start, end in spans)])
    return {
        "days": [one.day.isoformat() for one in week.days],
        "from": _hh_mm(first),
        "until": _hh_mm(last),
        "cancelled": sum(not row.occupies for row in week.appointments),
        "events": [
            *_events(rows, visits, user, now, week.agent),
            *(event for one in week.days for event in _blanks(one, week, first, last)),
        ],
    }


def appointment_events(rows: Iterable[Appointment], *, user: User, now: datetime, agent: User) -> list[Event]:
    """Appointments and the time taken around them, in the calendar of `agent`: it names the other one of a pair."""
    rows = list(rows)
    return list(_events(rows, visits_of(user, rows), user, now, agent))


def _events(
    rows: Iterable[Appointment], visits: Mapping[UUID, Visit], user: User, now: datetime, agent: User
) -> Iterator[Event]:
    for row in rows:
        css, state = _state(row, now)
        lines = [*state, *_subject(row, user), *_with(row, agent), *_where(row, visits.get(row.pk))]
        yield {
            "id": str(row.pk),
            "title": row.who,
            "start": _iso(row.start),
            "end": _iso(row.end),
            "url": "" if row.is_masked else reverse("appointments:detail", args=[row.pk]),
            "editable": may_drag(user, row, now),
            "className": f"rdv {css}".strip(),
            "extendedProps": {
                "round": row.start.minute % 15 == 0 == row.end.minute % 15,
                "lines": lines,
                "drop": reverse("appointments:drop", args=[row.pk]),
                "revision": row.revision,
            },
        }
        yield from _around(row)


def _state(row: Appointment, now: datetime) -> tuple[str, list[Line]]:
    """How the day's grid of reception draws it too: a class, and a line unless it is simply to come."""
    agreement = wording.feminine(row.person)
    if row.is_masked:
        return "rdv-closed", []
    if row.status == Status.HONOURED:
        return "rdv-done", [_line("Honoré", "bi-check2")]
    if row.status == Status.NO_SHOW:
        return "rdv-missed", [_line(f"Absent{agreement}", "bi-x-lg")]
    if row.received_at is not None:
        received = f"Reçu{agreement} à {wording.clock(row.received_at)}"
        return "rdv-in", [_line(received, "bi-chat-left-text-fill")]
    if row.arrived_at is not None:
        return "rdv-here", [_line(f"Attend depuis {wording.clock(row.arrived_at)}", "bi-person-check-fill")]
    if row.end <= now:
        return "rdv-done", [_line("À renseigner", "bi-hourglass-split")]
    if row.start < now:
        return "rdv-late", [_line("Pas encore là", "bi-clock-history")]
    return "", []


def _subject(row: Appointment, user: User) -> Iterator[Line]:
    if row.is_masked:
        return
    code = row.reason.domain
    yield _line(reason_label(user, row), DOMAIN_ICONS.get(code, ""), f"domain-{code}" if code else "")


def _with(row: Appointment, agent: User) -> Iterator[Line]:
    for other in row.agents:
        if other != agent and row.second_agent is not None:
            yield _line(f"avec {other.full_name}", "bi-people")


def _where(row: Appointment, visit: Visit | None) -> Iterator[Line]:
    if row.place == Place.OUTSIDE and row.commune is not None:
        yield _line(f"Permanence {of_place(row.commune.name)}", ICONS[Place.OUTSIDE])
    elif row.place != Place.OFFICE:
        address = f"\u00a0: {visit.address}" if visit is not None and visit.address else ""
        yield _line(f"{row.get_place_display()}{address}", ICONS[row.place])
    if visit is not None and visit.in_pairs:
        yield _line("Visite à deux", "bi-people-fill")
    if visit is not None and visit.note:
        yield _line(visit.note, "bi-info-circle")


def _line(text: str, icon: str, css: str = "") -> Line:
    return {"text": text, "icon": icon, "css": css}


def _around(row: Appointment) -> Iterator[Event]:
    """The way there, and the way back or the buffer: the agent is taken, nobody is received."""
    after = "Retour" if row.place == Place.HOME else "Battement"
    for name, start, end in (("Trajet", row.busy_from, row.start), (after, row.end, row.busy_until)):
        if start < end:
            label = f"{name}, {french.duration(end - start)}"
            yield {**_blank(start, end, label, "cal-way"), "extendedProps": {"around": str(row.pk)}}


def _blank(start: datetime, end: datetime, label: str, css: str) -> Event:
    return {
        "start": _iso(start), "end": _iso(end), "title": label, "className": css,
        "display": "background", "editable": False,
    }  # fmt: skip


def _blanks(one: AgentDay, week: Week, first: int, last: int) -> Iterator[Event]:
    """Why nobody can be booked at some hours of a day: closed, absent, or not receiving."""
    whole = (_at(one.day, first), _at(one.day, last))
    if one.closed:
        yield _blank(*whole, f"Fermé\u00a0: {one.closed}", "cal-off")
        return
    openings = [(row.start, row.end) for row in week.diary.openings[week.agent.pk]]
    away = [(max(row.start, whole[0]), min(row.end, whole[1]), str(row)) for row in one.absences]
    for start, end, label in away:
        if start < end:
            yield _blank(start, end, label, "cal-off")
    for start, end in _without([whole], week.diary.site):
        is_lunch = whole[0] < start and end < whole[1]
        yield _blank(start, end, "Fermé au public" if is_lunch else "", "cal-shut")
    site = [(start, end) for start, end in week.diary.site if start.date() == one.day]
    for start, end in _without(site, [*openings, *((start, end) for start, end, _label in away)]):
        yield _blank(start, end, "Ne reçoit pas", "cal-off")


def _without(wholes: Iterable[Interval], parts: Iterable[Interval]) -> Iterator[Interval]:
    """What is left of some intervals once others are taken away."""
    parts = sorted(parts)
    for start, end in wholes:
        for begins, stops in parts:
            if begins < end and stops > start:
                if start < begins:
                    yield start, begins
                start = max(start, stops)
        if start < end:
            yield start, end


def _iso(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")


def _minute(moment: datetime) -> int:
    """Minutes since midnight, on the clock."""
    local = timezone.localtime(moment)
    return local.hour * 60 + local.minute


def _hh_mm(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _at(day: date, minute: int) -> datetime:
    """A time on the clock of that day, whatever the clocks do in the night."""
    return datetime.combine(day, time.min, PARIS) + timedelta(minutes=minute)
