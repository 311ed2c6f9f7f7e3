from insertion.models.contracts import ContractAction, EngagementContract
from insertion.models.jobs import CvEntry, JobOffer, JobRule, JobSearch, JobStep, SearchOutcome
from insertion.models.liaison import LiaisonNote, LiaisonRecipient
from insertion.models.orientations import Orientation
from insertion.models.permanences import (
    Counselling,
    CounsellingHandover,
    CounsellingSession,
    SealedDraft,
    SealedNote,
    SealedRoomRule,
)
from insertion.models.rules import PathwayRule

__all__ = [
    "ContractAction",
    "Counselling",
    "CounsellingHandover",
    "CounsellingSession",
    "CvEntry",
    "EngagementContract",
    "JobOffer",
    "JobRule",
    "JobSearch",
    "JobStep",
    "LiaisonNote",
    "LiaisonRecipient",
    "Orientation",
    "PathwayRule",
    "SealedDraft",
    "SealedNote",
    "SealedRoomRule",
    "SearchOutcome",
]
