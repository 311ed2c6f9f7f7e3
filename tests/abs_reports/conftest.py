"""Real files of INSEE, and small ones built from them."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.conf import settings

from abs_reports import services
from abs_reports.compiling import job
from abs_reports.importing import ImportReport, import_indicators
from abs_reports.models import Report
from abs_reports.rendering import Finished
from abs_reports.tables import Book
from abs_reports.writing.frozen import Texts, with_words

DATA = Path(settings.BASE_DIR) / "abs_reports/data"
COMPARATOR = DATA / "base_cc_comparateur_chartres_metropole.csv"
FILOSOFI = DATA / "cc_filosofi_2021_COM.csv"


@pytest.fixture
def comparator(territory: None) -> ImportReport:
    """The 66 communes, and the comparator file imported."""
    return import_indicators(name=COMPARATOR.name, content=COMPARATOR.read_bytes())


@pytest.fixture
def public_data(comparator: ImportReport) -> None:
    """Both real files imported."""
    import_indicators(name=FILOSOFI.name, content=FILOSOFI.read_bytes())


@pytest.fixture
def small_file(tmp_path: Path) -> Callable[..., Path]:
    """`small_file("CODGEO;P22_POP", "28085;37990")` writes a file; `encoding` and `name` may be given."""

    def write(*lines: str, name: str = "petit.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes("\n".join(lines).encode(encoding))
        return path

    return write


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """Documents of this test only."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def quick_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay out one page instead of sixty, where the test is about the job."""

    def render_report(report: Report, book: Book, context: dict, moment: datetime, texts: Texts) -> Finished:
        words = with_words(book.checksum, texts)
        return Finished(f"%PDF-1.7 {report.pk} {words} {moment.isoformat()}".encode(), 1)

    monkeypatch.setattr(job, "render_report", render_report)


@pytest.fixture
def silent_bell(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Runs the broker was told about, which nobody takes up."""
    rung: list[UUID] = []
    monkeypatch.setattr(services, "ring", rung.append)
    return rung


@pytest.fixture
def time_machine_at() -> Iterator[Callable[[str], None]]:
    """`time_machine_at("2026-11-22")` makes it that day, at noon in Paris."""
    with contextlib.ExitStack() as stack:
        yield (
            lambda day: stack.enter_context(time_machine.travel(f"{day}T12:00:00+01:00", tick=True)) and None
        )
