"""The social-needs analysis at the size of the demonstration: every measure of the apps, the 66 communes (quality.md).

What is promised: it is ready within a minute, computing, protecting and composing cost little beside WeasyPrint's
own work, and the worker's memory. Times are the processor's, which other programs of a shared machine do not
lengthen; those of the database are left out on both sides: the figures are made up, nothing is counted.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import cycle, islice, product
from pathlib import Path
from unittest.mock import patch

from django.conf import settings
from django.db import connections
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from abs_reports.compiling.compute import compute, one_instant
from abs_reports.enums import ReportKind
from abs_reports.importing import import_indicators
from abs_reports.models import Report
from abs_reports.rendering.report import pages, render_report
from abs_reports.writing.frozen import Texts
from cias.core.pdf import STATIC_ORIGIN, STYLE_SHEET, StaticFetcher, find_static
from cias.core.periods import Period
from cias.core.registry import Measure as Statistic
from cias.core.registry import Row, Unit, statistics
from cias.territory.models import Commune
from cias.territory.services import load_territory
from tests.bench import Figure, Measure
from tests.bench.databases import EMPTY, connect

MOMENT = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)
DATA = Path(settings.BASE_DIR) / "abs_reports/data"
TERRITORY = Path(settings.BASE_DIR) / "cias/territory/data/chartres_metropole.geojson"
COUNTS = (0, 3, 41, 7, 120, 18, 0, 65, 12, 230, 5)
# What one measure in three of the demonstration counts: too little to be printed commune by commune.
RARE, FEW_COUNTS = 3, (0, 2, 0, 31, 1, 0, 9, 0, 0, 4, 17)
CATEGORIES = 6  # of a dimension, as most have
MEGABYTES = 500
SECONDS = 60


def _filled(measure: Statistic, communes: list[str], *, is_rare: bool) -> Statistic:
    """The measure with made-up figures in each of its categories, the same in every run."""
    known = list(measure.labels)
    counts = FEW_COUNTS if is_rare else COUNTS
    keys = {
        "commune": communes,
        "mois": [f"2025-{month:02}" for month in range(1, 13)],
    }
    each = [
        keys.get(name, known[:CATEGORIES] or [str(n) for n in range(CATEGORIES)])
        for name in measure.dimensions
    ]

    def rows(period: Period, territory: frozenset[str] | None) -> list[Row]:
        numbers = islice(cycle(counts), period.last.year % len(counts), None)
        if measure.unit == Unit.COUNT:
            return [Row(key, number, number) for key, number in zip(product(*each), numbers, strict=False)]
        return [
            Row(key, number, 2 * number + 40) for key, number in zip(product(*each), numbers, strict=False)
        ]

    return replace(measure, compute=rows)


def _compile() -> dict[str, float]:
    """Seconds of the whole compilation and of WeasyPrint alone on the same page, peak memory in megabytes."""
    report = Report(kind=ReportKind.UPDATE, year=2025, last_day=date(2025, 12, 31), title="Analyse 2025")
    communes = list(Commune.objects.values_list("code", flat=True))
    measures = {
        code: _filled(measure, communes, is_rare=rank % RARE == 0)
        for rank, (code, measure) in enumerate(statistics.items(), 1)
    }
    with patch.object(statistics, "_providers", measures):
        started = time.process_time()
        with one_instant():
            computed = compute(report, lambda label: None)
        finished = render_report(report, computed.book, computed.context, MOMENT)
        whole = time.process_time() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        html = render_to_string(
            "abs_reports/pdf/report.html", pages(report, computed.book, computed.context, MOMENT, Texts())
        )
    return {"whole": whole, "alone": _layout(html), "peak": peak, "pages": finished.pages}


def _layout(html: str) -> float:
    """Seconds of WeasyPrint for the same pages, as its own documentation calls it."""
    started = time.process_time()
    fetcher, fonts = StaticFetcher(find_static), FontConfiguration()
    sheet = CSS(url=STATIC_ORIGIN + STYLE_SHEET, url_fetcher=fetcher, font_config=fonts)
    HTML(string=html, base_url=STATIC_ORIGIN, url_fetcher=fetcher).write_pdf(
        font_config=fonts, stylesheets=[sheet], pdf_variant="pdf/a-3a"
    )
    return time.process_time() - started


def in_its_process() -> None:
    """What the process of its own does, once Django is ready."""
    connect(EMPTY)
    sys.stdout.write(json.dumps(_compile()))


def _in_a_process_of_its_own() -> dict[str, float]:
    """Its memory is then that of the report, not of the benchmarks that ran before; a fork would begin with theirs."""
    connections.close_all()
    start = (
        "import django; django.setup(); from tests.bench.bench_report import in_its_process; in_its_process()"
    )
    done = subprocess.run(
        [sys.executable, "-c", start], cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def bench_report() -> Iterator[Measure | Figure]:
    load_territory(TERRITORY)
    for path in sorted(DATA.glob("*.csv")):
        import_indicators(name=path.name, content=path.read_bytes())
    found = _in_a_process_of_its_own()
    yield Measure(
        f"report of {found['pages']:.0f} pages, compiled",
        found["whole"],
        f"WeasyPrint alone ({100 * found['alone'] / found['whole']:.0f} %)",
        found["alone"],
        at_most=1.3,
    )
    yield Measure("report, ready within a minute", found["whole"], "a minute", SECONDS, 1)
    yield Figure("report, peak memory", found["peak"], "MB", at_most=MEGABYTES)
