"""What a caller's name, phone number, birth date or household number can mean, however it was typed."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from cias.core.deadlines import end_of_month
from cias.core.forms import to_e164
from cias.core.french import MONTHS
from cias.core.periods import FIRST_YEAR, parse_french_date
from cias.core.text import unaccent, words

LONGEST_QUERY = 100
MOST_WORDS = 6
SHORTEST_PHONE = 4

_MONTH_NUMBERS = {unaccent(name): number for number, name in enumerate(MONTHS, start=1)}
_WRITTEN_MONTH = re.compile(rf"(?:\b(\d{{1,2}})(?:er)?\s+)?\b({'|'.join(_MONTH_NUMBERS)})\s+(\d{{4}})\b")
_MARKED_NUMBER = re.compile(r"\bm[\s.-]*((?:19|20)\d{2})[\s/.-]*(\d{1,5})\b")
_BARE_NUMBER = re.compile(r"((?:19|20)\d{2})\s?[-/]\s?(\d{1,5})")
_DIGITS = re.compile(r"\+?\d(?:[\d\s./()-]*\d)?")
_MONTH_AND_YEAR = re.compile(r"(\d{1,2})[/.\- ](\d{4})")
_POLITE = re.compile(r"^\s*(?:mme|madame|mr|m|monsieur|mlle)\b\.?|\bnee?\s+(?:le|en)\b")

type Days = tuple[date, date]


@dataclass(frozen=True)
class Query:
    """`words` of names (unaccented); `births`, ranges of days, both included; `phones`, numbers or their last digits;
    `number`, a household's, in full."""

    words: tuple[str, ...] = ()
    births: tuple[Days, ...] = ()
    phones: tuple[str, ...] = ()
    number: str = ""

    def __bool__(self) -> bool:
        return bool(self.words or self.births or self.phones or self.number)


def clean(text: str) -> str:
    """Unaccented lower case of the first characters, without control characters (PostgreSQL refuses NUL)."""
    printable = "".join(char if char.isprintable() else " " for char in text[:LONGEST_QUERY])
    return unaccent(printable)


def parse(text: str) -> Query:
    """Read a query; nothing typed is an error."""
    text = _WRITTEN_MONTH.sub(_month_in_digits, clean(text))
    number = ""
    if match := _MARKED_NUMBER.search(text) or _BARE_NUMBER.fullmatch(text.strip()):
        number = f"M-{match[1]}-{int(match[2]):05d}"
        text = text.replace(match[0], " ")
    births: list[Days] = []
    phones: list[str] = []
    letters = words(_POLITE.sub(" ", _DIGITS.sub(" ", text)))[:MOST_WORDS]
    for run in _DIGITS.findall(text):
        found = _birth_days(run.strip(), named=bool(letters))
        births += found
        if not (found and (letters or "/" in run)):
            phones += _phone_digits(run)
    return Query(tuple(letters), tuple(births), tuple(phones), number)


def _month_in_digits(match: re.Match[str]) -> str:
    day, month, year = match.groups()
    return "/".join(part for part in (day, f"{_MONTH_NUMBERS[month]:02}", year) if part)


def _birth_days(run: str, *, named: bool) -> list[Days]:
    """The days of birth a run of digits can mean: a date, a month; a year only next to a name."""
    today = timezone.localdate()
    if match := _MONTH_AND_YEAR.fullmatch(run):
        month, year = int(match[1]), int(match[2])
        if 1 <= month <= 12 and FIRST_YEAR <= year <= today.year:
            first = date(year, month, 1)
            return [(first, end_of_month(first))]
        return []
    if named and re.fullmatch(r"\d{4}", run) and FIRST_YEAR <= int(run) <= today.year:
        return [(date(int(run), 1, 1), date(int(run), 12, 31))]
    try:
        day = parse_french_date(run, not_after=today)
    except ValueError:
        return []
    return [(day, day)] if day <= today else []


def _phone_digits(run: str) -> list[str]:
    """The E.164 form when the number is whole, and its digits, for last digits or the beginning of a number."""
    digits = re.sub(r"\D", "", run)
    if len(digits) < SHORTEST_PHONE:
        return []
    whole = to_e164(run) if len(digits) >= 9 else None
    return [whole] if whole else [digits]
