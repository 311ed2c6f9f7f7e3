"""Finding the caller among 200 000 persons (quality.md, Speed and scale)."""

import random
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import connection

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.text import compact_key, sort_key
from households.models import Person
from households.phonetics import phonetic_keys
from households.search import duplicates, search
from households.services import PersonData
from tests.bench import Measure, median_time

PERSONS = 200_000
LOOKUP = "primary key of one person"
SYLLABLES = (
    "ba be bou bra cha co da de fa fou ga gue ha ju ker la le lu ma me mo na ni pa pou qua ra ro sa ta tho ve"
)
ENDINGS = "rd t eau ier in on el ec au ault is ot et ez ard oux e"
FIRST_NAMES = (
    "Marie Jean Denise Paul Inês Yann Fatou Léo Chloé Mohamed Hélène Guillaume Soizic Aïcha Pierre Nina"
)


def fill(persons: int = PERSONS) -> None:
    """Persons with invented names, some very frequent, written as COPY would load a take-over."""
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
        cursor.execute("SET LOCAL session_replication_role = replica")
        with cursor.copy(f"COPY households_person ({columns}) FROM STDIN") as copy:
            for _ in range(persons):
                copy.write_row(
                    _row(chance, "Martin" if chance.random() < 0.01 else chance.choice(rare).capitalize())
                )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
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


def bench_search() -> Iterator[Measure]:
    fill()
    agent = User.objects.create_user(
        "banc@cias.test", role=Role.RECEPTION, first_name="Banc", last_name="Essai"
    )
    someone = Person.objects.filter(compact_birth__regex="^.{7}$").order_by("pk")[PERSONS // 100]
    lookup = median_time(lambda: Person.objects.get(pk=someone.pk))
    whole = f"{someone.birth_name} {someone.first_names}"
    slip = whole[0] + whole[2] + whole[1] + whole[3:]
    for what, query, at_most in (
        ("a frequent name", "martin", 20),
        ("a whole name", whole, 20),
        ("half a name, while it is typed", "marti", 20),
        ("the last digits of a telephone", someone.phone[-4:], 20),
        ("a birth date", someone.birth_label, 20),
        ("a misspelt name", slip, 150),
    ):
        spent = median_time(lambda query=query: search(query, agent))
        yield Measure(f"search: {what}", spent, LOOKUP, lookup, at_most=at_most)
    typed = PersonData(birth_name=someone.birth_name, first_names=someone.first_names)
    spent = median_time(lambda: duplicates(typed, agent))
    yield Measure("duplicates of a person being typed", spent, LOOKUP, lookup, at_most=20)
