"""Periods of whole days, and the dates users type."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from cias.core.deadlines import end_of_month

PARIS = ZoneInfo("Europe/Paris")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def long_date(day: date) -> str:
    """« 1er mars 2026 », « 24 décembre 2026 »."""
    return f"{_day_month(day)} {day.year}"


def _day_month(day: date) -> str:
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]}"


@dataclass(frozen=True, order=True)
class Period:
    """From `first` to `last`, both included. Raises ValueError when `last` is before `first`."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("La fin de la période précède son début.")

    @classmethod
    def year(cls, year: int) -> Self:
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Self:
        """`quarter` from 1 to 4, else ValueError."""
        if quarter not in range(1, 5):
            raise ValueError("Un trimestre se numérote de 1 à 4.")
        return cls(date(year, 3 * quarter - 2, 1), end_of_month(date(year, 3 * quarter, 1)))

    @classmethod
    def month(cls, year: int, month: int) -> Self:
        """`month` from 1 to 12, else ValueError."""
        first = date(year, month, 1)
        return cls(first, end_of_month(first))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        """Number of days, both ends included."""
        return (self.last - self.first).days + 1

    @property
    def label(self) -> str:
        """« 2025 », « 2e trimestre 2025 », « mars 2025 », « 3 mars 2025 », « du 3 au 15 mars 2025 »…"""
        first, last = self.first, self.last
        if self == Period.year(first.year):
            return str(first.year)
        if self == Period.month(first.year, first.month):
            return f"{MONTHS[first.month - 1]} {first.year}"
        quarter = (first.month + 2) // 3
        if self == Period.quarter(first.year, quarter):
            return f"{quarter}{'er' if quarter == 1 else 'e'} trimestre {first.year}"
        if first == last:
            return long_date(first)
        if first.year != last.year:
            return f"du {long_date(first)} au {long_date(last)}"
        if first.month != last.month:
            return f"du {_day_month(first)} au {long_date(last)}"
        return f"du {'1er' if first.day == 1 else first.day} au {long_date(last)}"

    def bounds(self) -> tuple[datetime, datetime]:
        """The period as a half-open interval of moments, from midnight to midnight in Paris."""
        return (
            datetime.combine(self.first, time(), PARIS),
            datetime.combine(self.last + timedelta(days=1), time(), PARIS),
        )

    def is_past_year(self, today: date) -> bool:
        """Whether it is one whole civil year that is over: the only period that may be published more than once."""
        return self == Period.year(self.first.year) and self.last < today

    @property
    def elapsed(self) -> timedelta:
        """Real duration: 23 or 25 hours on the days when the clocks change."""
        start, end = self.bounds()
        return end.astimezone(UTC) - start.astimezone(UTC)

    def overlaps(self, other: "Period") -> bool:
        return self.first <= other.last and other.first <= self.last

    def intersection(self, other: "Period") -> "Period | None":
        """The days both have, None when there is none."""
        if not self.overlaps(other):
            return None
        return Period(max(self.first, other.first), min(self.last, other.last))


_WRITTEN_DATE = re.compile(r"(\d{1,2})[/.\- ]+(\d{1,2})[/.\- ]+(\d{4}|\d{2})")
_DIGITS_DATE = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
_TIME = re.compile(r"(\d{1,2})\s*(?:[h:.]\s*(\d{2})?)?|(\d{2})(\d{2})", re.IGNORECASE)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
FIRST_YEAR, LAST_YEAR = 1900, 2100


def parse_french_date(text: str, *, not_after: date | None = None) -> date:
    """The date a user typed: 24/12/2026, 24-12-26, 24.12.2026, 24 12 2026, 24122026, 241226 or 2026-12-24.

    A two-digit year is taken from 1970 to 2069; with `not_after` (a birth date cannot be later than today),
    it gives the latest such date that is not after it.
    Raises ValueError with a message for the user when there is no such date or its year is not in 1900–2100.
    """
    text = text.strip()
    if iso := _ISO_DATE.fullmatch(text):
        year, month, day = iso.groups()
    elif written := (_WRITTEN_DATE.fullmatch(text) or _DIGITS_DATE.fullmatch(text)):
        day, month, year = written.groups()
    else:
        raise ValueError("Saisissez une date sous la forme JJ/MM/AAAA, par exemple 24/12/2026.")
    if len(year) == 4:
        return _date(int(year), int(month), int(day))
    return _with_century(int(year), int(month), int(day), not_after)


def parse_french_time(text: str) -> time:
    """The time a user typed: 9, 9h, 9 h 30, 9:30, 9.30 or 0930. Raises ValueError with a message for the user."""
    match = _TIME.fullmatch(text.strip())
    hour, minute = ("", "") if match is None else (match[3] or match[1], match[4] or match[2] or "0")
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise ValueError("Saisissez une heure, par exemple 9\u00a0h\u00a030.") from None


def _with_century(year: int, month: int, day: int, not_after: date | None) -> date:
    if not_after is None:
        return _date(1900 + year if year >= 70 else 2000 + year, month, day)
    century = not_after.year // 100 * 100
    if (century + year, month, day) > (not_after.year, not_after.month, not_after.day):
        century -= 100
    return _date(century + year, month, day)


def _date(year: int, month: int, day: int) -> date:
    try:
        result = date(year, month, day)
    except ValueError:
        raise ValueError("Cette date n’existe pas : vérifiez le jour et le mois.") from None
    if not FIRST_YEAR <= result.year <= LAST_YEAR:
        raise ValueError(f"L’année doit être comprise entre {FIRST_YEAR} et {LAST_YEAR}.")
    return result
