"""Normalised keys for sorting and searching French words; computed here and nowhere else (architecture.md)."""

import re
import unicodedata

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"}
)


def unaccent(text: str) -> str:
    """Lower case without accents or ligatures: "Lefèvre" → "lefevre"."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(char for char in decomposed if not unicodedata.combining(char)).lower()


def words(text: str) -> list[str]:
    """The words of a name, unaccented: "Le Goff-N’Diaye" → ["le", "goff", "n", "diaye"]."""
    return re.findall(r"[a-z0-9]+", unaccent(text))


def sort_key(text: str) -> str:
    """What French readers expect lists to be sorted on: "L’Épine" → "l epine"."""
    return " ".join(words(text))


def compact_key(text: str) -> str:
    """The same without spaces, so that "Le Goff", "LEGOFF" and "Le-Goff" are one."""
    return "".join(words(text))
