"""What the report says of the whole population: territory, housing, income, employment."""

from collections.abc import Iterator
from decimal import Decimal

from abs_reports.enums import Absence
from abs_reports.rendering.blocks import (
    Block,
    Box,
    FigureBlock,
    Heading,
    KeyFigures,
    Paragraph,
    TableBlock,
)
from abs_reports.rendering.drawing import (
    EUROS,
    PERCENT,
    WHOLE_PERCENT,
    Shapes,
    bars,
    commune_map,
    squares,
)
from abs_reports.rendering.ranking import by_commune, figure_and_table, has, named, ranked
from abs_reports.tables import Book
from cias.core.charts import Measure
from cias.core.french import join_list, number, plural


def territory(book: Book, shapes: Shapes) -> Iterator[Block]:
    key, communes = book["territoire-cle"], book["population-communes"]
    sizes = book["communes-par-taille"]
    people = key.value("population", "value")
    yield Paragraph(
        f"{people.text} habitants vivent dans les {len(communes.body)} communes : une ville-centre, sa "
        "couronne, et une majorité de petites communes rurales.",
        "lead",
    )
    yield Heading("La population et son évolution", "population")
    yield KeyFigures(
        [
            ("Habitants", people.text, key.row("population").label.split(", ")[-1]),
            ("Densité", key.value("density", "value").text, "habitants par km²"),
            *(
                [("Évolution par an", key.value("yearly", "value").text, key.period)]
                if has(key, "yearly")
                else []
            ),
            *(
                [
                    (
                        "Naissances moins décès",
                        key.value("natural", "value").text,
                        "entre les deux recensements",
                    )
                ]
                if has(key, "natural")
                else []
            ),
        ]
    )
    if has(key, "moves"):
        change, natural, moves = (key.value(row, "value") for row in ("change", "natural", "moves"))
        yield Paragraph(
            f"Entre les deux recensements, la population a varié de {change.text} habitants : le solde "
            f"naturel est de {natural.text}, le solde des arrivées et des départs de {moves.text}. Deux "
            "recensements ne se comparent que s’ils sont distants d’au moins six ans, car chacun "
            "rassemble cinq années d’enquête."
        )
    yield TableBlock(key)
    yield Heading("Des communes de tailles très différentes", "tailles")
    small = sum(
        (row.values[0].number or Decimal(0) for row in sizes.body if row.key in ("500", "0")), Decimal(0)
    )
    yield Paragraph(
        f"{plural(small, 'commune')} comptent moins de 1 000 habitants. Les chiffres de l’activité du CIAS "
        "y sont souvent trop petits pour être publiés un par un : ils sont regroupés par secteur."
    )
    yield FigureBlock(
        bars(
            sizes,
            "population",
            title="Habitants selon la taille de leur commune",
            measure=Measure("habitants", singular="habitant"),
        ),
        sizes.source,
    )
    yield TableBlock(sizes)
    yield Heading("La population des communes", "communes")
    if any(column == "yearly" for column, _label in communes.columns):
        places = ranked(communes, "yearly", population="population")
        if places:
            yield Paragraph(
                "Parmi les communes de 500 habitants ou plus, la population augmente le plus vite à "
                f"{named(places[:3], communes, 'yearly')} ; elle diminue le plus à "
                f"{named(places[::-1][:3], communes, 'yearly')}."
            )
        yield FigureBlock(
            commune_map(
                communes,
                "yearly",
                shapes,
                title="Évolution de la population par an",
                measure=Measure("% par an", "%", 2),
                # Where growth turns into decline; the other maps are cut in quarters of the communes.
                bounds=(Decimal("-0.5"), Decimal(0), Decimal("0.5")),
                subtitle=communes.period,
            ),
            communes.source,
        )
    yield FigureBlock(
        commune_map(
            communes,
            "density",
            shapes,
            title="Densité de population",
            measure=Measure("habitants par km²"),
        ),
        communes.source,
    )
    yield by_commune(communes)
    if births := book.get("naissances-deces"):
        yield Heading("Naissances et décès", "naissances")
        yield Paragraph(
            f"Sur l’ensemble du territoire, {births.value('total', 'births').text} naissances et "
            f"{births.value('total', 'deaths').text} décès ont été enregistrés entre les deux recensements."
        )
        yield by_commune(births)


def housing(book: Book, shapes: Shapes) -> Iterator[Block]:
    uses, communes = book["logements-usage"], book["logements-communes"]
    whole = uses.value("total", "count")
    vacant = uses.value("LOGVAC", "share")
    yield Paragraph(
        f"Le territoire compte {whole.text} logements, dont {uses.value('RP', 'share').text} de résidences "
        f"principales.",
        "lead",
    )
    yield Heading("L’usage des logements", "usage")
    owners = next((label for key, label in communes.columns if key == "owners"), None)
    yield KeyFigures(
        [
            ("Logements", whole.text, uses.period),
            ("Logements vacants", uses.value("LOGVAC", "count").text, f"{vacant.text} des logements"),
            *(
                [
                    (
                        "Propriétaires occupants",
                        communes.value("total", "owners").text,
                        "des résidences principales",
                    )
                ]
                if owners
                else []
            ),
        ]
    )
    chart = squares(
        uses,
        "count",
        title="Les logements selon leur usage",
        measure=Measure("logements", singular="logement"),
    )
    yield from figure_and_table(FigureBlock(chart, uses.source) if chart else None, uses)
    yield Heading("La vacance, commune par commune", "vacance")
    places = ranked(communes, "vacant")
    if places:
        yield Paragraph(
            f"La part des logements vacants est la plus élevée à {named(places[:3], communes, 'vacant')}. "
            "Un logement vacant au sens du recensement peut être en vente, en attente d’un locataire, ou "
            "laissé vide : la part ne dit pas ce qui serait mobilisable."
        )
    yield FigureBlock(
        commune_map(
            communes,
            "vacant",
            shapes,
            title="Part des logements vacants",
            measure=PERCENT,
        ),
        communes.source,
    )
    yield by_commune(communes)


def income(book: Book, shapes: Shapes) -> Iterator[Block]:
    communes, poverty = book["niveau-de-vie-communes"], book["pauvrete-communes"]
    places = ranked(communes, "median")
    given = len(poverty.body)
    hidden = sum(value.absent == Absence.SECRET for _row, value in communes.series("poverty"))
    yield Paragraph(
        f"Le niveau de vie médian va de {places[-1][1].values[communes.column('median')].text} à "
        f"{places[0][1].values[communes.column('median')].text} par an selon les communes.",
        "lead",
    )
    yield Box(
        "Ce que l’INSEE publie, et ce qui n’est pas calculé ici",
        [
            f"Le taux de pauvreté est publié pour {plural(given, 'commune')} ; pour {hidden} autres, il est "
            "couvert par le secret statistique et ne figure nulle part dans ce rapport.",
            "Une médiane, une part ou un taux ne s’additionne pas et ne se moyenne pas d’une commune à "
            "l’autre : le rapport ne calcule ni médiane ni taux de pauvreté de l’agglomération. Ces "
            "valeurs se lisent dans le fichier de l’INSEE par intercommunalité.",
            "L’INSEE n’a pas publié Filosofi pour 2022 : les millésimes qui suivent ne se comparent pas à "
            "celui-ci.",
        ],
        level=2,
    )
    yield Heading("Le niveau de vie médian", "niveau-de-vie")
    yield Paragraph(
        f"Le niveau de vie médian est le plus bas à {named(places[::-1][:3], communes, 'median')} et le "
        f"plus élevé à {named(places[:3], communes, 'median')}. La moitié des habitants d’une commune vit "
        "avec moins que cette somme."
    )
    yield FigureBlock(
        commune_map(
            communes,
            "median",
            shapes,
            title="Niveau de vie médian par an",
            measure=EUROS,
        ),
        communes.source,
    )
    yield by_commune(communes)
    yield Heading("La pauvreté", "pauvrete")
    worst = ranked(poverty, "poverty")
    if worst:
        yield Paragraph(
            f"Le taux de pauvreté atteint {worst[0][1].values[0].text} à {worst[0][1].label}. Il est publié pour "
            f"{join_list([row.label for row in poverty.body])}."
        )
        chart = bars(poverty, "poverty", title="Taux de pauvreté publiés", measure=WHOLE_PERCENT, sort=True)
        yield FigureBlock(chart, poverty.source)
        yield TableBlock(poverty)
    ages = book.get("pauvrete-age")
    if ages and ages.body:
        yield Paragraph(
            "Le référent fiscal est la personne qui a rempli la déclaration de revenus du ménage. Là où "
            "l’INSEE publie le détail, la pauvreté recule avec l’âge."
        )
        yield TableBlock(ages)
    if tenures := book.get("pauvrete-occupation"):
        yield Paragraph("Elle sépare surtout les locataires des propriétaires.")
        yield TableBlock(tenures)
    if spread := book.get("niveaux-de-vie-ecarts"):
        yield Heading("Les écarts de niveau de vie", "ecarts")
        yield Paragraph(
            "Un dixième des habitants vit avec moins que le 1er décile, un dixième avec plus que le 9e. "
            "Leur rapport dit combien de fois les plus aisés dépassent les plus modestes."
        )
        yield TableBlock(spread)
    if resources := book.get("revenus-composition"):
        yield Heading("De quoi se compose le revenu", "composition")
        yield Paragraph(
            "Les parts se rapportent au revenu disponible, après impôts : elles s’additionnent à 100 % "
            "avec les impôts, comptés en moins. Les minima sociaux et les aides au logement font partie "
            "des prestations sociales."
        )
        yield TableBlock(resources)


def employment(book: Book, shapes: Shapes) -> Iterator[Block]:
    if key := book.get("emploi-cle"):
        communes = book["emploi-communes"]
        yield Paragraph(
            f"Parmi les {key.value('active', 'value').text} actifs de 15 à 64 ans, "
            f"{key.value('unemployment', 'value').text} se déclarent au chômage.",
            "lead",
        )
        yield Heading("L’activité des habitants", "activite-habitants")
        yield KeyFigures(
            [
                ("Taux de chômage", key.value("unemployment", "value").text, "au sens du recensement"),
                ("Taux d’activité", key.value("activity", "value").text, "des 15 à 64 ans"),
                ("Emplois", key.value("jobs", "value").text, "dans les communes du territoire"),
            ]
        )
        concentration = key.value("concentration", "value")
        if concentration.number is not None:
            yield Paragraph(
                f"Le territoire offre {concentration.text} emplois pour 100 actifs qui y vivent et qui ont "
                "un emploi. Le chômage au sens du recensement n’est ni le taux du BIT, ni le nombre "
                "d’inscrits à France Travail : les trois ne se comparent pas."
            )
        yield TableBlock(key)
        yield Heading("Le chômage, commune par commune", "chomage")
        places = ranked(communes, "unemployment", population="active")
        if places:
            yield Paragraph(
                "Parmi les communes de 500 actifs ou plus, le taux de chômage au sens du recensement est "
                f"le plus élevé à {named(places[:3], communes, 'unemployment')}, le plus bas à "
                f"{named(places[::-1][:3], communes, 'unemployment')}."
            )
        yield FigureBlock(
            commune_map(
                communes,
                "unemployment",
                shapes,
                title="Taux de chômage au sens du recensement",
                measure=PERCENT,
            ),
            communes.source,
        )
        yield by_commune(communes)
    if establishments := book.get("etablissements"):
        yield Heading("Les établissements", "etablissements")
        chart = squares(
            establishments,
            "count",
            title="Les établissements selon leur activité",
            measure=Measure("établissements", singular="établissement"),
        )
        whole = establishments.value("total", "count").number
        yield Paragraph(
            f"Le territoire compte {number(whole or 0)} établissements ; leur répartition dit où se "
            f"trouvent les emplois."
        )
        yield from figure_and_table(
            FigureBlock(chart, establishments.source) if chart else None, establishments
        )
