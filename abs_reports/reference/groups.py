"""What the catalogues of indicators are written in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from abs_reports.enums import IndicatorUnit as Unit
from abs_reports.enums import Theme

# What cannot be added up whatever the producer: a median, a share, a rate, a quotient.
NEVER_SUMMED = (Unit.EUROS, Unit.PERCENT, Unit.PER_THOUSAND, Unit.RATIO)


@dataclass(frozen=True, slots=True)
class Group:
    """Indicators that share theme, source and unit: `labels` gives code → French label.

    `sums` false: the producer rounds its counts, so the sum of the communes is not the figure of their whole.
    """

    theme: Theme
    source: str
    unit: Unit
    labels: dict[str, str]
    sums: bool = True


def rows_of(groups: Iterable[Group]) -> tuple[dict[str, Any], ...]:
    """The rows of the Indicator table."""
    return tuple(
        {
            "code": code,
            "label": label,
            "unit": group.unit,
            "theme": group.theme,
            "summable": group.sums and group.unit not in NEVER_SUMMED,
            "source": group.source,
        }
        for group in groups
        for code, label in group.labels.items()
    )
