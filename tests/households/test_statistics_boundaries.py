"""Figures on their boundary days, counted by hand: 31/12 and 1/1, one-day files, birthdays, 29 February (H15, S3)."""

from datetime import date

import pytest

from cias.accounts.models import User
from cias.core.periods import Period
from cias.core.registry import statistics
from households.enums import Custody
from households.models import Household, Person
from tests.factories import (
    CommuneFactory,
    HouseholdFactory,
    MembershipFactory,
    NoteFactory,
    PersonFactory,
    SituationFactory,
)

pytestmark = pytest.mark.django_db
Y2024, Y2025 = Period.year(2024), Period.year(2025)
LUCE = frozenset({"28218"})


def figures(code: str, period: Period = Y2025, territory: frozenset[str] | None = None) -> dict:
    rows = list(statistics[f"households.{code}"].compute(period, territory))
    return {row.keys if len(row.keys) > 1 else row.keys[0]: row.value for row in rows}


def total(code: str, period: Period = Y2025, territory: frozenset[str] | None = None) -> int:
    return sum(figures(code, period, territory).values())


def home(opened: date, closed: date | None = None, *, luce: bool = False) -> Household:
    commune = CommuneFactory(luce=True) if luce else CommuneFactory()
    household = HouseholdFactory(
        opened_on=opened, closed_on=closed, closing_reason="moved" if closed else "", commune=commune
    )
    SituationFactory(household=household)
    return household


def member(household: Household, start: date | None = None, **person: object) -> Person:
    return MembershipFactory(
        household=household, start=start or household.opened_on, person=PersonFactory(**person)
    ).person


@pytest.fixture
def files(db: None) -> None:
    """2025: A from 31/12/2024 to 1/1/2025, B on 31/12/2025 alone, C closed on 31/12/2024, D opened on 1/1/2026,
    E all along, in Lucé."""
    member(home(date(2024, 12, 31), date(2025, 1, 1)))
    member(home(date(2025, 12, 31), date(2025, 12, 31)))
    member(home(date(2024, 3, 1), date(2024, 12, 31)))
    member(home(date(2026, 1, 1)))
    member(home(date(2023, 5, 1), luce=True))


@pytest.mark.parametrize(
    ("code", "in_2024", "in_2025"),
    [
        ("known", 3, 4),  # A C E, then B
        ("active", 3, 3),  # A C E; A B E
        ("opened", 2, 1),  # A C; B
        ("closed", 1, 2),  # C; A B
        ("persons_known", 3, 4),
        ("persons_places", 3, 3),
        ("persons_new", 2, 1),
        ("persons_closed", 1, 2),
    ],
)
def test_the_last_day_and_the_first(code: str, in_2024: int, in_2025: int, files: None) -> None:
    assert (total(code, Y2024), total(code, Y2025)) == (in_2024, in_2025)


def test_a_file_of_one_day_is_opened_followed_and_closed_on_it(files: None) -> None:
    day = Period(date(2025, 12, 31), date(2025, 12, 31))
    assert [total(code, day) for code in ("opened", "active", "closed")] == [1, 2, 1]
    assert total("persons_closed", day) == 1


def test_by_commune_and_in_a_part_of_the_territory(files: None) -> None:
    assert figures("persons_places") == {"28085": 2, "28218": 1}
    assert figures("persons_known", territory=LUCE) == {"28218": 1}
    assert figures("known", territory=LUCE) == {("28218", "woman_alone"): 1}
    assert figures("persons_new", territory=LUCE) == {}


def test_someone_who_changes_household_is_new_once_and_closed_only_at_the_end(db: None) -> None:
    first, second = home(date(2024, 6, 1), date(2025, 3, 1)), home(date(2025, 3, 2), luce=True)
    person = member(first)
    membership = person.memberships.get()
    membership.end = date(2025, 3, 1)
    membership.save()
    MembershipFactory(household=second, person=person, start=date(2025, 3, 2))
    assert (total("persons_new", Y2024), total("persons_new", Y2025)) == (1, 0)
    assert total("persons_closed", Y2025) == 0
    assert figures("persons_places") == {"28218": 1}, "where they went last"
    second.closed_on, second.closing_reason = date(2025, 12, 31), "solved"
    second.save()
    assert figures("persons_closed", Y2025) == {"28218": 1}


def test_joining_a_known_household_makes_a_new_person(db: None) -> None:
    household = home(date(2023, 1, 1))
    member(household, start=date(2025, 1, 1))
    assert (total("persons_new", Y2024), total("persons_new", Y2025)) == (0, 1)


def test_a_child_of_two_homes_is_counted_where_they_live_full_time(db: None) -> None:
    chartres, luce = home(date(2024, 1, 1)), home(date(2024, 1, 1), luce=True)
    child = PersonFactory(child=True)
    MembershipFactory(household=luce, person=child, custody=Custody.FULL, role="child")
    MembershipFactory(
        household=chartres, person=child, custody=Custody.VISITS, role="child", start=date(2025, 1, 1)
    )
    assert figures("persons_places") == {"28218": 1}


@pytest.mark.parametrize(
    ("born", "last", "band"),
    [
        (date(2007, 12, 31), date(2025, 12, 31), "18"),
        (date(2008, 1, 1), date(2025, 12, 31), "00"),
        (date(2008, 2, 29), date(2026, 2, 28), "00"),  # no 29 February: eighteen on 1 March, as Person.age_on
        (date(2008, 2, 29), date(2026, 3, 1), "18"),
        (date(2000, 2, 29), date(2028, 2, 29), "25"),
        (date(2003, 2, 28), date(2028, 2, 28), "25"),
        (date(1950, 12, 31), date(2025, 12, 31), "75"),
        (date(1951, 1, 1), date(2025, 12, 31), "65"),
        (None, date(2025, 12, 31), ""),
    ],
)
def test_ages_on_the_last_day(born: date | None, last: date, band: str, db: None) -> None:
    member(home(date(2024, 1, 1)), birth_date=born)
    assert figures("persons", Period(date(2025, 1, 1), last)) == {(band, "f"): 1}


def test_the_dead_are_counted_in_the_year_of_their_death(db: None) -> None:
    member(home(date(2024, 1, 1)), death_date=date(2025, 1, 1))
    assert (total("persons", Y2025), total("persons", Period.year(2026))) == (1, 0)


def test_sensitive_facts_with_what_is_not_known_apart(db: None) -> None:
    household = home(date(2024, 1, 1))
    member(
        household,
        nationality_group="fr",
        disability_recognised=True,
        protection="tutelle",
        language="Français",
    )
    for fields in (
        {"nationality_group": "other", "needs_interpreter": True, "language": "dari"},
        {"disability_recognised": False, "language": "portugais"},
        {},
    ):
        MembershipFactory(household=household, role="other", person=PersonFactory(**fields))
    assert figures("nationality") == {"": 2, "fr": 1, "other": 1}
    assert figures("disability") == {"": 2, "no": 1, "yes": 1}
    assert figures("protection") == {"": 3, "tutelle": 1}
    assert figures("language") == {"": 1, "french": 1, "interpreter": 1, "other": 1}
    for code in ("nationality", "disability", "protection", "language"):
        assert statistics[f"households.{code}"].sensitive, code


def test_interviews_by_means_and_duration_on_their_bounds(claire: User) -> None:
    household = home(date(2024, 1, 1))
    for day, minutes, means in (
        (date(2025, 1, 1), 15, "office"),
        (date(2025, 12, 31), 16, "office"),
        (date(2025, 6, 1), 60, "phone"),
        (date(2025, 6, 1), 61, "phone"),
        (date(2025, 6, 1), None, "home"),
        (date(2024, 12, 31), 30, "home"),
        (date(2026, 1, 1), 30, "home"),
    ):
        NoteFactory(household=household, author=claire, held_on=day, duration_minutes=minutes, means=means)
    assert figures("interviews") == {
        ("home", ""): 1,
        ("office", "15"): 1,
        ("office", "30"): 1,
        ("phone", "60"): 1,
        ("phone", "long"): 1,
    }
    assert figures("interviews", territory=LUCE) == {}
