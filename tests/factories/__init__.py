from tests.factories.accounts import UserFactory
from tests.factories.households import (
    AddressFactory,
    AssignmentFactory,
    CommuneFactory,
    HouseholdFactory,
    MembershipFactory,
    NoteFactory,
    PersonFactory,
    SituationFactory,
)
from tests.factories.housing import DwellingFactory, PlaceFactory, StayFactory

__all__ = [
    "AddressFactory",
    "AssignmentFactory",
    "CommuneFactory",
    "DwellingFactory",
    "HouseholdFactory",
    "MembershipFactory",
    "NoteFactory",
    "PersonFactory",
    "PlaceFactory",
    "SituationFactory",
    "StayFactory",
    "UserFactory",
]
