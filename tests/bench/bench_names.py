"""Finding the caller among a million names (quality.md, Speed and scale)."""

from collections.abc import Iterator

from cias.accounts.models import User
from households.models import Person
from households.phonetics import phonetic_key
from households.search import search
from tests.bench import Measure, side_by_side

DATABASE = "large"
LOOKUP = "primary key of one person"
NEAR, FAR = 20, 150


def bench_names() -> Iterator[Measure]:
    agent = User.objects.get(email="accueil@banc.test")
    someone = Person.objects.filter(compact_birth__regex="^.{7}$", memberships__isnull=False).order_by("pk")[
        70
    ]
    name, first = someone.birth_name, someone.first_names
    count = Person.objects.count()
    for what, query, at_most in (
        ("the first letters of a name", name[:4], NEAR),
        ("a whole name", f"{name} {first}", NEAR),
        ("first name and name", f"{first} {name}", NEAR),
        ("a frequent name", "martin", NEAR),
        ("by ear", f"{_as_heard(name)} {first}", NEAR),
        ("a misspelt name", f"{name[0]}{name[2]}{name[1]}{name[3:]} {first}", FAR),
        ("a name nobody bears", "xqzwkt durandeau", FAR),
        ("the last digits of a telephone", someone.phone[-4:], NEAR),
        ("a name and a birth year", f"{name} {someone.birth_date:%Y}", NEAR),
    ):
        spent, lookup = side_by_side(
            lambda query=query: search(query, agent),
            lambda: Person.objects.get(pk=someone.pk),
            repeat=9,
        )
        yield Measure(f"{what} among {count:_}".replace("_", " "), spent, LOOKUP, lookup, at_most=at_most)


def _as_heard(name: str) -> str:
    """Another spelling that sounds the same: « ph » for f, « k » for c or qu, a letter twice."""
    doubled = [f"{name[:at]}{name[at]}{name[at:]}" for at in range(1, len(name))]
    spellings = [name.replace("F", "Ph"), name.replace("f", "ph"), name.replace("c", "k"), *doubled]
    return next(one for one in spellings if one != name and phonetic_key(one) == phonetic_key(name))
