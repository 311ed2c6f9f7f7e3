from datetime import date
from decimal import Decimal

import factory

from rights.estimates.enums import EstimatedKind, EstimateState
from rights.models import EstimatedRight, RightsEstimate
from tests.factories.households import HouseholdFactory


class RightsEstimateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RightsEstimate

    household = factory.SubFactory(HouseholdFactory)
    on = date(2026, 11, 15)
    engine = "OpenFisca-France"


class EstimatedRightFactory(factory.django.DjangoModelFactory):
    """A probable RSA."""

    class Meta:
        model = EstimatedRight

    estimate = factory.SubFactory(RightsEstimateFactory)
    kind = EstimatedKind.RSA
    state = EstimateState.PROBABLE
    amount = Decimal("651.69")
