from datetime import date

import factory

from cias.core.text import sort_key
from cias.territory.models import Commune
from households.enums import (
    Activity,
    AssignmentRole,
    FamilyType,
    HousingStatus,
    IncomeBand,
    MainResource,
    MemberRole,
    NoteMeans,
    Sex,
    Title,
)
from households.models import Address, Assignment, Household, Membership, Note, Person, Situation
from tests.factories.accounts import UserFactory


class CommuneFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Commune
        django_get_or_create = ("code",)

    code = "28085"
    name = "Chartres"
    sort_key = factory.LazyAttribute(lambda commune: sort_key(commune.name))
    population = 38324
    population_year = 2023
    postal_codes = ["28000"]

    class Params:
        luce = factory.Trait(code="28218", name="Lucé", population=15497, postal_codes=["28110"])
        small = factory.Trait(code="28004", name="Allonnes", population=321, postal_codes=["28150"])


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    birth_name = factory.Sequence(lambda n: f"Lefèvre{n}")
    first_names = "Denise"
    title = Title.MRS
    sex = Sex.FEMALE
    birth_date = date(1954, 3, 9)

    class Params:
        child = factory.Trait(first_names="Léo", title="", sex=Sex.MALE, birth_date=date(2017, 1, 22))
        anonymous = factory.Trait(
            birth_name="", first_names="", title="", sex="", birth_date=None, is_anonymous=True
        )
        reachable = factory.Trait(phone="+33612345678", email="denise@exemple.test")


class HouseholdFactory(factory.django.DjangoModelFactory):
    """A household with its applicant; traits add a situation, a référent or children."""

    class Meta:
        model = Household
        skip_postgeneration_save = True

    number = factory.Sequence(lambda n: f"M-2026-{n:05d}")
    name = factory.Sequence(lambda n: f"Lefèvre{n}")
    sort_key = factory.LazyAttribute(lambda household: sort_key(household.name))
    commune = factory.SubFactory(CommuneFactory)
    opened_on = date(2026, 1, 5)

    class Params:
        with_applicant = factory.Trait(
            applicant=factory.RelatedFactory(
                "tests.factories.households.MembershipFactory", factory_related_name="household"
            )
        )
        with_situation = factory.Trait(
            situation=factory.RelatedFactory(
                "tests.factories.households.SituationFactory", factory_related_name="household"
            )
        )
        with_referent = factory.Trait(
            referent=factory.RelatedFactory(
                "tests.factories.households.AssignmentFactory", factory_related_name="household"
            )
        )
        off_the_territory = factory.Trait(commune=None, off_territory=True)


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    household = factory.SubFactory(HouseholdFactory)
    person = factory.SubFactory(PersonFactory)
    role = MemberRole.APPLICANT
    start = factory.SelfAttribute("household.opened_on")


class AddressFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Address

    household = factory.SubFactory(HouseholdFactory)
    start = factory.SelfAttribute("household.opened_on")
    street = "12 rue du Soleil-d’Or"
    postal_code = "28000"
    commune = factory.SelfAttribute("household.commune")


class SituationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Situation

    household = factory.SubFactory(HouseholdFactory)
    start = factory.SelfAttribute("household.opened_on")
    commune = factory.SelfAttribute("household.commune")
    off_territory = factory.SelfAttribute("household.off_territory")
    family_type = FamilyType.WOMAN_ALONE
    adults = 1
    children = 0
    housing_status = HousingStatus.SOCIAL_TENANT
    activity = Activity.RETIRED
    income_band = IncomeBand.UNDER_1500
    main_resource = MainResource.PENSION


class AssignmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Assignment

    household = factory.SubFactory(HouseholdFactory)
    agent = factory.SubFactory(UserFactory)
    role = AssignmentRole.MAIN
    start = factory.SelfAttribute("household.opened_on")


class NoteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Note
        skip_postgeneration_save = True

    household = factory.SubFactory(HouseholdFactory)
    author = factory.SubFactory(UserFactory)
    held_on = date(2026, 11, 18)
    duration_minutes = 50
    means = NoteMeans.OFFICE
    text = "Reprise du loyer courant depuis octobre."
