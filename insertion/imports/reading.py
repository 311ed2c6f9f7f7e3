"""From a line of the Département's file to what it says of one person; every complaint names its column."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cias.core import nir
from cias.core.crypto import fingerprint
from cias.core.grids import GridRow
from cias.core.text import sort_key
from cias.territory.services import get_structure
from households.enums import MainResource, MemberRole
from households.takeover import cells as common
from households.takeover.mapping import Column
from households.takeover.parsing import Issue
from households.takeover.places import Agents, Communes
from households.takeover.targets import Kind
from insertion.imports import cells
from insertion.imports.enums import StructureWord
from insertion.imports.targets import NAMES, TARGETS, read_word

NIR_SCOPE = "insertion.nir"
# Two persons never share these: a merged cell gives one of them what is the other's.
OWN = {*NAMES, "first_names", "birth_date", "nir", "internal_id", "france_travail_id"}
REFUSING = {*OWN, "kind", "notified_on", "start", "end", "structure"} - {"france_travail_id"}
IDENTITY = ("internal_id", "caf_number", "france_travail_id", "rsa_number", "rsa_since")
ORIENTATION = ("kind", "notified_on", "start", "end", "structure", "referent", "comment")
LONGEST = {"comment": 200, "structure": 120}


@dataclass
class Draft:
    """One person as the file says it, ready for JSON; `nir` is the number itself, which goes no further than here."""

    number: int
    person: dict[str, Any] = field(
        default_factory=lambda: {"birth_name": "", "usual_name": "", "first_names": ""}
    )
    identity: dict[str, str] = field(default_factory=dict)
    orientation: dict[str, str] = field(default_factory=dict)
    place: dict[str, Any] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    nir: str = ""
    structure_word: str = StructureWord.OURS

    @property
    def refused(self) -> bool:
        return any(issue.refuses for issue in self.issues)

    @property
    def name(self) -> str:
        last = self.person["usual_name"] or self.person["birth_name"]
        return f"{last} {self.person['first_names']}".strip()[:160]

    def refuse(self, column: str, message: str) -> None:
        self.issues.append(Issue(self.number, column, message, refuses=True))

    def data(self) -> dict[str, Any]:
        """In the shape of a household of a list, for what both kinds of files share; the rest beside."""
        opened = min(
            filter(None, (self.orientation.get("start"), self.orientation.get("notified_on"))), default=""
        )
        return {
            **self.place,
            "opened_on": opened,
            "situation": {"main_resource": MainResource.RSA.value},
            "referent": self.orientation.get("referent", ""),
            "comment": "",
            "persons": [self.person],
            "identity": {
                **self.identity,
                "nir_print": fingerprint(self.nir.encode(), NIR_SCOPE) if self.nir else "",
            },
            "orientation": self.orientation,
            "home": "",
            "home_line": 0,
        }


@dataclass
class Reader:
    """Reads lines under one correspondence; `words` are the agents' choices for words of lists, by field."""

    columns: Sequence[Column]
    words: Mapping[str, dict[str, str]]
    communes: Communes
    agents: Agents
    today: date
    default_notified_on: date | None = None
    unknown_words: dict[str, Counter[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._used = [column for column in self.columns if column.target]
        self._labels = {column.target: column.label for column in self._used}
        structure = get_structure()
        self._ours = {sort_key(structure.name), sort_key(structure.short_name)}
        self._our_name = structure.short_name

    def read(self, rows: Sequence[GridRow]) -> Iterator[Draft]:
        for row in rows:
            yield self._draft(row)

    def _draft(self, row: GridRow) -> Draft:
        draft = Draft(row.number)
        texts: dict[str, str] = {}
        for column in self._used:
            text = row.cells[column.place] if column.place < len(row.cells) else ""
            # Our own reports put an apostrophe before what a spreadsheet would run: it comes back with them.
            text = text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text
            if text and self._is_sound(draft, row, column, text):
                texts.setdefault(column.target, text)
                self._value(draft, column, text)
        self._read_place(draft, texts)
        self._settle(draft)
        return draft

    def _is_sound(self, draft: Draft, row: GridRow, column: Column, text: str) -> bool:
        refuses = column.target in REFUSING
        if column.place in row.repeated and column.target in OWN:
            draft.refuse(
                column.label, "cellule fusionnée avec une autre ligne\u00a0: chaque personne a la sienne."
            )
            return False
        try:
            common.refuse_error(text)
            cells.refuse_broken(text)
        except ValueError as error:
            draft.issues.append(Issue(draft.number, column.label, str(error), refuses))
            return False
        if column.target != "nir" and nir.hide(text) != text:
            message = "la cellule contient un numéro de sécurité sociale\u00a0: elle n’est ni lue ni gardée."
            draft.issues.append(Issue(draft.number, column.label, message, refuses))
            return False
        if column.place in row.repeated:
            message = "cellule fusionnée\u00a0: la valeur de la première ligne est reprise."
            draft.issues.append(Issue(draft.number, column.label, message))
        return True

    def _value(self, draft: Draft, column: Column, text: str) -> None:
        try:
            self._read(draft, column, text)
        except ValueError as error:
            message = str(error)
            draft.issues.append(
                Issue(
                    draft.number, column.label, message[:1].lower() + message[1:], column.target in REFUSING
                )
            )

    def _read(self, draft: Draft, column: Column, text: str) -> None:
        target = TARGETS[column.target]
        code, person = target.code, draft.person
        match target.kind:
            case Kind.KEY if code == "nir":
                draft.nir = cells.read_nir(text)
            case Kind.KEY:
                key = cells.read_caf_number(text) if code == "caf_number" else cells.read_key(text)
                draft.identity[code] = _short(key, target.longest)
            case Kind.NAME:
                person[code] = _short(common.read_name(text), target.longest)
            case Kind.FULL_NAME:
                last, given = common.split_full_name(text)
                person["birth_name"] = _short(common.read_name(last), 80)
                person["first_names"] = _short(common.read_name(given), 120)
            case Kind.BIRTH:
                birth = common.read_birth_cell(text, today=self.today)
                if birth.day.year < self.today.year - 110:
                    raise ValueError(f"le {birth.day:%d/%m/%Y} n’est pas une date de naissance possible.")
                person["birth_date"], person["birth_precision"] = birth.day.isoformat(), birth.precision
            case Kind.PHONE:
                numbers = common.read_phones(text)
                person[code] = numbers[0]
                if code == "phone" and len(numbers) == 2:
                    person.setdefault("second_phone", numbers[1])
            case Kind.EMAIL:
                person["email"] = _short(common.read_email(text.split(";")[0].split(",")[0]), target.longest)
            case Kind.DATE if code == "end":
                draft.orientation["end"] = cells.read_end(text, today=self.today).isoformat()
            case Kind.DATE:
                kept = draft.identity if code == "rsa_since" else draft.orientation
                kept[code] = cells.read_past(text, today=self.today).isoformat()
            case Kind.AGENT:
                draft.orientation["referent"] = self.agents.read(text)
            case Kind.NOTE:
                said = draft.orientation.get("comment")
                draft.orientation["comment"] = " ; ".join(filter(None, (said, text)))[: LONGEST["comment"]]
            case Kind.LIST:
                self._word(draft, code, text)
            case Kind.TEXT if code != "postal_code":
                draft.place[code] = _short(text, target.longest)

    def _word(self, draft: Draft, code: str, text: str) -> None:
        value: str | None = None
        if code == "structure":
            draft.orientation["structure"] = _short(text, LONGEST["structure"])
            value = StructureWord.OURS if sort_key(text) in self._ours else None
        value = value if value is not None else read_word(code, text, self.words.get(code, {}))
        if value is None:
            self.unknown_words.setdefault(code, Counter())[text[:80]] += 1
            raise ValueError(f"dites ce que veut dire «\u00a0{text[:40]}\u00a0».")
        if code == "structure":
            draft.structure_word = value or StructureWord.OURS
        elif code == "kind":
            draft.orientation["kind"] = value
        elif value:
            draft.person[code] = value

    def _read_place(self, draft: Draft, texts: Mapping[str, str]) -> None:
        place, remark = self.communes.read(
            **{code: texts.get(code, "") for code in ("insee", "city", "postal_code")}
        )
        if len(place.city) > 80 or len(place.postal_code) > 10:
            raise_at = self._labels.get("city") or self._labels.get("postal_code", "")
            draft.issues.append(Issue(draft.number, raise_at, "commune ou code postal illisible."))
            place, remark = type(place)(), ""
        if remark:
            label = self._labels.get("city") or self._labels.get("postal_code", "")
            draft.issues.append(Issue(draft.number, label, remark))
        draft.place = {
            "street": "",
            "complement": "",
            **draft.place,
            "commune": place.commune,
            "off_territory": place.off_territory,
            "city": place.city,
            "postal_code": place.postal_code,
        }

    def _settle(self, draft: Draft) -> None:
        """What the whole line has to say, and what its cells say of one another."""
        person, orientation = draft.person, draft.orientation
        said = {issue.column for issue in draft.issues if issue.refuses}
        name_column = next((self._labels[code] for code in NAMES if code in self._labels), "")
        if not (person["birth_name"] or person["usual_name"]) and name_column not in said:
            draft.refuse(name_column, "le nom manque.")
        first = self._labels.get("first_names", name_column)
        if not person["first_names"] and first not in said and name_column not in said:
            draft.refuse(first, "le prénom manque.")
        if self.default_notified_on is not None:
            orientation.setdefault("notified_on", self.default_notified_on.isoformat())
        if "kind" not in orientation and self._labels.get("kind") not in said:
            draft.refuse(self._labels.get("kind", ""), "l’orientation décidée manque.")
        if "notified_on" not in orientation and self._labels.get("notified_on") not in said:
            draft.refuse(self._labels.get("notified_on", ""), "la date de notification manque.")
        orientation.setdefault("start", orientation.get("notified_on", ""))
        orientation.setdefault("structure", self._our_name)
        if draft.structure_word == StructureWord.OURS:
            orientation["structure"] = self._our_name
        person.setdefault("role", MemberRole.APPLICANT.value)
        self._check_dates(draft)
        self._check_nir(draft)

    def _check_dates(self, draft: Draft) -> None:
        orientation = draft.orientation
        start, end, notified = (orientation.get(name) for name in ("start", "end", "notified_on"))
        if start and end and (date.fromisoformat(end) - date.fromisoformat(start)).days < 6:
            draft.refuse(self._labels.get("end", ""), "une orientation dure au moins 7 jours.")
        if start and notified and (date.fromisoformat(notified) - date.fromisoformat(start)).days > 92:
            draft.refuse(
                self._labels.get("notified_on", ""),
                "la notification suit de trop loin le début de l’orientation.",
            )

    def _check_nir(self, draft: Draft) -> None:
        if not draft.nir:
            return
        born = draft.person.get("birth_date")
        wrong = cells.nir_contradiction(
            draft.nir,
            title=draft.person.get("title", ""),
            birth=date.fromisoformat(born) if born else None,
        )
        if wrong:
            draft.refuse(self._labels["nir"], wrong)


def _short(text: str, longest: int) -> str:
    if longest and len(text) > longest:
        raise ValueError(f"plus de {longest} caractères.")
    return text
