from housing.models.dues import Allocation, Due, DueLine, Entry, Payment
from housing.models.dues_rules import DuesRule
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
from housing.models.places import ALERT_BEFORE, Dwelling, Place, SchemeRule, Unavailability
from housing.models.plans import (
    DepositReceipt,
    DepositSettlement,
    Instalment,
    PlannedDue,
    Reminder,
    RepaymentPlan,
)
from housing.models.stays import Stay, StayContract

__all__ = [
    "ALERT_BEFORE",
    "Allocation",
    "DepositReceipt",
    "DepositSettlement",
    "Due",
    "DueLine",
    "DuesRule",
    "Dwelling",
    "Entry",
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
    "Payment",
    "Place",
    "PlannedDue",
    "Reminder",
    "RepaymentPlan",
    "RetainedItem",
    "RoomTemplate",
    "SchemeRule",
    "Stay",
    "StayContract",
    "Unavailability",
    "WearRule",
]
