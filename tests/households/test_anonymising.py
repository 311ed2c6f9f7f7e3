"""A household that has ended: none of its words is left anywhere, and nothing of what is counted has moved (C7)."""

from datetime import date

import pytest

from households.datalife.anonymising import anonymise
from tests.factories import (
    CommuneFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
)
from tests.households.canaries import (
    Nest,
    accounted_for_later,
    database_text,
    found_in,
    survivors,
    without_checks,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def nest(media) -> Nest:
    without_checks()
    household = HouseholdFactory(commune=CommuneFactory(), opened_on=date(2021, 3, 2))
    person = PersonFactory(birth_date=date(1984, 7, 19))
    MembershipFactory(household=household, person=person)
    nest = Nest(household, person)
    nest.fill()
    return nest


def test_the_canaries_sing_before(nest) -> None:
    """Otherwise the silence after would prove nothing: each word is in its table, and in the history of most."""
    heard = {word for table, text in database_text() for word in found_in(text, nest.words)}
    assert nest.words.keys() - heard == set()
    assert len(nest.words) > 200


def test_no_word_is_left_in_any_table(nest) -> None:
    anonymise([nest.household.pk])
    later = accounted_for_later(nest.words)
    left = {table: words.keys() - later for table, words in survivors(nest.words).items()}
    assert {table: {word: nest.words[word] for word in words} for table, words in left.items() if words} == {}
