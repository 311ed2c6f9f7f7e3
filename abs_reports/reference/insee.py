"""What INSEE publishes besides the census: civil registry, incomes, equipment, establishments, estimates."""

from abs_reports.enums import IndicatorUnit as Unit
from abs_reports.enums import Theme
from abs_reports.reference.groups import Group

CIVIL = "INSEE, état civil, faits domiciliés"
FILOSOFI = "INSEE-DGFiP-Cnaf-Cnav-CCMSA, Filosofi"
FACILITIES = "INSEE, base permanente des équipements (BPE)"
BUSINESSES = "INSEE, comparateur de territoires, établissements"
GEOGRAPHY = "INSEE, comparateur de territoires"
ESTIMATES = "INSEE, estimations localisées de population"

GROUPS = (
    Group(Theme.POPULATION, GEOGRAPHY, Unit.SQUARE_KM, {"SUPERF": "Superficie"}),
    Group(
        Theme.POPULATION,
        CIVIL,
        Unit.BIRTHS,
        {"NAIS": "Naissances entre deux recensements", "NAISD": "Naissances de l’année"},
    ),
    Group(
        Theme.POPULATION,
        CIVIL,
        Unit.DEATHS,
        {"DECE": "Décès entre deux recensements", "DECESD": "Décès de l’année"},
    ),
    Group(
        Theme.POPULATION,
        ESTIMATES,
        Unit.PERSONS,
        {
            "ELP_POP": "Population estimée",
            "ELP_POP0019": "Population estimée de moins de 20 ans",
            "ELP_POP2059": "Population estimée de 20 à 59 ans",
            "ELP_POP6074": "Population estimée de 60 à 74 ans",
            "ELP_POP75P": "Population estimée de 75 ans ou plus",
        },
    ),
    Group(Theme.INCOME, FILOSOFI, Unit.HOUSEHOLDS, {"NBMENFISC": "Ménages fiscaux"}),
    Group(Theme.INCOME, FILOSOFI, Unit.PERSONS, {"NBPERSMENFISC": "Personnes dans les ménages fiscaux"}),
    Group(
        Theme.INCOME,
        FILOSOFI,
        Unit.EUROS,
        {
            "MED": "Médiane du niveau de vie, par an et par unité de consommation",
            "D1": "1er décile du niveau de vie",
            "D9": "9e décile du niveau de vie",
        },
    ),
    Group(
        Theme.INCOME,
        FILOSOFI,
        Unit.RATIO,
        {"RD": "Rapport interdécile (D9/D1)", "GI": "Indice de Gini du niveau de vie"},
    ),
    Group(
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
    Group(
        Theme.HEALTH,
        FACILITIES,
        Unit.FACILITIES,
        {
            "BPE_D101": "Établissements de santé de court séjour",
            "BPE_D106": "Services d’urgences",
            "BPE_D107": "Maternités",
            "BPE_D108": "Centres de santé",
            "BPE_D113": "Maisons de santé pluridisciplinaires",
            "BPE_D250": "Psychologues",
            "BPE_D265": "Médecins généralistes",
            "BPE_D266": "Spécialistes en cardiologie",
            "BPE_D269": "Spécialistes en psychiatrie",
            "BPE_D270": "Spécialistes en ophtalmologie",
            "BPE_D272": "Spécialistes en pédiatrie",
            "BPE_D276": "Spécialistes en gynécologie",
            "BPE_D277": "Chirurgiens-dentistes",
            "BPE_D278": "Sages-femmes",
            "BPE_D279": "Masseurs-kinésithérapeutes",
            "BPE_D280": "Pédicures-podologues",
            "BPE_D281": "Infirmiers",
            "BPE_D302": "Laboratoires d’analyses et de biologie médicale",
            "BPE_D307": "Pharmacies",
        },
    ),
    Group(
        Theme.SERVICES,
        FACILITIES,
        Unit.FACILITIES,
        {
            "BPE_A206": "Bureaux de poste",
            "BPE_A207": "Relais poste",
            "BPE_A208": "Agences postales",
            "BPE_B104": "Hypermarchés",
            "BPE_B105": "Supermarchés",
            "BPE_B201": "Supérettes",
            "BPE_B207": "Boulangeries-pâtisseries",
            "BPE_C107": "Écoles maternelles",
            "BPE_C108": "Écoles primaires",
            "BPE_C109": "Écoles élémentaires",
            "BPE_C201": "Collèges",
            "BPE_C301": "Lycées d’enseignement général ou technologique",
            "BPE_C302": "Lycées d’enseignement professionnel",
            "BPE_D401": "Hébergements pour personnes âgées",
            "BPE_D502": "Établissements d’accueil du jeune enfant",
            "BPE_D504": "Relais petite enfance",
        },
    ),
    Group(
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
