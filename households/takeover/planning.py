"""The dry run: what the import would do with each household of the file, and why. Nothing of the files is written."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from cias.accounts.models import User
from cias.core.periods import parse_french_date
from households.enums import Outcome
from households.models import TakeOver, TakeOverKey, TakeOverRow
from households.takeover.digests import household_digests, identity, pair, person_digests, whole
from households.takeover.lookalikes import Lookalike, NewPerson, lookalikes, new_person
from households.takeover.mapping import Table, from_json
from households.takeover.parsing import Draft, Issue, Reader
from households.takeover.places import Agents, Communes

type Step = Callable[[str], None]

READING, COMPARING, SAVING = "Lecture des lignes", "Recherche des doublons", "Enregistrement du rapport"
MOST_WORDS = 60  # asked about in each list: more is free text, not a list
STEPS = (READING, COMPARING, SAVING)
PLACE_LABEL = "adresse"
FIELD_LABELS = {
    "place": PLACE_LABEL, "referent": "référent", "comment": "note", "birth_name": "nom de naissance",
    "usual_name": "nom d’usage", "first_names": "prénoms", "birth_date": "date de naissance",
    "birth_precision": "précision de la date", "title": "civilité", "sex": "sexe", "phone": "téléphone",
    "second_phone": "autre téléphone", "email": "e-mail", "nationality_group": "nationalité", "language": "langue",
    "disability_recognised": "handicap reconnu", "protection": "mesure de protection", "guardian": "mandataire",
    "situation.family_type": "composition", "situation.adults": "adultes", "situation.children": "enfants",
    "situation.housing_status": "logement", "situation.activity": "activité",
    "situation.income_band": "ressources", "situation.main_resource": "ressource principale",
}  # fmt: skip


@dataclass
class Plan:
    """The rows of the report, and the words of lists nobody has given a meaning, with their count."""

    rows: list[Any]
    unknown_words: dict[str, dict[str, int]]

    def counts(self) -> dict[str, int]:
        return dict(Counter(row.outcome for row in self.rows))


def make_plan(takeover: TakeOver, table: Table, on_step: Step = lambda label: None) -> Plan:
    """Read the whole file and compare it with what is known."""
    on_step(READING)
    reader = reader_for(takeover)
    drafts = list(reader.read(table.rows))
    identifiers = _identifiers(drafts)
    on_step(COMPARING)
    keys = _known_keys(takeover.source, identifiers)
    rows = [
        _row(takeover, draft, identifier, keys.get(identifier))
        for draft, identifier in zip(drafts, identifiers, strict=True)
    ]
    _propose_duplicates(drafts, rows, keys, takeover.created_by)
    unknown = {name: dict(words.most_common(MOST_WORDS)) for name, words in reader.unknown_words.items()}
    return Plan(rows, unknown)


def reader_for(takeover: TakeOver) -> Reader:
    opened = takeover.options.get("opened_on")
    return Reader(
        columns=from_json(takeover.columns),
        words=takeover.values,
        communes=Communes.load(),
        agents=Agents.load(),
        today=timezone.localdate(),
        default_commune=takeover.options.get("commune", ""),
        default_opened_on=parse_french_date(opened) if opened else timezone.localdate(),
    )


def _identifiers(drafts: Sequence[Draft]) -> list[str]:
    """The file's own, else a digest of who the applicant is; the same one met again gets its rank."""
    identifiers: list[str] = []
    first_lines: dict[str, int] = {}
    ranks: Counter[str] = Counter()
    for draft in drafts:
        identifier = draft.identifier
        if identifier and identifier in first_lines:
            earlier = first_lines[identifier]
            message = f"l’identifiant «\u00a0{identifier[:30]}\u00a0» est déjà celui de la ligne {earlier}."
            draft.issues.append(Issue(draft.number, "", message, refuses=True))
        elif identifier:
            first_lines[identifier] = draft.number
        elif draft.persons:
            who = identity(draft.persons[0])
            ranks[who] += 1
            identifier = f"empreinte {who}" + (f" {ranks[who]}" if ranks[who] > 1 else "")
        identifiers.append(identifier)
    return identifiers


def _known_keys(source: str, identifiers: Sequence[str]) -> dict[str, TakeOverKey]:
    keys = TakeOverKey.objects.filter(source=source, identifier__in=set(identifiers) - {""})
    return {key.identifier: key for key in keys.order_by("pk")}


def _row(takeover: TakeOver, draft: Draft, identifier: str, key: TakeOverKey | None) -> TakeOverRow:
    data = draft.data()
    row = TakeOverRow(
        takeover=takeover,
        number=draft.number,
        last_number=draft.last_number,
        name=draft.name,
        identifier=identifier[:80],
        data=data,
        issues=[issue.as_json() for issue in draft.issues],
        outcome=Outcome.CREATE,
    )
    row.file_lines = draft.lines
    if draft.refused:
        row.outcome = Outcome.REFUSED
    elif key is not None:
        row.household_id = key.household_id
        changed = changes(data, key.digests)
        row.outcome = Outcome.UPDATE if changed else Outcome.UNCHANGED
        if changed:
            row.data["changes"] = changed
    return row


def changes(data: dict[str, Any], digests: dict[str, Any]) -> list[str]:
    """What the file says otherwise than the last time, in words; empty when nothing."""
    if digests.get("whole") == whole(data):
        return []
    before = digests.get("household", {})
    said = [
        FIELD_LABELS.get(name, name)
        for name, value in household_digests(data).items()
        if before.get(name) != value
    ]
    for person, known in zip(data["persons"], pair(data, digests.get("persons", [])), strict=True):
        who = person["first_names"] or person["usual_name"] or person["birth_name"]
        if known is None:
            said.append(f"{who}\u00a0: nouveau membre")
            continue
        differing = [
            FIELD_LABELS[name]
            for name, value in person_digests(person).items()
            if known["fields"].get(name) != value
        ]
        said += [f"{who}\u00a0: {label}" for label in dict.fromkeys(differing)]
    return list(dict.fromkeys(said))


def _propose_duplicates(
    drafts: Sequence[Draft], rows: Sequence[TakeOverRow], keys: dict[str, TakeOverKey], user: User
) -> None:
    """New persons who may be known: of new households, and of those known who gained a member."""
    persons: list[NewPerson] = []
    for rank, (draft, row) in enumerate(zip(drafts, rows, strict=True)):
        if row.outcome not in (Outcome.CREATE, Outcome.UPDATE):
            continue
        key = keys.get(row.identifier)
        paired = pair(row.data, key.digests.get("persons", [])) if key else [None] * len(draft.persons)
        persons += [
            new_person(rank, place, person)
            for place, (person, known) in enumerate(zip(draft.persons, paired, strict=True))
            if known is None
        ]
    for (rank, place), found in sorted(lookalikes(persons, user).items()):
        row = rows[rank]
        row.outcome = Outcome.DUPLICATE
        row.matches += [_match(place, match, rows) for match in found]


def _match(place: int, match: Lookalike, rows: Sequence[TakeOverRow]) -> dict[str, Any]:
    said: dict[str, Any] = {"person": place, "score": match.score, "reasons": match.reasons}
    if match.other is None:
        return {**said, "known": match.known}
    return {**said, "line": rows[match.other.household].number, "rank": match.other.rank}


def default_day(data: dict[str, Any]) -> date:
    """The day a household of the file is opened."""
    return date.fromisoformat(data["opened_on"]) if data["opened_on"] else timezone.localdate()
