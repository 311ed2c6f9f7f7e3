"""How a text typed in the room is printed, on screen and on paper alike."""

import re

from django.utils.safestring import SafeString

from cias.core.french import NBSP, typographic
from cias.core.rich import rich_html

_BEFORE = re.compile(r" (?=[:;?!»%€])")
_AFTER = re.compile(r"(?<=«) ")
_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")


def typeset(text: str) -> SafeString:
    """Safe HTML of `text`: paragraphs, **bold**, lists; spaces and apostrophes as French typography wants them."""
    return rich_html(spaced(text))


def spaced(text: str) -> str:
    """The same text with no-break spaces where a line must not break. Only spaces that were typed are changed."""
    for pattern in (_BEFORE, _AFTER, _THOUSANDS):
        text = pattern.sub(NBSP, text)
    return typographic(text)
