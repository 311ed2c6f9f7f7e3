"""The checklist: what arrives, what is refused, and the completeness that follows."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from households.models import Household, Person
from households.models.files import on_day
from rights.enums import FileState, PieceState
from rights.models import FilePiece, RightsFile
from rights.states import IN_PROGRESS

ALL_RECEIVED = "Toutes les pièces obligatoires sont là"
PLACES = 20  # room in the order for one line per member
AT_THE_END = 30_000
PIECE_MISSING = "Une pièce obligatoire manque de nouveau"


def make_checklist(file: RightsFile) -> None:
    """One line for each active piece of the catalogue, or one for each member of the household on opening day."""
    members = [
        row.person
        for row in file.household.memberships.filter(on_day(file.opened_on)).select_related("person")
    ] or [file.applicant]
    FilePiece.objects.bulk_create(
        FilePiece(
            file=file,
            required=piece,
            person=person,
            mandatory=piece.mandatory,
            position=PLACES * piece.display_order + rank,
        )
        for piece in file.right.pieces.filter(is_active=True)
        for rank, person in enumerate(members if piece.per_person else [None])
    )


@transaction.atomic
def receive_piece(
    *, by: User, piece: FilePiece, on: date, issued_on: date | None = None, remark: str = ""
) -> RightsFile:
    """The worker has the piece in hand and finds it good; `issued_on` starts its validity."""
    values = {
        "received_on": on,
        "received_by": by,
        "checked_on": on,
        "issued_on": issued_on,
        "remark": remark,
    }
    if piece.state == PieceState.RECEIVED:  # received at the desk before: that day and that agent stay
        values |= {"received_on": piece.received_on, "received_by": piece.received_by}
    return _set(by, piece, on, state=PieceState.RECEIVED, **values)


@transaction.atomic
def refuse_piece(*, by: User, piece: FilePiece, on: date, remark: str) -> RightsFile:
    """The piece will not do (unreadable, out of date, another person’s); `remark` says why."""
    return _set(by, piece, on, state=PieceState.REFUSED, remark=remark)


@transaction.atomic
def expect_piece(*, by: User, piece: FilePiece, on: date) -> RightsFile:
    """Back to the beginning: nothing was received after all."""
    return _set(by, piece, on, state=PieceState.EXPECTED)


@transaction.atomic
def set_not_needed(*, by: User, piece: FilePiece, on: date, remark: str = "") -> RightsFile:
    """The condition is not met, or the administration fetches the piece itself (CRPA, L113-12)."""
    return _set(by, piece, on, state=PieceState.NOT_NEEDED, remark=remark)


@transaction.atomic
def set_wanted(*, by: User, piece: FilePiece, on: date, wanted: bool) -> RightsFile:
    """The condition of a piece holds for this household, so that the file waits for it; or it does not after all."""
    file = _under_way(piece.file)
    piece.mandatory = wanted
    with signed_by(by), typed_violations():
        piece.save(update_fields=["mandatory"])
    follow_completeness(by=by, file=file, on=on)
    return file


@transaction.atomic
def add_piece(*, by: User, file: RightsFile, label: str, on: date, person: Person | None = None) -> FilePiece:
    """Ask for something the catalogue does not list. Raises ConstraintViolation when it is in the list already."""
    file = _under_way(file)
    with signed_by(by), typed_violations():
        piece = FilePiece.objects.create(file=file, free_label=label, person=person, position=AT_THE_END)
    follow_completeness(by=by, file=file, on=on)
    return piece


@transaction.atomic
def receive_at_desk(*, by: User, household: Household, pieces: Collection[UUID], on: date) -> list[FilePiece]:
    """The desk ticks what a person hands over, without seeing the files; the workers then check it.

    Pieces that are no longer expected are left as they are (a double click records nothing twice).
    """
    files = {
        file.pk: file
        for file in RightsFile.objects.select_for_update(of=("self",))
        .filter(household=household)
        .select_related("right")
        .order_by("pk")
    }
    wanted = FilePiece.objects.for_desk(by).filter(file__household=household, pk__in=pieces)
    received = list(wanted)
    with signed_by(by), typed_violations():
        for piece in received:
            piece.state, piece.received_on, piece.received_by = PieceState.RECEIVED, on, by
            piece.issued_on, piece.remark = None, ""
            piece.save()
    for file_id in dict.fromkeys(piece.file_id for piece in received):
        follow_completeness(by=by, file=files[file_id], on=on)
    return received


@transaction.atomic
def take_back_at_desk(*, by: User, household: Household, piece_id: UUID, on: date) -> FilePiece | None:
    """The desk ticked the wrong line today: expected again. None when the worker has checked it meanwhile."""
    taken = FilePiece.objects.taken_today(by, on).filter(file__household=household, pk=piece_id).first()
    if taken is None:
        return None
    expect_piece(by=by, piece=taken, on=on)
    return taken


def follow_completeness(*, by: User, file: RightsFile, on: date) -> None:
    """Move the file to "complet" when nothing mandatory is missing on `on`, and back when something is."""
    missing = any(not piece.is_settled(on) for piece in mandatory_pieces(file))
    with signed_by(by), typed_violations():
        if file.state == FileState.BUILDING and not missing:
            completed_on = max(on, file.deposit_on or on)
            file.move_to(
                FileState.COMPLETE, by=by, on=completed_on, reason=ALL_RECEIVED, completed_on=completed_on
            )
        elif file.state == FileState.COMPLETE and missing:
            file.move_to(FileState.BUILDING, by=by, on=on, reason=PIECE_MISSING, completed_on=None)


def mandatory_pieces(file: RightsFile) -> list[FilePiece]:
    return list(FilePiece.objects.filter(file=file, mandatory=True).select_related("required"))


def _under_way(file: RightsFile) -> RightsFile:
    file = file.locked()
    if file.state not in IN_PROGRESS:
        raise ValidationError("Ce dossier n’est plus en cours : sa liste de pièces ne change plus.")
    return file


_BLANK = {
    "received_on": None, "received_by": None, "checked_on": None, "issued_on": None, "remark": "",
}  # fmt: skip


def _set(by: User, piece: FilePiece, on: date, **values: object) -> RightsFile:
    """Write one line of the checklist, every field of its reception at once."""
    file = _under_way(piece.file)
    for name, value in {**_BLANK, **values}.items():
        setattr(piece, name, value)
    with signed_by(by), typed_violations():
        piece.save()
    follow_completeness(by=by, file=file, on=on)
    return file
