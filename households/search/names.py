"""Find persons by name: as written, then by ear, then by likeness. Never a gist index, always the stored keys."""

from collections.abc import Iterator
from itertools import combinations, pairwise
from string import ascii_lowercase
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import timezone

from cias.core.deadlines import add_months
from households.models import Person
from households.models.persons import GOES_BY, PersonQuerySet
from households.phonetics import phonetic_key
from households.services.persons import ADULT_AGE

LIKENESS = 0.45
MOST_GROUPED_WORDS = 5
MOST_SLIPPED_WORDS, SHORTEST_SLIPPED, LONGEST_SLIPPED = 2, 4, 14
SHORTEST_INDEXED = 3  # letters of a word the trigram index can look for

EXACT, PREFIX, FIRST_NAME = range(3)


def as_written(persons: PersonQuerySet, words: tuple[str, ...], limit: int) -> list[Person]:
    """Whole names first, then beginnings of names, then of first names; name and first name in any order.

    Each person carries `rank` (EXACT, PREFIX or FIRST_NAME). Within a rank, those who go by the name typed come
    before those who were born with it, and adults before children, who seldom call.
    """
    if len(words) == 1 and (enough := _enough(persons, words[0], limit)):
        return enough
    joined = "".join(words)
    exact = Q(compact_birth=joined) | Q(compact_usual=joined)
    birth, usual = Q(compact_birth__startswith=joined), Q(compact_usual__startswith=joined)
    for left, right in _splits(words):
        for name, first in ((left, right), (right, left)):
            starts = Q(compact_first__startswith=first)
            exact |= (Q(compact_birth=name) | Q(compact_usual=name)) & Q(compact_first=first)
            birth |= Q(compact_birth__startswith=name) & starts
            usual |= Q(compact_usual__startswith=name) & starts
    first_name = Q(compact_first__startswith=joined)
    rank = _order(
        exact, ~first_name | Q(compact_birth__startswith=joined) | Q(compact_usual__startswith=joined)
    )
    found = persons.filter(birth | usual | first_name).annotate(rank=rank)
    goes_by_it = _order(usual | Q(compact_usual="") | first_name)
    adult = _order(_is_adult())
    return list(found.order_by("rank", goes_by_it, adult, "search_key", "birth_date", "pk")[:limit])


def _enough(persons: PersonQuerySet, typed: str, limit: int) -> list[Person]:
    """The first `limit` of those found by one word, when adults who go by it or by a name it begins are enough; else
    nobody. An index gives them in order: ten thousand bearers of a frequent name need not be read to sort them."""
    adults: Any = persons.alias(goes_by=GOES_BY).filter(_is_adult(), goes_by__startswith=typed)
    found: list[Person] = list(adults.order_by("goes_by", "search_key", "birth_date", "pk")[:limit])
    if len(found) < limit:
        return []
    for person in found:
        person.rank = EXACT if typed in (person.compact_birth, person.compact_usual) else PREFIX  # type: ignore[attr-defined]
    if (found[-1].compact_usual or found[-1].compact_birth) != typed:
        # Children who bear it, and who were born with it, come before those whose name it only begins.
        found = list(dict.fromkeys([*_bearers(persons, typed, limit), *found]))
    return found[:limit]


def _bearers(persons: PersonQuerySet, typed: str, limit: int) -> list[Person]:
    """Those who go by the very name first, then those born with it; adults before children."""
    goes_by_it = _order(Q(compact_usual=typed) | Q(compact_usual=""))
    rows = persons.filter(Q(compact_birth=typed) | Q(compact_usual=typed))
    rows = rows.annotate(rank=Value(EXACT, IntegerField()))
    return list(rows.order_by(goes_by_it, _order(_is_adult()), "search_key", "birth_date", "pk")[:limit])


def _is_adult() -> Q:
    return ~Q(birth_date__gt=add_months(timezone.localdate(), -12 * ADULT_AGE))


def _order(*conditions: Q) -> Case:
    """0 for the rows of the first condition, 1 for those of the second… one more for the others."""
    cases = [When(condition, then=Value(place)) for place, condition in enumerate(conditions)]
    return Case(*cases, default=Value(len(conditions)), output_field=IntegerField())


def by_words(persons: PersonQuerySet, words: tuple[str, ...], limit: int) -> list[Person]:
    """Persons whose names have, anywhere, a word that begins like each word typed: "goff anne", "marie dupond"."""
    if all(len(word) < SHORTEST_INDEXED for word in words):
        return []
    found = persons.all()
    for word in words:
        found = found.filter(search_key__regex=rf"\m{word}")
    return list(found.order_by("search_key", "birth_date", "pk")[:limit])


def by_ear(persons: PersonQuerySet, words: tuple[str, ...], limit: int) -> list[Person]:
    """Persons all of whose typed names sound like one of theirs, whether typed in one word or several."""
    heard = Q()
    for groups in _groupings(words):
        keys = {phonetic_key(group) for group in groups if len(group) > 1}
        if keys and "" not in keys:
            heard |= Q(phonetic__contains=sorted(keys))
    if not heard:
        return []
    likeness = TrigramSimilarity("search_key", " ".join(words))
    return list(persons.filter(heard).order_by(likeness.desc(), "search_key", "pk")[:limit])


def by_slip(persons: PersonQuerySet, words: tuple[str, ...], limit: int) -> list[Person]:
    """Persons whose name is one slip of the finger away from a word typed: two letters exchanged, one left out, one
    too many, one for another. Names too short for by_likeness() are found here: "dupnot", "lefver"."""
    slipped = Q()
    for place, word in enumerate(words[:MOST_SLIPPED_WORDS]):
        if not SHORTEST_SLIPPED <= len(word) <= LONGEST_SLIPPED:
            continue
        others = "".join(words[:place] + words[place + 1 :])
        spellings = sorted(_one_letter_away(word))
        name = Q(compact_birth__in=spellings) | Q(compact_usual__in=spellings)
        for exchanged in _exchanged(word):
            name |= Q(compact_birth__startswith=exchanged) | Q(compact_usual__startswith=exchanged)
        slipped |= name & Q(compact_first__startswith=others)
    if not slipped:
        return []
    likeness = TrigramSimilarity("search_key", " ".join(words))
    return list(persons.filter(slipped).order_by(likeness.desc(), "search_key", "pk")[:limit])


def _exchanged(word: str) -> set[str]:
    return {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)} - {word}


def _one_letter_away(word: str) -> set[str]:
    missing = {word[:at] + letter + word[at:] for at in range(len(word) + 1) for letter in ascii_lowercase}
    other = {word[:at] + letter + word[at + 1 :] for at in range(len(word)) for letter in ascii_lowercase}
    return missing | other | {word[:at] + word[at + 1 :] for at in range(len(word))}


def by_likeness(persons: PersonQuerySet, words: tuple[str, ...], limit: int) -> list[Person]:
    """Persons whose names share enough three-letter groups with what was typed: for slips of the finger."""
    typed = " ".join(words)
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS)])
        likeness = TrigramWordSimilarity(typed, "search_key")
        found = persons.filter(search_key__trigram_word_similar=typed)
        return list(found.order_by(likeness.desc(), "search_key", "pk")[:limit])


def _splits(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """ "le goff anne" → ("le", "goffanne"), ("legoff", "anne")."""
    for cut in range(1, len(words)):
        yield "".join(words[:cut]), "".join(words[cut:])


def _groupings(words: tuple[str, ...]) -> Iterator[list[str]]:
    """Every way to read neighbouring words as one name: "le goff anne" → le/goff/anne, legoff/anne, …"""
    words = words[:MOST_GROUPED_WORDS]
    for count in range(len(words)):
        for cuts in combinations(range(1, len(words)), count):
            bounds = (0, *cuts, len(words))
            yield ["".join(words[a:b]) for a, b in pairwise(bounds)]
