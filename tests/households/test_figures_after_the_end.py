"""What was counted of last year is counted again the same, once half of the households are emptied (C7)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from cias.core.periods import Period
from cias.core.registry import statistics
from households.datalife.anonymising import anonymise
from households.models import Household, Person

pytestmark = pytest.mark.django_db

TUESDAY = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)
CHARTRES = frozenset({"28085"})


@pytest.fixture
def demonstration(territory, media) -> Iterator[None]:
    with time_machine.travel(TUESDAY, tick=False):
        call_command("demo_data", households=30, years=2, seed=11, stderr=open("/dev/null", "w"))  # noqa: SIM115
        yield


def counted(year: int) -> dict[tuple[str, bool], list[Any]]:
    """Each measure of each app, over the whole territory and in one commune."""
    period = Period.year(year)
    return {
        (code, place is None): sorted(map(repr, measure.compute(period, place)))
        for code, measure in statistics.items()
        for place in (None, CHARTRES)
    }


def test_every_figure_of_last_year_is_the_same(demonstration) -> None:
    before = counted(2025)
    assert sum(bool(rows) for rows in before.values()) > 60, "otherwise there was nothing to move"
    emptied = list(Household.objects.order_by("number").values_list("pk", flat=True))[::2]
    anonymise(emptied)
    again = counted(2025)
    moved = {key: set(rows) ^ set(again[key]) for key, rows in before.items() if rows != again[key]}
    assert not moved, "\n".join(f"{key}: {sorted(rows)}" for key, rows in moved.items())
    assert Household.objects.filter(pk__in=emptied, anonymised_on=None).count() == 0
    assert not Person.objects.filter(anonymised_on__isnull=False).exclude(birth_name="").exists()
