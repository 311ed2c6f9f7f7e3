"""Objects behind the agenda's addresses, for the URL × role test."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from appointments.services.feed import open_feed
from cias.accounts.enums import Role
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    MessageFactory,
    PresenceFactory,
    ReasonFactory,
    RoomFactory,
    TeamFactory,
    WaitingEntryFactory,
)


def sample_kwargs(world: Any) -> dict[str, object]:
    agent = world.agents[Role.SOCIAL_WORKER]
    appointment = AppointmentFactory(
        agent=agent,
        household=world.household,
        person=world.person,
        start=timezone.now() + timedelta(days=1),
    )
    return {
        "appointment_id": appointment.pk,
        "agent_id": agent.pk,
        "presence_id": PresenceFactory(agent=agent).pk,
        "message_id": MessageFactory(agent=agent, household=world.household).pk,
        "waiting_entry_id": WaitingEntryFactory(
            agent=agent, household=world.household, person=world.person
        ).pk,
        "room_id": RoomFactory().pk,
        "reason_id": ReasonFactory().pk,
        "team_id": TeamFactory().pk,
        "absence_id": AbsenceFactory(agent=agent).pk,
        "secret": open_feed(by=agent),
    }
