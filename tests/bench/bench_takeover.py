"""Taking over a list of 10 000 households, everything included: reading, duplicates, history (quality.md)."""

import csv
import io
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta

from django.db import connection, transaction
from django.test import override_settings

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.territory.models import Commune
from cias.territory.services import load_territory
from households.models import Address, Assignment, Household, Membership, Person, Situation, TakeOver
from tests.bench import Measure
from tests.bench.population import ENDINGS, FIRST_NAMES, SYLLABLES, TERRITORY, fill
from tests.households.takeovers import imported

HOUSEHOLDS = 10_000
KNOWN_PERSONS = 100_000
HEADER = (
    "N° dossier", "Ouvert le", "Civilité", "Nom", "Prénom", "Date de naissance", "Téléphone", "E-mail", "Adresse",
    "Code postal", "Commune", "Composition du ménage", "Logement", "Emploi", "Nature des ressources",
    "Ressources mensuelles", "Référent",
    *(
        f"Membre {slot} : {name}"
        for slot in range(1, 4)
        for name in ("nom", "prénom", "date de naissance", "lien")
    ),
)  # fmt: skip
TABLES = (Person, Household, Membership, Address, Situation, Assignment)


def a_list(households: int, communes: list[Commune], referent: User) -> bytes:
    """The list of another tool: a little more than two persons a household, some households twice."""
    chance = random.Random(7)
    syllables, endings, firsts = SYLLABLES.split(), ENDINGS.split(), FIRST_NAMES.split()

    def born(youngest: int, oldest: int) -> str:
        return f"{date(2026, 1, 1) - timedelta(days=chance.randint(youngest * 365, oldest * 365)):%d/%m/%Y}"

    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(HEADER)
    for rank in range(households):
        name = "".join(chance.choices(syllables, k=chance.randint(2, 3))) + chance.choice(endings)
        commune = chance.choice(communes)
        members = [
            cell
            for _ in range(chance.choice((0, 0, 1, 2, 3)))
            for cell in (name.upper(), chance.choice(firsts), born(1, 17), "Enfant")
        ]
        writer.writerow(
            [
                f"D{rank:05d}", f"{chance.randint(1, 28):02}/{chance.randint(1, 12):02}/{chance.randint(2016, 2025)}",
                chance.choice(("Mme", "M.")), name.upper(), chance.choice(firsts), born(19, 85),
                f"06 39 98 {chance.randint(10, 99)} {chance.randint(10, 99)}", f"{name}@exemple.test",
                f"{chance.randint(1, 90)} rue des Lilas", (commune.postal_codes or ["28000"])[0], commune.name,
                chance.choice(("Homme seul", "Femme seule", "Parent isolé")), chance.choice(("HLM", "Propriétaire")),
                chance.choice(("CDI", "Chômage", "Retraité")), chance.choice(("RSA", "Salaire")),
                str(chance.randint(0, 2400)), referent.full_name, *members,
            ]
        )  # fmt: skip
    return text.getvalue().encode("utf-8-sig")


def bench_takeover() -> Iterator[Measure]:
    load_territory(TERRITORY)
    fill(KNOWN_PERSONS)
    by = User.objects.create_user("banc@cias.test", role=Role.DIRECTOR, first_name="Banc", last_name="Essai")
    referent = User.objects.create_user(
        "ts@cias.test", role=Role.SOCIAL_WORKER, first_name="Claire", last_name="Vasseur"
    )
    content = a_list(HOUSEHOLDS, list(Commune.objects.all()), referent)
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder), transaction.atomic():
        started = time.perf_counter()
        takeover = imported(by, content, notes=False)
        spent = time.perf_counter() - started
        assert _all_said(takeover), takeover.counts
        rows = {model: _dump(model._meta.db_table) for model in TABLES}
        transaction.set_rollback(True)
    copied = _copy(rows)
    yield Measure(f"take-over of {HOUSEHOLDS} households", spent, "COPY of the same rows", copied, at_most=60)


def _all_said(takeover: TakeOver) -> bool:
    """Some rows are set aside as likely doubles: with a handful of first names, many share one and a birthday."""
    found = takeover.counts["results"]
    return sum(found.values()) == HOUSEHOLDS and found["created"] > 0.6 * HOUSEHOLDS


def _dump(table: str) -> bytes:
    """What was imported; the persons known before are dated from the beginning of the year."""
    rows = f"SELECT * FROM {table} WHERE created_at > now() - interval '1 day'"  # noqa: S608
    with connection.cursor() as cursor, cursor.copy(f"COPY ({rows}) TO STDOUT") as copy:
        return b"".join(bytes(block) for block in copy)


def _copy(rows: dict[type, bytes]) -> float:
    """Seconds to load the rows with their indexes, without triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        started = time.perf_counter()
        for model, content in rows.items():
            with cursor.copy(f"COPY {model._meta.db_table} FROM STDIN") as copy:  # type: ignore[attr-defined]
                copy.write(content)
        spent = time.perf_counter() - started
        cursor.execute("SET session_replication_role = DEFAULT")
    return spent
