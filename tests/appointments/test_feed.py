"""A12: the agenda in a calendar program, read back with a library we did not write."""

import json
import logging
import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.test import Client
from django.urls import reverse
from pythonjsonlogger.json import JsonFormatter

from appointments.enums import Place, Status
from appointments.models import Appointment, CalendarFeed
from appointments.services.booking import cancel, move
from appointments.services.feed import close_feed, open_feed
from appointments.services.outcome import undo_last
from cias.accounts.models import User
from cias.core.logs import WithoutSecrets
from tests.client import StrictClient
from tests.factories import AppointmentFactory, HouseholdFactory, PersonFactory, RoomFactory

PAGE = "/agenda/mon-agenda/partage/"
PARIS = ZoneInfo("Europe/Paris")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("early")]


def fetch(secret: str) -> bytes:
    response = Client().get(reverse("appointments:feed", args=[secret]))
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    return response.content


def events(secret: str) -> list[vobject.base.Component]:
    return list(vobject.readOne(fetch(secret).decode()).contents.get("vevent", []))


@pytest.fixture
def appointment(claire_works: User) -> Appointment:
    household = HouseholdFactory(name="Kerbrat")
    person = PersonFactory(birth_name="Kerbrat", first_names="Soizic")
    return AppointmentFactory(
        agent=claire_works, household=household, person=person, room=RoomFactory(name="Bureau 7"),
        practical_note="Appeler au 06 39 98 04 17", start=datetime(2026, 11, 26, 9, tzinfo=UTC),
    )  # fmt: skip


class TestFormat:
    def test_lines_are_as_rfc_5545_wants_them(self, appointment: Appointment) -> None:
        raw = fetch(open_feed(by=appointment.agent))
        assert raw.endswith(b"END:VCALENDAR\r\n")
        assert b"\n" not in raw.replace(b"\r\n", b"")
        assert all(len(line) <= 75 for line in raw.split(b"\r\n"))

    def test_paris_time_comes_with_its_rules(self, appointment: Appointment) -> None:
        """A summer appointment and a winter one, each at the hour the agent reads on the wall."""
        july = datetime(2027, 7, 1, 10, tzinfo=PARIS)
        AppointmentFactory(agent=appointment.agent, room=None, start=july)
        secret = open_feed(by=appointment.agent)
        raw = fetch(secret).decode()
        assert "DTSTART;TZID=Europe/Paris:20261126T100000" in raw
        assert "DTSTART;TZID=Europe/Paris:20270701T100000" in raw
        zones = vobject.readOne(raw).contents["vtimezone"]
        assert [zone.tzid.value for zone in zones] == ["Europe/Paris"]
        winter, summer = (event.dtstart.value.astimezone(UTC) for event in events(secret))
        assert (winter, summer) == (appointment.start, july.astimezone(UTC))

    def test_where_and_for_which_domain_never_for_whom(self, appointment: Appointment) -> None:
        AppointmentFactory(
            agent=appointment.agent, household=appointment.household, place=Place.HOME, room=None,
            start=datetime(2026, 11, 27, 9, tzinfo=UTC),
        )  # fmt: skip
        secret = open_feed(by=appointment.agent)
        office, home = events(secret)
        assert (office.summary.value, office.location.value) == ("Rendez-vous\u00a0: Droits", "Bureau 7")
        assert home.location.value == "À domicile"
        text = re.sub(r"\r\n ", "", fetch(secret).decode())
        for private in ("Kerbrat", "Soizic", "06 39", appointment.reason.label, appointment.agent.last_name):
            assert private not in text
        assert office.url.value.endswith(f"/agenda/rendez-vous/{appointment.pk}/")

    def test_only_the_agents_own_around_today(self, appointment: Appointment, mehdi: User) -> None:
        AppointmentFactory(agent=mehdi)
        for days in (-70, 500):
            AppointmentFactory(
                agent=appointment.agent, room=None, start=appointment.start + timedelta(days=days)
            )
        (found,) = events(open_feed(by=appointment.agent))
        assert found.uid.value == str(appointment.pk)


class TestChanges:
    def test_a_moved_one_keeps_its_name_and_counts_up(self, appointment: Appointment, claire: User) -> None:
        secret = open_feed(by=claire)
        (before,) = events(secret)
        later = appointment.start + timedelta(hours=1)
        moved = move(by=claire, appointment=appointment, agent=claire, start=later)
        (after,) = events(secret)
        assert moved.start == later
        assert after.uid.value == before.uid.value
        assert (before.sequence.value, after.sequence.value) == ("0", "1")
        assert after.dtstart.value.astimezone(UTC) == later

    def test_a_cancelled_one_stays_as_cancelled_and_may_come_back(
        self, appointment: Appointment, claire: User
    ) -> None:
        secret = open_feed(by=claire)
        gone = cancel(by=claire, appointment=appointment, status=Status.CANCELLED_BY_USER)
        (event,) = events(secret)
        assert (event.status.value, event.transp.value, event.sequence.value) == (
            "CANCELLED",
            "TRANSPARENT",
            "1",
        )
        undo_last(by=claire, appointment=gone)
        (event,) = events(secret)
        assert (event.status.value, event.sequence.value) == ("CONFIRMED", "2")

    def test_what_the_feed_does_not_show_does_not_count(self, appointment: Appointment) -> None:
        Appointment.objects.filter(pk=appointment.pk).update(practical_note="Autre", revision=40)
        appointment.refresh_from_db()
        assert appointment.revision == 0


class TestAddress:
    def test_it_is_shown_once_and_kept_nowhere(self, login, claire: User) -> None:
        client = login(claire)
        assert "n’est pas partagé" in client.get(PAGE).content.decode()
        page = client.post(PAGE).content.decode()
        (secret,) = re.findall(r"/agenda/ical/([\w-]{43})\.ics", page)
        assert fetch(secret)
        assert secret not in client.get(PAGE).content.decode()
        assert secret not in CalendarFeed.objects.get().digest

    def test_a_new_one_closes_the_former(self, claire: User) -> None:
        first, second = open_feed(by=claire), open_feed(by=claire)
        assert fetch(second)
        assert Client().get(reverse("appointments:feed", args=[first])).status_code == 404

    def test_closing_it(self, login: object, claire: User) -> None:
        secret = open_feed(by=claire)
        close_feed(by=claire)
        assert Client().get(reverse("appointments:feed", args=[secret])).status_code == 404

    def test_the_button_closes_it(self, login, claire: User) -> None:
        client: StrictClient = login(claire)
        client.post(PAGE)
        page = client.post(f"{PAGE}fermer/", follow=True).content.decode()
        assert "L’adresse est fermée" in page
        assert not CalendarFeed.objects.exists()

    @pytest.mark.parametrize("field", ["is_active", "role"])
    def test_it_ends_with_the_right_to_receive(self, claire: User, field: str) -> None:
        secret = open_feed(by=claire)
        changed = {"is_active": {"is_active": False}, "role": {"role": "accueil", "has_agenda": False}}[field]
        User.objects.filter(pk=claire.pk).update(**changed)
        assert Client().get(reverse("appointments:feed", args=[secret])).status_code == 404


def test_a_failure_never_writes_the_address_in_the_log(client, claire, monkeypatch):
    """Django logs the path of what failed, and the request itself."""
    secret = open_feed(by=claire)
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(WithoutSecrets())
    handler.setFormatter(JsonFormatter("%(message)s"))
    monkeypatch.setattr(logging.getLogger("django.request"), "handlers", [handler])
    monkeypatch.setattr("appointments.views.feed.calendar_of", lambda *_: 1 / 0)
    client.raise_request_exception = False
    assert client.get(reverse("appointments:feed", args=[secret])).status_code == 500
    assert (
        json.loads(written.getvalue().splitlines()[0])["message"] == "Internal Server Error: /agenda/ical/…"
    )
    assert secret not in written.getvalue()
