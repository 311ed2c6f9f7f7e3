from housing.models.applications import ApplicationMove, HousingApplication, HousingProposal
from housing.models.dalo import DaloAppeal, DaloMove
from housing.models.delays import LegalDelay, WinterTruce
from housing.models.evictions import (
    Diagnosis,
    EvictionAct,
    EvictionDeadline,
    EvictionDebt,
    EvictionFile,
    EvictionTrack,
    TrackMove,
)
from housing.models.places import ALERT_BEFORE, Dwelling, Place, SchemeRule, Unavailability
from housing.models.stays import Stay, StayContract

__all__ = [
    "ALERT_BEFORE",
    "ApplicationMove",
    "DaloAppeal",
    "DaloMove",
    "Diagnosis",
    "Dwelling",
    "EvictionAct",
    "EvictionDeadline",
    "EvictionDebt",
    "EvictionFile",
    "EvictionTrack",
    "HousingApplication",
    "HousingProposal",
    "LegalDelay",
    "Place",
    "SchemeRule",
    "Stay",
    "StayContract",
    "TrackMove",
    "Unavailability",
    "WinterTruce",
]
