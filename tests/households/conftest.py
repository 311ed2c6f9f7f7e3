from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine

from cias.accounts.models import User
from households.enums import MemberRole
from households.models import Household, Person
from households.services import add_member, open_household
from tests.factories import CommuneFactory
from tests.households.people import INES, LEO, YANN


@pytest.fixture(autouse=True)
def _tuesday_morning() -> Iterator[None]:
    """Every test of this folder happens on Tuesday 24 November 2026 at 10:21."""
    with time_machine.travel("2026-11-24T10:21:00+01:00"):
        yield


@pytest.fixture
def family(claire: User) -> Household:
    """Inês, Yann and Léo, in Lucé."""
    household = open_household(
        by=claire, applicant=INES, opened_on=date(2024, 3, 4), commune=CommuneFactory(luce=True)
    )
    add_member(by=claire, household=household, person=YANN, start=date(2024, 9, 1), role=MemberRole.PARTNER)
    add_member(by=claire, household=household, person=LEO, start=date(2024, 3, 4), role=MemberRole.CHILD)
    return household


@pytest.fixture
def ines(family: Household) -> Person:
    return Person.objects.get(first_names="Inês")


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """Documents of this test only."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def silent_bell(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Pieces of work the broker was told about, which nobody takes up."""
    rung: list[UUID] = []
    monkeypatch.setattr("households.takeover.services.ring", rung.append)
    return rung
