"""Statistical secrecy: every figure that leaves the team passes here (reports, dashboards, exports, maps).

Why and how: docs/adr/0005-statistical-secrecy.md.
"""

from cias.core.secrecy.amounts import amounts_may_be_published, protect_amount, protect_mean, protect_rate
from cias.core.secrecy.suppression import Unprotectable
from cias.core.secrecy.tables import ProtectedSeries, ProtectedTable, protect, protect_linked, protect_series
from cias.core.secrecy.thresholds import THRESHOLDS, Thresholds

__all__ = [
    "THRESHOLDS",
    "ProtectedSeries",
    "ProtectedTable",
    "Thresholds",
    "Unprotectable",
    "amounts_may_be_published",
    "protect",
    "protect_amount",
    "protect_linked",
    "protect_mean",
    "protect_rate",
    "protect_series",
]
