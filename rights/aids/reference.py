"""The règlement a new installation starts with: only what the law says, to be checked and completed by the direction.

Appeals: recours gracieux (CRPA, art. L411-2), recours contentieux within two months of the notification (CJA, art.
R421-1 and R421-5). Thresholds of the anonymised sheet: the project's domain rules, §8. Read in November 2026.
"""

from datetime import date

from cias.core.sources import Certainty
from rights.models import AidRegulation


def seed() -> None:
    if AidRegulation.objects.exists():
        return
    AidRegulation.objects.create(
        valid_from=date(2000, 1, 1),
        deliberation="À saisir\u00a0: délibération du conseil d’administration",
        appeal_source="CRPA, art. L411-2\u00a0; CJA, art. R421-1 et R421-5",
        certainty=Certainty.TO_CHECK,
    )
