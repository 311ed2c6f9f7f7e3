"""The life of a household's file: opened, moved, handed over."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.territory.models import Commune
from households.enums import AssignmentRole, MemberRole
from households.models import Address, Assignment, Household, NumberSeries, Person, Situation, Task
from households.models.files import YearSeries, on_day
from households.services.covers import align_covers
from households.services.dated import ended_before, follow
from households.services.persons import PersonData, add_member, create_person, lock_household
from households.services.protection import refuse_outsider
from households.services.situations import SituationFacts, change_situation
from households.services.tasks import give_tasks


@dataclass(frozen=True, kw_only=True)
class AddressData:
    """An address as typed; outside the territory `city` says where."""

    street: str = ""
    complement: str = ""
    postal_code: str = ""
    city: str = ""


def take_number(year: int) -> str:
    """The next household number of `year` ("M-2026-00012"), without a gap."""
    return take_numbers(year, 1)[0]


def take_numbers(year: int, count: int) -> list[str]:
    """The next `count` numbers of `year`."""
    return [f"M-{year}-{rank:05d}" for rank in next_ranks(NumberSeries, year, count)]


def next_ranks(series: type[YearSeries], year: int, count: int = 1) -> range:
    """The next numbers of a series; its row stays locked until the transaction ends.

    A transaction that fails gives its numbers back.
    """
    series._default_manager.get_or_create(year=year)
    row = series._default_manager.select_for_update().get(year=year)
    first = row.last + 1
    row.last += count
    row.save(update_fields=["last"])
    return range(first, row.last + 1)


@transaction.atomic
def open_household(
    *,
    by: User,
    applicant: Person | PersonData,
    opened_on: date,
    commune: Commune | None = None,
    off_territory: bool = False,
    address: AddressData | None = None,
    referent: User | None = None,
    leaves_previous: bool = False,
    **situation: Unpack[SituationFacts],
) -> Household:
    """Open a file for `applicant` (a new person is created) with its first situation, dated `opened_on`.

    The situation exists from the first day, however little is known, so that no event is ever without a commune
    in the figures. `leaves_previous` ends the applicant's membership of the household they lived in.
    Raises ConstraintViolation (a known person who still lives elsewhere, say).
    """
    if isinstance(applicant, PersonData):
        applicant = create_person(by=by, data=applicant)
    place: dict[str, Any] = {"commune": commune, "off_territory": off_territory}
    with signed_by(by), typed_violations():
        household = Household.objects.create(number=take_number(opened_on.year), opened_on=opened_on, **place)
        Situation.objects.create(household=household, start=opened_on, **{**situation, **place})
        if address is not None:
            Address.objects.create(household=household, start=opened_on, commune=commune, **asdict(address))
    add_member(
        by=by,
        household=household,
        person=applicant,
        start=opened_on,
        role=MemberRole.APPLICANT,
        leaves_previous=leaves_previous,
    )
    if referent is not None:
        assign_referent(by=by, household=household, agent=referent, on=opened_on)
    return household


@transaction.atomic
def move_household(
    *,
    by: User,
    household: Household,
    on: date,
    address: AddressData,
    commune: Commune | None = None,
    off_territory: bool = False,
) -> Address:
    """The household lives elsewhere from `on`: address history, file and situation move together.

    Raises ValidationError when `on` comes before the present address or situation.
    """
    lock_household(household)
    latest = household.addresses.order_by("-start").first()
    with signed_by(by), typed_violations():
        if latest is None or ended_before(latest, on):
            moved = Address.objects.create(household=household, start=on, commune=commune, **asdict(address))
        else:
            moved = follow(latest, on, commune=commune, **asdict(address))
        household.commune, household.off_territory = commune, off_territory
        household.save(update_fields=["commune", "off_territory"])
    change_situation(by=by, household=household, on=on, commune=commune, off_territory=off_territory)
    return moved


# Who may be given which place beside a household.
ASSIGNABLE: dict[str, tuple[Role, ...]] = {
    AssignmentRole.MAIN: (Role.SOCIAL_WORKER,),
    AssignmentRole.OTHER: (Role.SOCIAL_WORKER, Role.PSYCHOLOGIST),
    AssignmentRole.COVER: (Role.SOCIAL_WORKER,),
}


@transaction.atomic
def assign_referent(
    *,
    by: User,
    household: Household,
    agent: User,
    on: date,
    role: str = AssignmentRole.MAIN,
    note: str = "",
) -> Assignment:
    """Give the household to `agent` from `on`; the previous main référent hands over the day before.

    `note` is the word passed on with the file. Assigning the agent who already holds the place changes nothing.
    Raises ValidationError for an agent who cannot hold it or has no access to a protected file, or a date before
    the present référent began.
    """
    if not agent.is_active or agent.role not in ASSIGNABLE[role]:
        raise ValidationError(f"{agent.full_name} ne peut pas être désigné ici.", code="not_assignable")
    refuse_outsider(agent, household)
    lock_household(household)
    if same := household.assignments.filter(on_day(on), role=role, agent=agent).first():
        return same
    mains = household.assignments.filter(role=AssignmentRole.MAIN)
    latest = mains.order_by("-start").first() if role == AssignmentRole.MAIN else None
    former = latest.agent_id if latest is not None else None
    with signed_by(by), typed_violations():
        if latest is None or ended_before(latest, on):
            given = Assignment.objects.create(
                household=household, agent=agent, role=role, start=on, handover_note=note
            )
        else:
            given = follow(latest, on, agent=agent, handover_note=note)
    if role == AssignmentRole.MAIN:
        align_covers(by=by, agents=[agent.pk, former])
    return given


@transaction.atomic
def hand_over(
    *, by: User, household: Household, agent: User, on: date, note: str = "", tasks: Iterable[Task] = ()
) -> Assignment:
    """`agent` becomes the main référent from `on`; those of the former's `tasks` one chose follow at once.

    Raises ValidationError like assign_referent().
    """
    given = assign_referent(by=by, household=household, agent=agent, on=on, note=note)
    give_tasks(by=by, tasks=[task for task in tasks if task.household_id == household.pk], agent=agent)
    return given


@transaction.atomic
def end_assignment(*, by: User, assignment: Assignment, end: date) -> Assignment:
    """The agent no longer looks after the household; `end` is their last day. Raises ConstraintViolation."""
    lock_household(assignment.household)
    with signed_by(by), typed_violations():
        assignment.end = end
        assignment.save(update_fields=["end"])
    return assignment
