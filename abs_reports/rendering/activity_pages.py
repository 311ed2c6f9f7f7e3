"""What a chapter says of the CIAS's own activity, after statistical secrecy."""

from collections.abc import Iterator, Sequence

from abs_reports.compiling.chapters import Chapter, Part
from abs_reports.compiling.comparison import CHANGE
from abs_reports.enums import FigureUnit
from abs_reports.rendering.blocks import (
    Block,
    FigureBlock,
    Heading,
    KeyFigures,
    Pair,
    Paragraph,
    SeeSheet,
    TableBlock,
)
from abs_reports.rendering.drawing import Shapes, bars, commune_map, lines
from abs_reports.rendering.gathering import counted, gathered
from abs_reports.rendering.plan import (
    Drawing,
    Place,
    Plan,
    is_activity,
    is_broken,
    is_small,
    plan_of,
    subject_of,
)
from abs_reports.tables import Book, DataTable
from cias.core.charts import Chart, Measure
from cias.core.french import NBSP

LEADS = {
    Part.BUDGETS: "Les budgets faits avec les ménages : ce qu’il leur reste pour vivre, et ce qu’ils doivent.",
    Part.AIDS: "Les aides accordées par le CIAS, d’après son propre règlement.",
    Part.DOMICILIATION: "Les personnes sans domicile stable qui reçoivent leur courrier au CIAS.",
    Part.ACCOMMODATION: "Les places du CIAS, les ménages qui les ont occupées et leur destination.",
    Part.APPLICATIONS: "Les ménages accompagnés vers un logement social, et les réponses des bailleurs.",
    Part.EVICTIONS: "Les ménages menacés d’expulsion que le CIAS a suivis, de l’impayé à l’issue.",
    Part.ENERGY: "Les ménages repérés, visités et équipés par le service de lutte contre la précarité énergétique.",
    Part.INSERTION: "Les allocataires du RSA orientés vers le CIAS et leurs contrats d’engagement.",
    Part.JOBS: "Les personnes accompagnées dans leur recherche d’emploi.",
    Part.CARE: "Les permanences psychologiques : seul leur nombre est connu, jamais ce qui s’y dit.",
    Part.RIGHTS: "Les dossiers préparés avec les habitants et transmis aux organismes qui décident.",
    Part.ACTIVITY: "Qui s’est adressé au CIAS, pour quoi, et en combien de temps une réponse a été donnée.",
    Part.WORKSHOPS: "Les ateliers collectifs : ce qui a été proposé, qui est venu.",
}
SHOWN_FIRST = 4
# From so many tables broken down by the same thing on, they are printed as one; columns that a page can take.
GATHERED_FROM, GATHERED_AT_MOST = 2, 6
DAYS = f"{NBSP}jours"


def activity_blocks(book: Book, chapter: Chapter, shapes: Shapes) -> Iterator[Block]:
    """The parts of the CIAS a chapter prints, each under its heading; then single tables of other measures."""
    tables = [table for table in book.chapter(chapter) if is_activity(table)]
    plans = plan_of(tables)
    for heading, own in _parts(tables):
        if not any(plans[table.code].place != Place.DATA for table in own):
            continue
        part = next((part for part in Part if f"{part}-cle" == own[0].code), None)
        yield Heading(heading, f"{chapter.anchor}-{part or 'autres'}")
        if part:
            yield Paragraph(LEADS[part], "part-lead")
        yield from _pages(own, plans, shapes)


def _parts(tables: Sequence[DataTable]) -> Iterator[tuple[str, list[DataTable]]]:
    """(heading, tables): each table of key figures opens a part; what comes before the first stands apart."""
    opened = {f"{part}-cle": part.label for part in Part}
    groups: list[tuple[str, list[DataTable]]] = []
    for table in tables:
        if table.code in opened:
            groups.append((opened[table.code], [table]))
        elif _belongs(table, groups):
            groups[-1][1].append(table)
    loose = [table for table in tables if not any(table in own for _heading, own in groups)]
    if loose:
        yield "Les personnes que le CIAS accompagne", loose
    yield from groups


def _belongs(table: DataTable, groups: Sequence[tuple[str, list[DataTable]]]) -> bool:
    """A measure of another part printed here follows no table of key figures of its own."""
    if not groups:
        return False
    is_general = table.code.startswith("households-")
    return not is_general or groups[-1][1][0].code == f"{Part.ACTIVITY}-cle"


def _pages(tables: Sequence[DataTable], plans: dict[str, Plan], shapes: Shapes) -> Iterator[Block]:
    """What is counted heads its tables when there are several; small sisters that are not drawn stand in pairs."""
    printed = [table for table in tables if plans[table.code].place == Place.CHAPTER]
    places = [table for table in tables if plans[table.code].place == Place.ANNEX]
    together = _together(printed, plans)
    alone = [table for table in printed if not any(table in group for group in together)]
    subjects = [subject_of(table) for table in alone]
    waiting: TableBlock | None = None
    for rank, table in enumerate(alone):
        plan, subject = plans[table.code], subjects[rank]
        opens = subjects.count(subject) > 1 and subject not in subjects[:rank]
        if waiting and (opens or not _pairs(table, plan)):
            yield waiting
            waiting = None
        if table.code.endswith("-cle"):
            yield headline(table)
        elif opens:
            yield Heading(subject, f"{table.code}-sujet", level=3)
        if plan.drawing != Drawing.NONE:
            yield FigureBlock(chart_of(table, plan.drawing, shapes), table.source)
        if not _pairs(table, plan):
            yield TableBlock(table)
        elif waiting:
            yield Pair(waiting, TableBlock(table))
            waiting = None
        else:
            waiting = TableBlock(table)
    if waiting:
        yield waiting
    for group in together:
        yield TableBlock(_gathered(group))
    for table in places:
        if plans[table.code].drawing == Drawing.MAP:
            yield FigureBlock(chart_of(table, Drawing.MAP, shapes), table.source)
        yield SeeSheet(table.code)


def _together(tables: Sequence[DataTable], plans: dict[str, Plan]) -> list[list[DataTable]]:
    """Tables broken down by the same thing ("par secteur", "par droit"), printed as one with a column each."""
    groups: list[list[DataTable]] = []
    for table in tables:
        if plans[table.code].drawing != Drawing.NONE or "-cle" in table.code:
            continue
        group = next(
            (group for group in groups if _alike(group[0], table) and len(group) < GATHERED_AT_MOST), None
        )
        if group:
            group.append(table)
        else:
            groups.append([table])
    return [group for group in groups if len(group) >= GATHERED_FROM]


def _alike(one: DataTable, other: DataTable) -> bool:
    """The same heading over mostly the same rows: reasons of different things share a heading and nothing else."""
    keys, others = {row.key for row in one.body}, {row.key for row in other.body}
    return one.heading == other.heading and 2 * len(keys & others) >= len(keys | others)


def _gathered(tables: Sequence[DataTable]) -> DataTable:
    first = tables[0]
    year = first.columns[1][1]
    return gathered(
        tables,
        code=f"ensemble-{first.code}",
        title=f"L’année {year} par {first.heading[0].lower()}{first.heading[1:]}",
        columns=[counted(table, 1) for table in tables],
    )


def _pairs(table: DataTable, plan: Plan) -> bool:
    return (
        plan.place == Place.CHAPTER
        and plan.drawing == Drawing.NONE
        and is_small(table)
        and "-cle" not in table.code
    )


def headline(table: DataTable) -> KeyFigures:
    """The first measures in big type, beside the year before."""
    (before, _label), (now, _other) = table.columns[:2]
    items: list[tuple[str, str, str]] = []
    for row in table.body:
        value, earlier = row.values[table.column(now)], row.values[table.column(before)]
        if value.number is not None and len(items) < SHOWN_FIRST:
            unit = DAYS if value.unit == FigureUnit.DAYS else ""
            remark = f"{earlier.text}{unit} en {before}" if earlier.number is not None else ""
            items.append((row.label, f"{value.text}{unit}", remark))
    return KeyFigures(items)


def chart_of(table: DataTable, drawing: Drawing, shapes: Shapes) -> Chart:
    """A map for communes, lines for months, bars for categories; a redefined year before is not drawn beside."""
    columns = [key for key, _label in table.columns if key != CHANGE]
    if drawing == Drawing.MAP:
        title = f"{table.title}, pour 1{NBSP}000 habitants"
        return commune_map(
            table, "rate", shapes, title=title, measure=Measure(f"pour 1{NBSP}000 habitants", decimals=1)
        )
    if is_broken(table):
        columns = columns[-1:]
    if drawing == Drawing.LINES:
        return lines(table, columns, title=table.title, measure=Measure(""))
    before = columns[0] if len(columns) > 1 else ""
    return bars(table, columns[-1], title=table.title, measure=Measure(""), before=before)
