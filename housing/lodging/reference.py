"""Contract lengths a new installation starts with; the CIAS's council decides its own (domain-rules §5, §11)."""

from datetime import date

from cias.core.reference import seed_missing
from housing.enums import Scheme
from housing.models import SchemeRule

SINCE = date(2020, 1, 1)

RULES = (
    {
        "scheme": Scheme.TEMPORARY,
        "valid_from": SINCE,
        "initial_months": 3,
        "renewal_months": 3,
        "max_renewals": 3,
        "source": "Usage des conventions d’hébergement temporaire (1 à 6 mois renouvelables), à vérifier au règlement",
    },
    {
        "scheme": Scheme.SUBLET,
        "valid_from": SINCE,
        "initial_months": 6,
        "renewal_months": 6,
        "max_renewals": 2,
        "source": "Usage de la sous-location (CCH, art. L442-8-1), à vérifier au règlement",
    },
    {
        "scheme": Scheme.SLIDING,
        "valid_from": SINCE,
        "initial_months": 6,
        "renewal_months": 6,
        "max_renewals": 3,
        "exam_months": 6,
        "source": "CCH, art. L442-8-3 : examen périodique contradictoire ; durées à vérifier à la convention",
    },
)


def seed() -> None:
    if not SchemeRule.objects.exists():
        seed_missing(SchemeRule, "scheme", RULES)
