"""Two agents, two connections, the same rows (H6)."""

from datetime import date

import pytest
from django.db import connections, transaction

from cias.core.merging import MergeRefused
from households.models import Household, Merge, Note, Person
from households.services import add_member, merge, undo_merge
from tests.appointments.racing import at_once
from tests.factories import HouseholdFactory, MembershipFactory, NoteFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_agents_merge_the_same_two_in_opposite_directions() -> None:
    by = UserFactory()
    one, two = PersonFactory(), PersonFactory()

    def merging(survivor: Person, absorbed: Person) -> Merge:
        return merge(
            by=by, survivor=Person.objects.get(pk=survivor.pk), absorbed=Person.objects.get(pk=absorbed.pk)
        )

    results = at_once([lambda: merging(one, two), lambda: merging(two, one)] * 2)
    kinds = {type(result) for result in results}
    assert kinds == {Merge, MergeRefused} or kinds == {Merge, Person.DoesNotExist} or len(kinds) == 3
    assert Merge.objects.count() == 1
    assert Person.objects.count() == 1


def test_a_double_click_on_merge_and_on_undo_counts_once() -> None:
    by = UserFactory()
    kept, absorbed = HouseholdFactory(), HouseholdFactory()
    done = at_once([lambda: merge(by=by, survivor=kept, absorbed=absorbed)] * 4)
    assert {row.pk for row in done} == {Merge.objects.get().pk}
    assert at_once([lambda: undo_merge(by=by, merge=done[0])] * 4) == [0] * 4
    assert Household.objects.count() == 2


def test_what_others_write_at_that_moment_is_not_lost_and_nothing_waits_for_ever() -> None:
    """Somebody holds the absorbed household while they add a member: the merge lets them finish."""
    by = UserFactory()
    kept, absorbed = HouseholdFactory(), HouseholdFactory()
    MembershipFactory(household=kept)
    MembershipFactory(household=absorbed)
    persons = PersonFactory.create_batch(4)

    def joins(person: Person) -> object:
        return add_member(by=by, household=absorbed, person=person, start=date(2026, 2, 1))

    results = at_once(
        [lambda person=person: joins(person) for person in persons]
        + [lambda: merge(by=by, survivor=kept, absorbed=absorbed)]
    )
    assert isinstance(results[-1], Merge)
    joined = [result for result in results[:-1] if not isinstance(result, Exception)]
    late = [result for result in results[:-1] if isinstance(result, Exception)]
    assert all(isinstance(error, Household.DoesNotExist) for error in late)
    assert kept.memberships.count() == 2 + len(joined)
    assert not absorbed.memberships.exists()


def test_a_row_still_held_after_some_tries_is_said_in_words() -> None:
    by = UserFactory()
    kept, absorbed = HouseholdFactory(), HouseholdFactory()
    NoteFactory(household=absorbed)
    with transaction.atomic():
        Household.objects.select_for_update().get(pk=absorbed.pk)
        (refused,) = at_once([lambda: merge(by=by, survivor=kept, absorbed=absorbed)])
    assert isinstance(refused, MergeRefused)
    assert "réessayez" in refused.messages[0]
    assert Note.objects.get().household == absorbed
    assert connections["default"].in_atomic_block is False
