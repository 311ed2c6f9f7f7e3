"""Saved views: kept filters are read again through the list's own form, for whoever opens them (H15)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cias.accounts.models import User
from cias.lists.models import DefaultView, SavedView
from cias.lists.services import purge_views
from tests.client import StrictClient
from tests.factories import CommuneFactory, HouseholdFactory, SituationFactory

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]

LIST = "/menages/"


def url(name: str, *args: object) -> str:
    return reverse(f"lists:{name}", args=args)


@pytest.fixture
def town(db: None) -> None:
    luce = CommuneFactory(luce=True)
    HouseholdFactory(name="Zola", sort_key="zola", commune=luce)
    SituationFactory(household=HouseholdFactory(name="Adam", sort_key="adam"), main_resource="rsa")
    HouseholdFactory(name="Perdu", sort_key="perdu", commune=None)


def view_of(owner: User, **more: object) -> SavedView:
    return SavedView.objects.create(
        **{"owner": owner, "listing": "households", "name": "Lucé", "filters": {"commune": ["28218"]}, **more}
    )


def names(response: object) -> list[str]:
    return [str(row) for row in response.context["rows"]]  # type: ignore[attr-defined]


class TestKeeping:
    def test_what_the_list_shows_is_kept_under_a_name_and_found_again(
        self, town: None, claire: User, login: Login
    ) -> None:
        client = login(claire)
        asked = "?commune=28218&tri=recents&col=numero&col=logement"
        page = client.get(f"{url('save', 'households')}{asked}").content.decode()
        assert "commune ou secteur : Lucé" in page
        response = client.post(
            f"{url('save', 'households')}{asked}", {"name": "Lucé, logement", "is_default": "on"}
        )
        view = SavedView.objects.get()
        assert (view.filters, view.order, view.columns) == (
            {"commune": ["28218"]},
            "recents",
            ["numero", "logement"],
        )
        assert response.url == f"{LIST}?commune=28218&tri=recents&col=numero&col=logement&vue={view.pk}"
        opened = client.get(LIST)
        assert opened.url == response.url, "by default"
        shown = client.get(opened.url)
        assert names(shown) == ["Zola"]
        assert "Lucé, logement" in shown.content.decode()
        assert len(names(client.get(f"{LIST}?vue=aucune"))) == 3

    def test_an_address_is_never_trusted(self, town: None, claire: User, login: Login) -> None:
        asked = "?commune=99999&secret=1&tri=zzz&col=adresse&col=zzz&referent=x&page=3"
        login(claire).post(f"{url('save', 'households')}{asked}", {"name": "Rien"})
        view = SavedView.objects.get()
        assert (view.filters, view.order, view.columns) == ({}, "", [])

    def test_two_views_of_an_agent_never_share_a_name(self, claire: User, mehdi: User, login: Login) -> None:
        view_of(claire)
        view_of(mehdi)
        page = login(claire).post(url("save", "households"), {"name": "lucé"}).content.decode()
        assert "Vous avez déjà une vue de ce nom" in page
        assert SavedView.objects.count() == 2

    def test_a_changed_view_is_updated_by_its_owner(self, town: None, claire: User, login: Login) -> None:
        view, client = view_of(claire), login(claire)
        page = client.get(f"{LIST}?tri=numero&vue={view.pk}").content.decode()
        assert "(modifiée)" in page
        response = client.post(f"{url('replace', view.pk)}?tri=numero&vue={view.pk}")
        view.refresh_from_db()
        assert (view.filters, view.order) == ({}, "numero")
        assert "(modifiée)" not in client.get(response.url).content.decode()

    def test_a_deletion_is_taken_back_for_thirty_days(self, claire: User, login: Login) -> None:
        view, client = view_of(claire), login(claire)
        client.post(url("default", view.pk))
        page = client.post(url("delete", view.pk), follow=True).content.decode()
        assert "Rétablir" in page
        assert client.get(LIST).status_code == 200, "no longer by default"
        client.post(url("restore", view.pk))
        view.refresh_from_db()
        assert view.deleted_at is None
        view.deleted_at = timezone.now() - timedelta(days=31)
        view.save()
        assert purge_views() == 1

    def test_a_name_taken_meanwhile_is_not_given_twice(self, claire: User, login: Login) -> None:
        old, client = view_of(claire), login(claire)
        client.post(url("delete", old.pk))
        view_of(claire)
        page = client.post(url("restore", old.pk), follow=True).content.decode()
        assert "Vous avez déjà une vue de ce nom" in page


class TestSharing:
    def test_everybody_opens_a_shared_view_on_what_they_may_see(
        self, town: None, claire: User, nadege: User, login: Login
    ) -> None:
        filters = {"ressource": ["rsa"], "commune": ["28085"]}
        view = view_of(claire, name="RSA", is_shared=True, filters=filters)
        shown = login(claire).get(f"{LIST}?vue={view.pk}&ressource=rsa")
        assert names(shown) == ["Adam"]
        page = login(nadege).get(f"{LIST}?vue={view.pk}&ressource=rsa&commune=28085")
        assert "il est laissé de côté" in page.content.decode(), "the desk never filters on a situation"
        assert "RSA" in page.content.decode()
        assert names(page) == ["Adam"]
        assert "ressource" not in page.context["state"].values

    def test_a_filter_that_no_longer_exists_is_told(self, town: None, claire: User, login: Login) -> None:
        view = view_of(claire, filters={"commune": ["28218"], "disparu": ["1"], "referent": ["parti"]})
        client = login(claire)
        client.post(url("default", view.pk))
        page = client.get(LIST, follow=True)
        assert names(page) == ["Zola"]
        assert "2 filtres de cette vue n’existent plus" in page.content.decode()
        assert "2\xa0filtres laissés de côté" in client.get(url("views", "households")).content.decode()

    def test_the_view_of_an_agent_who_left_stays_and_the_direction_looks_after_it(
        self, claire: User, mehdi: User, isabelle: User, login: Login
    ) -> None:
        view = view_of(claire, is_shared=True)
        mine = view_of(claire, name="À moi")
        claire.is_active = False
        claire.save()
        page = login(mehdi).get(url("views", "households")).content.decode()
        assert "partagée par Claire Vasseur (compte fermé)" in page
        assert "À moi" not in page
        assert login(mehdi).post(url("delete", view.pk)).status_code == 404
        assert login(isabelle).get(url("change", mine.pk)).status_code == 404
        login(isabelle).post(url("change", view.pk), {"name": "Lucé centre", "is_shared": "on"})
        view.refresh_from_db()
        assert (view.name, view.is_shared, view.owner) == ("Lucé centre", True, claire)

    def test_a_view_no_longer_shared_leaves_the_others(self, claire: User, mehdi: User, login: Login) -> None:
        view = view_of(claire, is_shared=True)
        login(mehdi).post(url("default", view.pk))
        login(claire).post(url("change", view.pk), {"name": "Lucé"})
        assert not DefaultView.objects.exists()
        assert login(mehdi).get(LIST).status_code == 200
        assert login(mehdi).post(url("default", view.pk)).status_code == 404

    def test_the_desk_keeps_views_and_shares_none(self, nadege: User, login: Login) -> None:
        assert "is_shared" not in login(nadege).get(url("save", "households")).content.decode()
        login(nadege).post(url("save", "households"), {"name": "Accueil", "is_shared": "on"})
        assert not SavedView.objects.get().is_shared

    @pytest.mark.parametrize("who", ["nadege", "claire"])
    def test_unknown_lists_do_not_exist(self, who: str, request: pytest.FixtureRequest, login: Login) -> None:
        client = login(request.getfixturevalue(who))
        assert client.get(url("views", "inconnue")).status_code == 404
        assert client.get(url("save", "inconnue")).status_code == 404
