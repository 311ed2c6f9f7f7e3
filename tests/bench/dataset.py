"""The large data set of `make bench`: 100 000 households, 270 000 persons in them, 1 000 000 appointments (quality.md).

Written with COPY into a database of its own, the same from one run to the next within a week, and kept in the local
folder: the first bench pays for it, the others find it. It is the body of a whole département, or a hundred years of a
small one: forty agents whose agendas are full.
"""

import os
import random
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from typing import Any

import psycopg
from django.db import connection, models

from appointments.enums import Category, Place, Status, Urgency
from appointments.models import Appointment, Attendance, Presence, Reason, Room
from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.periods import PARIS
from cias.core.text import compact_key, sort_key
from cias.territory.models import Commune
from cias.territory.services import load_territory
from households.enums import Activity, FamilyType, HousingStatus, IncomeBand, MainResource, NoteMeans
from households.models import (
    Address,
    Assignment,
    Household,
    Membership,
    Note,
    Person,
    Situation,
    Task,
)
from households.phonetics import phonetic_keys
from rights.enums import FileState
from rights.models import Right, RightsFile
from tests.bench.population import ENDINGS, FIRST_NAMES, SYLLABLES, TERRITORY

SCALES = {"full": 1, "small": 50, "thousand": 100}
SIZES = (1, 1, 2, 2, 2, 3, 3, 4, 4, 5)  # persons of a household: 2.7 on average
AGENTS, ROOMS = 40, 30
# Half-hour appointments of an agent's day: eleven of these thirteen are taken, three in four in the weeks to come.
STARTS = [9 * 60 + 30 * rank for rank in range(6)] + [13 * 60 + 30 + 30 * rank for rank in range(7)]
TAKEN, WEEKS_AHEAD = 11, 8
YEARS_OF_ATTENDANCES = 2
BLOCK = 1 << 20


@dataclass(frozen=True)
class Scale:
    """How much of everything; `small` is for those who write benchmarks."""

    name: str

    @property
    def share(self) -> int:
        return SCALES[self.name]

    @property
    def households(self) -> int:
        return 100_000 // self.share

    @property
    def persons(self) -> int:
        """Those who live in a household today and those who once did: the names that a search goes through."""
        return 1_000_000 // self.share

    @property
    def appointments(self) -> int:
        return 1_000_000 // self.share

    @property
    def notes(self) -> int:
        return 300_000 // self.share

    @property
    def rights(self) -> int:
        return 60_000 // self.share

    @property
    def tasks(self) -> int:
        return 40_000 // self.share


def scale() -> Scale:
    """The one asked for: SCALE=small for those who write benchmarks."""
    return Scale(os.environ.get("SCALE") or "full")


def monday() -> date:
    """The week the data set is about: this one, so that the pages of today have something to show."""
    today = datetime.now(PARIS).date()
    return today - timedelta(days=today.weekday())


class Rows:
    """The rows of a table as COPY reads them: the fields that vary, the others at their default."""

    def __init__(self, model: type[models.Model], varying: str) -> None:
        self.table = model._meta.db_table
        names = varying.split()
        fields = {field.column: field for field in model._meta.concrete_fields}
        kept = [name for name in fields if name not in names and not fields[name].generated]
        self.columns = ", ".join(f'"{name}"' for name in (*names, *kept))
        self.rest = "".join(f"\t{_text(_default(fields[name]))}" for name in kept) + "\n"
        self.blocks: list[str] = []

    def write(self, rows: Iterable[tuple[Any, ...]]) -> None:
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {self.table} ({self.columns}) FROM STDIN") as copy,
        ):
            lines: list[str] = []
            for row in rows:
                lines.append("\t".join(map(_text, row)) + self.rest)
                if len(lines) == 2000:
                    copy.write("".join(lines))
                    lines.clear()
            copy.write("".join(lines))


def _default(field: Any) -> Any:
    if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        return "2026-01-01T00:00:00Z"
    if field.has_default():
        return field.get_default()
    return None if field.null else ""


def _text(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list):
        return "{" + ",".join(value) + "}"
    return str(value)


def write(size: Scale) -> None:
    """Fill a new database; the reference data of every app is there already."""
    chance = random.Random(20261127)
    load_territory(TERRITORY)
    agents = _agents()
    communes = list(Commune.objects.order_by("pk").values_list("pk", flat=True))
    loaded = (Person, Household, Membership, Address, Situation, Assignment, Note, Task, RightsFile, Appointment,
              Attendance)  # fmt: skip
    with _without_indexes([model._meta.db_table for model in loaded]):
        homes = _households(chance, size, communes)
        people = _persons(chance, size, homes)
        _situations(chance, homes, communes, agents)
        _appointments(chance, size, homes, people, agents)
        _notes(chance, size, homes, agents)
        _rights(chance, size, people, homes, agents)


class _without_indexes:  # noqa: N801 - reads as what it is
    """Triggers at rest and indexes built once, after the rows.

    The exclusion constraints of tables that no benchmark writes come back as plain indexes of the same definition:
    PostgreSQL verifies one row after the other, which takes minutes and shows in no query.
    """

    WRITTEN = ("appointments_appointment", "appointments_attendance")

    def __init__(self, tables: list[str]) -> None:
        self.tables = tables
        self.again: list[str] = []

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(
                """
                SELECT indexrelid::regclass::text, indrelid::regclass::text, conname, pg_get_indexdef(indexrelid),
                    pg_get_constraintdef(pg_constraint.oid)
                FROM pg_index LEFT JOIN pg_constraint ON conindid = indexrelid AND contype IN ('x', 'u', 'p')
                WHERE indrelid::regclass::text = ANY(%s) AND (contype IS NULL OR contype = 'x')
                """,
                [self.tables],
            )
            for index, table, constraint, create, definition in cursor.fetchall():
                if constraint is None:
                    cursor.execute(f"DROP INDEX {index}")
                else:
                    cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')
                    if table in self.WRITTEN:
                        create = f'ALTER TABLE {table} ADD CONSTRAINT "{constraint}" {definition}'
                self.again.append(create)

    def __exit__(self, *failure: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = DEFAULT")
        # The longest first; as many as there are processors of ours.
        self.again.sort(key=lambda create: (" gist " not in create, " gin " not in create))
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(_in_a_connection_of_its_own, self.again))


def _in_a_connection_of_its_own(statement: str) -> None:
    with psycopg.connect(
        **connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}, autocommit=True
    ) as own:
        own.execute("SET maintenance_work_mem = '256MB'")
        own.execute(statement)


def _agents() -> list[User]:
    """Forty who receive, of whom thirty have a room; the reception, the direction and the board."""
    rooms = [Room.objects.create(name=f"Bureau {number:02}") for number in range(ROOMS)]
    for email, role in (("accueil", Role.RECEPTION), ("direction", Role.DIRECTOR), ("elue", Role.BOARD)):
        User.objects.create_user(f"{email}@banc.test", role=role, first_name="Banc", last_name=email.title())
    agents = [
        User.objects.create_user(
            f"agent{number}@banc.test", role=Role.SOCIAL_WORKER, has_agenda=True, first_name="Agent",
            last_name=f"N{number:02}",
        )
        for number in range(AGENTS)
    ]  # fmt: skip
    Presence.objects.bulk_create(
        Presence(
            agent=agent, weekday=weekday, starts_at=starts, ends_at=ends, valid_from=date(2018, 1, 1),
            room=rooms[number] if number < ROOMS else None,
        )
        for number, agent in enumerate(agents)
        for weekday in range(5)
        for starts, ends in ((time(9), time(12)), (time(13, 30), time(17)))
    )  # fmt: skip
    return agents


def _key(chance: random.Random) -> str:
    return f"{chance.getrandbits(128):032x}"


type Homes = list[tuple[str, date]]
type People = list[list[str]]  # of each household, the applicant first


def _households(chance: random.Random, size: Scale, communes: list[str]) -> Homes:
    """One in five is closed; a commune of 66, the first much larger than the others."""
    weights = list(accumulate(10 / (1 + rank) for rank in range(len(communes))))
    first = monday() - timedelta(days=8 * 365)
    homes = [
        (_key(chance), first + timedelta(days=chance.randrange(8 * 365))) for _ in range(size.households)
    ]
    names = _names()
    rows = Rows(
        Household, "id number name sort_key commune_id opened_on closed_on closing_reason closing_outcome"
    )

    def each() -> Iterator[tuple[Any, ...]]:
        for rank, (key, opened) in enumerate(homes):
            name = chance.choice(names)
            closed = opened + timedelta(days=400) if rank % 5 == 0 else None
            closed = closed if closed and closed < monday() else None
            ending = ("no_news", "no_follow_up") if closed else ("", "")
            yield (
                key, f"M-{opened.year}-{rank % 100_000:05}", name, sort_key(name),
                chance.choices(communes, cum_weights=weights)[0], opened, closed, *ending,
            )  # fmt: skip

    rows.write(each())
    return homes


@cache
def _names() -> list[str]:
    chance = random.Random(1)
    syllables, endings = SYLLABLES.split(), ENDINGS.split()
    rare = {
        ("".join(chance.choices(syllables, k=chance.randint(1, 3))) + chance.choice(endings)).capitalize()
        for _ in range(20_000)
    }
    return [*sorted(rare), *["Martin"] * (len(rare) // 100)]


def _persons(chance: random.Random, size: Scale, homes: Homes) -> People:
    """Those of the households, then those who left: the same names, spelled the same way."""
    people: People = [[_key(chance) for _ in range(SIZES[rank % len(SIZES)])] for rank in range(len(homes))]
    keys = [key for home in people for key in home]
    keys += [_key(chance) for _ in range(size.persons - len(keys))]
    names, firsts = _names(), FIRST_NAMES.split()
    oldest = date(1935, 1, 1)

    @cache
    def heard(name: str, first: str) -> str:
        return _text(phonetic_keys(name, first))

    @cache
    def keys_of(name: str, first: str) -> tuple[str, str, str]:
        return sort_key(f"{name} {first}"), compact_key(name), compact_key(first)

    def each() -> Iterator[tuple[Any, ...]]:
        for key in keys:
            name, first = chance.choice(names), chance.choice(firsts)
            searched, compact, given = keys_of(name, first)
            yield (
                key, name, first, chance.choice("fm"), oldest + timedelta(days=chance.randrange(30_000)),
                f"+336{chance.randrange(10**8):08d}", searched, compact, given, heard(name, first),
            )  # fmt: skip

    Rows(
        Person,
        "id birth_name first_names sex birth_date phone search_key compact_birth compact_first phonetic",
    ).write(each())
    Rows(Membership, "id start household_id person_id role").write(
        (_key(chance), opened, home, person, "applicant" if not rank else "partner" if rank == 1 else "child")
        for (home, opened), persons in zip(homes, people, strict=True)
        for rank, person in enumerate(persons)
    )
    return people


def _situations(chance: random.Random, homes: Homes, communes: list[str], agents: list[User]) -> None:
    """An address, a référent, and one or two situations a household."""

    def situations() -> Iterator[tuple[Any, ...]]:
        for key, opened in homes:
            changes = opened + timedelta(days=300)
            spans = (
                [(opened, changes - timedelta(days=1)), (changes, None)]
                if chance.random() < 0.5
                else [(opened, None)]
            )
            for start, end in spans:
                yield (
                    _key(chance), start, end, key, chance.choice(communes), chance.choice(FamilyType.values),
                    chance.choice(HousingStatus.values), chance.choice(Activity.values),
                    chance.choice(IncomeBand.values), chance.choice(MainResource.values), 1, 1,
                )  # fmt: skip

    Rows(
        Situation,
        "id start end household_id commune_id family_type housing_status activity income_band main_resource adults"
        " children",
    ).write(situations())
    Rows(Address, "id start household_id street postal_code commune_id").write(
        (
            _key(chance),
            opened,
            key,
            f"{chance.randrange(1, 90)} rue des Lilas",
            "28000",
            chance.choice(communes),
        )
        for key, opened in homes
    )
    Rows(Assignment, "id start household_id agent_id").write(
        (_key(chance), opened, key, agents[rank % AGENTS].pk) for rank, (key, opened) in enumerate(homes)
    )


def _appointments(
    chance: random.Random, size: Scale, homes: Homes, people: People, agents: list[User]
) -> None:
    """Working days backwards from eight weeks ahead, until there are enough of them."""
    reasons = [
        Reason.objects.create(
            code=f"banc-{category}", label=f"Motif {category.label}", category=category, at_desk=True
        ).pk
        for category in Category
    ]
    rooms = list(Room.objects.order_by("name").values_list("pk", flat=True))
    this_morning = datetime.combine(datetime.now(PARIS).date(), time(8), PARIS)
    guarded = this_morning - timedelta(days=365 * YEARS_OF_ATTENDANCES)
    taken: list[tuple[Any, ...]] = []

    def each() -> Iterator[tuple[Any, ...]]:
        day, made = monday() + timedelta(weeks=WEEKS_AHEAD, days=-1), 0
        while made < size.appointments:
            if day.weekday() < 5:
                ahead = datetime.combine(day, time(8), PARIS) > this_morning
                for rank, agent in enumerate(agents):
                    for minutes in sorted(chance.sample(STARTS, TAKEN - 2 * ahead)):
                        start = datetime.combine(day, time(minutes // 60, minutes % 60), PARIS).astimezone(
                            UTC
                        )
                        end = start + timedelta(minutes=30)
                        home = chance.randrange(len(homes))
                        status, said = (
                            (Status.PLANNED, None) if start > this_morning else (_ended(chance), end)
                        )
                        key = _key(chance)
                        room = rooms[rank] if ahead and rank < ROOMS else None
                        if start > guarded and status in (Status.PLANNED, Status.HONOURED, Status.NO_SHOW):
                            taken.append((key, agent.pk, start, end))
                        made += 1
                        yield (
                            key, agent.pk, room, homes[home][0], people[home][0], chance.choice(reasons), start, end,
                            start, end, status, said, Urgency.THIS_WEEK, Place.OFFICE, agent.pk,
                            day - timedelta(days=chance.randrange(1, 30)),
                        )  # fmt: skip
            day -= timedelta(days=1)

    Rows(
        Appointment,
        "id agent_id room_id household_id person_id reason_id start end busy_from busy_until status status_at urgency"
        " place booked_by_id requested_on",
    ).write(each())
    Rows(Attendance, "appointment_id agent_id start end").write(taken)


def _ended(chance: random.Random) -> Status:
    return chance.choices((Status.HONOURED, Status.NO_SHOW, Status.CANCELLED_BY_USER), weights=(80, 10, 10))[
        0
    ]


def _notes(chance: random.Random, size: Scale, homes: Homes, agents: list[User]) -> None:
    def each() -> Iterator[tuple[Any, ...]]:
        for rank in range(size.notes):
            key, opened = homes[rank % len(homes)]
            day = min(opened + timedelta(days=chance.randrange(700)), monday())
            text = "Point sur la situation, les ressources et les démarches en cours. " * chance.randint(1, 6)
            yield (
                _key(chance), key, agents[rank % AGENTS].pk, day, chance.randrange(10, 90),
                chance.choice(NoteMeans.values), text,
            )  # fmt: skip

    Rows(Note, "id household_id author_id held_on duration_minutes means text").write(each())


def _rights(chance: random.Random, size: Scale, people: People, homes: Homes, agents: list[User]) -> None:
    """Tasks (three in four are done) and files of rights, most of them closed."""
    today = monday()
    Rows(Task, "id title due_on household_id agent_id created_by_id state state_at state_by_id").write(
        (
            _key(chance), "Rappeler le ménage", today + timedelta(days=chance.randrange(-30, 60)),
            homes[rank * 2][0], agent.pk, agent.pk,
            *(("todo", None, None) if rank % 40 == 0 else ("done", "2026-01-05T00:00:00Z", agent.pk)),
        )
        for rank, agent in ((rank, agents[rank % AGENTS]) for rank in range(size.tasks))
    )  # fmt: skip
    rights = list(Right.objects.order_by("pk").values_list("pk", flat=True))

    def files() -> Iterator[tuple[Any, ...]]:
        for rank in range(size.rights):
            opened = homes[rank][1]
            running = rank % 20 == 0
            state = FileState.DRAFT if running else FileState.ABANDONED
            closed = None if running else opened + timedelta(days=60)
            yield (
                _key(chance), f"D-{rank:07}", homes[rank][0], people[rank][0], chance.choice(rights),
                agents[rank % AGENTS].pk, state, opened, closed, "" if running else "not_wanted",
            )  # fmt: skip

    Rows(
        RightsFile,
        "id number household_id applicant_id right_id agent_id state opened_on closed_on closing_reason",
    ).write(files())
