"""What the cells of the Département's file say beyond those of any list. Pure: the value, or ValueError with a
sentence."""

import re
from datetime import date, timedelta

from django.core.exceptions import ValidationError

from cias.core import nir
from households.enums import Title
from households.takeover.cells import read_date

LONGEST_ORIENTATION = timedelta(days=10 * 366)
# "Ã©" for "é": UTF-8 read as Windows-1252 once more; "�" where a sign was lost.
_BROKEN = re.compile("[ÃÂ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|\ufffd")
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_BODY = re.compile(r"[1-478]\d{4}(?:\d{2}|2A|2B)\d{6}")
FEMALE, MALE = "2", "1"
FIRST_DAY = date(1988, 12, 1)


def refuse_broken(text: str) -> None:
    """Raises ValueError for what no reading can mend: lost accents, a formula in place of its result."""
    if _BROKEN.search(text):
        raise ValueError(
            "les accents sont illisibles\u00a0: enregistrez de nouveau le fichier, en UTF-8 ou au format .xlsx."
        )
    if text.startswith("="):
        raise ValueError("la cellule contient une formule et non son résultat.")


def read_key(text: str) -> str:
    """An identifier as text; one that a spreadsheet has rounded is none any more."""
    if _ROUNDED.fullmatch(text.strip()):
        raise ValueError(
            "le tableur a arrondi ce numéro\u00a0: mettez la colonne au format Texte, puis recommencez."
        )
    return re.sub(r"\s+", " ", text.strip())


def read_caf_number(text: str) -> str:
    """A CAF or MSA number: spaces out, leading zeros too; more than 7 digits that end with zeros are cut (peers.md)."""
    digits = re.sub(r"[\s.\-]", "", read_key(text)).upper()
    if not re.fullmatch(r"[0-9]{1,15}[A-Z]?", digits):
        raise ValueError("ce n’est pas un numéro d’allocataire.")
    if len(digits) > 7 and not digits[7:].strip("0"):
        digits = digits[:7]
    return digits.lstrip("0") or "0"


def read_nir(text: str) -> str:
    """The thirteen characters of a NIR, its key checked when it is there. The sentence never repeats the number."""
    number = re.sub(r"[\s.\-]", "", read_key(text)).upper()
    if _BODY.fullmatch(number):
        return number
    try:
        return nir.normalise(number)[:13]
    except ValidationError as error:
        said = (
            "sa clé ne correspond pas"
            if _BODY.match(number)
            else "il compte 13 caractères, ou 15 avec sa clé"
        )
        raise ValueError(
            f"ce NIR n’est pas valable\u00a0: {said}. Corrigez-le, ou videz la cellule."
        ) from error


def nir_contradiction(number: str, *, title: str, birth: date | None) -> str:
    """What the NIR says otherwise than the row, in words; "" when they agree."""
    if title == Title.MRS and number[0] == MALE:
        return "le NIR est celui d’un homme, la civilité dit Madame."
    if title == Title.MR and number[0] == FEMALE:
        return "le NIR est celui d’une femme, la civilité dit Monsieur."
    if birth is not None and int(number[1:3]) != birth.year % 100:
        return "l’année de naissance n’est pas celle du NIR."
    month = int(number[3:5])
    if birth is not None and 1 <= month <= 12 and month != birth.month:
        return "le mois de naissance n’est pas celui du NIR."
    return ""


def read_end(text: str, *, today: date) -> date:
    """The last day of an orientation, which may be to come."""
    limit = today + LONGEST_ORIENTATION
    day = read_date(text, today=limit)
    if day > limit:
        raise ValueError(f"le {day:%d/%m/%Y} est trop lointain.")
    return day


def read_past(text: str, *, today: date) -> date:
    """A day of the past, since there has been a minimum income (RMI, 1 December 1988)."""
    day = read_date(text, today=today)
    if day < FIRST_DAY:
        raise ValueError(f"le {day:%d/%m/%Y} est trop ancien pour une orientation.")
    return day
