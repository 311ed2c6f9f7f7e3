from datetime import date
from decimal import Decimal

import factory

from housing.applications.enums import ApplicationState, DaloGround
from housing.enums import DwellingType, Scheme
from housing.evictions.enums import LandlordKind, Signal
from housing.lodging.enums import RequestOrigin
from housing.models import (
    AltCapacity,
    AltConvention,
    AltDwelling,
    DaloAppeal,
    Dwelling,
    EvictionFile,
    HousingApplication,
    LodgingRequest,
    Place,
    Proposal,
    Stay,
    StayContract,
    Unavailability,
)
from tests.factories.accounts import UserFactory
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


class StayContractFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StayContract

    stay = factory.SubFactory(StayFactory)
    kind = "initial"
    form = "precarious"
    start = factory.SelfAttribute("stay.start")
    end = factory.SelfAttribute("stay.planned_end")
    contribution = factory.SelfAttribute("stay.contribution")


class UnavailabilityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Unavailability

    place = factory.SubFactory(PlaceFactory)
    start = date(2026, 6, 1)
    end = date(2026, 6, 10)
    reason = "works"


class LodgingRequestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LodgingRequest

    household = factory.SubFactory(HouseholdFactory)
    agent = factory.SubFactory(UserFactory)
    origin = RequestOrigin.CIAS
    requested_on = date(2026, 9, 1)


class ProposalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Proposal

    request = factory.SubFactory(LodgingRequestFactory, state="proposed")
    place = factory.SubFactory(PlaceFactory)
    available_on = date(2026, 12, 1)
    proposed_on = date(2026, 11, 20)
    answer_by = date(2026, 11, 27)


class AltConventionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AltConvention

    year = 2026
    number = "ALT-28-2026-04"


class AltCapacityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AltCapacity

    convention = factory.SubFactory(AltConventionFactory)
    dwelling_type = DwellingType.T2
    dwellings = 1
    monthly_aid = Decimal("400.00")


class AltDwellingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AltDwelling

    convention = factory.SubFactory(AltConventionFactory)
    dwelling = factory.SubFactory(DwellingFactory)
    start = date(2026, 1, 1)


class EvictionFileFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EvictionFile

    household = factory.SubFactory(HouseholdFactory)
    agent = factory.SubFactory(UserFactory)
    opened_on = date(2026, 9, 1)
    signal = Signal.CAF
    signalled_on = date(2026, 8, 28)
    landlord_kind = LandlordKind.SOCIAL
    landlord = "Habitat eurélien"
    lease_on = date(2024, 2, 1)


class HousingApplicationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HousingApplication

    household = factory.SubFactory(HouseholdFactory)
    agent = factory.SubFactory(UserFactory)
    opened_on = date(2026, 3, 1)
    filed_on = date(2026, 3, 2)
    since = date(2026, 3, 2)
    state = ApplicationState.FILED


class DaloAppealFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DaloAppeal

    household = factory.SubFactory(HouseholdFactory)
    agent = factory.SubFactory(UserFactory)
    ground = DaloGround.WAITING
    since = date(2026, 9, 1)
