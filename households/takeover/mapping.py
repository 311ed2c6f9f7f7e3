"""Which column means what: found in the header, proposed, corrected by an agent, kept under a name."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError

from cias.core.grids import Grid, GridRow
from cias.core.nir import hide
from cias.core.text import sort_key
from households.takeover.profiles import DOMIFA, DOMIFA_NAME, SIMPLE_NAME, is_domifa
from households.takeover.targets import BY_HEADER, IGNORED, MOST_MEMBERS, TARGETS, Group, Kind, label_of

HEADER_WITHIN = 30
SAMPLES = 3
# "Prénom enfant 2", "Membre 1 : nom", "AD3 - lien": a header that speaks of one more person.
_MEMBER = re.compile(
    r"\b(?:ayant ?s? ?droits?|ad|membre|personne|enfant|conjoint|pers|occupant)s? ?(?:n(?:o|um)? ?)?([1-9])\b"
)
_PARTNER = re.compile(r"\b(?:du )?(?:conjoint|conjointe|concubin)\b(?! ?[1-9])")


@dataclass(frozen=True)
class Column:
    """A column of the file and what it means; `slot` 0 is the applicant (or the person of the line), 1 to 9 members."""

    place: int
    header: str
    rank: int = 1
    target: str = IGNORED
    slot: int = 0

    @property
    def label(self) -> str:
        """Its header, told from the same header met before."""
        return f"{self.header} ({self.rank})" if self.rank > 1 else self.header

    @property
    def meaning(self) -> str:
        return label_of(self.target, self.slot)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Table:
    """The file cut into its header and its rows."""

    name: str
    said: str
    header_number: int
    columns: list[Column]
    rows: list[GridRow]
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    last_row: int = 0

    @property
    def row_count(self) -> int:
        """How many lines stand under the header, roughly when only the first were read."""
        return max(len(self.rows), self.last_row - self.header_number)

    def samples(self, place: int) -> list[str]:
        """The first different values of a column, to recognise it."""
        found: dict[str, None] = {}
        for row in self.rows[:200]:
            if place < len(row.cells) and row.cells[place]:
                found.setdefault(hide(row.cells[place]))
            if len(found) == SAMPLES:
                break
        return list(found)


type Guess = Callable[[str], tuple[str, int]]


@dataclass(frozen=True)
class Layout:
    """What the files of one kind may hold: what a header means, the first correspondence, what forbids to go on, and
    the name proposed for the tool they come from."""

    guess: Guess
    propose: Callable[[Sequence[Column]], list[Column]]
    check: Callable[[Sequence[Column]], list[str]]
    source_of: Callable[[Sequence[Column]], str]
    marks_formulas: bool = False  # a formula without its result is then the row's fault, not the whole file's


def cut(grid: Grid, *, header_number: int | None = None, guess: Guess | None = None) -> Table:
    """Find the header (`header_number` when somebody said) and name the columns. Raises ValidationError."""
    rows = grid.rows
    index = (
        _header_index(rows, guess or guess_column)
        if header_number is None
        else _index_of(grid, header_number)
    )
    header, body = rows[index], rows[index + 1 :]
    if not body:
        raise ValidationError(
            f"{grid.name}, ligne {header.number}\u00a0: aucune ligne sous l’en-tête des colonnes."
        )
    width = max(len(row.cells) for row in rows[index:])
    if width < 2:
        raise ValidationError(
            f"{grid.name}, ligne {header.number}\u00a0: une seule colonne trouvée. "
            "Séparez les colonnes par des points-virgules."
        )
    seen: Counter[str] = Counter()
    columns = []
    for place in range(width):
        name = header.cells[place] if place < len(header.cells) else ""
        name = re.sub(r"\s+", " ", name)[:80]
        if not name:
            if not any(place < len(row.cells) and row.cells[place] for row in body):
                continue
            name = f"Colonne {_letters(place)}"
        seen[sort_key(name)] += 1
        columns.append(Column(place, name, seen[sort_key(name)]))
    return Table(grid.name, grid.said, header.number, columns, body, grid.sheet, grid.sheets, grid.last_row)


def _index_of(grid: Grid, number: int) -> int:
    for index, row in enumerate(grid.rows):
        if row.number == number:
            return index
    raise ValidationError(f"{grid.name}\u00a0: la ligne {number} est vide ou n’existe pas.")


def _header_index(rows: Sequence[GridRow], guess: Guess) -> int:
    """The row with most headers we know; else the first with the most different words."""
    best, most = 0, (-1, -1)
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        words = {cell for cell in row.cells if cell}
        known = sum(1 for cell in words if guess(cell) != (IGNORED, 0))
        score = (known if known > 1 else 0, len(words) if most[0] <= 0 and index < 5 else 0)
        if score > most:
            best, most = index, score
    return best


def _letters(place: int) -> str:
    letters, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def propose(columns: Sequence[Column]) -> list[Column]:
    """What the headers say: DomiFa's layout when it is one, else each header by itself, a field given once."""
    if is_domifa([column.header for column in columns]):
        return [
            with_meaning(column, *(DOMIFA[rank] if rank < len(DOMIFA) else (IGNORED, 0)))
            for rank, column in enumerate(columns)
        ]
    taken: set[tuple[str, int]] = set()
    proposed = []
    has_partner = any(_PARTNER.search(sort_key(column.header)) for column in columns)
    for column in columns:
        target, slot = guess_column(column.header)
        if has_partner and slot and slot < MOST_MEMBERS and "enfant" in sort_key(column.header):
            slot += 1  # the partner comes first
        if target and (target, slot) in taken and not TARGETS[target].repeats:
            target, slot = IGNORED, 0
        taken.add((target, slot))
        proposed.append(with_meaning(column, target, slot))
    return proposed


def with_meaning(column: Column, target: str, slot: int) -> Column:
    return Column(column.place, column.header, column.rank, target, slot)


def guess_column(header: str) -> tuple[str, int]:
    key = sort_key(header)
    slot = 0
    if found := _MEMBER.search(key):
        slot = int(found[1])
        key = f"{key[: found.start()]} {key[found.end() :]}"
    elif found := _PARTNER.search(key):
        slot = 1
        key = f"{key[: found.start()]} {key[found.end() :]}"
    key = " ".join(word for word in key.split() if not slot or word not in ("du", "de", "d", "l", "la", "le"))
    target = BY_HEADER.get(key) or BY_HEADER.get(re.sub(r"^date ", "date de ", key))
    if target is None:
        return IGNORED, 0
    if TARGETS[target].group == Group.PERSON:
        return target, slot
    return (target, 0) if not slot else (IGNORED, 0)


def from_json(stored: Iterable[Mapping[str, Any]]) -> list[Column]:
    return [Column(**column) for column in stored]


def apply_saved(columns: Sequence[Column], saved: Iterable[Mapping[str, Any]]) -> list[Column]:
    """The file's columns with the meanings of a saved correspondence, matched by header."""
    known = {(sort_key(item["header"]), item["rank"]): (item["target"], item["slot"]) for item in saved}
    return [
        with_meaning(column, *known.get((sort_key(column.header), column.rank), (IGNORED, 0)))
        for column in columns
    ]


def missing_columns(columns: Sequence[Column], saved: Iterable[Mapping[str, Any]]) -> list[str]:
    """The headers a saved correspondence uses and the file lacks."""
    present = {(sort_key(column.header), column.rank) for column in columns}
    return [
        item["header"]
        for item in saved
        if item["target"] and (sort_key(item["header"]), item["rank"]) not in present
    ]


def check(columns: Sequence[Column]) -> list[str]:
    """What forbids to go on, one sentence each; empty when the correspondence can be used."""
    problems = []
    used = Counter((column.target, column.slot) for column in columns if column.target)
    for (target, slot), count in used.items():
        if count > 1 and not TARGETS[target].repeats:
            problems.append(
                f"{count} colonnes remplissent «\u00a0{label_of(target, slot)}\u00a0»\u00a0: gardez-en une."
            )
    names = {"birth_name", "usual_name", "full_name"}
    if not any(column.target in names and column.slot == 0 for column in columns):
        problems.append("Aucune colonne ne donne le nom du demandeur.")
    if any(column.target == "full_name" for column in columns):
        problems += [
            f"«\u00a0{label_of('full_name', slot)}\u00a0» ne va pas avec un nom ou un prénom à part."
            for slot in range(MOST_MEMBERS + 1)
            if ("full_name", slot) in used and (("birth_name", slot) in used or ("first_names", slot) in used)
        ]
    keyed = any(column.target == "household_key" for column in columns)
    slots = {column.slot for column in columns if column.target and column.slot}
    if keyed and slots:
        problems.append(
            "Choisissez\u00a0: une ligne par personne (avec un regroupement), ou les membres en colonnes."
        )
    return problems


def source_of(columns: Sequence[Column]) -> str:
    """The name proposed for the tool the list comes from."""
    return DOMIFA_NAME if is_domifa([column.header for column in columns]) else SIMPLE_NAME


def used_lists(columns: Sequence[Column]) -> list[Column]:
    """The columns that hold words of a list."""
    return [column for column in columns if column.target and TARGETS[column.target].kind == Kind.LIST]


HOUSEHOLD_LIST = Layout(guess=guess_column, propose=propose, check=check, source_of=source_of)
