"""The NIR (numéro de sécurité sociale): thirteen characters and a key of two digits.

The key is 97 minus the number modulo 97; Corsica's 2A counts as 19 and 2B as 18 (décret 2019-341 says who may hold
the number, never as a key to find somebody).
"""

import itertools
import re

from django.core.exceptions import ValidationError

_FORM = re.compile(r"[1-8]\d{4}(?:\d{2}|2A|2B)\d{6}\d{2}")
# Wherever it stands in a text, key or not, however it is spaced: months 01-12, or 20 and more when unknown.
_ANYWHERE = re.compile(
    r"(?<![\w+])[1-478][ .\-\u00a0]?\d{2}[ .\-\u00a0]?(?:0[1-9]|1[0-2]|[2-4]\d|[5-9]\d)[ .\-\u00a0]?(?:\d{2}|2[ABab])"
    r"[ .\-\u00a0]?\d{3}[ .\-\u00a0]?\d{3}(?:[ .\-\u00a0]?\d{2})?(?!\w)"
)
HIDDEN = "(numéro de sécurité sociale)"
LENGTH = 15


def normalise(text: str) -> str:
    """The fifteen characters without spaces. Raises ValidationError when they are not a NIR or the key is wrong."""
    number = re.sub(r"[\s.\-]", "", text).upper()
    if not _FORM.fullmatch(number):
        raise ValidationError(
            "Un numéro de sécurité sociale compte 15 caractères, clé comprise\u00a0: 2 53 07 2B 073 004 70.",
            code="nir",
        )
    if key(number[:13]) != int(number[13:]):
        raise ValidationError("La clé ne correspond pas à ce numéro\u00a0: relisez-le.", code="nir")
    return number


def key(body: str) -> int:
    """The key of the first thirteen characters."""
    return 97 - int(body.replace("2A", "19").replace("2B", "18")) % 97


def hide(text: str) -> str:
    """The text without the numbers in it that look like a NIR: for whatever is shown or kept of a file."""
    return _ANYWHERE.sub(HIDDEN, text)


def spaced(number: str) -> str:
    """« 2 53 07 2B 073 004 70 », as it stands on a card."""
    cuts = (0, 1, 3, 5, 7, 10, 13, LENGTH)
    return "\u00a0".join(number[a:b] for a, b in itertools.pairwise(cuts))


def masked(number: str) -> str:
    """« 2 53 •• •• ••• ••• •• »: enough to tell whether it was written down, not to use it."""
    return spaced(number[:3] + "•" * (LENGTH - 3))
