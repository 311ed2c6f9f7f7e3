"""What is typed in a chapter and not saved yet; each page has its row, so that two tabs keep both."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from abs_reports.models import ChapterDraft, Report
from abs_reports.writing.enums import PassageKind
from abs_reports.writing.merge import tidy
from abs_reports.writing.passages import Typed, passages_of
from abs_reports.writing.sections import check_open
from cias.accounts.models import User


@transaction.atomic
def keep(
    *,
    by: User,
    report: Report,
    chapter: str,
    page: str,
    typed: Mapping[PassageKind, Typed],
    restored: UUID | None = None,
    seen: int = 0,
) -> ChapterDraft | None:
    """Keep what a page holds; None when it holds nothing but saved texts. The draft it went on from is replaced.

    `restored` and `seen` name that draft and its revision: one that another tab went on with stays.
    Raises ForbiddenTransition once the version is published.
    """
    check_open(report)
    saved = passages_of(report, chapter)
    mine = _rows(by, report, chapter)
    if restored is not None:
        mine.filter(pk=restored, revision=seen).exclude(page=page).delete()
    if all(tidy(text.text) == saved[kind].text for kind, text in typed.items()):
        mine.filter(page=page).delete()
        return None
    values = {
        kind.value: {"text": text.text, "base": text.base, "conflict": text.in_conflict}
        for kind, text in typed.items()
    }
    draft, is_new = ChapterDraft.objects.get_or_create(
        series=report.series, chapter=chapter, author=by, page=page, defaults={"values": values}
    )
    if not is_new:
        draft.values, draft.revision = values, draft.revision + 1
        draft.save()
    return draft


def drafts_of(*, by: User, report: Report, chapter: str) -> list[ChapterDraft]:
    """What `by` typed in the chapter and did not save, the latest first."""
    return list(_rows(by, report, chapter))


def discard(*, by: User, report: Report, chapter: str, **which: Any) -> None:
    """Remove one's own drafts of a chapter, those `which` names (pk, page, revision)."""
    _rows(by, report, chapter).filter(**which).delete()


def kinds_at_work(draft: ChapterDraft, saved: Mapping[PassageKind, Any]) -> list[PassageKind]:
    """The texts of the chapter that the draft changes."""
    return [kind for kind in PassageKind if tidy(text_of(draft, kind).text) != saved[kind].text]


def text_of(draft: ChapterDraft, kind: PassageKind) -> Typed:
    value = draft.values.get(kind.value) or {}
    return Typed(str(value.get("text", "")), int(value.get("base", 0)), bool(value.get("conflict")))


def _rows(by: User, report: Report, chapter: str) -> Any:
    return ChapterDraft.objects.filter(series=report.series, chapter=chapter, author=by)
