"""From the first contact to the authority's desk."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from appointments.models import Appointment
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.states import ForbiddenTransition
from households.models import Household, Person
from households.services.files import next_ranks
from rights.enums import Channel, ClosingReason, FileState, Opinion, PieceState
from rights.models import FileMove, FilePiece, FileSeries, Right, RightNotice, RightsFile
from rights.services.duties import tell
from rights.services.pieces import AT_THE_END, follow_completeness, make_checklist
from rights.states import AT_AUTHORITY, IN_PROGRESS

AUTOMATIC = {
    (FileState.BUILDING.value, FileState.COMPLETE.value),
    (FileState.COMPLETE.value, FileState.BUILDING.value),
}


def take_number(year: int) -> str:
    """The next file number of `year` ("D-2026-00042"), without a gap; the series stays locked until the end."""
    return f"D-{year}-{next_ranks(FileSeries, year)[0]:05d}"


@transaction.atomic
def open_file(
    *,
    by: User,
    household: Household,
    applicant: Person,
    right: Right,
    agent: User,
    opened_on: date,
    deposit_on: date | None = None,
    detail: str = "",
    opened_during: Appointment | None = None,
    renewal_of: RightsFile | None = None,
) -> RightsFile:
    """Open a request with its checklist; with a date of deposit it is "en constitution", otherwise a draft.

    Raises ConstraintViolation when the person already has this request under way, ValidationError when the
    household's file is closed.
    """
    if household.closed_on is not None:
        raise ValidationError("Ce ménage est clos : rouvrez-le avant d’ouvrir un dossier.")
    with signed_by(by), typed_violations():
        file = RightsFile.objects.create(
            number=take_number(opened_on.year),
            household=household,
            applicant=applicant,
            right=right,
            detail=detail,
            agent=agent,
            opened_on=opened_on,
            opened_during=opened_during,
            renewal_of=renewal_of,
        )
        FileMove.objects.create(file=file, to_state=FileState.DRAFT, on=opened_on, by=by)
        make_checklist(file)
    if deposit_on is not None:
        deposit(by=by, file=file, on=deposit_on)
    return file


@transaction.atomic
def deposit(*, by: User, file: RightsFile, on: date) -> RightsFile:
    """The person makes the request: the date money and delays start from."""
    with signed_by(by), typed_violations():
        file.move_to(FileState.BUILDING, by=by, on=on, deposit_on=on)
    follow_completeness(by=by, file=file, on=timezone.localdate())
    return file


@transaction.atomic
def write_opinion(*, by: User, file: RightsFile, opinion: Opinion | str, text: str) -> RightsFile:
    """The CIAS's avis. It goes with the file and never holds it back (CASF, L123-5)."""
    file = file.locked()
    if file.state not in IN_PROGRESS:
        raise ValidationError("La décision est prise : l’avis ne change plus.")
    file.opinion, file.opinion_text = opinion, text
    with signed_by(by), typed_violations():
        file.save(update_fields=["opinion", "opinion_text"])
    return file


@transaction.atomic
def transmit(
    *,
    by: User,
    file: RightsFile,
    on: date,
    channel: Channel | str,
    proof: str = "",
    agreement: bool,
    told: Iterable[RightNotice] = (),
    untold_reason: str = "",
) -> RightsFile:
    """Send the request to the authority, complete or not, whatever the avis.

    `told`: the duties to inform fulfilled today; those left are written down with `untold_reason`.
    Raises ConstraintViolation without the person's agreement (CSS, L861-5).
    """
    tell(by=by, file=file, notices=told, on=on, untold_reason=untold_reason)
    with signed_by(by), typed_violations():
        file.move_to(
            FileState.TRANSMITTED,
            by=by,
            on=on,
            transmitted_on=on,
            channel=channel,
            transmission_proof=proof,
            agreement=agreement,
        )
    return file


@transaction.atomic
def acknowledge(*, by: User, file: RightsFile, on: date | None) -> RightsFile:
    """The authority says when it received the request: its delay counts from there. None takes a wrong date back."""
    file = file.locked()
    if file.state not in AT_AUTHORITY:
        raise ValidationError("Ce dossier n’est pas en attente chez l’organisme.")
    file.acknowledged_on = on
    with signed_by(by), typed_violations():
        file.save(update_fields=["acknowledged_on"])
    return file


@transaction.atomic
def ask_pieces(
    *, by: User, file: RightsFile, on: date, due_on: date | None, labels: Iterable[str], reason: str = ""
) -> RightsFile:
    """The authority wants more: its delay stops, and each of `labels` joins the checklist (CRPA, L114-5)."""
    with signed_by(by), typed_violations():
        file.move_to(
            FileState.PIECES_ASKED, by=by, on=on, reason=reason, completed_on=None, pieces_due_on=due_on
        )
        known = set(file.pieces.filter(person=None).values_list("free_label", flat=True))
        FilePiece.objects.bulk_create(
            FilePiece(file=file, free_label=label, position=AT_THE_END)
            for label in dict.fromkeys(labels)
            if label not in known
        )
    return file


@transaction.atomic
def send_pieces(*, by: User, file: RightsFile, on: date) -> RightsFile:
    """What was missing has gone: the authority has the complete file on `on` and its delay starts (again)."""
    if file.state == FileState.TRANSMITTED and file.locked().completed_on is not None:
        raise ForbiddenTransition("L’organisme a déjà le dossier complet.")
    with signed_by(by), typed_violations():
        file.move_to(FileState.TRANSMITTED, by=by, on=on, completed_on=on, pieces_due_on=None)
    return file


def undoable_move(file: RightsFile) -> FileMove | None:
    """The last move still standing, unless it is the opening or one that follows the pieces by itself."""
    return undoable(file.moves.order_by("-created_at", "-pk"))


def undoable(moves: Iterable[FileMove]) -> FileMove | None:
    """The same from moves already read, the newest first."""
    move = next((move for move in moves if move.undone_at is None), None)
    if move is None or not move.from_state or (move.from_state, move.to_state) in AUTOMATIC:
        return None
    return move


@transaction.atomic
def undo_last_move(*, by: User, file: RightsFile) -> FileMove:
    """Take the last move back: the state and the values it wrote are again what they were.

    The move stays in the history, marked as undone. Raises ForbiddenTransition when there is nothing to undo, and
    ConstraintViolation when what followed forbids it (the person has another request under way).
    """
    file = file.locked()
    move = undoable_move(file)
    if move is None:
        raise ForbiddenTransition(
            "Il n’y a pas d’étape à annuler : un dossier complet suit l’état de ses pièces."
        )
    with signed_by(by), typed_violations():
        file.undo(move, by=by)
    if move.to_state == FileState.OPEN and file.renewal_of is not None:
        _run_again(by, file.renewal_of)
    if move.to_state == FileState.RENEWING:
        _drop_untouched_renewal(by, file)
    return move


def _drop_untouched_renewal(by: User, renewed: RightsFile) -> None:
    """The draft that asking for a renewal had opened ends with it, unless somebody has worked on it since."""
    for draft in renewed.renewals.filter(state=FileState.DRAFT):
        if draft.pieces.filter(state=PieceState.RECEIVED).exists():
            continue
        draft.move_to(
            FileState.ABANDONED,
            by=by,
            reason="Renouvellement annulé",
            closed_on=timezone.localdate(),
            closing_reason=ClosingReason.MISTAKE,
        )


def _run_again(by: User, previous: RightsFile) -> None:
    """The right that a renewal had ended runs again when that renewal is taken back."""
    if previous.state == FileState.CLOSED and previous.closing_reason == ClosingReason.RENEWED:
        undo_last_move(by=by, file=previous)
