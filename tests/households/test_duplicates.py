"""Possible duplicates of a person being typed (H5): reasons are shown, nothing is merged, identifiers prove nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from cias.accounts.models import User
from households.enums import BirthPrecision
from households.models import Person
from households.search import duplicates
from households.search.duplicates import likely, likeness
from households.services import PersonData
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

SOIZIC = PersonData(birth_name="Kerbrat", first_names="Soizic", birth_date=date(1991, 2, 14))


@pytest.fixture
def soizic(db: None) -> Person:
    return PersonFactory(
        birth_name="Kerbrat",
        usual_name="Le Goff",
        first_names="Soizic Marie",
        birth_date=date(1991, 2, 14),
        phone="+33612345678",
    )


@pytest.mark.parametrize(
    ("typed", "reasons"),
    [
        ({}, ["même date de naissance", "même nom", "début du prénom"]),
        (
            {"birth_name": "Kerbra", "first_names": "Soizik"},
            ["même date de naissance", "nom proche à l’oreille", "prénom proche à l’oreille"],
        ),
        ({"birth_name": "Le Goff"}, ["même date de naissance", "même nom", "début du prénom"]),
        ({"birth_name": "LEGOFF", "birth_date": None}, ["même nom", "début du prénom"]),
        (
            {"birth_name": "Autre", "usual_name": "Le Goff"},
            ["même date de naissance", "même nom", "début du prénom"],
        ),
        (
            {"birth_date": date(1991, 2, 4)},
            ["date de naissance à un chiffre près", "même nom", "début du prénom"],
        ),
        (
            {"birth_date": date(1991, 1, 1), "birth_precision": BirthPrecision.YEAR},
            ["même année de naissance", "même nom", "début du prénom"],
        ),
        (
            {"birth_date": date(1991, 2, 1), "birth_precision": BirthPrecision.MONTH},
            ["même mois de naissance", "même nom", "début du prénom"],
        ),
        (
            {"birth_name": "Soizic", "first_names": "Kerbrat"},
            ["même date de naissance", "nom et prénom inversés"],
        ),
        ({"first_names": "Anne"}, ["même date de naissance", "même nom"]),
        ({"birth_name": "Marié"}, ["même date de naissance", "début du prénom"]),
        ({"first_names": "Soi"}, ["même date de naissance", "même nom", "début du prénom"]),
        (
            {"phone": "+33612345678"},
            ["même date de naissance", "même nom", "début du prénom", "même téléphone"],
        ),
        ({"first_names": "", "birth_date": None}, ["même nom seulement"]),
        ({"first_names": "Yann", "birth_date": date(1988, 9, 3)}, ["même nom seulement"]),
    ],
)
def test_the_reason_is_told(typed: dict, reasons: list[str], soizic: Person, nadege: User) -> None:
    (match,) = duplicates(replace(SOIZIC, **typed), nadege)
    assert match.person == soizic
    assert match.reasons == reasons


@pytest.mark.parametrize(
    "typed",
    [
        {"birth_name": "", "first_names": "Soizic"},
        {"birth_name": "Ke", "first_names": ""},
        {"birth_name": "Durand"},
        {"birth_name": "Durand", "birth_date": None, "phone": "+33612345678"},
        {"birth_name": "Durand", "first_names": "", "phone": "+33612345678"},
        {"birth_name": "Durand", "first_names": "Yann"},
        {"is_anonymous": True, "birth_name": "", "first_names": ""},
    ],
)
def test_too_little_makes_no_match(typed: dict, soizic: Person, nadege: User) -> None:
    found = duplicates(replace(SOIZIC, **typed), nadege)
    assert [match.person for match in found] == ([soizic] if typed == {"birth_name": "Durand"} else [])


def test_a_couple_sharing_a_phone_is_not_one_person(soizic: Person, nadege: User) -> None:
    """peers.md, T8: one CAF number and one phone for two people had them merged."""
    PersonFactory.create_batch(4, birth_name="Le Goff", first_names="Autre", birth_date=None)
    husband = PersonData(
        birth_name="Le Goff", first_names="Yann", birth_date=date(1988, 9, 3), phone="+33612345678"
    )
    assert duplicates(husband, nadege) == []


def test_known_homonyms_with_another_full_birth_date_are_left_out(nadege: User) -> None:
    PersonFactory.create_batch(5, birth_name="Martin", first_names="Marie", birth_date=date(1954, 3, 9))
    young = PersonData(birth_name="Martin", first_names="Marie", birth_date=date(1999, 12, 1))
    assert duplicates(young, nadege) == []


def test_the_most_likely_comes_first_and_the_list_is_short(soizic: Person, nadege: User) -> None:
    PersonFactory.create_batch(8, birth_name="Kerbrat", first_names="Soizic", birth_date=None)
    found = duplicates(SOIZIC, nadege)
    assert found[0].person == soizic
    assert len(found) == 5
    scores = [match.score for match in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 100 for score in scores)


def test_a_frequent_name_alone_shows_nobody(nadege: User) -> None:
    PersonFactory.create_batch(4, birth_name="Martin")
    assert duplicates(PersonData(birth_name="Martin"), nadege) == []


def test_a_presumed_date_does_not_contradict(soizic: Person, nadege: User) -> None:
    typed = replace(SOIZIC, birth_date=date(1990, 1, 1), birth_precision=BirthPrecision.PRESUMED)
    assert duplicates(typed, nadege)[0].reasons == ["même nom", "début du prénom"]


def test_lists_ask_more_than_typing_of_persons_with_other_names() -> None:
    """A first name and a birthday are shared by many: with another name, the very same date is asked of a list."""
    one = PersonData(birth_name="Melaez", first_names="Denise", birth_date=date(1982, 10, 9))
    same_day = replace(one, birth_name="Chalabeau")
    exchanged = replace(same_day, birth_date=date(1982, 9, 10))
    assert likely(one, same_day) == (60, ["même date de naissance", "même prénom"])
    assert likeness(one, exchanged)[0] == 55
    assert likely(one, exchanged) == (0, [])


def test_day_and_month_exchanged(nadege: User) -> None:
    person = PersonFactory(birth_name="Kerbrat", first_names="Soizic", birth_date=date(1991, 3, 7))
    (match,) = duplicates(replace(SOIZIC, birth_date=date(1991, 7, 3)), nadege)
    assert match.person == person
    assert match.reasons[0] == "jour et mois de naissance inversés"


@pytest.mark.parametrize("who", ["francoise", "david", "armelle", "hugo"])
def test_nobody_learns_of_a_person_they_may_not_know(
    who: str, soizic: Person, request: pytest.FixtureRequest
) -> None:
    assert duplicates(SOIZIC, request.getfixturevalue(who)) == []


def test_two_queries_whatever_the_number_of_candidates(
    nadege: User, django_assert_num_queries: Callable
) -> None:
    PersonFactory.create_batch(30, birth_name="Kerbrat", first_names="Soizic")
    with django_assert_num_queries(1):
        duplicates(replace(SOIZIC, birth_date=None), nadege)
    with django_assert_num_queries(2):
        duplicates(replace(SOIZIC, first_names="Xavier"), nadege)
