"""Administration, statements, and the pages that say no."""

import pytest
from django.test import RequestFactory
from django.urls import reverse

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.dashboard.errors import server_error
from cias.dashboard.navigation import SETTINGS
from cias.territory.services import get_structure
from tests.client import StrictClient
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DIRECTOR], ids=str)
def test_administration_shows_what_the_role_may_set_and_nothing_else(login, role: Role) -> None:
    user = UserFactory(role=role)
    client = login(user)
    cards = client.get("/administration/").context["entries"]
    assert cards == [entry for entry in SETTINGS if any(map(user.has_perm, entry.rights))]
    assert [client.get(reverse(entry.url_name)).status_code for entry in cards] == [200] * len(cards)
    # Every agent reads and prints the notice; who writes it finds it among the settings.
    hidden = [entry for entry in SETTINGS if entry not in cards and entry.url_name != "households:notice"]
    assert [client.get(reverse(entry.url_name)).status_code for entry in hidden] == [403] * len(hidden)


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_the_menu_never_leads_to_a_refusal(login, role: Role) -> None:
    client = login(UserFactory(role=role))
    shell = client.get("/compte/").context["shell"]
    for line in [*shell["entries"], *shell["footer"]]:
        assert client.get(line["url"], follow=True).status_code == 200, line["label"]


def test_one_line_of_the_menu_is_current(login, armelle: User) -> None:
    client = login(armelle)
    assert 'href="/" aria-current' not in text(client.get("/administration/"))
    assert 'href="/administration/" aria-current' in text(client.get("/administration/structure/"))


class TestStatements:
    def test_the_accessibility_statement_is_honest_and_gives_a_contact(self, client) -> None:
        structure = get_structure()
        structure.email = "contact@cias.test"
        structure.save()
        page = text(client.get("/accessibilite/"))
        for part in ("non conforme", "audit interne automatisé", "Défenseur des droits", "contact@cias.test"):
            assert part in page

    def test_both_statements_also_open_inside_the_application(self, login, claire: User) -> None:
        for path in ("/accessibilite/", "/donnees-personnelles/"):
            assert "Menu principal" in text(login(claire).get(path))

    def test_personal_data_names_the_dpo_when_there_is_one(self, client) -> None:
        assert "délégué à la protection des données\u00a0: <a" not in text(
            client.get("/donnees-personnelles/")
        )
        structure = get_structure()
        structure.privacy_contact = "dpo@cias.test"
        structure.save()
        assert "dpo@cias.test" in text(client.get("/donnees-personnelles/"))


class TestRefusals:
    def test_a_page_that_does_not_exist(self, client, login, claire: User) -> None:
        visitor, agent = client.get("/nulle-part/"), login(claire).get("/nulle-part/")
        assert (visitor.status_code, agent.status_code) == (404, 404)
        assert "Cette page n’existe pas" in text(visitor)
        assert "Menu principal" not in text(visitor)
        assert "Menu principal" in text(agent)

    def test_a_reserved_page_says_for_whom(self, login, claire: User) -> None:
        response = login(claire).get("/journal/")
        assert response.status_code == 403
        assert "lire le journal des consultations" in text(response)
        assert "Peuvent l’ouvrir\u00a0: Direction, Protection des données." in text(response)

    @pytest.mark.parametrize("logged", [True, False], ids=["agent", "visitor"])
    def test_a_form_from_a_page_too_old(self, claire: User, logged: bool) -> None:
        client = StrictClient(enforce_csrf_checks=True)
        if logged:
            client.force_login(claire, backend="allauth.account.auth_backends.AuthenticationBackend")
        response = client.post("/compte/connexion/", {"login": "x", "password": "y"})
        assert response.status_code == 403
        assert "ouverte depuis trop longtemps" in text(response)

    def test_a_failure_of_the_server_needs_nothing_to_be_said(self, django_assert_num_queries) -> None:
        with django_assert_num_queries(0):
            response = server_error(RequestFactory().get("/"))
        assert response.status_code == 500
        assert "Rien de ce qui était enregistré n’est perdu." in text(response)
