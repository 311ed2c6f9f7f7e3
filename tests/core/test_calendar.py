from datetime import date, timedelta

import pytest

from cias.core.calendar import (
    is_public_holiday,
    is_working_day,
    public_holidays,
    working_days_after,
    working_days_before,
)

YEARS = range(2020, 2061)


def easter(year: int) -> date:
    """Anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, ch. 8): owes nothing to our library."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * el) // 451
    month, day = divmod(h + el - 7 * m + 114, 31)
    return date(year, month, day + 1)


def expected(year: int) -> dict[date, set[str]]:
    sunday = easter(year)
    named = [
        (date(year, 1, 1), "Jour de l’An"),
        (sunday + timedelta(days=1), "Lundi de Pâques"),
        (date(year, 5, 1), "Fête du Travail"),
        (date(year, 5, 8), "Victoire 1945"),
        (sunday + timedelta(days=39), "Ascension"),
        (sunday + timedelta(days=50), "Lundi de Pentecôte"),
        (date(year, 7, 14), "Fête nationale"),
        (date(year, 8, 15), "Assomption"),
        (date(year, 11, 1), "Toussaint"),
        (date(year, 11, 11), "Armistice 1918"),
        (date(year, 12, 25), "Noël"),
    ]
    result: dict[date, set[str]] = {}
    for day, name in named:
        result.setdefault(day, set()).add(name)
    return result


@pytest.mark.parametrize("year", YEARS)
def test_holidays_of_a_year(year):
    found = {day: set(name.split(" et ")) for day, name in public_holidays(year).items()}
    assert found == expected(year)
    assert list(found) == sorted(found)


@pytest.mark.parametrize("year", YEARS)
def test_pentecost_monday_may_be_worked(year):
    with_it, without = public_holidays(year), public_holidays(year, pentecost_monday=False)
    monday = easter(year) + timedelta(days=50)
    assert with_it.keys() - without.keys() == {monday}
    assert without.keys() <= with_it.keys()
    assert is_working_day(monday, pentecost_monday=False)
    assert not is_working_day(monday)


def test_two_holidays_on_one_day_are_both_named():
    assert public_holidays(2059)[date(2059, 5, 8)] == "Ascension et Victoire 1945"


def test_the_answer_can_be_changed_by_its_caller_without_harm():
    public_holidays(2026).clear()
    assert len(public_holidays(2026)) == 11


@pytest.mark.parametrize(
    "day",
    [date(2022, 11, 1), date(2026, 4, 6), date(2026, 12, 25), date(2026, 11, 21), date(2026, 11, 22)],
)
def test_closed_days(day):
    assert not is_working_day(day)


def test_working_day():
    assert is_working_day(date(2026, 11, 23))
    assert not is_working_day(date(2026, 11, 23), closed={date(2026, 11, 23)})


def test_holiday_on_a_week_end():
    assert is_public_holiday(date(2026, 11, 1))
    assert not is_public_holiday(date(2026, 11, 8))


@pytest.mark.parametrize(
    ("day", "count", "before", "after"),
    [
        (date(2026, 11, 25), 2, date(2026, 11, 23), date(2026, 11, 27)),
        (date(2026, 11, 24), 2, date(2026, 11, 20), date(2026, 11, 26)),  # over a week-end
        (date(2026, 12, 28), 1, date(2026, 12, 24), date(2026, 12, 29)),  # over Christmas
        (date(2026, 5, 11), 2, date(2026, 5, 6), date(2026, 5, 13)),  # over 8 May
        (date(2027, 1, 1), 1, date(2026, 12, 31), date(2027, 1, 4)),
        (date(2026, 11, 22), 0, date(2026, 11, 22), date(2026, 11, 22)),
    ],
)
def test_working_days_around(day, count, before, after):
    assert working_days_before(day, count) == before
    assert working_days_after(day, count) == after


def test_working_days_around_local_closures():
    assert working_days_before(date(2026, 5, 26), 1) == date(2026, 5, 22)
    assert working_days_before(date(2026, 5, 26), 1, pentecost_monday=False) == date(2026, 5, 25)
    assert working_days_after(date(2026, 12, 23), 1, closed={date(2026, 12, 24)}) == date(2026, 12, 28)


@pytest.mark.parametrize("function", [working_days_before, working_days_after])
def test_a_negative_count_is_refused(function):
    with pytest.raises(ValueError, match="positif ou nul"):
        function(date(2026, 11, 25), -1)
