"""Real files of INSEE, and small ones built from them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from abs_reports.importing import ImportReport, import_indicators

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
