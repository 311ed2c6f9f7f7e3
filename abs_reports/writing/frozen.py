"""What a version of a report says in words, frozen with its figures (S6)."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from abs_reports.compiling.chapters import Chapter
from abs_reports.models import Contribution, Passage, PlannedAction, Report, ReportText
from abs_reports.writing.enums import PassageKind, TextKind


@dataclass(frozen=True)
class Words:
    """One text: `content` holds "text" for a passage, the named fields of a contribution or of an action."""

    chapter: str
    kind: TextKind
    content: dict[str, Any]


@dataclass(frozen=True)
class Texts:
    """All the words of a report, in the order of its pages."""

    words: Sequence[Words] = ()

    def __bool__(self) -> bool:
        return bool(self.words)

    def of(self, chapter: str, kind: TextKind) -> list[Words]:
        return [one for one in self.words if one.chapter == chapter and one.kind == kind]

    def passage(self, chapter: str, kind: PassageKind) -> str:
        found = self.of(chapter, TextKind(kind.value))
        return str(found[0].content["text"]) if found else ""

    @property
    def actions(self) -> list[Words]:
        return [one for one in self.words if one.kind == TextKind.ACTION]


def read_texts(report: Report) -> Texts:
    """The saved texts of the edition as they now stand; drafts are nobody's but their author's. Three queries.

    A compilation calls it inside `one_instant`: figures and words are of the same moment.
    """
    return Texts(tuple(_read(report)))


def _read(report: Report) -> Iterator[Words]:
    passages = {
        (one.chapter, one.kind): one.text
        for one in Passage.objects.filter(series=report.series).exclude(text="")
    }
    contributions: dict[str, list[Contribution]] = {}
    for row in (
        Contribution.objects.filter(series=report.series).printed().order_by("on", "organisation", "pk")
    ):
        contributions.setdefault(row.chapter, []).append(row)
    for chapter in ("", *(chapter.value for chapter in Chapter)):
        for kind in PassageKind:
            if text := passages.get((chapter, kind.value)):
                yield Words(chapter, TextKind(kind.value), {"text": text})
        for row in contributions.get(chapter, []):
            yield Words(chapter, TextKind.CONTRIBUTION, _contribution(row))
    for action in PlannedAction.objects.filter(series=report.series):
        yield Words(action.chapter, TextKind.ACTION, _action(action))


def _contribution(row: Contribution) -> dict[str, Any]:
    """Who is named is who may be: the organisation, never the person who spoke for it."""
    content: dict[str, Any] = {
        "organisation": row.organisation,
        "on": row.on.isoformat(),
        "means": row.get_means_display(),
        "text": row.summary,
    }
    if row.quote and row.quote_validated:
        content |= {"quote": row.quote, "attributed": row.quote_attributed}
    return content


def _action(row: PlannedAction) -> dict[str, Any]:
    return {
        "objective": row.objective,
        "action": row.action,
        "pilot": row.pilot,
        "partners": row.partners,
        "calendar": row.calendar,
        "indicator": row.indicator,
        "state": row.get_state_display(),
    }


def freeze_texts(report: Report, texts: Texts) -> None:
    """Replace the report's frozen texts. The caller holds the transaction."""
    report.texts.all().delete()
    ReportText.objects.bulk_create(
        ReportText(report=report, position=rank, chapter=one.chapter, kind=one.kind, content=one.content)
        for rank, one in enumerate(texts.words)
    )


def frozen_texts(report: Report) -> Texts:
    """The texts a compiled report prints; one query."""
    return Texts(tuple(Words(row.chapter, TextKind(row.kind), row.content) for row in report.texts.all()))


def with_words(figures: str, texts: Texts) -> str:
    """The checksum of a report: that of its figures alone when it has no word of its own."""
    if not texts:
        return figures
    content = [figures, [[one.chapter, one.kind, one.content] for one in texts.words]]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def is_behind(report: Report) -> bool:
    """Whether the texts changed since the version was compiled; a published version never is behind."""
    if report.compiled_at is None or report.is_published:
        return False
    return read_texts(report) != frozen_texts(report)
