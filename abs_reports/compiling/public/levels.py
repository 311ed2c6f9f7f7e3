"""For each chapter, the territory beside its département, its région and the country (domain-rules.md §1.1)."""

from collections.abc import Iterator, Mapping, Sequence

from abs_reports.compiling.chapters import Chapter
from abs_reports.compiling.public.building import Fact, level_table, per_inhabitants, published, share
from abs_reports.compiling.public.data import PublicData
from abs_reports.enums import FigureUnit as Unit
from abs_reports.tables import DataTable

OCCUPATION = ("NORME", "SOUSOCC_MOD", "SOUSOCC_ACC", "SOUSOCC_TACC", "SUROCC_MOD", "SUROCC_ACC")
CARE = (
    ("BPE_D265", "Médecins généralistes"),
    ("BPE_D277", "Chirurgiens-dentistes"),
    ("BPE_D281", "Infirmiers"),
    ("BPE_D279", "Masseurs-kinésithérapeutes"),
    ("BPE_D250", "Psychologues"),
)
FACTS: Mapping[Chapter, Sequence[Fact]] = {
    Chapter.TERRITORY: (
        share("density", "Habitants par km²", "POP", "SUPERF", Unit.DENSITY, 0),
        share("under-15", "Part des moins de 15 ans", "POP0014", "POP"),
        share("over-60", "Part des 60 ans ou plus", ("POP6074", "POP7589", "POP90P"), "POP"),
        share("size", "Personnes par ménage", "PMEN", "MEN", Unit.RATIO, 2),
    ),
    Chapter.FAMILIES: (
        share("lone", "Part des familles monoparentales", "C_FAMMONO", "C_FAM"),
        share("large", "Part des familles de trois enfants ou plus", ("C_NE24F3", "C_NE24F4P"), "C_FAM"),
        share("alone", "Part des personnes seules dans les ménages", "C_MENPSEUL", "C_MEN"),
        share("children", "Part des moins de 15 ans", "POP0014", "POP"),
    ),
    Chapter.YOUTH: (
        share("young", "Part des 15 à 29 ans", "POP1529", "POP"),
        share("school", "Part des 18 à 24 ans scolarisés", "SCOL1824", "POP1824"),
        share("jobless", "Part des actifs de 15 à 24 ans au chômage", "CHOM1524", "ACT1524"),
        share("no-degree", "Part des sortis d’études sans diplôme", "NSCOL15P_DIPLMIN", "NSCOL15P"),
        published("poverty", "Taux de pauvreté, référent de moins de 30 ans", "TP60AGE1", Unit.PERCENT),
    ),
    Chapter.ELDERLY: (
        share("over-65", "Part des 65 ans ou plus", "POP65P", "POP"),
        share("over-75", "Part des 75 ans ou plus", ("POP7589", "POP90P"), "POP"),
        share(
            "ageing",
            "65 ans ou plus pour 100 jeunes de moins de 20 ans",
            "POP65P",
            "POP0019",
            Unit.RATIO,
            factor=100,
        ),
        share("alone", "Part des 80 ans ou plus vivant seuls", "POP80P_PSEUL", "POP80P"),
        published("poverty", "Taux de pauvreté, référent de 75 ans ou plus", "TP60AGE6", Unit.PERCENT),
    ),
    Chapter.DISABILITY: (
        published(
            "aah",
            "Allocataires de l’AAH pour 1\u00a0000 habitants de 20 à 64 ans",
            "AAH_POUR_1000_2064",
            Unit.PER_THOUSAND,
            1,
        ),
        published(
            "pch-young",
            "PCH pour 1\u00a0000 habitants de moins de 20 ans",
            "PCH_TX_MOINS20",
            Unit.PER_THOUSAND,
            1,
        ),
        published(
            "pch",
            "PCH ou ACTP pour 1\u00a0000 habitants de 20 à 59 ans",
            "PCH_ACTP_TX_2059",
            Unit.PER_THOUSAND,
            1,
        ),
        published(
            "pch-old",
            "PCH ou ACTP pour 1\u00a0000 habitants de 60 ans ou plus",
            "PCH_ACTP_TX_60P",
            Unit.PER_THOUSAND,
            1,
        ),
    ),
    Chapter.INCOME: (
        published("median", "Niveau de vie médian, par an", "MED", Unit.EURO),
        published("poverty", "Taux de pauvreté", "TP60", Unit.PERCENT, 1),
        published("d1", "1er décile du niveau de vie", "D1", Unit.EURO),
        published("d9", "9e décile du niveau de vie", "D9", Unit.EURO),
        published("rd", "Rapport D9/D1", "RD", Unit.RATIO, 1),
        published("taxed", "Part des ménages imposés", "PIMP", Unit.PERCENT, 1),
        published("minima", "Part des minima sociaux dans le revenu", "PPMINI", Unit.PERCENT, 1),
    ),
    Chapter.HARDSHIP: (
        published(
            "rsa", "RSA pour 1\u00a0000 personnes de 25 à 64 ans", "RSA_POUR_1000_2564", Unit.PER_THOUSAND, 1
        ),
        share("rsa-caf", "Foyers au RSA pour 100 foyers allocataires", "CAF_FOY_RSA", "CAF_FOY_NDUR"),
        share("no-car", "Part des ménages ayant une voiture", "RP_VOIT1P", "RP"),
    ),
    Chapter.HOUSING: (
        share("vacant", "Part des logements vacants", "LOGVAC", "LOG"),
        share("owners", "Part des propriétaires occupants", "RP_PROP", "RP"),
        share("hlm", "Part des résidences principales HLM", "RP_LOCHLMV", "RP"),
        share(
            "old", "Part des logements d’avant 1971", ("RP_ACH1919", "RP_ACH1945", "RP_ACH1970"), "RP_ACHTOT"
        ),
        share("fuel", "Part des logements chauffés au fioul", "RP_CFIOUL", "RP"),
        share(
            "crowded",
            "Part des logements suroccupés",
            ("C_RP_SUROCC_MOD", "C_RP_SUROCC_ACC"),
            tuple(f"C_RP_{code}" for code in OCCUPATION),
        ),
    ),
    Chapter.EMPLOYMENT: (
        share("activity", "Taux d’activité des 15 à 64 ans", "ACT1564", "POP1564"),
        share("unemployment", "Taux de chômage au sens du recensement", "CHOM1564", "ACT1564"),
        share("salaried", "Part des emplois salariés", "EMPLT_SAL", "EMPLT"),
        share("part-time", "Part des salariés à temps partiel", "SAL15P_TP", "SAL15P"),
    ),
    Chapter.HEALTH: tuple(
        per_inhabitants(code.lower(), f"{label} pour 10\u00a0000 habitants", code, 10) for code, label in CARE
    ),
}
NOTES: Mapping[Chapter, str] = {
    Chapter.INCOME: (
        "Valeurs publiées par l’INSEE pour chaque niveau : aucune n’est une moyenne ni une somme de celles des "
        "communes."
    ),
    Chapter.EMPLOYMENT: "Le taux de chômage au sens du recensement n’est pas celui du BIT.",
}


def level_tables(data: PublicData) -> Iterator[DataTable]:
    for chapter, facts in FACTS.items():
        table = level_table(data, chapter, facts, definition=NOTES.get(chapter, ""))
        if table:
            yield table
