"""Find persons by name: as written, then by ear, then by likeness. Never a gist index, always the stored keys."""

from collections.abc import Iterator
from itertools import combinations, pairwise

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Case, IntegerField, Q, Value, When

from households.models import Person
from households.models.persons import PersonQuerySet
from households.phonetics import phonetic_key

LIKENESS = 0.45
MOST_GROUPED_WORDS = 5

EXACT, PREFIX, FIRST_NAME, WORDS = range(4)


def as_written(persons: PersonQuerySet, words: tuple[str, ...], limit: int) -> list[Person]:
    """Whole names first, then beginnings of names, then of first names, then of any of their words; in any order.

    Each person carries `rank` (EXACT, PREFIX, FIRST_NAME or WORDS).
    """
    exact, prefix = Q(), Q()
    for left, right in _splits(words):
        exact |= _names(left, right, "") | _names(right, left, "")
        prefix |= _names(left, right, "__startswith") | _names(right, left, "__startswith")
    joined = "".join(words)
    exact |= Q(compact_birth=joined) | Q(compact_usual=joined)
    prefix |= Q(compact_birth__startswith=joined) | Q(compact_usual__startswith=joined)
    first_name = Q(compact_first__startswith=joined)
    every_word = Q()
    for word in words:
        every_word &= Q(search_key__regex=rf"\m{word}")
    rank = Case(
        When(exact, then=Value(EXACT)),
        When(prefix, then=Value(PREFIX)),
        When(first_name, then=Value(FIRST_NAME)),
        default=Value(WORDS),
        output_field=IntegerField(),
    )
    found = persons.filter(exact | prefix | first_name | every_word)
    return list(found.annotate(rank=rank).order_by("rank", "search_key", "birth_date", "pk")[:limit])


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


def by_likeness(persons: PersonQuerySet, words: tuple[str, ...], limit: int) -> list[Person]:
    """Persons whose names share enough three-letter groups with what was typed: for slips of the finger."""
    typed = " ".join(words)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS)])
        likeness = TrigramWordSimilarity(typed, "search_key")
        found = persons.filter(search_key__trigram_word_similar=typed)
        return list(found.order_by(likeness.desc(), "search_key", "pk")[:limit])


def _names(name: str, first: str, lookup: str) -> Q:
    return (Q(**{f"compact_birth{lookup}": name}) | Q(**{f"compact_usual{lookup}": name})) & Q(
        **{f"compact_first{lookup}": first}
    )


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
