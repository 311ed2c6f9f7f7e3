from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest
import time_machine

from appointments.models import Reason
from cias.accounts.models import User
from tests.factories import PresenceFactory, ReasonFactory, RoomFactory

# Tuesday 24 November 2026, 8:00 in Paris: the desk is not open yet.
EARLY = datetime(2026, 11, 24, 7, tzinfo=UTC)


@pytest.fixture
def early() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(EARLY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def css(db: None) -> Reason:
    """Half an hour, no buffer."""
    return ReasonFactory()


@pytest.fixture
def interview(db: None) -> Reason:
    return ReasonFactory(psychologist=True)


def at_work(agent: User, **fields) -> None:
    """Monday to Friday, 9:00–17:00, in a room of their own."""
    PresenceFactory.full_week(agent, room=RoomFactory(name=f"Bureau de {agent.first_name}"), **fields)


@pytest.fixture
def claire_works(claire: User) -> User:
    at_work(claire)
    return claire


@pytest.fixture
def mehdi_works(mehdi: User) -> User:
    at_work(mehdi)
    return mehdi


@pytest.fixture
def hugo_works(hugo: User) -> User:
    at_work(hugo, valid_from=date(2024, 1, 1), starts_at=time(9), ends_at=time(12))
    return hugo
