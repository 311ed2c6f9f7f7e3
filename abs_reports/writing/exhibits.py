"""The frozen figures of a chapter as its writers see them beside their text."""

from dataclasses import dataclass, field

from abs_reports.compiling.chapters import BY_CODE
from abs_reports.freezing import frozen_book
from abs_reports.models import Report
from abs_reports.rendering.blocks import FigureBlock
from abs_reports.rendering.chapters import chapter_blocks
from abs_reports.rendering.drawing import Shapes
from abs_reports.tables import DataTable
from cias.core.charts import Chart


@dataclass
class Exhibits:
    """`report` is the version whose figures these are: an earlier one as long as the current one has none."""

    report: Report | None
    charts: list[Chart] = field(default_factory=list)
    tables: list[DataTable] = field(default_factory=list)


def exhibits_of(report: Report, chapter: str) -> Exhibits:
    """Charts and tables of the last compilation of the edition; nothing before the first."""
    source = (
        Report.objects.filter(series=report.series, version__lte=report.version, compiled_at__isnull=False)
        .order_by("-version")
        .first()
    )
    if source is None:
        return Exhibits(None)
    book = frozen_book(source, chapter=chapter)
    tables = list(book.tables)
    if not tables:
        return Exhibits(source)
    try:
        blocks = list(chapter_blocks(book, BY_CODE[chapter], Shapes.load()))
    except KeyError:
        # An edition frozen before the pages asked for a table it does not have: its tables alone can be shown.
        blocks = []
    return Exhibits(source, [block.chart for block in blocks if isinstance(block, FigureBlock)], tables)
