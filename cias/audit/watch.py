"""What an agent reads, day by day, and what stands out by plain rules: a person judges, the rules only point.

They are few and told on the page, so that nobody has to trust a score. Counts only: which files is for the log itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractHour, TruncDate
from django.utils import timezone

from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.core import registry
from cias.core.calendar import is_working_day
from cias.core.french import plural

# Outside of these hours, and on a day that is not worked, opening files is worth a question.
OPENS, CLOSES = time(7), time(20)
# So many different files in a day, and so many times what is usual for the agent (the median of their days).
MANY, TIMES = 30, 3
REFUSALS = 5
# Which days before the period tell what is usual.
BEFORE = timedelta(days=60)

READING = (
    AccessAction.VIEW, AccessAction.PRINT, AccessAction.DOWNLOAD, AccessAction.REASON, AccessAction.EMERGENCY,
)  # fmt: skip


@dataclass(frozen=True)
class Day:
    """One agent's day in the log. `files` are households, whatever was read of each; `remarks`: what stands out, in
    French."""

    day: date
    lines: int
    files: int
    exports: int
    refused: int
    outside: int
    remarks: tuple[str, ...] = ()


@dataclass
class Summary:
    """One agent's period: its days, oldest first."""

    agent: Any
    days: list[Day] = field(default_factory=list)

    @property
    def lines(self) -> int:
        return sum(day.lines for day in self.days)

    @property
    def exports(self) -> int:
        return sum(day.exports for day in self.days)

    @property
    def refused(self) -> int:
        return sum(day.refused for day in self.days)

    @property
    def most_files(self) -> int:
        return max((day.files for day in self.days), default=0)

    @property
    def remarkable(self) -> list[Day]:
        return [day for day in self.days if day.remarks]


def days_of(lines: QuerySet[AccessLog], first: date, last: date) -> Mapping[UUID, list[Day]]:
    """The days from `first` to `last` in which each agent of `lines` left some, in one query."""
    here = timezone.get_current_timezone()
    hour = ExtractHour("at", tzinfo=here)
    read = Q(action__in=READING)
    of_file = Q(pk__in=[])
    for keys in registry.files:
        of_file |= Q(Exists(keys().filter(pk=OuterRef("subject_id"))))
    counted = (
        lines.filter(
            user__isnull=False, at__gte=midnight(first - BEFORE), at__lt=midnight(last + timedelta(1))
        )
        .annotate(day=TruncDate("at", tzinfo=here), hour=hour)
        .order_by()
        .values("user_id", "day")
        .annotate(
            lines=Count("pk"),
            files=Count("subject_id", distinct=True, filter=read & of_file),
            reads=Count("pk", filter=read),
            exports=Count("pk", filter=Q(action=AccessAction.EXPORT)),
            refused=Count("pk", filter=Q(action=AccessAction.REFUSED)),
            outside=Count("pk", filter=read & (Q(hour__lt=OPENS.hour) | Q(hour__gte=CLOSES.hour))),
        )
        .order_by("user_id", "day")
    )
    by_agent: defaultdict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for row in counted:
        by_agent[row["user_id"]].append(row)
    return {
        agent: [_day(row, usual) for row in rows if row["day"] >= first]
        for agent, rows in by_agent.items()
        for usual in [median(row["files"] for row in rows)]
    }


def _day(row: Mapping[str, Any], usual: float) -> Day:
    outside = row["outside"] if is_working_day(row["day"]) else row["reads"]
    return Day(
        row["day"], row["lines"], row["files"], row["exports"], row["refused"], outside,
        tuple(_remarks(row, outside, usual)),
    )  # fmt: skip


def _remarks(row: Mapping[str, Any], outside: int, usual: float) -> Iterable[str]:
    if outside:
        if is_working_day(row["day"]):
            yield f"{plural(outside, 'consultation')} avant {OPENS.hour}\u00a0h ou après {CLOSES.hour}\u00a0h"
        else:
            yield f"{plural(outside, 'consultation')} un jour non travaillé"
    if row["files"] >= MANY and row["files"] > TIMES * usual:
        yield f"{plural(row['files'], 'dossier')} ouverts, {plural(round(usual), 'dossier')} d’habitude"
    if row["refused"] >= REFUSALS:
        yield plural(row["refused"], "accès refusé", "accès refusés")


def summaries(agents: Iterable[Any], first: date, last: date) -> list[Summary]:
    """Every agent who left lines in the period; those with days that stand out first, then by name."""
    by_key = {agent.pk: agent for agent in agents}
    found = days_of(AccessLog.objects.filter(user__in=by_key), first, last)
    rows = [Summary(by_key[key], days) for key, days in found.items() if days]
    return sorted(rows, key=lambda row: (-len(row.remarkable), str(row.agent).lower()))


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
