from rights.models.catalogue import RequiredPiece, Right, RightRule
from rights.models.files import FileMove, FileSeries, RightsFile
from rights.models.pieces import FilePiece

__all__ = [
    "FileMove",
    "FilePiece",
    "FileSeries",
    "RequiredPiece",
    "Right",
    "RightRule",
    "RightsFile",
]
