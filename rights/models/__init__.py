from rights.models.catalogue import RequiredPiece, Right, RightRule
from rights.models.domiciliation import (
    Dependant,
    Domiciliation,
    DomiciliationSeries,
    Election,
    ElectionMove,
)
from rights.models.domiciliation_settings import (
    DeskRule,
    DomiciliationRule,
    DomiciliationSettings,
    PickupCommune,
    PickupPoint,
    StatementMeans,
)
from rights.models.files import FileMove, FileSeries, RightsFile
from rights.models.mailbox import DeskEvent, Forwarding, Pause, Proxy
from rights.models.pieces import FilePiece

__all__ = [
    "Dependant",
    "DeskEvent",
    "DeskRule",
    "Domiciliation",
    "DomiciliationRule",
    "DomiciliationSeries",
    "DomiciliationSettings",
    "Election",
    "ElectionMove",
    "FileMove",
    "FilePiece",
    "FileSeries",
    "Forwarding",
    "Pause",
    "PickupCommune",
    "PickupPoint",
    "Proxy",
    "RequiredPiece",
    "Right",
    "RightRule",
    "RightsFile",
    "StatementMeans",
]
