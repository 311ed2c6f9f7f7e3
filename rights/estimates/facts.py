"""What the files of some households say, as plain values: the only module of estimates that reads files."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from households.ages import completed_years
from households.budgets.reading import is_old
from households.budgets.reckoning import monthly
from households.enums import Custody, HousingStatus, MemberRole, NationalityGroup, Side
from households.models import Budget, BudgetLine, Household, Membership, Situation
from households.models.files import on_day
from rights.estimates.enums import EstimatedKind, Gap
from rights.estimates.fields import (
    HEALTH_INSURANCE,
    OF_THEIR_OWN,
    OTHER_RESOURCE,
    PAID_ALIMONY,
    RECEIVED,
    RENT,
    TENANTS,
)

type Amounts = Mapping[str, Decimal]

ZERO = Decimal(0)


@dataclass(frozen=True)
class PersonFacts:
    """A member of the family estimated. `resources`: euros a month by category of the budget."""

    key: UUID
    role: str
    born: date
    shared: bool = False
    disabled: bool | None = None
    resources: Amounts = field(default_factory=dict)

    def age_on(self, day: date) -> int:
        return completed_years(self.born, day)


@dataclass(frozen=True)
class Missing:
    """A gap, and of whom (None: of the household)."""

    gap: str
    person: UUID | None = None


@dataclass(frozen=True)
class HouseholdFacts:
    """The applicant's family: `members` begins with the applicant. Amounts are euros a month.

    `members` empty: nothing can be computed, `missing` says why. `left_out` are members with rights of their own.
    """

    household: UUID
    members: tuple[PersonFacts, ...] = ()
    left_out: tuple[UUID, ...] = ()
    commune: str = ""
    housing_status: str = ""
    activity: str = ""
    rent: Decimal = ZERO
    alimony_paid: Decimal = ZERO
    insured: bool = False
    received: Amounts = field(default_factory=dict)
    budget: UUID | None = None
    budget_on: date | None = None
    missing: tuple[Missing, ...] = ()

    @property
    def gaps(self) -> frozenset[str]:
        return frozenset(one.gap for one in self.missing)

    @property
    def adults(self) -> tuple[PersonFacts, ...]:
        return tuple(member for member in self.members if member.role != MemberRole.CHILD)


def read_facts(households: Collection[UUID], day: date) -> list[HouseholdFacts]:
    """The facts of each household on `day`, in the order of the keys, in the same few queries for any number."""
    members: dict[UUID, list[Membership]] = defaultdict(list)
    for row in Membership.objects.filter(on_day(day), household__in=households).select_related("person"):
        members[row.household_id].append(row)
    situations = {
        row.household_id: row for row in Situation.objects.filter(on_day(day), household__in=households)
    }
    budgets = {
        row.household_id: row
        for row in Budget.objects.filter(household__in=households, on__lte=day)
        .select_related("formula")
        .order_by("household_id", "-on")
        .distinct("household_id")
    }
    lines: dict[UUID, list[BudgetLine]] = defaultdict(list)
    for line in BudgetLine.objects.filter(budget__in=[row.pk for row in budgets.values()]).select_related(
        "category"
    ):
        lines[line.budget_id].append(line)
    communes = dict(
        Household.objects.filter(pk__in=households, commune__isnull=False).values_list("pk", "commune_id")
    )
    return [
        _facts(
            key,
            day,
            members[key],
            situations.get(key),
            budgets.get(key),
            lines[budgets[key].pk] if key in budgets else [],
            communes.get(key, ""),
        )
        for key in households
    ]


def _facts(
    key: UUID,
    day: date,
    rows: list[Membership],
    situation: Situation | None,
    budget: Budget | None,
    lines: list[BudgetLine],
    commune: str,
) -> HouseholdFacts:
    applicant = next((row for row in rows if row.role == MemberRole.APPLICANT), None)
    family = [row for row in rows if _is_of_the_family(row, day)]
    family.sort(key=lambda row: row.role != MemberRole.APPLICANT)
    known = applicant is not None and all(row.person.birth_date for row in family)
    amounts = _amounts(lines, applicant.person_id if applicant else None)
    housing_status = situation.housing_status if situation else HousingStatus.UNKNOWN
    persons = tuple(_person(row, amounts[row.person_id]) for row in family) if known else ()
    charges = amounts[None]
    facts = HouseholdFacts(
        household=key,
        members=persons if budget else (),
        left_out=tuple(row.person_id for row in rows if row not in family and row.custody != Custody.VISITS),
        commune=commune,
        housing_status=housing_status,
        activity=situation.activity if situation else "",
        rent=charges.get(RENT, ZERO),
        alimony_paid=charges.get(PAID_ALIMONY, ZERO),
        insured=charges.get(HEALTH_INSURANCE, ZERO) > 0,
        received=_received(lines),
        budget=budget.pk if budget else None,
        budget_on=budget.on if budget else None,
    )
    missing = tuple(_missing(facts, applicant, family, budget, day, persons))
    return HouseholdFacts(**{**vars(facts), "missing": missing})


def _is_of_the_family(row: Membership, day: date) -> bool:
    if row.role in (MemberRole.APPLICANT, MemberRole.PARTNER):
        return True
    age = row.person.age_on(day)
    return (
        row.role == MemberRole.CHILD
        and row.custody != Custody.VISITS
        and row.person.death_date is None
        and (age is None or age < OF_THEIR_OWN)
    )


def _person(row: Membership, resources: Amounts) -> PersonFacts:
    born = row.person.birth_date
    assert born is not None  # noqa: S101 - asked of every member by the caller
    return PersonFacts(
        key=row.person_id,
        role=row.role,
        born=born,
        shared=row.custody == Custody.ALTERNATE,
        disabled=row.person.disability_recognised,
        resources=resources,
    )


def _amounts(lines: Iterable[BudgetLine], applicant: UUID | None) -> dict[UUID | None, dict[str, Decimal]]:
    """Euros a month by person and category: charges under None; a resource of nobody named is the applicant's."""
    found: dict[UUID | None, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for line in lines:
        amount = monthly(line.amount, line.periodicity)
        if amount is None:
            continue
        owner = (line.person_id or applicant) if line.category.side == Side.RESOURCE else None
        found[owner][line.category.code] += amount
    return found


def _received(lines: Iterable[BudgetLine]) -> Amounts:
    by_code: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        by_code[line.category.code] += monthly(line.amount, line.periodicity) or ZERO
    sums = {kind: sum((by_code[code] for code in codes), ZERO) for kind, codes in RECEIVED.items()}
    return {kind: amount for kind, amount in sums.items() if amount}


def _missing(
    facts: HouseholdFacts,
    applicant: Membership | None,
    family: list[Membership],
    budget: Budget | None,
    day: date,
    persons: tuple[PersonFacts, ...],
) -> Iterable[Missing]:
    if budget is None:
        yield Missing(Gap.BUDGET)
    elif is_old(budget, day):
        yield Missing(Gap.OLD_BUDGET)
    if applicant is None:
        yield Missing(Gap.APPLICANT)
    for row in family:
        person = row.person
        if person.birth_date is None:
            yield Missing(Gap.BIRTH, person.pk)
        if row.role == MemberRole.CHILD:
            continue
        if person.nationality_group == NationalityGroup.UNKNOWN:
            yield Missing(Gap.NATIONALITY, person.pk)
        elif person.nationality_group == NationalityGroup.OTHER:
            yield Missing(Gap.RESIDENCE_PERMIT, person.pk)
        if person.disability_recognised is None:
            yield Missing(Gap.DISABILITY, person.pk)
        elif person.disability_recognised and EstimatedKind.DISABILITY not in facts.received:
            yield Missing(Gap.INCAPACITY_RATE, person.pk)
    if not facts.commune:
        yield Missing(Gap.COMMUNE)
    if not facts.housing_status:
        yield Missing(Gap.HOUSING)
    elif budget and facts.housing_status in TENANTS and not facts.rent:
        yield Missing(Gap.RENT)
    if any(OTHER_RESOURCE in member.resources for member in persons):
        yield Missing(Gap.OTHER_RESOURCE)
    if not facts.activity:
        yield Missing(Gap.ACTIVITY)
    if budget and not facts.insured:
        yield Missing(Gap.HEALTH_COVER)
    children = [member for member in persons if member.role == MemberRole.CHILD]
    alone = len(persons) - len(children) == 1
    if children and alone and not any("pension-recue" in member.resources for member in persons):
        yield Missing(Gap.ALIMONY)
