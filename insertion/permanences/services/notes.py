"""The texts of the sealed room: each saving is a new version, a page that is behind overwrites nothing."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from cias.accounts.models import User
from cias.core.db import ConstraintViolation, typed_violations
from cias.core.states import ForbiddenTransition
from insertion.models import Counselling, CounsellingSession, SealedDraft, SealedNote
from insertion.permanences.enums import DraftKind

VERSION_ONCE = "insertion_sealednote_version"


class TextChanged(ValidationError):
    """Another page saved this text since the one that saves was opened; nothing of either is lost."""

    def __init__(self) -> None:
        super().__init__(
            "Ce texte a été enregistré dans un autre onglet depuis que vous avez ouvert cette page. Les deux versions "
            "sont ci-dessous\u00a0: complétez la vôtre, puis enregistrez.",
            code="changed",
        )


@dataclass(frozen=True)
class Place:
    """Where a text stands: a session, or the follow-up itself."""

    counselling: Counselling
    session: CounsellingSession | None = None

    @property
    def kind(self) -> DraftKind:
        return DraftKind.SESSION if self.session else DraftKind.THREAD

    @property
    def target(self) -> UUID:
        return (self.session or self.counselling).pk

    @property
    def versions(self) -> list[SealedNote]:
        """Every version, the newest first."""
        rows = SealedNote.objects.filter(counselling=self.counselling, session=self.session)
        return list(rows.select_related("counselling").order_by("-version"))

    @property
    def last_version(self) -> int:
        rows = SealedNote.objects.filter(counselling=self.counselling, session=self.session)
        return rows.aggregate(last=Max("version"))["last"] or 0


def current(place: Place) -> SealedNote | None:
    """The version that stands, or None."""
    return next((row for row in place.versions if row.undone_at is None), None)


@sensitive_variables()
@transaction.atomic
def save_text(*, by: User, place: Place, text: str, base: int, page: str = "") -> SealedNote:
    """Seal a new version of a text, written from version `base`; the page's draft has served.

    Raises TextChanged when `base` is not the last version any more, ForbiddenTransition for another's follow-up or one
    whose notes were destroyed.
    """
    _mine(by, place.counselling)
    if base != place.last_version:
        raise TextChanged
    note = SealedNote(counselling=place.counselling, session=place.session, version=base + 1)
    note.write(text)
    try:
        with typed_violations():
            note.save()
    except ConstraintViolation as error:
        if error.name == VERSION_ONCE:
            raise TextChanged from None
        raise
    drop_drafts(by=by, kind=place.kind, target=place.target, page=page)
    return note


@transaction.atomic
def undo_text(*, by: User, place: Place, version: int) -> None:
    """Take back the last saving, which is `version`: the text before it stands again, and it stays among the versions.

    Raises ForbiddenTransition when there is nothing to take back, or when another version came since.
    """
    _mine(by, place.counselling)
    note = SealedNote.objects.select_for_update().filter(
        counselling=place.counselling, session=place.session, undone_at=None
    )
    last = note.order_by("-version").first()
    if last is None or last.version != version:
        raise ForbiddenTransition("Ce texte a changé entre-temps\u00a0: relisez-le avant d’annuler.")
    last.undone_at = timezone.now()
    last.save(update_fields=["undone_at"])


@sensitive_variables()
@transaction.atomic
def keep_draft(
    *,
    by: User,
    kind: str,
    target: UUID,
    page: str,
    text: str,
    base: int = 0,
    taken_from: UUID | None = None,
    seen: int = 0,
) -> SealedDraft:
    """Keep what one page has typed. The page goes on with the draft it was opened with, unless another page did."""
    rows = SealedDraft.objects.select_for_update().filter(author=by, kind=kind, target=target)
    draft = rows.filter(page=page).first()
    if draft is None and taken_from is not None:
        draft = rows.filter(pk=taken_from, revision=seen).first()
    if draft is None:
        draft = SealedDraft(author=by, kind=kind, target=target)
    draft.page, draft.base, draft.revision = page, base, draft.revision + 1
    draft.write(text)
    draft.save()
    return draft


def drafts_of(*, by: User, kind: str, target: UUID) -> list[SealedDraft]:
    """What was typed and not saved, the newest first."""
    return list(SealedDraft.objects.filter(author=by, kind=kind, target=target).order_by("-saved_at"))


def drop_drafts(*, by: User, kind: str, target: UUID, page: str = "", draft: UUID | None = None) -> None:
    """Erase the draft of a page, or the one named."""
    rows = SealedDraft.objects.filter(author=by, kind=kind, target=target)
    if draft is not None:
        rows.filter(pk=draft).delete()
    if page:
        rows.filter(page=page).delete()


def _mine(by: User, counselling: Counselling) -> None:
    """Lock the follow-up as it is now. Raises ForbiddenTransition unless `by` holds it and its notes still exist."""
    held = Counselling.objects.select_for_update().get(pk=counselling.pk)
    if held.psychologist_id != by.pk:
        raise ForbiddenTransition("Ce suivi est passé à une autre psychologue.")
    if held.erased_on is not None:
        raise ForbiddenTransition("Les notes de ce suivi ont été détruites\u00a0: rien ne s’y écrit plus.")
