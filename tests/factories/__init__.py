from tests.factories.abs_reports import DatasetFactory, ImportRunFactory, ReportFactory, RunFactory
from tests.factories.accounts import UserFactory
from tests.factories.appointments import (
    AbsenceFactory,
    AppointmentFactory,
    DeskContactFactory,
    MessageFactory,
    PresenceFactory,
    ReasonFactory,
    RoomFactory,
    TeamFactory,
    WaitingEntryFactory,
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
    "DatasetFactory",
    "DeskContactFactory",
    "DwellingFactory",
    "EngagementContractFactory",
    "FilePieceFactory",
    "HouseholdFactory",
    "ImportRunFactory",
    "MembershipFactory",
    "MessageFactory",
    "NoteFactory",
    "OrientationFactory",
    "PersonFactory",
    "PlaceFactory",
    "PresenceFactory",
    "ReasonFactory",
    "ReportFactory",
    "RequiredPieceFactory",
    "RightFactory",
    "RightRuleFactory",
    "RightsFileFactory",
    "RoomFactory",
    "RunFactory",
    "SituationFactory",
    "StayFactory",
    "TeamFactory",
    "UserFactory",
    "WaitingEntryFactory",
]
