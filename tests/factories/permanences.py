from datetime import date

import factory

from cias.accounts.enums import Role
from households.models import Membership
from insertion.models import Counselling, CounsellingSession
from insertion.permanences.enums import Attendance
from tests.factories.accounts import UserFactory
from tests.factories.households import HouseholdFactory, MembershipFactory


def _member(counselling) -> object:
    membership = Membership.objects.filter(household=counselling.household).first()
    return (membership or MembershipFactory(household=counselling.household)).person


class CounsellingFactory(factory.django.DjangoModelFactory):
    """The person is the household's first member, created when it has none."""

    class Meta:
        model = Counselling

    psychologist = factory.SubFactory(UserFactory, role=Role.PSYCHOLOGIST)
    household = factory.SubFactory(HouseholdFactory)
    person = factory.LazyAttribute(_member)
    started_on = date(2026, 9, 1)


class CounsellingSessionFactory(factory.django.DjangoModelFactory):
    """A session held without an appointment."""

    class Meta:
        model = CounsellingSession

    counselling = factory.SubFactory(CounsellingFactory)
    on = date(2026, 10, 6)
    attendance = Attendance.HELD
