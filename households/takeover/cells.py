"""What one cell says. Pure: each function gives the value, or raises ValueError with a sentence for the reader."""

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cias.core.forms import to_e164
from cias.core.periods import parse_french_date
from cias.core.text import sort_key
from households.enums import BirthPrecision, IncomeBand
from households.forms.fields import Birth, read_birth

# Spreadsheets count days from 30 December 1899 (the year 1900 they hold a leap year included).
_EPOCH = date(1899, 12, 30)
_SERIAL = range(3654, 80000)  # 1910 to 2118
_ERROR = re.compile(r"#(?:REF|N/A|NAME|NOM|FORMULE|VALUE|VALEUR|DIV/0|NULL|NUM|NOMBRE)[!?]?", re.IGNORECASE)
_UNKNOWN_PARTS = re.compile(
    r"(?:xx|00|\?\?|--)[/.\- ](?:(xx|00|\?\?|--|\d{1,2})[/.\- ])?(\d{4})", re.IGNORECASE
)
_PRESUMED = re.compile(r"\b(?:presumee?|environ|vers|env|circa)\b|[?~]", re.IGNORECASE)
_TIME_OF_DAY = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?$")
_BANDS = (
    (Decimal(600), IncomeBand.UNDER_600),
    (Decimal(1000), IncomeBand.UNDER_1000),
    (Decimal(1500), IncomeBand.UNDER_1500),
    (Decimal(2000), IncomeBand.UNDER_2000),
)


def refuse_error(text: str) -> None:
    """Raises ValueError for what a spreadsheet writes when a formula fails."""
    if text.startswith("#") and _ERROR.fullmatch(text):
        raise ValueError(f"la cellule contient une erreur du tableur ({text}).")


def _serial(text: str) -> date | None:
    number = text.partition(".")[0].partition(",")[0]
    if len(number) == 5 and number.isdigit() and int(number) in _SERIAL:
        return _EPOCH + timedelta(days=int(number))
    return None


def read_date(text: str, *, today: date) -> date:
    """A day of the past, as typed or as a spreadsheet counts days."""
    text = _TIME_OF_DAY.sub("", text.strip())
    day = _serial(text)
    if day is None:
        day = parse_french_date(text, not_after=today)
    if day > today:
        raise ValueError(f"le {day:%d/%m/%Y} est dans l’avenir.")
    return day


def read_birth_cell(text: str, *, today: date) -> Birth:
    """A birth date, whole, partial ("1980", "00/00/1980", "XX/05/1980") or presumed ("12/04/1980 ?")."""
    text = _TIME_OF_DAY.sub("", text.strip())
    presumed = bool(_PRESUMED.search(sort_key(text)) or re.search(r"\d\s*[?~]|^[~]", text))
    bare = re.sub(r"[()~]|(?<=\d)\s*\?+$", " ", text)
    bare = re.sub(
        r"(?i)\b(?:pr[ée]sum[ée]e?|environ|vers|env\.?|circa|n[ée]e? (?:le|en))\b", " ", bare
    ).strip()
    if (day := _serial(bare)) is not None:
        birth = Birth(day, BirthPrecision.DAY)
    elif match := _UNKNOWN_PARTS.fullmatch(bare):
        month = match[1] if match[1] and match[1].isdigit() and int(match[1]) else ""
        birth = read_birth(f"{month}/{match[2]}" if month else match[2])
    else:
        birth = read_birth(bare)
    if birth.day > today:
        raise ValueError("cette date de naissance est dans l’avenir.")
    if presumed and birth.precision == BirthPrecision.DAY:
        return Birth(birth.day, BirthPrecision.PRESUMED)
    return birth


def read_phones(text: str) -> list[str]:
    """The numbers of a cell ("06 12 34 56 78 / 02 37 …"), at most two. A spreadsheet may have eaten the zero."""
    parts = [part for part in re.split(r"\s*(?:/|;|,| ou | et |\n)\s*", text) if part.strip()]
    if len(parts) > 2 and to_e164(text):  # 06/12/34/56/78
        parts = [text]
    elif len(parts) > 2:
        joined = "".join(parts)
        parts = [joined] if re.fullmatch(r"0\d{9}", re.sub(r"\D", "", joined)) else parts[:2]
    numbers = []
    for part in parts:
        digits = re.sub(r"[^\d+]", "", part)
        if re.fullmatch(r"[1-9]\d{8}", digits):
            digits = f"0{digits}"
        number = to_e164(digits) if digits else None
        if number is None:
            raise ValueError(f"«\u00a0{part.strip()[:30]}\u00a0» n’est pas un numéro de téléphone.")
        numbers.append(number)
    return numbers


def read_email(text: str) -> str:
    address = text.strip().strip(".;,<>").removeprefix("mailto:").strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValueError("ce n’est pas une adresse e-mail.") from error
    return address


def read_name(text: str) -> str:
    """A name without double spaces; one typed all in capitals or small letters gets its capitals back."""
    name = re.sub(r"\s+", " ", text.replace("'", "’")).strip(" ,;-")
    if any(char.isdigit() for char in name):
        raise ValueError(f"«\u00a0{name[:40]}\u00a0» contient des chiffres.")
    if name.isupper() or name.islower():
        name = re.sub(r"[^\W\d_]+", lambda word: word[0][:1].upper() + word[0][1:].lower(), name)
        name = re.sub(r"\b(De|Du|Des|La|Le|Les|Et)\b(?=.)", _small_inside, name)
    return name


def _small_inside(match: re.Match[str]) -> str:
    """ "Dupont de La Tour": the particle is small inside a name, and keeps its capital at the beginning."""
    word = match[0]
    return word.lower() if match.start() and word in ("De", "Du", "Des", "Et") else word


def split_full_name(text: str) -> tuple[str, str]:
    """Name and first names of one cell: "LE GOFF Anne-Marie", "Martin, Paul", "Martin Paul" (the name first)."""
    text = re.sub(
        r"^(?:m\.?|mr\.?|mme\.?|mlle\.?|monsieur|madame|mademoiselle)\s+", "", text.strip(), flags=re.I
    )
    if "," in text:
        last, _, first = text.partition(",")
        return last.strip(), first.strip()
    words = text.split()
    capitals = [word for word in words if len(word) > 1 and word.isupper()]
    if capitals and len(capitals) < len(words):
        return " ".join(capitals), " ".join(word for word in words if word not in capitals)
    return (words[0], " ".join(words[1:])) if words else ("", "")


def read_number(text: str) -> int:
    if not re.fullmatch(r"\d{1,2}", text.strip()):
        raise ValueError(f"«\u00a0{text[:30]}\u00a0» n’est pas un nombre de personnes.")
    return int(text)


def read_income(text: str) -> str:
    """The income band of a monthly amount."""
    bare = re.sub(r"[\s\u00a0\u202f€]|euros?|/mois", "", text, flags=re.IGNORECASE).replace(",", ".")
    try:
        amount = Decimal(bare)
    except InvalidOperation as error:
        raise ValueError(f"«\u00a0{text[:30]}\u00a0» n’est pas un montant.") from error
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"«\u00a0{text[:30]}\u00a0» n’est pas un montant de ressources.")
    if not amount:
        return IncomeBand.NONE
    return next((band.value for limit, band in _BANDS if amount < limit), IncomeBand.OVER_2000.value)


def read_yes_no(text: str) -> bool:
    match sort_key(text):
        case "oui" | "o" | "vrai" | "true" | "1" | "x" | "yes" | "rqth":
            return True
        case "non" | "n" | "faux" | "false" | "0" | "no":
            return False
    raise ValueError(f"«\u00a0{text[:30]}\u00a0» n’est ni oui ni non.")
