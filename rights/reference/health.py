"""Complémentaire santé solidaire: read in the Code de la sécurité sociale in force (March 2026 consolidation)."""

from datetime import date

from rights.enums import DelayKind, DelayUnit, Effect, Family, Silence
from rights.reference.rows import (
    CRA_REPLY,
    FAMILY_BOOK,
    GUARDIAN,
    IDENTITY_ALL,
    SOCIAL_COURT,
    TAX,
    VERIFIED,
    Sheet,
    after_a_preliminary_appeal,
    at_once,
    delay,
    months,
    piece,
    pieces,
    rule,
)

CSS = Sheet(
    right={
        "code": "css",
        "name": "Complémentaire santé solidaire",
        "acronym": "CSS",
        "family": Family.HEALTH,
        "summary": (
            "Complémentaire santé gratuite, ou avec une petite participation, selon les ressources du foyer."
        ),
        "authority": "Directeur de la caisse d’assurance maladie (CPAM ou MSA)",
        "service": "CPAM ou MSA dont dépend le demandeur",
        "form": "Téléservice ameli, ou formulaire S3711 (Cerfa 12504, numéro à vérifier)",
        "appeal_path": (
            "Commission de recours amiable de la caisse dans les 2 mois (CSS, L142-4, R142-1), "
            "puis tribunal judiciaire, pôle social."
        ),
        "advice": (
            "Les services sociaux transmettent la demande sans délai, avec l’accord de la personne (CSS, "
            "L861-5). Plafond revu chaque 1er avril, relevé de 35 % avec participation (L861-1). Ressources des "
            "12 mois qui vont du 13e au 2e mois civil avant la demande (R861-8). Avec participation : bulletin "
            "et moyen de paiement à renvoyer dans les 3 mois (R861-16-3) ; le droit part du mois qui suit leur "
            "réception (L861-5). Renouvellement automatique pour les allocataires du RSA et de l’ASPA, "
            "annoncé 3 mois avant (R861-18 II). En urgence, le droit peut partir du premier jour du mois du "
            "dépôt."
        ),
        "source": "CSS, art. L861-1 à L861-5, R861-8 à R861-18",
        "certainty": VERIFIED,
        "display_order": 20,
        "needs_nir": True,
        "is_frequent": True,
    },
    rule=rule(
        date(2019, 11, 1),
        "CSS, art. L861-5, R861-16-1, R861-18",
        VERIFIED,
        at_once("transmission", "CSS, art. L861-5"),
        months("decision", 2, "CSS, art. R861-16-1 II et L861-5"),
        months("appeal", 2, "CSS, art. R142-1"),
        silence_means=Silence.ACCEPTED,
        renewal_from_months=4,
        renewal_until_months=2,
        duration_months=12,
        renewal_source="CSS, art. R861-18 I",
        effect=Effect.MONTH_AFTER_DECISION,
        effect_source="CSS, art. L861-5",
    ),
    pieces=pieces(
        "css",
        piece("formulaire", "Formulaire S3711 signé, ou récapitulatif du téléservice"),
        IDENTITY_ALL,
        piece("secu", "Attestation de droits à l’assurance maladie", per_person=True, mandatory=False),
        piece("domicile", "Justificatif de domicile ou d’élection de domicile", valid=3),
        TAX,
        piece(
            "ressources",
            "Justificatifs de ressources des 12 mois de référence",
            source="CSS, art. R861-8",
            certainty=VERIFIED,
        ),
        piece("organisme", "Choix de l’organisme complémentaire, daté et signé", mandatory=False),
        FAMILY_BOOK,
        GUARDIAN,
    ),
    delays=(
        delay(DelayKind.PARTICIPATION, 3, DelayUnit.MONTHS, "CSS, art. R861-16-3", VERIFIED),
        *after_a_preliminary_appeal(CRA_REPLY, SOCIAL_COURT, VERIFIED),
    ),
)

SHEETS = (CSS,)
