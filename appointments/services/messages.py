"""Messages reception takes for the agents (A5)."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from appointments.models import Message
from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.audit.services import signed_by
from households.models import Household
from households.services import refuse_outsider


@dataclass(frozen=True, kw_only=True)
class MessageData:
    """What somebody asks to be told; `caller_phone` in E.164 or empty. Practical: nothing about the situation."""

    agent: User
    caller_name: str
    text: str
    caller_phone: str = ""
    is_urgent: bool = False


def take_message(*, by: User, data: MessageData, household: Household | None = None) -> Message:
    """Leave a message for an agent. Raises PermissionDenied, ValidationError (a file that is closed to the agent)."""
    _at_the_desk(by)
    if household is not None:
        refuse_outsider(data.agent, household, field="agent")
    with signed_by(by):
        return Message.objects.create(household=household, taken_by=by, **vars(data))


@transaction.atomic
def correct_message(*, by: User, message: Message, data: MessageData) -> Message:
    """Put right a message nobody has handled yet, the agent it is for included.

    Raises PermissionDenied, also when it has been handled, and ValidationError as take_message().
    """
    _at_the_desk(by)
    message = _lock(message)
    if message.household is not None:
        refuse_outsider(data.agent, message.household, field="agent")
    if message.handled_at is not None:
        raise PermissionDenied
    for name, value in vars(data).items():
        setattr(message, name, value)
    with signed_by(by):
        message.save()
    return message


@transaction.atomic
def handle_message(*, by: User, message: Message, handled: bool = True) -> Message:
    """The agent it is for has done what was asked; `handled` False takes that back. Raises PermissionDenied."""
    message = _lock(message)
    if message.agent != by or not by.has_perm("agenda.receive"):
        raise PermissionDenied
    if (message.handled_at is not None) != handled:
        message.handled_at = timezone.now() if handled else None
        with signed_by(by):
            message.save(update_fields=["handled_at"])
    return message


def _at_the_desk(by: User) -> None:
    if by.scope("agenda.reception") != Scope.ALL:
        raise PermissionDenied


def _lock(message: Message) -> Message:
    return Message.objects.select_for_update(of=("self",)).select_related("agent").get(pk=message.pk)
