from datetime import date
from decimal import Decimal

import factory

from households.models import Membership
from insertion.enums import OrientationKind
from insertion.models import EngagementContract, Orientation, ReorientationRequest
from insertion.orientations.enums import Asker
from tests.factories.accounts import UserFactory
from tests.factories.households import HouseholdFactory, MembershipFactory


def _member(orientation) -> object:
    membership = Membership.objects.filter(household=orientation.household).first()
    return (membership or MembershipFactory(household=orientation.household)).person


class OrientationFactory(factory.django.DjangoModelFactory):
    """The person is the household's first member, created when it has none."""

    class Meta:
        model = Orientation

    household = factory.SubFactory(HouseholdFactory)
    person = factory.LazyAttribute(_member)
    kind = OrientationKind.SOCIAL
    notified_on = date(2026, 10, 5)
    start = date(2026, 10, 5)
    structure = "CIAS"
    referent = factory.SubFactory(UserFactory)


class EngagementContractFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EngagementContract

    orientation = factory.SubFactory(OrientationFactory)
    household = factory.SelfAttribute("orientation.household")
    start = date(2026, 10, 20)
    end = date(2027, 4, 19)
    weekly_hours = Decimal("15.0")
    objectives = "Retrouver un mode de garde, puis un emploi."

    class Params:
        signed = factory.Trait(
            signed_by_person_on=date(2026, 10, 20), signed_by_structure_on=date(2026, 10, 20)
        )


class ReorientationRequestFactory(factory.django.DjangoModelFactory):
    """Written by the référent unique, and not sent yet."""

    class Meta:
        model = ReorientationRequest

    orientation = factory.SubFactory(OrientationFactory)
    household = factory.SelfAttribute("orientation.household")
    requested_on = date(2026, 11, 9)
    asked_by = Asker.PERSON
    wanted_kind = OrientationKind.PROFESSIONAL
    reason = "La garde de l’enfant est trouvée, Madame veut chercher un emploi."
    written_by = factory.SelfAttribute("orientation.referent")
