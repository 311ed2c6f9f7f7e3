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

__all__ = [
    "AbsenceFactory",
    "AddressFactory",
    "AppointmentFactory",
    "AssignmentFactory",
    "CommuneFactory",
    "DwellingFactory",
    "HouseholdFactory",
    "MembershipFactory",
    "NoteFactory",
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
