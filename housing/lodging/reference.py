"""Contract lengths and points a new installation starts with; the council decides its own (domain-rules §5, §11)."""

from datetime import date

from housing.enums import Scheme
from housing.lodging.enums import Criterion
from housing.models import SchemeRule, ScoreRule, ScoreWeight

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
        "max_months": 24,
        "exam_months": 6,
        "exam_notice_months": 2,
        "source": "CCH, art. L442-8-3\u00a0: examen périodique contradictoire, préfet informé deux mois avant\u00a0; "
        "durées à vérifier à la convention",
    },
    {
        "scheme": Scheme.IML,
        "valid_from": SINCE,
        "initial_months": 6,
        "renewal_months": 6,
        "max_renewals": 2,
        "max_months": 18,
        "source": "Intermédiation locative, parc privé\u00a0: 18 mois au plus d’après l’usage, à vérifier",
    },
)

SCORE_SOURCE = "Valeurs de départ, à fixer par le conseil d’administration"
# Points of a criterion, and the ceiling of those that are counted.
WEIGHTS: dict[Criterion, tuple[int, int | None]] = {
    Criterion.STREET: (20, None),
    Criterion.VIOLENCE: (20, None),
    Criterion.EVICTION: (15, None),
    Criterion.UNFIT: (12, None),
    Criterion.EMERGENCY: (12, None),
    Criterion.LEAVING: (10, None),
    Criterion.HEALTH: (10, None),
    Criterion.HOSTED: (8, None),
    Criterion.TODDLER: (8, None),
    Criterion.CROWDED: (5, None),
    Criterion.WORK: (5, None),
    Criterion.CHILDREN: (3, 12),
    Criterion.SENIORITY: (1, 12),
}


def seed() -> None:
    known = set(SchemeRule.objects.values_list("scheme", flat=True))
    SchemeRule.objects.bulk_create(SchemeRule(**rule) for rule in RULES if rule["scheme"] not in known)
    if not ScoreRule.objects.exists():
        rule = ScoreRule.objects.create(valid_from=SINCE, source=SCORE_SOURCE)
        ScoreWeight.objects.bulk_create(
            ScoreWeight(rule=rule, criterion=code, points=points, cap=cap)
            for code, (points, cap) in WEIGHTS.items()
        )
