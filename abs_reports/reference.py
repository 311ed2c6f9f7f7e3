"""The catalogue of public indicators we know how to read. Column names: see insee-files.md."""

from datetime import date

from abs_reports.enums import IndicatorUnit as Unit
from abs_reports.enums import ReportKind, Theme
from abs_reports.models import Indicator, LegalBasis, MunicipalElection
from cias.core.reference import seed_missing

CENSUS = "INSEE, recensement de la population, exploitation principale"
FULL_CENSUS = "INSEE, recensement de la population, exploitation complémentaire"
CIVIL = "INSEE, état civil, faits domiciliés"
FILOSOFI = "INSEE-DGFiP-Cnaf-Cnav-CCMSA, Filosofi"
BUSINESSES = "INSEE, comparateur de territoires, établissements"
GEOGRAPHY = "INSEE, comparateur de territoires"

_NOT_SUMMABLE = (Unit.EUROS, Unit.PERCENT, Unit.RATIO)

# Theme, source and unit shared by a group of indicators, then their codes and labels.
GROUPS: tuple[tuple[Theme, str, Unit, dict[str, str]], ...] = (
    (
        Theme.POPULATION,
        CENSUS,
        Unit.PERSONS,
        {
            "POP": "Population municipale",
            "POPH": "Hommes",
            "POPF": "Femmes",
            "POP0014": "Population de 0 à 14 ans",
            "POP1529": "Population de 15 à 29 ans",
            "POP3044": "Population de 30 à 44 ans",
            "POP4559": "Population de 45 à 59 ans",
            "POP6074": "Population de 60 à 74 ans",
            "POP7589": "Population de 75 à 89 ans",
            "POP90P": "Population de 90 ans ou plus",
            "POP0019": "Population de moins de 20 ans",
            "POP2064": "Population de 20 à 64 ans",
            "POP65P": "Population de 65 ans ou plus",
            "POP80P": "Population de 80 ans ou plus",
            "POP80P_PSEUL": "Population de 80 ans ou plus vivant seule",
        },
    ),
    (Theme.POPULATION, GEOGRAPHY, Unit.SQUARE_KM, {"SUPERF": "Superficie"}),
    (
        Theme.POPULATION,
        CIVIL,
        Unit.BIRTHS,
        {"NAIS": "Naissances entre deux recensements", "NAISD": "Naissances de l’année"},
    ),
    (
        Theme.POPULATION,
        CIVIL,
        Unit.DEATHS,
        {"DECE": "Décès entre deux recensements", "DECESD": "Décès de l’année"},
    ),
    (Theme.HOUSEHOLDS, CENSUS, Unit.HOUSEHOLDS, {"MEN": "Ménages"}),
    (
        Theme.HOUSEHOLDS,
        FULL_CENSUS,
        Unit.HOUSEHOLDS,
        {
            "C_MEN": "Ménages (exploitation complémentaire)",
            "C_MENPSEUL": "Ménages d’une personne",
            "C_MENHSEUL": "Hommes seuls",
            "C_MENFSEUL": "Femmes seules",
            "C_MENSFAM": "Autres ménages sans famille",
            "C_MENFAM": "Ménages avec famille",
            "C_MENCOUPSENF": "Ménages dont la famille principale est un couple sans enfant",
            "C_MENCOUPAENF": "Ménages dont la famille principale est un couple avec enfants",
            "C_MENFAMMONO": "Ménages dont la famille principale est monoparentale",
        },
    ),
    (
        Theme.HOUSEHOLDS,
        FULL_CENSUS,
        Unit.FAMILIES,
        {
            "C_FAM": "Familles",
            "C_COUPAENF": "Couples avec enfants",
            "C_FAMMONO": "Familles monoparentales",
            "C_COUPSENF": "Couples sans enfant",
        },
    ),
    (
        Theme.HOUSING,
        CENSUS,
        Unit.DWELLINGS,
        {
            "LOG": "Logements",
            "RP": "Résidences principales",
            "RSECOCC": "Résidences secondaires et logements occasionnels",
            "LOGVAC": "Logements vacants",
            "MAISON": "Maisons",
            "APPART": "Appartements",
            "RP_PROP": "Résidences principales occupées par leur propriétaire",
            "RP_LOC": "Résidences principales louées",
            "RP_LOCHLMV": "Résidences principales louées à un organisme HLM",
            "RP_GRAT": "Résidences principales logées gratuitement",
        },
    ),
    (
        Theme.INCOME,
        FILOSOFI,
        Unit.HOUSEHOLDS,
        {"NBMENFISC": "Ménages fiscaux"},
    ),
    (Theme.INCOME, FILOSOFI, Unit.PERSONS, {"NBPERSMENFISC": "Personnes dans les ménages fiscaux"}),
    (
        Theme.INCOME,
        FILOSOFI,
        Unit.EUROS,
        {
            "MED": "Médiane du niveau de vie, par an et par unité de consommation",
            "D1": "1er décile du niveau de vie",
            "D9": "9e décile du niveau de vie",
        },
    ),
    (Theme.INCOME, FILOSOFI, Unit.RATIO, {"RD": "Rapport interdécile (D9/D1)"}),
    (
        Theme.INCOME,
        FILOSOFI,
        Unit.PERCENT,
        {
            "PIMP": "Part des ménages fiscaux imposés",
            "TP60": "Taux de pauvreté au seuil de 60 %",
            "TP60AGE1": "Taux de pauvreté, référent fiscal de moins de 30 ans",
            "TP60AGE2": "Taux de pauvreté, référent fiscal de 30 à 39 ans",
            "TP60AGE3": "Taux de pauvreté, référent fiscal de 40 à 49 ans",
            "TP60AGE4": "Taux de pauvreté, référent fiscal de 50 à 59 ans",
            "TP60AGE5": "Taux de pauvreté, référent fiscal de 60 à 74 ans",
            "TP60AGE6": "Taux de pauvreté, référent fiscal de 75 ans ou plus",
            "TP60TOL1": "Taux de pauvreté des propriétaires",
            "TP60TOL2": "Taux de pauvreté des locataires",
            "PACT": "Part des revenus d’activité dans le revenu disponible",
            "PTSA": "Part des salaires et traitements",
            "PCHO": "Part des indemnités de chômage",
            "PBEN": "Part des revenus des activités non salariées",
            "PPEN": "Part des pensions, retraites et rentes",
            "PPAT": "Part des revenus du patrimoine et autres revenus",
            "PPSOC": "Part de l’ensemble des prestations sociales",
            "PPFAM": "Part des prestations familiales",
            "PPMINI": "Part des minima sociaux",
            "PPLOGT": "Part des prestations logement",
            "PIMPOT": "Part des impôts (négative)",
        },
    ),
    (
        Theme.EMPLOYMENT,
        CENSUS,
        Unit.JOBS,
        {"EMPLT": "Emplois au lieu de travail", "EMPLT_SAL": "Emplois salariés au lieu de travail"},
    ),
    (
        Theme.EMPLOYMENT,
        CENSUS,
        Unit.PERSONS,
        {
            "POP1564": "Population de 15 à 64 ans",
            "ACT1564": "Actifs de 15 à 64 ans",
            "ACTOCC1564": "Actifs de 15 à 64 ans ayant un emploi",
            "CHOM1564": "Chômeurs de 15 à 64 ans, au sens du recensement",
            "ACT1524": "Actifs de 15 à 24 ans",
            "CHOM1524": "Chômeurs de 15 à 24 ans, au sens du recensement",
            "INACT1564": "Inactifs de 15 à 64 ans",
        },
    ),
    (
        Theme.BUSINESS,
        BUSINESSES,
        Unit.ESTABLISHMENTS,
        {
            "ETTOT": "Établissements au 31 décembre",
            "ETAZ": "Établissements de l’agriculture",
            "ETBE": "Établissements de l’industrie",
            "ETFZ": "Établissements de la construction",
            "ETGU": "Établissements du commerce, des transports et des services",
            "ETOQ": "Établissements de l’administration, de l’enseignement, de la santé et de l’action sociale",
            "ETTEF1": "Établissements de 1 à 9 salariés",
            "ETTEFP10": "Établissements de 10 salariés ou plus",
        },
    ),
)

INDICATORS = tuple(
    {
        "code": code,
        "label": label,
        "unit": unit,
        "theme": theme,
        "summable": unit not in _NOT_SUMMABLE,
        "source": source,
    }
    for theme, source, unit, labels in GROUPS
    for code, label in labels.items()
)


# CASF R123-1 and R123-2 as rewritten by décret 2016-824 (domain-rules.md §1): one base per mandate, presented in the
# year after the municipal elections; then optional additional analyses, presented at the budget.
DECREE = date(2016, 6, 24)
CASF = "Code de l’action sociale et des familles, articles R. 123-1 et R. 123-2 (décret n° 2016-824 du 21 juin 2016)"
LATER_YEARS = (
    "peuvent être présentées au conseil d’administration lors du débat d’orientation budgétaire "
    "ou du vote du budget."
)
LEGAL_BASES: dict[ReportKind, str] = {
    ReportKind.BASE: (
        "Le centre intercommunal d’action sociale produit une analyse des besoins sociaux de l’ensemble de "
        "la population de son territoire, à partir d’un diagnostic établi avec ses partenaires publics et "
        "privés. Elle fait l’objet d’un rapport présenté au conseil d’administration au cours de l’année "
        "civile qui suit chaque renouvellement général des conseils municipaux."
    ),
    ReportKind.UPDATE: (
        f"Les années qui suivent le rapport de mandat, des analyses complémentaires {LATER_YEARS} Le "
        "présent rapport actualise l’analyse des besoins sociaux ; l’action du centre intercommunal "
        "d’action sociale se fonde sur elle."
    ),
    ReportKind.THEMATIC: (
        "Les années qui suivent le rapport de mandat, des analyses complémentaires, notamment thématiques, "
        f"{LATER_YEARS}"
    ),
}

# First rounds of the general renewals: the mandate's analysis is due in the civil year after (CASF R123-1).
ELECTIONS: tuple[tuple[date, str], ...] = (
    (date(2020, 3, 15), "Ministère de l’Intérieur, élections municipales des 15 mars et 28 juin 2020"),
    (date(2026, 3, 15), "Ministère de l’Intérieur, élections municipales des 15 et 22 mars 2026"),
)


def seed() -> None:
    seed_missing(MunicipalElection, "on", [{"on": day, "source": source} for day, source in ELECTIONS])
    seed_missing(Indicator, "code", INDICATORS)
    for kind, text in LEGAL_BASES.items():
        LegalBasis.objects.get_or_create(
            kind=kind, valid_from=DECREE, defaults={"text": text, "source": CASF}
        )
