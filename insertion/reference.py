"""Delays in force, with the articles they come from (domain-rules §4)."""

from datetime import date

from cias.core.reference import seed_missing
from insertion.jobs import reference as jobs
from insertion.models import PathwayRule
from insertion.permanences import reference as permanences

RULES = (
    {
        "valid_from": date(2020, 1, 1), "contract_months": 2, "minimum_hours": 0, "social_review_months": 6,
        "minimum_days": 7,
        "source": "CASF, art. L262-35 et L262-36 (contrat sous deux mois), L262-31 (réexamen à 6 mois), avant 2025. "
        "À vérifier.",
    },
    {
        "valid_from": date(2025, 1, 1), "contract_months": 1, "minimum_hours": 15, "social_review_months": 12,
        "minimum_days": 7,
        "source": "C. trav., art. D5411-14-1 (contrat dans le mois de la notification) et L5411-6 (15 heures) ; "
        "CASF, art. L262-31 et D262-65-2-1 (réexamen à 12 mois, à vérifier).",
    },
)  # fmt: skip


def seed() -> None:
    seed_missing(PathwayRule, "valid_from", RULES)
    permanences.seed()
    jobs.seed()
