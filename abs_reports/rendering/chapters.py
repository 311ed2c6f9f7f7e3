"""The chapters, each opened by a sentence and its key figures: the population, its neighbours, the CIAS's activity."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from abs_reports.compiling.chapters import Chapter
from abs_reports.rendering.activity_pages import activity_blocks
from abs_reports.rendering.blocks import (
    Block,
    Box,
    ChapterPages,
    FigureBlock,
    Heading,
    KeyFigures,
    Pair,
    Paragraph,
    SeeSheet,
    TableBlock,
)
from abs_reports.rendering.drawing import PERCENT, Shapes, bars, commune_map, squares
from abs_reports.rendering.plan import Drawing, Place, Plan, is_activity, is_small, plan_of
from abs_reports.rendering.public_pages import employment, housing, income, territory
from abs_reports.tables import Book, DataTable
from cias.core.charts import Measure

LEADS: Mapping[Chapter, str] = {
    Chapter.TERRITORY: "Combien d’habitants, où, de quels âges, et comment leur nombre évolue.",
    Chapter.FAMILIES: "Qui vit avec qui, combien d’enfants, et quelles familles n’ont qu’un seul parent.",
    Chapter.YOUTH: "Les jeunes de 15 à 29 ans : études, diplômes, premiers emplois, autonomie.",
    Chapter.ELDERLY: "Les habitants de 60 ans ou plus, et ceux qui vivent seuls au grand âge.",
    Chapter.DISABILITY: "Ce que les prestations disent du handicap, et les personnes que le CIAS accompagne.",
    Chapter.INCOME: "De quoi vivent les habitants, et combien vivent sous le seuil de pauvreté.",
    Chapter.HARDSHIP: "Ceux qui vivent de prestations, ceux dont le budget ne suffit pas, ceux qui n’ont pas de toit.",
    Chapter.HOUSING: "Où et comment l’on se loge, ceux qui risquent de perdre leur logement, ceux qui ont froid.",
    Chapter.EMPLOYMENT: "Qui travaille, qui cherche, et qui est accompagné vers l’emploi.",
    Chapter.HEALTH: "Qui soigne sur le territoire, et ce que le CIAS propose.",
    Chapter.RIGHTS: "Les droits demandés, obtenus, refusés, et ceux que l’on ne demande pas.",
    Chapter.ACTIVITY: "Qui s’est adressé au CIAS, pour quoi, et en combien de temps une réponse a été donnée.",
}
# What the imported files would have to bring: said when a chapter has no figure of the population.
WANTED: Mapping[Chapter, str] = {
    Chapter.TERRITORY: "la population par commune (comparateur de territoires de l’INSEE)",
    Chapter.FAMILIES: "la composition des familles (dossier complet de l’INSEE) et les prestations familiales (CAF)",
    Chapter.YOUTH: "l’âge, les études et les diplômes (dossier complet de l’INSEE)",
    Chapter.ELDERLY: "l’âge des habitants et les personnes âgées vivant seules (dossier complet de l’INSEE)",
    Chapter.DISABILITY: "les allocataires de l’AAH et de l’AEEH (CAF) et les bénéficiaires de la PCH (Drees)",
    Chapter.INCOME: "les niveaux de vie (Filosofi de l’INSEE)",
    Chapter.HARDSHIP: "les allocataires du RSA, de la prime d’activité et des aides au logement (CAF)",
    Chapter.HOUSING: "les logements (comparateur de territoires ou dossier complet de l’INSEE)",
    Chapter.EMPLOYMENT: "l’activité et le chômage (comparateur de territoires de l’INSEE)",
    Chapter.HEALTH: "les professionnels et lieux de soins (dossier complet de l’INSEE)",
}
# Chapters whose pages are told; the others follow the plan of their tables.
NARRATIVES: Mapping[Chapter, Callable[[Book, Shapes], Iterator[Block]]] = {
    Chapter.TERRITORY: territory,
    Chapter.HOUSING: housing,
    Chapter.INCOME: income,
    Chapter.EMPLOYMENT: employment,
}
# Maps of the population: table by commune, column, title.
MAPS = {
    "familles-communes": ("lone", "Part des familles monoparentales"),
    "jeunes-communes": ("young-share", "Part des 15 à 29 ans"),
    "personnes-agees-communes": ("share", "Part des 65 ans ou plus"),
}
MEASURES = {
    "Habitants": Measure("habitants", singular="habitant"),
    "Ménages": Measure("ménages", singular="ménage"),
    "Familles": Measure("familles", singular="famille"),
    "Logements": Measure("logements", singular="logement"),
}
FIRST = 4
BRIEF = 8  # blocks, one drawing among them


def chapter_pages(book: Book, shapes: Shapes) -> Iterator[ChapterPages]:
    """Every chapter between the method and the synthesis, even where the imported files say nothing of it."""
    for chapter in Chapter:
        if chapter in LEADS:
            blocks = list(chapter_blocks(book, chapter, shapes))
            drawings = sum(isinstance(block, FigureBlock) for block in blocks)
            # A chapter of a few lines goes on below the one before, instead of leaving its page empty.
            is_brief = len(blocks) <= BRIEF and drawings <= 1
            yield ChapterPages(chapter.label, chapter.anchor, blocks, css_class="brief" if is_brief else "")


def chapter_blocks(book: Book, chapter: Chapter, shapes: Shapes) -> Iterator[Block]:
    """The figures of one chapter, told; `book` has at least its tables.

    Raises KeyError when a table its story needs is not there.
    """
    tables = book.chapter(chapter)
    levels, editions = book.get(f"niveaux-{chapter}"), book.get(f"editions-{chapter}")
    public = [table for table in tables if not is_activity(table) and table not in (levels, editions)]
    told = list(NARRATIVES[chapter](book, shapes)) if chapter in NARRATIVES and public else []
    if not told:
        yield Paragraph(LEADS[chapter], "lead")
        if levels:
            yield key_levels(levels)
    yield from told
    rest = [table for table in public if table.code not in printed_codes(told)]
    if rest:
        yield from _population(chapter, rest, shapes, is_first=not told)
    elif not told and not levels and chapter in WANTED:
        yield missing_data(chapter)
    if levels:
        yield Heading(levels.title, f"{chapter.anchor}-niveaux")
        yield TableBlock(levels, title=f"{chapter.label} : le territoire et les niveaux qui l’entourent")
    if editions:
        yield Heading(editions.title, f"{chapter.anchor}-editions")
        yield TableBlock(editions, title=f"{chapter.label} : les deux dernières éditions")
    yield from activity_blocks(book, chapter, shapes)


def missing_data(chapter: Chapter) -> Box:
    return Box(
        "Ce que les fichiers importés ne disent pas",
        [
            "Cette édition n’a pas de chiffres de la population pour ce chapitre. Ils viendront avec "
            f"{WANTED[chapter]}, à importer avant la prochaine compilation."
        ],
        level=2,
    )


def key_levels(levels: DataTable) -> KeyFigures:
    """The territory in big type, the nearest level that has a figure as the remark."""
    items: list[tuple[str, str, str]] = []
    for row in levels.body:
        beside = next(
            (
                f"{label} : {value.text}"
                for (_key, label), value in zip(levels.columns[1:], row.values[1:], strict=True)
                if value.number is not None
            ),
            "",
        )
        if row.values[0].number is not None and len(items) < FIRST:
            items.append((row.label, row.values[0].text, beside))
    return KeyFigures(items)


def printed_codes(blocks: Iterable[Block]) -> set[str]:
    """The tables these blocks print or point to."""
    codes: set[str] = set()
    for block in blocks:
        if isinstance(block, SeeSheet):
            codes.add(block.code)
        elif isinstance(block, Pair):
            codes |= {own.table.code for own in block.blocks}
        elif isinstance(block, TableBlock):
            codes.add(block.table.code)
    return codes


def _population(
    chapter: Chapter, tables: Sequence[DataTable], shapes: Shapes, *, is_first: bool
) -> Iterator[Block]:
    """Tables of the population without a story of their own, drawn and placed as the plan says."""
    plans = plan_of(tables)
    heading = "Dans la population" if is_first else "Pour aller plus loin"
    yield Heading(heading, f"{chapter.anchor}-population")
    small = [table for table in tables if _stands_in_pair(table, plans[table.code])]
    pairs = list(zip(small[::2], small[1::2], strict=False))
    paired = {table.code for table in chain(*pairs)}
    for table in tables:
        plan = plans[table.code]
        if table.code in paired or plan.place == Place.DATA:
            continue
        chart = drawn(table, plan, shapes)
        if chart:
            yield chart
        yield SeeSheet(table.code) if plan.place == Place.ANNEX else TableBlock(table)
    yield from (Pair(TableBlock(left), TableBlock(right)) for left, right in pairs)


def _stands_in_pair(table: DataTable, plan: Plan) -> bool:
    return plan.place == Place.CHAPTER and plan.drawing == Drawing.NONE and is_small(table)


def drawn(table: DataTable, plan: Plan, shapes: Shapes) -> FigureBlock | None:
    """The chart of a table of the population."""
    if table.code in MAPS:
        column, title = MAPS[table.code]
        if any(key == column for key, _label in table.columns):
            return FigureBlock(commune_map(table, column, shapes, title=title, measure=PERCENT), table.source)
    if plan.drawing in (Drawing.SQUARES, Drawing.BARS):
        key, label = table.columns[0]
        measure = MEASURES.get(label, Measure(""))
        chart = (
            squares(table, key, title=table.title, measure=measure)
            if plan.drawing == Drawing.SQUARES
            else None
        )
        return FigureBlock(chart or bars(table, key, title=table.title, measure=measure), table.source)
    return None
