"""The list of households and the search box, as agents use them."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from households.models import Household
from tests.client import StrictClient
from tests.factories import CommuneFactory, HouseholdFactory

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]

HTMX = {"HX-Request": "true"}


def url(name: str, *args: object) -> str:
    return reverse(f"households:{name}", args=args)


class TestList:
    @pytest.fixture
    def town(self, claire: User, mehdi: User) -> None:
        luce = CommuneFactory(luce=True)
        HouseholdFactory(name="Zola", sort_key="zola", commune=luce, opened_on=date(2026, 11, 1))
        HouseholdFactory(name="Adam", sort_key="adam", opened_on=date(2024, 1, 1))
        HouseholdFactory(name="Parti", sort_key="parti", closed_on=date(2026, 6, 1), closing_reason="moved")
        HouseholdFactory(name="Ailleurs", sort_key="ailleurs", off_the_territory=True)
        HouseholdFactory(name="Perdu", sort_key="perdu", commune=None)
        followed = HouseholdFactory(name="Suivi", sort_key="suivi")
        followed.assignments.create(agent=mehdi, start=date(2026, 1, 5))

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["Adam", "Ailleurs", "Perdu", "Suivi", "Zola"]),
            ("commune=28218", ["Zola"]),
            ("commune=off", ["Ailleurs"]),
            ("commune=inconnue", ["Perdu"]),
            ("commune=99999", ["Adam", "Ailleurs", "Perdu", "Suivi", "Zola"]),
            ("etat=clos", ["Parti"]),
            ("etat=tous", ["Adam", "Ailleurs", "Parti", "Perdu", "Suivi", "Zola"]),
            ("etat=sans-referent", ["Adam", "Ailleurs", "Perdu", "Zola"]),
            ("tri=recents&commune=28218", ["Zola"]),
            ("tri=commune&commune=28085", ["Adam", "Suivi"]),
        ],
    )
    def test_filters(self, query: str, names: list[str], town: None, nadege: User, login: Login) -> None:
        page = login(nadege).get(f"{url('list')}?{query}").context["page"]
        assert [str(row) for row in page.object_list] == names

    def test_a_referent_s_households(self, town: None, mehdi: User, login: Login) -> None:
        page = login(mehdi).get(f"{url('list')}?referent={mehdi.pk}").content.decode()
        assert "Suivi" in page
        assert "Zola" not in page
        assert "<td>Mehdi Aouragh" in page

    def test_25_a_page_with_as_many_queries_as_for_one(
        self, nadege: User, login: Login, django_assert_num_queries: Callable
    ) -> None:
        client = login(nadege)
        HouseholdFactory(with_referent=True)
        client.get(url("list"))
        with django_assert_num_queries(10):
            client.get(url("list"))
        HouseholdFactory.create_batch(30, with_referent=True)
        with django_assert_num_queries(10):
            response = client.get(url("list"))
        assert len(response.context["page"].object_list) == 25
        assert "Page 1 sur 2" in response.content.decode()
        assert len(client.get(f"{url('list')}?page=99").context["page"].object_list) == 6

    def test_an_empty_list_says_what_to_do(self, nadege: User, login: Login) -> None:
        page = login(nadege).get(f"{url('list')}?etat=clos").content.decode()
        assert "Aucun ménage ne correspond" in page
        assert url("create") in page


class TestSearchBox:
    def test_results_tell_people_apart(self, family: Household, nadege: User, login: Login) -> None:
        page = login(nadege).post(url("search"), {"q": "da silva"}).content.decode()
        assert url("detail", family.pk) in page
        assert "née le 07/05/1992" not in page, "the sex is not known: nothing is guessed"
        assert "né(e) le 07/05/1992, 34 ans" in page
        assert f"Lucé · {family.number} · sans référent" in page

    def test_suggestions_are_a_fragment(self, family: Household, nadege: User, login: Login) -> None:
        client = login(nadege)
        with CaptureQueriesContext(connection) as queries:
            page = client.post(url("search"), {"q": "da sil"}, headers=HTMX).content.decode()
        assert not any("territory_structure" in query["sql"] for query in queries), "it has no frame"
        assert "<html" not in page
        assert 'role="status">2\u00a0personnes trouvées' in page
        assert url("detail", family.pk) in page

    @pytest.mark.parametrize("query", ["", "d", " "])
    def test_a_single_letter_suggests_nobody(self, query: str, nadege: User, login: Login) -> None:
        assert login(nadege).post(url("search"), {"q": query}, headers=HTMX).content == b""

    @pytest.mark.parametrize("query", ["", "\x00", "x" * 10_000, "%", "<script>alert(1)</script>"])
    def test_any_text_is_answered(self, query: str, nadege: User, login: Login) -> None:
        response = login(nadege).post(url("search"), {"q": query})
        assert response.status_code == 200
        assert b"<script>alert" not in response.content

    def test_the_log_counts_and_never_quotes(self, family: Household, nadege: User, login: Login) -> None:
        login(nadege).post(url("search"), {"q": "da silva"})
        line = AccessLog.objects.latest("pk")
        assert (line.action, line.detail) == (AccessAction.SEARCH, {"results": 2, "live": False})

    def test_no_name_ever_stands_in_an_address(self, family: Household, nadege: User, login: Login) -> None:
        client = login(nadege)
        page = client.get(f"{url('search')}?q=da+silva").content.decode()
        assert "Da Silva" not in page
        assert 'action="/menages/recherche/" method="post"' in page

    def test_a_commune_leads_to_its_list(self, territory: None, nadege: User, login: Login) -> None:
        page = login(nadege).post(url("search"), {"q": "luisant"}).content.decode()
        assert f"{url('list')}?commune=28220" in page

    @pytest.mark.parametrize(("who", "has"), [("nadege", True), ("isabelle", True), ("david", False)])
    def test_the_box_is_for_those_who_may_search(
        self, who: str, has: bool, request: pytest.FixtureRequest, login: Login
    ) -> None:
        page = login(request.getfixturevalue(who)).get("/compte/").content.decode()
        assert ('id="recherche"' in page) == has
