"""Aggregates of households and persons for dashboards and the ABS; no person leaves this package."""

from cias.core.registry import Measure, statistics
from households.statistics import budgets, households, interviews, persons, referrals
from households.statistics.selection import COMMUNE, UNKNOWN, Territory, with_situation

__all__ = ["COMMUNE", "MEASURES", "UNKNOWN", "Territory", "register", "with_situation"]

MEASURES: tuple[Measure, ...] = (
    *households.MEASURES,
    *persons.MEASURES,
    *interviews.MEASURES,
    *budgets.MEASURES,
    *referrals.MEASURES,
)


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
