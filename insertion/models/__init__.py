from insertion.models.contracts import ContractAction, EngagementContract
from insertion.models.orientations import Orientation
from insertion.models.registrations import WorkshopNotice, WorkshopRegistration
from insertion.models.rules import PathwayRule
from insertion.models.workshops import SessionMove, Workshop, WorkshopEvaluation, WorkshopSession

__all__ = [
    "ContractAction",
    "EngagementContract",
    "Orientation",
    "PathwayRule",
    "SessionMove",
    "Workshop",
    "WorkshopEvaluation",
    "WorkshopNotice",
    "WorkshopRegistration",
    "WorkshopSession",
]
