"""The census: columns of the "dossier complet" and of the bases by theme, without prefix P and year.

The complementary census, drawn from a quarter of the forms, keeps its prefix "C_": its counts may not be mixed with
the main ones (insee-files.md §2).
"""

from abs_reports.enums import IndicatorUnit as Unit
from abs_reports.enums import Theme
from abs_reports.reference.groups import Group

CENSUS = "INSEE, recensement de la population, exploitation principale"
FULL_CENSUS = "INSEE, recensement de la population, exploitation complémentaire"

_AGES = {
    "0014": "de 0 à 14 ans",
    "1529": "de 15 à 29 ans",
    "3044": "de 30 à 44 ans",
    "4559": "de 45 à 59 ans",
    "6074": "de 60 à 74 ans",
    "7589": "de 75 à 89 ans",
    "90P": "de 90 ans ou plus",
    "75P": "de 75 ans ou plus",  # until the census of 2021, and on INSEE's pages
    "0019": "de moins de 20 ans",
    "2064": "de 20 à 64 ans",
    "65P": "de 65 ans ou plus",
}
_FINE_AGES = {
    "0002": "de 0 à 2 ans",
    "0205": "de 2 à 5 ans",
    "0305": "de 3 à 5 ans",
    "0610": "de 6 à 10 ans",
    "1114": "de 11 à 14 ans",
    "1117": "de 11 à 17 ans",
    "1517": "de 15 à 17 ans",
    "1519": "de 15 à 19 ans",
    "1824": "de 18 à 24 ans",
    "2024": "de 20 à 24 ans",
    "2529": "de 25 à 29 ans",
    "30P": "de 30 ans ou plus",
    "2539": "de 25 à 39 ans",
    "4054": "de 40 à 54 ans",
    "6579": "de 65 à 79 ans",
    "80P": "de 80 ans ou plus",
    "15P": "de 15 ans ou plus",
}
_LIVING_ALONE = ("1519", "2024", "2539", "4054", "5564", "6579", "80P")
_WORKING_AGES = {
    "1564": "de 15 à 64 ans",
    "1524": "de 15 à 24 ans",
    "2554": "de 25 à 54 ans",
    "5564": "de 55 à 64 ans",
}
_SEXES = {"H": "Hommes", "F": "Femmes"}
_SCHOOL_AGES = ("0205", "0610", "1114", "1517", "1824", "2529", "30P")
_DEGREES = {
    "DIPLMIN": "sans diplôme ou au plus titulaires du certificat d’études",
    "BEPC": "titulaires du brevet",
    "CAPBEP": "titulaires d’un CAP ou d’un BEP",
    "BAC": "titulaires du baccalauréat ou d’un brevet professionnel",
    "SUP2": "diplômées de niveau bac + 2",
    "SUP34": "diplômées de niveau bac + 3 ou bac + 4",
    "SUP5": "diplômées de niveau bac + 5 ou plus",
}
_HOUSEHOLDS = {
    "MENPSEUL": "Ménages d’une personne",
    "MENHSEUL": "Hommes seuls",
    "MENFSEUL": "Femmes seules",
    "MENSFAM": "Autres ménages sans famille",
    "MENFAM": "Ménages avec famille",
    "MENCOUPSENF": "Ménages dont la famille principale est un couple sans enfant",
    "MENCOUPAENF": "Ménages dont la famille principale est un couple avec enfants",
    "MENFAMMONO": "Ménages dont la famille principale est monoparentale",
}
_BUILT = {
    "1919": "avant 1919",
    "1945": "de 1919 à 1945",
    "1970": "de 1946 à 1970",
    "1990": "de 1971 à 1990",
    "2005": "de 1991 à 2005",
}
_OCCUPATION = {
    "NORME": "en occupation normale",
    "SOUSOCC_MOD": "en sous-occupation modérée",
    "SOUSOCC_ACC": "en sous-occupation prononcée",
    "SOUSOCC_TACC": "en sous-occupation très prononcée",
    "SUROCC_MOD": "en suroccupation modérée",
    "SUROCC_ACC": "en suroccupation accentuée",
}


def _activity() -> dict[str, str]:
    """Activity of people aged 15 to 64, by age, then by age and sex."""
    labels: dict[str, str] = {}
    for code, age in _WORKING_AGES.items():
        labels |= {
            f"POP{code}": f"Population {age}",
            f"ACT{code}": f"Actifs {age}",
            f"ACTOCC{code}": f"Actifs {age} ayant un emploi",
            f"CHOM{code}": f"Chômeurs {age}, au sens du recensement",
        }
        for sex, people in _SEXES.items():
            labels |= {
                f"{sex}{code}": f"{people} {age}",
                f"{sex}ACT{code}": f"{people} actifs {age}" if sex == "H" else f"Femmes actives {age}",
                f"{sex}ACTOCC{code}": f"{people} {age} ayant un emploi",
                f"{sex}CHOM{code}": f"{people} au chômage {age}, au sens du recensement",
            }
    return labels | {
        "INACT1564": "Inactifs de 15 à 64 ans",
        "ETUD1564": "Élèves, étudiants et stagiaires non rémunérés de 15 à 64 ans",
        "RETR1564": "Retraités ou préretraités de 15 à 64 ans",
        "AINACT1564": "Autres inactifs de 15 à 64 ans",
        "ACTOCC15P": "Actifs de 15 ans ou plus ayant un emploi",
        "ACTOCC15P_TP": "Actifs de 15 ans ou plus ayant un emploi à temps partiel",
        "ACTOCC15P_ILT1": "Actifs ayant un emploi qui travaillent dans leur commune",
        "ACTOCC15P_ILT2P": "Actifs ayant un emploi qui travaillent dans une autre commune",
        "SAL15P": "Salariés de 15 ans ou plus",
        "NSAL15P": "Non-salariés de 15 ans ou plus",
        "SAL15P_TP": "Salariés à temps partiel",
        "SAL15P_CDI": "Salariés en contrat à durée indéterminée ou titulaires de la fonction publique",
        "SAL15P_CDD": "Salariés en contrat à durée déterminée",
        "SAL15P_INTERIM": "Salariés intérimaires",
        "SAL15P_EMPAID": "Salariés en emploi aidé",
        "SAL15P_APPR": "Salariés en apprentissage ou en stage",
    }


GROUPS = (
    Group(
        Theme.POPULATION,
        CENSUS,
        Unit.PERSONS,
        {
            "POP": "Population municipale",
            "POPH": "Hommes",
            "POPF": "Femmes",
            **{f"POP{code}": f"Population {age}" for code, age in (_AGES | _FINE_AGES).items()},
            **{
                f"{sex}{code}": f"{people} {age}"
                for sex, people in _SEXES.items()
                for code, age in _AGES.items()
            },
            **{
                f"POP{code}_PSEUL": f"Population {(_FINE_AGES | _WORKING_AGES)[code]} vivant seule"
                for code in _LIVING_ALONE
            },
            "POP_ETR": "Population de nationalité étrangère",
            "POP_IMM": "Population immigrée",
            "PMEN": "Population des ménages",
            "PHORMEN": "Population hors ménages (établissements, foyers, habitations mobiles)",
        },
    ),
    Group(Theme.HOUSEHOLDS, CENSUS, Unit.HOUSEHOLDS, {"MEN": "Ménages"}),
    Group(
        Theme.HOUSEHOLDS,
        FULL_CENSUS,
        Unit.HOUSEHOLDS,
        {
            "C_MEN": "Ménages (exploitation complémentaire)",
            **{f"C_{code}": label for code, label in _HOUSEHOLDS.items()},
        },
    ),
    Group(
        Theme.HOUSEHOLDS,
        FULL_CENSUS,
        Unit.PERSONS,
        {
            "C_PMEN": "Population des ménages (exploitation complémentaire)",
            **{
                f"C_PMEN_{code}": f"Population des ménages : {label[0].lower()}{label[1:]}"
                for code, label in _HOUSEHOLDS.items()
            },
        },
    ),
    Group(
        Theme.HOUSEHOLDS,
        FULL_CENSUS,
        Unit.FAMILIES,
        {
            "C_FAM": "Familles",
            "C_COUPAENF": "Couples avec enfants",
            "C_FAMMONO": "Familles monoparentales",
            "C_HMONO": "Hommes seuls avec enfants",
            "C_FMONO": "Femmes seules avec enfants",
            "C_COUPSENF": "Couples sans enfant",
            "C_NE24F0": "Familles sans enfant de moins de 25 ans",
            "C_NE24F1": "Familles avec un enfant de moins de 25 ans",
            "C_NE24F2": "Familles avec deux enfants de moins de 25 ans",
            "C_NE24F3": "Familles avec trois enfants de moins de 25 ans",
            "C_NE24F4P": "Familles avec quatre enfants ou plus de moins de 25 ans",
        },
    ),
    Group(
        Theme.EDUCATION,
        CENSUS,
        Unit.PERSONS,
        {
            **{f"SCOL{code}": f"Population scolarisée {_FINE_AGES[code]}" for code in _SCHOOL_AGES},
            "NSCOL15P": "Population non scolarisée de 15 ans ou plus",
            **{
                f"NSCOL15P_{code}": f"Personnes non scolarisées de 15 ans ou plus {label}"
                for code, label in _DEGREES.items()
            },
        },
    ),
    Group(
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
            "RP_1P": "Résidences principales d’une pièce",
            "RP_2P": "Résidences principales de deux pièces",
            "RP_3P": "Résidences principales de trois pièces",
            "RP_4P": "Résidences principales de quatre pièces",
            "RP_5PP": "Résidences principales de cinq pièces ou plus",
            "RP_ACHTOT": "Résidences principales dont la période de construction est connue",
            **{
                f"RP_ACH{code}": f"Résidences principales construites {period}"
                for code, period in _BUILT.items()
            },
            "RP_CFIOUL": "Résidences principales chauffées au fioul",
            "RP_CELEC": "Résidences principales chauffées à l’électricité",
            "RP_CGAZV": "Résidences principales chauffées au gaz de ville ou de réseau",
            "RP_CGAZB": "Résidences principales chauffées au gaz en bouteilles ou en citerne",
            "RP_CAUT": "Résidences principales chauffées autrement (bois, charbon…)",
            "RP_GARL": "Résidences principales avec au moins un emplacement de stationnement",
        },
    ),
    Group(
        Theme.HOUSING,
        CENSUS,
        Unit.HOUSEHOLDS,
        {
            "RP_VOIT1P": "Ménages disposant d’au moins une voiture",
            "RP_VOIT1": "Ménages disposant d’une voiture",
            "RP_VOIT2P": "Ménages disposant de deux voitures ou plus",
            "MEN_ANEM0002": "Ménages emménagés depuis moins de 2 ans",
            "MEN_ANEM0204": "Ménages emménagés depuis 2 à 4 ans",
            "MEN_ANEM0509": "Ménages emménagés depuis 5 à 9 ans",
            "MEN_ANEM10P": "Ménages emménagés depuis 10 ans ou plus",
        },
    ),
    Group(
        Theme.HOUSING,
        CENSUS,
        Unit.ROOMS,
        {"NBPI_RP": "Pièces des résidences principales"},
    ),
    Group(
        Theme.HOUSING,
        FULL_CENSUS,
        Unit.DWELLINGS,
        {f"C_RP_{code}": f"Résidences principales {label}" for code, label in _OCCUPATION.items()}
        | {
            # Until the census of 2021: one-room dwellings of one person left out. Not comparable with the above.
            "C_RP_HSTU1P": "Résidences principales, hors studios d’une personne",
            "C_RP_HSTU1P_SUROCC": "Résidences principales suroccupées, hors studios d’une personne",
        },
    ),
    Group(
        Theme.EMPLOYMENT,
        CENSUS,
        Unit.JOBS,
        {"EMPLT": "Emplois au lieu de travail", "EMPLT_SAL": "Emplois salariés au lieu de travail"},
    ),
    Group(Theme.EMPLOYMENT, CENSUS, Unit.PERSONS, _activity()),
    Group(
        Theme.EMPLOYMENT,
        FULL_CENSUS,
        Unit.PERSONS,
        {
            "C_ACT1564": "Actifs de 15 à 64 ans (exploitation complémentaire)",
            "C_ACT1564_CS1": "Actifs de 15 à 64 ans : agriculteurs exploitants",
            "C_ACT1564_CS2": "Actifs de 15 à 64 ans : artisans, commerçants, chefs d’entreprise",
            "C_ACT1564_CS3": "Actifs de 15 à 64 ans : cadres et professions intellectuelles supérieures",
            "C_ACT1564_CS4": "Actifs de 15 à 64 ans : professions intermédiaires",
            "C_ACT1564_CS5": "Actifs de 15 à 64 ans : employés",
            "C_ACT1564_CS6": "Actifs de 15 à 64 ans : ouvriers",
            "C_ACTOCC15P": "Actifs ayant un emploi (exploitation complémentaire)",
            "C_ACTOCC15P_PAS": "Actifs ayant un emploi qui n’ont pas à se déplacer pour travailler",
            "C_ACTOCC15P_MAR": "Actifs ayant un emploi qui y vont à pied",
            "C_ACTOCC15P_VELO": "Actifs ayant un emploi qui y vont à vélo",
            "C_ACTOCC15P_2ROUESMOT": "Actifs ayant un emploi qui y vont en deux-roues motorisé",
            "C_ACTOCC15P_VOIT": "Actifs ayant un emploi qui y vont en voiture",
            "C_ACTOCC15P_TCOM": "Actifs ayant un emploi qui y vont en transports en commun",
        },
    ),
)
