from housing.models.alt import AltCapacity, AltConvention, AltDwelling
from housing.models.applications import ApplicationMove, HousingApplication, HousingProposal
from housing.models.dalo import DaloAppeal, DaloMove
from housing.models.delays import LegalDelay, WinterTruce
from housing.models.dues import Allocation, Due, DueLine, Entry, Payment
from housing.models.dues_rules import DuesRule
from housing.models.energy_files import EnergyContact, EnergyFile, EnergyMove, EnergySeries
from housing.models.energy_orientations import EnergyOrientation, FollowUpCall
from housing.models.energy_reference import EnergyRule, EquipmentItem, ExportColumn, IncomeCeiling
from housing.models.energy_visits import (
    EnergyBill,
    EnergyVisit,
    GivenEquipment,
    RoomReading,
    VisitPhoto,
    VisitSending,
)
from housing.models.evictions import (
    Diagnosis,
    EvictionAct,
    EvictionDeadline,
    EvictionDebt,
    EvictionFile,
    EvictionTrack,
    TrackMove,
)
from housing.models.inventories import (
    Inventory,
    InventoryCorrection,
    InventoryDraft,
    InventoryElement,
    InventoryItem,
    InventoryMeter,
    InventoryPhoto,
    InventoryRoom,
    RetainedItem,
)
from housing.models.inventory_rules import InventoryRule, RoomTemplate, WearRule
from housing.models.places import Dwelling, Place, Unavailability
from housing.models.plans import (
    DepositReceipt,
    DepositSettlement,
    Instalment,
    PlannedDue,
    Reminder,
    RepaymentPlan,
)
from housing.models.requests import LodgingRequest, Proposal, RequestCriterion, RequestMove, RequestWish
from housing.models.rules import SchemeRule, ScoreRule, ScoreWeight
from housing.models.stays import Stay, StayContract, StayExam

__all__ = [
    "Allocation",
    "AltCapacity",
    "AltConvention",
    "AltDwelling",
    "ApplicationMove",
    "DaloAppeal",
    "DaloMove",
    "DepositReceipt",
    "DepositSettlement",
    "Diagnosis",
    "Due",
    "DueLine",
    "DuesRule",
    "Dwelling",
    "EnergyBill",
    "EnergyContact",
    "EnergyFile",
    "EnergyMove",
    "EnergyOrientation",
    "EnergyRule",
    "EnergySeries",
    "EnergyVisit",
    "Entry",
    "EquipmentItem",
    "EvictionAct",
    "EvictionDeadline",
    "EvictionDebt",
    "EvictionFile",
    "EvictionTrack",
    "ExportColumn",
    "FollowUpCall",
    "GivenEquipment",
    "HousingApplication",
    "HousingProposal",
    "IncomeCeiling",
    "Instalment",
    "Inventory",
    "InventoryCorrection",
    "InventoryDraft",
    "InventoryElement",
    "InventoryItem",
    "InventoryMeter",
    "InventoryPhoto",
    "InventoryRoom",
    "InventoryRule",
    "LegalDelay",
    "LodgingRequest",
    "Payment",
    "Place",
    "PlannedDue",
    "Proposal",
    "Reminder",
    "RepaymentPlan",
    "RequestCriterion",
    "RequestMove",
    "RequestWish",
    "RetainedItem",
    "RoomReading",
    "RoomTemplate",
    "SchemeRule",
    "ScoreRule",
    "ScoreWeight",
    "Stay",
    "StayContract",
    "StayExam",
    "TrackMove",
    "Unavailability",
    "VisitPhoto",
    "VisitSending",
    "WearRule",
    "WinterTruce",
]
