"""What the agenda contributes to a household's file and to the work lists."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from appointments import (
    copying,
    erasing,
    letter_keys,
    registrations_departures,
    registrations_merging,
    registrations_messages,
    registrations_summary,
    statistics,
    statistics_waiting,
)
from appointments.enums import Status, WaitingState
from appointments.models import Appointment, WaitingEntry
from appointments.rules import reason_label, waiting_reason_label
from appointments.services.visits import VISIT_NOTES
from cias.accounts.models import User
from cias.core import french, registry
from cias.core.paths import path_to
from cias.core.presence import watched
from cias.core.providers import NO_FILE
from cias.core.registry import Action, ContactSource, OpenItem, Origin, TimelineItem, WorkItem
from households.models import Household
from households.team import Team

ICONS: dict[str, str] = {
    Status.PLANNED: "bi-calendar-event",
    Status.HONOURED: "bi-calendar-check",
    Status.CANCELLED_BY_USER: "bi-calendar-x",
    Status.CANCELLED_BY_SERVICE: "bi-calendar-x",
    Status.NO_SHOW: "bi-person-x",
}


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    rows = Appointment.objects.for_user(user).filter(household=household)
    for row in rows.select_related("agent", "reason", "person").order_by("-start"):
        state = "" if row.status == Status.PLANNED else f", {french.lower_first(row.get_status_display())}"
        yield TimelineItem(
            at=row.start,
            icon=ICONS[row.status],
            title=f"Rendez-vous {french.lower_first(reason_label(user, row))}{state}",
            text=f"à {french.time_fr(row.start)}, {french.lower_first(row.get_place_display())}",
            url=path_to("appointments:detail", row.pk),
            domain=row.reason.domain,
            kind="appointment",
            author=row.agent.full_name,
        )


def waiting_timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """Since when the household waits for a slot; an appointment it got speaks for itself."""
    rows = WaitingEntry.objects.for_user(user).filter(household=household).exclude(state=WaitingState.BOOKED)
    for row in rows.select_related("agent", "reason", "added_by"):
        ended = "" if row.state == WaitingState.WAITING else ", demande retirée"
        yield TimelineItem(
            at=row.requested_on,
            icon="bi-hourglass",
            title=f"Liste d’attente {french.lower_first(waiting_reason_label(user, row))}{ended}",
            text=f"avec {row.agent.full_name}" if row.agent is not None else "avec n’importe quel agent",
            url=path_to("appointments:waiting_entry", row.pk),
            domain=row.reason.domain,
            kind="waiting",
            author=row.added_by.full_name,
        )


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("agenda.book") and household.closed_on is None:
        yield Action(
            label="Prendre rendez-vous",
            icon="bi-calendar-plus",
            group="Rendez-vous",
            url=f"{path_to('appointments:book')}?menage={household.pk}",
        )
        yield Action(
            label="Mettre en liste d’attente",
            icon="bi-hourglass",
            group="Rendez-vous",
            url=f"{path_to('appointments:waiting_add')}?menage={household.pk}",
        )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """The agents' past appointments whose outcome nobody has recorded (A7)."""
    agents = team.holding("agenda.receive", "agenda.view")
    theirs = Appointment.objects.filter(Q(agent__in=agents) | Q(second_agent__in=agents))
    for row in theirs.to_record(timezone.now()).with_people().order_by("start"):
        for agent in agents:
            if not row.is_of(agent) or team.is_closed(agent, row.household_id):
                continue
            if team.is_hidden(agent, row.person_id):
                continue
            yield (
                agent.pk,
                WorkItem(
                    title="Renseigner l’issue du rendez-vous",
                    url=path_to("appointments:outcome", row.pk),
                    due=timezone.localtime(row.start).date(),
                    domain=row.reason.domain,
                    subject=row.who,
                    owner=agent,
                    kind="appointment",
                    personal=True,
                ),
            )


def involved(household: Household, today: date) -> Iterator[User]:
    """Those who are to receive the household."""
    rows = household.appointments.filter(status=Status.PLANNED, start__gte=timezone.now())
    for row in rows.select_related("agent", "second_agent"):
        yield from row.agents


def open_appointments(households: Collection[Any]) -> Iterator[OpenItem]:
    """Somebody is expected, or waits for a slot."""
    coming = Appointment.objects.filter(
        household__in=households, status=Status.PLANNED, start__gte=timezone.now()
    )
    for row in coming.select_related("agent").order_by("start"):
        yield OpenItem(
            subject_id=row.household_id,
            title=f"Rendez-vous prévu le {french.day_and_time(row.start)} avec {row.agent.full_name}",
            url=path_to("appointments:detail", row.pk),
            owner=row.agent,
            blocks=True,
        )
    for entry in WaitingEntry.objects.waiting().filter(household__in=households).select_related("agent"):
        yield OpenItem(
            subject_id=entry.household_id,
            title=f"Attend un rendez-vous depuis le {french.date_short(entry.requested_on)}",
            url=path_to("appointments:waiting"),
            owner=entry.agent,
        )


def appointment_origin(key: UUID, user: User) -> Origin | None:
    row = Appointment.objects.for_user(user).filter(pk=key).first()
    if row is None:
        return None
    return Origin(
        label=f"Rendez-vous du {french.date_short(row.start)}",
        url=path_to("appointments:detail", row.pk),
        subject_id=row.household_id,
    )


def register() -> None:
    erasing.declare()
    copying.declare()
    watched.add(VISIT_NOTES)
    registry.involved.register("appointments", involved)
    registry.timeline.register("appointments", timeline, about=("appointments.Appointment",))
    registry.timeline.register("appointments.waiting", waiting_timeline, about=("appointments.WaitingEntry",))
    registry.actions.register("appointments", actions)
    registry.worklist.register(
        "appointments",
        worklist,
        about=NO_FILE,
        owned=("appointments.Appointment.agent", "appointments.Appointment.second_agent"),
    )
    registry.open_items.register("appointments", open_appointments)
    registry.origins.register("appointment", appointment_origin)
    honoured = Appointment.objects.filter(status=Status.HONOURED).all
    registry.contacts.register(
        "appointments", ContactSource(label="Rendez-vous honoré", rows=honoured, at="start")
    )
    statistics.register()
    statistics_waiting.register()
    registrations_messages.register()
    registrations_merging.declare()
    letter_keys.register()
    registrations_summary.register()
    registrations_departures.register()
