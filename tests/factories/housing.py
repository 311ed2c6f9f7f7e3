from datetime import date
from decimal import Decimal

import factory

from housing.enums import DwellingType, Scheme
from housing.models import Dwelling, Place, Stay
from tests.factories.households import CommuneFactory, HouseholdFactory


class DwellingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Dwelling

    name = factory.Sequence(lambda n: f"Bel-Air {n}")
    scheme = Scheme.TEMPORARY
    street = "3 rue de la Tannerie"
    postal_code = "28000"
    commune = factory.SubFactory(CommuneFactory)
    dwelling_type = DwellingType.T2
    landlord = "Habitat eurélien"
    opened_on = date(2024, 1, 1)


class PlaceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Place

    dwelling = factory.SubFactory(DwellingFactory)
    label = factory.Sequence(lambda n: f"Chambre {n}")
    beds = 2
    start = factory.SelfAttribute("dwelling.opened_on")


class StayFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Stay

    place = factory.SubFactory(PlaceFactory)
    household = factory.SubFactory(HouseholdFactory)
    scheme = factory.SelfAttribute("place.dwelling.scheme")
    start = date(2026, 9, 1)
    planned_end = date(2026, 11, 30)
    contribution = Decimal("120.00")
