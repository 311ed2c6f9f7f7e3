"""Write what the Département's file says: new households at once, known persons one at a time; and take it back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils import timezone

from cias.accounts.models import User
from cias.core.text import sort_key
from cias.territory.models import Commune
from households import services as households
from households.enums import Custody, MainResource, MemberRole, Result
from households.models import Household, Membership, Person
from households.models.closed import is_closed_to
from households.models.files import on_day
from households.services.files import take_numbers
from households.services.persons import members_name
from households.takeover.digests import digest
from households.takeover.planning import default_day
from households.takeover.undoing import Undoing
from households.takeover.updating import KEPT_HERE, Update, join, update_person, update_place, written_under
from households.takeover.writing import MODELS, Chunk, person_of
from insertion.imports.digests import digests_of
from insertion.imports.enums import RowDecision, RowOutcome
from insertion.imports.planning import same_decision
from insertion.imports.reading import IDENTITY, ORIENTATION
from insertion.imports.targets import label_of
from insertion.models import (
    DepartmentIdentity,
    Orientation,
    OrientationChange,
    OrientationImport,
    OrientationImportRow,
)
from insertion.orientations.services import correct, orient

# In the order they are written, and taken back in the other.
TABLES: tuple[type[models.Model], ...] = (
    *(model for model in MODELS if model.__name__ != "Note"), Orientation, OrientationChange,
)  # fmt: skip
FROM_FILE = "Fichier du Département"
NOT_KNOWN = "La personne choisie n’existe plus\u00a0: relancez la vérification du fichier."


@dataclass
class PathwayChunk(Chunk):
    """New persons with their orientation; those of one CAF number live in the household of the first."""

    ORDER: ClassVar[tuple[type[models.Model], ...]] = (*TABLES, DepartmentIdentity)

    members: defaultdict[UUID, list[Membership]] = field(default_factory=lambda: defaultdict(list))
    homes: dict[int, Household] = field(default_factory=dict)

    def add(self, row: Any, number: str) -> None:
        super().add(row, number)
        self.homes[row.number] = row.household

    def remember(self, row: Any, household: Household, persons: Sequence[Person]) -> None:
        person = persons[0]
        self.members[household.pk] += self.objects[Membership][-len(persons) :]
        self._orient(row, household, person)

    def add_beside(self, row: OrientationImportRow, household: Household) -> None:
        """One more person of a household of this chunk."""
        values = row.data["persons"][0]
        person = person_of(values)
        is_partner = values["role"] == MemberRole.PARTNER
        membership = Membership(
            household=household, person=person, start=household.opened_on,
            role=MemberRole.PARTNER if is_partner else MemberRole.OTHER,
        )  # fmt: skip
        self.objects[Person].append(person)
        self.objects[Membership].append(membership)
        members = self.members[household.pk]
        members.append(membership)
        household.name = members_name(members, max(self.today, household.opened_on))
        household.sort_key = sort_key(household.name or household.number)
        row.written = {"person": [str(person.pk)], "membership": [str(membership.pk)]}
        row.household, row.result = household, Result.CREATED
        self._orient(row, household, person)

    def _orient(self, row: OrientationImportRow, household: Household, person: Person) -> None:
        orientation = Orientation(household=household, person=person, **orientation_values(row.data))
        self.objects[Orientation].append(orientation)
        self.objects[DepartmentIdentity].append(identity_of(person, row.data))
        row.person = person
        row.written["orientation"] = [str(orientation.pk)]


def orientation_values(data: dict[str, Any]) -> dict[str, Any]:
    """The columns of an orientation from what a row says."""
    said = data["orientation"]
    end = said.get("end")
    return {
        "kind": said["kind"],
        "notified_on": date.fromisoformat(said["notified_on"]),
        "start": date.fromisoformat(said["start"]),
        "end": date.fromisoformat(end) if end else None,
        "structure": said["structure"],
        "referent_id": UUID(said["referent"]) if said.get("referent") else None,
        "comment": said.get("comment", ""),
    }


def identity_of(
    person: Person, data: dict[str, Any], known: DepartmentIdentity | None = None
) -> DepartmentIdentity:
    """What is kept of who the person is at the Département; what the file leaves out stays as it was."""
    identity = known or DepartmentIdentity(person=person)
    for name in (*IDENTITY, "nir_print"):
        if value := data["identity"].get(name):
            setattr(identity, name, date.fromisoformat(value) if name == "rsa_since" else value)
    identity.digests = digests_of(data)
    return identity


def write_new(batch: OrientationImport, rows: Sequence[OrientationImportRow], context_id: UUID) -> None:
    """Create the households of `rows`, in one go; or one row alone, when the database has refused the whole."""
    if len(rows) == 1 and rows[0].data["home_line"]:
        _create(Update(batch, rows[0], batch.created_by, timezone.localdate()), rows[0])
        rows[0].written |= written_under(context_id, TABLES)
        rows[0].context_id = context_id
        return
    chunk = PathwayChunk(batch, timezone.localdate())
    by_year: defaultdict[int, list[OrientationImportRow]] = defaultdict(list)
    for row in rows:
        if not row.data["home_line"]:
            by_year[default_day(row.data).year].append(row)
    # Years in order: two imports that lock the same series never wait for each other in a circle.
    for year in sorted(by_year):
        for row, number in zip(by_year[year], take_numbers(year, len(by_year[year])), strict=True):
            chunk.add(row, number)
    for row in rows:
        if row.data["home_line"]:
            chunk.add_beside(row, chunk.homes[row.data["home_line"]])
        row.context_id = context_id
    chunk.save()
    connection.check_constraints()  # keys are checked at the commit otherwise, too late to refuse one row


def _home_of_row(batch: Any, data: dict[str, Any]) -> Household | None:
    """The household a new person joins: known by its CAF number, or opened by a line above."""
    if data["home"]:
        return Household.objects.filter(pk=data["home"]).first()
    if not data["home_line"]:
        return None
    line = OrientationImportRow.objects.filter(batch=batch, number=data["home_line"])
    if (found := line.select_related("household").first()) and found.household:
        return found.household
    same = DepartmentIdentity.objects.filter(caf_number=data["identity"]["caf_number"]).select_related(
        "person"
    )
    beside = same.order_by("created_at", "pk").first()
    return _home_of(beside.person, timezone.localdate()) if beside else None


def bring(update: Update) -> None:
    """One row about somebody known or chosen, or who joins a known household."""
    row = cast("OrientationImportRow", update.row)
    if row.outcome == RowOutcome.DOUBT and row.decision == RowDecision.ATTACH:
        person: Person | None = row.chosen
        result = Result.ATTACHED
    else:
        person, result = row.person, Result.UPDATED
    if row.outcome == RowOutcome.CREATE or row.decision == RowDecision.CREATE:
        _create(update, row)
        return
    if person is None:
        raise ValidationError(NOT_KNOWN)
    identity = DepartmentIdentity.objects.filter(person=person).first()
    before = identity.digests if identity else {}
    _remember(row, person, identity)
    household = _home_of(person, update.today) or _open(update, person)
    if is_closed_to(update.by, household.pk):
        raise ValidationError(NOT_KNOWN)
    update_person(update, person, row.data["persons"][0], before.get("person", {}))
    if not household.address_hidden:
        update_place(update, household, before.get("place"))
    if household.closed_on is not None:
        update.remarks.append(f"le dossier {household.number} est clos\u00a0: rouvrez-le pour l’accompagner.")
    _bring_orientation(update, household, person, before.get("orientation", {}))
    identity_of(person, row.data, identity).save()
    row.household, row.person, row.result = household, person, result
    row.save(update_fields=["person"])


def _remember(row: OrientationImportRow, person: Person, identity: DepartmentIdentity | None) -> None:
    row.written = {
        "identity_person": str(person.pk),
        "identity_before": identity.remembered() if identity else None,
    }


def _home_of(person: Person, day: date) -> Household | None:
    rows = Membership.objects.filter(on_day(day), person=person).select_related("household")
    home = rows.order_by(models.Case(models.When(custody=Custody.FULL, then=0), default=1), "start").first()
    return home.household if home else None


def _open(update: Update, person: Person) -> Household:
    data = update.data
    return households.open_household(
        by=update.by, applicant=person, opened_on=default_day(data), off_territory=data["off_territory"],
        commune=Commune.objects.filter(pk=data["commune"]).first() if data["commune"] else None,
        main_resource=MainResource.RSA,
    )  # fmt: skip


def _create(update: Update, row: OrientationImportRow) -> None:
    """A new person, in the household of their CAF number when there is one, else in one of their own."""
    data = update.data
    home = _home_of_row(update.takeover, data)
    person = person_of(data["persons"][0])
    person.save()
    row.written = {"identity_person": str(person.pk), "identity_before": None}
    if home is None:
        home = _open(update, person)
        update_place(update, home, None)
    elif is_closed_to(update.by, home.pk):
        raise ValidationError(NOT_KNOWN)
    else:
        join(update, home, data["persons"][0], person)
    orient(by=update.by, household=home, person=person, **_for_service(data))
    identity_of(person, data).save()
    row.household, row.person, row.result = home, person, Result.CREATED
    row.save(update_fields=["person"])


def _for_service(data: dict[str, Any]) -> dict[str, Any]:
    values = orientation_values(data)
    referent_id = values.pop("referent_id")
    return {**values, "referent": User.objects.filter(pk=referent_id).first() if referent_id else None}


def _bring_orientation(update: Update, household: Household, person: Person, before: dict[str, str]) -> None:
    """The decision already recorded is brought up to date where the Département changed it; another one follows it."""
    said = update.data["orientation"]
    known = same_decision(said, list(Orientation.objects.filter(person=person).order_by("start", "pk")))
    if known is None:
        orient(
            by=update.by,
            household=household,
            person=person,
            shorten_previous=True,
            **_for_service(update.data),
        )
        return
    wanted = _for_service(update.data)
    changed: dict[str, Any] = {}
    for name in ORIENTATION:
        value, current = wanted[name], getattr(known, name)
        if value in (None, "") or value == current or before.get(name) == digest(said.get(name) or ""):
            continue
        if current not in (None, "") and before.get(name) != digest(_spelled(current)):
            update.remarks.append(f"{label_of(name).lower()}, {KEPT_HERE}.")
        else:
            changed[name] = value
    if changed:
        correct(by=update.by, orientation=known, reason=FROM_FILE, **changed)


def _spelled(value: Any) -> str:
    """A value of ours as a row of the file says it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value.pk) if isinstance(value, User) else str(value)


def _restore_identities(rows: Iterable[Any]) -> None:
    """A new identity is forgotten; a known one says what it said."""
    for row in rows:
        person_ids = row.written.get("person", []) if row.result == Result.CREATED else []
        key = row.written.get("identity_person") or next(iter(person_ids), None)
        if person_ids:
            ours = OrientationImportRow.objects
            ours.filter(person__in=person_ids).update(person=None)
            ours.filter(chosen__in=person_ids).update(chosen=None)
        before = row.written.get("identity_before")
        identities = DepartmentIdentity.objects.filter(person=key)
        if before is None:
            identities.delete()
        else:
            identities.update(**before)


UNDOING = Undoing(
    tables=TABLES,
    used=(Household, Person, Orientation),
    remember=(DepartmentIdentity, OrientationImportRow),
    restore=_restore_identities,
)
