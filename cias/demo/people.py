"""Households with their members, addresses, situations and référents, over the years."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Model

from cias.accounts.models import User
from cias.core.text import sort_key
from cias.demo.caseload import outcome_of
from cias.demo.names import BOYS, GIRLS, LAST_NAMES, MEN, STREETS, WOMEN
from cias.demo.world import File, World
from cias.territory.models import Commune
from households.enums import (
    Activity,
    AssignmentRole,
    BirthPrecision,
    ClosingReason,
    Custody,
    FamilyType,
    HousingStatus,
    IncomeBand,
    MainResource,
    MemberRole,
    NationalityGroup,
    Sex,
    Title,
)
from households.models import Address, Assignment, Household, Membership, NumberSeries, Person, Situation

FAMILIES = {
    FamilyType.MAN_ALONE: 26, FamilyType.WOMAN_ALONE: 24, FamilyType.LONE_PARENT: 24, FamilyType.COUPLE_CHILDREN: 16,
    FamilyType.COUPLE: 8, FamilyType.OTHER: 2,
}  # fmt: skip
HOUSING = {
    HousingStatus.SOCIAL_TENANT: 44, HousingStatus.PRIVATE_TENANT: 27, HousingStatus.WITH_FAMILY: 7,
    HousingStatus.WITH_OTHERS: 5, HousingStatus.OWNER: 7, HousingStatus.SHELTER: 2, HousingStatus.HOTEL: 1,
    HousingStatus.HOMELESS: 2, HousingStatus.MAKESHIFT: 1, HousingStatus.UNKNOWN: 4,
}  # fmt: skip
# A household's main resource goes with what its reference person does and roughly with what it earns.
WORKING_AGE = (
    (Activity.JOB_SEEKER, MainResource.RSA, IncomeBand.UNDER_1000, 30),
    (Activity.JOB_SEEKER, MainResource.UNEMPLOYMENT, IncomeBand.UNDER_1500, 16),
    (Activity.EMPLOYED, MainResource.WAGE, IncomeBand.UNDER_1500, 22),
    (Activity.EMPLOYED, MainResource.WAGE, IncomeBand.UNDER_2000, 9),
    (Activity.DISABLED, MainResource.AAH, IncomeBand.UNDER_1500, 11),
    (Activity.AT_HOME, MainResource.FAMILY, IncomeBand.UNDER_1000, 5),
    (Activity.TRAINING, MainResource.NONE, IncomeBand.NONE, 3),
    (Activity.UNKNOWN, MainResource.UNKNOWN, IncomeBand.UNKNOWN, 4),
)
RETIRED = (
    (Activity.RETIRED, MainResource.PENSION, IncomeBand.UNDER_1500, 70),
    (Activity.RETIRED, MainResource.ASPA, IncomeBand.UNDER_1000, 30),
)


def create_households(world: World, count: int) -> None:
    """`count` households, a little more of them each year; the service was running before the agendas start."""
    first = world.first_day - timedelta(days=500)
    span = (world.today - first).days
    opened = sorted(first + timedelta(days=int(span * world.random.random() ** 0.85)) for _ in range(count))
    weights = [commune.population * (2 if commune.population > 8000 else 1) for commune in world.communes]
    rows: dict[type[Model], list] = {
        Person: [],
        Household: [],
        Membership: [],
        Address: [],
        Situation: [],
        Assignment: [],
    }
    series: dict[int, int] = {}
    for day in opened:
        series[day.year] = series.get(day.year, 0) + 1
        commune = None if world.chance(1.5) else world.random.choices(world.communes, weights)[0]
        _household(world, rows, day, f"M-{day.year}-{series[day.year]:05d}", commune)
    for model, objects in rows.items():
        model._default_manager.bulk_create(objects, batch_size=2000)
    NumberSeries.objects.bulk_create(NumberSeries(year=year, last=last) for year, last in series.items())


def _household(
    world: World, rows: dict[type[Model], list], day: date, number: str, commune: Commune | None
) -> None:
    family = world.pick(FAMILIES)
    age = max(19, min(88, int(world.random.gauss(44 if family != FamilyType.WOMAN_ALONE else 55, 15))))
    members = list(_members(world, family, age, day))
    persons = [person for person, _role, _custody in members]
    names = list(
        dict.fromkeys(person.last_name for person, role, _custody in members if role != MemberRole.CHILD)
    )
    household = Household(
        number=number, name=" – ".join(names), sort_key=sort_key(" – ".join(names)), commune=commune,
        off_territory=commune is None, opened_on=day,
    )  # fmt: skip
    file = File(
        household,
        persons,
        None,
        day,
        _closing(world, day),
        children=sum(role == MemberRole.CHILD for _person, role, _custody in members),
    )
    if file.closed_on:
        household.closed_on = file.closed_on
        household.closing_reason = world.random.choice(ClosingReason.values)
        household.closing_outcome = outcome_of(household.closing_reason, number)
    rows[Person].extend(persons)
    rows[Household].append(household)
    rows[Membership].extend(
        Membership(household=household, person=person, role=role, custody=custody, start=day)
        for person, role, custody in members
    )
    rows[Address].append(_address(world, household, day))
    rows[Situation].extend(_situations(world, file, family, age, len(members)))
    rows[Assignment].extend(_assignments(world, file))
    world.files.append(file)


def _closing(world: World, opened: date) -> date | None:
    """Most files last from four months to two years."""
    closed = opened + timedelta(days=int(world.random.triangular(120, 1500, 500)))
    return closed if closed < world.today - timedelta(days=3) else None


def _members(
    world: World, family: FamilyType, age: int, day: date
) -> Iterator[tuple[Person, MemberRole, Custody]]:
    random = world.random
    last_name = random.choice(LAST_NAMES)
    alone = {FamilyType.MAN_ALONE: Sex.MALE, FamilyType.WOMAN_ALONE: Sex.FEMALE}
    sex = alone.get(family) or (
        Sex.FEMALE if world.chance(62 if family != FamilyType.LONE_PARENT else 84) else Sex.MALE
    )
    yield _person(world, last_name, sex, _birth(world, day, age)), MemberRole.APPLICANT, Custody.FULL
    if family in (FamilyType.COUPLE, FamilyType.COUPLE_CHILDREN):
        other_name = last_name if world.chance(60) else random.choice(LAST_NAMES)
        other = Sex.MALE if sex == Sex.FEMALE else Sex.FEMALE
        partner_age = max(18, age + random.randint(-6, 6))
        yield (
            _person(world, other_name, other, _birth(world, day, partner_age)),
            MemberRole.PARTNER,
            Custody.FULL,
        )
    if family == FamilyType.OTHER:
        yield (
            _person(world, last_name, Sex.FEMALE, _birth(world, day, min(age + 25, 95))),
            MemberRole.PARENT,
            Custody.FULL,
        )
    if family in (FamilyType.LONE_PARENT, FamilyType.COUPLE_CHILDREN):
        for _ in range(random.choices((1, 2, 3, 4), (42, 36, 16, 6))[0]):
            child_age = random.randint(0, max(1, min(17, age - 18)))
            shared = (
                Custody.ALTERNATE if family == FamilyType.LONE_PARENT and world.chance(9) else Custody.FULL
            )
            child_sex = random.choice((Sex.FEMALE, Sex.MALE))
            yield (
                _person(world, last_name, child_sex, _birth(world, day, child_age)),
                MemberRole.CHILD,
                shared,
            )


def _birth(world: World, day: date, age: int) -> date:
    return day - timedelta(days=age * 365 + world.random.randint(5, 360))


def _person(world: World, last_name: str, sex: Sex, born: date) -> Person:
    random = world.random
    adult = (world.today - born).days > 18 * 366
    generation = 0 if born.year < 1960 else 1 if born.year < 1985 else 2
    if adult:
        first_names = random.choice((WOMEN if sex == Sex.FEMALE else MEN)[generation])
    else:
        first_names = random.choice(GIRLS if sex == Sex.FEMALE else BOYS)
    married = adult and sex == Sex.FEMALE and generation < 2 and world.chance(45)
    presumed = world.chance(1.5)
    person = Person(
        birth_name=random.choice(LAST_NAMES) if married else last_name, usual_name=last_name if married else "",
        first_names=first_names, sex=sex, title=(Title.MRS if sex == Sex.FEMALE else Title.MR) if adult else "",
        birth_date=born.replace(month=1, day=1) if presumed else born,
        birth_precision=BirthPrecision.YEAR if presumed else BirthPrecision.DAY,
        phone=f"+3363998{random.randint(0, 9999):04d}" if adult and world.chance(88) else "",
        email=f"{sort_key(first_names)}.{sort_key(last_name).replace(' ', '')}@exemple.test" if adult and world.chance(30) else "",
        nationality_group=world.pick({NationalityGroup.FRENCH: 74, NationalityGroup.EUROPEAN: 7, NationalityGroup.OTHER: 15,
                                      NationalityGroup.UNKNOWN: 4}),
        language="portugais" if last_name in ("Da Silva", "Ferreira", "Costa") else "",
        needs_interpreter=last_name in ("Ferreira", "Ionescu", "Kaya") and world.chance(50),
        disability_recognised=world.chance(12) if world.chance(80) else None,
    )  # fmt: skip
    person.compute_keys()
    return person


def _address(world: World, household: Household, day: date) -> Address:
    commune = household.commune
    return Address(
        household=household, start=day, commune=commune, street=f"{world.random.randint(1, 140)} {world.random.choice(STREETS)}",
        postal_code=commune.postal_codes[0] if commune else "28200", city="" if commune else "Châteaudun",
    )  # fmt: skip


def _situations(world: World, file: File, family: FamilyType, age: int, size: int) -> Iterator[Situation]:
    """The first situation, and for a third of the households a second one later."""
    household = file.household
    table = RETIRED if age >= 63 else WORKING_AGE
    housing = world.pick(HOUSING)
    changes_on = file.opened_on + timedelta(days=world.random.randint(60, 500))
    changes = world.chance(35) and changes_on < (file.closed_on or world.today)
    for start, end in (
        (file.opened_on, changes_on - timedelta(days=1) if changes else None),
        (changes_on, None),
    ):
        if start == changes_on and not changes:
            return
        activity, resource, band, _weight = world.random.choices(table, [row[3] for row in table])[0]
        file.main_resource = resource
        yield Situation(
            household=household, start=start, end=end, commune=household.commune, off_territory=household.off_territory,
            family_type=family if world.chance(97) else FamilyType.UNKNOWN, adults=size - file.children,
            children=file.children, housing_status=housing, activity=activity, income_band=band, main_resource=resource,
        )  # fmt: skip


def _assignments(world: World, file: File) -> Iterator[Assignment]:
    """One référent for nearly everybody, handed over once for some; a few wait for theirs."""
    if file.closed_on is None and world.chance(3):
        return
    first, second = world.random.sample(world.workers, 2)
    hand_over = file.opened_on + timedelta(days=world.random.randint(90, 600))
    handed = world.chance(12) and hand_over < (file.closed_on or world.today)
    yield _assignment(
        file, first, file.opened_on, hand_over - timedelta(days=1) if handed else file.closed_on
    )
    if handed:
        yield _assignment(file, second, hand_over, file.closed_on)
    file.referent = second if handed else first


def _assignment(file: File, agent: User, start: date, end: date | None) -> Assignment:
    return Assignment(household=file.household, agent=agent, role=AssignmentRole.MAIN, start=start, end=end)
