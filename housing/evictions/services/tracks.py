"""What is tried beside the procedure."""

from datetime import date
from typing import Any

from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.core.states import ForbiddenTransition
from housing.evictions.enums import TrackKind, TrackState
from housing.evictions.services.files import locked, refresh
from housing.models import EvictionFile, EvictionTrack


@transaction.atomic
def open_track(*, by: User, file: EvictionFile, kind: TrackKind, on: date) -> EvictionTrack:
    """Begin a track, to be prepared. Raises ForbiddenTransition once the file has ended, ConstraintViolation when
    the same one runs already."""
    file = locked(file)
    if file.ended_on is not None:
        raise ForbiddenTransition("Ce dossier est terminé.")
    with signed_by(by), typed_violations():
        return EvictionTrack.objects.create(file=file, kind=kind, since=on)


@transaction.atomic
def move_track(
    *, by: User, track: EvictionTrack, state: TrackState, on: date, reason: str = "", **changes: Any
) -> EvictionTrack:
    """The next step of a track: asked, granted, refused, kept, broken. Raises ForbiddenTransition,
    ConstraintViolation."""
    file = locked(track.file)
    if state == TrackState.FILED:
        changes["filed_on"] = on
    with signed_by(by), typed_violations():
        track.move_to(state, by=by, on=on, reason=reason, **changes)
        refresh(file)
    return track


@transaction.atomic
def undo_track(*, by: User, track: EvictionTrack) -> None:
    """Take the last step back; a track just begun goes away. Raises ForbiddenTransition, ConstraintViolation."""
    file = locked(track.file)
    track = EvictionTrack.objects.select_for_update().get(pk=track.pk)
    with signed_by(by), typed_violations():
        if track.moves.exists():
            track.take_back(by=by)
        else:
            track.delete()
        refresh(file)
