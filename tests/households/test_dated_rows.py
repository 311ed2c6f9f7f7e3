"""What a page read with its household is what a query would answer (households/dated_rows.py)."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from cias.accounts.models import User
from households.dated_rows import ROWS, rows_of, with_rows
from households.models import Household
from tests.factories import HouseholdFactory


def test_rows_read_with_the_household_are_those_of_a_query(claire: User, mehdi: User) -> None:
    bare = HouseholdFactory(with_applicant=True, with_situation=True, with_referent=True)
    bare.assignments.create(agent=mehdi, role="other", start=date(2026, 1, 1))
    bare.addresses.create(street="3, rue Verte", start=bare.opened_on)
    asked = {name: rows_of(bare, name, claire) for name in ROWS}
    assert all(asked.values()), asked
    read = Household.objects.prefetch_related(*with_rows(claire, *ROWS)).get(pk=bare.pk)
    with CaptureQueriesContext(connection) as queries:
        assert {name: rows_of(read, name, claire) for name in ROWS} == asked
        assert [row.person.full_name for row in rows_of(read, "memberships")]
        assert [row.agent.full_name for row in rows_of(read, "assignments")]
    assert len(queries) == 0
    (member,) = rows_of(read, "memberships")
    assert (member.is_known, member.is_linked) == (True, False)
