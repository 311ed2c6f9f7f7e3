"""What the messages for the agents contribute to a household's file and to the work lists."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone

from appointments.models import Message
from cias.accounts.models import User
from cias.core import french, registry
from cias.core.french import of_name
from cias.core.registry import Action, ContactSource, TimelineItem, WorkItem
from households.models import Household
from households.team import Team


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """What reception noted for an agent about this household, for those who may read it."""
    for row in Message.objects.in_file_of(household, user).select_related("agent", "taken_by"):
        state = f"traité le {french.date_short(row.handled_at)}" if row.handled_at else "à traiter"
        yield TimelineItem(
            at=row.taken_at,
            icon="bi-chat-left-text",
            title=f"Message {of_name(row.caller_name)} pour {row.agent.full_name}, {state}",
            text=row.text,
            kind="message",
            author=row.taken_by.full_name,
        )


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("agenda.reception"):
        yield Action(
            label="Laisser un message",
            icon="bi-chat-left-text",
            group="Rendez-vous",
            url=f"{reverse('appointments:message_add')}?menage={household.pk}",
        )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """What reception noted for the agent, until they say it is dealt with."""
    for row in Message.objects.filter(agent__in=team.holding("agenda.receive")).open():
        yield (
            row.agent_id,
            WorkItem(
                title="Traiter un message urgent" if row.is_urgent else "Traiter un message",
                url=f"{reverse('appointments:messages')}#message-{row.pk}",
                due=timezone.localdate(row.taken_at),
                subject=row.caller_name,
                subject_id=row.household_id,
                owner=team.by_key[row.agent_id],
                kind="message",
            ),
        )


def register() -> None:
    registry.timeline.register("appointments.messages", timeline, about=("appointments.Message",))
    registry.actions.register("appointments.messages", actions)
    registry.worklist.register(
        "appointments.messages",
        worklist,
        about=("appointments.Message",),
        owned=("appointments.Message.agent",),
    )
    registry.contacts.register(
        "appointments.messages",
        ContactSource(label="Message laissé à l’accueil", rows=Message.objects.all, at="taken_at"),
    )
