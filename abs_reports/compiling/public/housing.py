"""Chapter "logement": what people live in, and what stands empty."""

from collections.abc import Iterator

from abs_reports.compiling.chapters import Chapter
from abs_reports.compiling.public.data import PublicData, ratio, shown
from abs_reports.tables import DataTable, Row

USES = (
    ("RP", "Résidences principales"),
    ("RSECOCC", "Résidences secondaires et logements occasionnels"),
    ("LOGVAC", "Logements vacants"),
)


def housing_tables(data: PublicData) -> Iterator[DataTable]:
    census = data.latest("LOG")
    if census is None or not data.has("RP", "LOGVAC"):
        return
    yield _uses(data, census)
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
