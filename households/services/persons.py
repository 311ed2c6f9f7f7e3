"""Persons, the households they live in, and the links between them."""

from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import ConstraintViolation, typed_violations
from cias.core.text import sort_key
from households.enums import INVERSE_LINK, BirthPrecision, Custody, LinkKind, MemberRole
from households.models import DistinctPersons, Household, Membership, Person, PersonLink
from households.models.closed import closed_to
from households.models.files import on_day
from households.services.dated import ONE_DAY, follow

NAME_SEPARATOR = " – "
ADULT_AGE = 18


@dataclass(frozen=True, kw_only=True)
class PersonData:
    """What is known of somebody who has no record yet. Field by field the same as on Person; phones are E.164."""

    birth_name: str = ""
    usual_name: str = ""
    first_names: str = ""
    is_anonymous: bool = False
    title: str = ""
    sex: str = ""
    birth_date: date | None = None
    birth_precision: str = BirthPrecision.DAY
    phone: str = ""
    second_phone: str = ""
    email: str = ""
    language: str = ""
    needs_interpreter: bool = False


@transaction.atomic
def create_person(*, by: User, data: PersonData) -> Person:
    """Raises ConstraintViolation when there is neither a name nor the deliberate state "anonyme"."""
    person = Person(**asdict(data))
    with signed_by(by), typed_violations():
        person.save()
    return person


@transaction.atomic
def update_person(*, by: User, person: Person) -> Person:
    """Save a changed person and the names of the households they live in. Raises ConstraintViolation."""
    with signed_by(by), typed_violations():
        person.save()
        today = timezone.localdate()
        for household in Household.objects.filter(
            on_day(today, "memberships__"), memberships__person=person
        ).distinct():
            refresh_name(household)
    return person


@transaction.atomic
def add_member(
    *,
    by: User,
    household: Household,
    person: Person | PersonData,
    start: date,
    role: str = MemberRole.OTHER,
    custody: str = Custody.FULL,
    leaves_previous: bool = False,
) -> Membership:
    """Let a person (a new one is created) join the household on `start`.

    `leaves_previous` ends, the day before, their full-time membership of another household. Without it the
    database refuses a second home (ConstraintViolation `households_membership_one_home`).
    """
    lock_household(household)
    if isinstance(person, PersonData):
        person = create_person(by=by, data=person)
    with signed_by(by), typed_violations():
        if leaves_previous:
            _leave_previous_home(household, person, start, by)
        membership = Membership.objects.create(
            household=household, person=person, role=role, custody=custody, start=start
        )
        refresh_name(household)
    return membership


def _leave_previous_home(household: Household, person: Person, start: date, by: User) -> None:
    """From the homes `by` may know of: nothing is written in a file that is closed to them."""
    homes = Membership.objects.filter(on_day(start), person=person, custody=Custody.FULL)
    previous = homes.exclude(household=household).exclude(household__in=closed_to(by))
    for membership in previous.select_related("household"):
        if membership.start >= start:
            raise ValidationError(
                f"Cette personne vit dans un autre ménage depuis le {membership.start:%d/%m/%Y} : "
                "son arrivée ici doit être plus récente.",
                code="previous_home_too_recent",
            )
        membership.end = start - ONE_DAY
        membership.save(update_fields=["end"])
        refresh_name(membership.household)


@transaction.atomic
def end_membership(*, by: User, membership: Membership, end: date) -> Membership:
    """The person leaves; `end` is their last day in the household. Raises ConstraintViolation."""
    lock_household(membership.household)
    with signed_by(by), typed_violations():
        membership.end = end
        membership.save(update_fields=["end"])
        refresh_name(membership.household)
    return membership


@transaction.atomic
def change_membership(*, by: User, membership: Membership, on: date, role: str, custody: str) -> Membership:
    """From `on`, the person has another place in the household or lives there differently.

    Raises ValidationError when that place ended before: a colleague may have changed it since it was read.
    """
    lock_household(membership.household)
    membership.refresh_from_db(fields=["start", "end", "role", "custody"])
    if membership.end is not None and on > membership.end:
        raise ValidationError(
            f"Cette place dans le ménage s’est terminée le {membership.end:%d/%m/%Y}\u00a0: rouvrez la composition.",
            code="already_ended",
        )
    if (membership.role, membership.custody) == (role, custody):
        return membership
    with signed_by(by), typed_violations():
        membership = follow(membership, on, role=role, custody=custody)
        refresh_name(membership.household)
    return membership


@transaction.atomic
def link_persons(
    *, by: User, person: Person, other: Person, kind: str, no_contact: bool = False, comment: str = ""
) -> PersonLink:
    """Link two persons, read from `person` to `other`; the same link said the other way round is corrected.

    Raises ConstraintViolation when both are the same person.
    """
    inverse = INVERSE_LINK.get(kind, LinkKind(kind))
    with signed_by(by), typed_violations():
        link = PersonLink.objects.filter(person=other, other=person, kind=inverse).first()
        if link is None:
            link, _created = PersonLink.objects.get_or_create(person=person, other=other, kind=kind)
        link.no_contact = no_contact
        link.comment = comment
        link.save()
    return link


@transaction.atomic
def unlink_persons(*, by: User, link: PersonLink) -> None:
    """Remove a link; the write history keeps it."""
    with signed_by(by):
        link.delete()


@transaction.atomic
def tell_apart(*, by: User, person: Person, other: Person) -> None:
    """Remember that these two are not the same person (H5); saying it twice changes nothing."""
    if person.pk == other.pk:
        raise ValidationError("Une paire compte deux personnes.", code="same")
    pair = Q(person=person, other=other) | Q(person=other, other=person)
    if not DistinctPersons.objects.filter(pair).exists():
        with signed_by(by), suppress(ConstraintViolation), typed_violations():
            DistinctPersons.objects.create(person=person, other=other, by=by)


def lock_household(household: Household) -> None:
    """Serialise the writes on one household until the end of the transaction.

    Raises ValidationError (code "ended") when its file was emptied while the page was open: nothing is added to it.
    """
    locked = Household.objects.select_for_update().get(pk=household.pk)
    if locked.anonymised_on is not None:
        raise ValidationError("Ce dossier est arrivé à son terme : il a été anonymisé.", code="ended")


def refresh_name(household: Household) -> None:
    """Name the household after its adults of the day, the applicant first: "Da Silva – Kerbrat"."""
    name = household_name(household)
    if name is None:
        return
    key = sort_key(name or household.number)
    if (household.name, household.sort_key) != (name, key):
        household.name, household.sort_key = name, key
        household.save(update_fields=["name", "sort_key"])


LEADERS = (MemberRole.APPLICANT, MemberRole.PARTNER)


def household_name(household: Household) -> str | None:
    """The household's name from its present adults; None when nobody lives there any more (the name then stays)."""
    day = max(timezone.localdate(), household.opened_on)
    members = list(household.memberships.filter(on_day(day)).select_related("person"))
    return members_name(members, day) if members else None


def members_name(members: list[Membership], day: date) -> str:
    """The name those members give their household on `day`."""
    members = sorted(
        members, key=lambda row: LEADERS.index(row.role) if row.role in LEADERS else len(LEADERS)
    )
    adults = [row.person for row in members if is_adult(row, day)] or [row.person for row in members]
    distinct: dict[str, str] = {}
    for person in adults:
        distinct.setdefault(sort_key(person.last_name), person.last_name)
    return _joined([name for name in distinct.values() if name])


def _joined(names: list[str]) -> str:
    """As many names as the column holds."""
    longest = Household._meta.get_field("name").max_length or 0
    while len(NAME_SEPARATOR.join(names)) > longest:
        names = names[:-1]
    return NAME_SEPARATOR.join(names)


def is_adult(membership: Membership, day: date) -> bool:
    """Whether a member counts as an adult on `day`: by place in the household, else by age, adult when unknown."""
    if membership.role in LEADERS:
        return True
    age = membership.person.age_on(day)
    return membership.role != MemberRole.CHILD if age is None else age >= ADULT_AGE
