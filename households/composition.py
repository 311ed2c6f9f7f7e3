"""Who makes up a household, and what is still missing in its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from cias.accounts.models import User
from cias.core.french import of_name
from cias.core.paths import path_to
from households.dated_rows import rows_of
from households.enums import FamilyType, MemberRole, Sex
from households.models import Address, Household, Membership, Person, Situation
from households.services.persons import is_adult

_ORDER = (MemberRole.APPLICANT, MemberRole.PARTNER, MemberRole.PARENT, MemberRole.OTHER, MemberRole.CHILD)


@dataclass(frozen=True)
class Composition:
    """The memberships of a household on one day: those who live there, and those who used to."""

    day: date
    members: list[Membership]
    former: list[Membership]

    @property
    def adults(self) -> int:
        return sum(is_adult(row, self.day) for row in self.members)

    @property
    def children(self) -> int:
        return len(self.members) - self.adults

    @property
    def family_type(self) -> str:
        """The type of household its members draw; unknown when they do not say enough (INSEE, types de ménage)."""
        adults = [row for row in self.members if is_adult(row, self.day)]
        roles = [row.role for row in adults]
        if MemberRole.PARTNER in roles and len(adults) == 2:
            return FamilyType.COUPLE_CHILDREN if self.children else FamilyType.COUPLE
        if len(adults) != 1:
            return FamilyType.OTHER if adults else FamilyType.UNKNOWN
        if self.children:
            return FamilyType.LONE_PARENT
        alone: dict[str, str] = {Sex.MALE: FamilyType.MAN_ALONE, Sex.FEMALE: FamilyType.WOMAN_ALONE}
        return alone.get(adults[0].person.sex, FamilyType.UNKNOWN)


def composition(household: Household, day: date, user: User | None = None) -> Composition:
    """The household's members on `day`, the applicant first, the children by age, in one query at most.

    Of those who live in a protected file closed to the reader, `user`, only the name remains (C3); without a reader
    nothing of it may be shown.
    """
    members: list[Membership] = []
    former: list[Membership] = []
    for row in rows_of(household, "memberships", user):
        if user is not None and not row.is_known:
            row.person = row.person.only_name()
        (former if row.end is not None and row.end < day else members).append(row)
    members.sort(key=lambda row: (_ORDER.index(row.role), row.person.birth_date or day, row.start))
    former.sort(key=lambda row: row.end or day, reverse=True)
    return Composition(day, members, former)


@dataclass(frozen=True)
class Missing:
    """One thing not known yet, and the page where it is filled in ("" for who may not)."""

    label: str
    url: str


@dataclass(frozen=True)
class Completeness:
    """How much of the expected facts is known: `known` out of `expected`, and what is missing."""

    known: int
    expected: int
    missing: list[Missing]

    @property
    def percent(self) -> int:
        return 100 * self.known // self.expected if self.expected else 100


def completeness(
    household: Household,
    members: list[Membership],
    situation: Situation | None,
    address: Address | None,
    budget_card: Mapping[str, Any] | None = None,
) -> Completeness:
    """What the file should know and does not.

    `situation` and `budget_card` (households.budgets.overview) None leave them out, for who may not read them.
    """
    facts: list[tuple[bool, str, str]] = []
    address_url = path_to("households:move", household.pk)
    facts.append((bool(household.commune_id) or household.off_territory, "commune", address_url))
    facts.append((address is not None, "adresse", address_url))
    for row in members:
        facts += _person_facts(row.person)
    reachable = any(row.person.phone or row.person.email for row in members)
    first = reverse("households:person_edit", args=[members[0].person_id]) if members else ""
    facts.append((reachable, "téléphone ou e-mail", first))
    if situation is not None:
        url = path_to("households:situation_change", household.pk)
        facts += [
            (bool(situation.family_type), "composition", url),
            (bool(situation.housing_status), "statut de logement", url),
            (bool(situation.activity), "activité", url),
            (bool(situation.income_band), "ressources mensuelles", url),
            (bool(situation.main_resource), "ressource principale", url),
        ]
    if budget_card is not None:
        old = budget_card["budget_is_old"]
        label = f"budget de plus de {budget_card['budget'].formula.renew_months} mois" if old else "budget"
        url = path_to("households:budget_create", household.pk)
        facts.append((budget_card["budget"] is not None and not old, label, url))
    missing = [Missing(label, url) for known, label, url in facts if not known]
    return Completeness(len(facts) - len(missing), len(facts), missing)


def _person_facts(person: Person) -> list[tuple[bool, str, str]]:
    if person.is_anonymous:
        return []
    url = path_to("households:person_edit", person.pk)
    of = f" {of_name(person.full_name)}"
    return [
        (bool(person.first_names), f"prénom{of}", url),
        (person.birth_date is not None, f"date de naissance{of}", url),
        (bool(person.sex), f"sexe{of}", url),
    ]
