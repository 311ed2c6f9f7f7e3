"""Leave brought from another tool as a table, one absence a row: read first, written once somebody has looked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from appointments.enums import AbsenceKind
from appointments.models import Absence
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.periods import PARIS, parse_french_date, parse_french_time
from cias.core.tables import TableRow, read_table
from cias.core.text import sort_key

COLUMNS = ("agent", "du", "au")
MOST_ROWS = 2000
LONGEST = timedelta(days=366)


@dataclass
class LeaveRow:
    """One row of the file: the absence it says, or `error`; `known` when it is in the agenda already."""

    number: int
    who: str
    absence: Absence | None = None
    error: str = ""
    known: bool = False

    @property
    def is_new(self) -> bool:
        return self.absence is not None and not self.known


def read_leave(name: str, content: bytes, *, agents: Iterable[User]) -> list[LeaveRow]:
    """Every row of the file for `agents`, good or not. Raises ValidationError when the file is no such table.

    Columns: agent (e-mail, or name), du, au; optional: de, à (hours), nature, précision. Whole days without hours.
    """
    table = read_table(name, content, columns=COLUMNS, most_rows=MOST_ROWS)
    by_name = _names(agents)
    rows = [_read(row, by_name) for row in table]
    _mark_known(rows)
    return rows


@transaction.atomic
def import_leave(*, by: User, rows: Iterable[LeaveRow]) -> int:
    """Write the new absences of a file that was read; how many."""
    new = [row.absence for row in rows if row.is_new and row.absence is not None]
    with signed_by(by):
        for absence in new:
            absence.save(force_insert=True)
    return len(new)


def _names(agents: Iterable[User]) -> dict[str, User | None]:
    """How a file may call each agent; None when two share a name."""
    found: dict[str, User | None] = {}
    for agent in agents:
        first, last = agent.first_name, agent.last_name
        for name in {agent.email.lower(), sort_key(f"{first} {last}"), sort_key(f"{last} {first}")}:
            found[name] = None if name in found else agent
    return found


def _read(row: TableRow, agents: dict[str, User | None]) -> LeaveRow:
    cells = row.cells
    who = cells.get("agent", "")
    found = LeaveRow(row.number, who)
    try:
        agent = agents.get(who.lower()) or agents.get(sort_key(who))
        if agent is None:
            raise ValueError(f"« {who} » n’est pas un agent qui reçoit.")
        first = parse_french_date(cells.get("du", ""))
        last = parse_french_date(cells["au"]) if cells.get("au") else first
        start = datetime.combine(first, _hour(cells.get("de", "")) or time(), PARIS)
        until = _hour(cells.get("a", ""))
        end = datetime.combine(last, until, PARIS) if until else _midnight_after(last)
        if end <= start:
            raise ValueError("La fin doit suivre le début.")
        if end - start > LONGEST:
            raise ValueError("Une absence dure un an au plus.")
        kind = _kind(cells.get("nature", ""))
        label = cells.get("precision", "")
        if len(label) > 60:
            raise ValueError("La précision tient en 60 caractères.")
        found.absence = Absence(agent=agent, start=start, end=end, kind=kind, label=label)
    except ValueError as error:
        found.error = str(error)
    return found


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), PARIS)


def _hour(text: str) -> time | None:
    return parse_french_time(text) if text else None


def _kind(text: str) -> str:
    """A kind by its French label; leave when nothing is said."""
    if not text:
        return AbsenceKind.LEAVE
    for kind in AbsenceKind:
        if sort_key(kind.label) == sort_key(text):
            return kind
    labels = ", ".join(kind.label for kind in AbsenceKind)
    raise ValueError(f"« {text} » n’est pas une nature d’absence ({labels}).")


def _mark_known(rows: list[LeaveRow]) -> None:
    """A file may be imported again: what is in the agenda, or comes twice in the file, is left alone."""
    absences = [row.absence for row in rows if row.absence is not None]
    agents = {absence.agent_id for absence in absences}
    known = set(Absence.objects.filter(agent__in=agents).values_list("agent", "start", "end"))
    for row in rows:
        if row.absence is not None:
            key = (row.absence.agent_id, row.absence.start, row.absence.end)
            row.known = key in known
            known.add(key)
