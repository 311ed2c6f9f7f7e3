"""The thresholds of the rules; the CIAS may set its own."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Thresholds:
    """Below `count` a count is hidden; for an amount, fewer `amount_units` or one above the share
    `dominance`; for a rate, a smaller `rate_denominator`; below `sensitive`, a count on a sensitive subject.
    """

    count: int = 5
    amount_units: int = 11
    dominance: Decimal = Decimal("0.85")
    rate_denominator: int = 20
    sensitive: int = 11


THRESHOLDS = Thresholds()
