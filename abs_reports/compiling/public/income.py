"""Chapter "revenus et pauvreté": only what the producer publishes; no median and no rate is ever averaged."""

from collections.abc import Iterator

from abs_reports.compiling.chapters import Chapter
from abs_reports.compiling.public.data import PublicData
from abs_reports.enums import FigureUnit as Unit
from abs_reports.tables import DataTable

AGES = (
    ("TP60AGE1", "Moins de 30 ans"),
    ("TP60AGE2", "30 à 39 ans"),
    ("TP60AGE3", "40 à 49 ans"),
    ("TP60AGE4", "50 à 59 ans"),
    ("TP60AGE5", "60 à 74 ans"),
    ("TP60AGE6", "75 ans ou plus"),
)
TENURES = (("TP60TOL1", "Propriétaires"), ("TP60TOL2", "Locataires"))
SPREAD = (
    ("D1", "1er décile", Unit.EURO, 0),
    ("MED", "Médiane", Unit.EURO, 0),
    ("D9", "9e décile", Unit.EURO, 0),
    ("RD", "Rapport D9/D1", Unit.RATIO, 1),
)
RESOURCES = (
    ("PACT", "Activité"),
    ("PPEN", "Pensions, retraites"),
    ("PPAT", "Patrimoine"),
    ("PPSOC", "Prestations sociales"),
    ("PPMINI", "dont minima sociaux"),
    ("PPLOGT", "dont aides au logement"),
    ("PIMPOT", "Impôts"),
)


def income_tables(data: PublicData) -> Iterator[DataTable]:
    year = data.latest("MED")
    if year is None:
        return
    yield _living_standard(data, year)
    yield _poverty(data, year)
    details = [
        (
            "pauvrete-age",
            "Taux de pauvreté selon l’âge du référent fiscal",
            [(code, label, Unit.PERCENT, 0) for code, label in AGES],
        ),
        (
            "pauvrete-occupation",
            "Taux de pauvreté selon le statut d’occupation du logement",
            [(code, label, Unit.PERCENT, 0) for code, label in TENURES],
        ),
        ("niveaux-de-vie-ecarts", "Écarts de niveau de vie", list(SPREAD)),
        (
            "revenus-composition",
            "De quoi se compose le revenu disponible",
            [(code, label, Unit.PERCENT, 1) for code, label in RESOURCES],
        ),
    ]
    for code, title, columns in details:
        if data.has(*(indicator for indicator, *_rest in columns)):
            yield _published_only(data, year, code, title, columns)


def _living_standard(data: PublicData, year: int) -> DataTable:
    return data.commune_table(
        "niveau-de-vie-communes",
        Chapter.INCOME,
        "Niveau de vie et pauvreté dans les communes",
        [
            data.column("households", "Ménages fiscaux", "NBMENFISC", year),
            data.column("median", "Niveau de vie médian", "MED", year, Unit.EURO),
            data.column("taxed", "Part des ménages imposés", "PIMP", year, Unit.PERCENT),
            data.column("poverty", "Taux de pauvreté", "TP60", year, Unit.PERCENT),
        ],
        period=f"Filosofi {year}",
        source=data.source("MED"),
        definition=(
            "Niveau de vie : revenu disponible du ménage, après impôts et prestations, divisé par le "
            "nombre d’unités de consommation, par an. Taux de pauvreté : part des personnes sous 60 % du "
            "niveau de vie médian de France métropolitaine ; l’INSEE remplace par 5 % les taux plus "
            "faibles."
        ),
    )


def _poverty(data: PublicData, year: int) -> DataTable:
    return data.commune_table(
        "pauvrete-communes",
        Chapter.INCOME,
        "Taux de pauvreté des communes où l’INSEE le publie",
        [
            data.column("poverty", "Taux de pauvreté", "TP60", year, Unit.PERCENT),
            data.column("median", "Niveau de vie médian", "MED", year, Unit.EURO),
            data.column("persons", "Personnes", "NBPERSMENFISC", year)
            if data.has("NBPERSMENFISC")
            else data.column("households", "Ménages fiscaux", "NBMENFISC", year),
        ],
        period=f"Filosofi {year}",
        source=data.source("TP60"),
        only=lambda code: data.number("TP60", year, code) is not None,
        with_total=False,
    )


def _published_only(
    data: PublicData, year: int, code: str, title: str, columns: list[tuple[str, str, Unit, int]]
) -> DataTable:
    """The communes for which at least one of the indicators is published."""
    codes = [indicator for indicator, *_rest in columns if indicator != "MED"]
    return data.commune_table(
        code,
        Chapter.INCOME,
        title,
        [data.column(name, label, name, year, unit, decimals) for name, label, unit, decimals in columns],
        period=f"Filosofi {year}",
        source=data.source(codes[0]),
        only=lambda commune: any(data.number(name, year, commune) is not None for name in codes),
        with_total=False,
    )
