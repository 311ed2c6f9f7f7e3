"""Rules of the agenda, each as one named predicate."""

from appointments.models import Appointment, Reason
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
    return any(may_book_for(user, agent) for agent in appointment.agents)


def may_record(user: User, appointment: Appointment) -> bool:
    """The outcome is recorded by an agent who received."""
    return any(_reaches(user.scope("agenda.receive"), user, agent) for agent in appointment.agents)


def may_read_reason(user: User, appointment: Appointment) -> bool:
    """Social workers read the precise reason, except the psychologist's; reception and direction the category."""
    if appointment.is_of(user):
        return True
    return user.scope("agenda.reason") == Scope.ALL and not appointment.reason.private


def reason_label(user: User, appointment: Appointment) -> str:
    """The reason as far as `user` may read it."""
    if may_read_reason(user, appointment):
        return appointment.reason.label
    return str(appointment.reason.get_category_display())


def _reaches(scope: Scope | None, user: User, agent: User) -> bool:
    return scope == Scope.ALL or (scope == Scope.OWN and agent.pk == user.pk)
