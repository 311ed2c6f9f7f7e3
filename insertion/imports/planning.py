"""The dry run: what the import would do with each person of the file, and why. Nothing of the files is written."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from cias.core.periods import parse_french_date
from households.takeover.digests import identity as identity_of
from households.takeover.mapping import Table, from_json
from households.takeover.places import Agents, Communes
from households.takeover.planning import COMPARING, MOST_WORDS, READING, Plan, Step
from insertion.imports.digests import changes
from insertion.imports.enums import RowOutcome, StructureWord
from insertion.imports.matching import CLOSED, Known, Match, by_contact, by_likeness, match
from insertion.imports.reading import Draft, Reader
from insertion.models import Orientation, OrientationImport, OrientationImportRow

OTHER_STRUCTURE = "orientée vers une autre structure, et inconnue ici\u00a0: laissée de côté."


def reader_for(batch: OrientationImport) -> Reader:
    notified = batch.options.get("notified_on")
    return Reader(
        columns=from_json(batch.columns),
        words=batch.values,
        communes=Communes.load(),
        agents=Agents.load(),
        today=timezone.localdate(),
        default_notified_on=parse_french_date(notified) if notified else None,
    )


def make_plan(batch: OrientationImport, table: Table, on_step: Step = lambda label: None) -> Plan:
    """Read the whole file and compare it with what is known."""
    on_step(READING)
    reader = reader_for(batch)
    drafts = list(reader.read(table.rows))
    leaders = _gather(drafts)
    on_step(COMPARING)
    known = Known.load(drafts, batch.created_by, reader.today)
    matches = [None if draft.refused else match(draft, known) for draft in drafts]
    orientations = _orientations([found.person.pk for found in matches if found])
    rows = [
        _row(batch, draft, found, orientations, known) for draft, found in zip(drafts, matches, strict=True)
    ]
    _settle_homes(rows, drafts, leaders, known)
    _propose(batch, rows, drafts, leaders, known)
    unknown = {name: dict(words.most_common(MOST_WORDS)) for name, words in reader.unknown_words.items()}
    return Plan(rows, unknown)


def _gather(drafts: Sequence[Draft]) -> list[int]:
    """For each line, the rank of the first one of its CAF number: its household. Twice the same person is refused."""
    first_of: dict[str, int] = {}
    seen: dict[tuple[str, str], int] = {}
    leaders = []
    for rank, draft in enumerate(drafts):
        caf = draft.identity.get("caf_number", "")
        leader = first_of.setdefault(caf, rank) if caf and not draft.refused else rank
        leaders.append(leader)
        if draft.refused:
            continue
        keys = [("nir", draft.nir), ("internal_id", draft.identity.get("internal_id", ""))]
        keys += [(f"caf {caf}", identity_of(draft.person))] if caf else []
        earlier = next((seen[key] for key in keys if key[1] and key in seen), None)
        if earlier is not None:
            draft.refuse("", f"cette personne est déjà à la ligne {earlier}.")
            continue
        seen.update({key: draft.number for key in keys if key[1]})
    return leaders


def _orientations(persons: Sequence[UUID]) -> dict[UUID, list[Orientation]]:
    found: defaultdict[UUID, list[Orientation]] = defaultdict(list)
    for orientation in Orientation.objects.filter(person__in=persons).order_by("start", "pk"):
        found[orientation.person_id].append(orientation)
    return dict(found)


def _row(
    batch: OrientationImport,
    draft: Draft,
    found: Match | None,
    orientations: Mapping[UUID, Sequence[Orientation]],
    known: Known,
) -> OrientationImportRow:
    row = OrientationImportRow(
        batch=batch, number=draft.number, last_number=draft.number, file_lines=[draft.number], name=draft.name,
        identifier=draft.identity.get("internal_id", "")[:80], data=draft.data(), outcome=RowOutcome.CREATE,
    )  # fmt: skip
    if not draft.refused and not found and draft.structure_word == StructureWord.OTHER:
        row.outcome = RowOutcome.ASIDE
    if found is not None and not draft.refused:
        row.matches = [_with_ending(found.as_json(), row, orientations.get(found.person.pk, ()))]
        _settle_known(row, found)
    if draft.refused:
        row.outcome = RowOutcome.REFUSED
    row.issues = [issue.as_json() for issue in draft.issues]
    return row


def _settle_known(row: OrientationImportRow, found: Match) -> None:
    if not found.sure:
        row.outcome = RowOutcome.DOUBT
        return
    row.person = found.person
    said = changes(row.data, found.identity.digests if found.identity else {})
    if not said:
        row.outcome = RowOutcome.UNCHANGED
        row.matches = []
        return
    row.data["changes"] = said
    row.outcome = RowOutcome.DOUBT if row.matches[0].get("ends") else RowOutcome.UPDATE


def _with_ending(
    said: dict[str, Any], row: OrientationImportRow, orientations: Sequence[Orientation]
) -> dict[str, Any]:
    """A match with the orientation that recording this one would end: the agent has to confirm it (I2)."""
    ended = ended_by(row.data["orientation"], orientations)
    return {**said, "ends": f"{ended.start:%d/%m/%Y}"} if ended else said


def same_decision(said: Mapping[str, str], orientations: Sequence[Orientation]) -> Orientation | None:
    """The orientation already recorded for what a row says: the same start, or the same notice."""
    start, notified = date.fromisoformat(said["start"]), date.fromisoformat(said["notified_on"])
    return next(
        (one for one in orientations if one.start == start),
        next((one for one in orientations if one.notified_on == notified), None),
    )


def ended_by(said: Mapping[str, str], orientations: Sequence[Orientation]) -> Orientation | None:
    """The running orientation that this decision ends earlier than it says."""
    if same_decision(said, orientations) is not None:
        return None
    start = date.fromisoformat(said["start"])
    running = [one for one in orientations if one.start < start and (one.end is None or one.end >= start)]
    return running[-1] if running else None


def _settle_homes(
    rows: Sequence[OrientationImportRow], drafts: Sequence[Draft], leaders: Sequence[int], known: Known
) -> None:
    """Where a new person will live: with those of the same CAF number, in the file or known."""
    for rank, (row, draft) in enumerate(zip(rows, drafts, strict=True)):
        if row.outcome not in (RowOutcome.CREATE, RowOutcome.DOUBT):
            continue
        home = known.homes.get(draft.identity.get("caf_number", ""))
        if home in known.closed and row.outcome == RowOutcome.CREATE:
            draft.refuse("", CLOSED)
            row.outcome, row.issues = RowOutcome.REFUSED, [issue.as_json() for issue in draft.issues]
        elif home is not None and home not in known.closed:
            row.data["home"] = str(home)
        elif leaders[rank] != rank:
            row.data["home_line"] = drafts[leaders[rank]].number


def _propose(
    batch: OrientationImport,
    rows: Sequence[OrientationImportRow],
    drafts: Sequence[Draft],
    leaders: Sequence[int],
    known: Known,
) -> None:
    """Whom the new persons may be, for the agent to decide."""
    new = [(rank, drafts[rank]) for rank, row in enumerate(rows) if row.outcome == RowOutcome.CREATE]
    alike = by_likeness(new, leaders, batch.created_by)
    for rank, draft in new:
        matches = [found.as_json() for found in by_contact(draft, known)]
        told = {one["known"] for one in matches}
        matches += [one for one in alike.get(rank, []) if one.get("known") not in told or "line" in one]
        rows[rank].matches = matches
    persons = [UUID(one["known"]) for row in rows for one in row.matches if one.get("known")]
    orientations = _orientations(persons)
    for rank, _draft in new:
        row = rows[rank]
        if row.matches:
            row.outcome = RowOutcome.DOUBT
            row.matches = [
                _with_ending(one, row, orientations.get(UUID(one["known"]), ())) if one.get("known") else one
                for one in row.matches
            ]
    for row in rows:
        if row.outcome == RowOutcome.ASIDE:
            row.issues.append(
                {"line": row.number, "column": "", "message": OTHER_STRUCTURE, "refuses": False}
            )
