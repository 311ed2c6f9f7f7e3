from datetime import UTC, date, datetime

import factory

from rights.domiciliation.enums import (
    DeskKind,
    ElectionKind,
    ElectionState,
    Orientation,
    PauseReason,
    RefusalReason,
    TerritoryLink,
)
from rights.models import DeskEvent, Domiciliation, Election, Forwarding, Pause, PickupPoint, Proxy
from tests.factories.accounts import UserFactory
from tests.factories.households import CommuneFactory, HouseholdFactory, PersonFactory


class DomiciliationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Domiciliation

    number = factory.Sequence(lambda n: f"DOM-2026-{90_000 + n}")
    household = factory.SubFactory(HouseholdFactory)
    person = factory.SubFactory(PersonFactory)
    agent = factory.SubFactory(UserFactory)
    last_contact_on = date(2026, 10, 1)


class ElectionFactory(factory.django.DjangoModelFactory):
    """A first request of 1 October 2026; each trait carries it further."""

    class Meta:
        model = Election

    domiciliation = factory.SubFactory(DomiciliationFactory)
    household = factory.SelfAttribute("domiciliation.household")
    kind = ElectionKind.FIRST
    commune = factory.SubFactory(CommuneFactory)
    requested_on = date(2026, 10, 1)
    decision_due_on = date(2026, 12, 1)

    class Params:
        met = factory.Trait(
            interview_on=date(2026, 10, 6),
            interview_by=factory.SubFactory(UserFactory),
            link=TerritoryLink.STAY,
        )
        interviewed = factory.Trait(met=True, state=ElectionState.INTERVIEWED)
        granted = factory.Trait(
            met=True,
            state=ElectionState.GRANTED,
            decided_on=date(2026, 10, 8),
            decided_by="Mme Aubert, présidente",
            starts_on=date(2026, 10, 8),
            ends_on=date(2027, 10, 7),
            last_day=date(2027, 10, 7),
        )
        refused = factory.Trait(
            met=True,
            state=ElectionState.REFUSED,
            decided_on=date(2026, 10, 8),
            decided_by="Mme Aubert, présidente",
            refusal_reason=RefusalReason.NO_LINK,
            refusal_detail="canari-motivation",
            orientation=Orientation.CCAS,
            orientation_detail="CCAS de Dreux",
        )


class DeskEventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DeskEvent

    domiciliation = factory.SubFactory(DomiciliationFactory)
    kind = DeskKind.VISIT
    at = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    day = factory.LazyAttribute(lambda event: event.at.date())
    recorded_by = factory.SubFactory(UserFactory)

    class Params:
        arrived = factory.Trait(kind=DeskKind.ARRIVED, letters=2)


class ProxyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Proxy

    domiciliation = factory.SubFactory(DomiciliationFactory)
    name = "Paul Durand"
    start = date(2026, 10, 8)


class ForwardingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Forwarding

    domiciliation = factory.SubFactory(DomiciliationFactory)
    address_lines = "9 rue du Puits\n35000 Rennes"
    start = date(2026, 10, 8)


class PauseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Pause

    domiciliation = factory.SubFactory(DomiciliationFactory)
    reason = PauseReason.HEALTH
    start = date(2026, 10, 20)
    end = date(2026, 10, 24)


class PickupPointFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PickupPoint

    name = factory.Sequence(lambda n: f"Point de retrait {n}")
    address_lines = "1 place de la Mairie"
    hours = "Le mardi de 9 h à 12 h"
