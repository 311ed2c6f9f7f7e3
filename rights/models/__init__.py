from rights.models.catalogue import RequiredPiece, Right, RightNotice, RightRule, RuleDelay
from rights.models.duties import FileNir, FileNotice, MaintenanceDebtor
from rights.models.files import RightsFile
from rights.models.moves import FileMove, FileSeries
from rights.models.pieces import FilePiece

__all__ = [
    "FileMove",
    "FileNir",
    "FileNotice",
    "FilePiece",
    "FileSeries",
    "MaintenanceDebtor",
    "RequiredPiece",
    "Right",
    "RightNotice",
    "RightRule",
    "RightsFile",
    "RuleDelay",
]
