"""The help in the application: panel, pages, search, first steps."""

import pytest
from django.utils import timezone

from cias.accounts.enums import Role
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.help.first_steps import SHOWN_FOR, lines
from cias.help.glossary import SLUG
from cias.help.guide import pages
from tests.client import StrictClient
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(login):
    return lambda role=Role.SOCIAL_WORKER, **fields: login(UserFactory(role=role, **fields))


class TestPanel:
    def test_every_screen_links_to_its_own_page(self, agent) -> None:
        page = agent().get("/menages/").content.decode()
        assert 'href="/aide/listes/" data-help-open data-shortcut="?"' in page

    def test_the_key_goes_with_the_others(self, agent) -> None:
        page = agent(keyboard_shortcuts=False).get("/menages/").content.decode()
        assert 'href="/aide/listes/" data-help-open>' in page

    def test_the_panel_gets_the_text_without_the_frame(self, agent) -> None:
        client = agent()
        panel = client.get("/aide/listes/", headers={"HX-Request": "true"}).content.decode()
        assert 'data-help-title="' in panel
        assert "<h1" not in panel
        assert "app-nav" not in panel
        assert "<h1>" in client.get("/aide/listes/").content.decode()

    def test_it_costs_no_query(self, agent, django_assert_num_queries) -> None:
        client = agent()
        client.get("/aide/")
        with django_assert_num_queries(3):  # session, user, structure: the frame of any page
            client.get("/aide/")

    def test_a_refused_page_has_its_help_too(self, agent) -> None:
        answer = agent(Role.BOARD).get("/menages/")
        assert answer.status_code == 403
        assert 'href="/aide/listes/"' in answer.content.decode()

    def test_an_unknown_page_is_not_found(self, agent) -> None:
        assert agent().get("/aide/nulle-part/").status_code == 404


@pytest.mark.parametrize("slug", sorted(set(pages()) - {SLUG}))
def test_every_page_is_drawn(agent, slug) -> None:
    client = agent(Role.DIRECTOR)
    for headers in ({}, {"HX-Request": "true"}):
        assert client.get(f"/aide/{slug}/", headers=headers).status_code == 200


def test_a_visitor_reads_how_to_log_in_and_nothing_else() -> None:
    client = StrictClient()
    page = client.get("/aide/connexion/")
    assert page.status_code == 200
    assert "app-nav" not in page.content.decode()
    assert client.get("/aide/listes/").url.startswith("/compte/connexion/")
    assert 'href="/aide/connexion/"' in client.get("/compte/connexion/").content.decode()


class TestContents:
    def test_ones_own_screens_come_first(self, agent) -> None:
        page = agent(Role.BOARD).get("/aide/").content.decode()
        mine, others = page.split("Le reste du guide")
        assert "/aide/chiffres-du-conseil/" in mine
        assert "/aide/notes/" in others

    def test_search_finds_passages_and_acronyms(self, agent) -> None:
        page = agent().get("/aide/", {"q": "domiciliation"}).content.decode()
        assert "/aide/domiciliation/" in page
        assert "passage" in page

    def test_what_is_not_found_is_said(self, agent) -> None:
        page = agent().get("/aide/", {"q": "<b>zygomorphe"}).content.decode()
        assert "Rien pour" in page
        assert "<b>zygo" not in page

    def test_the_glossary_explains(self, agent) -> None:
        page = agent().get("/aide/glossaire/").content.decode()
        assert "Revenu de solidarité active" in page
        assert 'id="rsa"' in page


class TestFirstSteps:
    @pytest.mark.parametrize("role", list(Role), ids=str)
    def test_a_new_account_finds_them_where_it_arrives(self, agent, role) -> None:
        client = agent(role, first_steps_since=timezone.now())
        page = client.get("/", follow=True).content.decode()
        assert "Vos premiers pas" in page

    def test_they_are_on_no_other_page(self, agent) -> None:
        page = agent(first_steps_since=timezone.now()).get("/menages/").content.decode()
        assert "Vos premiers pas" not in page

    def test_they_go_when_put_away_and_come_back_when_asked(self, agent) -> None:
        client = agent(first_steps_since=timezone.now())
        assert client.post("/aide/premiers-pas/masquer/").url == "/"
        assert "Vos premiers pas" not in client.get("/").content.decode()
        client.post("/aide/premiers-pas/")
        assert "Vos premiers pas" in client.get("/").content.decode()

    def test_they_go_by_themselves_after_two_months(self, agent) -> None:
        client = agent(first_steps_since=timezone.now() - SHOWN_FOR)
        assert "Vos premiers pas" not in client.get("/").content.decode()

    def test_what_was_done_is_ticked_what_cannot_be_known_is_not(self) -> None:
        user = UserFactory(first_steps_since=timezone.now())
        before = {line.step.title: line.done for line in lines(user)}
        AccessLog.objects.create(user=user, action=AccessAction.VIEW, url_name="households:detail")
        AccessLog.objects.create(user=UserFactory(), action=AccessAction.VIEW, url_name="dashboard:work")
        after = {line.step.title: line.done for line in lines(user)}
        assert before["Ouvrez un dossier"] is False
        assert after["Ouvrez un dossier"] is True
        assert after["Regardez ce qui est à faire"] is False
        assert after["Sachez qui voit quoi"] is None
        assert after["Protégez votre compte"] is False

    def test_two_queries_whatever_the_role(self, django_assert_max_num_queries) -> None:
        for role in Role:
            user = UserFactory(role=role, first_steps_since=timezone.now())
            with django_assert_max_num_queries(2):
                lines(user)
