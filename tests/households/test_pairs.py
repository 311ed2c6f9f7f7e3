"""Likely duplicates among the persons already known (H5)."""

from datetime import date

import pytest

from cias.accounts.models import User
from households.enums import BirthPrecision
from households.search import likely_pairs
from households.services import merge
from tests.factories import HouseholdFactory, MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db
BASE = {"birth_name": "Lefèvre", "usual_name": "", "first_names": "Denise", "birth_date": date(1954, 3, 9)}


@pytest.mark.parametrize(
    ("other", "reasons"),
    [
        ({}, ["même date de naissance", "même nom", "même prénom"]),
        ({"birth_name": "Lefebvre"}, ["même date de naissance", "nom proche à l’oreille", "même prénom"]),
        ({"first_names": "Denise Marie"}, ["même date de naissance", "même nom", "début du prénom"]),
        ({"birth_date": None}, ["même nom", "même prénom"]),
        ({"birth_date": date(1954, 9, 3)}, ["jour et mois de naissance inversés", "même nom", "même prénom"]),
        (
            {"birth_date": date(1954, 3, 8)},
            ["date de naissance à un chiffre près", "même nom", "même prénom"],
        ),
        (
            {"birth_date": date(1954, 1, 1), "birth_precision": BirthPrecision.YEAR},
            ["même année de naissance", "même nom", "même prénom"],
        ),
        (
            {"birth_name": "Denise", "first_names": "Lefèvre"},
            ["même date de naissance", "nom et prénom inversés"],
        ),
        (
            {"birth_name": "Moreau", "usual_name": "Lefèvre"},
            ["même date de naissance", "même nom", "même prénom"],
        ),
    ],
)
def test_a_pair_is_found_with_its_reasons(other: dict, reasons: list[str], claire: User) -> None:
    one, two = PersonFactory(**BASE), PersonFactory(**{**BASE, **other})
    PersonFactory(birth_name="Durand", first_names="Paul", birth_date=date(1980, 5, 5))
    (pair,) = likely_pairs(claire)
    assert {pair.one, pair.other} == {one, two}
    assert pair.match.reasons == reasons
    assert pair.match.strength.startswith("ressemblance ")


@pytest.mark.parametrize(
    "other",
    [
        {"first_names": "Monique"},  # twins
        {"birth_date": date(1978, 7, 21)},  # homonyms
        {
            "birth_name": "Durand",
            "first_names": "Yann",
            "birth_date": date(1951, 1, 1),
            "phone": "+33612345678",
        },
        {"birth_name": "Durand", "first_names": "Denise", "birth_date": None, "phone": "+33612345678"},
        {"birth_name": "", "first_names": "Denise", "is_anonymous": True},
    ],
)
def test_what_makes_no_pair(other: dict, claire: User) -> None:
    """A couple shares a telephone, twins a birth date and a name (peers.md, T8)."""
    PersonFactory(**BASE, phone="+33612345678")
    PersonFactory(**{**BASE, **other})
    assert likely_pairs(claire) == []


def test_the_likeliest_comes_first_and_the_absorbed_are_gone(claire: User) -> None:
    one, two = PersonFactory(**BASE), PersonFactory(**BASE)
    vague = PersonFactory(**{**BASE, "birth_date": None})
    pairs = likely_pairs(claire)
    assert {pairs[0].one, pairs[0].other} == {one, two}
    assert len(pairs) == 3
    merge(by=claire, survivor=one, absorbed=two)
    (left,) = likely_pairs(claire)
    assert {left.one, left.other} == {one, vague}


def test_nobody_learns_of_somebody_they_may_not_know(claire: User, hugo: User) -> None:
    for _ in range(2):
        MembershipFactory(person=PersonFactory(**BASE), household=HouseholdFactory())
    assert len(likely_pairs(claire)) == 1
    assert likely_pairs(hugo) == []
