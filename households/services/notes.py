"""Follow-up notes (H8) and the drafts that keep them safe while they are typed."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from households.enums import NoteLevel
from households.models import Household, Note, NoteDraft, Person


@transaction.atomic
def write_note(
    *,
    author: User,
    household: Household,
    held_on: date,
    means: str,
    text: str,
    level: str = NoteLevel.TEAM,
    duration_minutes: int | None = None,
    themes: Iterable[str] = (),
    persons: Iterable[Person] = (),
) -> Note:
    """Sign a note; the author's draft for this household has served. Raises ConstraintViolation."""
    with signed_by(author), typed_violations():
        note = Note.objects.create(
            author=author,
            household=household,
            held_on=held_on,
            means=means,
            text=text,
            level=level,
            duration_minutes=duration_minutes,
            themes=list(themes),
        )
        note.persons.set(persons)
    drop_draft(author=author, household=household)
    return note


@transaction.atomic
def edit_note(*, by: User, note: Note, persons: Iterable[Person]) -> Note:
    """Save a note its author changed; each former version stays in the write history.

    Raises PermissionDenied for anyone else: a note is signed. Raises ConstraintViolation.
    """
    if note.author_id != by.pk:
        raise PermissionDenied
    with signed_by(by), typed_violations():
        note.save()
        note.persons.set(persons)
    drop_draft(author=by, household=note.household, note=note)
    return note


def save_draft(
    *, author: User, household: Household, values: Mapping[str, Any], note: Note | None = None
) -> NoteDraft:
    """Keep what `author` has typed so far, in a new note or in a change of `note`; only they can read it back."""
    draft, _created = NoteDraft.objects.update_or_create(
        author=author, household=household, note=note, defaults={"values": dict(values)}
    )
    return draft


def drop_draft(*, author: User, household: Household, note: Note | None = None) -> None:
    NoteDraft.objects.filter(author=author, household=household, note=note).delete()
