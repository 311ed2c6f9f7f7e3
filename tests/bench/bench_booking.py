"""The suggestions of the booking page while one types, among 50 000 persons: whole requests."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from lxml import html

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.territory.services import load_territory
from households.models import Person
from tests.bench import Measure, median_time
from tests.bench.bench_search import fill

PERSONS, PER_HOUSEHOLD = 50_000, 3
NOTHING_TYPED = "the same answer, nothing typed"
TERRITORY = Path(settings.BASE_DIR) / "cias/territory/data/chartres_metropole.geojson"

# Everybody lives in a household of three, in a commune, with a référent: what a suggestion shows.
HOUSEHOLDS = """
INSERT INTO households_household
    (id, created_at, number, name, sort_key, commune_id, off_territory, opened_on, closing_reason)
SELECT gen_random_uuid(), now(), 'B-' || person.position, birth_name, search_key, commune.code, false, %(day)s, ''
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
    ON household.number = 'B-' || (person.position - (person.position - 1) %% %(size)s)
"""
ASSIGNMENTS = """
INSERT INTO households_assignment (id, created_at, start, household_id, agent_id, role, handover_note)
SELECT gen_random_uuid(), now(), %(day)s, id, %(agent)s, 'main', '' FROM households_household
"""


def fill_households(agent: User) -> None:
    load_territory(TERRITORY)
    fill(PERSONS)
    values = {"day": date(2026, 1, 5), "size": PER_HOUSEHOLD, "agent": agent.pk}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in (HOUSEHOLDS, MEMBERSHIPS, ASSIGNMENTS):
            cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        cursor.execute("ANALYZE households_person, households_household, households_membership")


def bench_suggestions() -> Iterator[Measure]:
    reception = User.objects.create_user(
        "banc@cias.test", role=Role.RECEPTION, first_name="Banc", last_name="Essai"
    )
    agent = User.objects.create_user(
        "ts@cias.test", role=Role.SOCIAL_WORKER, first_name="Banc", last_name="Social"
    )
    fill_households(agent)
    client = Client(SERVER_NAME="localhost", headers={"HX-Request": "true", "HX-Target": "candidates"})
    client.force_login(reception, backend="allauth.account.auth_backends.AuthenticationBackend")
    someone = Person.objects.filter(compact_birth__regex="^.{7}$").order_by("pk")[PERSONS // 100]
    name, first_names = someone.birth_name, someone.first_names

    def answer(**typed: str) -> int:
        """How many persons are suggested."""
        response = client.post(reverse("appointments:book"), {"urgency": "week", "place": "office", **typed})
        assert response.status_code == 200
        return len(html.fromstring(response.content).xpath("//button[@name='choose']"))

    nothing = median_time(answer)
    for what, typed in (
        ("three letters", {"last_name": name[:3]}),
        ("a frequent name", {"last_name": "Martin"}),
        ("half a name", {"last_name": name[:5]}),
        ("a whole name", {"last_name": name, "first_names": first_names}),
        (
            "a misspelt name",
            {"last_name": name[0] + name[2] + name[1] + name[3:], "first_names": first_names},
        ),
        ("a name and a birth date", {"last_name": name, "birth": someone.birth_label}),
        ("a new person's duplicates", {"last_name": name, "first_names": first_names, "is_new": "1"}),
    ):
        assert answer(**typed) or what == "three letters", what
        spent = median_time(lambda typed=typed: answer(**typed), repeat=30)
        at_most = (
            10 if what == "a misspelt name" else 5
        )  # looked for by its sounds, once nothing else is found
        yield Measure(f"suggestions: {what}", spent, NOTHING_TYPED, nothing, at_most=at_most)
