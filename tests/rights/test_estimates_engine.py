"""OpenFisca against amounts published by others: decrees and service-public.fr, never our own output."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from households.enums import Activity, HousingStatus, MemberRole
from rights.estimates.engine import Computed, compute, engine_version, health_ceiling, revaluation
from rights.estimates.enums import EstimatedKind as K
from rights.estimates.facts import HouseholdFacts, PersonFacts

pytestmark = pytest.mark.timeout(600)

NOVEMBER_2025, NOVEMBER_2026 = date(2025, 11, 15), date(2026, 11, 15)
PENNY = Decimal("0.02")


def person(role: str, born: int, *, disabled: bool = False, **resources: str) -> PersonFacts:
    amounts = {code: Decimal(amount) for code, amount in resources.items()}
    return PersonFacts(key=uuid4(), role=role, born=date(born, 5, 5), disabled=disabled, resources=amounts)


def adult(born: int = 1986, *, disabled: bool = False, **resources: str) -> PersonFacts:
    return person(MemberRole.APPLICANT, born, disabled=disabled, **resources)


def child(born: int) -> PersonFacts:
    return person(MemberRole.CHILD, born)


def family(*members: PersonFacts, **facts) -> HouseholdFacts:
    return HouseholdFacts(
        household=uuid4(),
        members=members,
        **{"commune": "28085", "housing_status": HousingStatus.HOMELESS, **facts},
    )


FAMILIES = {
    "alone, nothing": family(adult()),
    "alone, housed by the family": family(adult(), housing_status=HousingStatus.WITH_FAMILY),
    "alone, another resource": family(adult(**{"autre-ressource": "420"})),
    "alone, under 25": family(adult(2004)),
    "couple, two children, a wage": family(
        adult(salaire="2200"), person(MemberRole.PARTNER, 1988), child(2015), child(2018)
    ),
    "lone parent": family(adult(), child(2016)),
    "lone parent, alimony": family(adult(**{"pension-recue": "250"}), child(2016)),
    "wage 800": family(adult(salaire="800"), activity=Activity.EMPLOYED),
    "wage 1000": family(adult(salaire="1000"), activity=Activity.EMPLOYED),
    "wage 1300": family(adult(salaire="1300"), activity=Activity.EMPLOYED),
    "pension 500": family(adult(1955, retraite="500"), activity=Activity.RETIRED),
    "disabled": family(adult(disabled=True), housing_status=HousingStatus.WITH_FAMILY),
    "nobody": HouseholdFacts(household=uuid4()),
}


@pytest.fixture(scope="module")
def in_2026() -> dict[str, Computed]:
    return dict(zip(FAMILIES, compute(list(FAMILIES.values()), NOVEMBER_2026), strict=True))


@pytest.fixture(scope="module")
def in_2025() -> dict[str, Computed]:
    return dict(zip(FAMILIES, compute(list(FAMILIES.values()), NOVEMBER_2025), strict=True))


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        # Décret revalorisant le RSA au 1er avril 2026.
        ("alone, nothing", K.RSA, "651.69"),
        # CASF, R262-9: less 12 % of the amount of one person when housed for nothing.
        ("alone, housed by the family", K.RSA, "573.49"),
        # CASF, R262-6: every resource is counted, whatever it is.
        ("alone, another resource", K.RSA, "231.69"),
        # CASF, L262-4: from 25.
        ("alone, under 25", K.RSA, "0"),
        # ASPA at 1 043,59 € in 2026, less the pension (CSS, L815-9).
        ("pension 500", K.OLD_AGE, "543.59"),
        # AAH at its full rate since April 2026 (service-public.fr).
        ("disabled", K.DISABILITY, "1041.59"),
        ("alone, nothing", K.DISABILITY, "0"),
    ],
)
def test_amounts_of_2026(in_2026: dict[str, Computed], name: str, kind: str, expected: str) -> None:
    assert abs(in_2026[name].amounts[kind] - Decimal(expected)) <= PENNY


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        # Service-public.fr, amounts from 1 April 2025, CRDS taken off.
        ("alone, nothing", K.RSA, "646.52"),
        ("couple, two children, a wage", K.FAMILY, "151.05"),
        ("lone parent", K.SUPPORT, "199.19"),
        # CSS, L523-1: only when no alimony is received.
        ("lone parent, alimony", K.SUPPORT, "0"),
        # CSS, L521-1: from the second child.
        ("lone parent", K.FAMILY, "0"),
    ],
)
def test_amounts_of_2025(in_2025: dict[str, Computed], name: str, kind: str, expected: str) -> None:
    assert abs(in_2025[name].amounts[kind] - Decimal(expected)) <= PENNY


def test_the_ceiling_of_the_css_is_the_decree_s_where_openfisca_stops() -> None:
    # Arrêtés of March 2024 (10 166 €) and March 2025 (10 339 €).
    assert health_ceiling(date(2024, 6, 1)) == 10166
    assert health_ceiling(date(2025, 6, 1)) == 10339
    assert revaluation("2024-06") == 1


@pytest.mark.parametrize(
    ("name", "participation"),
    [
        # 9 600 € a year, under 10 339 €: free.
        ("wage 800", Decimal(0)),
        # 12 000 €, under 13 957 € (+ 35 %): 14 € a month from 30 to 49 (CSS, L861-1, arrêté du 21 juin 2019).
        ("wage 1000", Decimal(14)),
        # 15 600 €: none.
        ("wage 1300", None),
        # The RSA opens it by itself (CSS, L861-2).
        ("alone, nothing", Decimal(0)),
        ("nobody", None),
    ],
)
def test_the_css_by_resources_of_a_year(
    in_2025: dict[str, Computed], name: str, participation: Decimal | None
) -> None:
    assert in_2025[name].health == participation


def test_a_wage_opens_the_activity_bonus_and_a_rent_housing_aid() -> None:
    tenant = family(
        adult(salaire="1200"),
        housing_status=HousingStatus.PRIVATE_TENANT,
        rent=Decimal(450),
        activity=Activity.EMPLOYED,
    )
    owner = family(adult(salaire="1200"), housing_status=HousingStatus.OWNER, activity=Activity.EMPLOYED)
    with_rent, without = compute([tenant, owner], NOVEMBER_2026)
    assert with_rent.amounts[K.ACTIVITY_BONUS] > 100
    assert with_rent.amounts[K.HOUSING_AID] > 0
    assert without.amounts[K.HOUSING_AID] == 0


def test_what_one_family_gets_does_not_depend_on_its_neighbours(in_2026: dict[str, Computed]) -> None:
    name = "couple, two children, a wage"
    assert compute([FAMILIES[name]], NOVEMBER_2026) == [in_2026[name]]
    assert engine_version().startswith("OpenFisca-France ")
