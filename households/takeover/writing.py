"""Write many new households at once, history included: one transaction a chunk, so that a killed worker resumes.

A chunk has a context of its own in the history. One context for ten thousand households would be locked again by
each of their hundred thousand history rows.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

import pghistory
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from cias.core.db import ConstraintViolation, typed_violations
from cias.core.text import sort_key
from households.enums import NoteLevel, NoteMeans, Result
from households.models import (
    Address,
    Assignment,
    Household,
    Membership,
    Note,
    Person,
    Situation,
    TakeOverKey,
)
from households.models.takeover import ImportBatch, ImportRow
from households.services.files import take_numbers
from households.services.persons import members_name
from households.takeover.digests import PERSON_FIELDS, digests_of
from households.takeover.planning import default_day

# Written in this order, taken back in the other.
MODELS: tuple[type[models.Model], ...] = (
    Person, Household, Situation, Address, Membership, Assignment, Note,
)  # fmt: skip
REFUSED_BY_DATABASE = "La base a refusé ce ménage."
NOTE_TITLE = "Repris de {source}"


def context_of(takeover: ImportBatch) -> pghistory.context:
    """The signature of what a batch writes."""
    return pghistory.context(user=str(takeover.created_by_id), takeover=str(takeover.pk))


@dataclass
class Chunk:
    """The new rows of some households, before they are written. `ORDER`: what they are, in the order they go."""

    ORDER: ClassVar[tuple[type[models.Model], ...]] = (*MODELS, TakeOverKey)

    takeover: ImportBatch
    today: date
    objects: defaultdict[type[models.Model], list[Any]] = field(default_factory=lambda: defaultdict(list))

    def add(self, row: ImportRow, number: str) -> None:
        """Build everything of one household; raises ValidationError when it can be refused without the database."""
        data, opened = row.data, default_day(row.data)
        household = Household(
            number=number,
            opened_on=opened,
            commune_id=data["commune"] or None,
            off_territory=data["off_territory"],
        )
        persons = [person_of(values) for values in data["persons"]]
        memberships = [
            Membership(household=household, person=person, role=values["role"], start=opened)
            for person, values in zip(persons, data["persons"], strict=True)
        ]
        household.name = members_name(memberships, max(self.today, opened))
        household.sort_key = sort_key(household.name or number)
        own: list[models.Model] = [*persons, household, *memberships, situation_of(household, data, opened)]
        if has_address(data):
            own.append(address_of(household, data, opened))
        if data["referent"]:
            own.append(Assignment(household=household, agent_id=UUID(data["referent"]), start=opened))
        if data["comment"] and (note := note_of(self.takeover, household, data["comment"], self.today)):
            own.append(note)
        written: defaultdict[str, list[str]] = defaultdict(list)
        for item in own:
            self.objects[type(item)].append(item)
            written[item._meta.model_name or ""].append(str(item.pk))
        row.written, row.household, row.result = dict(written), household, Result.CREATED
        self.remember(row, household, persons)

    def remember(self, row: ImportRow, household: Household, persons: Sequence[Person]) -> None:
        """What makes the same file change nothing the next time."""
        self.objects[TakeOverKey].append(
            TakeOverKey(
                source=self.takeover.source,
                identifier=row.identifier,
                household=household,
                digests=digests_of(row.data, [str(person.pk) for person in persons]),
            )
        )

    def save(self) -> None:
        for model in self.ORDER:
            if self.objects[model]:
                model._default_manager.bulk_create(self.objects[model])


def person_of(values: dict[str, Any]) -> Person:
    known = {name: values[name] for name in PERSON_FIELDS if values.get(name) not in (None, "")}
    if "birth_date" in known:
        known["birth_date"] = date.fromisoformat(known["birth_date"])
    person = Person(**known)
    person.compute_keys()
    return person


def situation_of(household: Household, data: dict[str, Any], start: date) -> Situation:
    place = {"commune_id": data["commune"] or None, "off_territory": data["off_territory"]}
    return Situation(household=household, start=start, **place, **data["situation"])


def has_address(data: dict[str, Any]) -> bool:
    return any(data[name] for name in ("street", "complement", "postal_code", "city"))


def address_of(household: Household, data: dict[str, Any], start: date) -> Address:
    return Address(
        household=household,
        start=start,
        street=data["street"],
        complement=data["complement"],
        postal_code=data["postal_code"],
        city=data["city"],
        commune_id=data["commune"] or None,
    )


def note_of(takeover: ImportBatch, household: Household, text: str, today: date) -> Note | None:
    """The comments of the file as a note of the team, signed by who imports; None when they are not wanted."""
    if not takeover.options.get("notes"):
        return None
    title = NOTE_TITLE.format(source=takeover.source)
    return Note(
        household=household,
        author_id=takeover.created_by_id,
        held_on=today,
        means=NoteMeans.OUTSIDE,
        level=NoteLevel.TEAM,
        text=f"{title}\n{text}",
    )


type Write = Callable[[Any, Sequence[Any], UUID], None]


def write_new(
    takeover: ImportBatch,
    rows: Sequence[ImportRow],
    write: "Write | None" = None,
    also: Sequence[str] = (),
) -> None:
    """Create the households of `rows`, in the transaction of the caller; a row refused by the database says why.

    `also` are further fields of the rows that `write` fills.
    """
    write = write or _write_households
    table = type(rows[0])._default_manager
    try:
        with transaction.atomic(), context_of(takeover) as context:
            write(takeover, rows, context.id)
    except (IntegrityError, ValidationError):
        for row in rows:
            for name in also:
                setattr(row, name, None)
            _write_alone(takeover, row, write)
            if row.result == Result.REFUSED:
                for name in also:
                    setattr(row, name, None)
        table.bulk_update(
            rows, ["written", "household", "result", "issues", "context_id", *also], batch_size=200
        )
        return
    table.filter(pk__in=[row.pk for row in rows]).update(result=Result.CREATED, context_id=context.id)
    table.bulk_update(rows, ["written", "household", *also], batch_size=200)


def _write_households(takeover: ImportBatch, rows: Sequence[ImportRow], context_id: UUID) -> None:
    chunk = Chunk(takeover, timezone.localdate())
    by_year: defaultdict[int, list[ImportRow]] = defaultdict(list)
    for row in rows:
        by_year[default_day(row.data).year].append(row)
    # Years in order: two imports that lock the same series never wait for each other in a circle.
    for year in sorted(by_year):
        for row, number in zip(by_year[year], take_numbers(year, len(by_year[year])), strict=True):
            chunk.add(row, number)
            row.context_id = context_id
    chunk.save()
    connection.check_constraints()  # keys are checked at the commit otherwise, too late to refuse one row


def _write_alone(takeover: ImportBatch, row: ImportRow, write: Write) -> None:
    try:
        with typed_violations(), context_of(takeover) as context:
            write(takeover, [row], context.id)
    except ConstraintViolation as error:
        refuse(row, error.messages[0])
    except (IntegrityError, ValidationError):
        refuse(row, REFUSED_BY_DATABASE)


def refuse(row: ImportRow, message: str) -> None:
    row.household, row.written, row.context_id = None, {}, None
    row.result = Result.REFUSED
    row.issues = [*row.issues, {"line": row.number, "column": "", "message": message, "refuses": True}]
