"""Chapter "territoire et population": who lives here, where, and how it changes."""

from collections.abc import Iterator
from decimal import Decimal

from abs_reports.compiling.chapters import Chapter
from abs_reports.compiling.public.data import Column, PublicData, ratio, shown, sum_or_none, yearly_change
from abs_reports.enums import FigureUnit as Unit
from abs_reports.tables import DataTable, Row, Value
from cias.core.french import NBSP

# Sizes of communes that speak to an elected member: (key, lowest population, label).
SIZES = (
    ("10000", 10_000, f"10{NBSP}000 habitants ou plus"),
    ("2000", 2_000, f"2{NBSP}000 à 9{NBSP}999 habitants"),
    ("1000", 1_000, f"1{NBSP}000 à 1{NBSP}999 habitants"),
    ("500", 500, "500 à 999 habitants"),
    ("0", 0, "Moins de 500 habitants"),
)


def territory_tables(data: PublicData) -> Iterator[DataTable]:
    census = data.latest("POP")
    if census is None:
        return
    before = data.comparable_census("POP")
    yield _key_figures(data, census, before)
    yield _by_size(data, census, before)
    yield _population(data, census, before)
    if data.has("NAIS", "DECE"):
        yield _natural_change(data, census, before)


def _key_figures(data: PublicData, census: int, before: int | None) -> DataTable:
    population, earlier = data.total("POP", census), data.total("POP", before)
    area = data.total("SUPERF", data.latest("SUPERF"))
    births, deaths = data.total("NAIS", data.latest("NAIS")), data.total("DECE", data.latest("DECE"))
    natural = births - deaths if births is not None and deaths is not None else None
    change = population - earlier if population is not None and earlier is not None else None
    moves = change - natural if change is not None and natural is not None else None
    last = data.latest("NAISD")
    rows: list[tuple[str, str, Value]] = [
        ("population", f"Population municipale, {census}", shown(population)),
    ]
    if before:
        rows += [
            ("before", f"Population municipale, {before}", shown(earlier)),
            ("change", f"Évolution de {before} à {census}", shown(change, Unit.BALANCE)),
            (
                "yearly",
                "Évolution moyenne par an",
                yearly_change(earlier, population, census - before),
            ),
            ("natural", "dont naissances moins décès", shown(natural, Unit.BALANCE)),
            ("moves", "dont arrivées moins départs (par différence)", shown(moves, Unit.BALANCE)),
        ]
    rows += [
        ("area", "Superficie, en km²", shown(area, Unit.AREA)),
        ("density", "Densité, en habitants par km²", ratio(population, area, Unit.DENSITY, 0)),
        ("households", f"Ménages, {census}", shown(data.total("MEN", census))),
    ]
    if last:
        rows += [
            ("births", f"Naissances, {last}", shown(data.total("NAISD", last))),
            ("deaths", f"Décès, {last}", shown(data.total("DECESD", last))),
        ]
    return DataTable(
        code="territoire-cle",
        chapter=Chapter.TERRITORY,
        title="Le territoire en chiffres",
        heading="Indicateur",
        columns=(("value", "Valeur"),),
        rows=tuple(Row(key, label, (value,)) for key, label, value in rows),
        period=f"Recensements {before} et {census}" if before else f"Recensement {census}",
        source=data.source("POP", "NAIS", "SUPERF"),
        definition=(
            "Sommes des communes. Les arrivées moins les départs se déduisent de l’évolution de la population "
            "et du solde naturel."
        ),
    )


def _by_size(data: PublicData, census: int, before: int | None) -> DataTable:
    """Most communes are small: how many, and how many people live in them."""
    sizes: dict[str, list[str]] = {key: [] for key, _low, _label in SIZES}
    for commune in data.communes:
        population = data.number("POP", census, commune.code)
        if population is not None:
            sizes[next(key for key, low, _label in SIZES if population >= low)].append(commune.code)
    everything = data.total("POP", census)

    def row(key: str, label: str, codes: list[str], *, is_total: bool = False) -> Row:
        people = sum_or_none(data.number("POP", census, code) for code in codes)
        earlier = sum_or_none(data.number("POP", before, code) for code in codes) if before else None
        values = (
            shown(Decimal(len(codes))),
            shown(people),
            ratio(people, everything),
            yearly_change(earlier, people, census - (before or census)),
        )
        return Row(key, label, values, is_total)

    rows = [row(key, label, sizes[key]) for key, _low, label in SIZES if sizes[key]]
    counted = [code for codes in sizes.values() for code in codes]
    return DataTable(
        code="communes-par-taille",
        chapter=Chapter.TERRITORY,
        title="Communes et population selon la taille de la commune",
        heading="Taille de la commune",
        columns=(
            ("communes", "Communes"),
            ("population", f"Population {census}"),
            ("share", "Part"),
            ("yearly", "Évolution par an"),
        ),
        rows=(*rows, row("total", f"Ensemble des {len(data.communes)} communes", counted, is_total=True)),
        period=f"Recensements {before} et {census}" if before else f"Recensement {census}",
        source=data.source("POP"),
    )


def _population(data: PublicData, census: int, before: int | None) -> DataTable:
    columns = [data.column("population", f"Population {census}", "POP", census)]
    if before:
        years = census - before

        def change(code: str) -> Value:
            return yearly_change(data.number("POP", before, code), data.number("POP", census, code), years)

        columns = [
            data.column("before", f"Population {before}", "POP", before),
            *columns,
            Column(
                "yearly",
                "Évolution par an",
                change,
                yearly_change(data.total("POP", before), data.total("POP", census), years),
            ),
        ]
    columns.append(
        data.ratio_column(
            "density",
            "Habitants par km²",
            ("POP", census),
            ("SUPERF", data.latest("SUPERF")),
            unit=Unit.DENSITY,
            decimals=0,
        )
    )
    return data.commune_table(
        "population-communes",
        Chapter.TERRITORY,
        "Population des communes",
        columns,
        period=f"Recensements {before} et {census}" if before else f"Recensement {census}",
        source=data.source("POP", "SUPERF"),
        definition="Évolution moyenne par an, composée, entre deux recensements distants d’au moins six ans.",
    )


def _natural_change(data: PublicData, census: int, before: int | None) -> DataTable:
    births, last = data.latest("NAIS"), data.latest("NAISD")

    def balance(code: str) -> Value:
        return _difference(data.number("NAIS", births, code), data.number("DECE", births, code))

    span = f"{before} à {births}" if before else f"jusqu’à {births}"
    columns = [
        data.column("births", "Naissances", "NAIS", births),
        data.column("deaths", "Décès", "DECE", births),
        Column(
            "balance",
            "Solde naturel",
            balance,
            _difference(data.total("NAIS", births), data.total("DECE", births)),
        ),
    ]
    if last:
        columns += [
            data.column("births-last", f"Naissances {last}", "NAISD", last),
            data.column("deaths-last", f"Décès {last}", "DECESD", last),
        ]
    return data.commune_table(
        "naissances-deces",
        Chapter.TERRITORY,
        "Naissances et décès",
        columns,
        period=f"Cumul {span}{f', et année {last}' if last else ''}",
        source=data.source("NAIS"),
        definition="Faits comptés au domicile de la mère, et de la personne décédée.",
    )


def _difference(a: Decimal | None, b: Decimal | None) -> Value:
    return shown(a - b if a is not None and b is not None else None, Unit.BALANCE)
