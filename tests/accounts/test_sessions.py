"""Sessions: what one sees of them, how they end, and that what a page asks by itself keeps nothing alive (C6)."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.accounts.sessions import open_sessions
from tests.client import StrictClient

pytestmark = pytest.mark.django_db
ME = "/compte/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def _short(settings: Any) -> None:
    settings.SESSION_IDLE_SECONDS = 1800


def page_of(response: Any) -> str:
    return response.content.decode().replace("\u00a0", " ")


class TestLimits:
    def test_half_an_hour_without_activity_ends_it(
        self, login: Callable[..., Any], claire: User, time_machine: Any
    ) -> None:
        client = login(claire)
        time_machine.move_to(timezone.now() + timedelta(minutes=29))
        assert client.get(ME).status_code == 200
        time_machine.move_to(timezone.now() + timedelta(minutes=29))
        assert client.get(ME).status_code == 200  # the page opened meanwhile was activity
        time_machine.move_to(timezone.now() + timedelta(minutes=31))
        answer = client.get(ME)
        assert answer.url == "/compte/connexion/?next=/compte/"

    def test_ten_hours_end_it_whatever_one_does(
        self, login: Callable[..., Any], claire: User, time_machine: Any
    ) -> None:
        client = login(claire)
        start = timezone.now()
        for minutes in range(20, 599, 20):
            time_machine.move_to(start + timedelta(minutes=minutes))
            assert client.post("/compte/session/continuer/").status_code == 200, minutes
        time_machine.move_to(start + timedelta(minutes=601))
        assert client.get(ME).status_code == 302

    def test_what_a_page_asks_by_itself_is_no_activity(
        self, login: Callable[..., Any], claire: User, time_machine: Any
    ) -> None:
        client = login(claire)
        start = timezone.now()
        for minutes in (10, 20, 29):
            time_machine.move_to(start + timedelta(minutes=minutes))
            assert client.get("/compte/session/", headers={"Sec-Fetch-Dest": "empty"}).status_code == 200
        time_machine.move_to(start + timedelta(minutes=31))
        assert client.get(ME).status_code == 302

    def test_the_clock_of_the_page_is_told_what_is_left(
        self, login: Callable[..., Any], claire: User, time_machine: Any
    ) -> None:
        time_machine.move_to(int(time.time()), tick=False)
        client = login(claire)
        time_machine.move_to(timezone.now() + timedelta(minutes=10), tick=False)
        asked = client.get("/compte/session/", headers={"Sec-Fetch-Dest": "empty"}).json()
        assert (asked["user"], asked["idle"], asked["absolute"]) == (str(claire.pk), 1200, 35400)
        assert client.post("/compte/session/continuer/").json()["idle"] == 1800

    def test_a_page_carries_its_clock(self, login: Callable[..., Any], claire: User) -> None:
        page = page_of(login(claire).get(ME))
        assert 'id="session-warning"' in page
        assert f'data-user="{claire.pk}"' in page
        assert 'data-warn="300"' in page

    def test_the_login_page_has_none(self, client: StrictClient) -> None:
        assert "session-warning" not in page_of(client.get("/compte/connexion/"))

    def test_a_session_without_marks_is_over(self, login: Callable[..., Any], claire: User) -> None:
        client = login(claire)
        session = client.session
        del session["seen_at"], session["opened_at"]
        session.save()
        assert client.get(ME).status_code == 302


class TestList:
    def test_each_device_with_its_last_activity_and_no_place(
        self,
        login: Callable[..., Any],
        client: StrictClient,
        with_password: Callable[[User], User],
        claire: User,
    ) -> None:
        from tests.accounts.conftest import PASSWORD

        with_password(claire)
        here = login(claire)
        client.post(
            "/compte/connexion/", {"login": claire.email, "password": PASSWORD},
            headers={"User-Agent": FIREFOX}, REMOTE_ADDR="203.0.113.9",
        )  # fmt: skip
        page = page_of(here.get(ME))
        assert "Firefox, Windows" in page
        assert "celle-ci" in page
        assert "dernière activité à" in page
        assert "203.0.113.9" not in page

    def test_one_is_ended_by_its_owner(self, login: Callable[..., Any], claire: User) -> None:
        here, elsewhere = login(claire), login(claire)
        (other,) = [
            one for one in open_sessions(claire, current=here.session.session_key) if not one.is_this_one
        ]
        assert other.handle not in (here.session.session_key, elsewhere.session.session_key)
        here.post("/compte/sessions/fermer-une/", {"session": other.handle})
        assert elsewhere.get(ME).status_code == 302
        assert here.get(ME).status_code == 200

    def test_nobody_ends_a_colleagues(self, login: Callable[..., Any], claire: User, mehdi: User) -> None:
        here, of_mehdi = login(claire), login(mehdi)
        (theirs,) = open_sessions(mehdi)
        here.post("/compte/sessions/fermer-une/", {"session": theirs.handle})
        assert of_mehdi.get(ME).status_code == 200

    def test_the_administration_ends_an_agents(
        self, login: Callable[..., Any], claire: User, armelle: User
    ) -> None:
        at_work = login(claire)
        path = f"/administration/comptes/{claire.pk}/sessions/fermer/"
        assert login(claire).post(path).status_code == 403
        login(armelle).post(path)
        assert at_work.get(ME).status_code == 302

    def test_another_role_ends_them_at_once(
        self, login: Callable[..., Any], claire: User, armelle: User
    ) -> None:
        at_work = login(claire)
        fields = {
            "first_name": "Claire", "last_name": "Vasseur", "email": claire.email, "role": Role.DIRECTOR,
        }  # fmt: skip
        admin = login(armelle)
        page = page_of(admin.post(f"/administration/comptes/{claire.pk}/modifier/", fields))
        assert "Ce que change ce rôle" in page
        assert "Lire le journal des consultations" in page
        claire.refresh_from_db()
        assert claire.role == Role.SOCIAL_WORKER
        assert at_work.get(ME).status_code == 200
        admin.post(f"/administration/comptes/{claire.pk}/modifier/", {**fields, "role_read": Role.DIRECTOR})
        claire.refresh_from_db()
        assert claire.role == Role.DIRECTOR
        assert at_work.get(ME).status_code == 302

    def test_a_page_that_loads_beside_loses_nothing_of_the_session(
        self, login: Callable[..., Any], claire: User, time_machine: Any
    ) -> None:
        """The mark of activity is written into the row as it is, not as this page read it."""
        from importlib import import_module

        from django.conf import settings as django_settings
        from django.http import HttpRequest

        from cias.accounts.sessions import touch

        client = login(claire)
        store = import_module(django_settings.SESSION_ENGINE).SessionStore
        slow = HttpRequest()
        slow.session = store(client.session.session_key)
        slow.session["seen_at"]
        quick = store(client.session.session_key)
        quick["kept"] = "by another page"
        quick.save()
        time_machine.move_to(timezone.now() + timedelta(minutes=2))
        touch(slow)
        assert store(client.session.session_key)["kept"] == "by another page"
