"""What stands behind the pages of insertion."""

from collections.abc import Callable
from datetime import date

import pytest
from django.urls import reverse

from cias.accounts.models import User
from cias.core.periods import Period
from insertion.reporting.columns import orientations_of
from tests.factories import MembershipFactory, OrientationFactory, WorkshopSessionFactory
from tests.insertion.protection import protect

pytestmark = pytest.mark.django_db


def test_nobody_of_a_closed_file_is_sent_to_the_departement(claire: User, isabelle: User) -> None:
    orientation = OrientationFactory()
    protect(orientation.household, by=claire)
    autumn = Period(date(2026, 9, 1), date(2026, 12, 31))
    found = {user: list(orientations_of(user, autumn)) for user in (claire, isabelle)}
    assert found == {claire: [orientation], isabelle: []}


def test_sessions_are_chosen_among_those_one_may_read(
    login, claire: User, withdraw: Callable[[str], None]
) -> None:
    """Today who registers reads the programme: the right is asked for, should the matrix come to say otherwise."""
    session = WorkshopSessionFactory()
    client = login(claire)
    page = reverse("insertion:workshop_enrol", args=[MembershipFactory().household_id])
    assert list(client.get(page).context["form"].fields["sessions"].queryset) == [session]
    withdraw("workshops.view")
    assert list(client.get(page).context["form"].fields["sessions"].queryset) == []
