from datetime import date
from decimal import Decimal

import factory

from cias.accounts.enums import Role
from housing.energy.enums import EnergyState, OrientationKind
from housing.models import (
    EnergyBill,
    EnergyFile,
    EnergyMove,
    EnergyOrientation,
    EnergyVisit,
    EquipmentItem,
    RoomReading,
)
from tests.factories.accounts import UserFactory
from tests.factories.households import HouseholdFactory


class EnergyFileFactory(factory.django.DjangoModelFactory):
    """A signalement whose household agreed to be called."""

    class Meta:
        model = EnergyFile
        skip_postgeneration_save = True

    number = factory.Sequence(lambda n: f"SLIME-2026-{n:05d}")
    household = factory.SubFactory(HouseholdFactory)
    agent = factory.SubFactory(UserFactory, role=Role.SOCIAL_WORKER)
    state = EnergyState.REPORTED
    reported_on = date(2026, 10, 1)
    informant = "department"
    consent_on = date(2026, 10, 1)
    grounds = ("cold", "arrears")
    persons = 2

    @factory.post_generation
    def reported(file, create, extracted, **kwargs):  # noqa: N805 - factory_boy's own convention
        if create:
            EnergyMove.objects.create(
                file=file, to_state=EnergyState.REPORTED, on=file.reported_on, by=file.agent
            )


class EnergyVisitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EnergyVisit

    file = factory.SubFactory(EnergyFileFactory, state=EnergyState.VISIT_1)
    rank = 1
    agent = factory.SelfAttribute("file.agent")

    class Params:
        done = factory.Trait(
            file=factory.SubFactory(
                EnergyFileFactory, state=EnergyState.VISITED_1, visited_on=date(2026, 10, 20)
            ),
            done_on=date(2026, 10, 20),
        )


class RoomReadingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RoomReading

    visit = factory.SubFactory(EnergyVisitFactory)
    room = "living"
    temperature = Decimal("15.5")
    humidity = 72


class EnergyBillFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EnergyBill

    visit = factory.SubFactory(EnergyVisitFactory)
    energy = "electricity"
    amount = Decimal("1200.00")
    kwh = 6000


class EnergyOrientationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EnergyOrientation

    file = factory.SubFactory(EnergyFileFactory, state=EnergyState.VISITED_1, visited_on=date(2026, 10, 20))
    kind = OrientationKind.FSL
    proposed_on = date(2026, 10, 20)
    by = factory.SelfAttribute("file.agent")


class EquipmentItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EquipmentItem

    code = factory.Sequence(lambda n: f"objet-{n}")
    label = factory.Sequence(lambda n: f"Objet {n}")
    unit_cost = Decimal("5.00")
    saving = Decimal("10.00")
    source = "Essai"
