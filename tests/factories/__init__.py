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

__all__ = [
    "AddressFactory",
    "AssignmentFactory",
    "CommuneFactory",
    "HouseholdFactory",
    "MembershipFactory",
    "NoteFactory",
    "PersonFactory",
    "SituationFactory",
    "UserFactory",
]
