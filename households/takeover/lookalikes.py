"""The likely duplicates of thousands of new persons at once, under the rule of search/duplicates.py.

Known persons stream by once; each meets only the new ones born the same day, or who share the sound of a name and of
a first name. A family's phone or CAF number never brings two persons together (peers.md, T8), nor does living in the
same household. The bearers of a rare name alone, which a typed name shows, are left out: in bulk they would be noise.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cias.accounts.models import User
from cias.core.text import compact_key
from households.models import Person
from households.models.closed import persons_hidden_from
from households.phonetics import phonetic_keys
from households.search.duplicates import SHORTEST_NAME, contradicted, likely
from households.services import PersonData

MOST = 3
_COLUMNS = (
    "pk", "birth_name", "usual_name", "first_names", "birth_date", "birth_precision", "phone", "second_phone",
    "phonetic",
)  # fmt: skip


@dataclass(frozen=True)
class NewPerson:
    """Somebody of the file: the household (by its rank in the file) and their rank in it."""

    household: int
    rank: int
    data: PersonData
    names: frozenset[str]
    firsts: frozenset[str]


@dataclass(frozen=True)
class Lookalike:
    """Who a new person may be: a known person, or another of the file."""

    score: int
    reasons: list[str]
    known: str = ""
    other: NewPerson | None = None


def new_person(household: int, rank: int, person: dict[str, Any]) -> NewPerson:
    born = person.get("birth_date")
    data = PersonData(
        birth_name=person["birth_name"],
        usual_name=person["usual_name"],
        first_names=person["first_names"],
        birth_date=date.fromisoformat(born) if born else None,
        birth_precision=person.get("birth_precision") or "day",
        phone=person.get("phone") or "",
    )
    return NewPerson(
        household,
        rank,
        data,
        frozenset(phonetic_keys(data.birth_name, data.usual_name)),
        frozenset(phonetic_keys(data.first_names)),
    )


class _Index:
    """New persons by day of birth and by pairs of sounds."""

    def __init__(self, persons: Iterable[NewPerson]) -> None:
        self.born: defaultdict[date, list[NewPerson]] = defaultdict(list)
        self.sounds: defaultdict[tuple[str, str], list[NewPerson]] = defaultdict(list)
        for person in persons:
            self.add(person)

    def add(self, person: NewPerson) -> None:
        if len(compact_key(person.data.birth_name + person.data.usual_name)) < SHORTEST_NAME:
            return
        if person.data.birth_date:
            self.born[person.data.birth_date].append(person)
        for name in person.names:
            for first in person.firsts:
                self.sounds[name, first].append(person)

    def near(self, born: date | None, sounds: Sequence[str]) -> Iterator[NewPerson]:
        """The new persons worth comparing with somebody who sounds so; each once."""
        seen: set[tuple[int, int]] = set()
        heard = set(sounds)
        for day in _days(born):
            for person in self.born.get(day, ()):
                if not heard.isdisjoint(person.names | person.firsts):
                    seen.add((person.household, person.rank))
                    yield person
        for name in heard:
            for first in heard:
                for person in self.sounds.get((name, first), ()):
                    key = (person.household, person.rank)
                    if key not in seen:
                        seen.add(key)
                        yield person


def _days(born: date | None) -> list[date]:
    if born is None:
        return []
    swapped = born.day <= 12 and born.day != born.month
    return [born, date(born.year, born.day, born.month)] if swapped else [born]


def lookalikes(persons: Sequence[NewPerson], user: User) -> dict[tuple[int, int], list[Lookalike]]:
    """By (household, rank), the likeliest first, at most MOST; nobody who lives in a file closed to `user`."""
    found: defaultdict[tuple[int, int], list[Lookalike]] = defaultdict(list)
    index = _Index(persons)
    if persons:
        _among_known(index, found, user)
    _within(persons, found)
    for matches in found.values():
        matches.sort(key=lambda match: -match.score)
        del matches[MOST:]
    return dict(found)


def _among_known(index: _Index, found: defaultdict[tuple[int, int], list[Lookalike]], user: User) -> None:
    known_to = Person.objects.filter(is_anonymous=False).exclude(pk__in=persons_hidden_from(user))
    rows = known_to.order_by().values_list(*_COLUMNS)
    for key, birth, usual, first, born, precision, phone, second, sounds in rows.iterator(chunk_size=5000):
        known: PersonData | None = None
        for person in index.near(born, sounds):
            if contradicted(person.data.birth_date, person.data.birth_precision, born, precision):
                continue
            known = known or PersonData(
                birth_name=birth,
                usual_name=usual,
                first_names=first,
                birth_date=born,
                birth_precision=precision,
                phone=phone,
                second_phone=second,
            )
            score, reasons = likely(person.data, known)
            if score:
                found[person.household, person.rank].append(Lookalike(score, reasons, known=str(key)))


def _within(persons: Sequence[NewPerson], found: defaultdict[tuple[int, int], list[Lookalike]]) -> None:
    """Somebody met higher in the file, in another household."""
    index = _Index(())
    for person in persons:
        data = person.data
        for other in index.near(data.birth_date, [*person.names, *person.firsts]):
            if other.household == person.household:
                continue
            known = other.data
            if contradicted(data.birth_date, data.birth_precision, known.birth_date, known.birth_precision):
                continue
            score, reasons = likely(data, known)
            if score:
                found[person.household, person.rank].append(Lookalike(score, reasons, other=other))
        index.add(person)
