from housing.models.alt import AltCapacity, AltConvention, AltDwelling
from housing.models.places import Dwelling, Place, Unavailability
from housing.models.requests import LodgingRequest, Proposal, RequestCriterion, RequestMove, RequestWish
from housing.models.rules import SchemeRule, ScoreRule, ScoreWeight
from housing.models.stays import Stay, StayContract, StayExam

__all__ = [
    "AltCapacity",
    "AltConvention",
    "AltDwelling",
    "Dwelling",
    "LodgingRequest",
    "Place",
    "Proposal",
    "RequestCriterion",
    "RequestMove",
    "RequestWish",
    "SchemeRule",
    "ScoreRule",
    "ScoreWeight",
    "Stay",
    "StayContract",
    "StayExam",
    "Unavailability",
]
