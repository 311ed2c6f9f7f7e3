"""What is said of a benefit (verdicts), and what a file says (facts). OpenFisca is not needed here."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from households.enums import Custody, HousingStatus, MemberRole, NationalityGroup
from households.models import BudgetCategory
from rights.estimates.engine import Computed
from rights.estimates.enums import EstimatedKind as K
from rights.estimates.enums import EstimateState as S
from rights.estimates.enums import Gap
from rights.estimates.facts import HouseholdFacts, Missing, PersonFacts, read_facts
from rights.estimates.verdicts import Known, Verdict, judge
from tests.factories import (
    BudgetFactory,
    BudgetLineFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    SituationFactory,
)

TODAY = date(2026, 11, 15)
APPLICANT = PersonFacts(key=uuid4(), role=MemberRole.APPLICANT, born=date(1986, 5, 5), disabled=False)
RSA = Computed({K.RSA: Decimal("651.69")}, Decimal(0))


def facts(*gaps: str, member: PersonFacts = APPLICANT, **more) -> HouseholdFacts:
    missing = tuple(Missing(gap) for gap in gaps)
    return HouseholdFacts(household=uuid4(), members=(member,), missing=missing, **more)


def verdict(kind: str, said: HouseholdFacts, computed: Computed, known: Known | None = None) -> Verdict:
    return next(one for one in judge(said, computed, known or Known(), TODAY) if one.kind == kind)


@pytest.mark.parametrize(
    ("kind", "said", "computed", "known", "state"),
    [
        (K.RSA, facts(), RSA, Known(), S.PROBABLE),
        (K.RSA, facts(Gap.NATIONALITY), RSA, Known(), S.PROBABLE),
        (K.RSA, facts(received={K.RSA: Decimal(500)}), RSA, Known(), S.RECEIVED),
        (K.RSA, facts(), RSA, Known(open=frozenset({"rsa"})), S.RECEIVED),
        (K.RSA, facts(), RSA, Known(asked=frozenset({"rsa"})), S.ASKED),
        (K.RSA, facts(), RSA, Known(declined=frozenset({"rsa"})), S.DECLINED),
        (K.RSA, facts(), Computed(), Known(), S.NOT_DUE),
        (
            K.RSA,
            HouseholdFacts(household=uuid4(), missing=(Missing(Gap.BUDGET),)),
            Computed(),
            Known(),
            S.INCOMPLETE,
        ),
        (K.HOUSING_AID, facts(Gap.RENT), Computed(), Known(), S.INCOMPLETE),
        (K.HOUSING_AID, facts(), Computed(), Known(), S.NOT_DUE),
        (K.HEALTH, facts(Gap.HEALTH_COVER), RSA, Known(), S.INCOMPLETE),
        (K.HEALTH, facts(), RSA, Known(), S.PROBABLE),
        (K.HEALTH, facts(Gap.HEALTH_COVER), Computed(), Known(), S.NOT_DUE),
        (K.DISABILITY, facts(), Computed(), Known(), S.NOT_DUE),
        (
            K.DISABILITY,
            facts(Gap.DISABILITY, member=PersonFacts(uuid4(), MemberRole.APPLICANT, date(1986, 5, 5))),
            Computed(),
            Known(),
            S.INCOMPLETE,
        ),
        (
            K.DISABILITY,
            facts(Gap.DISABILITY, member=PersonFacts(uuid4(), MemberRole.APPLICANT, date(1950, 5, 5))),
            Computed(),
            Known(),
            S.NOT_DUE,
        ),
        (K.FAMILY, facts(), RSA, Known(asked=frozenset({"prestations-familiales"})), S.ASKED),
    ],
)
def test_what_is_said_of_a_benefit(kind, said, computed, known, state) -> None:
    assert verdict(kind, said, computed, known).state == state


def test_a_doubt_is_told_with_the_estimate() -> None:
    found = verdict(K.RSA, facts(Gap.NATIONALITY, Gap.HEALTH_COVER), RSA)
    assert (found.state, found.amount) == (S.PROBABLE, Decimal("651.69"))
    assert [one.gap for one in found.missing] == [Gap.NATIONALITY]


def test_every_benefit_gets_one_verdict() -> None:
    assert [one.kind for one in judge(facts(), RSA, Known(), TODAY)] == list(K)


# --- What a file says -------------------------------------------------------------------------------------------------
def line(budget, code: str, amount: str, **more) -> None:
    BudgetLineFactory(
        budget=budget, category=BudgetCategory.objects.get(code=code), amount=Decimal(amount), **more
    )


@pytest.fixture
def household(db):
    household = HouseholdFactory()
    denise = PersonFactory(
        birth_date=date(1986, 5, 5), nationality_group=NationalityGroup.OTHER, disability_recognised=None
    )
    MembershipFactory(household=household, person=denise)
    SituationFactory(household=household, housing_status=HousingStatus.PRIVATE_TENANT, activity="employed")
    return household


def read(household) -> HouseholdFacts:
    return read_facts([household.pk], TODAY)[0]


def test_lines_become_monthly_amounts_of_their_person(household) -> None:
    son = PersonFactory(birth_date=date(2012, 1, 1))
    MembershipFactory(household=household, person=son, role=MemberRole.CHILD, custody=Custody.ALTERNATE)
    budget = BudgetFactory(household=household, on=date(2026, 11, 1))
    line(budget, "salaire", "1200")
    line(budget, "pension-recue", "360", person=son, periodicity="quarterly")
    line(budget, "secours", "150", periodicity="one_off")
    line(budget, "loyer", "450")
    line(budget, "mutuelle", "40")
    line(budget, "apl-bailleur", "120")
    line(budget, "autre-ressource", "30")
    said = read(household)
    applicant, child = said.members
    assert applicant.resources == {
        "salaire": Decimal(1200),
        "apl-bailleur": Decimal(120),
        "autre-ressource": Decimal(30),
    }
    assert Gap.OTHER_RESOURCE in said.gaps
    assert (child.resources, child.shared) == ({"pension-recue": Decimal(120)}, True)
    assert (said.rent, said.insured) == (Decimal(450), True)
    assert said.received == {K.HOUSING_AID: Decimal(120)}


def test_what_is_missing_is_named(household) -> None:
    assert {one.gap for one in read(household).missing} == {
        Gap.BUDGET,
        Gap.RESIDENCE_PERMIT,
        Gap.DISABILITY,
    } | ({Gap.COMMUNE} if not household.commune_id else set())
    BudgetFactory(household=household, on=date(2024, 1, 1))
    gaps = {one.gap for one in read(household).missing}
    assert gaps >= {Gap.OLD_BUDGET, Gap.RENT, Gap.HEALTH_COVER}
    assert Gap.BUDGET not in gaps


def test_a_grown_child_and_a_child_on_visits_are_not_of_the_family(household) -> None:
    BudgetFactory(household=household, on=date(2026, 11, 1))
    grown = PersonFactory(birth_date=date(1999, 1, 1))
    visiting = PersonFactory(birth_date=date(2015, 1, 1))
    MembershipFactory(household=household, person=grown, role=MemberRole.CHILD)
    MembershipFactory(household=household, person=visiting, role=MemberRole.CHILD, custody=Custody.VISITS)
    said = read(household)
    assert len(said.members) == 1
    assert said.left_out == (grown.pk,)


def test_without_a_birth_date_nothing_is_computed(household) -> None:
    BudgetFactory(household=household, on=date(2026, 11, 1))
    unknown = PersonFactory(birth_date=None)
    MembershipFactory(household=household, person=unknown, role=MemberRole.CHILD)
    said = read(household)
    assert said.members == ()
    assert Missing(Gap.BIRTH, unknown.pk) in said.missing


def test_as_many_queries_for_one_household_as_for_ten(household, django_assert_num_queries) -> None:
    BudgetFactory(household=household, on=date(2026, 11, 1))
    others = [HouseholdFactory() for _ in range(10)]
    for other in others:
        MembershipFactory(household=other)
        BudgetFactory(household=other, on=date(2026, 11, 1))
    with django_assert_num_queries(5):
        read_facts([household.pk], TODAY)
    with django_assert_num_queries(5):
        read_facts([other.pk for other in others], TODAY)
