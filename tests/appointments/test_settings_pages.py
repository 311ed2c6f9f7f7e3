"""The direction settles rooms, reasons, teams and times of travel; nothing is deleted."""

import pytest
from django.urls import reverse

from appointments.models import Reason, Room, Team, TravelTime
from tests.appointments.pages import parse, select, words
from tests.factories import AppointmentFactory, CommuneFactory, ReasonFactory, RoomFactory, TeamFactory

pytestmark = pytest.mark.django_db


def url(name: str, *args) -> str:
    return reverse(f"appointments:{name}", args=args)


@pytest.fixture
def client(login, isabelle):
    return login(isabelle)


def test_a_room_is_added_renamed_and_retired(client):
    client.post(url("add_room"), {"name": "Bureau des visites", "is_active": "on"})
    room = Room.objects.get(name="Bureau des visites")
    client.post(url("room", room.pk), {"name": "Bureau bleu"})
    room.refresh_from_db()
    assert (room.name, room.is_active) == ("Bureau bleu", False)
    assert "n’est plus utilisée" in words(parse(client.get(url("settings"))))


def test_two_rooms_have_two_names(client):
    RoomFactory(name="Bureau 1")
    page = parse(client.post(url("add_room"), {"name": "Bureau 1"}))
    assert "existe déjà" in words(select(page, "div[data-error-summary]")[0])
    assert Room.objects.count() == 1


REASON = {
    "label": "Aide à la mobilité", "category": "droits", "minutes": "30", "buffer_minutes": "0", "position": "300",
    "is_active": "on", "at_desk": "on",
}  # fmt: skip


def test_a_reason_gets_its_code_once(client):
    client.post(url("add_reason"), REASON)
    reason = Reason.objects.get(label="Aide à la mobilité")
    assert reason.code == "aide-a-la-mobilite"
    client.post(url("reason", reason.pk), {**REASON, "label": "Mobilité"})
    reason.refresh_from_db()
    assert (reason.label, reason.code) == ("Mobilité", "aide-a-la-mobilite")
    client.post(url("add_reason"), {**REASON, "label": "Aide à la mobilité !"})
    assert Reason.objects.get(label="Aide à la mobilité !").code == "aide-a-la-mobilite-2"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"minutes": "3"}, "La durée va de 5 à 480 minutes"),
        ({"buffer_minutes": "200"}, "battement de 0 à 120"),
        ({"private": "on"}, "« Entretien »"),
        ({"label": ""}, "obligatoire"),
        ({"category": "x"}, "x"),
    ],
)
def test_a_reason_that_makes_no_sense(client, changes, message):
    before = Reason.objects.count()
    page = parse(client.post(url("add_reason"), {**REASON, **changes}))
    assert message in words(select(page, "div[data-error-summary]")[0])
    assert Reason.objects.count() == before


def test_a_retired_reason_stays_on_its_appointments(client):
    reason = ReasonFactory(at_desk=False)
    AppointmentFactory(reason=reason)
    client.post(url("reason", reason.pk), {**REASON, "is_active": ""})
    reason.refresh_from_db()
    assert not reason.is_active
    assert reason.appointments.count() == 1


def test_a_team_has_agents_who_receive(client, claire, mehdi, nadege):
    page = parse(client.get(url("add_team")))
    offered = {box.get("value") for box in select(page, "input[name=members]")}
    assert {str(claire.pk), str(mehdi.pk)} <= offered
    assert str(nadege.pk) not in offered
    client.post(url("add_team"), {"name": "Équipe budget", "members": [claire.pk, mehdi.pk]})
    team = Team.objects.get(name="Équipe budget")
    assert set(team.members.all()) == {claire, mehdi}
    client.post(url("team", team.pk), {"name": "Équipe budget", "members": [claire.pk]})
    assert list(team.members.all()) == [claire]


def test_measured_minutes_replace_the_estimate(client):
    commune = CommuneFactory()
    client.post(url("travel"), {commune.code: "25"})
    assert TravelTime.objects.get().minutes == 25
    page = parse(client.post(url("travel"), {commune.code: "500"}))
    assert "120" in words(select(page, "div[data-error-summary]")[0])
    client.post(url("travel"), {commune.code: ""})
    assert not TravelTime.objects.exists()


@pytest.mark.parametrize("role", ["nadege", "claire", "hugo", "francoise", "david"])
def test_settings_are_for_those_who_manage_the_structure(login, request, role):
    client, team = login(request.getfixturevalue(role)), TeamFactory()
    for address in (url("settings"), url("add_room"), url("add_reason"), url("team", team.pk), url("travel")):
        assert client.get(address).status_code == 403
