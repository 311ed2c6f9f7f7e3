"""Who a person of the file is (peers.md §3.7): NIR, then the Département's identifier, then France Travail's; nothing
else is certain. E-mail or phone with the first name, or names with the birth date, are put to the agent, who chooses:
a shared phone or a CAF number never makes two persons one, and two persons of one household are never merged.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from cias.accounts.models import User
from cias.core.crypto import fingerprints
from cias.core.text import compact_key
from households.models import Membership, Person
from households.models.closed import closed_keys, hidden_keys
from households.models.files import on_day
from households.phonetics import phonetic_keys
from households.search.duplicates import contradicted
from households.takeover.lookalikes import lookalikes, new_person
from insertion.imports.reading import NIR_SCOPE, Draft
from insertion.models import DepartmentIdentity

# One sentence for every row that only those named on a protected file may settle; it does not say why.
CLOSED = "cette ligne ne peut pas être traitée ici\u00a0: signalez-la à la direction."
OTHER_NIR = "le NIR n’est pas celui de la personne connue sous cet identifiant du Département."
TWO_PERSONS = "le NIR et l’identifiant du Département désignent deux personnes différentes."
SAME_NIR, SAME_ID, SAME_FT = "même NIR", "même identifiant du Département", "même identifiant France Travail"
DIFFERS = "mais le nom ou la date de naissance diffère"


@dataclass(frozen=True)
class Match:
    """A known person a row may be. `sure`: an identifier says so, and nothing of the row contradicts it."""

    person: Person
    reasons: list[str]
    sure: bool = False
    identity: DepartmentIdentity | None = None

    def as_json(self) -> dict[str, Any]:
        return {"known": str(self.person.pk), "reasons": self.reasons, "sure": self.sure}


@dataclass
class Known:
    """What is known of the identifiers of a whole file: a fixed number of queries."""

    by_nir: dict[str, DepartmentIdentity] = field(default_factory=dict)
    by_internal: dict[str, DepartmentIdentity] = field(default_factory=dict)
    by_ft: dict[str, DepartmentIdentity] = field(default_factory=dict)
    by_contact: dict[str, list[Person]] = field(default_factory=dict)
    homes: dict[str, UUID] = field(default_factory=dict)
    hidden: set[UUID] = field(default_factory=set)
    closed: set[UUID] = field(default_factory=set)

    @classmethod
    def load(cls, drafts: Sequence[Draft], user: User, today: date) -> "Known":
        known = cls(
            hidden=hidden_keys(user),
            closed=closed_keys(user),
        )
        prints = {mark for draft in drafts if draft.nir for mark in nir_prints(draft.nir)}
        for name, values, found in (
            ("nir_print", prints, known.by_nir),
            ("internal_id", _said(drafts, "internal_id"), known.by_internal),
            ("france_travail_id", _said(drafts, "france_travail_id"), known.by_ft),
        ):
            rows = DepartmentIdentity.objects.select_related("person").filter(**{f"{name}__in": values})
            found.update({getattr(row, name): row for row in rows})
        known._load_contacts(drafts)
        known._load_homes(drafts, today)
        return known

    def _load_contacts(self, drafts: Sequence[Draft]) -> None:
        contacts: defaultdict[str, list[Person]] = defaultdict(list)
        for name in ("email", "phone", "second_phone"):
            source = "email" if name == "email" else "phone"
            values = {draft.person.get(source) for draft in drafts} - {None, ""}
            for person in Person.objects.filter(**{f"{name}__in": values}):
                contacts[getattr(person, name)].append(person)
        self.by_contact = dict(contacts)

    def _load_homes(self, drafts: Sequence[Draft], today: date) -> None:
        """Where the people of a CAF number live: for who joins them, never to say who somebody is."""
        numbers = dict(
            DepartmentIdentity.objects.filter(caf_number__in=_said(drafts, "caf_number")).values_list(
                "person", "caf_number"
            )
        )
        rows = Membership.objects.filter(on_day(today), person__in=numbers, custody="full")
        for person_id, household_id in rows.order_by("start", "pk").values_list("person", "household"):
            self.homes.setdefault(numbers[person_id], household_id)


def _said(drafts: Iterable[Draft], name: str) -> set[str]:
    return {draft.identity[name] for draft in drafts if draft.identity.get(name)}


def nir_prints(number: str) -> list[str]:
    return fingerprints(number.encode(), NIR_SCOPE)


def match(draft: Draft, known: Known) -> Match | None:
    """The person an identifier designates; a contradiction or a closed file is written on the draft."""
    by_nir = next((known.by_nir[mark] for mark in _prints(draft) if mark in known.by_nir), None)
    by_internal = known.by_internal.get(draft.identity.get("internal_id", ""))
    by_ft = known.by_ft.get(draft.identity.get("france_travail_id", ""))
    if by_nir and by_internal and by_nir.person_id != by_internal.person_id:
        draft.refuse("", TWO_PERSONS)
        return None
    if by_internal and not by_nir and draft.nir and by_internal.nir_print:
        draft.refuse("", OTHER_NIR)
        return None
    identity = by_nir or by_internal or by_ft
    if identity is None:
        return None
    if identity.person_id in known.hidden:
        draft.refuse("", CLOSED)
        return None
    reason = SAME_NIR if by_nir else SAME_ID if by_internal else SAME_FT
    if not agrees(draft, identity.person):
        return Match(identity.person, [reason, DIFFERS], identity=identity)
    return Match(identity.person, [reason], sure=True, identity=identity)


def _prints(draft: Draft) -> list[str]:
    return nir_prints(draft.nir) if draft.nir else []


def agrees(draft: Draft, person: Person) -> bool:
    """Whether the row may speak of this person: a first name that sounds alike, and no other birth date."""
    said = draft.person
    born = date.fromisoformat(said["birth_date"]) if said.get("birth_date") else None
    if contradicted(born, said.get("birth_precision", "day"), person.birth_date, person.birth_precision):
        return False
    given, theirs = phonetic_keys(said["first_names"]), phonetic_keys(person.first_names)
    return not theirs or bool(set(given) & set(theirs))


def by_contact(draft: Draft, known: Known) -> list[Match]:
    """Who has the same e-mail, or the same phone, and the same first name: to be asked, never decided."""
    first = compact_key(draft.person["first_names"])
    found: dict[UUID, Match] = {}
    for name, said in (("email", "même adresse e-mail"), ("phone", "même téléphone")):
        for person in known.by_contact.get(draft.person.get(name) or "", ()):
            if person.pk in known.hidden or person.compact_first != first or person.pk in found:
                continue
            if agrees(draft, person):
                found[person.pk] = Match(person, [said, "même prénom"])
    return list(found.values())


def by_likeness(
    drafts: Sequence[tuple[int, Draft]], groups: Sequence[int], user: User
) -> dict[int, list[dict[str, Any]]]:
    """By rank in the file, who looks like the person; nobody of the same household of the file is compared."""
    persons = [new_person(groups[rank], rank, draft.person) for rank, draft in drafts]
    numbers = {rank: draft.number for rank, draft in drafts}
    found: dict[int, list[dict[str, Any]]] = {}
    for (_group, rank), likes in lookalikes(persons, user).items():
        found[rank] = [
            {"known": like.known, "reasons": like.reasons}
            if like.other is None
            else {"line": numbers[like.other.rank], "reasons": like.reasons}
            for like in likes
        ]
    return found
