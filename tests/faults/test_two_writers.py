"""Pages whose second writer once wrote over the first unseen; tests/faults/every_form.py tries them all."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from cias.accounts.enums import Role
from cias.core import seen
from households.models import Membership, Task
from households.services import AddressData, move_household
from tests.access.walking import client_of
from tests.access.world import World
from tests.client import StrictClient

pytestmark = pytest.mark.django_db
ASKED = "Quelqu’un d’autre a changé cette donnée"


def client(world: World, role: Role) -> StrictClient:
    return client_of(world.agents[role])


def page(client: StrictClient, url: str) -> dict[str, Any]:
    """What an untouched page sends."""
    found = html.document_fromstring(client.get(url).content.decode())
    return dict(next(form for form in found.forms if seen.NAME in form.fields).form_values())


@pytest.mark.parametrize(
    ("name", "parameter", "role"),
    [
        ("appointments:message_change", "message_id", Role.RECEPTION),
        ("households:partner_edit", "partner_id", Role.DIRECTOR),
    ],
)
def test_a_page_drawn_by_hand_tells_what_it_read(world: World, name: str, parameter: str, role: Role) -> None:
    assert page(client(world, role), reverse(name, args=[world.kwargs[parameter]]))[seen.NAME]


def test_a_task(world: World) -> None:
    agent = client(world, Role.SOCIAL_WORKER)
    url = reverse("households:task_edit", args=[world.kwargs["task_id"]])
    before = page(agent, url)
    Task.objects.filter(pk=world.kwargs["task_id"]).update(title="Celui d’un collègue")
    answer = agent.post(url, {**before, "title": "Le mien"})
    assert ASKED in answer.content.decode()
    assert Task.objects.get(pk=world.kwargs["task_id"]).title == "Celui d’un collègue"


def test_a_place_in_the_household(world: World) -> None:
    agent = client(world, Role.SOCIAL_WORKER)
    row = Membership.objects.get(pk=world.kwargs["membership_id"])
    url = reverse("households:membership_change", args=[row.pk])
    before = page(agent, url)
    Membership.objects.filter(pk=row.pk).update(custody="visits")
    assert ASKED in agent.post(url, {**before, "custody": "alternate"}).content.decode()
    assert Membership.objects.get(pk=row.pk).custody == "visits"


def test_an_address_of_the_same_day(world: World) -> None:
    agent, household = client(world, Role.SOCIAL_WORKER), world.household
    today, colleague = timezone.localdate(), world.agents[Role.SOCIAL_WORKER]
    url = reverse("households:move", args=[household.pk])

    def moved(street: str) -> None:
        move_household(
            by=colleague, household=household, on=today, address=AddressData(street=street),
            commune=household.commune, off_territory=False,
        )  # fmt: skip

    moved("1 rue A")
    before = page(agent, url)
    moved("2 rue du Collègue")
    answer = agent.post(url, {**before, "street": "3 rue C"}).content.decode()
    assert ASKED in answer
    assert "2 rue du Collègue" in answer
