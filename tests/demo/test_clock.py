"""Midnight passes while the demonstration is being made: it has one day all the same."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from appointments.models import DeskContact
from cias.accounts.models import User
from cias.demo import clock
from cias.demo.management.commands import demo_data
from cias.demo.world import World
from households.models import Cover, Household

BEFORE_MIDNIGHT = datetime(2026, 11, 24, 22, 59, 58, tzinfo=UTC)  # in Paris, two seconds before the 25th
NEXT = timedelta(hours=9)
# Steps that go by the day, and what they need.
STEPS = {"structure", "ménages", "tâches et passations"}


def test_time_stands_for_services_and_defaults_and_goes_on_afterwards() -> None:
    at = DeskContact._meta.get_field("at")
    with time_machine.travel(BEFORE_MIDNIGHT, tick=False) as traveller:
        with clock.stopped() as start:
            traveller.shift(NEXT)
            seen = [timezone.now(), at.get_default(), timezone.now()]
            assert start == BEFORE_MIDNIGHT
            assert start < seen[0] < seen[1] < seen[2] < start + timedelta(milliseconds=1)
            assert timezone.localdate() == date(2026, 11, 24)
            assert timezone.template_localtime(start).tzinfo is timezone.get_current_timezone()
        assert timezone.now() == BEFORE_MIDNIGHT + NEXT


def test_it_goes_on_after_a_failure() -> None:
    with time_machine.travel(BEFORE_MIDNIGHT, tick=False) as traveller:
        with pytest.raises(ZeroDivisionError), clock.stopped():
            1 / 0  # noqa: B018
        traveller.shift(NEXT)
        assert timezone.now() == BEFORE_MIDNIGHT + NEXT


@pytest.mark.django_db
def test_a_demonstration_made_across_midnight(territory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A replacement begins today or later: made with the first day, it is refused by the second one's clock."""
    days: list[date] = []

    def step(self: Any, name: str, work: Any, world: World, *args: Any) -> None:
        if name in STEPS:
            work(world, *args)
            days.append(timezone.localdate())
        if name == "structure":
            traveller.shift(NEXT)

    monkeypatch.setattr(demo_data.Command, "step", step)
    with time_machine.travel(BEFORE_MIDNIGHT, tick=False) as traveller:
        call_command("demo_data", households=12, years=1, seed=7)
    assert set(days) == {date(2026, 11, 24)}
    assert len(days) == len(STEPS)
    assert Cover.objects.exists()
    assert Household.objects.count() == 12
    assert {timezone.localdate(moment) for moment in User.objects.values_list("created_at", flat=True)} == {
        date(2026, 11, 24)
    }
