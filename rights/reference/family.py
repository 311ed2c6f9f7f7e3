"""Family benefits and disability: prestations familiales, AAH, AEEH, PCH."""

from datetime import date

from rights.enums import Effect, Family, Silence
from rights.reference.rows import (
    ADDRESS,
    BANK,
    CRA_REPLY,
    FAMILY_BOOK,
    GUARDIAN,
    IDENTITY,
    IDENTITY_ALL,
    MDPH_FORM,
    MDPH_MEDICAL,
    RAPO_REPLY,
    SOCIAL_COURT,
    TO_CHECK,
    VERIFIED,
    Sheet,
    after_a_preliminary_appeal,
    months,
    piece,
    pieces,
    rule,
)

MDPH = "Commission des droits et de l’autonomie (CDAPH)"
MDPH_SERVICE = "Maison départementale des personnes handicapées (MDPH)"
MDPH_FORM_NAME = "Cerfa 15692*01 et certificat médical Cerfa 15695*01"
MDPH_APPEAL = "Recours préalable à la MDPH dans les 2 mois, puis tribunal judiciaire."

FAMILY_BENEFITS = Sheet(
    right={
        "code": "prestations-familiales",
        "name": "Prestations familiales",
        "family": Family.FAMILY,
        "summary": (
            "Allocations familiales, complément familial, soutien familial, rentrée scolaire, PAJE, AJPP…"
        ),
        "authority": "CAF ou MSA",
        "service": "CAF ou MSA",
        "form": "Téléservice, ou Cerfa 11423 (déclaration de situation ; numéro à vérifier)",
        "appeal_path": (
            "Commission de recours amiable dans les 2 mois (CSS, R142-1) ; son silence pendant 2 mois vaut "
            "rejet (R142-6) ; puis tribunal judiciaire."
        ),
        "advice": (
            "Rappel possible sur 2 ans (CSS, L553-1). Ressources d’il y a deux ans, revues chaque janvier."
        ),
        "source": "CSS, art. L553-1, R142-1, R142-6",
        "certainty": VERIFIED,
        "display_order": 50,
        "is_frequent": True,
    },
    rule=rule(
        date(2020, 1, 1),
        "CSS, art. R142-1",
        VERIFIED,
        months("appeal", 2, "CSS, art. R142-1"),
    ),
    pieces=pieces(
        "prestations-familiales",
        piece("formulaire", "Déclaration de situation (Cerfa 11423), ou récapitulatif du téléservice"),
        IDENTITY_ALL,
        piece("famille", "Livret de famille ou actes de naissance"),
        ADDRESS,
        BANK,
        piece("scolarite", "Certificat de scolarité", condition="Enfant de plus de 16 ans"),
        piece("jugement", "Jugement de divorce ou de pension", condition="Parents séparés"),
    ),
    delays=after_a_preliminary_appeal(CRA_REPLY, SOCIAL_COURT, VERIFIED),
)

AAH = Sheet(
    right={
        "code": "aah",
        "name": "Allocation aux adultes handicapés",
        "acronym": "AAH",
        "family": Family.DISABILITY,
        "summary": (
            "Revenu minimum des adultes dont le handicap est reconnu (taux de 80 %, ou de 50 à 79 % sous "
            "conditions)."
        ),
        "authority": f"{MDPH} ; la CAF ou la MSA verse",
        "service": MDPH_SERVICE,
        "form": MDPH_FORM_NAME,
        "appeal_path": MDPH_APPEAL,
        "advice": (
            "À partir de 80 %, de 1 à 10 ans, ou sans limite de durée ; de 50 à 79 %, de 1 à 2 ans, jusqu’à 5 si "
            "rien ne laisse attendre une amélioration (CSS, R821-5). Le droit part du mois qui suit le dépôt "
            "(R821-7) : déposer avant la fin du mois. Demander le renouvellement 6 mois avant la fin (pratique)."
        ),
        "source": "CASF, art. R241-33 ; CSS, art. R821-5, R821-7 ; service-public.fr, R19993",
        "certainty": VERIFIED,
        "display_order": 70,
        "is_frequent": True,
    },
    rule=rule(
        date(2020, 1, 1),
        "CASF, art. R241-33 ; renouvellement : pratique",
        TO_CHECK,
        months("decision", 4, "CASF, art. R241-33"),
        months("appeal", 2, "CSS, art. R142-1-A III"),
        silence_means=Silence.REJECTED,
        renewal_from_months=6,
        renewal_until_months=0,
        renewal_source="Pratique des MDPH",
        effect=Effect.MONTH_AFTER_DEPOSIT,
        effect_source="CSS, art. R821-7",
        end_of_month_alert=True,
    ),
    pieces=pieces("aah", MDPH_FORM, MDPH_MEDICAL, IDENTITY, ADDRESS, GUARDIAN),
    delays=after_a_preliminary_appeal(RAPO_REPLY, SOCIAL_COURT),
)

AEEH = Sheet(
    right={
        "code": "aeeh",
        "name": "Allocation d’éducation de l’enfant handicapé",
        "acronym": "AEEH",
        "family": Family.DISABILITY,
        "summary": "Aide aux parents d’un enfant handicapé de moins de 20 ans.",
        "authority": f"{MDPH} ; la CAF ou la MSA verse",
        "service": MDPH_SERVICE,
        "form": MDPH_FORM_NAME,
        "appeal_path": MDPH_APPEAL,
        "advice": (
            "Le droit part du premier jour du mois qui suit le dépôt (CSS, R541-7) : déposer avant la fin "
            "du mois."
        ),
        "source": "CSS, art. R541-6, R541-7",
        "certainty": VERIFIED,
        "display_order": 80,
    },
    rule=rule(
        date(2020, 1, 1),
        "CSS, art. R541-6, R541-7",
        VERIFIED,
        months("decision", 4, "CSS, art. R541-6"),
        months("appeal", 2, "CSS, art. R142-1-A III"),
        silence_means=Silence.REJECTED,
        effect=Effect.MONTH_AFTER_DEPOSIT,
        effect_source="CSS, art. R541-7",
        end_of_month_alert=True,
    ),
    pieces=pieces("aeeh", MDPH_FORM, MDPH_MEDICAL, IDENTITY_ALL, ADDRESS, FAMILY_BOOK),
    delays=after_a_preliminary_appeal(RAPO_REPLY, SOCIAL_COURT),
)

PCH = Sheet(
    right={
        "code": "pch",
        "name": "Prestation de compensation du handicap",
        "acronym": "PCH",
        "family": Family.DISABILITY,
        "summary": "Paie l’aide humaine, le matériel et les travaux rendus nécessaires par le handicap.",
        "authority": f"{MDPH} ; le Département verse",
        "service": MDPH_SERVICE,
        "form": MDPH_FORM_NAME,
        "appeal_path": MDPH_APPEAL,
        "advice": (
            "De 1 à 10 ans, ou sans limite de durée (pratique). En urgence, le président du conseil "
            "départemental peut l’accorder à titre provisoire."
        ),
        "source": "CASF, art. R241-33 (version lue : 2020) ; pratique pour les durées",
        "certainty": TO_CHECK,
        "display_order": 90,
    },
    rule=rule(
        date(2020, 1, 1),
        "CASF, art. R241-33 (version lue : 2020)",
        TO_CHECK,
        months("decision", 4, "CASF, art. R241-33"),
        months("appeal", 2, "CSS, art. R142-1-A III"),
        silence_means=Silence.REJECTED,
    ),
    pieces=pieces(
        "pch",
        MDPH_FORM,
        MDPH_MEDICAL,
        IDENTITY,
        ADDRESS,
        piece("devis", "Devis du matériel ou des travaux", condition="Aide technique ou aménagement"),
        GUARDIAN,
    ),
    delays=after_a_preliminary_appeal(RAPO_REPLY, SOCIAL_COURT),
)

SHEETS = (FAMILY_BENEFITS, AAH, AEEH, PCH)
