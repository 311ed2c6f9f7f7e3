from rights.models.aid_payments import AidPayment, AidRepayment
from rights.models.aid_rules import AidEnvelope, AidKind, AidRegulation, AidRule
from rights.models.aid_sessions import AgendaItem, AidSession, BoardMember, SessionSeat
from rights.models.aids import AidMove, AidRequest, AidSeries
from rights.models.catalogue import RequiredPiece, Right, RightRule
from rights.models.files import FileMove, FileSeries, RightsFile
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
    "FileMove",
    "FilePiece",
    "FileSeries",
    "RequiredPiece",
    "Right",
    "RightRule",
    "RightsFile",
    "SessionSeat",
]
