from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cias.core.calendar import is_working_day
from cias.core.deadlines import (
    DueStatus,
    add_days,
    add_months,
    due_label,
    due_status,
    end_of_month,
    legal_deadline,
    roll_to_working_day,
)

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 2, 28), 1, date(2026, 3, 28)),  # the quantième, not the end of the month
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 13, date(2027, 12, 30)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 10), -1, date(2025, 12, 10)),
        (date(2026, 1, 31), 0, date(2026, 1, 31)),
    ],
)
def test_months_run_from_quantieme_to_quantieme(day, months, expected):
    assert add_months(day, months) == expected


@given(DAYS, st.integers(-240, 240))
def test_months_land_in_the_right_month(day, months):
    result = add_months(day, months)
    assert (result.year - day.year) * 12 + result.month - day.month == months
    assert result.day == day.day or (result.day < day.day and result == end_of_month(result))


def test_days_leave_out_the_day_of_the_act():
    assert add_days(date(2026, 11, 23), 1) == date(2026, 11, 24)
    assert add_days(date(2028, 2, 28), 2) == date(2028, 3, 1)


def test_a_delay_is_never_negative():
    with pytest.raises(ValueError, match="en jours"):
        add_days(TODAY, -1)
    with pytest.raises(ValueError, match="en mois"):
        legal_deadline(TODAY, months=-1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 11, 21), date(2026, 11, 23)),  # Saturday
        (date(2026, 11, 22), date(2026, 11, 23)),  # Sunday
        (date(2026, 4, 4), date(2026, 4, 7)),  # Saturday before Easter Monday
        (date(2026, 12, 25), date(2026, 12, 28)),  # Friday
        (date(2026, 5, 25), date(2026, 5, 26)),  # Pentecost Monday is a legal holiday, worked or not
    ],
)
def test_the_end_of_a_delay_rolls_to_a_working_day(day, expected):
    assert roll_to_working_day(day) == expected


@given(DAYS)
def test_rolling_takes_the_first_working_day(day):
    rolled = roll_to_working_day(day)
    assert is_working_day(rolled)
    assert not any(is_working_day(day + timedelta(days=n)) for n in range((rolled - day).days))


@pytest.mark.parametrize(
    ("act", "length", "expected"),
    [
        (date(2026, 9, 15), {"months": 2}, date(2026, 11, 16)),  # 15 November is a Sunday
        (date(2026, 9, 16), {"months": 2}, date(2026, 11, 16)),
        (date(2026, 9, 16), {"months": 2, "franc": True}, date(2026, 11, 17)),
        (date(2026, 9, 18), {"months": 2, "franc": True}, date(2026, 11, 19)),
        (date(2026, 9, 10), {"months": 2, "franc": True}, date(2026, 11, 12)),  # 11 November
        (date(2026, 11, 2), {"days": 15}, date(2026, 11, 17)),
        (date(2026, 12, 31), {"months": 2}, date(2027, 3, 1)),  # 28 February 2027 is a Sunday
    ],
)
def test_last_day_to_act(act, length, expected):
    assert legal_deadline(act, **length) == expected


def test_end_of_month():
    assert end_of_month(date(2028, 2, 3)) == date(2028, 2, 29)
    assert end_of_month(date(2026, 12, 31)) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("days", "status"), [(-400, "late"), (-1, "late"), (0, "soon"), (1, "soon"), (7, "soon"), (8, "ok")]
)
def test_due_status(days, status):
    assert due_status(TODAY + timedelta(days=days), TODAY) == status


def test_the_meaning_of_soon_can_be_chosen():
    due = TODAY + timedelta(days=30)
    assert due_status(due, TODAY, soon_days=30) is DueStatus.SOON
    assert due_status(due, TODAY, soon_days=29) is DueStatus.OK
    assert due_status(TODAY, TODAY, soon_days=0) is DueStatus.SOON


def test_status_labels():
    assert [status.label for status in DueStatus] == ["En retard", "À échéance proche", "Dans les temps"]


@pytest.mark.parametrize(
    ("due", "label"),
    [
        (date(2026, 11, 23), "aujourd’hui"),
        (date(2026, 11, 24), "demain"),
        (date(2026, 11, 30), "dans 7 jours"),
        (date(2027, 1, 22), "dans 60 jours"),
        (date(2027, 1, 23), "dans 2 mois"),
        (date(2027, 2, 22), "dans 2 mois"),
        (date(2027, 2, 23), "dans 3 mois"),
        (date(2028, 11, 22), "dans 23 mois"),
        (date(2028, 11, 23), "dans 2 ans"),
        (date(2029, 11, 22), "dans 2 ans"),
        (date(2026, 11, 22), "1 jour de retard"),
        (date(2026, 11, 20), "3 jours de retard"),
        (date(2026, 8, 23), "3 mois de retard"),
        (date(2023, 11, 23), "3 ans de retard"),
    ],
)
def test_due_label(due, label):
    assert due_label(due, TODAY) == label
