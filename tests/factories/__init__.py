from tests.factories.accounts import UserFactory
from tests.factories.appointments import (
    AbsenceFactory,
    AppointmentFactory,
    PresenceFactory,
    ReasonFactory,
    RoomFactory,
    TeamFactory,
    WalkInFactory,
)
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
from tests.factories.insertion import EngagementContractFactory, OrientationFactory

__all__ = [
    "AbsenceFactory",
    "AddressFactory",
    "AppointmentFactory",
    "AssignmentFactory",
    "CommuneFactory",
    "DwellingFactory",
    "EngagementContractFactory",
    "HouseholdFactory",
    "MembershipFactory",
    "NoteFactory",
    "OrientationFactory",
    "PersonFactory",
    "PlaceFactory",
    "PresenceFactory",
    "ReasonFactory",
    "RoomFactory",
    "SituationFactory",
    "StayFactory",
    "TeamFactory",
    "UserFactory",
    "WalkInFactory",
]
