from datetime import date

import factory

from households.enums import PartnerKind
from households.models import Membership
from insertion.jobs.enums import CvKind, JobContract, JobDomain, JobOutcome, StepKind
from insertion.models import CvEntry, JobOffer, JobSearch, JobStep, SearchOutcome
from tests.factories.accounts import UserFactory
from tests.factories.households import HouseholdFactory, MembershipFactory, PartnerFactory


def _member(search) -> object:
    membership = Membership.objects.filter(household=search.household).first()
    return (membership or MembershipFactory(household=search.household)).person


class JobSearchFactory(factory.django.DjangoModelFactory):
    """The person is the household's first member, created when it has none."""

    class Meta:
        model = JobSearch

    household = factory.SubFactory(HouseholdFactory)
    person = factory.LazyAttribute(_member)
    agent = factory.SubFactory(UserFactory)
    opened_on = date(2026, 9, 1)
    target = "Aide à domicile"
    domains = factory.LazyFunction(lambda: [JobDomain.K])


class JobOfferFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = JobOffer

    partner = factory.SubFactory(PartnerFactory, kind=PartnerKind.EMPLOYER)
    title = "Aide à domicile, secteur de Maintenon"
    domain = JobDomain.K
    contract = JobContract.CDI
    received_on = date(2026, 11, 2)


class JobStepFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = JobStep

    search = factory.SubFactory(JobSearchFactory)
    on = date(2026, 11, 3)
    by = factory.SelfAttribute("search.agent")
    kind = StepKind.APPLICATION
    title = "ADMR de Maintenon"


class SearchOutcomeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SearchOutcome

    search = factory.SubFactory(JobSearchFactory)
    on = date(2026, 11, 16)
    by = factory.SelfAttribute("search.agent")
    kind = JobOutcome.DURABLE
    contract = JobContract.CDI
    check_on = date(2027, 5, 16)
    ends_search = False


class CvEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CvEntry

    search = factory.SubFactory(JobSearchFactory)
    kind = CvKind.EXPERIENCE
    title = "Agent d’entretien"
    from_year = 2019
    to_year = 2022
