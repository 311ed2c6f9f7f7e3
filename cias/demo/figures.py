"""Real public figures, and the first orders to the worker: dashboards, last year's report, estimates of rights."""

from pathlib import Path

from abs_reports.enums import ReportKind
from abs_reports.importing import import_path
from abs_reports.services import freeze_missing_dashboards, prepare_edition, request_compilation
from cias.demo.world import World
from cias.demo.writing import create_writing
from rights.estimates.services import order_estimates

DATA = Path(__file__).resolve().parent.parent.parent / "abs_reports" / "data"


def create_figures(world: World) -> None:
    """Import every public file we ship, as it was downloaded; the worker compiles as soon as it runs."""
    direction = world.users["direction"]
    for path in sorted(DATA.glob("*.csv")):
        import_path(path, by=direction)
    freeze_missing_dashboards(by=direction)
    edition = prepare_edition(kind=ReportKind.UPDATE, year=world.today.year - 1, by=direction)
    create_writing(world, edition)
    request_compilation(report=edition, by=direction)
    order_estimates(by=direction)
