"""Age bands: those of the lists, the figures and the exports are the same."""

import itertools
from datetime import date

from cias.core.deadlines import add_months

# First age of each band; the last one has no end.
BAND_STARTS = (0, 18, 25, 35, 45, 55, 65, 75)
BANDS = {
    f"{first:02d}": f"{first} à {after - 1} ans" if first else f"Moins de {after} ans"
    for first, after in itertools.pairwise(BAND_STARTS)
} | {f"{BAND_STARTS[-1]}": f"{BAND_STARTS[-1]} ans et plus"}


def completed_years(born: date, day: date) -> int:
    """Age on `day` of somebody born on `born`."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def latest_birth(age: int, day: date) -> date:
    """The last birth date that makes someone `age` on `day`: one is 18 from the day of their birthday."""
    return add_months(day, -12 * age)


def band_of(age: int) -> str:
    """The band's code."""
    return f"{max(first for first in BAND_STARTS if first <= age):02d}"


def births_of(band: str, day: date) -> tuple[date | None, date]:
    """The birth dates of a band on `day`: after the first one (None: no bound), up to the second."""
    first = int(band)
    after = next((start for start in BAND_STARTS if start > first), None)
    return (latest_birth(after, day) if after is not None else None), latest_birth(first, day)
