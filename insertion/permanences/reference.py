"""How long the psychologist's texts are kept (domain-rules §7): to be confirmed with the DPO and the Archives."""

from datetime import date

from cias.core.reference import seed_missing
from insertion.models import SealedRoomRule

RULES = (
    {
        "valid_from": date(2020, 1, 1), "retention_months": 24,
        "source": "CNIL, délibération 2023-095 du 21 septembre 2023\u00a0: base active deux ans après le dernier "
        "contact. Aucun texte ne fixe la durée des notes d’une psychologue\u00a0: à arrêter avec le délégué à la "
        "protection des données et les Archives départementales.",
    },
)  # fmt: skip


def seed() -> None:
    seed_missing(SealedRoomRule, "valid_from", RULES)
