"""Rules of the agenda, each as one named predicate."""

from datetime import datetime

from appointments.enums import Status
from appointments.models import Appointment, Reason, WaitingEntry
from cias.accounts.enums import Role, Scope
from cias.accounts.models import User


def takes(agent: User, reason: Reason) -> bool:
    """The psychologist takes the private reasons and those only; social workers take the others."""
    return reason.private == (agent.role == Role.PSYCHOLOGIST)


def may_book_for(user: User, agent: User) -> bool:
    """Reception books for everybody, an agent in their own agenda."""
    return _reaches(user.scope("agenda.book"), user, agent)


def may_change(user: User, appointment: Appointment) -> bool:
    """Move or cancel: reception for everybody, and each of its agents."""
    return not appointment.is_masked and any(may_book_for(user, agent) for agent in appointment.agents)


def may_drag(user: User, appointment: Appointment, now: datetime) -> bool:
    """In the calendar, only what has not begun is taken and put elsewhere."""
    to_come = appointment.status == Status.PLANNED and appointment.start > now and not appointment.arrived_at
    return to_come and may_change(user, appointment)


def may_record(user: User, appointment: Appointment) -> bool:
    """The outcome is recorded by an agent who received."""
    reaches = (_reaches(user.scope("agenda.receive"), user, agent) for agent in appointment.agents)
    return not appointment.is_masked and any(reaches)


def may_read_reason(user: User, appointment: Appointment) -> bool:
    """Social workers read the precise reason, except the psychologist's; reception and direction the category."""
    if appointment.is_of(user):
        return True
    return user.scope("agenda.reason") == Scope.ALL and not appointment.reason.private


def reason_label(user: User, appointment: Appointment) -> str:
    """The reason as far as `user` may read it; none of an appointment that is masked."""
    if appointment.is_masked:
        return ""
    if may_read_reason(user, appointment):
        return appointment.reason.label
    return str(appointment.reason.get_category_display())


def reads_visit_notes(user: User) -> bool:
    """Those who visit read what to know before they ring; the others only that two agents should go."""
    return user.has_perm("agenda.receive")


def waiting_reason_label(user: User, entry: WaitingEntry) -> str:
    """Why somebody waits, as far as `user` may read it: the rule of an appointment's reason."""
    reads_all = user.scope("agenda.reason") == Scope.ALL and not entry.reason.private
    return (
        entry.reason.label if entry.agent_id == user.pk or reads_all else entry.reason.get_category_display()
    )


def may_keep(user: User, entry: WaitingEntry) -> bool:
    """Change or close a line of the waiting list: reception all of them, an agent those who wait for them."""
    scope = user.scope("agenda.book")
    return scope == Scope.ALL or (scope == Scope.OWN and entry.agent_id == user.pk)


def _reaches(scope: Scope | None, user: User, agent: User) -> bool:
    return scope == Scope.ALL or (scope == Scope.OWN and agent.pk == user.pk)
