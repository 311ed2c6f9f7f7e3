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
from housing.models.places import ALERT_BEFORE, Dwelling, Place, SchemeRule, Unavailability
from housing.models.stays import Stay, StayContract

__all__ = [
    "ALERT_BEFORE",
    "Dwelling",
    "EnergyBill",
    "EnergyContact",
    "EnergyFile",
    "EnergyMove",
    "EnergyOrientation",
    "EnergyRule",
    "EnergySeries",
    "EnergyVisit",
    "EquipmentItem",
    "ExportColumn",
    "FollowUpCall",
    "GivenEquipment",
    "IncomeCeiling",
    "Place",
    "RoomReading",
    "SchemeRule",
    "Stay",
    "StayContract",
    "Unavailability",
    "VisitPhoto",
    "VisitSending",
]
