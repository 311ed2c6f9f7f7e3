"""Figures of households: checked against a town counted by hand, unmoved by what happens later."""

from datetime import date

import pytest

from cias.accounts.models import User
from cias.core.periods import Period
from cias.core.registry import statistics
from households.enums import Custody, MemberRole, NoteLevel
from households.models import Household
from households.services import (
    AddressData,
    PersonData,
    add_member,
    change_situation,
    close_household,
    move_household,
    open_household,
    write_note,
)
from tests.factories import CommuneFactory, PersonFactory

pytestmark = pytest.mark.django_db
Y2025 = Period.year(2025)
LUCE = frozenset({"28218"})


def figures(code: str, period: Period = Y2025, territory: frozenset[str] | None = None) -> dict:
    rows = list(statistics[f"households.{code}"].compute(period, territory))
    assert all(row.value == row.count for row in rows)
    assert [row.keys for row in rows] == sorted(row.keys for row in rows)
    return {row.keys if len(row.keys) > 1 else row.keys[0]: row.value for row in rows}


@pytest.fixture
def town(claire: User) -> dict[str, Household]:
    """2025: a lone parent moves from Chartres to Lucé, a man closes, a woman has left before, one opens after."""
    chartres, luce = CommuneFactory(), CommuneFactory(luce=True)
    mother = PersonData(birth_name="Mère", sex="f", birth_date=date(1990, 6, 15))
    lone = open_household(
        by=claire,
        applicant=mother,
        opened_on=date(2024, 3, 1),
        commune=chartres,
        family_type="lone_parent",
        housing_status="hotel",
        main_resource="rsa",
    )
    child = PersonFactory(child=True, birth_date=date(2007, 12, 31))
    add_member(
        by=claire, household=lone, person=child, start=date(2024, 3, 1), role=MemberRole.CHILD,
        custody=Custody.ALTERNATE,
    )  # fmt: skip
    move_household(by=claire, household=lone, on=date(2025, 7, 1), address=AddressData(), commune=luce)
    change_situation(by=claire, household=lone, on=date(2026, 2, 1), housing_status="social_tenant")
    father = PersonData(birth_name="Père", sex="m", birth_date=date(1950, 1, 1))
    alone = open_household(
        by=claire, applicant=father, opened_on=date(2025, 2, 1), commune=luce, family_type="man_alone"
    )
    add_member(
        by=claire, household=alone, person=child, start=date(2025, 2, 1), role=MemberRole.CHILD,
        custody=Custody.ALTERNATE,
    )  # fmt: skip
    close_household(by=claire, household=alone, on=date(2025, 10, 31), reason="moved")
    elsewhere = open_household(
        by=claire, applicant=PersonData(birth_name="Ailleurs"), opened_on=date(2025, 5, 1), off_territory=True
    )
    unknown = open_household(
        by=claire, applicant=PersonData(birth_name="Inconnue"), opened_on=date(2025, 6, 1)
    )
    before = open_household(by=claire, applicant=PersonData(birth_name="Avant"), opened_on=date(2024, 1, 1))
    close_household(by=claire, household=before, on=date(2024, 12, 31), reason="solved")
    open_household(by=claire, applicant=PersonData(birth_name="Après"), opened_on=date(2026, 1, 1))
    return {"lone": lone, "alone": alone, "elsewhere": elsewhere, "unknown": unknown}


def test_active_households_in_their_situation_of_then(town: dict[str, Household]) -> None:
    assert figures("active") == {
        ("", ""): 1,
        ("28218", "lone_parent"): 1,
        ("28218", "man_alone"): 1,
        ("off", ""): 1,
    }
    first_half = Period(date(2025, 1, 1), date(2025, 6, 30))
    assert figures("active", first_half)[("28085", "lone_parent")] == 1


def test_new_and_closed_households(town: dict[str, Household]) -> None:
    assert figures("opened") == {("", ""): 1, ("28218", "man_alone"): 1, ("off", ""): 1}
    assert figures("closed") == {("28218", "man_alone"): 1}
    assert figures("closing_reasons") == {"moved": 1}


def test_a_part_of_the_territory(town: dict[str, Household]) -> None:
    assert figures("active", territory=LUCE) == {("28218", "lone_parent"): 1, ("28218", "man_alone"): 1}
    assert figures("persons", territory=LUCE) == {("18", "m"): 1, ("35", "f"): 1, ("75", "m"): 1}
    assert figures("active", territory=frozenset()) == {}


def test_persons_once_each_by_age_reached_at_the_end(town: dict[str, Household]) -> None:
    """The child of two homes counts once; eighteen on the last day of the year is eighteen."""
    assert figures("persons") == {("", ""): 2, ("18", "m"): 1, ("35", "f"): 1, ("75", "m"): 1}
    day_before = Period(date(2025, 1, 1), date(2025, 12, 30))
    assert figures("persons", day_before)[("00", "m")] == 1


def test_the_dead_and_those_who_left_before_are_not_counted(town: dict[str, Household]) -> None:
    father = town["alone"].memberships.get(role="applicant").person
    father.death_date = date(2024, 12, 31)
    father.save()
    child = town["lone"].memberships.get(role="child")
    child.end = date(2024, 12, 31)
    child.save()
    assert ("75", "m") not in figures("persons")
    assert figures("persons")[("18", "m")] == 1, "still a member of the other home"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("housing", {"": 3, "hotel": 1}),
        ("resource", {"": 3, "rsa": 1}),
        ("activity", {"": 4}),
        ("income", {"": 4}),
    ],
)
def test_facts_of_the_situation_with_what_is_not_known_apart(
    code: str, expected: dict, town: dict[str, Household]
) -> None:
    assert figures(code) == expected


def test_past_figures_do_not_move(town: dict[str, Household], claire: User) -> None:
    codes = [
        code.removeprefix("households.")
        for code, _measure in statistics.items()
        if code.startswith("households.")
    ]
    before = {code: figures(code) for code in codes}
    lone = town["lone"]
    move_household(by=claire, household=lone, on=date(2026, 5, 1), address=AddressData(), off_territory=True)
    change_situation(
        by=claire, household=lone, on=date(2026, 6, 1), family_type="couple", main_resource="wage"
    )
    close_household(by=claire, household=lone, on=date(2026, 7, 1), reason="solved")
    assert {code: figures(code) for code in codes} == before


def test_themes_count_households_and_notes_without_theme(town: dict[str, Household], claire: User) -> None:
    for themes, day, level in (
        (["budget", "energy"], date(2025, 3, 1), NoteLevel.TEAM),
        (["budget"], date(2025, 4, 1), NoteLevel.PERSONAL),
        ([], date(2025, 5, 1), NoteLevel.TEAM),
        (["health"], date(2024, 5, 1), NoteLevel.TEAM),
    ):
        write_note(
            author=claire,
            household=town["lone"],
            held_on=day,
            means="office",
            text="x",
            themes=themes,
            level=level,
        )
    write_note(
        author=claire,
        household=town["alone"],
        held_on=date(2025, 9, 1),
        means="office",
        text="x",
        themes=["budget"],
    )
    assert figures("themes") == {"": 1, "budget": 2, "energy": 1}
    assert figures("themes", territory=LUCE) == {"budget": 1}, "the lone parent still lived in Chartres"


def test_one_query_for_each_figure(town: dict[str, Household], django_assert_num_queries) -> None:
    for code, measure in statistics.items():
        if code.startswith("households."):
            with django_assert_num_queries(1):
                list(measure.compute(Y2025, LUCE))


def test_every_key_has_a_label(town: dict[str, Household]) -> None:
    for code, measure in statistics.items():
        if not code.startswith("households."):
            continue
        for row in measure.compute(Y2025, None):
            for dimension, key in zip(measure.dimensions, row.keys, strict=True):
                assert dimension == "commune" or key in measure.labels, (code, key)
