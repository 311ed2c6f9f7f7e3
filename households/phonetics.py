"""French sound keys: two names that sound alike to a French ear get the same key (Dupont/Dupond, Lefèvre/Lefebvre).

The English metaphones of PostgreSQL miss silent endings and nasal vowels, which make most spelling variants of
French names. The rules follow the usual French "phonex" family and never depend on an accent, since names are
mostly typed without. tests/households/test_phonetics.py measures their recall on spelling variants of the field.
"""

import re
from functools import lru_cache

from cias.core.text import unaccent

# In order. Digits are the nasal vowels (1: in, 2: an, 3: on); "E" is any final e, until the nasals have been read.
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        # groups of consonants
        (r"ph", "f"),
        (r"ch(?=[rlt])|ck", "k"),
        (r"s?ch|sh", "S"),
        (r"h", ""),
        (r"(?<=[aeou])ill(?=[aeiouy])", "y"),
        (r"(.)\1+", r"\1"),
        (r"bv", "v"),
        (r"p(?=t)|(?<=[aeiou])s(?=[nml]|t$)", ""),
        (r"gn", "n"),
        # endings that are not heard as they are written
        (r"(?:ee?|er|e[stz]+)$", "E"),
        (r"(?<=er)cq?$|(?<=n)[cg]$", ""),
        # consonants
        (r"[gj]e(?=[ao])|g(?=[eiyE])", "j"),
        (r"gu(?=[eiyE])", "g"),
        (r"qu?", "k"),
        (r"c(?=[eiyE])", "s"),
        (r"c", "k"),
        (r"^x", "gs"),
        (r"x(?!$)", "ks"),
        (r"w", "v"),
        (r"z", "s"),
        (r"y", "i"),
        (r"ti(?=on)", "si"),
        # vowels, the nasal ones first
        (r"eau|au(?:l(?=[tdx]))?", "o"),
        (r"ou?in(?![aeiouE])", "u1"),
        (r"(?:[ae]?i|(?<!o)u)n(?![aeiouE])|a?im(?![aeiouE])", "1"),
        (r"[ae][nm](?![aeiouE])", "2"),
        (r"o[nm](?![aeiouE])", "3"),
        (r"ou", "u"),
        (r"oeu|eu|oe|ai|ei|ae", "e"),
        # last consonants that are not heard
        (r"(?<=..)[stdx]+$|E$", ""),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=50_000)
def phonetic_key(word: str) -> str:
    """The sound key of one word, letters only; at most 20 characters, empty when there is nothing to hear."""
    key = re.sub(r"[^a-z]", "", unaccent(word.replace("ç", "s").replace("Ç", "s")))
    for pattern, by in _RULES:
        key = pattern.sub(by, key)
    return key[:20]


def phonetic_keys(*names: str) -> list[str]:
    """The sorted sound keys of every word of the names, and of each name read as one word ("Le Goff", "Legoff").

    A cedilla counts both ways: "Gonçalves" is also found by "Goncalves".
    """
    spoken: set[str] = set()
    for name in names:
        for spelling in {name, unaccent(name)}:
            parts = [part for part in re.split(r"[\W_]+", spelling) if part]
            spoken.update(phonetic_key(part) for part in (*parts, "".join(parts)) if len(part) > 1)
    return sorted(spoken - {""})
