from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine

from tests.insertion.workshop_helpers import NOW


@pytest.fixture
def tuesday() -> Iterator[None]:
    """Tuesday 24 November 2026 at 10:21."""
    with time_machine.travel("2026-11-24T10:21:00+01:00"):
        yield


@pytest.fixture
def october() -> Iterator[None]:
    """The morning of the tests of workshops."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """Files of this test only."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def silent_bell(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Pieces of work the broker was told about, which nobody takes up."""
    rung: list[UUID] = []
    monkeypatch.setattr("insertion.imports.services.ring", rung.append)
    return rung
