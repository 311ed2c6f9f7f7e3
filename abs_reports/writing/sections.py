"""The chapters as their writers see them: which there are, how far each is written."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from abs_reports.compiling.chapters import BY_CODE, Chapter
from abs_reports.models import ChapterDone, Contribution, Passage, PlannedAction, Report
from abs_reports.writing.enums import PassageKind, Progress
from cias.core.states import ForbiddenTransition

WHOLE = "L’ensemble de l’analyse"
CLOSED = "Cette version est publiée : ses textes ne changent plus. Préparez la version suivante pour les reprendre."


def label_of(chapter: str) -> str:
    """The French name of a chapter's code; that of the whole analysis when there is none."""
    return BY_CODE[chapter].label if chapter else WHOLE


def chapter_choices() -> list[tuple[str, str]]:
    return [("", WHOLE), *((chapter.value, label_of(chapter)) for chapter in Chapter)]


def check_open(report: Report) -> None:
    """Raise ForbiddenTransition when the texts of `report` can no longer change."""
    if report.is_published:
        raise ForbiddenTransition(CLOSED)


@dataclass(frozen=True)
class ChapterRow:
    """One chapter on the room's front page. `written` counts its texts, out of three."""

    code: str
    label: str
    progress: Progress
    written: int
    contributions: int
    actions: int
    saved_at: datetime | None
    saved_by: str

    @property
    def texts(self) -> int:
        return len(PassageKind)


def chapter_rows(report: Report) -> list[ChapterRow]:
    """All the chapters of the edition `report` is a version of; four queries."""
    passages: dict[str, list[Passage]] = {}
    for passage in Passage.objects.filter(series=report.series).select_related("updated_by"):
        passages.setdefault(passage.chapter, []).append(passage)
    done = set(ChapterDone.objects.filter(series=report.series).values_list("chapter", flat=True))
    contributions = _by_chapter(Contribution, report)
    actions = _by_chapter(PlannedAction, report)
    rows = []
    for chapter in Chapter:
        texts = passages.get(chapter.value, [])
        written = sum(bool(passage.text) for passage in texts)
        dated = [(one.updated_at, one) for one in texts if one.updated_at]
        latest = max(dated, key=lambda pair: pair[0], default=(None, None))[1]
        rows.append(
            ChapterRow(
                chapter.value,
                label_of(chapter),
                _progress(chapter.value in done, written),
                written,
                contributions.get(chapter.value, 0),
                actions.get(chapter.value, 0),
                latest.updated_at if latest else None,
                str(latest.updated_by) if latest and latest.updated_by else "",
            )
        )
    return rows


def _progress(is_done: bool, written: int) -> Progress:
    if is_done:
        return Progress.DONE
    return Progress.BEGUN if written else Progress.EMPTY


def _by_chapter(model: Any, report: Report) -> dict[str, int]:
    rows = model.objects.filter(series=report.series).order_by().values("chapter").annotate(n=Count("pk"))
    return {row["chapter"]: row["n"] for row in rows}


def set_done(*, by: Any, report: Report, chapter: str, done: bool) -> None:
    """Say that a chapter is written, or take it up again. Raises ForbiddenTransition for a published version."""
    check_open(report)
    if done:
        ChapterDone.objects.get_or_create(series=report.series, chapter=chapter, defaults={"by": by})
    else:
        ChapterDone.objects.filter(series=report.series, chapter=chapter).delete()


def other_editions(report: Report) -> list[tuple[Report, int]]:
    """(latest version, number of texts) of the other editions that have texts, the latest first."""
    counts = {
        row["series"]: row["n"]
        for row in Passage.objects.exclude(text="")
        .exclude(series=report.series)
        .order_by()
        .values("series")
        .annotate(n=Count("pk"))
    }
    latest = Report.objects.filter(series__in=counts).values("series").annotate(v=Max("version"))
    wanted = Q(pk__in=[])
    for row in latest.order_by():
        wanted |= Q(series=row["series"], version=row["v"])
    reports = Report.objects.analyses().filter(wanted).order_by("-year", "-created_at")
    return [(one, counts[one.series]) for one in reports]
