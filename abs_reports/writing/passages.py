"""Save, merge, restore the texts of a chapter: what two people write at once, nobody loses (S4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from abs_reports.models import Passage, PassageVersion, PlannedAction, Report
from abs_reports.writing.enums import ActionState, Origin, PassageKind
from abs_reports.writing.merge import merge, tidy
from abs_reports.writing.sections import check_open
from cias.accounts.models import User

LONGEST = 20_000  # characters of one text


class Result(Enum):
    UNCHANGED = "unchanged"
    SAVED = "saved"
    MERGED = "merged"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Typed:
    """A text as it was sent, and the version it was written from.

    `in_conflict`: it was shown beside that version, and its writer has not chosen yet.
    """

    text: str
    base: int
    in_conflict: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of one text. `passage` is as it now stands; of a conflict, `pairs` are the paragraphs at stake."""

    kind: PassageKind
    result: Result
    passage: Passage
    pairs: tuple[tuple[str, str], ...] = ()
    other: User | None = None


def passages_of(report: Report, chapter: str) -> dict[PassageKind, Passage]:
    """The texts of a chapter by kind; those nobody began are unsaved rows of version 0."""
    found = {
        PassageKind(one.kind): one
        for one in Passage.objects.filter(series=report.series, chapter=chapter).select_related("updated_by")
    }
    return {
        kind: found.get(kind, Passage(series=report.series, chapter=chapter, kind=kind.value))
        for kind in PassageKind
    }


@transaction.atomic
def save_chapter(
    *, by: User, report: Report, chapter: str, typed: Mapping[PassageKind, Typed]
) -> list[Outcome]:
    """Save each text, together with what others saved since it was begun.

    A text that cannot be brought together with theirs changes nothing: it is set aside in the history, and its
    outcome is a conflict. Raises ForbiddenTransition once the version is published.
    """
    _lock(report)
    return [_save(by, report, chapter, kind, text) for kind, text in typed.items()]


def _lock(report: Report) -> None:
    """Publication waits for us, or we for it."""
    check_open(Report.objects.select_for_update().get(pk=report.pk))


def _locked_passage(report: Report, chapter: str, kind: PassageKind) -> Passage:
    passage, _new = Passage.objects.get_or_create(series=report.series, chapter=chapter, kind=kind.value)
    return Passage.objects.select_for_update(of=("self",)).select_related("updated_by").get(pk=passage.pk)


def _save(by: User, report: Report, chapter: str, kind: PassageKind, typed: Typed) -> Outcome:
    passage = _locked_passage(report, chapter, kind)
    text = tidy(typed.text)
    if text == passage.text:
        return Outcome(kind, Result.UNCHANGED, passage)
    if typed.base == passage.version:
        _write(passage, text, by, Origin.SAVED)
        return Outcome(kind, Result.SAVED, passage)
    merged = merge(_text_at(passage, typed.base), text, passage.text)
    other = passage.updated_by
    if merged.conflicts:
        _set_aside(passage, text, by)
        return Outcome(kind, Result.CONFLICT, passage, merged.conflicts, other)
    if merged.text == passage.text:
        return Outcome(kind, Result.UNCHANGED, passage, other=other)
    _write(passage, merged.text, by, Origin.MERGED)
    return Outcome(kind, Result.MERGED, passage, other=other)


def _text_at(passage: Passage, number: int) -> str:
    """The text of a version; nothing for version 0, or one that never was."""
    row = passage.versions.filter(number=number).first()
    return row.text if row else ""


def _write(passage: Passage, text: str, by: User | None, origin: Origin) -> None:
    if len(text) > LONGEST:
        raise ValidationError("Les deux textes réunis sont trop longs.")
    passage.text, passage.version = text, passage.version + 1
    passage.updated_at, passage.updated_by = timezone.now(), by
    passage.save()
    PassageVersion.objects.create(
        passage=passage, number=passage.version, text=text, origin=origin, author=by
    )


def _set_aside(passage: Passage, text: str, by: User) -> None:
    latest = passage.versions.filter(number=None, author=by).first()
    if latest is None or latest.text != text:
        PassageVersion.objects.create(passage=passage, text=text, origin=Origin.ASIDE, author=by)


@transaction.atomic
def restore(*, by: User, report: Report, version: PassageVersion) -> Passage:
    """Make an older text, or one that was set aside, the current one; the current one stays in the history.

    Raises ForbiddenTransition once the version of the report is published.
    """
    _lock(report)
    passage = Passage.objects.select_for_update().get(pk=version.passage_id)
    if passage.text != version.text:
        _write(passage, version.text, by, Origin.RESTORED)
    return passage


@transaction.atomic
def take_over(*, by: User, report: Report, series: str, texts: bool = True, plan: bool = False) -> int:
    """Begin with what another edition says: the texts nobody began here, the actions of its plan still to be done.

    Returns how many texts and actions came. Raises ForbiddenTransition once the version is published.
    """
    _lock(report)
    count = 0
    if texts:
        for source in Passage.objects.filter(series=series).exclude(text=""):
            passage = _locked_passage(report, source.chapter, PassageKind(source.kind))
            if passage.version == 0:
                _write(passage, source.text, by, Origin.TAKEN_OVER)
                count += 1
    if plan and not PlannedAction.objects.filter(series=report.series).exists():
        unfinished = PlannedAction.objects.filter(
            series=series, state__in=[ActionState.PLANNED, ActionState.RUNNING]
        )
        for rank, action in enumerate(unfinished, 1):
            action.pk, action.series, action.position = None, report.series, rank
            action._state.adding = True
            action.save(force_insert=True)
            count += 1
    return count
