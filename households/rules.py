"""What the customer agreed to, in one sentence each."""

from datetime import date

from cias.accounts.enums import Role, Scope
from cias.accounts.models import User
from cias.audit.services import has_stated_reason
from households.enums import AssignmentRole
from households.models import DOERS, Assignment, CaseloadBatch, Cover, Household, Task
from households.models.files import HouseholdQuerySet, on_day

# The list's filter for households nobody is in charge of.
WITHOUT_REFERENT = "sans-referent"


def without_referent(today: date) -> HouseholdQuerySet:
    """An open file is "sans référent" when no main référent is designated for it today."""
    looked_after = Assignment.objects.filter(on_day(today), role=AssignmentRole.MAIN).values("household")
    return Household.objects.active().exclude(pk__in=looked_after)


def may_do(user: User, task: Task) -> bool:
    """A task is done by its agent; social workers may do those they share, but never the psychologist's."""
    shared = user.role == Role.SOCIAL_WORKER and task.agent.role != Role.PSYCHOLOGIST
    return task.agent_id == user.pk or shared


def may_take(user: User, task: Task) -> bool:
    """Social workers take over from one another what they share."""
    return task.is_to_do and task.agent_id != user.pk and user.role in DOERS and may_do(user, task)


def may_change_task(user: User, task: Task) -> bool:
    """A task is changed, postponed or cancelled by who may do it, by who asked for it, and by the direction."""
    return may_do(user, task) or task.created_by_id == user.pk or user.role == Role.DIRECTOR


def may_read_detail(user: User, task: Task) -> bool:
    """A task's detail is content: for its agent and its author, for social work, for the direction with a reason."""
    if user.pk in (task.agent_id, task.created_by_id):
        return True
    match user.scope("situation.view"):
        case Scope.ALL:
            return True
        case Scope.REASON:
            key = task.household_id
            return key is not None and has_stated_reason(user=user, subject_id=key)
    return False


def may_undo_batch(user: User, batch: CaseloadBatch) -> bool:
    """Who did it, or the direction."""
    return user.role == Role.DIRECTOR or batch.by_id == user.pk


def may_cover(user: User, agent: User) -> bool:
    """An agent names who stands in for them; the direction does for anybody."""
    return user.role == Role.DIRECTOR or user.pk == agent.pk


def may_end_cover(user: User, cover: Cover) -> bool:
    """The agent who is back, who decided it, or the direction."""
    return may_cover(user, cover.agent) or cover.created_by_id == user.pk
