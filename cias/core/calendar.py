"""French public holidays and working days.

Source: Code du travail, art. L. 3133-1 (the eleven legal holidays). Whether Pentecost Monday is worked is
decided locally (solidarity day, art. L. 3133-7 to L. 3133-12), hence the `pentecost_monday` switch.
"""

from collections.abc import Container, Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

import holidays

PENTECOST_MONDAY = "Lundi de Pentecôte"
SATURDAY = 5

# The library's wording → the one of our screens.
_NAMES = {
    "Jour de l'an": "Jour de l’An",
    "Fête de la Victoire": "Victoire 1945",
    "Armistice": "Armistice 1918",
}


@cache
def _holidays(year: int, pentecost_monday: bool) -> Mapping[date, str]:
    computed = holidays.country_holidays("FR", years=year, language="fr")
    names: dict[date, str] = {}
    for day in sorted(computed):
        # Two holidays may fall on one day (Ascension and 8 May in 2059).
        that_day = [_NAMES.get(name, name) for name in computed.get_list(day)]
        if not pentecost_monday:
            that_day = [name for name in that_day if name != PENTECOST_MONDAY]
        if that_day:
            names[day] = " et ".join(sorted(that_day))
    return MappingProxyType(names)


def public_holidays(year: int, *, pentecost_monday: bool = True) -> dict[date, str]:
    """The public holidays of metropolitan France in `year`: date → French name, in order of date."""
    return dict(_holidays(year, pentecost_monday))


def is_public_holiday(day: date, *, pentecost_monday: bool = True) -> bool:
    return day in _holidays(day.year, pentecost_monday)


def is_working_day(day: date, *, pentecost_monday: bool = True, closed: Container[date] = ()) -> bool:
    """Monday to Friday, neither a public holiday nor one of the `closed` days."""
    return (
        day.weekday() < SATURDAY
        and not is_public_holiday(day, pentecost_monday=pentecost_monday)
        and day not in closed
    )


def working_days_before(
    day: date, count: int, *, pentecost_monday: bool = True, closed: Container[date] = ()
) -> date:
    """The `count`-th working day strictly before `day` (`day` itself when `count` is 0).

    Raises ValueError when `count` is negative.
    """
    return _step(day, count, timedelta(days=-1), pentecost_monday, closed)


def working_days_after(
    day: date, count: int, *, pentecost_monday: bool = True, closed: Container[date] = ()
) -> date:
    """The `count`-th working day strictly after `day` (`day` itself when `count` is 0).

    Raises ValueError when `count` is negative.
    """
    return _step(day, count, timedelta(days=1), pentecost_monday, closed)


def _step(day: date, count: int, step: timedelta, pentecost_monday: bool, closed: Container[date]) -> date:
    if count < 0:
        raise ValueError("Le nombre de jours ouvrés doit être positif ou nul.")
    while count:
        day += step
        if is_working_day(day, pentecost_monday=pentecost_monday, closed=closed):
            count -= 1
    return day
