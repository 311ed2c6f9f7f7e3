"""What the field calls a lasting job (domain-rules §4), to be checked against the convention with the Département."""

from datetime import date

from cias.core.reference import seed_missing
from insertion.models import JobRule

RULES = (
    {
        "valid_from": date(2020, 1, 1), "durable_months": 6, "check_months": 6, "full_time_hours": 35,
        "source": "Usage des conventions d’insertion\u00a0: CDI ou CDD de 6 mois et plus, maintien demandé 6 mois "
        "après. Temps plein\u00a0: C. trav., art. L3121-27.",
    },
)  # fmt: skip


def seed() -> None:
    seed_missing(JobRule, "valid_from", RULES)
