"""Numbers, dates and small words as French readers expect them, for text that no template filter reaches.

Spaces inside numbers and before `€ % h` are U+00A0: the application's font has no U+202F. Figures are rounded
half up, in decimal, so that 0.125 is never "0,12" because of binary fractions.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

NBSP = "\u00a0"
MINUS = "\u2212"
APOSTROPHE = "\u2019"
# What elides the word before it.
_ELIDED = re.compile(r"[aeiouœæàâäéèêëîïôöûü]|h[éèeiuy]|y(?![aeiouéè])", re.IGNORECASE)

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
SHORT_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin",
    "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip

type Number = int | float | Decimal


def exact(value: Number) -> Decimal:
    """`value` as a Decimal; floats are read as they print (0.1 is one tenth). Refuses infinity and NaN."""
    amount = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not amount.is_finite():
        raise ValueError(f"{value} is not a finite number")
    return amount


def rounded(value: Number, decimals: int = 0) -> Decimal:
    """`value` rounded half up to `decimals` places."""
    return exact(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def in_days(length: timedelta) -> Decimal:
    """A length of time in days, to the tenth, rounded half up."""
    return rounded(Decimal(str(length.total_seconds())) / (24 * 3600), 1)


def number(value: Number, decimals: int = 0, *, signed: bool = False) -> str:
    """1234.5 → "1 235", "1 234,50" with two decimals; `signed` writes "+ 7" and "− 7" for evolutions."""
    amount = value if isinstance(value, int) else rounded(value, decimals)
    text = f"{abs(amount):,.{decimals}f}".replace(",", NBSP).replace(".", ",")
    if amount == 0:
        return text
    if signed:
        return f"{'+' if amount > 0 else MINUS}{NBSP}{text}"
    return text if amount > 0 else f"{MINUS}{text}"


def euros(value: Number, decimals: int = 2) -> str:
    """Decimal("1234.5") → "1 234,50 €"."""
    return f"{number(value, decimals)}{NBSP}€"


def percent(value: Number, decimals: int = 0, *, signed: bool = False) -> str:
    """12.5 → "13 %", "12,5 %" with one decimal. The value is already a percentage, not a ratio."""
    return f"{number(value, decimals, signed=signed)}{NBSP}%"


def _local(moment: date | datetime) -> date | datetime:
    """Moments are shown on the structure's clock; a naive datetime is a bug and raises ValueError."""
    return timezone.localtime(moment) if isinstance(moment, datetime) else moment


def date_short(day: date | datetime) -> str:
    """24/12/2026."""
    return f"{_local(day):%d/%m/%Y}"


def date_long(day: date | datetime, *, weekday: bool = True) -> str:
    """ "mardi 24 novembre 2026", "mardi 1er décembre 2026"; without the weekday: "24 novembre 2026"."""
    local = _local(day)
    number_of_day = "1er" if local.day == 1 else str(local.day)
    text = f"{number_of_day} {MONTHS[local.month - 1]} {local.year}"
    return f"{DAYS[local.weekday()]} {text}" if weekday else text


def month_long(day: date | datetime) -> str:
    """ "novembre 2026"."""
    local = _local(day)
    return f"{MONTHS[local.month - 1]} {local.year}"


def month_short(day: date | datetime, *, year: bool = False) -> str:
    """ "nov.", or "nov. 2026" with the year."""
    local = _local(day)
    month = SHORT_MONTHS[local.month - 1]
    return f"{month} {local.year}" if year else month


def time_fr(moment: time | datetime) -> str:
    """ "9 h", "9 h 30", "14 h 05"."""
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return _hours(local.hour, local.minute)


def day_and_time(moment: datetime) -> str:
    """ "mardi 24 novembre 2026 à 9 h 30"."""
    return f"{date_long(moment)} à {time_fr(moment)}"


def duration(length: timedelta | int) -> str:
    """A timedelta or a number of minutes: "45 min", "1 h", "1 h 30". Seconds are dropped.

    Raises ValueError for a negative length.
    """
    minutes = length // timedelta(minutes=1) if isinstance(length, timedelta) else length
    if minutes < 0:
        raise ValueError("A duration cannot be negative")
    hours, minutes = divmod(minutes, 60)
    return _hours(hours, minutes) if hours else f"{minutes}{NBSP}min"


def _hours(hours: int, minutes: int) -> str:
    return f"{hours}{NBSP}h{NBSP}{minutes:02}" if minutes else f"{hours}{NBSP}h"


def lower_first(text: str) -> str:
    """A label inside a sentence: "Au CIAS" → "au CIAS"; "RSA majoré" keeps its acronym."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def of_name(who: object) -> str:
    """A person after "de": "d’Anne", "de Claire".

    An h is taken for mute before é, e, i, u and y; a y before a vowel keeps "de".
    """
    name = str(who)
    return f"d{APOSTROPHE}{name}" if _ELIDED.match(name) else f"de {name}"


def of_place(where: object) -> str:
    """A commune after "de": "du Coudray", "des Corvées", "d’Oinville", "de Chartres"; "La" and "L’" stay."""
    name = str(where)
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return contracted + name.removeprefix(article)
    return of_name(name)


def ordinal(rank: int, *, feminine: bool = False) -> str:
    """ "1er", "1re", "2e"."""
    if rank == 1:
        return "1re" if feminine else "1er"
    return f"{rank}e"


def plural(count: Number, singular: str, plural_form: str | None = None, *, decimals: int = 0) -> str:
    """ "1 rendez-vous", "0 dossier", "2 dossiers", "3 travaux". French plurals begin at 2.

    Without `plural_form` an "s" is added, unless the word already ends in s, x or z.
    """
    shown = rounded(count, decimals)
    if abs(shown) < 2:
        word = singular
    elif plural_form is not None:
        word = plural_form
    else:
        word = singular if singular.endswith(("s", "x", "z")) else f"{singular}s"
    return f"{number(shown, decimals)}{NBSP}{word}"


def join_list(words: Sequence[str], conjunction: str = "et") -> str:
    """["a", "b", "c"] → "a, b et c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def typographic(text: str) -> str:
    """Straight apostrophes of reference files ("Bailleau-l'Évêque") become the typographic one."""
    return text.replace("'", APOSTROPHE)
