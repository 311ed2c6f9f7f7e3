"""From the file's lines to households: one a line, or several lines gathered by a column."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cias.core.grids import GridRow
from cias.core.text import sort_key
from households.enums import MemberRole
from households.takeover import cells
from households.takeover.lists import ACTIVITY, RESOURCE, read_word
from households.takeover.mapping import Column
from households.takeover.places import Agents, Communes, Place
from households.takeover.targets import TARGETS, Group, Kind

LONGEST_NOTE = 8000
_PERSON_DEFAULTS: dict[str, Any] = {"birth_name": "", "usual_name": "", "first_names": "", "role": ""}
SITUATION_FIELDS = (
    "family_type", "adults", "children", "housing_status", "activity", "income_band", "main_resource",
)  # fmt: skip


@dataclass(frozen=True)
class Issue:
    """What is wrong with a cell; it refuses the household, or only leaves the value out."""

    line: int
    column: str
    message: str
    refuses: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"line": self.line, "column": self.column, "message": self.message, "refuses": self.refuses}


@dataclass
class Draft:
    """A household as the file says it; dates are ISO texts and foreign keys are keys, so that it goes into JSON."""

    number: int
    last_number: int
    identifier: str = ""
    opened_on: str = ""
    place: Place = field(default_factory=Place)
    street: str = ""
    complement: str = ""
    situation: dict[str, Any] = field(default_factory=dict)
    referent: str = ""
    comment: str = ""
    persons: list[dict[str, Any]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return any(issue.refuses for issue in self.issues)

    @property
    def name(self) -> str:
        """How the report calls it: the first person's name."""
        if not self.persons:
            return ""
        first = self.persons[0]
        return f"{first['usual_name'] or first['birth_name']} {first['first_names']}".strip()[:160]

    def data(self) -> dict[str, Any]:
        return {
            "opened_on": self.opened_on,
            "commune": self.place.commune,
            "off_territory": self.place.off_territory,
            "city": self.place.city,
            "postal_code": self.place.postal_code,
            "street": self.street,
            "complement": self.complement,
            "situation": self.situation,
            "referent": self.referent,
            "comment": self.comment,
            "persons": self.persons,
        }


@dataclass
class Reader:
    """Reads lines under one correspondence. `words` are the agent's choices for words of lists, by field."""

    columns: Sequence[Column]
    words: Mapping[str, dict[str, str]]
    communes: Communes
    agents: Agents
    today: date
    default_commune: str = ""
    default_opened_on: date | None = None
    unknown_words: dict[str, Counter[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        used = [column for column in self.columns if column.target]
        self._household = [c for c in used if TARGETS[c.target].group != Group.PERSON]
        self._slots: dict[int, list[Column]] = {}
        for column in used:
            if TARGETS[column.target].group == Group.PERSON:
                self._slots.setdefault(column.slot, []).append(column)
        self._key = next((c for c in used if c.target == "household_key"), None)
        self._by_target = {column.target: column for column in self._household}

    def read(self, rows: Sequence[GridRow]) -> Iterator[Draft]:
        for lines in self._gathered(rows):
            yield self._draft(lines)

    def _gathered(self, rows: Sequence[GridRow]) -> Iterator[list[GridRow]]:
        """The lines of each household. A blank in the grouping column continues the household above."""
        if self._key is None:
            yield from ([row] for row in rows)
            return
        groups: dict[str, list[GridRow]] = {}
        current = ""
        for row in rows:
            current = sort_key(self._text(row, self._key)) or current or f"ligne {row.number}"
            groups.setdefault(current, []).append(row)
        yield from groups.values()

    @staticmethod
    def _text(row: GridRow, column: Column | None) -> str:
        text = row.cells[column.place] if column is not None and column.place < len(row.cells) else ""
        # Our own reports put an apostrophe before what a spreadsheet would run: it comes back with them.
        return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text

    def _draft(self, lines: list[GridRow]) -> Draft:
        first = lines[0]
        numbers = [row.number for row in lines]
        draft = Draft(first.number, max(numbers), lines=numbers)
        self._read_household(draft, lines)
        for row in lines:
            for slot in sorted(self._slots):
                self._read_person(draft, row, slot)
        self._settle_roles(draft, first.number)
        return draft

    def _read_household(self, draft: Draft, lines: list[GridRow]) -> None:
        texts: dict[str, tuple[GridRow, Column, str]] = {}
        notes: list[str] = []
        for column in self._household:
            target = TARGETS[column.target]
            for row in lines:
                text = self._text(row, column)
                if not text or not self._sound(draft, row, column, text):
                    continue
                if target.kind == Kind.NOTE:
                    said = (
                        text
                        if sort_key(column.header) in target.headers
                        else f"{column.header}\u00a0: {text}"
                    )
                    if said not in notes:
                        notes.append(said)
                else:
                    texts.setdefault(column.target, (row, column, text))
        draft.comment = "\n".join(notes)[:LONGEST_NOTE]
        for code, (row, column, text) in texts.items():
            self._household_value(draft, code, row, column, text)
        self._read_place(draft, texts, lines[0])
        if not draft.opened_on and self.default_opened_on:
            draft.opened_on = self.default_opened_on.isoformat()

    def _sound(self, draft: Draft, row: GridRow, column: Column, text: str) -> bool:
        try:
            cells.refuse_error(text)
        except ValueError as error:
            draft.issues.append(Issue(row.number, column.label, str(error)))
            return False
        return True

    def _household_value(self, draft: Draft, code: str, row: GridRow, column: Column, text: str) -> None:
        target = TARGETS[code]
        refuses = False
        try:
            match target.kind:
                case Kind.KEY if code == "external_id":
                    draft.identifier = self._short(text, target.longest)
                case Kind.DATE:
                    refuses = True
                    draft.opened_on = cells.read_date(text, today=self.today).isoformat()
                case Kind.TEXT:
                    setattr(draft, code, self._short(text, target.longest)) if code != "postal_code" else None
                case Kind.AGENT:
                    draft.referent = self.agents.read(text)
                case Kind.NUMBER:
                    draft.situation[code] = cells.read_number(text)
                case Kind.AMOUNT:
                    draft.situation.setdefault("income_band", cells.read_income(text))
                case Kind.LIST:
                    self._situation_word(draft, code, text)
        except ValueError as error:
            draft.issues.append(Issue(row.number, column.label, _sentence(error), refuses))

    @staticmethod
    def _short(text: str, longest: int) -> str:
        if longest and len(text) > longest:
            raise ValueError(f"plus de {longest} caractères.")
        return text

    def _word(self, field_name: str, text: str) -> str:
        """Our value; "" and a line in the list of unknown words when nobody has said what it means."""
        value = read_word(field_name, text, self.words.get(field_name, {}))
        if value is None:
            self.unknown_words.setdefault(field_name, Counter())[text[:80]] += 1
            raise ValueError(f"«\u00a0{text[:40]}\u00a0» n’a pas d’équivalent choisi\u00a0: non renseigné.")
        return value

    def _situation_word(self, draft: Draft, code: str, text: str) -> None:
        value = self._word(code, text)
        if not value:
            return
        if code == "occupation":
            field_name, _, value = value.partition(":")
            if field_name in (ACTIVITY, RESOURCE):
                draft.situation.setdefault(field_name, value)
            return
        draft.situation[code] = value

    def _read_place(
        self, draft: Draft, texts: dict[str, tuple[GridRow, Column, str]], first: GridRow
    ) -> None:
        said = {code: texts[code][2] if code in texts else "" for code in ("insee", "city", "postal_code")}
        place, remark = self.communes.read(**said)
        if len(place.city) > 80 or len(place.postal_code) > 10:
            place, remark = Place(), "commune ou code postal illisible."
        if not place.commune and not place.off_territory and self.default_commune:
            place, remark = Place(commune=self.default_commune, postal_code=place.postal_code), ""
        draft.place = place
        if remark:
            column = self._by_target.get("city") or self._by_target.get("postal_code")
            draft.issues.append(Issue(first.number, column.label if column else "", remark))

    def _read_person(self, draft: Draft, row: GridRow, slot: int) -> None:
        person = dict(_PERSON_DEFAULTS)
        columns = self._slots[slot]
        filled = False
        for column in columns:
            text = self._text(row, column)
            if not text:
                continue
            if not self._sound(draft, row, column, text):
                continue
            filled = filled or column.target not in ("role", "title", "sex")
            self._person_value(draft, person, row, column, text)
        if not filled:
            if slot == 0 and self._key is None:
                label = next(
                    c.label for c in columns if c.target in ("birth_name", "usual_name", "full_name")
                )
                draft.issues.append(Issue(row.number, label, "la ligne ne nomme personne.", refuses=True))
            return
        if not person["birth_name"] and not person["usual_name"]:
            self._name_missing(draft, person, row, slot)
        person["role"] = person["role"] or _role_in_header(columns)
        draft.persons.append(person)

    def _name_missing(self, draft: Draft, person: dict[str, Any], row: GridRow, slot: int) -> None:
        """Lists often give children a first name only: theirs is then the applicant's name, and it is said."""
        columns = self._slots[slot]
        named = [column for column in columns if column.target in ("birth_name", "usual_name", "full_name")]
        label = (named or columns)[0].label
        if slot and draft.persons:
            first = draft.persons[0]
            person["birth_name"] = first["usual_name"] or first["birth_name"]
            draft.issues.append(Issue(row.number, label, "sans nom\u00a0: celui du demandeur est repris."))
        elif not any(i.line == row.number and i.column == label and i.refuses for i in draft.issues):
            draft.issues.append(Issue(row.number, label, "le nom manque.", refuses=True))

    def _person_value(
        self, draft: Draft, person: dict[str, Any], row: GridRow, column: Column, text: str
    ) -> None:
        target = TARGETS[column.target]
        refuses = target.kind in (Kind.NAME, Kind.FULL_NAME, Kind.BIRTH)
        try:
            match target.kind:
                case Kind.NAME:
                    person[target.code] = self._short(cells.read_name(text), target.longest)
                case Kind.FULL_NAME:
                    last, given = cells.split_full_name(text)
                    person["birth_name"] = self._short(cells.read_name(last), 80)
                    person["first_names"] = self._short(cells.read_name(given), 120)
                case Kind.BIRTH:
                    birth = cells.read_birth_cell(text, today=self.today)
                    person["birth_date"], person["birth_precision"] = birth.day.isoformat(), birth.precision
                case Kind.PHONE:
                    self._read_phones(person, target.code, text)
                case Kind.EMAIL:
                    person["email"] = self._short(cells.read_email(text), target.longest)
                case Kind.YES_NO:
                    person[target.code] = cells.read_yes_no(text)
                case Kind.TEXT:
                    person[target.code] = self._short(text, target.longest)
                case Kind.LIST:
                    if value := self._word(target.code, text):
                        person[target.code] = value
        except ValueError as error:
            draft.issues.append(Issue(row.number, column.label, _sentence(error), refuses))

    @staticmethod
    def _read_phones(person: dict[str, Any], code: str, text: str) -> None:
        numbers = cells.read_phones(text)
        if code == "phone" and len(numbers) == 2 and "second_phone" not in person:
            person["second_phone"] = numbers[1]
        if numbers:
            person[code] = numbers[0]

    @staticmethod
    def _settle_roles(draft: Draft, line: int) -> None:
        """One applicant: the one the file names, else the first person."""
        if not draft.persons:
            if not draft.refused:
                draft.issues.append(Issue(line, "", "la ligne ne nomme personne.", refuses=True))
            return
        applicants = [person for person in draft.persons if person["role"] == MemberRole.APPLICANT]
        if len(applicants) > 1:
            draft.issues.append(Issue(line, "", "le ménage a deux demandeurs.", refuses=True))
        if not applicants:
            draft.persons[0]["role"] = MemberRole.APPLICANT.value
        draft.persons.sort(key=lambda person: person["role"] != MemberRole.APPLICANT)
        for person in draft.persons:
            person["role"] = person["role"] or MemberRole.OTHER.value


def _role_in_header(columns: Sequence[Column]) -> str:
    """ "Prénom enfant 2" says a child, when no column gives the place in the household."""
    headers = sort_key(" ".join(column.header for column in columns))
    if "enfant" in headers:
        return MemberRole.CHILD.value
    return MemberRole.PARTNER.value if "conjoint" in headers or "concubin" in headers else ""


def _sentence(error: ValueError) -> str:
    message = str(error)
    return message[:1].lower() + message[1:]
