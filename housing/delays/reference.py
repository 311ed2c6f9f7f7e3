"""Delays a new installation starts with (domain-rules §5); the rows then belong to those who edit them in the app.

« À vérifier » is what nobody on the project has read in the text in force.
"""

from datetime import date
from typing import Any

from cias.core.sources import Certainty
from housing.delays.enums import DelayCode, DelayUnit
from housing.models.delays import LegalDelay, WinterTruce

VERIFIED, TO_CHECK = Certainty.VERIFIED, Certainty.TO_CHECK
DAYS, WEEKS, MONTHS = DelayUnit
# Loi n° 2023-668 du 27 juillet 2023, in force on the 29th.
LAW_2023, DAY_BEFORE = date(2023, 7, 29), date(2023, 7, 28)
LONG_AGO = date(2015, 1, 1)
D = DelayCode


def _row(
    code: DelayCode, value: int, unit: DelayUnit, source: str, certainty: Certainty = TO_CHECK, **more: Any
) -> dict[str, Any]:
    return {
        "code": code,
        "value": value,
        "unit": unit,
        "source": source,
        "certainty": certainty,
        "valid_from": LONG_AGO,
        **more,
    }


DELAYS: tuple[dict[str, Any], ...] = (
    _row(
        D.CAF_REPORT, 2, MONTHS,
        "CCH, art. R824-4\u00a0: bailleur qui perçoit l’aide au logement, après la constitution de l’impayé (R824-1)",
    ),
    _row(D.CAF_PLAN, 6, MONTHS, "CCH, art. R824-6 et suivants\u00a0: sans plan, l’aide peut être suspendue"),
    _row(
        D.CCAPEX_FIRST, 2, MONTHS,
        "Loi n° 89-462 du 6 juillet 1989, art. 24, II\u00a0: bailleurs personnes morales",
    ),
    _row(D.PAY, 2, MONTHS, "Loi n° 89-462 du 6 juillet 1989, art. 24, I, avant la loi du 27 juillet 2023",
         VERIFIED, valid_until=DAY_BEFORE),
    _row(D.PAY, 6, WEEKS, "Loi n° 89-462 du 6 juillet 1989, art. 24, I", VERIFIED, valid_from=LAW_2023,
         lease_from=LAW_2023),
    _row(D.PAY, 2, MONTHS, "Cass., avis du 13 juin 2024\u00a0: le bail signé avant garde son délai, sauf clause",
         VERIFIED, valid_from=LAW_2023, lease_until=DAY_BEFORE),
    _row(D.PREFECT_NOTICE, 2, MONTHS, "Loi n° 89-462 du 6 juillet 1989, art. 24, III, avant la loi de 2023",
         valid_until=DAY_BEFORE),
    _row(D.PREFECT_NOTICE, 42, DAYS,
         "Loi n° 89-462 du 6 juillet 1989, art. 24, III (six semaines)\u00a0; Cass., avis du 6 novembre 2025",
         VERIFIED, valid_from=LAW_2023),
    _row(D.DIAGNOSIS, 7, DAYS,
         "Loi n° 89-462 du 6 juillet 1989, art. 24, III\u00a0: reçu avant l’audience\u00a0; marge du CIAS",
         alert_days=21),
    _row(D.JUDGE_MAX, 36, MONTHS, "Loi n° 89-462 du 6 juillet 1989, art. 24, V (trois années)"),
    _row(D.APPEAL, 1, MONTHS, "CPC, art. 538", rolls=True),
    _row(D.QUIT, 2, MONTHS, "CPCE, art. L412-1", VERIFIED, alert_days=30),
    _row(D.JEX_MIN, 3, MONTHS, "CPCE, art. L412-4, avant la loi du 27 juillet 2023", valid_until=DAY_BEFORE),
    _row(D.JEX_MIN, 1, MONTHS, "CPCE, art. L412-4, depuis la loi du 27 juillet 2023", valid_from=LAW_2023),
    _row(D.JEX_MAX, 36, MONTHS, "CPCE, art. L412-4, avant la loi du 27 juillet 2023", valid_until=DAY_BEFORE),
    _row(D.JEX_MAX, 12, MONTHS, "CPCE, art. L412-4, depuis la loi du 27 juillet 2023", valid_from=LAW_2023),
    _row(D.FORCE_SILENCE, 2, MONTHS, "CPCE, art. R153-1\u00a0: le silence vaut refus", VERIFIED),
    _row(D.FSL_REPLY, 2, MONTHS, "Règlement intérieur du FSL du Département"),
    _row(D.DEBT_REPLY, 3, MONTHS, "Code de la consommation, art. R722-1"),
    _row(
        D.RENEWAL, 12, MONTHS,
        "CCH, art. R441-2-7, version du 8 mai 2017\u00a0: sans renouvellement, la demande est radiée",
        alert_days=60,
    ),
    _row(D.OFFER_REPLY, 10, DAYS, "CCH, art. R441-10\u00a0: dix jours au moins", alert_days=10),
    _row(D.DALO_DECISION, 3, MONTHS,
         "CCH, art. R441-15\u00a0; six mois là où une agglomération dépasse 300\u00a0000 habitants"),
    _row(D.DALO_OFFER, 3, MONTHS,
         "CCH, art. R441-16-1\u00a0; six mois là où une agglomération dépasse 300\u00a0000 habitants"),
    _row(D.DALO_COURT, 4, MONTHS, "CJA, art. R778-2", alert_days=60),
    _row(D.DALO_APPEAL, 2, MONTHS, "CJA, art. R421-1", alert_days=30),
)  # fmt: skip

TRUCE: dict[str, Any] = {
    "valid_from": LONG_AGO,
    "first_day": 1,
    "first_month": 11,
    "last_day": 31,
    "last_month": 3,
    "exceptions": (
        "un relogement assuré dans des conditions suffisantes\n"
        "une entrée dans le domicile d’autrui par manœuvres, menaces, voies de fait ou contrainte\n"
        "un logement d’étudiant dont l’occupant ne remplit plus les conditions (art. L412-7)\n"
        "l’expulsion du conjoint violent ordonnée par le juge"
    ),
    "source": "CPCE, art. L412-6 et L412-7",
    "certainty": VERIFIED,
}


def seed() -> None:
    """Create what is not there at all; a delay that somebody edited stays as it is."""
    known = set(LegalDelay.objects.values_list("code", flat=True))
    LegalDelay.objects.bulk_create(LegalDelay(**row) for row in DELAYS if row["code"] not in known)
    if not WinterTruce.objects.exists():
        WinterTruce.objects.create(**TRUCE)
