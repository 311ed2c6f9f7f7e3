"""Older people: APA and the aide sociale à l'hébergement."""

from datetime import date

from rights.enums import DelayKind, DelayUnit, Effect, Family, Silence
from rights.reference.rows import (
    ADDRESS,
    BANK,
    GUARDIAN,
    IDENTITY,
    RAPO_REPLY,
    SOCIAL_COURT,
    TAX,
    TO_CHECK,
    Sheet,
    after_a_preliminary_appeal,
    delay,
    months,
    notice,
    piece,
    pieces,
    rule,
)

APA = Sheet(
    right={
        "code": "apa",
        "name": "Allocation personnalisée d’autonomie",
        "acronym": "APA",
        "family": Family.AGEING,
        "summary": (
            "Finance l’aide à domicile ou en établissement des personnes de 60 ans et plus en perte "
            "d’autonomie."
        ),
        "authority": "Président du conseil départemental",
        "service": "Département, service de l’autonomie",
        "form": "À domicile : Cerfa 16301*01 ; en établissement : dossier du Département (CASF, annexe 2-3)",
        "appeal_path": (
            "Recours préalable au président du conseil départemental dans les 2 mois, puis tribunal "
            "judiciaire."
        ),
        "advice": (
            "Accusé de réception et demande des pièces manquantes sous 10 jours. Sans décision 2 mois "
            "après le dossier complet, l’APA est accordée pour un montant forfaitaire (CASF, L232-14). En "
            "urgence, APA provisoire (L232-12). Le maire est informé du dépôt."
        ),
        "source": "CASF, art. L232-12, L232-14, R232-23 (version lue : 2020)",
        "certainty": TO_CHECK,
        "display_order": 100,
        "is_frequent": True,
    },
    rule=rule(
        date(2020, 1, 1),
        "CASF, art. L232-14, R232-23 (version lue : 2020)",
        TO_CHECK,
        months("decision", 2, "CASF, art. L232-14"),
        months("appeal", 2, "CASF, art. L134-1 et suivants"),
        silence_means=Silence.ACCEPTED,
    ),
    pieces=pieces(
        "apa",
        piece("formulaire", "Demande d’aide à l’autonomie (Cerfa 16301*01), signée"),
        IDENTITY,
        TAX,
        piece("fonciere", "Taxe foncière", condition="Propriétaire"),
        BANK,
        GUARDIAN,
    ),
    delays=(
        delay(DelayKind.ACKNOWLEDGEMENT, 10, DelayUnit.DAYS, "CASF, art. R232-23"),
        *after_a_preliminary_appeal(RAPO_REPLY, SOCIAL_COURT),
    ),
)

ASH = Sheet(
    right={
        "code": "ash",
        "name": "Aide sociale à l’hébergement",
        "acronym": "ASH",
        "family": Family.AGEING,
        "summary": (
            "Prend en charge les frais d’hébergement en établissement que la personne et ses proches ne "
            "peuvent payer."
        ),
        "authority": "Président du conseil départemental",
        "service": "Département, service de l’aide sociale",
        "form": "Dossier familial d’aide sociale du Département",
        "appeal_path": (
            "Recours préalable au président du conseil départemental dans les 2 mois, puis tribunal judiciaire ou "
            "administratif, selon ce qui est contesté, dans les 2 mois."
        ),
        "advice": (
            "Le dossier se transmet dans le mois du dépôt, avec l’avis du CIAS, même incomplet (CASF, "
            "L131-1). Effet à la date d’entrée si la demande est faite dans les 2 mois, prolongés une fois "
            "(R131-2). À dire avant la signature : récupération sur la succession et les donations des 10 "
            "dernières années (L132-8). Les petits-enfants ne sont plus sollicités (loi 2024-317)."
        ),
        "source": "CASF, art. L131-1, L131-2, R131-2, L132-3, L132-6, L132-8, R132-9 (version lue : 2020)",
        "certainty": TO_CHECK,
        "display_order": 110,
        "asks_maintenance": True,
    },
    rule=rule(
        date(2020, 1, 1),
        "CASF, art. L131-1, R131-2 (version lue : 2020)",
        TO_CHECK,
        months("transmission", 1, "CASF, art. L131-1"),
        months("decision", 2, "CRPA, art. L231-4 3°"),
        months("appeal", 2, "CASF, art. L134-1 et suivants"),
        silence_means=Silence.REJECTED,
        effect=Effect.ENTRY_OR_FORTNIGHT,
        effect_source="CASF, art. R131-2",
    ),
    pieces=pieces(
        "ash",
        piece("formulaire", "Dossier d’aide sociale du Département, signé"),
        IDENTITY,
        piece("famille", "Livret de famille"),
        ADDRESS,
        TAX,
        piece("pensions", "Titres de pension et derniers relevés de chaque caisse"),
        piece("comptes", "Relevés de comptes, d’épargne et d’assurance-vie"),
        piece("fonciere", "Taxe foncière", condition="Propriétaire"),
        piece("sejour", "Contrat de séjour de l’établissement", condition="Déjà entré en établissement"),
        piece(
            "obliges",
            "Liste des obligés alimentaires avec leurs adresses",
            source="CASF, art. R132-9 (version lue : 2020)",
        ),
        GUARDIAN,
    ),
    delays=(
        delay(DelayKind.ENTRY, 2, DelayUnit.MONTHS, "CASF, art. R131-2"),
        delay(DelayKind.URGENT_NOTICE, 3, DelayUnit.DAYS, "CASF, art. L131-3"),
        delay(DelayKind.URGENT_FILE, 1, DelayUnit.MONTHS, "CASF, art. L131-3"),
        delay(DelayKind.URGENT_DECISION, 2, DelayUnit.MONTHS, "CASF, art. L131-3"),
        *after_a_preliminary_appeal(RAPO_REPLY, SOCIAL_COURT),
    ),
    notices=(
        notice(
            "ash-recuperation",
            "Les sommes versées peuvent être récupérées sur la succession, sur les donations des 10 ans d’avant la "
            "demande, ou si la situation s’améliore.",
            "CASF, art. L132-8",
        ),
        notice(
            "ash-obliges",
            "Les obligés alimentaires sont sollicités : conjoint, enfants, gendres et belles-filles. Les "
            "petits-enfants ne le sont plus ; la loi prévoit des dispenses.",
            "CASF, art. L132-6 (loi 2024-317) ; Code civil, art. 205 à 208",
        ),
        notice(
            "ash-ressources",
            "90 % des ressources sont reversées pour payer l’hébergement ; un minimum reste à la personne.",
            "CASF, art. L132-3, R231-6",
        ),
    ),
)

SHEETS = (APA, ASH)
