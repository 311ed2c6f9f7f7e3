"""One household with everything in it, marked with strings no page may show to the wrong eyes."""

from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.territory.models import Commune
from households.enums import MemberRole, NoteLevel
from households.models import Household, Person
from tests.factories import (
    AddressFactory,
    AssignmentFactory,
    CommuneFactory,
    HouseholdFactory,
    MembershipFactory,
    NoteFactory,
    PersonFactory,
    SituationFactory,
    UserFactory,
)

# Canaries: what they stand in for, and the strings to look for in answers.
IDENTITY = "Canarini"
STREET = "impasse Canaritude"
TEAM_NOTE, CIRCLE_NOTE, PERSONAL_NOTE = "canari-note-equipe", "canari-note-cercle", "canari-note-personnelle"
BUDGET = "canari-budget"
NOTES = (TEAM_NOTE, CIRCLE_NOTE, PERSONAL_NOTE)

SAMPLE_MODULES = ("accounts", "territory", "audit", "help", "lists", "households", "appointments", "rights", "housing",
                  "insertion", "abs_reports")  # fmt: skip


@dataclass
class World:
    household: Household
    person: Person
    commune: Commune
    agents: dict[Role, User]
    kwargs: dict[str, object]


def build_world() -> World:
    """A household followed by the social worker of `agents`, with three notes by another one."""
    agents = {
        role: UserFactory(role=role, email=f"{role}@cias.test", last_name=f"Agent-{role}") for role in Role
    }
    commune = CommuneFactory()
    household = HouseholdFactory(name=IDENTITY, sort_key=IDENTITY.lower(), commune=commune)
    person = PersonFactory(birth_name=IDENTITY, first_names="Ornella", phone="+33639980417")
    membership = MembershipFactory(household=household, person=person, role=MemberRole.APPLICANT)
    address = AddressFactory(household=household, street=f"4 {STREET}")
    situation = SituationFactory(household=household)
    assignment = AssignmentFactory(household=household, agent=agents[Role.SOCIAL_WORKER])
    author = UserFactory(email="autrice@cias.test", last_name="Autrice")
    note = NoteFactory(household=household, author=author, text=TEAM_NOTE, held_on=date(2026, 11, 2))
    NoteFactory(household=household, author=author, text=CIRCLE_NOTE, level=NoteLevel.CIRCLE)
    NoteFactory(household=household, author=author, text=PERSONAL_NOTE, level=NoteLevel.PERSONAL)
    kwargs: dict[str, object] = {
        "household_id": household.pk, "person_id": person.pk, "membership_id": membership.pk, "address_id": address.pk,
        "situation_id": situation.pk, "assignment_id": assignment.pk, "note_id": note.pk, "code": commune.pk,
        "user_id": author.pk,
    }  # fmt: skip
    world = World(household, person, commune, agents, kwargs)
    for name in SAMPLE_MODULES:
        kwargs.update(_samples(name, world))
    return world


def _samples(name: str, world: World) -> dict[str, Any]:
    try:
        module = import_module(f"tests.{name}.samples")
    except ModuleNotFoundError as error:
        if error.name not in (f"tests.{name}", f"tests.{name}.samples"):
            raise
        return {}
    return module.sample_kwargs(world)
