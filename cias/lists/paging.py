"""Pages of a list that stays fast with 100 000 rows: nothing is counted or skipped beyond a bound."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet

PER_PAGE = 25
MOST_ROWS = 10_000


class BoundedPaginator(Paginator):
    """Counts up to MOST_ROWS and offers no page beyond: nobody reads the 400th, one more filter finds the row."""

    def __init__(self, rows: Any, per_page: int = PER_PAGE) -> None:
        super().__init__(rows, per_page)

    @cached_property
    def _counted(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.order_by().values("pk")[: MOST_ROWS + 1].count()

    @property
    def is_capped(self) -> bool:
        return self._counted > MOST_ROWS

    @cached_property
    def count(self) -> int:
        return min(self._counted, MOST_ROWS)
