"""Known persons who may be one (H5), found in SQL among all of them, then judged as while typing."""

from dataclasses import dataclass

from django.db import connection

from cias.accounts.models import User
from households.models import Person
from households.search.duplicates import Match, same_person

MOST_PAIRS = 400

# The birth dates of `a` and `b` do not contradict each other: one is unknown, presumed or partial within the same year,
# day and month are exchanged, or one digit differs (one half of the eight is then the same).
COMPATIBLE = """(
    a.birth_date IS NULL OR b.birth_date IS NULL OR a.birth_date = b.birth_date
    OR 'presumed' IN (a.birth_precision, b.birth_precision)
    OR (
        ('year' IN (a.birth_precision, b.birth_precision) OR 'month' IN (a.birth_precision, b.birth_precision))
        AND right(a.digits, 4) = right(b.digits, 4)
    )
    OR a.digits = substr(b.digits, 3, 2) || substr(b.digits, 1, 2) || substr(b.digits, 5)
    OR (
        (left(a.digits, 4) = left(b.digits, 4) OR right(a.digits, 4) = right(b.digits, 4))
        AND 1 = (
            SELECT count(*) FROM generate_series(1, 8) AS at WHERE substr(a.digits, at, 1) <> substr(b.digits, at, 1)
        )
    )
)"""
# Three ways to look alike, each on a hash. DistinctPersons are the pairs somebody said to be two.
CANDIDATES = f"""
WITH known AS MATERIALIZED (
    SELECT id, birth_date, birth_precision, compact_birth, compact_usual, compact_first, phonetic, search_key,
        to_char(birth_date, 'DDMMYYYY') AS digits
    FROM households_person
    WHERE merged_into_id IS NULL AND NOT is_anonymous
), named AS MATERIALIZED (
    SELECT known.*, name FROM known, LATERAL (VALUES (compact_birth), (compact_usual)) AS names (name)
    WHERE name <> ''
), pair AS (
    SELECT a.id AS one, b.id AS other, true AS born_alike, similarity(a.search_key, b.search_key) AS likeness
    FROM known a JOIN known b ON a.birth_date = b.birth_date AND a.id < b.id
    WHERE a.phonetic && b.phonetic AND similarity(a.search_key, b.search_key) >= 0.3
    UNION
    SELECT a.id, b.id, a.birth_date IS NOT DISTINCT FROM b.birth_date, similarity(a.search_key, b.search_key)
    FROM known a JOIN known b ON a.phonetic = b.phonetic AND a.id < b.id AND {COMPATIBLE}
    UNION
    SELECT a.id, b.id, a.birth_date IS NOT DISTINCT FROM b.birth_date, similarity(a.search_key, b.search_key)
    FROM named a JOIN named b
        ON a.name = b.name AND a.compact_first = b.compact_first AND a.id < b.id AND {COMPATIBLE}
)
SELECT one, other
FROM pair
WHERE NOT EXISTS (
    SELECT FROM households_distinctpersons d
    WHERE least(d.person_id, d.other_id) = least(one, other)
        AND greatest(d.person_id, d.other_id) = greatest(one, other)
)
GROUP BY one, other
ORDER BY bool_or(born_alike) DESC, max(likeness) DESC, one, other
LIMIT %s
"""  # noqa: S608 - no value in it


@dataclass(frozen=True)
class Pair:
    """Two known persons, the earlier entered first, and why they may be one."""

    one: Person
    other: Person
    match: Match


def likely_pairs(user: User, *, limit: int = MOST_PAIRS) -> list[Pair]:
    """The likeliest pairs among the persons `user` may know of. Three queries, whatever their number."""
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, [limit])
        keys = cursor.fetchall()
    persons = Person.objects.for_user(user).in_bulk({key for pair in keys for key in pair})
    pairs = []
    for pair in keys:
        if not persons.keys() >= set(pair):
            continue
        one, other = sorted((persons[key] for key in pair), key=lambda person: person.created_at)
        if match := same_person(one, other):
            pairs.append(Pair(one, other, match))
    pairs.sort(key=lambda pair: (-pair.match.score, pair.one.search_key, str(pair.one.pk)))
    return pairs
