from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cias.core.periods import Period, long_date, parse_french_date

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
PERIODS = st.tuples(DAYS, st.integers(0, 800)).map(lambda t: Period(t[0], t[0] + timedelta(days=t[1])))


def test_both_ends_are_included():
    period = Period(date(2026, 3, 3), date(2026, 3, 15))
    assert period.days == 13
    assert date(2026, 3, 3) in period
    assert date(2026, 3, 15) in period
    assert date(2026, 3, 2) not in period
    assert date(2026, 3, 16) not in period


def test_a_period_does_not_end_before_it_starts():
    with pytest.raises(ValueError, match="précède"):
        Period(date(2026, 3, 3), date(2026, 3, 2))


def test_a_period_never_changes():
    with pytest.raises(FrozenInstanceError):
        Period.year(2025).first = date(2024, 1, 1)


def test_usual_periods():
    assert Period.year(2028) == Period(date(2028, 1, 1), date(2028, 12, 31))
    assert Period.year(2028).days == 366
    assert Period.month(2028, 2) == Period(date(2028, 2, 1), date(2028, 2, 29))
    assert [Period.quarter(2026, n) for n in (1, 2, 3, 4)] == [
        Period(date(2026, 1, 1), date(2026, 3, 31)),
        Period(date(2026, 4, 1), date(2026, 6, 30)),
        Period(date(2026, 7, 1), date(2026, 9, 30)),
        Period(date(2026, 10, 1), date(2026, 12, 31)),
    ]
    with pytest.raises(ValueError, match="de 1 à 4"):
        Period.quarter(2026, 5)


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        (date(2025, 1, 1), date(2025, 12, 31), "2025"),
        (date(2025, 1, 1), date(2025, 3, 31), "1er trimestre 2025"),
        (date(2025, 10, 1), date(2025, 12, 31), "4e trimestre 2025"),
        (date(2025, 3, 1), date(2025, 3, 31), "mars 2025"),
        (date(2025, 3, 1), date(2025, 3, 1), "1er mars 2025"),
        (date(2025, 3, 3), date(2025, 3, 15), "du 3 au 15 mars 2025"),
        (date(2025, 3, 1), date(2025, 3, 15), "du 1er au 15 mars 2025"),
        (date(2025, 3, 3), date(2025, 8, 1), "du 3 mars au 1er août 2025"),
        (date(2025, 3, 3), date(2026, 4, 2), "du 3 mars 2025 au 2 avril 2026"),
        (date(2025, 1, 1), date(2026, 12, 31), "du 1er janvier 2025 au 31 décembre 2026"),
    ],
)
def test_label(first, last, label):
    assert Period(first, last).label == label


def test_long_date():
    assert long_date(date(2026, 12, 24)) == "24 décembre 2026"


def test_bounds_are_midnights_in_paris():
    start, end = Period.year(2026).bounds()
    assert start == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert end == datetime(2026, 12, 31, 23, tzinfo=UTC)
    start, end = Period.month(2026, 7).bounds()
    assert start == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert end == datetime(2026, 7, 31, 22, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_days_when_the_clocks_change(day, hours):
    assert Period(day, day).elapsed == timedelta(hours=hours)


@given(PERIODS, PERIODS)
def test_overlap(a, b):
    common = a.intersection(b)
    assert a.overlaps(b) == b.overlaps(a) == (common is not None)
    for day in (a.first, a.last, b.first, b.last):
        assert (day in a and day in b) == (common is not None and day in common)


@given(PERIODS)
def test_consecutive_periods_neither_overlap_nor_leave_a_gap(a):
    b = Period(a.last + timedelta(days=1), a.last + timedelta(days=30))
    assert not a.overlaps(b)
    assert a.bounds()[1] == b.bounds()[0]


@pytest.mark.parametrize(
    "text",
    ["24/12/2026", "24-12-2026", "24.12.2026", "24 12 2026", "24/12/26", "24-12-26", "24122026", "241226",
     "2026-12-24", " 24/12/2026 ", "24 / 12 / 2026"],
)  # fmt: skip
def test_spellings_of_a_date(text):
    assert parse_french_date(text) == date(2026, 12, 24)


def test_day_and_month_without_zero():
    assert parse_french_date("1/2/2026") == date(2026, 2, 1)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d%m%Y", "%Y-%m-%d"]))
def test_what_we_write_is_read_back(day, spelling):
    assert parse_french_date(day.strftime(spelling)) == day


def test_two_digit_years():
    assert parse_french_date("01/01/69") == date(2069, 1, 1)
    assert parse_french_date("01/01/70") == date(1970, 1, 1)
    today = date(2026, 11, 23)
    assert parse_french_date("15/03/52", not_after=today) == date(1952, 3, 15)
    assert parse_french_date("23/11/26", not_after=today) == today
    assert parse_french_date("24/11/26", not_after=today) == date(1926, 11, 24)
    assert parse_french_date("29/02/00", not_after=today) == date(2000, 2, 29)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "JJ/MM/AAAA"),
        ("demain", "JJ/MM/AAAA"),
        ("24/12", "JJ/MM/AAAA"),
        ("24/12/026", "JJ/MM/AAAA"),
        ("24/12/20266", "JJ/MM/AAAA"),
        ("31/02/2026", "n’existe pas"),
        ("12/24/2026", "n’existe pas"),
        ("00/01/2026", "n’existe pas"),
        ("29/02/2027", "n’existe pas"),
        ("24/12/0206", "entre 1900 et 2100"),
        ("24/12/2206", "entre 1900 et 2100"),
        ("0000-12-24", "n’existe pas"),
    ],
)
def test_what_is_not_a_date_is_refused_in_french(text, message):
    with pytest.raises(ValueError, match=message):
        parse_french_date(text)
