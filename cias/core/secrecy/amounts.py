"""Amounts and rates that may leave the team; None is a hidden figure.

Sources: INSEE, rules on fiscal data (no figure on fewer than 11 units, nor when one makes more than 85 % of
it).
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from cias.core.secrecy.thresholds import THRESHOLDS

CENT, TENTH = Decimal("0.01"), Decimal("0.1")


def amounts_may_be_published(
    values: Sequence[Decimal],
    *,
    minimum_units: int = THRESHOLDS.amount_units,
    dominance: Decimal = THRESHOLDS.dominance,
) -> bool:
    """Whether a sum, mean, median or quantile of `values` (one for each household) tells of nobody in
    particular.

    At least `minimum_units` values, and none above the share `dominance` of them all, signs left out.
    """
    if len(values) < minimum_units:
        return False
    sizes = [abs(value) for value in values]
    return max(sizes, default=Decimal(0)) <= dominance * sum(sizes, Decimal(0))


def protect_amount(
    values: Sequence[Decimal],
    *,
    minimum_units: int = THRESHOLDS.amount_units,
    dominance: Decimal = THRESHOLDS.dominance,
) -> Decimal | None:
    """The sum of `values` (one for each household), None when it must be hidden."""
    if amounts_may_be_published(values, minimum_units=minimum_units, dominance=dominance):
        return sum(values, Decimal(0))
    return None


def protect_mean(
    values: Sequence[Decimal],
    *,
    minimum_units: int = THRESHOLDS.amount_units,
    dominance: Decimal = THRESHOLDS.dominance,
) -> Decimal | None:
    """The mean of `values` (one for each household) to the cent, None when it must be hidden or there is
    none."""
    total = protect_amount(values, minimum_units=minimum_units, dominance=dominance)
    return (total / len(values)).quantize(CENT, ROUND_HALF_UP) if total is not None and values else None


def protect_rate(
    numerator: int,
    denominator: int,
    *,
    minimum_denominator: int = THRESHOLDS.rate_denominator,
    threshold: int = THRESHOLDS.count,
) -> Decimal | None:
    """`numerator` in % of `denominator` to one decimal, None when it must be hidden.

    It is when `denominator` is below `minimum_denominator`, and when a small count (1 to `threshold` - 1) can
    be worked out from it: `numerator` or what is left of `denominator`.
    Raises ValueError (French message) when `numerator` is not between 0 and `denominator`.
    """
    if not 0 <= numerator <= denominator:
        raise ValueError("Le numérateur d’un taux doit être compris entre 0 et son dénominateur.")
    if denominator < max(minimum_denominator, 1):
        return None
    if any(0 < part < threshold for part in (numerator, denominator - numerator)):
        return None
    return (Decimal(100) * numerator / denominator).quantize(TENTH, ROUND_HALF_UP)
