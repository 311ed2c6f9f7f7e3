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
from tests.factories.rights import (
    FilePieceFactory,
    RequiredPieceFactory,
    RightFactory,
    RightRuleFactory,
    RightsFileFactory,
)

__all__ = [
    "AbsenceFactory",
    "AddressFactory",
    "AppointmentFactory",
    "AssignmentFactory",
    "CommuneFactory",
    "DwellingFactory",
    "EngagementContractFactory",
    "FilePieceFactory",
    "HouseholdFactory",
    "MembershipFactory",
    "NoteFactory",
    "OrientationFactory",
    "PersonFactory",
    "PlaceFactory",
    "PresenceFactory",
    "ReasonFactory",
    "RequiredPieceFactory",
    "RightFactory",
    "RightRuleFactory",
    "RightsFileFactory",
    "RoomFactory",
    "SituationFactory",
    "StayFactory",
    "TeamFactory",
    "UserFactory",
    "WalkInFactory",
]
