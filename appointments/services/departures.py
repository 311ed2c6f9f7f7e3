"""The agenda of somebody who leaves: their coming appointments, waiting list and messages go to colleagues (C11)."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from appointments.enums import OCCUPYING, Status
from appointments.models import Absence, Appointment, Message, WaitingEntry
from appointments.rules import takes
from appointments.services.aftermath import follow
from appointments.services.booking import hold_agents, hold_for_all, lock
from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.db import ConstraintViolation, typed_violations
from households.enums import AssignmentRole
from households.services import assign_referent
from households.services.protection import may_be_given


def coming() -> QuerySet[Appointment]:
    """Appointments that are still to be held."""
    return Appointment.objects.filter(status=Status.PLANNED, start__gt=timezone.now())


def coming_of(agent: User) -> QuerySet[Appointment]:
    return coming().filter(Q(agent=agent) | Q(second_agent=agent))


def waiting() -> QuerySet[WaitingEntry]:
    return WaitingEntry.objects.waiting()


def open_messages() -> QuerySet[Message]:
    return Message.objects.open()


def hold_agenda(agent: User, to: User | None) -> None:
    """Lock the leaver's appointments, then the agents, then the rooms, as every booking does."""
    hold_for_all(list(coming_of(agent).select_related("agent", "second_agent")))
    hold_agents(agent, to)


def give_appointments(agent: User, to: User, by: User) -> None:
    """Each keeps its time, its room and its people. One that `to` cannot take stays, and is to be moved."""
    for row in coming_of(agent).order_by("start", "pk"):
        _give(row, agent, to, by)


def _give(row: Appointment, agent: User, to: User, by: User) -> None:
    row = lock(row)
    there = to in row.agents
    if there or not takes(to, row.reason) or not _is_free(row, to):
        return
    if row.household is not None and not may_be_given(to, row.household):
        return
    if row.agent_id == agent.pk:
        row.agent = to
    else:
        row.second_agent = to
    try:
        with transaction.atomic(), typed_violations():
            row.save(update_fields=["agent", "second_agent"])
    except ConstraintViolation:  # somebody is expected at that time by another way
        return
    if to.role == Role.PSYCHOLOGIST and row.household is not None:
        on = max(timezone.localdate(), row.household.opened_on)
        assign_referent(by=by, household=row.household, agent=to, on=on, role=AssignmentRole.OTHER)
    follow(row)


def _is_free(row: Appointment, to: User) -> bool:
    """Neither away nor expected elsewhere, travel included."""
    if Absence.objects.filter(agent=to).overlapping(row.start, row.end).exists():
        return False
    others = Appointment.objects.of_agent(to).filter(
        status__in=OCCUPYING, busy_from__lt=row.busy_until, busy_until__gt=row.busy_from
    )
    return not others.exists()


def give_waiting(agent: User, to: User, by: User) -> None:
    """Those who wait for the leaver wait for `to`, at the same place in the list."""
    rows = waiting().filter(agent=agent).select_related("reason", "household").select_for_update(of=("self",))
    for row in rows:
        known = row.household is None or may_be_given(to, row.household)
        if takes(to, row.reason) and known:
            row.agent = to
            row.save(update_fields=["agent"])


def free_waiting(agent: User, by: User) -> None:
    """They wait for whoever takes their reason; a psychologist's people wait for another psychologist."""
    waiting().filter(agent=agent).update(agent=None)
