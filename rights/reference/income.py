"""RSA, ARE, ASPA, over-indebtedness."""

from datetime import date

from rights.enums import Effect, Family, Silence
from rights.reference.rows import (
    ADDRESS,
    ADMINISTRATIVE_COURT,
    BANK,
    CRA_REPLY,
    FAMILY_BOOK,
    GUARDIAN,
    IDENTITY,
    IDENTITY_ALL,
    INCOME_3,
    SOCIAL_COURT,
    TAX,
    TO_CHECK,
    VERIFIED,
    Sheet,
    after_a_preliminary_appeal,
    days,
    months,
    notice,
    piece,
    pieces,
    rule,
)

RSA = Sheet(
    right={
        "code": "rsa",
        "name": "Revenu de solidarité active",
        "acronym": "RSA",
        "family": Family.INCOME,
        "summary": (
            "Revenu minimum d’un foyer qui a peu ou pas de ressources, à partir de 25 ans dans le cas "
            "général."
        ),
        "authority": "Président du conseil départemental (souvent délégué à la CAF ou à la MSA)",
        "service": "CAF ou MSA",
        "form": "Téléservice, ou Cerfa 15481*01 (15482*01 pour les non-salariés, 14130*02 pour les jeunes)",
        "appeal_path": (
            "Recours administratif obligatoire au président du conseil départemental dans les 2 mois "
            "(CASF, R262-88), puis tribunal administratif dans les 2 mois. Le recours contre un indu "
            "suspend sa récupération (L262-46)."
        ),
        "advice": (
            "Le droit part du premier jour du mois du dépôt : déposer avant la fin du mois. Déclaration de "
            "ressources tous les 3 mois, préremplie depuis mars 2025 (à vérifier). Rappel possible sur 2 ans "
            "(L262-45). Le CIAS n’instruit la demande que si son conseil d’administration l’a décidé "
            "(CASF, L262-15, D262-26)."
        ),
        "source": "CASF, art. L262-13 à L262-46, R262-33, R262-88 (version lue : 2020)",
        "certainty": TO_CHECK,
        "display_order": 10,
        "needs_nir": True,
        "is_frequent": True,
    },
    rule=rule(
        date(2020, 1, 1),
        "CASF, art. R262-33 (version lue : 2020) ; pratique pour le silence",
        TO_CHECK,
        months("decision", 2, "CRPA, art. L231-4 3°"),
        months("appeal", 2, "CASF, art. R262-88"),
        silence_means=Silence.REJECTED,
        effect=Effect.DEPOSIT_MONTH,
        effect_source="CASF, art. R262-33",
        end_of_month_alert=True,
    ),
    pieces=pieces(
        "rsa",
        piece("formulaire", "Formulaire Cerfa 15481*01 signé, ou récapitulatif du téléservice"),
        IDENTITY_ALL,
        FAMILY_BOOK,
        ADDRESS,
        INCOME_3,
        BANK,
        piece(
            "sejour",
            "Titre de séjour autorisant à travailler depuis 5 ans",
            condition="Nationalité hors UE (exceptions)",
        ),
        piece(
            "non-salarie", "Déclaration complémentaire Cerfa 15482*01", condition="Travailleur non salarié"
        ),
        GUARDIAN,
    ),
    delays=after_a_preliminary_appeal(
        "CASF, art. R262-90 : avis de la commission en 1 mois, puis décision en 1 mois",
        ADMINISTRATIVE_COURT,
        franc=True,
    ),
)

# Beside the sixteen of the catalogue asked for: the benefit working people miss most, which estimates propose.
PPA = Sheet(
    right={
        "code": "prime-activite",
        "name": "Prime d’activité",
        "acronym": "PPA",
        "family": Family.INCOME,
        "summary": "Complément versé à qui travaille avec un revenu modeste, à partir de 18 ans.",
        "authority": "CAF ou MSA",
        "service": "CAF ou MSA",
        "form": "Téléservice, ou Cerfa 15483 (numéro à vérifier)",
        "appeal_path": (
            "Commission de recours amiable de la CAF ou de la MSA dans les 2 mois, puis tribunal administratif "
            "(CSS, L845-2)."
        ),
        "advice": (
            "Le droit part du mois du dépôt, sans rappel\u00a0: déposer avant la fin du mois. Déclaration de "
            "ressources tous les 3 mois."
        ),
        "source": "CSS, art. L841-1 à L847-1",
        "certainty": TO_CHECK,
        "display_order": 15,
    },
    rule=rule(
        date(2020, 1, 1),
        "CSS, art. L841-1 à L847-1\u00a0; pratique pour le silence",
        TO_CHECK,
        months("decision", 2, "CRPA, art. L231-4 3°"),
        months("appeal", 2, "CSS, art. L845-2"),
        silence_means=Silence.REJECTED,
        effect=Effect.DEPOSIT_MONTH,
        effect_source="CSS, art. L843-1",
        end_of_month_alert=True,
    ),
    pieces=pieces(
        "prime-activite",
        piece("formulaire", "Formulaire signé, ou récapitulatif du téléservice"),
        IDENTITY_ALL,
        INCOME_3,
        BANK,
        piece(
            "sejour",
            "Titre de séjour autorisant à travailler depuis 5 ans",
            condition="Nationalité hors UE (exceptions)",
        ),
    ),
    delays=after_a_preliminary_appeal(
        CRA_REPLY,
        ADMINISTRATIVE_COURT,
        franc=True,
    ),
)

ARE = Sheet(
    right={
        "code": "are",
        "name": "Allocation d’aide au retour à l’emploi",
        "acronym": "ARE",
        "family": Family.EMPLOYMENT,
        "summary": "Allocation chômage versée après une perte d’emploi involontaire à qui a assez travaillé.",
        "authority": "France Travail",
        "service": "France Travail, inscription en ligne ou en agence avec l’aide d’un conseiller",
        "form": "Pas de Cerfa : inscription en ligne",
        "appeal_path": (
            "Réclamation à l’agence, puis médiateur de France Travail ; tribunal judiciaire pour l’ARE. Pour une "
            "radiation ou l’ASS, recours préalable, puis tribunal administratif. "
            "Avant une radiation ou une sanction, 10 jours pour présenter ses observations (Code du "
            "travail, R5412-7)."
        ),
        "advice": (
            "S’inscrire dans les 12 mois qui suivent la fin du contrat, actualiser chaque mois. "
            "Le paiement se demande dans les 2 ans qui suivent l’inscription, et l’action s’éteint 2 ans après "
            "la notification de la décision (Code du travail, L5422-4). "
            "Anticiper la fin des droits : ASS ou RSA."
        ),
        "source": "Code du travail, art. L5422-4, R5411-2, R5412-7",
        "certainty": TO_CHECK,
        "display_order": 30,
        "is_frequent": True,
    },
    rule=rule(
        date(2024, 1, 1),
        "Code du travail, art. L5422-4 ; pas de délai de décision relevé",
        TO_CHECK,
        months("appeal", 24, "Code du travail, art. L5422-4 (action en paiement)"),
    ),
    pieces=pieces(
        "are",
        IDENTITY,
        piece("employeur", "Attestation de chaque employeur pour France Travail"),
        BANK,
        piece("bulletins", "Derniers bulletins de salaire", condition="Si une attestation manque"),
        piece(
            "indemnites",
            "Relevé d’indemnités journalières",
            condition="En cas d’arrêt maladie ou de congé maternité",
        ),
    ),
)

ASPA = Sheet(
    right={
        "code": "aspa",
        "name": "Allocation de solidarité aux personnes âgées",
        "acronym": "ASPA",
        "family": Family.INCOME,
        "summary": "Minimum vieillesse, à 65 ans ou à l’âge légal en cas d’inaptitude (CSS, R815-1).",
        "authority": "Caisse de retraite (Carsat, MSA…) ; sans aucune pension, service de l’ASPA de la MSA",
        "service": "Caisse de retraite du demandeur ; sans aucune pension, dépôt en mairie ou au CIAS",
        "form": "Cerfa 13710 (numéro à vérifier)",
        "appeal_path": (
            "Commission de recours amiable de la caisse dans les 2 mois (CSS, R142-1), puis tribunal "
            "judiciaire."
        ),
        "advice": (
            "À dire avant la signature : les sommes se récupèrent sur la succession au-delà d’un seuil "
            "(CSS, L815-13 ; 100 000 € en 2023, indexé). Le droit part au plus tôt du mois qui suit la "
            "réception de la demande (R815-33) : la transmettre avant la fin du mois. Résidence en France au "
            "moins 9 mois par année civile (L815-1)."
        ),
        "source": "CSS, art. L815-1 à L815-13, R815-1, R815-15, R815-33",
        "certainty": VERIFIED,
        "display_order": 40,
        "needs_nir": True,
        "is_frequent": True,
    },
    rule=rule(
        date(2020, 1, 1),
        "CSS, art. R815-33 ; commission de recours amiable : R142-1",
        VERIFIED,
        months("appeal", 2, "CSS, art. R142-1"),
        effect=Effect.MONTH_AFTER_RECEIPT,
        effect_source="CSS, art. R815-33",
        end_of_month_alert=True,
    ),
    pieces=pieces(
        "aspa",
        piece("formulaire", "Formulaire de demande d’ASPA (Cerfa 13710), signé"),
        IDENTITY_ALL,
        ADDRESS,
        TAX,
        INCOME_3,
        piece(
            "patrimoine",
            "Relevés d’épargne et estimation des biens",
            condition="S’il y a de l’épargne ou des biens",
        ),
        BANK,
        GUARDIAN,
    ),
    delays=after_a_preliminary_appeal(CRA_REPLY, SOCIAL_COURT, VERIFIED),
    notices=(
        notice(
            "aspa-succession",
            "Après le décès, les sommes versées sont récupérées sur la succession, au-delà d’un seuil d’actif net "
            "(100 000 € en 2023, revu chaque année).",
            "CSS, art. L815-13",
            VERIFIED,
        ),
        notice(
            "aspa-residence",
            "Il faut résider en France au moins 9 mois par année civile, et signaler tout départ.",
            "CSS, art. L815-1",
            VERIFIED,
        ),
    ),
)

OVER_INDEBTEDNESS = Sheet(
    right={
        "code": "surendettement",
        "name": "Surendettement",
        "family": Family.DEBT,
        "summary": (
            "Procédure devant la commission quand les dettes non professionnelles ne peuvent plus être "
            "payées."
        ),
        "authority": "Commission de surendettement de la Banque de France",
        "service": "Banque de France, secrétariat de la commission",
        "form": "Cerfa 13594*02 et lettre de saisine",
        "appeal_path": "Contestation devant le juge dans les 15 jours de la notification.",
        "advice": (
            "Le dépôt inscrit au fichier des incidents (FICP). La recevabilité suspend les saisies, au "
            "plus 2 ans, et rétablit l’APL. Après la recevabilité, aucune dette nouvelle."
        ),
        "source": "Cerfa 13594*02 ; Code de la consommation, livre VII (pratique)",
        "certainty": TO_CHECK,
        "display_order": 150,
    },
    rule=rule(
        date(2020, 1, 1),
        "Code de la consommation, livre VII ; recevabilité dans les 3 mois : pratique",
        TO_CHECK,
        months("decision", 3, "Code de la consommation, livre VII"),
        days("appeal", 15, "Code de la consommation, livre VII"),
    ),
    pieces=pieces(
        "surendettement",
        piece("formulaire", "Formulaire Cerfa 13594*02 signé"),
        piece("lettre", "Lettre de saisine qui raconte la situation"),
        IDENTITY,
        ADDRESS,
        TAX,
        INCOME_3,
        piece("credits", "Contrats de crédit, tableaux d’amortissement et derniers relevés"),
        piece("comptes", "Relevés de tous les comptes bancaires des 3 derniers mois"),
        piece("poursuites", "Actes de commissaire de justice, saisies", condition="S’il y a des poursuites"),
        piece("loyer", "Quittance de loyer et décompte de la dette locative", condition="Locataire"),
    ),
    notices=(
        notice(
            "surendettement-ficp",
            "Le dépôt du dossier inscrit au fichier des incidents de remboursement (FICP).",
            "Pratique de la Banque de France",
        ),
        notice(
            "surendettement-dettes",
            "Après la recevabilité, ne plus souscrire de dette ni payer les dettes d’avant.",
            "Code de la consommation, livre VII",
        ),
    ),
)

SHEETS = (RSA, PPA, ARE, ASPA, OVER_INDEBTEDNESS)
