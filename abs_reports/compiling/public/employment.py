"""Chapter "emploi": activity and unemployment as the census counts them, jobs, establishments."""

from collections.abc import Iterator
from decimal import Decimal

from abs_reports.compiling.chapters import Chapter
from abs_reports.compiling.public.data import PublicData, ratio, shown, yearly_change
from abs_reports.enums import FigureUnit as Unit
from abs_reports.tables import DataTable, Row, Value

SECTORS = (
    ("ETAZ", "Agriculture"),
    ("ETBE", "Industrie"),
    ("ETFZ", "Construction"),
    ("ETGU", "Commerce, transports et services"),
    ("ETOQ", "Administration, enseignement, santé, action sociale"),
)
CENSUS_UNEMPLOYMENT = (
    "Chômage au sens du recensement : personnes de 15 à 64 ans qui se sont déclarées au chômage, rapportées "
    "aux actifs. Il est plus élevé que le chômage au sens du BIT et ne compte pas les inscrits à France Travail."
)


def employment_tables(data: PublicData) -> Iterator[DataTable]:
    census = data.latest("ACT1564")
    if census and data.has("CHOM1564", "POP1564"):
        yield _key_figures(data, census)
        yield _communes(data, census)
    year = data.latest("ETTOT")
    if year:
        yield _establishments(data, year)


def _key_figures(data: PublicData, census: int) -> DataTable:
    people, active = data.total("POP1564", census), data.total("ACT1564", census)
    jobless, jobs = data.total("CHOM1564", census), data.total("EMPLT", census)
    working = active - jobless if active is not None and jobless is not None else None
    rows = [
        ("people", "Habitants de 15 à 64 ans", shown(people)),
        ("active", "Actifs de 15 à 64 ans", shown(active)),
        ("activity", "Taux d’activité", ratio(active, people)),
        ("jobless", "Chômeurs au sens du recensement", shown(jobless)),
        ("unemployment", "Taux de chômage au sens du recensement", ratio(jobless, active)),
        ("jobs", "Emplois dans les communes", shown(jobs)),
        ("salaried", "dont salariés", ratio(data.total("EMPLT_SAL", census), jobs)),
        ("concentration", "Emplois pour 100 actifs ayant un emploi", _per_hundred(jobs, working)),
    ]
    before = data.comparable_census("EMPLT")
    if before:
        change = yearly_change(data.total("EMPLT", before), jobs, census - before)
        rows.append(("jobs-yearly", f"Évolution des emplois par an depuis {before}", change))
    return DataTable(
        code="emploi-cle",
        chapter=Chapter.EMPLOYMENT,
        title="L’emploi en chiffres",
        heading="Indicateur",
        columns=(("value", "Valeur"),),
        rows=tuple(Row(key, label, (value,)) for key, label, value in rows),
        period=f"Recensement {census}",
        source=data.source("ACT1564"),
        definition=CENSUS_UNEMPLOYMENT,
    )


def _per_hundred(jobs: Decimal | None, working: Decimal | None) -> Value:
    return ratio(100 * jobs if jobs is not None else None, working, Unit.RATIO, 1)


def _communes(data: PublicData, census: int) -> DataTable:
    return data.commune_table(
        "emploi-communes",
        Chapter.EMPLOYMENT,
        "Activité et chômage dans les communes",
        [
            data.column("active", "Actifs", "ACT1564", census),
            data.ratio_column("activity", "Taux d’activité", ("ACT1564", census), ("POP1564", census)),
            data.column("jobless", "Chômeurs", "CHOM1564", census),
            data.ratio_column("unemployment", "Taux de chômage", ("CHOM1564", census), ("ACT1564", census)),
            data.column("jobs", "Emplois", "EMPLT", census),
        ],
        period=f"Recensement {census}",
        source=data.source("ACT1564"),
        definition=(
            f"{CENSUS_UNEMPLOYMENT} Dans les petites communes, le recensement est une estimation sur peu de "
            "personnes : un écart de quelques points n’y est pas significatif."
        ),
    )


def _establishments(data: PublicData, year: int) -> DataTable:
    whole = data.total("ETTOT", year)
    rows = [
        Row(code, label, (shown(data.total(code, year)), ratio(data.total(code, year), whole)))
        for code, label in SECTORS
        if data.has(code)
    ]
    rows.append(Row("total", "Ensemble", (shown(whole), ratio(whole, whole)), is_total=True))
    return DataTable(
        code="etablissements",
        chapter=Chapter.EMPLOYMENT,
        title="Les établissements selon leur activité",
        heading="Activité",
        columns=(("count", "Établissements"), ("share", "Part")),
        rows=tuple(rows),
        period=f"Au 31 décembre {year}",
        source=data.source("ETTOT"),
    )
