"""The list of households and the register of beneficiaries, with 1 000 and with 100 000 households (H15)."""

import random
import uuid
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.http import QueryDict

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.lists.paging import BoundedPaginator
from cias.lists.state import ListState
from cias.territory.models import Commune
from cias.territory.services import load_territory
from households.enums import FamilyType, HousingStatus, MainResource
from households.listing import HOUSEHOLDS
from tests.bench import Measure, median_time

TERRITORY = Path(settings.BASE_DIR) / "cias/territory/data/chartres_metropole.geojson"
SMALL, LARGE = 1_000, 100_000
FIRST = date(2020, 1, 1)
QUERIES = (
    ("list of households", "", 6),
    ("list, its 300th page", "page=300", 60),
    ("list by commune", "tri=commune", 60),
    ("list of one commune", "commune=28218", 12),
    ("list by main resource and housing", "ressource=rsa&logement=hotel", 60),
    ("list of what is not filled in", "manque=une", 60),
)


def fill(first: int, last: int, agents: list[User]) -> None:
    """Households number `first` to `last` with a member, a situation and a référent, written with COPY."""
    chance = random.Random(first)
    communes = list(Commune.objects.values_list("pk", flat=True))
    homes, persons = (
        [uuid.UUID(int=chance.getrandbits(128), version=4) for _ in range(last - first)] for _ in "ab"
    )
    opened = [FIRST + timedelta(days=chance.randrange(2400)) for _ in homes]
    now = "2026-01-01T00:00:00Z"
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        _copy(
            cursor,
            "households_household",
            "id, created_at, number, name, sort_key, commune_id, off_territory, opened_on, closing_reason,"
            "closing_outcome, closing_note, is_protected, address_hidden",
            (
                (key, now, f"B-{rank:08d}", f"Nom {rank}", f"nom {chance.random()}", chance.choice(communes),
                 False, day, "", "", "", False, False)
                for rank, (key, day) in enumerate(zip(homes, opened, strict=True), first)
            ),
        )  # fmt: skip
        _copy(
            cursor,
            "households_person",
            "id, created_at, birth_name, usual_name, first_names, is_anonymous, title, sex, birth_date,"
            "birth_precision, nationality_group, phone, second_phone, email, language, needs_interpreter, protection,"
            "guardian, guardian_phone, search_key, compact_birth, compact_usual, compact_first, phonetic",
            (
                (key, now, "Banc", "", "Essai", False, "", "f", FIRST - timedelta(days=chance.randrange(6000, 30_000)),
                 "day", "", "+33639980000", "", "", "", False, "", "", "", "banc essai", "banc", "", "essai", [])
                for key in persons
            ),
        )  # fmt: skip
        _copy(
            cursor,
            "households_membership",
            "id, created_at, start, household_id, person_id, role, custody",
            (
                (uuid.uuid4(), now, day, home, person, "applicant", "full")
                for home, person, day in zip(homes, persons, opened, strict=True)
            ),
        )
        _copy(
            cursor,
            "households_situation",
            "id, created_at, start, household_id, commune_id, off_territory, family_type, housing_status, activity,"
            "income_band, main_resource",
            (
                (uuid.uuid4(), now, day, home, None, False, chance.choice(FamilyType.values),
                 chance.choice(HousingStatus.values), "employed", "0_600", chance.choice(MainResource.values))
                for home, day in zip(homes, opened, strict=True)
            ),
        )  # fmt: skip
        _copy(
            cursor,
            "households_assignment",
            "id, created_at, start, household_id, agent_id, role, handover_note",
            (
                (uuid.uuid4(), now, day, home, chance.choice(agents).pk, "main", "")
                for home, day in zip(homes, opened, strict=True)
            ),
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")


def _copy(cursor: Any, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def page_of(user: User, query: str) -> list[Any]:
    """What the page of the list asks of the database."""
    data = QueryDict(query)
    state = ListState(HOUSEHOLDS, user, data)
    found = state.ordered(state.columns).fetch_mode(models.FETCH_RAISE)
    return list(BoundedPaginator(found).get_page(data.get("page")).object_list)


def bench_lists() -> Iterator[Measure]:
    load_territory(TERRITORY)
    agents = [
        User.objects.create_user(
            f"banc-liste{rank}@cias.test", role=Role.SOCIAL_WORKER, first_name="Banc", last_name=f"{rank}"
        )
        for rank in range(12)
    ]
    fill(0, SMALL, agents)
    small = {
        query: median_time(lambda query=query: page_of(agents[0], query), repeat=10)
        for _what, query, _ in QUERIES
    }
    fill(SMALL, LARGE, agents)
    for what, query, at_most in QUERIES:
        spent = median_time(lambda query=query: page_of(agents[0], query), repeat=5)
        yield Measure(f"{what}, {LARGE} households", spent, f"with {SMALL}", small[query], at_most=at_most)
