"""Opening a file: a name is enough, duplicates are confirmed once."""

from collections.abc import Callable
from datetime import date

import pytest
from django.urls import reverse

from cias.accounts.models import User
from households.models import Household, Person
from tests.client import StrictClient
from tests.factories import CommuneFactory, PersonFactory

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]

HTMX = {"HX-Request": "true"}


def url(name: str, *args: object) -> str:
    return reverse(f"households:{name}", args=args)


class TestOpening:
    VALUES = {"birth_name": "Le Goff", "first_names": "Maëlle", "opened_on": "24/11/2026"}

    def test_a_file_in_three_fields(self, nadege: User, login: Login) -> None:
        CommuneFactory()
        values = {**self.VALUES, "birth": "03/1985", "phone": "06 12 34 56 78", "place": "28085"}
        response = login(nadege).post(url("create"), values, follow=True)
        household = Household.objects.get()
        person = household.memberships.get().person
        assert "Le ménage M-2026-00001 est ouvert." in response.content.decode()
        assert (household.commune_id, household.opened_on) == ("28085", date(2026, 11, 24))
        assert (person.birth_label, person.phone) == ("03/1985", "+33612345678")

    def test_an_anonymous_visit(self, nadege: User, login: Login) -> None:
        login(nadege).post(url("create"), {"is_anonymous": "on", "opened_on": "24/11/2026"})
        assert Household.objects.get().memberships.get().person.is_anonymous

    def test_errors_keep_what_was_typed(self, nadege: User, login: Login) -> None:
        values = {"first_names": "Maëlle", "birth": "31/02/1990", "phone": "12", "opened_on": ""}
        response = login(nadege).post(url("create"), values)
        page = response.content.decode()
        assert set(response.context["form"].errors) == {"birth_name", "birth", "phone", "opened_on"}
        assert "Indiquez un nom, ou cochez «\u00a0reste anonyme\u00a0»." in page
        assert 'value="31/02/1990"' in page
        assert 'href="#id_birth"' in page
        assert not Household.objects.exists()

    def test_a_likely_duplicate_is_confirmed_once(
        self, family: Household, nadege: User, login: Login
    ) -> None:
        client = login(nadege)
        values = {
            "birth_name": "Dasilva",
            "first_names": "Ines",
            "birth": "7/5/1992",
            "opened_on": "24/11/2026",
        }
        page = client.post(url("create"), values).content.decode()
        assert "Ressemblance très forte\u00a0: même date de naissance, même nom, même prénom" in page
        assert "Aucune de ces personnes\u00a0: créer Ines Dasilva" in page
        assert Household.objects.count() == 1
        client.post(url("create"), {**values, "confirmed": "1"})
        assert Household.objects.count() == 2

    def test_duplicates_show_while_typing_without_any_error(
        self, family: Household, nadege: User, login: Login
    ) -> None:
        values = {"birth_name": "Kerbra", "first_names": "Yan", "opened_on": ""}
        page = login(nadege).post(url("create"), values, headers=HTMX).content.decode()
        assert "Cette personne existe peut-être déjà" in page
        assert f"ménage {family.number}" in page
        assert "obligatoire" not in page
        nobody = login(nadege).post(url("create"), {"birth_name": "Zzyzx"}, headers=HTMX)
        assert nobody.content.strip() == b""

    def test_it_is_her(self, family: Household, ines: Person, nadege: User, login: Login) -> None:
        response = login(nadege).post(url("create"), {"person": str(ines.pk)}, follow=True)
        assert response.redirect_chain[-1][0] == url("detail", family.pk)
        assert "a déjà un dossier" in response.content.decode()

    @pytest.mark.parametrize("person", ["x", "00000000-0000-4000-8000-000000000000"])
    def test_an_unknown_person_is_not_found(self, person: str, nadege: User, login: Login) -> None:
        assert login(nadege).post(url("create"), {"person": person}).status_code == 404

    def test_a_known_person_without_household_gets_one(self, nadege: User, login: Login) -> None:
        person = PersonFactory(birth_name="Morel")
        client = login(nadege)
        response = client.post(url("create"), {"person": str(person.pk)}, follow=True)
        assert response.redirect_chain[-1][0] == url("open_for_person", person.pk)
        client.post(url("open_for_person", person.pk), {"opened_on": "24/11/2026", "place": "off"})
        assert Household.objects.get().off_territory

    def test_a_member_leaves_to_their_own_household(
        self, family: Household, ines: Person, nadege: User, login: Login
    ) -> None:
        client = login(nadege)
        page = url("open_for_person", ines.pk)
        assert "Quitte son ménage actuel" in client.get(f"{page}?quitte=1").content.decode()
        refused = client.post(page, {"opened_on": "24/11/2026"})
        assert "vit dans un autre ménage" in refused.content.decode()
        client.post(page, {"opened_on": "24/11/2026", "leaves_previous": "on"})
        assert ines.memberships.get(end=None).household != family
        assert family.memberships.get(person=ines).end == date(2026, 11, 23)

    def test_only_those_who_may_create(self, isabelle: User, login: Login) -> None:
        assert login(isabelle).post(url("create"), self.VALUES).status_code == 403
