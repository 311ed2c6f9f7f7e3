from datetime import date

import pytest

from cias.accounts.models import User
from households.models import Household
from rights.models import Right, RightsFile
from rights.services import open_file
from tests.factories import AssignmentFactory, HouseholdFactory, MembershipFactory, PersonFactory


@pytest.fixture
def css(db: None) -> Right:
    return Right.objects.get(code="css")


@pytest.fixture
def household(claire: User) -> Household:
    """Denise Lefèvre and her grandson Léo, followed by Claire."""
    household = HouseholdFactory(name="Lefèvre", with_situation=True)
    denise = PersonFactory(birth_name="Lefèvre", first_names="Denise")
    leo = PersonFactory(birth_name="Lefèvre", child=True)
    MembershipFactory(household=household, person=denise)
    MembershipFactory(household=household, person=leo, role="child")
    AssignmentFactory(household=household, agent=claire)
    return household


@pytest.fixture
def file(household: Household, css: Right, claire: User) -> RightsFile:
    """Denise's request for the CSS, deposited on 5 October 2026."""
    return open_file(
        by=claire,
        household=household,
        applicant=household.memberships.get(role="applicant").person,
        right=css,
        agent=claire,
        opened_on=date(2026, 10, 1),
        deposit_on=date(2026, 10, 5),
    )
