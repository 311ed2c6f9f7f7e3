"""Put together what a query can mean, the expected person first (H4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.db.models.functions import Reverse
from django.utils import timezone

from cias.accounts.models import User
from cias.core.text import compact_key
from cias.territory.models import Commune
from households.enums import AssignmentRole, Custody
from households.models import Household, Membership, Person
from households.models.files import HouseholdQuerySet, on_day
from households.models.persons import PersonQuerySet
from households.search import names
from households.search.query import Query, clean, parse

MOST_HITS = 25
FEW = 3
SHORTEST_PLACE = 3


@dataclass(frozen=True)
class Hit:
    """One person found, with what tells them from a homonym. `household` is where they live, or last lived
    (`is_member` False); None when they never belonged to one the reader may know of."""

    person: Person
    why: str
    household: Household | None = None
    referent: User | None = None
    is_member: bool = False
    has_homonym: bool = False


@dataclass
class _Found:
    """Persons in the order they should be read, each with the first reason found."""

    reasons: dict[Person, str] = field(default_factory=dict)

    def add(self, persons: Iterable[Person], why: str = "") -> None:
        for person in persons:
            self.reasons.setdefault(person, why or _WHY[person.rank])  # type: ignore[attr-defined]

    def __len__(self) -> int:
        return len(self.reasons)


_WHY = {
    names.EXACT: "même nom",
    names.PREFIX: "début du nom",
    names.FIRST_NAME: "prénom",
}


def search(query: str, user: User, *, limit: int = MOST_HITS) -> list[Hit]:
    """The persons `user` may know of whom `query` can mean, at most `limit`, the most likely first.

    Understands names in any order and spelling, phone numbers or their last digits, birth dates, household
    numbers, and a commune next to a name.
    """
    read = parse(query)
    if not read:
        return []
    persons = Person.objects.for_user(user)
    found = _Found()
    if read.number:
        found.add(_members(persons, read.number, user), "numéro de ménage")
    if read.births and not read.words:
        born = persons.filter(_born(read)).order_by("search_key", "pk")
        found.add(born[:limit], "date de naissance")
    for digits in read.phones:
        found.add(_by_phone(persons, digits, limit), "téléphone")
    if read.words:
        if read.births:
            _by_name(persons.filter(_born(read)), read.words, found, limit)
        if not found:
            _by_name(persons, read.words, found, limit)
    return _hits(found, user)[:limit]


def communes_named(query: str) -> list[Any]:
    """Code and name of the communes whose name begins with the whole query, to offer their list of households."""
    key = compact_key(clean(query))
    if len(key) < SHORTEST_PLACE:
        return []
    communes = Commune.objects.values_list("code", "name", named=True)
    return [commune for commune in communes if compact_key(commune.name).startswith(key)]


def _born(query: Query) -> Q:
    born = Q()
    for first, last in query.births:
        born |= Q(birth_date__range=(first, last))
    return born


def _members(persons: PersonQuerySet, number: str, user: User) -> PersonQuerySet:
    """The members of a household, or of the one that absorbed it: a number keeps finding its file (H6)."""
    named = Household.with_absorbed.filter(number=number).values_list("pk", "merged_into").first()
    if named is None:
        return persons.none()
    home = Household.objects.for_user(user).filter(pk=named[1] or named[0])
    living_there = Membership.objects.filter(household__in=home.values("pk")).values("person")
    return persons.filter(pk__in=living_there).order_by("birth_date", "search_key", "pk")


def _by_phone(persons: PersonQuerySet, digits: str, limit: int) -> PersonQuerySet:
    """A whole number, its last digits, or the beginning of one that is being typed."""
    matching = Q(phone_end__startswith=digits[::-1]) | Q(second_phone_end__startswith=digits[::-1])
    if digits.startswith("0"):
        matching |= Q(phone__startswith=f"+33{digits[1:]}")
    reversed_phones = persons.alias(
        phone_end=Reverse(F("phone")), second_phone_end=Reverse(F("second_phone"))
    )
    return reversed_phones.filter(matching).order_by("search_key", "pk")[:limit]


def _by_name(persons: PersonQuerySet, words: tuple[str, ...], found: _Found, limit: int) -> None:
    """As written; within a commune that was named; by ear; as misspelt when nothing is exact and little is found."""
    written = names.as_written(persons, words, limit)
    exact = [person for person in written if person.rank == names.EXACT]  # type: ignore[attr-defined]
    found.add(exact)
    in_place: list[Person] = []  # with the words that are no commune's, as written
    for place, rest in _places(words):
        living_there = persons.filter(pk__in=_residents(place))
        in_place = names.as_written(living_there, rest, limit)
        found.add(in_place)
        found.add(names.by_ear(living_there, rest, limit), "nom proche à l’oreille")
    found.add(written)
    if len(found) < limit and not exact:
        found.add(names.by_words(persons, words, limit), "partie du nom")
    if len(found) < limit and not in_place:
        found.add(names.by_ear(persons, words, limit), "nom proche à l’oreille")
    if len(found) < FEW and not exact and not in_place:
        slipped = names.by_slip(persons, words, limit)
        found.add(slipped, "à une lettre près")
        if not slipped:
            found.add(names.by_likeness(persons, words, limit), "orthographe proche")


def _residents(communes: list[str]) -> QuerySet[Any]:
    """Who lives in one of these communes; a hidden address is not found by its commune."""
    living = Membership.objects.filter(
        on_day(timezone.localdate()), household__commune__in=communes, household__address_hidden=False
    )
    return living.values("person")


def _places(words: tuple[str, ...]) -> list[tuple[list[str], tuple[str, ...]]]:
    """The communes named by the last or first words of the query, and the words left: at most one reading of each."""
    if len(words) < 2:
        return []
    communes = [(code, compact_key(name)) for code, name in Commune.objects.values_list("code", "name")]
    readings = [
        (cut, rest)
        for size in range(len(words) - 1, 0, -1)
        for cut, rest in (
            ("".join(words[-size:]), words[:-size]),
            ("".join(words[:size]), words[size:]),
        )
    ]
    for typed, rest in readings:
        exact = [code for code, key in communes if key == typed]
        if exact:
            return [(exact, rest)]
    for typed, rest in readings:
        begun = [code for code, key in communes if key.startswith(typed)]
        if begun and len(typed) >= SHORTEST_PLACE:
            return [(begun, rest)]
    return []


def _hits(found: _Found, user: User) -> list[Hit]:
    today = timezone.localdate()
    homes = homes_of(found.reasons, user)
    seen: dict[str, int] = {}
    for person in found.reasons:
        seen[person.search_key] = seen.get(person.search_key, 0) + 1
    hits = []
    for person, why in found.reasons.items():
        membership = homes.get(person.pk)
        hits.append(
            Hit(
                person=person,
                why=why,
                household=membership.household if membership else None,
                referent=referent_of(membership),
                is_member=membership is not None and (membership.end is None or membership.end >= today),
                has_homonym=seen[person.search_key] > 1 and not person.is_anonymous,
            )
        )
    return hits


def homes_of(persons: Iterable[Person], user: User) -> dict[UUID, Membership]:
    """Where each person lives, by person key, among the households `user` may know of: present before past, full
    time before shared, the latest first. Each tells its main référent: see referent_of(). Two queries.
    """
    today = timezone.localdate()
    path = "household__assignments"
    main = FilteredRelation(
        path, condition=on_day(today, f"{path}__") & Q(**{f"{path}__role": AssignmentRole.MAIN})
    )
    found: Any = (
        Membership.objects.filter(person__in=list(persons), household__in=Household.objects.for_user(user))
        .annotate(main=main, referent=F("main__agent"))
        .select_related("household__commune")
        .defer("household__commune__geometry")
    )
    rows = list(found)
    agents = User.objects.in_bulk({row.referent for row in rows if row.referent})
    for row in rows:
        row.referent = agents.get(row.referent)

    def closeness(row: Membership) -> tuple[bool, bool, date]:
        return row.end is None or row.end >= today, row.custody == Custody.FULL, row.start

    return {row.person_id: row for row in sorted(rows, key=closeness)}


def referent_of(home: Membership | None) -> User | None:
    """The main référent of the household of a home that homes_of() found."""
    return home.referent if home else None  # type: ignore[attr-defined]


def numbered(rows: HouseholdQuerySet, typed: str) -> Household | None:
    """The household of `rows` that bears the number as it was typed, or absorbed the one that bore it."""
    number = parse(typed).number
    if not number:
        return None
    return rows.filter(Q(number=number) | Q(absorbed__number=number)).first()
