"""The suggestions of the booking page while one types, among 50 000 persons: whole requests."""

from collections.abc import Iterator

from django.test import Client
from django.urls import reverse
from lxml import html

from cias.accounts.enums import Role
from cias.accounts.models import User
from households.models import Person
from tests.bench import Measure, median_time
from tests.bench.population import fill_households

PERSONS = 50_000
NOTHING_TYPED = "the same answer, nothing typed"


def bench_suggestions() -> Iterator[Measure]:
    reception = User.objects.create_user(
        "banc@cias.test", role=Role.RECEPTION, first_name="Banc", last_name="Essai"
    )
    agent = User.objects.create_user(
        "ts@cias.test", role=Role.SOCIAL_WORKER, first_name="Banc", last_name="Social"
    )
    fill_households(PERSONS, agent)
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
