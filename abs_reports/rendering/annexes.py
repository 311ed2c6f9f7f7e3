"""What surrounds the figures: the summary, the method, the sources, the rules of secrecy, the words."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from abs_reports.compiling.chapters import Chapter, Part
from abs_reports.compiling.public.comparability import CAF_NOTE, CENSUS_NOTE, FILOSOFI_NOTE
from abs_reports.enums import FigureUnit, ReportKind
from abs_reports.models import Report
from abs_reports.rendering.blocks import (
    Block,
    Box,
    Bullets,
    ChapterPages,
    Definitions,
    Heading,
    KeyFigures,
    Paragraph,
    Plain,
    Terms,
)
from abs_reports.tables import Book
from cias.core.french import percent

GLOSSARY = (
    ("ABS", "Analyse des besoins sociaux de l’ensemble de la population du territoire."),
    ("Actif", "Personne qui a un emploi ou qui en cherche un."),
    (
        "BIT",
        "Bureau international du travail, dont la définition du chômage sert aux comparaisons entre pays.",
    ),
    ("CIAS", "Centre intercommunal d’action sociale."),
    (
        "Contrat d’engagement",
        "Contrat signé par l’allocataire du RSA et la structure qui l’accompagne, depuis le 1er janvier 2025.",
    ),
    ("CSS", "Complémentaire santé solidaire."),
    (
        "Décile",
        "Le 1er décile sépare le dixième le plus modeste du reste, le 9e décile le dixième le plus aisé.",
    ),
    (
        "Filosofi",
        "Fichier localisé social et fiscal : revenus déclarés et prestations, rapprochés par l’INSEE.",
    ),
    ("Médiane", "Valeur qui partage une population en deux moitiés de même nombre."),
    ("Ménage", "Ensemble des personnes qui vivent dans le même logement."),
    (
        "Ménage fiscal",
        "Ménage constitué par les foyers fiscaux d’un même logement ; il diffère du ménage du recensement.",
    ),
    ("Millésime", "Année à laquelle se rapporte une statistique, différente de celle où elle paraît."),
    (
        "Niveau de vie",
        "Revenu disponible du ménage divisé par le nombre de ses unités de consommation : le même pour "
        "tous ses membres.",
    ),
    (
        "Population municipale",
        "Personnes qui ont leur résidence habituelle dans la commune, sans les comptées à part.",
    ),
    (
        "RP",
        "Recensement de la population. Celui d’une année rassemble cinq années d’enquête, dont elle est "
        "le milieu.",
    ),
    ("RSA", "Revenu de solidarité active."),
    ("Taux d’activité", "Actifs rapportés à la population du même âge."),
    (
        "Taux de pauvreté",
        "Part des personnes dont le niveau de vie est inférieur à 60 % du niveau de vie médian de France "
        "métropolitaine.",
    ),
    (
        "Unité de consommation",
        "1 pour le premier adulte du ménage, 0,5 pour les autres personnes de 14 ans ou plus, 0,3 pour les "
        "enfants plus jeunes.",
    ),
)


# The parts of the CIAS on the second page of the summary, and how many figures each shows.
SUMMED_UP = (Part.ACTIVITY, Part.RIGHTS, Part.AIDS, Part.ACCOMMODATION, Part.ENERGY, Part.INSERTION)
FIGURES_EACH = 3

type Figure = tuple[str, str, str]  # label, value, remark


def summary(book: Book) -> ChapterPages:
    """A double page for those who will read nothing else: the population, then the CIAS's activity."""
    blocks: list[Block] = [Paragraph("Les chiffres à retenir ; les chapitres les expliquent.", "lead")]
    for title, anchor, figures in _population(book):
        blocks += _group(title, anchor, figures)
    poverty = book.get("pauvrete-communes")
    if poverty and poverty.body:
        ranked = sorted(poverty.body, key=lambda row: -(row.values[0].number or 0))
        blocks.append(
            Paragraph(
                f"Les taux de pauvreté publiés par l’INSEE vont de {ranked[-1].values[0].text} "
                f"({ranked[-1].label}) à {ranked[0].values[0].text} ({ranked[0].label}). Ils ne sont "
                f"publiés que pour {len(ranked)} communes."
            )
        )
    for part in SUMMED_UP:
        table = book.get(f"{part}-cle")
        if table:
            year = table.columns[1][0]
            found = [
                _figure(book, table.code, row.key, year, row.label)
                for row in table.body
                if row.values[1].number is not None
            ]
            blocks += _group(part.label, f"essentiel-{part}", found[:FIGURES_EACH])
    return ChapterPages("L’essentiel", "essentiel", blocks, in_contents=False, css_class="essential")


def _population(book: Book) -> Iterator[tuple[str, str, list[Figure | None]]]:
    """(heading, anchor, figures) of the first page."""
    yield (
        "Les habitants",
        "essentiel-population",
        [
            _figure(book, "territoire-cle", "population", "value", "Habitants"),
            _figure(book, "territoire-cle", "yearly", "value", "Évolution par an"),
            _figure(book, "territoire-cle", "households", "value", "Ménages"),
            _figure(book, "familles-composition", "C_FAMMONO", "share", "Familles monoparentales"),
        ],
    )
    yield (
        "Les revenus et l’emploi",
        "essentiel-revenus",
        [
            _figure(book, f"niveaux-{Chapter.INCOME}", "median", "territory", "Niveau de vie médian"),
            _figure(book, f"niveaux-{Chapter.INCOME}", "poverty", "territory", "Taux de pauvreté"),
            _figure(book, "emploi-cle", "unemployment", "value", "Chômage au sens du recensement"),
            _figure(book, "emploi-cle", "jobs", "value", "Emplois dans les communes"),
        ],
    )
    yield (
        "Le logement",
        "essentiel-logement",
        [
            _figure(book, "logements-usage", "RP", "count", "Résidences principales"),
            _figure(book, "logements-usage", "LOGVAC", "share", "Logements vacants"),
            _figure(book, "logements-occupation", "RP_LOCHLMV", "share", "Logements HLM"),
        ],
    )


def _figure(book: Book, code: str, row: str, column: str, label: str) -> Figure | None:
    table = book.get(code)
    if table is None or not any(own.key == row for own in table.rows):
        return None
    value = table.value(row, column)
    unit = "\u00a0jours" if value.unit == FigureUnit.DAYS else ""
    return (label, f"{value.text}{unit}", table.period) if value.number is not None else None


def _group(title: str, anchor: str, figures: list[Figure | None]) -> list[Block]:
    shown = [figure for figure in figures if figure is not None]
    return [Heading(title, anchor), KeyFigures(shown)] if shown else []


def _notes(context: Mapping[str, Any]) -> list[str]:
    """The rules of the producers whose files are used."""
    titles = " ".join(f"{source['title']} {source['producer']}" for source in context["sources"]).lower()
    rules = (("filosofi", FILOSOFI_NOTE), ("caf", CAF_NOTE))
    return [note for word, note in rules if word in titles]


def method(report: Report, context: Mapping[str, Any]) -> ChapterPages:
    blocks: list[Block] = [
        Paragraph("D’où viennent les chiffres, ce qu’ils disent et ce qu’ils ne disent pas.", "lead"),
        Heading("Le cadre", "cadre"),
    ]
    if context["legal_text"]:
        blocks += [Paragraph(context["legal_text"]), Paragraph(context["legal_source"], "note")]
    blocks += [
        Heading("Deux sortes de chiffres", "deux-sortes"),
        Paragraph(
            "Les chapitres sur la population décrivent tous les habitants, à partir des statistiques "
            "publiques : le CIAS ne rencontre qu’une partie de ceux qui auraient besoin de lui. Les "
            "chapitres sur l’activité décrivent ceux qui se sont adressés à lui, à partir de ses propres "
            "dossiers."
        ),
        Bullets(
            [
                "Chaque tableau porte sa source, sa période et sa définition.",
                "Seuls les nombres d’habitants, de ménages, de logements, d’emplois s’additionnent d’une "
                "commune à l’autre ; jamais les médianes, les parts ni les taux.",
                "Le recensement est une estimation : ses nombres sont arrondis à l’unité, et une somme "
                "peut différer d’une unité de ses parties.",
                CENSUS_NOTE,
                *_notes(context),
                "Quand une définition change, les années d’avant et d’après ne sont ni reliées ni comparées.",
            ]
        ),
        Heading("Des chiffres figés", "figes"),
        Paragraph(
            "Les chiffres sont calculés ensemble, à un seul instant, puis figés. Le rapport publié se "
            "réimprime à l’identique ; une correction donne une nouvelle version. Le fichier PDF contient "
            "tous les chiffres en pièces jointes : « chiffres.xlsx », un classeur qui a une feuille par "
            "chapitre, et « chiffres.csv »."
        ),
        Heading("Le secret statistique", "secret-resume"),
        Paragraph(
            "Personne ne doit pouvoir être reconnu. Un effectif trop petit est remplacé par « n. s. », et "
            "d’autres sont masqués avec lui quand ils permettraient de le retrouver par soustraction. Les "
            "règles et les seuils sont en annexe."
        ),
    ]
    if report.kind == ReportKind.UPDATE:
        blocks.append(
            Box(
                "Ce rapport et le rapport de mandat",
                [
                    "L’actualisation annuelle met à jour les chiffres. Le diagnostic partagé avec les "
                    "partenaires et ses recommandations figurent dans l’édition de mandat."
                ],
            )
        )
    return ChapterPages(Chapter.METHOD.label, Chapter.METHOD.anchor, blocks, in_contents=False)


def sources(context: Mapping[str, Any], printed: Collection[str] = ()) -> ChapterPages:
    """`printed`: definitions the reader has already found under their tables."""
    rows = [
        (
            source["title"],
            source["producer"],
            str(source["vintage"]),
            str(source["geo_year"] or "non précisée"),
            source["licence"],
        )
        for source in context["sources"]
    ]
    files = [
        (source["title"], source["file"], source["imported_on"], source["sha256"][:16])
        for source in context["sources"]
    ]
    measures = [
        (one["title"], one["definition"]) for one in context["measures"] if one["definition"] not in printed
    ]
    blocks: list[Block] = [
        Paragraph("Les fichiers publics utilisés, leurs producteurs et leurs licences.", "lead"),
        Heading("Statistiques publiques", "sources-publiques"),
        Plain(
            "Jeux de données", ("Jeu de données", "Producteur", "Millésime", "Géographie", "Licence"), rows
        ),
        Plain("Fichiers importés", ("Jeu de données", "Fichier", "Importé le", "Empreinte SHA-256"), files),
        Paragraph("Contours des communes : IGN, Admin Express, Licence Ouverte.", "note"),
        Heading("Activité du CIAS", "sources-activite"),
        Paragraph(
            "Les chiffres de l’activité viennent de l’application du CIAS. La commune d’un ménage est "
            "celle de sa situation à la date de l’événement compté."
        ),
    ]
    if measures:
        blocks += [
            Heading("Définitions qui ne sont pas sous un tableau", "sources-definitions"),
            Definitions(measures),
        ]
    return ChapterPages("Annexe : sources", "sources", blocks, in_contents=False)


def secrecy(report: Report, context: Mapping[str, Any]) -> ChapterPages:
    limits = context["thresholds"]
    rows = [
        ("Effectif", f"masqué de 1 à {limits['count'] - 1}"),
        ("Effectif sur un sujet sensible", f"masqué sous {limits['sensitive']}, jamais publié par commune"),
        (
            "Montant, moyenne ou médiane",
            f"masqué sous {limits['amount_units']} ménages, ou si l’un d’eux en fait plus de "
            f"{percent(float(limits['dominance']) * 100)}",
        ),
        ("Taux", f"masqué quand le dénominateur est inférieur à {limits['rate_denominator']}"),
    ]
    return ChapterPages(
        "Annexe : secret statistique",
        "secret",
        [
            Paragraph("Les règles appliquées aux chiffres du CIAS avant leur publication.", "lead"),
            Heading("Les seuils", "seuils"),
            Plain("Seuils appliqués à ce rapport", ("Chiffre", "Règle"), rows),
            Heading("Les masques secondaires", "secondaires"),
            Paragraph(
                "Masquer un seul chiffre d’une ligne ou d’une colonne ne suffit pas : la différence avec "
                "le total le donnerait. D’autres chiffres sont donc masqués avec lui, dans tous les "
                "tableaux qui partagent les mêmes totaux, jusqu’à ce qu’aucun chiffre masqué ne puisse "
                "être retrouvé. Un chiffre « n. s. » n’est donc pas toujours petit."
            ),
            Bullets(
                [
                    "Zéro est publié, sauf sur les sujets sensibles : santé, violences, nationalité, "
                    "addictions, justice.",
                    "Ce rapport porte sur une année qui n’est pas finie : les chiffres de l’activité y sont arrondis."
                    if report.is_rounded
                    else "Les totaux publiés dans ce rapport sont exacts : rien n’est arrondi ni modifié.",
                    "Les seuls regroupements sont la commune, le secteur et le territoire entier, les "
                    "mêmes chaque année.",
                    "Les chiffres publiés sont ceux des tableaux : les cartes et les graphiques n’en "
                    "montrent pas d’autres.",
                ]
            ),
            *_rounding(context["thresholds"]["count"]),
            Heading("Le secret des producteurs", "producteurs"),
            Paragraph(
                "Les statistiques publiques portent déjà le secret de leur producteur : elles sont "
                "reprises telles quelles, avec la mention « secret », et aucun calcul ne cherche à le "
                "lever."
            ),
        ],
        in_contents=False,
    )


def _rounding(step: int) -> Iterator[Block]:
    """Why the dashboard and the reports of a running year do not give the numbers of the yearly report."""
    first, second = 8 * step + step - 2, 8 * step + step - 1
    yield Heading("Les chiffres arrondis", "arrondis")
    yield Paragraph(
        "Le tableau de bord du conseil est arrêté à la fin de chaque trimestre, avant que toutes les saisies de la "
        "période soient faites. Si ses nombres étaient exacts, leur différence avec ceux du rapport annuel montrerait "
        "les deux ou trois ménages ajoutés entre-temps. Ils sont donc ramenés au multiple de "
        f"{step} inférieur : {first} s’écrit {first // step * step}. Il en va de même dans tout rapport sur une année "
        "qui n’est pas finie, car l’année entière moins neuf mois décrirait le dernier trimestre."
    )
    yield Bullets(
        [
            f"Les nombres arrondis ne s’additionnent pas exactement : {first} et {second} font {first + second}, "
            f"qui s’écrivent {first // step * step}, {second // step * step} et {(first + second) // step * step}.",
            f"Un taux est ramené au multiple de {step} % inférieur, et donné s’il porte sur 100 cas au moins. Une "
            "moyenne est donnée au jour près. Les sommes d’argent attendent le rapport annuel.",
            "Les communes et les secteurs attendent la fin de l’année.",
            "Le rapport annuel donne les nombres exacts, une seule fois. Il tient compte des nombres arrondis déjà "
            "publiés quand il choisit ce qu’il masque : ils ne permettent pas de retrouver un chiffre masqué.",
        ]
    )


def glossary() -> ChapterPages:
    return ChapterPages("Annexe : les mots", "mots", [Terms(GLOSSARY)])
