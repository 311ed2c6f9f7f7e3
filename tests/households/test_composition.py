"""What the members say of the household, and what its file does not know."""

from datetime import date

import pytest

from cias.accounts.models import User
from households.composition import Composition, completeness, composition
from households.enums import FamilyType, MemberRole, Sex
from households.models import Membership, Person
from households.services import (
    AddressData,
    PersonData,
    add_member,
    end_membership,
    move_household,
    open_household,
)
from tests.factories import CommuneFactory

DAY = date(2026, 11, 24)
A, P, C, X, R = (
    MemberRole.APPLICANT,
    MemberRole.PARTNER,
    MemberRole.CHILD,
    MemberRole.OTHER,
    MemberRole.PARENT,
)


def household_of(*members: tuple[str, str, int | None]) -> Composition:
    rows = []
    for role, sex, age in members:
        born = date(DAY.year - age, 1, 1) if age is not None else None
        rows.append(Membership(role=role, person=Person(sex=sex, birth_date=born), start=DAY))
    return Composition(DAY, rows, [])


@pytest.mark.parametrize(
    ("members", "family", "adults", "children"),
    [
        ([(A, Sex.MALE, 40)], FamilyType.MAN_ALONE, 1, 0),
        ([(A, Sex.FEMALE, 40)], FamilyType.WOMAN_ALONE, 1, 0),
        ([(A, Sex.UNKNOWN, 40)], FamilyType.UNKNOWN, 1, 0),
        ([(A, Sex.MALE, 17)], FamilyType.MAN_ALONE, 1, 0),
        ([(A, "", 40), (P, "", 38)], FamilyType.COUPLE, 2, 0),
        ([(A, "", 40), (P, "", 38), (C, "", 9)], FamilyType.COUPLE_CHILDREN, 2, 1),
        ([(A, "", 40), (C, "", 9), (C, "", None)], FamilyType.LONE_PARENT, 1, 2),
        ([(A, "", 40), (C, "", 18)], FamilyType.OTHER, 2, 0),
        ([(A, "", 40), (C, "", 17)], FamilyType.LONE_PARENT, 1, 1),
        ([(A, "", 40), (R, "", 70)], FamilyType.OTHER, 2, 0),
        ([(A, "", 40), (X, "", None)], FamilyType.OTHER, 2, 0),
        ([(A, "", 40), (P, "", 38), (X, "", 70)], FamilyType.OTHER, 3, 0),
        ([], FamilyType.UNKNOWN, 0, 0),
    ],
)
def test_the_members_draw_the_type_of_household(
    members: list, family: str, adults: int, children: int
) -> None:
    people = household_of(*members)
    assert (people.family_type, people.adults, people.children) == (family, adults, children)


@pytest.mark.django_db
def test_present_members_in_order_and_former_ones_apart(claire: User) -> None:
    household = open_household(by=claire, applicant=PersonData(birth_name="A"), opened_on=date(2024, 1, 1))
    for name, role, born in (("Cadet", C, 2020), ("Aîné", C, 2010), ("B", P, 1990)):
        data = PersonData(birth_name=name, birth_date=date(born, 1, 1))
        add_member(by=claire, household=household, person=data, start=date(2024, 1, 1), role=role)
    gone = add_member(
        by=claire, household=household, person=PersonData(birth_name="Parti"), start=date(2024, 1, 1)
    )
    end_membership(by=claire, membership=gone, end=date(2026, 11, 23))
    people = composition(household, DAY)
    assert [row.person.birth_name for row in people.members] == ["A", "B", "Aîné", "Cadet"]
    assert [row.person.birth_name for row in people.former] == ["Parti"]
    assert len(composition(household, date(2026, 11, 23)).members) == 5


@pytest.mark.django_db
def test_completeness_names_what_is_missing_and_where_to_say_it(claire: User) -> None:
    household = open_household(
        by=claire, applicant=PersonData(birth_name="Le Goff"), opened_on=date(2024, 1, 1)
    )
    people = composition(household, DAY)
    poor = completeness(household, people.members, household.situations.get(), None)
    assert poor.known == 0
    assert poor.percent == 0
    assert [item.label for item in poor.missing] == [
        "commune", "adresse", "prénom de Le Goff", "date de naissance de Le Goff", "sexe de Le Goff",
        "téléphone ou e-mail", "composition", "statut de logement", "activité", "ressources mensuelles",
        "ressource principale",
    ]  # fmt: skip
    address = move_household(
        by=claire,
        household=household,
        on=date(2024, 1, 1),
        address=AddressData(street="1 rue A"),
        commune=CommuneFactory(),
    )
    person = people.members[0].person
    person.first_names, person.birth_date, person.sex, person.phone = (
        "Anne",
        date(1990, 1, 1),
        "f",
        "+33612345678",
    )
    rich = completeness(household, people.members, None, address)
    assert (rich.known, rich.expected, rich.missing, rich.percent) == (6, 6, [], 100)


@pytest.mark.django_db
def test_an_anonymous_person_misses_nothing(claire: User) -> None:
    household = open_household(by=claire, applicant=PersonData(is_anonymous=True), opened_on=date(2024, 1, 1))
    missing = completeness(household, composition(household, DAY).members, None, None).missing
    assert [item.label for item in missing] == ["commune", "adresse", "téléphone ou e-mail"]
