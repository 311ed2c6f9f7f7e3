"""The town, the team and the family the journeys are about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
import time_machine

from cias.accounts.enums import Role
from cias.accounts.models import User
from households.models import Household, Person
from tests.factories import (
    AssignmentFactory,
    CommuneFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    PlaceFactory,
    PresenceFactory,
    RoomFactory,
    SituationFactory,
    UserFactory,
)

# Monday 23 November 2026, 10:21 in Paris.
MONDAY = datetime(2026, 11, 23, 9, 21, tzinfo=UTC)


@dataclass
class People:
    nadege: User
    claire: User
    mehdi: User
    isabelle: User
    francoise: User
    maelle: Person
    household: Household


@pytest.fixture
def monday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY) as traveller:
        yield traveller


@pytest.fixture
def people(transactional_db: None) -> People:
    """Mme Le Goff is known and followed by Claire; a room is free at Bel-Air."""
    team = {
        key: UserFactory(
            role=role, first_name=first_name, last_name=last_name, email=f"{key}@cias.test", has_agenda=agenda
        )
        for key, role, first_name, last_name, agenda in (
            ("nadege", Role.RECEPTION, "Nadège", "Fouquet", False),
            ("claire", Role.SOCIAL_WORKER, "Claire", "Vasseur", True),
            ("mehdi", Role.SOCIAL_WORKER, "Mehdi", "Aouragh", True),
            ("isabelle", Role.DIRECTOR, "Isabelle", "Marchand", False),
            ("francoise", Role.BOARD, "Françoise", "Aubert", False),
        )
    }
    for number, key in enumerate(("claire", "mehdi"), start=1):
        PresenceFactory.full_week(
            team[key], room=RoomFactory(name=f"Bureau {number}"), valid_from=date(2026, 1, 1)
        )
    household = HouseholdFactory(name="Le Goff", commune=CommuneFactory())
    maelle = PersonFactory(birth_name="Le Goff", first_names="Maëlle", phone="+33612345678")
    MembershipFactory(household=household, person=maelle)
    SituationFactory(household=household)
    AssignmentFactory(household=household, agent=team["claire"])
    PlaceFactory(dwelling__name="Bel-Air", label="Chambre 2")
    return People(**team, maelle=maelle, household=household)
