"""My account, and « Qui voit quoi »."""

import pytest
from django.contrib.sessions.models import Session
from lxml import html as lxml_html

from cias.accounts.enums import Role, Scope
from cias.accounts.matrix import MATRIX
from cias.accounts.models import User
from cias.accounts.sessions import end_sessions, sessions_of
from cias.accounts.tasks import clear_sessions
from tests.accounts.conftest import PASSWORD
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_every_role_has_its_account_page(login, role: Role) -> None:
    user = UserFactory(role=role, job_title="")
    page = login(user).get("/compte/").content.decode()
    assert user.email in page
    assert Role(role).label in page
    assert "votre mot de passe est votre seule protection" in page


def test_one_key_shortcuts_can_be_switched_off(login, claire: User) -> None:
    client = login(claire)
    client.post("/compte/preferences/", {})
    claire.refresh_from_db()
    assert claire.keyboard_shortcuts is False
    client.post("/compte/preferences/", {"keyboard_shortcuts": "on"})
    claire.refresh_from_db()
    assert claire.keyboard_shortcuts is True


def test_preferences_change_nothing_else(login, claire: User) -> None:
    login(claire).post("/compte/preferences/", {"role": Role.ADMIN, "is_active": ""})
    claire.refresh_from_db()
    assert (claire.role, claire.is_active) == (Role.SOCIAL_WORKER, True)


class TestSessions:
    def test_the_other_ones_are_counted_and_ended(self, login, claire: User, mehdi: User) -> None:
        here, elsewhere, of_mehdi = login(claire), login(claire), login(mehdi)
        assert "Fermer toutes les autres" in here.get("/compte/").content.decode()
        assert here.post("/compte/sessions/fermer/", follow=True).status_code == 200
        assert elsewhere.get("/compte/").status_code == 302
        assert of_mehdi.get("/compte/").status_code == 200

    def test_ending_them_asks_for_the_password(self, login, with_password, claire: User) -> None:
        here = login(with_password(claire))
        login(claire)
        asked = here.post("/compte/sessions/fermer/")
        assert asked.url.startswith("/compte/securite/confirmer/")
        assert len(list(sessions_of(claire))) == 2
        here.post(asked.url, {"password": PASSWORD})
        assert len(list(sessions_of(claire))) == 1

    def test_a_wrong_password_confirms_nothing(self, login, with_password, claire: User) -> None:
        here = login(with_password(claire))
        asked = here.post("/compte/sessions/fermer/")
        assert "Ce mot de passe est inexact." in here.post(asked.url, {"password": "x"}).content.decode()

    def test_a_deactivated_agent_is_out_at_once(self, login, claire: User) -> None:
        client = login(claire)
        User.objects.filter(pk=claire.pk).update(is_active=False)
        assert client.get("/compte/").url.startswith("/compte/connexion/")

    def test_ending_says_how_many(self, login, claire: User) -> None:
        login(claire)
        login(claire)
        assert end_sessions(claire) == 2
        assert end_sessions(claire) == 0

    def test_the_nightly_task_forgets_the_expired_ones(self, login, claire: User) -> None:
        login(claire)
        Session.objects.update(expire_date="2026-01-01T00:00:00Z")
        login(claire)
        clear_sessions()
        clear_sessions()
        assert Session.objects.count() == 1


def test_who_sees_what_shows_the_matrix_itself(login, francoise: User) -> None:
    page = lxml_html.fromstring(login(francoise).get("/qui-voit-quoi/").content)
    words = {None: "—Non", Scope.ALL: "Oui", Scope.OWN: "Les siens", Scope.REASON: "Avec un motif"}
    shown = {
        row.xpath("string(th)").strip(): [cell.xpath("normalize-space()") for cell in row.xpath("td")]
        for row in page.xpath("//table//tbody/tr")
    }
    assert len(shown) == len(MATRIX)
    for right in MATRIX:
        cells = shown[right.label + right.note]
        assert cells == [words[right.grants.get(role)] for role in Role], right.code


def test_who_sees_what_marks_the_readers_own_role(login, francoise: User) -> None:
    page = login(francoise).get("/qui-voit-quoi/").content.decode()
    assert 'Conseil d’administration<span class="visually-hidden"> (votre rôle)</span>' in page
