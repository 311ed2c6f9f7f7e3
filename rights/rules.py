"""Named predicates on a file: its checklist, the dates its right asks for."""

from collections.abc import Iterable
from datetime import date

from rights.enums import DelayKind, PieceState
from rights.models import FilePiece, RightsFile

# Which delay of the rule makes a date worth asking for.
ASKED_WITH = {
    "urgent_on": DelayKind.URGENT_NOTICE,
    "urgent_notified_on": DelayKind.URGENT_NOTICE,
    "entry_on": DelayKind.ENTRY,
    "participation_due": DelayKind.PARTICIPATION,
    "participation_on": DelayKind.PARTICIPATION,
}


def asked_dates(file: RightsFile) -> list[str]:
    """The particular dates the rule of the file's right counts from, and those already written down."""
    rule = file.right.rule_on(file.deposit_on or file.opened_on)
    kinds = {delay.kind for delay in rule.delays.all()} if rule else set()
    return [name for name, kind in ASKED_WITH.items() if kind in kinds or getattr(file, name)]


class Checklist:
    """What is there, what is missing, what has expired, on `day` (the day of transmission once it is past)."""

    def __init__(self, pieces: Iterable[FilePiece], day: date) -> None:
        self.day = day
        self.lines = list(pieces)
        for piece in self.lines:
            piece.has_expired = piece.state == PieceState.RECEIVED and piece.is_expired(day)  # type: ignore[attr-defined]

    @property
    def received(self) -> list[FilePiece]:
        """Received and still valid."""
        return [
            piece for piece in self.lines if piece.state == PieceState.RECEIVED and piece.is_settled(self.day)
        ]

    @property
    def missing(self) -> list[FilePiece]:
        """Mandatory, and neither received in time nor set aside."""
        return [piece for piece in self.lines if piece.mandatory and not piece.is_settled(self.day)]

    @property
    def expired(self) -> list[FilePiece]:
        return [piece for piece in self.lines if piece.has_expired]  # type: ignore[attr-defined]

    @property
    def to_check(self) -> list[FilePiece]:
        """Received at the desk, not looked at yet."""
        return [
            piece for piece in self.lines if piece.state == PieceState.RECEIVED and piece.checked_on is None
        ]

    @property
    def expected(self) -> int:
        """How many pieces are needed: mandatory ones that were not set aside."""
        return sum(piece.mandatory and piece.state != PieceState.NOT_NEEDED for piece in self.lines)

    @property
    def settled(self) -> int:
        """How many of the needed ones are there."""
        return self.expected - len(self.missing)

    @property
    def is_complete(self) -> bool:
        """A file is complete when nothing mandatory is missing."""
        return not self.missing
