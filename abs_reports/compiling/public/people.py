"""Chapters "familles", "jeunes" and "personnes âgées": who lives with whom, and at which age."""

from collections.abc import Iterator

from abs_reports.compiling.chapters import Chapter
from abs_reports.compiling.public.building import part_table
from abs_reports.compiling.public.data import Column, PublicData
from abs_reports.compiling.public.income import AGES as POVERTY_AGES
from abs_reports.enums import FigureUnit as Unit
from abs_reports.tables import DataTable

AGES = (
    ("POP0014", "0 à 14 ans"),
    ("POP1529", "15 à 29 ans"),
    ("POP3044", "30 à 44 ans"),
    ("POP4559", "45 à 59 ans"),
    ("POP6074", "60 à 74 ans"),
    ("POP7589", "75 à 89 ans"),
    ("POP90P", "90 ans ou plus"),
)
HOUSEHOLDS = (
    ("C_MENPSEUL", "Personnes seules"),
    ("C_MENSFAM", "Autres ménages sans famille"),
    ("C_MENCOUPSENF", "Couples sans enfant"),
    ("C_MENCOUPAENF", "Couples avec enfants"),
    ("C_MENFAMMONO", "Familles monoparentales"),
)
FAMILIES = (
    ("C_COUPAENF", "Couples avec enfants"),
    ("C_FAMMONO", "Familles monoparentales"),
    ("C_COUPSENF", "Couples sans enfant"),
)
CHILDREN = (
    ("C_NE24F0", "Aucun enfant"),
    ("C_NE24F1", "Un enfant"),
    ("C_NE24F2", "Deux enfants"),
    ("C_NE24F3", "Trois enfants"),
    ("C_NE24F4P", "Quatre enfants ou plus"),
)
CHILD_AGES = (
    ("POP0002", "0 à 2 ans"),
    ("POP0205", "2 à 5 ans"),
    ("POP0305", "3 à 5 ans"),
    ("POP0610", "6 à 10 ans"),
    ("POP1114", "11 à 14 ans"),
    ("POP1117", "11 à 17 ans"),
    ("POP1517", "15 à 17 ans"),
)
DEGREES = (
    ("NSCOL15P_DIPLMIN", "Sans diplôme ou certificat d’études"),
    ("NSCOL15P_BEPC", "Brevet des collèges"),
    ("NSCOL15P_CAPBEP", "CAP ou BEP"),
    ("NSCOL15P_BAC", "Baccalauréat"),
    ("NSCOL15P_SUP2", "Bac + 2"),
    ("NSCOL15P_SUP34", "Bac + 3 ou bac + 4"),
    ("NSCOL15P_SUP5", "Bac + 5 ou plus"),
)
FAMILY_DEFINITION = (
    "Famille : un couple, ou un adulte seul avec un ou plusieurs enfants. Exploitation complémentaire du "
    "recensement, tirée d’un quart des bulletins : elle ne se mêle pas à l’exploitation principale."
)


def people_tables(data: PublicData) -> Iterator[DataTable]:
    yield from _ages(data)
    yield from _families(data)
    yield from _youth(data)
    yield from _elderly(data)


def _ages(data: PublicData) -> Iterator[DataTable]:
    table = part_table(
        data,
        "population-ages",
        Chapter.TERRITORY,
        "La population selon l’âge",
        "Âge",
        AGES,
        "POP",
        count_label="Habitants",
    )
    if table:
        yield table
    census = data.latest("POP0014")
    if census and data.has("POP", "POP0014", "POP1529", "POP6074", "POP7589", "POP90P"):
        yield data.commune_table(
            "ages-communes",
            Chapter.TERRITORY,
            "L’âge des habitants des communes",
            [
                _age(data, "age-0014", "0 à 14 ans", census),
                _age(data, "age-1529", "15 à 29 ans", census),
                _age(data, "age-3044", "30 à 44 ans", census),
                _age(data, "age-4559", "45 à 59 ans", census),
                _age(data, "age-6074", "60 à 74 ans", census),
                _age(data, "age-7589", "75 à 89 ans", census),
                _age(data, "age-90P", "90 ans ou plus", census),
            ],
            period=f"Recensement {census}",
            source=data.source("POP"),
            definition="Part de la population de la commune.",
        )


def _age(data: PublicData, code: str, label: str, census: int) -> Column:
    return data.ratio_column(code, label, (f"POP{code.removeprefix('age-')}", census), ("POP", census))


def _families(data: PublicData) -> Iterator[DataTable]:
    wanted = (
        (
            "menages-composition",
            "Les ménages selon leur composition",
            "Ménage",
            HOUSEHOLDS,
            "C_MEN",
            "Ménages",
        ),
        (
            "familles-composition",
            "Les familles selon leur composition",
            "Famille",
            FAMILIES,
            "C_FAM",
            "Familles",
        ),
        (
            "familles-enfants",
            "Les familles selon le nombre d’enfants de moins de 25 ans",
            "Enfants",
            CHILDREN,
            "C_FAM",
            "Familles",
        ),
    )
    for code, title, heading, parts, whole, label in wanted:
        table = part_table(
            data, code, Chapter.FAMILIES, title, heading, parts, whole,
            count_label=label, definition=FAMILY_DEFINITION,
        )  # fmt: skip
        if table:
            yield table
    table = part_table(
        data, "enfants-ages", Chapter.FAMILIES, "Les enfants selon l’âge", "Âge", CHILD_AGES, "POP",
        count_label="Enfants", whole_label="Ensemble de la population",
    )  # fmt: skip
    if table:
        yield table
    census = data.latest("C_FAM")
    if census and data.has("C_FAMMONO"):
        columns = [
            data.column("families", "Familles", "C_FAM", census),
            data.ratio_column("lone", "Monoparentales", ("C_FAMMONO", census), ("C_FAM", census)),
        ]
        if data.has("POP0014", "POP"):
            age = data.latest("POP0014")
            columns += [
                data.column("children", "0 à 14 ans", "POP0014", age),
                data.ratio_column("children-share", "Part des 0 à 14 ans", ("POP0014", age), ("POP", age)),
            ]
        yield data.commune_table(
            "familles-communes",
            Chapter.FAMILIES,
            "Les familles et les enfants des communes",
            columns,
            period=f"Recensement {census}",
            source=data.source("C_FAM"),
            definition=FAMILY_DEFINITION,
        )


def _youth(data: PublicData) -> Iterator[DataTable]:
    table = part_table(
        data, "diplomes", Chapter.YOUTH, "Le diplôme le plus élevé des personnes sorties des études", "Diplôme",
        DEGREES, "NSCOL15P", count_label="Personnes", whole_label="Personnes de 15 ans ou plus non scolarisées",
    )  # fmt: skip
    if table:
        yield table
    census = data.latest("POP1529")
    if census and data.has("POP"):
        columns = [
            data.column("young", "15 à 29 ans", "POP1529", census),
            data.ratio_column("young-share", "Part", ("POP1529", census), ("POP", census)),
        ]
        if data.has("ACT1524", "CHOM1524"):
            columns += [
                data.column("active", "Actifs de 15 à 24 ans", "ACT1524", census),
                data.ratio_column("jobless", "Part au chômage", ("CHOM1524", census), ("ACT1524", census)),
            ]
        if data.has("NSCOL15P", "NSCOL15P_DIPLMIN"):
            columns.append(
                data.ratio_column(
                    "no-degree", "Sans diplôme", ("NSCOL15P_DIPLMIN", census), ("NSCOL15P", census)
                )
            )
        yield data.commune_table(
            "jeunes-communes",
            Chapter.YOUTH,
            "Les jeunes des communes",
            columns,
            period=f"Recensement {census}",
            source=data.source("POP1529"),
            definition=(
                "Chômage au sens du recensement, rapporté aux actifs de 15 à 24 ans. Sans diplôme : parmi les "
                "personnes de 15 ans ou plus qui ne sont plus scolarisées, de tout âge."
            ),
        )
    yield from _poverty(data, "TP60AGE1", Chapter.YOUTH, "pauvrete-jeunes")


def _elderly(data: PublicData) -> Iterator[DataTable]:
    census = data.latest("POP7589")
    if census and data.has("POP", "POP6074", "POP90P"):
        columns = [
            data.column("age-6074", "60 à 74 ans", "POP6074", census),
            data.column("age-7589", "75 à 89 ans", "POP7589", census),
            data.column("age-90p", "90 ans ou plus", "POP90P", census),
        ]
        if data.has("POP65P"):
            columns.append(
                data.ratio_column("share", "Part des 65 ans ou plus", ("POP65P", census), ("POP", census))
            )
        if data.has("POP80P", "POP80P_PSEUL"):
            columns.append(
                data.ratio_column(
                    "alone", "80 ans ou plus vivant seuls", ("POP80P_PSEUL", census), ("POP80P", census)
                )
            )
        yield data.commune_table(
            "personnes-agees-communes",
            Chapter.ELDERLY,
            "Les personnes âgées des communes",
            columns,
            period=f"Recensement {census}",
            source=data.source("POP7589"),
            definition="Personnes vivant seules : rapportées aux habitants de 80 ans ou plus.",
        )
    yield from _poverty(data, "TP60AGE6", Chapter.ELDERLY, "pauvrete-personnes-agees")


def _poverty(data: PublicData, indicator: str, chapter: Chapter, code: str) -> Iterator[DataTable]:
    """The poverty rate of one age, in the communes where INSEE publishes it."""
    year = data.latest(indicator)
    label = dict(POVERTY_AGES)[indicator]
    if year is None:
        return
    table = data.commune_table(
        code,
        chapter,
        f"Taux de pauvreté des ménages dont le référent a {label[0].lower()}{label[1:]}",
        [
            data.column("rate", "Taux de pauvreté", indicator, year, Unit.PERCENT),
            data.column("all", "Tous les âges", "TP60", year, Unit.PERCENT),
        ],
        period=f"Filosofi {year}",
        source=data.source(indicator),
        only=lambda commune: data.number(indicator, year, commune) is not None,
        with_total=False,
    )
    if table.rows:
        yield table
