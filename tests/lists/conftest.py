from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine


@pytest.fixture(autouse=True)
def _tuesday_morning() -> Iterator[None]:
    """Every test of this folder happens on Tuesday 24 November 2026 at 10:21."""
    with time_machine.travel("2026-11-24T10:21:00+01:00"):
        yield


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Exports of a test are files of that test."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path
