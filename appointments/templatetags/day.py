"""The cells of the day's table, written at once: for forty agents, templates took most of the page's time (ADR 23)."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from appointments.day_grid import Cell, Kind, Row
from appointments.enums import Place, Status
from appointments.models import Appointment
from appointments.services.visits import Visit
from appointments.templatetags import agenda
from appointments.wording import clock, feminine
from cias.core.french import duration

register = template.Library()

# Stands for the key of an appointment in an address that is looked up once.
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Shared:
    """What the cells have in common. `bookable`: keys of the agents the reader may book for."""

    now: datetime
    bookable: Container[UUID]
    visits: Mapping[UUID, Visit]
    detail: str
    book: str
    # What many appointments of a row of the grid say alike, written once.
    hours: dict[tuple[datetime, datetime], SafeString] = field(default_factory=dict)
    categories: dict[str, SafeString | str] = field(default_factory=dict)


@register.simple_tag(takes_context=True)
def day_cells(context: Context, row: Row) -> SafeString:
    """The cells that begin on a row of the grid, with the `now`, `bookable` and `visits` of the page."""
    shared = Shared(
        now=context["now"],
        bookable=context["bookable"],
        visits=context["visits"],
        detail=reverse("appointments:detail", args=[NOBODY]),
        book=reverse("appointments:book"),
    )
    return format_html_join("\n", "{}", ((_cell(cell, shared),) for cell in row.cells))


def _cell(cell: Cell, shared: Shared) -> SafeString:
    match cell.kind:
        case Kind.BOOKED:
            return _booked(cell, shared)
        case Kind.OFF:
            return format_html('<td class="off" rowspan="{}"><span>{}</span></td>', cell.span, cell.label)
        case Kind.PAST:
            return format_html(
                '<td rowspan="{}"><span class="visually-hidden">Sans rendez-vous</span></td>', cell.span
            )
    if cell.agent.pk not in shared.bookable:
        return format_html(
            '<td class="free" rowspan="{}"><span class="visually-hidden">Libre de {} à {}</span></td>',
            cell.span,
            clock(cell.start),
            clock(cell.end),
        )
    start = timezone.localtime(cell.start)
    return format_html(
        '<td class="free" rowspan="{}"><a id="free-{}-{}" href="{}?agent={}&amp;debut={}">'
        '<i class="bi bi-plus-lg" aria-hidden="true"></i><span class="visually-hidden">Réserver avec {}, libre dès '
        '</span>{}<span class="visually-hidden"> jusqu’à {}</span></a></td>',
        cell.span,
        cell.agent.pk,
        f"{start:%H%M}",
        shared.book,
        cell.agent.pk,
        f"{start:%Y-%m-%dT%H:%M}",
        cell.agent,
        clock(cell.start),
        clock(cell.end),
    )


def _booked(cell: Cell, shared: Shared) -> SafeString:
    held = format_html_join("", "{}", ((_appointment(row, cell, shared),) for row in cell.appointments))
    return format_html(
        '<td class="rdv{}" rowspan="{}">\n{}</td>', _css(cell.appointments[0], shared.now), cell.span, held
    )


def _css(row: Appointment, now: datetime) -> str:
    if row.is_masked:
        return " rdv-closed"
    if row.status == Status.HONOURED:
        return " rdv-done"
    if row.status == Status.NO_SHOW:
        return " rdv-missed"
    if row.is_in_interview:
        return " rdv-in"
    if row.is_waiting:
        return " rdv-here"
    if _is_late(row, now):
        return " rdv-late"
    return " rdv-done" if row.end <= now else ""


def _appointment(row: Appointment, cell: Cell, shared: Shared) -> SafeString:
    if row.is_masked:
        return format_html(
            '<span class="rdv-taken"><b><i class="bi bi-shield-lock" aria-hidden="true"></i> {}</b>{}</span>',
            row.who,
            _hours(row, shared),
        )
    return format_html(
        '<a id="at-{}-{}" href="{}"><b>{}</b>{}\n{}\n{}\n{}</a>',
        cell.agent.pk,
        row.pk,
        shared.detail.replace(str(NOBODY), str(row.pk)),
        row.who,
        _partner(row, cell),
        _state(row, shared),
        _visit(row, shared.visits.get(row.pk)) if row.place == Place.HOME else "",
        _hours(row, shared),
    )


def _partner(row: Appointment, cell: Cell) -> SafeString | str:
    """The other agent of a pair."""
    if row.second_agent is None:
        return ""
    other = row.agent if cell.agent.pk == row.second_agent_id else row.second_agent
    return format_html('<span class="d-block">avec {}</span>', other)


def _state(row: Appointment, shared: Shared) -> SafeString | str:
    """Where it stands; its category as long as it is only expected."""
    if row.status == Status.HONOURED:
        icon, words = "bi-check2", "Honoré"
    elif row.status == Status.NO_SHOW:
        icon, words = "bi-x-lg", f"Absent{feminine(row.person)}"
    elif row.is_in_interview and row.received_at is not None:
        icon, words = "bi-chat-left-text-fill", f"Reçu{feminine(row.person)} {clock(row.received_at)}"
    elif row.is_waiting and row.arrived_at is not None:
        icon = "bi-person-check-fill"
        words = f"Attend, {duration(agenda.minutes_since(row.arrived_at))}"
    elif _is_late(row, shared.now):
        icon, words = "bi-clock-history", "Pas encore là"
    elif row.end <= shared.now:
        icon, words = "bi-hourglass-split", "À renseigner"
    else:
        code = row.reason.category
        if code not in shared.categories:
            shared.categories[code] = agenda.category(code, row.reason.get_category_display())
        return shared.categories[code]
    return format_html('<i class="bi {}" aria-hidden="true"></i> {}', icon, words)


def _is_late(row: Appointment, now: datetime) -> bool:
    """Expected, not arrived, and the hour has passed."""
    return row.status == Status.PLANNED and row.arrived_at is None and row.start < now < row.end


def _visit(row: Appointment, visit: Visit | None) -> SafeString:
    where = (visit.address if visit is not None else "") or "À domicile"
    way = f", trajet {duration(visit.minutes)}" if visit is not None and visit.minutes else ""
    pairs: SafeString | str = ""
    if visit is not None and visit.in_pairs and row.second_agent is None:
        pairs = format_html(
            '<span class="d-block"><i class="bi {}" aria-hidden="true"></i> visite à deux</span>',
            "bi-people-fill",
        )
    return format_html(
        '<span class="d-block"><i class="bi bi-house-door" aria-hidden="true"></i> {}{}</span>{}',
        where,
        way,
        pairs,
    )


def _hours(row: Appointment, shared: Shared) -> SafeString:
    """Read aloud only, where the table of quarter hours says the exact times by itself."""
    times = (row.start, row.end)
    if times not in shared.hours:
        is_round = row.start.minute % 15 == 0 and row.end.minute % 15 == 0
        start, end = map(clock, times)
        shared.hours[times] = (
            format_html('<span class="visually-hidden">, de {} à {}</span>', start, end)
            if is_round
            else format_html('<span class="d-block">{} – {}</span>', start, end)
        )
    return shared.hours[times]
