"""Is this new person already known? (H5) Candidates with reasons; deciding stays with the agent."""

from dataclasses import dataclass, fields
from datetime import date
from difflib import SequenceMatcher
from uuid import UUID

from django.db.models import Case, IntegerField, Q, Value, When

from cias.accounts.models import User
from cias.core.text import compact_key
from households.enums import BirthPrecision
from households.models import Person
from households.phonetics import phonetic_key, phonetic_keys
from households.services.persons import PersonData

MOST_MATCHES = 5
CANDIDATES = 60
RARE_NAME = 3
SHORTEST_NAME = 3
CLOSE_SPELLING = 0.75

SAME_NAME, SAME_FIRST, SAME_BIRTH = 40, 25, 35
ENOUGH = 55
# In whole lists a first name and a birth date whose day and month are exchanged meet by chance too often.
ENOUGH_IN_LISTS = SAME_FIRST + SAME_BIRTH
STRENGTHS = (
    (90, "ressemblance très forte"),
    (70, "ressemblance forte"),
    (ENOUGH, "ressemblance moyenne"),
    (0, "ressemblance faible"),
)


@dataclass(frozen=True)
class Match:
    """A known person who may be the one being typed. `score` from 0 to 100 orders them; `reasons` are what an agent
    reads, the strongest first."""

    person: Person
    score: int
    reasons: list[str]

    @property
    def strength(self) -> str:
        """The score in words."""
        return next(words for least, words in STRENGTHS if self.score >= least)


def duplicates(person_data: PersonData, user: User, *, limit: int = MOST_MATCHES) -> list[Match]:
    """The persons `user` may know of who may be the one typed, the most likely first.

    Names (as written, by ear, inverted) and birth date make a match, two of the three agreeing; a name alone only
    while it is rare. A phone number may belong to a couple or a family: it is told as a reason beside others and
    never makes a match (peers.md, T8).
    """
    if len(compact_key(person_data.birth_name + person_data.usual_name)) < SHORTEST_NAME:
        return []
    compared = [Match(person, *likeness(person_data, person)) for person in _candidates(person_data, user)]
    strong = [match for match in compared if match.score >= ENOUGH]
    strong.sort(key=lambda match: (-match.score, match.person.search_key, str(match.person.pk)))
    if len(strong) < limit:
        strong += _same_name_only(person_data, user, {match.person.pk for match in strong})
    return strong[:limit]


def _candidates(data: PersonData, user: User) -> list[Person]:
    """Persons with two of name, first name and birth date in common, roughly; those born on the day first."""
    names = phonetic_keys(data.birth_name, data.usual_name)
    firsts = phonetic_keys(data.first_names)
    begins_alike = Q(compact_first__startswith=compact_key(data.first_names))
    close, order = Q(), [When(begins_alike, then=Value(1))]
    if firsts:
        close |= Q(phonetic__overlap=names) & (Q(phonetic__overlap=firsts) | begins_alike)
    if data.birth_date:
        born = Q(birth_date=data.birth_date)
        order.insert(0, When(born, then=Value(0)))
        close |= born & Q(phonetic__overlap=[*names, *firsts])
        if swapped := _swapped(data.birth_date):
            close |= Q(birth_date=swapped) & Q(phonetic__overlap=names)
    if not close:
        return []
    surest_first = Case(*order, default=Value(2), output_field=IntegerField())
    found = Person.objects.for_user(user).filter(close, is_anonymous=False)
    return list(found.order_by(surest_first, "search_key", "pk")[:CANDIDATES])


def _same_name_only(data: PersonData, user: User, known: set[UUID]) -> list[Match]:
    """The few bearers of a rare name, whatever their first names."""
    key = compact_key(data.usual_name or data.birth_name)
    bearers = Person.objects.for_user(user).filter(Q(compact_birth=key) | Q(compact_usual=key))
    found = list(bearers.order_by("search_key", "pk")[: RARE_NAME + 1])
    if len(found) > RARE_NAME:
        return []
    return [Match(person, SAME_NAME, ["même nom seulement"]) for person in found if person.pk not in known]


def data_of(person: Person) -> PersonData:
    """A known person as if they were being typed."""
    return PersonData(**{fact.name: getattr(person, fact.name) for fact in fields(PersonData)})


def same_person(one: Person, other: Person) -> Match | None:
    """How likely two known persons are one; None when they are not likely enough to be shown to anybody."""
    score, reasons = likely(data_of(one), other)
    return Match(other, score, reasons) if score else None


def likely(data: PersonData, other: Person | PersonData) -> tuple[int, list[str]]:
    """likeness() where whole lists are compared, 0 when it is not enough to be shown.

    Unlike while typing, first names must agree, else every pair of twins would be proposed.
    """
    first_points, _ = _best([data.first_names], [other.first_names], SAME_FIRST, "prénom")
    if data.first_names and other.first_names and not first_points and not _inverted(data, other):
        return 0, []
    score, reasons = likeness(data, other)
    return (score, reasons) if score >= ENOUGH_IN_LISTS else (0, [])


def likeness(data: PersonData, person: Person | PersonData) -> tuple[int, list[str]]:
    """How much two persons look like one, from 0 to 100, and why: the rule itself, whoever asks."""
    typed = [name for name in (data.birth_name, data.usual_name) if name]
    known = [name for name in (person.birth_name, person.usual_name) if name]
    name_points, name_reason = _best(typed, known, SAME_NAME, "nom")
    first_points, first_reason = _best([data.first_names], [person.first_names], SAME_FIRST, "prénom")
    if not name_points and (crossed := _inverted(data, person)):
        name_points, name_reason, first_points, first_reason = crossed, "nom et prénom inversés", 0, ""
    birth_points, birth_reason = _birth(data, person)
    score = name_points + first_points + birth_points
    agreeing = sum(points > 0 for points in (name_points, first_points, birth_points))
    if agreeing < 2 and name_points <= SAME_NAME:
        return 0, []
    said = [
        (birth_points, birth_reason),
        (name_points, name_reason),
        (first_points, first_reason),
    ]
    reasons = [reason for points, reason in said if points > 0 and reason]
    if data.phone and data.phone in (person.phone, person.second_phone):
        reasons.append("même téléphone")
    return max(0, min(100, score)), reasons


def _inverted(data: PersonData, person: Person | PersonData) -> int:
    """Points when the name was typed as first name and the first name as name; 0 otherwise."""
    typed = [name for name in (data.birth_name, data.usual_name) if name]
    known = [name for name in (person.birth_name, person.usual_name) if name]
    name_points, _ = _best(typed, [person.first_names], SAME_NAME, "nom")
    first_points, _ = _best([data.first_names], known, SAME_FIRST, "prénom")
    return name_points + first_points if name_points and first_points else 0


def _best(typed: list[str], known: list[str], points: int, noun: str) -> tuple[int, str]:
    """The best likeness between two sets of spellings, in points, with its reason."""
    results = [_likeness(one, other, points, noun) for one in typed for other in known if one and other]
    return max(results, default=(0, ""))


def _likeness(one: str, other: str, points: int, noun: str) -> tuple[int, str]:
    a, b = compact_key(one), compact_key(other)
    if a == b:
        return points, f"même {noun}"
    if noun == "prénom" and len(a) >= SHORTEST_NAME and (a.startswith(b) or b.startswith(a)):
        return points - 3, "début du prénom"
    if phonetic_key(a) == phonetic_key(b) or set(phonetic_keys(one)) & set(phonetic_keys(other)):
        return points - 5, f"{noun} proche à l’oreille"
    if SequenceMatcher(None, a, b).ratio() >= CLOSE_SPELLING:
        return points - 12, f"{noun} proche"
    return 0, ""


def contradicted(one: date | None, precision: str, other: date | None, its_precision: str) -> bool:
    """Whether two whole birth dates say two persons: then no likeness of names is enough."""
    if one is None or other is None or one == other or {precision, its_precision} != {BirthPrecision.DAY}:
        return False
    return one != _swapped(other) and not _one_digit_apart(one, other)


def _one_digit_apart(one: date, other: date) -> bool:
    return sum(a != b for a, b in zip(f"{one:%d%m%Y}", f"{other:%d%m%Y}", strict=True)) == 1


def _birth(data: PersonData, person: Person | PersonData) -> tuple[int, str]:
    """Points for the birth date: positive when it agrees, negative when it contradicts, 0 when one is unknown."""
    one, other = data.birth_date, person.birth_date
    if one is None or other is None:
        return 0, ""
    partial = {data.birth_precision, person.birth_precision}
    if BirthPrecision.PRESUMED in partial and one != other:
        return (10, "même année de naissance") if one.year == other.year else (0, "")
    if BirthPrecision.YEAR in partial:
        return (10, "même année de naissance") if one.year == other.year else (-SAME_BIRTH, "")
    if BirthPrecision.MONTH in partial:
        same = (one.year, one.month) == (other.year, other.month)
        return (20, "même mois de naissance") if same else (-SAME_BIRTH, "")
    if one == other:
        return SAME_BIRTH, "même date de naissance"
    if one == _swapped(other):
        return SAME_BIRTH - 5, "jour et mois de naissance inversés"
    if _one_digit_apart(one, other):
        return SAME_BIRTH - 15, "date de naissance à un chiffre près"
    return -SAME_BIRTH, ""


def _swapped(day: date) -> date | None:
    """The date with day and month exchanged, when that is another date."""
    if day.day > 12 or day.day == day.month:
        return None
    return date(day.year, day.day, day.month)
