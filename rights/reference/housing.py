"""Housing and energy: APL, FSL, chèque énergie, logement social, domiciliation."""

from datetime import date

from rights.enums import Effect, Family, Silence
from rights.reference.rows import (
    ADMINISTRATIVE_COURT,
    BANK,
    IDENTITY,
    IDENTITY_ALL,
    INCOME_3,
    RAPO_REPLY,
    TAX,
    TO_CHECK,
    VERIFIED,
    Sheet,
    after_a_preliminary_appeal,
    franc_months,
    months,
    piece,
    pieces,
    rule,
)

APL = Sheet(
    right={
        "code": "apl",
        "name": "Aide personnelle au logement",
        "acronym": "APL",
        "family": Family.HOUSING,
        "summary": "APL, ALF ou ALS : baisse le loyer ou la redevance selon les ressources et le logement.",
        "authority": "CAF ou MSA",
        "service": "CAF ou MSA",
        "form": "Téléservice, ou Cerfa 10840 et attestation de loyer 10842 (10843 en foyer ou sous-location)",
        "appeal_path": (
            "Recours préalable à la CAF ou à la MSA dans les 2 mois, puis tribunal administratif (CCH, "
            "L825-2)."
        ),
        "advice": (
            "Pas de rappel : déposer le jour de l’entrée dans le logement. Droits revus tous les 3 mois. "
            "Ne se cumule pas avec l’ALT (CSS, L851-1). En cas d’impayé, le bailleur doit prévenir la CAF."
        ),
        "source": "CSS, art. L851-1 ; CCH, art. L825-2 ; pratique des CAF",
        "certainty": TO_CHECK,
        "display_order": 60,
        "is_frequent": True,
    },
    rule=rule(
        date(2020, 1, 1),
        "CCH, art. L825-2 ; pratique des CAF",
        TO_CHECK,
        months("appeal", 2, "CCH, art. L825-2"),
        effect=Effect.MONTH_AFTER_DEPOSIT,
        effect_source="Pratique des CAF : mois qui suit les conditions réunies",
        end_of_month_alert=True,
    ),
    pieces=pieces(
        "apl",
        piece("formulaire", "Demande d’aide au logement (Cerfa 10840), ou récapitulatif du téléservice"),
        piece("loyer", "Attestation de loyer (Cerfa 10842, ou 10843 en foyer ou sous-location)"),
        IDENTITY_ALL,
        piece("bail", "Bail ou contrat de résidence"),
        INCOME_3,
        BANK,
    ),
    delays=after_a_preliminary_appeal(RAPO_REPLY, ADMINISTRATIVE_COURT, franc=True),
)

FSL = Sheet(
    right={
        "code": "fsl",
        "name": "Fonds de solidarité pour le logement",
        "acronym": "FSL",
        "family": Family.HOUSING,
        "summary": (
            "Aide à entrer dans un logement (dépôt, premier loyer), à y rester (impayés), à payer "
            "énergie, eau, téléphone."
        ),
        "authority": "Département",
        "service": "Service du FSL du Département",
        "form": "Formulaire du Département et évaluation sociale",
        "appeal_path": "Recours gracieux au Département, ou tribunal administratif, dans les 2 mois.",
        "advice": (
            "Le règlement intérieur du FSL du Département fixe les plafonds et la fréquence. Précisez : "
            "accès, maintien, énergie…"
        ),
        "source": "Loi du 31/05/1990, art. 6 ; règlement intérieur du FSL du Département",
        "certainty": TO_CHECK,
        "display_order": 65,
        "is_frequent": True,
    },
    rule=rule(
        date(2020, 1, 1),
        "Règlement intérieur du FSL (pratique)",
        TO_CHECK,
        months("decision", 2, "Règlement intérieur du FSL"),
        franc_months("appeal", 2, ADMINISTRATIVE_COURT),
        silence_means=Silence.REJECTED,
    ),
    pieces=pieces(
        "fsl",
        piece("formulaire", "Formulaire du Département, signé"),
        piece("evaluation", "Évaluation sociale"),
        IDENTITY_ALL,
        INCOME_3,
        TAX,
        piece("bail", "Bail, ou promesse de location"),
        piece(
            "dette", "Décompte de la dette du bailleur ou du fournisseur", condition="Maintien, énergie, eau"
        ),
        piece("devis-assurance", "Attestation ou devis d’assurance habitation", condition="Accès"),
        BANK,
    ),
    delays=after_a_preliminary_appeal(RAPO_REPLY, ADMINISTRATIVE_COURT, franc=True),
)

ENERGY_CHEQUE = Sheet(
    right={
        "code": "cheque-energie",
        "name": "Chèque énergie",
        "family": Family.HOUSING,
        "summary": "Aide annuelle au paiement des factures d’énergie, de 48 à 277 € selon les revenus.",
        "authority": "Agence de services et de paiement (ASP)",
        "service": "chequeenergie.gouv.fr, ou par courrier à l’ASP",
        "form": "Envoi automatique ; sinon demande en ligne ou par courrier",
        "advice": (
            "Envoi automatique par croisement des revenus et du compteur d’électricité. Dates de chaque "
            "campagne à vérifier (campagne 2025 : demandes jusqu’au 28/02/2026). Locataires en "
            "intermédiation et résidents d’EHPAD compris."
        ),
        "source": "banquedesterritoires.fr ; campagne 2025",
        "certainty": TO_CHECK,
        "display_order": 160,
    },
    rule=rule(date(2025, 1, 1), "Campagne 2025 ; dates de l’année à vérifier", TO_CHECK),
    pieces=pieces(
        "cheque-energie",
        IDENTITY,
        TAX,
        piece("facture", "Facture d’électricité récente au nom du demandeur"),
        piece(
            "contrat",
            "Contrat de location ou de sous-location",
            condition="Si l’électricité est comprise dans le loyer",
        ),
    ),
)

SOCIAL_HOUSING = Sheet(
    right={
        "code": "logement-social",
        "name": "Logement social",
        "family": Family.HOUSING,
        "summary": "Demande d’un logement HLM, valable dans tout le département, avec un numéro unique.",
        "authority": "Commission d’attribution de chaque bailleur",
        "service": "Portail national (SNE) ou guichet enregistreur",
        "form": "Cerfa 14069",
        "appeal_path": (
            "Après un délai anormalement long, commission de médiation (DALO) ; elle répond en 6 mois au "
            "plus."
        ),
        "advice": (
            "La demande se renouvelle chaque année, faute de quoi elle est radiée et l’ancienneté perdue."
        ),
        "source": "Pratique du système national d’enregistrement (SNE)",
        "certainty": TO_CHECK,
        "display_order": 140,
    },
    rule=rule(
        date(2020, 1, 1),
        "Pratique du SNE : renouvellement tous les 12 mois",
        TO_CHECK,
        duration_months=12,
        renewal_from_months=2,
        renewal_until_months=0,
        renewal_source="Pratique du SNE",
        effect=Effect.DEPOSIT_DAY,
        effect_source="Pratique du SNE",
    ),
    pieces=pieces(
        "logement-social",
        piece("formulaire", "Formulaire Cerfa 14069 signé, ou récapitulatif du portail"),
        IDENTITY_ALL,
        piece("impot", "Avis d’impôt d’il y a deux ans et dernier avis"),
        INCOME_3,
        piece("logement-actuel", "Bail, attestation d’hébergement ou d’élection de domicile"),
    ),
)

DOMICILIATION = Sheet(
    right={
        "code": "domiciliation",
        "name": "Domiciliation",
        "family": Family.CITIZENSHIP,
        "summary": (
            "Adresse pour recevoir son courrier et faire valoir ses droits quand on n’a pas de domicile "
            "stable."
        ),
        "authority": "Le CIAS lui-même, s’il exerce cette mission (sinon le CCAS de la commune)",
        "service": "CIAS ou CCAS",
        "form": "Cerfa 16029*01 (demande et décision), attestation Cerfa 16030*01",
        "appeal_path": "Recours gracieux, ou tribunal administratif, dans les 2 mois.",
        "advice": (
            "Accusé de réception, et réponse dans les 2 mois (CASF, D264-1). Entretien obligatoire, aussi au "
            "renouvellement (D264-2). Un refus est motivé et "
            "s’accompagne d’une orientation vers un autre organisme (L264-4). Lien avec la commune : "
            "séjour, activité, suivi social, lien familial, autorité parentale sur un enfant scolarisé."
        ),
        "source": "CASF, art. L264-1 à L264-10, D264-1 à D264-8",
        "certainty": VERIFIED,
        "display_order": 130,
        "is_frequent": True,
    },
    rule=rule(
        date(2016, 9, 1),
        "CASF, art. L264-1, L264-2, D264-1 ; renouvellement : pratique",
        TO_CHECK,
        months("decision", 2, "CASF, art. D264-1"),
        franc_months("appeal", 2, ADMINISTRATIVE_COURT),
        duration_months=12,
        renewal_from_months=2,
        renewal_until_months=0,
        renewal_source="CASF, art. L264-2 : un an ; renouveler deux mois avant la fin (pratique)",
        effect=Effect.DECISION_DAY,
        effect_source="CASF, art. L264-2",
    ),
    pieces=pieces(
        "domiciliation",
        piece(
            "formulaire",
            "Demande d’élection de domicile (Cerfa 16029*01), signée",
            source="Cerfa 16029*01",
            certainty=VERIFIED,
        ),
        piece("identite", "Pièce d’identité, si la personne en a une", mandatory=False),
        piece("lien", "Élément qui montre le lien avec la commune", mandatory=False),
    ),
    delays=after_a_preliminary_appeal(RAPO_REPLY, ADMINISTRATIVE_COURT, franc=True),
)

SHEETS = (APL, FSL, ENERGY_CHEQUE, SOCIAL_HOUSING, DOMICILIATION)
