"""A number and the list behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from cias.core.french import date_short, number, percent, plural
from cias.core.periods import Period

NONE = "—"


@dataclass(frozen=True)
class Figure:
    """`count` rows are in the list at `url`. `late`: nobody should be in that list."""

    label: str
    count: int
    url: str
    late: bool = False
    singular: str = ""

    @property
    def text(self) -> str:
        return number(self.count)

    @property
    def words(self) -> str:
        """ "12 absences", "1 absence"."""
        return plural(self.count, self.singular or self.label, self.label)

    @property
    def is_late(self) -> bool:
        return self.late and self.count > 0


@dataclass(frozen=True)
class Group:
    """Figures of one domain; `code` is one the templates know how to draw, "" for none."""

    code: str
    title: str
    figures: list[Figure] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(one.count for one in self.figures)


@dataclass(frozen=True)
class Share:
    """A rate with both its terms, each of which is a list."""

    top: Figure
    bottom: Figure

    @property
    def value(self) -> Decimal | None:
        """Percent; None when there is nothing to divide by."""
        return Decimal(100 * self.top.count) / self.bottom.count if self.bottom.count else None

    @property
    def text(self) -> str:
        return NONE if self.value is None else percent(self.value, 1)


def link(name: str, *args: object, **parameters: object) -> str:
    """The address of a list with its filters; empty ones are left out."""
    asked = {key.rstrip("_"): str(value) for key, value in parameters.items() if value not in ("", None)}
    return reverse(name, args=args) + (f"?{urlencode(asked)}" if asked else "")


def dated(period: Period) -> Mapping[str, str]:
    """The parameters of lists that take two dates."""
    return {"du": date_short(period.first), "au": date_short(period.last)}
