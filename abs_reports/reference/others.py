"""Producers other than INSEE: the family benefits fund (CAF), the ministry (Drees), regional observatories."""

from abs_reports.enums import IndicatorUnit as Unit
from abs_reports.enums import Theme
from abs_reports.reference.groups import Group

# The régime général only: households of the farmers' fund (MSA) are not in it, which shows in rural communes.
CAF = "Cnaf, prestations légales versées en décembre (régime général)"
SOCIAL_AID = "Drees, enquête Aide sociale, au 31 décembre"
DISABILITY_ALLOWANCE = "Cnaf et CCMSA, allocataires de l’AAH au 31 décembre"
MINIMUM_INCOME = "Cnaf et CCMSA, allocataires du RSA au 31 décembre"

# Code of the benefit in the file's columns → what is paid.
BENEFITS = {
    "NDUR": "une prestation légale au moins",
    "RSA": "le revenu de solidarité active (RSA)",
    "PPA": "la prime d’activité",
    "AAH": "l’allocation aux adultes handicapés (AAH)",
    "AEEH": "l’allocation d’éducation de l’enfant handicapé (AEEH)",
    "NDURHD": "une prestation liée au handicap",
    "NDURINS": "le RSA ou la prime d’activité",
    "NDUREJ": "une prestation pour l’enfance ou la jeunesse",
    "NDURAL": "une aide au logement",
    "APL": "l’aide personnalisée au logement (APL)",
    "ALS": "l’allocation de logement sociale (ALS)",
    "ALF": "l’allocation de logement familiale (ALF)",
    "AF": "les allocations familiales",
    "CF": "le complément familial",
    "ASF": "l’allocation de soutien familial (ASF)",
    "ARS": "l’allocation de rentrée scolaire (ARS)",
    "NDURPAJE": "la prestation d’accueil du jeune enfant (PAJE)",
    "AB": "l’allocation de base de la PAJE",
    "CMG": "le complément de libre choix du mode de garde (CMG)",
    "PREPARE": "la prestation partagée d’éducation de l’enfant (PreParE)",
}

GROUPS = (
    Group(
        Theme.BENEFITS,
        CAF,
        Unit.BENEFIT_HOUSEHOLDS,
        {f"CAF_FOY_{code}": f"Foyers percevant {what}" for code, what in BENEFITS.items()},
        sums=False,  # rounded to 5 by the producer
    ),
    Group(
        Theme.BENEFITS,
        CAF,
        Unit.PERSONS,
        {f"CAF_NBP_{code}": f"Personnes couvertes par {what}" for code, what in BENEFITS.items()},
        sums=False,
    ),
    Group(
        Theme.BENEFITS,
        CAF,
        Unit.EUROS,  # of the single month of December, rounded to 100
        {f"CAF_MTT_{code}": f"Montants versés en décembre pour {what}" for code, what in BENEFITS.items()},
        sums=False,
    ),
    Group(
        Theme.BENEFITS,
        CAF,
        Unit.RECIPIENTS,  # of the households' members, the ones the benefit is for; not published by commune
        {f"CAF_BEN_{code}": f"Bénéficiaires de {BENEFITS[code]}" for code in ("AAH", "AEEH")},
        sums=False,
    ),
    Group(
        Theme.BENEFITS,
        MINIMUM_INCOME,
        Unit.RECIPIENTS,
        {"RSA_NB": "Allocataires du RSA, régimes général et agricole"},
    ),
    Group(
        Theme.BENEFITS,
        MINIMUM_INCOME,
        Unit.PER_THOUSAND,
        {"RSA_POUR_1000_2564": "Allocataires du RSA pour 1 000 personnes de 25 à 64 ans"},
    ),
    Group(
        Theme.DISABILITY,
        DISABILITY_ALLOWANCE,
        Unit.RECIPIENTS,
        {
            "AAH_DOMICILE": "Allocataires de l’AAH vivant à domicile",
            "AAH_INSTITUTION": "Allocataires de l’AAH vivant en institution",
        },
    ),
    Group(
        Theme.DISABILITY,
        DISABILITY_ALLOWANCE,
        Unit.PERCENT,
        {
            "AAH_PCT_DOMICILE": "Part des allocataires de l’AAH vivant à domicile",
            "AAH_PCT_BASREV": "Part des allocataires de l’AAH sous le seuil de bas revenus",
        },
    ),
    Group(
        Theme.DISABILITY,
        DISABILITY_ALLOWANCE,
        Unit.PER_THOUSAND,
        {"AAH_POUR_1000_2064": "Allocataires de l’AAH pour 1 000 habitants de 20 à 64 ans"},
    ),
    Group(
        Theme.DISABILITY,
        SOCIAL_AID,
        Unit.RECIPIENTS,
        {
            "PCH_NB": "Bénéficiaires de la prestation de compensation du handicap (PCH)",
            "PCH_MOINS20": "Bénéficiaires de la PCH de moins de 20 ans",
            "ACTP_NB": "Bénéficiaires de l’allocation compensatrice pour tierce personne (ACTP)",
            "PCH_ACTP_NB": "Bénéficiaires de la PCH ou de l’ACTP",
            "PCH_ACTP_2059": "Bénéficiaires de la PCH ou de l’ACTP de 20 à 59 ans",
            "PCH_ACTP_60P": "Bénéficiaires de la PCH ou de l’ACTP de 60 ans ou plus",
        },
    ),
    Group(
        Theme.DISABILITY,
        SOCIAL_AID,
        Unit.PER_THOUSAND,
        {
            "PCH_TX_MOINS20": "Bénéficiaires de la PCH pour 1 000 habitants de moins de 20 ans",
            "PCH_ACTP_TX_2059": "Bénéficiaires de la PCH ou de l’ACTP pour 1 000 habitants de 20 à 59 ans",
            "PCH_ACTP_TX_60P": "Bénéficiaires de la PCH ou de l’ACTP pour 1 000 habitants de 60 ans ou plus",
        },
    ),
)
