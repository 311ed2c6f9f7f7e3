from datetime import date, timedelta
from decimal import Decimal

import factory
from django.utils import timezone

from households.enums import Domain
from households.models import Membership
from insertion.enums import OrientationKind
from insertion.models import (
    EngagementContract,
    Orientation,
    ReorientationRequest,
    Workshop,
    WorkshopNotice,
    WorkshopRegistration,
    WorkshopSession,
)
from insertion.orientations.enums import Asker
from insertion.workshops.enums import NoticeKind, NoticeState, RegistrationState, Theme
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


class WorkshopFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Workshop

    name = factory.Sequence(lambda n: f"Mon budget {n}")
    domain = Domain.RIGHTS
    theme = Theme.BUDGET
    aim = "Faire le point sur ses dépenses et savoir où demander de l’aide."
    agent = factory.SubFactory(UserFactory)
    place_name = "Salle Doussineau"
    seats = 10


class WorkshopSessionFactory(factory.django.DjangoModelFactory):
    """Two hours, in ten days."""

    class Meta:
        model = WorkshopSession

    workshop = factory.SubFactory(WorkshopFactory)
    agent = factory.SelfAttribute("workshop.agent")
    planned_by = factory.SelfAttribute("workshop.agent")
    seats = factory.SelfAttribute("workshop.seats")
    start = factory.LazyFunction(lambda: timezone.now().replace(microsecond=0) + timedelta(days=10))
    end = factory.LazyAttribute(lambda session: session.start + timedelta(hours=2))


def _next_number(registration) -> int:
    return registration.session.registrations.count() + 1


class WorkshopRegistrationFactory(factory.django.DjangoModelFactory):
    """A member of a household, with the next seat."""

    class Meta:
        model = WorkshopRegistration

    session = factory.SubFactory(WorkshopSessionFactory)
    household = factory.SubFactory(HouseholdFactory)
    person = factory.LazyAttribute(_member)
    number = factory.LazyAttribute(_next_number)
    seat = factory.SelfAttribute("number")
    state = RegistrationState.REGISTERED
    registered_by = factory.SubFactory(UserFactory)

    class Params:
        waiting = factory.Trait(state=RegistrationState.WAITING, seat=None)
        without_file = factory.Trait(household=None, person=None, name="Mme Petit")
        came = factory.Trait(attendance="present")


class WorkshopNoticeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WorkshopNotice

    registration = factory.SubFactory(WorkshopRegistrationFactory)
    kind = NoticeKind.CANCELLED
    for_start = factory.SelfAttribute("registration.session.start")
    channel = "phone"
    state = NoticeState.TO_TELL
