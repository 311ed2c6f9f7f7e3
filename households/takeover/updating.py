"""Bring a known household up to date, or attach a household of the file to known persons: one at a time.

Three versions meet: what the other tool said last (its digests), what it says now, what an agent made of it here.
Only what changed there is written, and never over a correction made here: such a value is kept, and said.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.utils import timezone

from cias.accounts.models import User
from cias.core.db import typed_violations
from cias.territory.models import Commune
from households import services
from households.enums import Custody, Decision, MemberRole, Outcome, Result
from households.models import Household, Membership, Note, Person, TakeOverKey, TakeOverRow
from households.models.files import on_day
from households.models.takeover import ImportBatch, ImportRow
from households.services import AddressData
from households.takeover.digests import PERSON_FIELDS, digest, digests_of, pair, place_of
from households.takeover.planning import FIELD_LABELS, PLACE_LABEL, default_day
from households.takeover.writing import (
    MODELS,
    REFUSED_BY_DATABASE,
    context_of,
    has_address,
    note_of,
    person_of,
    refuse,
)

KEPT_HERE = "la valeur corrigée ici est gardée"


@dataclass
class Update:
    """One row being brought up to date, or just opened; `remarks` are what was left as it is."""

    takeover: ImportBatch
    row: ImportRow
    by: User
    today: date
    opened: bool = False
    remarks: list[str] = field(default_factory=list)

    @property
    def data(self) -> dict[str, Any]:
        return self.row.data


def bring_up_to_date(
    takeover: ImportBatch,
    row: ImportRow,
    by: User,
    bring: "Callable[[Update], None] | None" = None,
    models_written: Sequence[type[models.Model]] = MODELS,
) -> None:
    """Write one row in a savepoint; a refusal is written on the row, and nothing else of it."""
    try:
        with transaction.atomic(), typed_violations(), context_of(takeover) as context:
            update = Update(takeover, row, by, timezone.localdate())
            (bring or _bring)(update)
            row.context_id = context.id
    except ValidationError as error:
        refuse(row, error.messages[0])
    except IntegrityError:
        refuse(row, REFUSED_BY_DATABASE)
    else:
        row.written |= written_under(row.context_id, models_written)
        row.issues = [
            *row.issues,
            *(
                {"line": row.number, "column": "", "message": remark, "refuses": False}
                for remark in update.remarks
            ),
        ]
    row.save(update_fields=["written", "household", "result", "issues", "context_id"])


def _bring(update: Update) -> None:
    known = TakeOverKey.objects.filter(source=update.takeover.source, identifier=update.row.identifier)
    key = known.first()
    update.row.written = {"key_before": key.digests if key else None}
    if key is not None:
        _update(update, key)
    else:
        _attach(update)


def written_under(
    context_id: UUID | None, models_written: Sequence[type[models.Model]]
) -> dict[str, list[str]]:
    """Which rows were written under a context of the history, by model."""
    found = {}
    for model in models_written:
        events = model.pgh_event_model.objects.filter(pgh_context_id=context_id)  # type: ignore[attr-defined]
        if keys := sorted({str(key) for key in events.values_list("pgh_obj_id", flat=True)}):
            found[model._meta.model_name or ""] = keys
    return found


def _update(update: Update, key: TakeOverKey) -> None:
    row, household = update.row, key.household
    entries = key.digests.get("persons", [])
    persons = survivors([entry["id"] for entry in entries])
    ids: list[str] = []
    joined = _decided(update)
    for rank, (values, entry) in enumerate(
        zip(update.data["persons"], pair(update.data, entries), strict=True)
    ):
        person = persons.get(entry["id"]) if entry else None
        if person is not None and entry is not None:
            update_person(update, person, values, entry["fields"])
        else:
            person = join(update, household, values, joined.get(rank))
        ids.append(str(person.pk))
    _update_household(update, household, key.digests.get("household", {}))
    key.digests = digests_of(update.data, ids)
    key.save(update_fields=["digests"])
    row.household, row.result = household, Result.UPDATED


def survivors(keys: list[str]) -> dict[str, Person]:
    """The persons by the key they had when they were imported; one merged since is who absorbed them."""
    found = Person.with_absorbed.select_related("merged_into").filter(pk__in=keys)
    return {str(person.pk): person.merged_into or person for person in found}


def _decided(update: Update) -> dict[int, Person]:
    """The known persons an agent chose to attach, by their rank in the household of the file."""
    row = cast("TakeOverRow", update.row)
    if row.decision != Decision.ATTACH or row.outcome != Outcome.DUPLICATE:
        return {}
    chosen: dict[int, Person] = {}
    for match in update.row.matches:
        if match["person"] not in chosen and (person := matched_person(update.takeover, match)) is not None:
            chosen[match["person"]] = person
    if not chosen:
        raise ValidationError("La personne à rattacher n’existe pas ou n’est pas encore importée.")
    return chosen


def matched_person(takeover: ImportBatch, match: dict[str, Any]) -> Person | None:
    """The known person of a match; for one met higher in the file, the person that line created."""
    if known := match.get("known"):
        return survivors([known]).get(known)
    line = TakeOverRow.objects.filter(takeover=takeover.pk, number=match["line"]).first()
    if line is None or line.household_id is None:
        return None
    key = TakeOverKey.objects.filter(source=takeover.source, identifier=line.identifier).first()
    entries = key.digests.get("persons", []) if key else []
    if match["rank"] >= len(entries):
        return None
    created = entries[match["rank"]]["id"]
    return survivors([created]).get(created)


def _attach(update: Update) -> None:
    """A household of the file that holds known persons: theirs if they live in one, else a new one."""
    row, data = update.row, update.data
    joined = _decided(update)
    home = (
        Membership.objects.filter(on_day(update.today), person=joined.get(0), custody=Custody.FULL)
        .select_related("household")
        .first()
        if 0 in joined
        else None
    )
    update.opened = home is None
    household = home.household if home else _open(update, joined.get(0))
    present = {
        member.person_id: member.person
        for member in household.memberships.filter(on_day(update.today)).select_related("person")
    }
    ids: list[str] = []
    for rank, values in enumerate(data["persons"]):
        person = joined.get(rank) or _same_member(present, values)
        if rank == 0 and person is None:
            person = next(iter(_applicants(household, update.today)), None)
        if person is not None and person.pk in present:
            update_person(update, person, values, {})
        else:
            person = join(update, household, values, person)
        ids.append(str(person.pk))
    _update_household(update, household, {})
    TakeOverKey.objects.create(
        source=update.takeover.source,
        identifier=row.identifier,
        household=household,
        digests=digests_of(data, ids),
    )
    row.household, row.result = household, Result.ATTACHED


def _applicants(household: Household, day: date) -> list[Person]:
    members = household.memberships.filter(on_day(day), role=MemberRole.APPLICANT)
    return [member.person for member in members.select_related("person")]


def _same_member(present: dict[UUID, Person], values: dict[str, Any]) -> Person | None:
    """A member of the known household who is the one of the file to the letter: same first name, same birth date."""
    same = person_of(values)
    for person in present.values():
        if (
            same.birth_date
            and person.birth_date == same.birth_date
            and person.compact_first == same.compact_first
        ):
            return person
    return None


def _open(update: Update, applicant: Person | None) -> Household:
    data = update.data
    first = applicant
    if first is None:
        first = person_of(data["persons"][0])
        first.save()
    return services.open_household(
        by=update.by,
        applicant=first,
        opened_on=default_day(data),
        commune=Commune.objects.filter(pk=data["commune"]).first() if data["commune"] else None,
        off_territory=data["off_territory"],
    )


def join(update: Update, household: Household, values: dict[str, Any], known: Person | None) -> Person:
    """A new member; at the opening of a household opened just now, else today."""
    person = known or person_of(values)
    if known is None:
        person.save()
    role = values["role"]
    if (
        role == MemberRole.APPLICANT
        and household.memberships.filter(on_day(update.today), role=role).exists()
    ):
        role = MemberRole.OTHER
    start = max(update.today, household.opened_on)
    if update.opened:
        start = household.opened_on
    services.add_member(by=update.by, household=household, person=person, start=start, role=role)
    return person


def update_person(update: Update, person: Person, values: dict[str, Any], before: dict[str, str]) -> None:
    changed = False
    for name in PERSON_FIELDS:
        value = values.get(name)
        if value in (None, "") or before.get(name) == digest(value):
            continue
        current = getattr(person, name)
        said = current.isoformat() if isinstance(current, date) else current
        if said == value:
            continue
        is_blank = said in (None, "") or (name == "birth_precision" and person.birth_date is None)
        if not is_blank and before.get(name) != digest(said):
            update.remarks.append(f"{person.first_name} : {FIELD_LABELS[name]}, {KEPT_HERE}.")
            continue
        setattr(person, name, date.fromisoformat(value) if name == "birth_date" else value)
        changed = True
    if changed:
        services.update_person(by=update.by, person=person)


def _update_household(update: Update, household: Household, before: dict[str, str]) -> None:
    update_place(update, household, before.get("place"))
    _update_situation(update, household, before)
    data = update.data
    if data["referent"] and before.get("referent") != digest(data["referent"]):
        _update_referent(update, household, data["referent"])
    if data["comment"] and before.get("comment") != digest(data["comment"]):
        note = note_of(update.takeover, household, data["comment"], update.today)
        if note is not None:
            Note.objects.bulk_create([note])


def _current_place(household: Household) -> tuple[list[Any], date]:
    latest = household.addresses.order_by("-start").first()
    data = {
        "commune": household.commune_id,
        "off_territory": household.off_territory,
        **(
            {name: getattr(latest, name) for name in ("city", "postal_code", "street", "complement")}
            if latest
            else {}
        ),
    }
    return place_of(data), latest.start if latest else household.opened_on


def update_place(update: Update, household: Household, before: str | None) -> None:
    data = update.data
    wanted = place_of(data)
    if not any(wanted) or before == digest(wanted):
        return
    current, since = _current_place(household)
    if current == wanted:
        return
    if any(current) and before != digest(current):
        update.remarks.append(f"{PLACE_LABEL}, {KEPT_HERE}.")
        return
    commune = Commune.objects.filter(pk=data["commune"]).first() if data["commune"] else None
    latest = household.situations.aggregate(last=Max("start"))["last"] or since
    on = max(update.today if any(current) else household.opened_on, since, latest)
    if has_address(data):
        address = AddressData(
            **{name: data[name] for name in ("street", "complement", "postal_code", "city")}
        )
        services.move_household(
            by=update.by,
            household=household,
            on=on,
            address=address,
            commune=commune,
            off_territory=data["off_territory"],
        )
        return
    household.commune, household.off_territory = commune, data["off_territory"]
    household.save(update_fields=["commune", "off_territory"])
    services.change_situation(
        by=update.by, household=household, on=on, commune=commune, off_territory=data["off_territory"]
    )


def _update_situation(update: Update, household: Household, before: dict[str, str]) -> None:
    latest = household.situations.order_by("-start").first()
    changed: dict[str, Any] = {}
    for name, value in update.data["situation"].items():
        key = f"situation.{name}"
        current = getattr(latest, name, None)
        if before.get(key) == digest(value) or current == value:
            continue
        if current not in (None, "") and before.get(key) != digest(current):
            update.remarks.append(f"{FIELD_LABELS[key]}, {KEPT_HERE}.")
            continue
        changed[name] = value
    if not changed:
        return
    # What was unknown was so from the beginning of the snapshot: filling it in is a correction, not a change.
    is_correction = latest is not None and all(getattr(latest, name) in (None, "") for name in changed)
    on = latest.start if latest and is_correction else max(update.today, latest.start if latest else date.min)
    services.change_situation(by=update.by, household=household, on=on, **changed)


def _update_referent(update: Update, household: Household, wanted: str) -> None:
    mains = household.assignments.filter(role="main")
    current = mains.filter(on_day(update.today)).select_related("agent").first()
    if current is not None:
        if str(current.agent_id) != wanted:
            update.remarks.append(f"référent, {KEPT_HERE}.")
        return
    agent = User.objects.filter(pk=wanted).first()
    last = mains.aggregate(last=Max("end"))["last"]
    on = max(update.today, last + timedelta(days=1)) if last else update.today
    if agent is not None:
        services.assign_referent(by=update.by, household=household, agent=agent, on=on)
