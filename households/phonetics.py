"""French sound keys: two names that sound alike to a French ear get the same key (Dupont/Dupond, Lefèvre/Lefebvre).

The English metaphones of PostgreSQL miss silent endings and nasal vowels, which make most spelling variants of
French names. The rules below follow the usual French "phonex" family: consonant groups, then vowels, then endings.
"""

import re
from functools import cache

from cias.core.text import unaccent

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"ph", "f"),
        (r"chr", "kr"),
        (r"s?ch|sh", "j"),
        # endings one does not hear as they are written, before the letters change
        (r"(?<=..)x$|(?<=n)[cg]$", ""),
        (r"(?<=..)(?:er|ez|ets?)$", "E"),
        (r"bv", "v"),
        (r"gn", "n"),
        (r"h", ""),
        (r"g(?=[eiyE])", "j"),
        (r"gu(?=[eiyE])", "g"),
        (r"qu?", "k"),
        (r"c(?=[eiyE])", "s"),
        (r"cs|x", "ks"),
        (r"c", "k"),
        (r"w", "v"),
        (r"z", "s"),
        (r"y", "i"),
        (r"ti(?=on)", "si"),
        # silent endings, before vowels lose their shape: -ault, -aud, -aux, -ot, -et, -es …
        (r"(?<=..)[estdx]*[stdx]$|(?<=..)lt$", ""),
        (r"(?<=[au])[ul]+$", "u"),
        (r"(?<=..)e$", ""),
        (r"eau|aul|au|o[st]$", "o"),
        (r"(?:ai|ei|i)[nm](?![aeiounm])|[u]n(?![aeiounm])", "1"),
        (r"[ae][nm](?![aeiounm])", "2"),
        (r"o[nm](?![aeiounm])", "3"),
        (r"ou", "u"),
        (r"oeu|eu|oe|ai|ei|ae", "e"),
        (r"(?<=e)[rs]$", ""),
    )
)


@cache
def phonetic_key(word: str) -> str:
    """The sound key of one word (letters only are heard); empty for an empty word."""
    heard = re.sub(r"é+$", "er", word.lower().replace("ç", "s"))
    key = re.sub(r"[^a-z]", "", unaccent(heard))
    for pattern, by in _RULES:
        key = pattern.sub(by, key)
    return re.sub(r"(.)\1+", r"\1", key)[:20]


def phonetic_keys(*names: str) -> list[str]:
    """The sorted sound keys of every word of the names, and of each name read as one word ("Le Goff", "Legoff")."""
    spoken: set[str] = set()
    for name in names:
        parts = [part for part in re.split(r"[^\w]+", name) if part]
        spoken.update(phonetic_key(part) for part in (*parts, "".join(parts)) if len(part) > 1)
    return sorted(spoken - {""})
