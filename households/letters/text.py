"""Replace the merge keys of a text, refuse the unknown ones, point at what is still to be completed."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import groupby

from django.core.exceptions import ValidationError

from cias.core.registry import MergeKey, merge_keys
from cias.core.text import unaccent
from households.letters.context import LetterContext

_KEY = re.compile(r"\{([^{}\n]*)\}")
TO_COMPLETE = "à compléter"
_BLANK = re.compile(rf"\[{TO_COMPLETE}\b[^\]\n]*\]")
CLOSE_ENOUGH = 0.6


def known_keys() -> dict[str, MergeKey]:
    return dict(merge_keys.items())


def keys_by_group() -> list[tuple[str, list[MergeKey]]]:
    """For the palette: the groups in the order they were registered."""
    return [(group, list(keys)) for group, keys in groupby(known_keys().values(), key=lambda key: key.group)]


def _code(typed: str) -> str:
    """A key as typed by hand: "{Date longue}" and "{date_longue}" are one."""
    return re.sub(r"[\s’'-]+", "_", unaccent(typed).strip())


def unknown_keys(text: str) -> Iterator[str]:
    """One sentence for each key nobody knows, with the nearest known one."""
    known = known_keys()
    for typed in dict.fromkeys(_KEY.findall(text)):
        code = _code(typed)
        if code in known:
            continue
        near = get_close_matches(code, known, n=1, cutoff=CLOSE_ENOUGH)
        hint = f" Vouliez-vous dire {{{near[0]}}} ?" if near else " Choisissez une clé de la liste."
        yield f"La clé {{{typed}}} n’existe pas.{hint}"


def check_keys(text: str) -> str:
    """Raises ValidationError when the text holds unknown keys; returns it with the known ones well spelt."""
    if wrong := list(unknown_keys(text)):
        raise ValidationError(wrong, code="unknown_key")
    return _KEY.sub(lambda match: f"{{{_code(match[1])}}}", text)


def merged(text: str, context: LetterContext) -> str:
    """The text with its keys replaced; what is not known of this household reads "[à compléter : …]".

    Braces in a value are dropped: somebody's name never becomes a key. Unknown keys stay as they are.
    """
    known = known_keys()

    def replace(match: re.Match[str]) -> str:
        key = known.get(_code(match[1]))
        if key is None:
            return match[0]
        value = key.value(context).replace("{", "(").replace("}", ")")
        return value or f"[{TO_COMPLETE} : {key.label}]"

    return _KEY.sub(replace, text)


def still_to_complete(*texts: str) -> list[str]:
    """What a writer has to fill in before the letter can be finished, once each."""
    found: Iterable[str] = (blank for text in texts for blank in _BLANK.findall(text))
    return list(dict.fromkeys(blank.strip("[]") for blank in found))
