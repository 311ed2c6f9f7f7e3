"""Chapter "logement": what people live in, and what stands empty."""

from collections.abc import Iterator

from abs_reports.compiling.chapters import Chapter
from abs_reports.compiling.public.building import part_table
from abs_reports.compiling.public.data import PublicData, ratio, shown
from abs_reports.tables import DataTable, Row

USES = (
    ("RP", "Résidences principales"),
    ("RSECOCC", "Résidences secondaires et logements occasionnels"),
    ("LOGVAC", "Logements vacants"),
)
# More about the main residences, where the "dossier complet" is imported: code, title, heading, parts, whole.
DETAILS = (
    (
        "logements-occupation",
        "Les résidences principales selon le statut d’occupation",
        "Statut",
        (
            ("RP_PROP", "Propriétaires"),
            ("RP_LOC", "Locataires"),
            ("RP_LOCHLMV", "dont locataires d’un organisme HLM"),
            ("RP_GRAT", "Logés gratuitement"),
        ),
        "RP",
    ),
    (
        "logements-pieces",
        "Les résidences principales selon le nombre de pièces",
        "Pièces",
        (
            ("RP_1P", "Une pièce"),
            ("RP_2P", "Deux pièces"),
            ("RP_3P", "Trois pièces"),
            ("RP_4P", "Quatre pièces"),
            ("RP_5PP", "Cinq pièces ou plus"),
        ),
        "RP",
    ),
    (
        "logements-age",
        "Les résidences principales selon la période de construction",
        "Période",
        (
            ("RP_ACH1919", "Avant 1919"),
            ("RP_ACH1945", "De 1919 à 1945"),
            ("RP_ACH1970", "De 1946 à 1970"),
            ("RP_ACH1990", "De 1971 à 1990"),
            ("RP_ACH2005", "De 1991 à 2005"),
        ),
        "RP_ACHTOT",
    ),
    (
        "logements-chauffage",
        "Les résidences principales selon le combustible du chauffage",
        "Combustible",
        (
            ("RP_CGAZV", "Gaz de ville"),
            ("RP_CELEC", "Électricité"),
            ("RP_CFIOUL", "Fioul"),
            ("RP_CGAZB", "Gaz en bouteille ou en citerne"),
            ("RP_CAUT", "Autre (bois, charbon…)"),
        ),
        "RP",
    ),
)


def housing_tables(data: PublicData) -> Iterator[DataTable]:
    census = data.latest("LOG")
    if census is None or not data.has("RP", "LOGVAC"):
        return
    yield _uses(data, census)
    for code, title, heading, parts, whole in DETAILS:
        if any(data.has(name) for name, _label in parts if name != "RP_PROP"):
            table = part_table(
                data, code, Chapter.HOUSING, title, heading, parts, whole,
                count_label="Logements", whole_label="Résidences principales",
            )  # fmt: skip
            if table:
                yield table
    yield _communes(data, census)


def _uses(data: PublicData, census: int) -> DataTable:
    dwellings = data.total("LOG", census)
    rows = [
        Row(code, label, (shown(data.total(code, census)), ratio(data.total(code, census), dwellings)))
        for code, label in USES
        if data.has(code)
    ]
    total = Row(
        "total", "Ensemble des logements", (shown(dwellings), ratio(dwellings, dwellings)), is_total=True
    )
    return DataTable(
        code="logements-usage",
        chapter=Chapter.HOUSING,
        title="Les logements selon leur usage",
        heading="Usage",
        columns=(("count", "Logements"), ("share", "Part")),
        rows=(*rows, total),
        period=f"Recensement {census}",
        source=data.source("LOG"),
    )


def _communes(data: PublicData, census: int) -> DataTable:
    columns = [
        data.column("dwellings", "Logements", "LOG", census),
        data.column("main", "Résidences principales", "RP", census),
        data.ratio_column("vacant", "Part vacante", ("LOGVAC", census), ("LOG", census)),
        data.ratio_column("second", "Part secondaire", ("RSECOCC", census), ("LOG", census)),
    ]
    if data.has("RP_PROP"):
        columns.append(data.ratio_column("owners", "Propriétaires", ("RP_PROP", census), ("RP", census)))
    return data.commune_table(
        "logements-communes",
        Chapter.HOUSING,
        "Logements des communes",
        columns,
        period=f"Recensement {census}",
        source=data.source("LOG"),
        definition=(
            "Part vacante et part secondaire dans l’ensemble des logements ; propriétaires dans les résidences "
            "principales. Le recensement est une estimation : les nombres sont arrondis à l’unité."
        ),
    )
