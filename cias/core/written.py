"""Subqueries that nearly every statement carries, which the ORM writes in SQL once for a process.

Writing « the protected files this agent may not enter » takes the ORM three milliseconds, and PostgreSQL a tenth of one
to answer: a page of twenty statements would spend most of its time there. The queryset stays the only source.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Expression, Func, QuerySet, UUIDField, Value
from django.utils import timezone

# What stands in the SQL for who asks, and when.
AGENT, TODAY, NOW = UUID(int=1), date(1, 1, 1), datetime(1, 1, 1, tzinfo=UTC)

type Build = Callable[[UUID, date, datetime], QuerySet[Any, Any]]


def any_of(agent: UUID) -> Func:
    """To be asked with `__in`: `agent`, and each of them where a list stands for it (`Written(build, agents)`)."""
    template = "(SELECT %(function)s(%(expressions)s::uuid[]))"
    return Func(Value(agent), function="unnest", template=template, output_field=UUIDField())


@cache
def _sql(build: Build) -> tuple[str, tuple[Any, ...]]:
    return build(AGENT, TODAY, NOW).query.sql_with_params()


class Written(Expression):
    """The one column of the queryset `build(agent, today, now)`, for `agent` and as of now; to be asked with `__in`.

    `build` is a function of a module, whose queryset depends on nothing but its three arguments and has no OuterRef.
    It may be asked as of another day and moment.
    """

    def __init__(
        self,
        build: Build,
        agent: UUID | Sequence[UUID] | None = None,
        *,
        today: date | None = None,
        now: datetime | None = None,
    ) -> None:
        super().__init__()
        sql, marked = _sql(build)
        values = {AGENT: agent, TODAY: today or timezone.localdate(), NOW: now or timezone.now()}
        self.sql = f"({sql})"
        self.parameters = tuple(values.get(mark, mark) for mark in marked)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return self.sql, self.parameters

    def get_group_by_cols(self) -> list[Any]:
        """Nothing of the outer statement."""
        return []
