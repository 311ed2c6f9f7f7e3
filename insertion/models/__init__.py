from insertion.models.contracts import (
    Amendment,
    ContractAction,
    ContractStep,
    EngagementContract,
    RealisedHours,
)
from insertion.models.diagnoses import (
    Diagnosis,
    DiagnosisLabel,
    DiagnosisTheme,
    DiagnosisUpdate,
    Objective,
    ObjectiveAction,
    Obstacle,
)
from insertion.models.followup import (
    FirstMeeting,
    NoShowAbsence,
    NoShowCase,
    NoShowMove,
    OrientationReview,
    PathwayExit,
)
from insertion.models.imports import (
    DepartmentIdentity,
    OrientationImport,
    OrientationImportRow,
    OrientationImportRun,
    OrientationMapping,
)
from insertion.models.jobs import CvEntry, JobOffer, JobRule, JobSearch, JobStep, SearchOutcome
from insertion.models.liaison import LiaisonNote, LiaisonRecipient
from insertion.models.orientations import Orientation, OrientationChange
from insertion.models.permanences import (
    Counselling,
    CounsellingHandover,
    CounsellingSession,
    SealedDraft,
    SealedNote,
    SealedRoomRule,
)
from insertion.models.registrations import WorkshopNotice, WorkshopRegistration
from insertion.models.reorientations import ReorientationMove, ReorientationRequest
from insertion.models.rules import LegitimateReason, PathwayParameter
from insertion.models.workshops import SessionMove, Workshop, WorkshopEvaluation, WorkshopSession

__all__ = [
    "Amendment",
    "ContractAction",
    "ContractStep",
    "Counselling",
    "CounsellingHandover",
    "CounsellingSession",
    "CvEntry",
    "DepartmentIdentity",
    "Diagnosis",
    "DiagnosisLabel",
    "DiagnosisTheme",
    "DiagnosisUpdate",
    "EngagementContract",
    "FirstMeeting",
    "JobOffer",
    "JobRule",
    "JobSearch",
    "JobStep",
    "LegitimateReason",
    "LiaisonNote",
    "LiaisonRecipient",
    "NoShowAbsence",
    "NoShowCase",
    "NoShowMove",
    "Objective",
    "ObjectiveAction",
    "Obstacle",
    "Orientation",
    "OrientationChange",
    "OrientationImport",
    "OrientationImportRow",
    "OrientationImportRun",
    "OrientationMapping",
    "OrientationReview",
    "PathwayExit",
    "PathwayParameter",
    "RealisedHours",
    "ReorientationMove",
    "ReorientationRequest",
    "SealedDraft",
    "SealedNote",
    "SealedRoomRule",
    "SearchOutcome",
    "SessionMove",
    "Workshop",
    "WorkshopEvaluation",
    "WorkshopNotice",
    "WorkshopRegistration",
    "WorkshopSession",
]
