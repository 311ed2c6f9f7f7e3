"""What the programme says in a file, in the work lists, and to a household about to be closed or merged."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from cias.core.registry import collect_open
from households.team import own_work
from housing.energy.registrations import timeline
from tests.factories import EnergyFileFactory, EnergyOrientationFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def titles(user, today=TODAY) -> list[str]:
    return sorted(item.title for item in own_work(user, today) if item.kind == "energy")


def test_an_agents_work(claire, mehdi) -> None:
    EnergyFileFactory(agent=claire)
    EnergyFileFactory(agent=claire, consent_on=None)
    EnergyFileFactory(agent=claire, state="contacted")
    EnergyFileFactory(agent=claire, state="follow_up", visited_on=date(2026, 8, 1))
    visited = EnergyFileFactory(agent=claire, state="visited_1", visited_on=date(2026, 11, 2))
    EnergyFileFactory(agent=mehdi)
    assert titles(claire) == [
        "Appel de suivi énergie",
        "Contacter le ménage (SLIME)",
        "Demander l’accord du ménage (SLIME)",
        "Fixer la visite énergie",
        "Orienter après la visite énergie",
    ]
    EnergyOrientationFactory(file=visited, remind_on=date(2026, 12, 1))
    assert "Relancer\u00a0: FSL énergie" in titles(claire)
    assert "Orienter après la visite énergie" not in titles(claire)


def test_the_call_has_its_last_day(claire) -> None:
    EnergyFileFactory(agent=claire, state="support", visited_on=date(2026, 7, 10))
    (item,) = [item for item in own_work(claire, TODAY) if item.kind == "energy"]
    assert item.due == date(2027, 1, 10)


def test_the_direction_sees_how_many_are_late(isabelle) -> None:
    EnergyFileFactory(reported_on=TODAY - timedelta(days=30))
    EnergyFileFactory(reported_on=TODAY - timedelta(days=2))
    assert titles(isabelle) == ["1\u00a0ménage à contacter en retard (SLIME)"]


def test_other_roles_have_no_work_of_it(nadege, hugo) -> None:
    EnergyFileFactory(agent=nadege)
    assert titles(nadege) == titles(hugo) == []


def test_a_running_file_is_said_before_a_household_is_closed(claire) -> None:
    file = EnergyFileFactory()
    found = collect_open([file.household_id])[file.household_id]
    assert [item.title for item in found] == [f"Dossier SLIME {file.number}\u00a0: signalé"]


def test_the_timeline_and_the_card_of_the_household(login, claire) -> None:
    row = EnergyOrientationFactory()
    items = [item.title for item in timeline(row.file.household, claire)]
    assert items == ["SLIME\u00a0: signalé", "Orientation énergie\u00a0: FSL énergie"]
    page = login(claire).get(reverse("housing:household", args=[row.file.household_id])).content.decode()
    assert row.file.number in page
