"""Named predicates on a file's checklist."""

from collections.abc import Iterable
from datetime import date

from rights.enums import PieceState
from rights.models import FilePiece


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
