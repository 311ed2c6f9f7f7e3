"""Who else has a chapter open, and what they saved or are writing meanwhile."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from abs_reports.models import ChapterDraft, Presence, Report
from abs_reports.writing.drafts import kinds_at_work
from abs_reports.writing.enums import PassageKind
from abs_reports.writing.passages import passages_of
from cias.accounts.models import User

GONE = timedelta(seconds=45)  # a page asks every ten seconds
FORGOTTEN = timedelta(hours=12)


@dataclass
class Colleague:
    """Somebody else who has the chapter open; `writing` names the texts they have changed and not saved."""

    name: str
    since: datetime
    writing: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class News:
    """A text somebody else saved since the page was opened."""

    label: str
    by: str
    at: datetime | None


def come_in(*, by: User, report: Report, chapter: str) -> None:
    """Say that `by` has the chapter open now."""
    now = timezone.now()
    row, is_new = Presence.objects.get_or_create(
        series=report.series, chapter=chapter, user=by, defaults={"since": now, "seen_at": now}
    )
    if not is_new:
        if row.seen_at < now - GONE:
            row.since = now
        row.seen_at = now
        row.save(update_fields=["since", "seen_at"])
    Presence.objects.filter(seen_at__lt=now - FORGOTTEN).delete()


def colleagues(*, by: User, report: Report, chapter: str) -> list[Colleague]:
    """The others who have the chapter open, by arrival."""
    rows = Presence.objects.filter(
        series=report.series, chapter=chapter, seen_at__gte=timezone.now() - GONE
    ).exclude(user=by)
    found = {row.user_id: Colleague(row.user.full_name, row.since) for row in rows.select_related("user")}
    if found:
        saved = passages_of(report, chapter)
        drafts = ChapterDraft.objects.filter(series=report.series, chapter=chapter, author__in=found)
        for draft in drafts:
            writing = found[draft.author_id].writing
            writing += [k.label for k in kinds_at_work(draft, saved) if k.label not in writing]
    return list(found.values())


def news(*, report: Report, chapter: str, seen: Mapping[PassageKind, int], by: User) -> list[News]:
    """The texts others saved after the versions a page was opened with."""
    return [
        News(kind.label, str(passage.updated_by) if passage.updated_by else "", passage.updated_at)
        for kind, passage in passages_of(report, chapter).items()
        if passage.version > seen.get(kind, passage.version)
        and passage.updated_by_id is not None
        and passage.updated_by_id != by.pk
    ]


def who_is_where(report: Report, *, by: User) -> dict[str, list[str]]:
    """Names of the others by chapter, for the room's front page."""
    rows = Presence.objects.filter(series=report.series, seen_at__gte=timezone.now() - GONE).exclude(user=by)
    found: dict[str, list[str]] = {}
    for row in rows.select_related("user"):
        found.setdefault(row.chapter, []).append(row.user.full_name)
    return found


def mark(here: list[Colleague], news_: list[News]) -> str:
    """A short print of what a page is told, so that it is told once only."""
    content = [
        [[one.name, one.since.isoformat(), one.writing] for one in here],
        [[one.label, str(one.at)] for one in news_],
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
