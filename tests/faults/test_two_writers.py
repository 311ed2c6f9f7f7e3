"""Pages whose second writer once wrote over the first unseen; tests/faults/test_every_form.py tries them all."""

from datetime import date, time
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from appointments.models import Presence
from appointments.services import end_presence
from cias.accounts.enums import Role
from cias.core import seen
from cias.territory import settings
from cias.territory.models import OpeningHours
from households.models import Membership, Task
from households.services import AddressData, move_household
from housing.energy import services as energy
from housing.models import EnergyOrientation
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


def test_the_opening_hours_planned_by_a_colleague(world: World) -> None:
    """The week shown first is today's; what the new one replaces are the latest hours, those to come included."""
    agent, url = client(world, Role.ADMIN), reverse("territory:change_hours")
    before = page(agent, url)
    settings.change_hours(valid_from=date(2027, 1, 4), week=[(0, time(9), time(12)), (0, time(14), time(17))])
    mine = {**before, "valid_from": "04/01/2027", "morning_opens_0": "8 h", "morning_closes_0": "12 h"}
    answer = agent.post(url, mine)
    shown = answer.content.decode()
    assert ASKED in shown
    assert "à partir du 04/01/2027\u00a0: lundi 9\u00a0h – 12\u00a0h et 14\u00a0h – 17\u00a0h" in shown
    assert 'value="8 h"' in shown
    planned = OpeningHours.objects.filter(valid_from=date(2027, 1, 4))
    assert [row.opens_at for row in planned] == [time(9), time(14)]
    # Sent again from there, the choice is made knowingly.
    assert agent.post(url, {**mine, **_marks(shown)}).status_code == 302
    assert [row.opens_at for row in planned.all()][:1] == [time(8)]


def test_the_last_day_of_a_presence(world: World) -> None:
    agent, row = client(world, Role.DIRECTOR), Presence.objects.get(pk=world.kwargs["presence_id"])
    url = reverse("appointments:end_presence", args=[row.pk])
    before = page(agent, url)
    assert before["last_day"] == f"{timezone.localdate():%d/%m/%Y}"
    end_presence(by=world.agents[Role.DIRECTOR], presence=row, last_day=date(2026, 12, 18))
    shown = agent.post(url, {**before, "last_day": "31/12/2026"}).content.decode()
    assert ASKED in shown
    assert "«\u00a018/12/2026\u00a0» est enregistré" in shown
    row.refresh_from_db()
    assert row.valid_until == date(2026, 12, 18)
    assert page(agent, url)["last_day"] == "18/12/2026"
    assert agent.post(url, {**before, "last_day": "18/12/2026"}).status_code == 302


@pytest.mark.parametrize(("theirs", "told"), [("started", "Engagée"), ("succeeded", "Aboutie")])
def test_the_result_of_an_energy_orientation(world: World, theirs: str, told: str) -> None:
    agent = client(world, Role.SOCIAL_WORKER)
    row = EnergyOrientation.objects.get(pk=world.kwargs["energy_orientation_id"])
    url, today = reverse("housing:energy_answer", args=[row.pk]), timezone.localdate()
    before = page(agent, url)
    energy.answer(
        by=world.agents[Role.SOCIAL_WORKER], orientation=row, state=theirs, on=today, result="Le sien"
    )
    shown = agent.post(url, {**before, "state": "failed", "result": "Le mien"}).content.decode()
    assert ASKED in shown
    assert f"«\u00a0{told}\u00a0» est enregistré" in shown
    assert "«\u00a0Le sien\u00a0» est enregistré" in shown
    assert 'value="Le mien"' in shown
    assert 'value="failed"' in shown
    row.refresh_from_db()
    assert (row.state, row.result) == (theirs, "Le sien")


def test_an_energy_orientation_that_has_its_result_offers_no_other_one(world: World) -> None:
    agent = client(world, Role.SOCIAL_WORKER)
    row = EnergyOrientation.objects.get(pk=world.kwargs["energy_orientation_id"])
    url, today = reverse("housing:energy_answer", args=[row.pk]), timezone.localdate()
    before = page(agent, url)
    energy.answer(by=world.agents[Role.SOCIAL_WORKER], orientation=row, state="succeeded", on=today)
    assert agent.get(url).status_code == 302
    shown = agent.post(url, {**before, "state": "failed"}).content.decode()
    again = agent.post(url, {**before, "state": "failed", **_marks(shown)}).content.decode()
    assert "On ne peut pas passer de" in again
    row.refresh_from_db()
    assert row.state == "succeeded"


def _marks(shown: str) -> dict[str, str]:
    """What the page drawn again says it has read."""
    (mark,) = html.document_fromstring(shown).xpath(f'//form//input[@name="{seen.NAME}"]/@value')
    return {seen.NAME: mark}
