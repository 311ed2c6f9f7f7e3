"""Invented persons, households and référents, written as COPY would load a take-over."""

import random
import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from cias.accounts.models import User
from cias.core.text import compact_key, sort_key
from cias.territory.services import load_territory
from households.phonetics import phonetic_keys

TERRITORY = Path(settings.BASE_DIR) / "cias/territory/data/chartres_metropole.geojson"
SYLLABLES = (
    "ba be bou bra cha co da de fa fou ga gue ha ju ker la le lu ma me mo na ni pa pou qua ra ro sa ta tho ve"
)
ENDINGS = "rd t eau ier in on el ec au ault is ot et ez ard oux e"
FIRST_NAMES = (
    "Marie Jean Denise Paul Inês Yann Fatou Léo Chloé Mohamed Hélène Guillaume Soizic Aïcha Pierre Nina"
)


def fill(persons: int) -> None:
    """Persons with invented names, some very frequent."""
    chance = random.Random(1)
    syllables, endings = SYLLABLES.split(), ENDINGS.split()
    rare = [
        "".join(chance.choices(syllables, k=chance.randint(1, 3))) + chance.choice(endings)
        for _ in range(20_000)
    ]
    columns = (
        "id, created_at, birth_name, usual_name, first_names, is_anonymous, title, sex, birth_date, birth_precision,"
        "nationality_group, phone, second_phone, email, language, needs_interpreter, protection, guardian,"
        "guardian_phone, search_key, compact_birth, compact_usual, compact_first, phonetic"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        with cursor.copy(f"COPY households_person ({columns}) FROM STDIN") as copy:
            for _ in range(persons):
                copy.write_row(
                    _row(chance, "Martin" if chance.random() < 0.01 else chance.choice(rare).capitalize())
                )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE households_person")


def _row(chance: random.Random, name: str) -> tuple[Any, ...]:
    first = chance.choice(FIRST_NAMES.split())
    born = date(1935, 1, 1) + timedelta(days=chance.randrange(30_000))
    phone = f"+336{chance.randrange(10**8):08d}"
    keys = (
        sort_key(f"{name} {first}"),
        compact_key(name),
        "",
        compact_key(first),
        phonetic_keys(name, first),
    )
    return (
        uuid.UUID(int=chance.getrandbits(128), version=4), "2026-01-01T00:00:00Z", name, "", first, False, "", "f",
        born, "day", "", phone, "", "", "", False, "", "", "", *keys,
    )  # fmt: skip


PER_HOUSEHOLD = 3
HOUSEHOLDS = """
INSERT INTO households_household
    (id, created_at, number, name, sort_key, commune_id, off_territory, opened_on, closing_reason, closing_outcome,
    closing_note, is_protected, address_hidden)
SELECT gen_random_uuid(), now(), 'M-2026-' || lpad(((person.position - 1) / %(size)s + 1)::text, 5, '0'),
    birth_name, search_key, commune.code, false, %(day)s, '', '', '', false, false
FROM (SELECT row_number() OVER (ORDER BY id) AS position, * FROM households_person) AS person
JOIN (SELECT row_number() OVER (ORDER BY code) - 1 AS position, code FROM territory_commune) AS commune
    ON commune.position = person.position %% 66
WHERE person.position %% %(size)s = 1
"""
MEMBERSHIPS = """
INSERT INTO households_membership (id, created_at, start, household_id, person_id, role, custody)
SELECT gen_random_uuid(), now(), %(day)s, household.id, person.id,
    CASE WHEN person.position %% %(size)s = 1 THEN 'applicant' ELSE 'child' END, 'full'
FROM (SELECT row_number() OVER (ORDER BY id) AS position, id FROM households_person) AS person
JOIN households_household AS household
    ON household.number = 'M-2026-' || lpad(((person.position - 1) / %(size)s + 1)::text, 5, '0')
"""
ASSIGNMENTS = """
INSERT INTO households_assignment (id, created_at, start, household_id, agent_id, role, handover_note)
SELECT gen_random_uuid(), now(), %(day)s, id, %(agent)s, 'main', '' FROM households_household
"""


def fill_households(persons: int, agent: User) -> None:
    """Everybody lives in a household of three, in a commune, with `agent` as référent."""
    load_territory(TERRITORY)
    fill(persons)
    values = {"day": date(2026, 1, 5), "size": PER_HOUSEHOLD, "agent": agent.pk}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in (HOUSEHOLDS, MEMBERSHIPS, ASSIGNMENTS):
            cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE households_person, households_household, households_membership")
