from rights.models.aid_payments import AidPayment, AidRepayment
from rights.models.aid_rules import AidEnvelope, AidKind, AidRegulation, AidRule
from rights.models.aid_sessions import AgendaItem, AidSession, BoardMember, SessionSeat
from rights.models.aids import AidMove, AidRequest, AidSeries
from rights.models.catalogue import RequiredPiece, Right, RightNotice, RightRule, RuleDelay
from rights.models.domiciliation import Dependant, Domiciliation, DomiciliationSeries, Election, ElectionMove
from rights.models.domiciliation_settings import (
    DeskRule,
    DomiciliationRule,
    DomiciliationSettings,
    PickupCommune,
    PickupPoint,
    StatementMeans,
)
from rights.models.duties import FileNir, FileNotice, MaintenanceDebtor
from rights.models.estimates import EstimatedRight, EstimateRun, RightsEstimate
from rights.models.files import RightsFile
from rights.models.mailbox import DeskEvent, Forwarding, Pause, Proxy
from rights.models.moves import FileMove, FileSeries
from rights.models.pieces import FilePiece

__all__ = [
    "AgendaItem",
    "AidEnvelope",
    "AidKind",
    "AidMove",
    "AidPayment",
    "AidRegulation",
    "AidRepayment",
    "AidRequest",
    "AidRule",
    "AidSeries",
    "AidSession",
    "BoardMember",
    "Dependant",
    "DeskEvent",
    "DeskRule",
    "Domiciliation",
    "DomiciliationRule",
    "DomiciliationSeries",
    "DomiciliationSettings",
    "Election",
    "ElectionMove",
    "EstimateRun",
    "EstimatedRight",
    "FileMove",
    "FileNir",
    "FileNotice",
    "FilePiece",
    "FileSeries",
    "Forwarding",
    "MaintenanceDebtor",
    "Pause",
    "PickupCommune",
    "PickupPoint",
    "Proxy",
    "RequiredPiece",
    "Right",
    "RightNotice",
    "RightRule",
    "RightsEstimate",
    "RightsFile",
    "RuleDelay",
    "SessionSeat",
    "StatementMeans",
]
