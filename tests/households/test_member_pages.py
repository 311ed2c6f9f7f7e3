"""Members come and go, persons are completed and linked."""

from collections.abc import Callable
from datetime import date

import pytest
from django.urls import reverse

from cias.accounts.models import User
from households.enums import BirthPrecision, Custody, MemberRole, Protection
from households.models import Household, Person, PersonLink
from households.services import open_household
from tests.client import StrictClient
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]

HTMX = {"HX-Request": "true"}


def url(name: str, *args: object) -> str:
    return reverse(f"households:{name}", args=args)


class TestMembers:
    def test_a_new_person_joins(self, family: Household, nadege: User, login: Login) -> None:
        values = {
            "birth_name": "Kerbrat",
            "first_names": "Nina",
            "birth": "30/06/2020",
            "role": "child",
            "custody": "alternate",
            "start": "01/09/2024",
        }
        client = login(nadege)
        page = client.post(url("member_add", family.pk), values)
        assert "même nom seulement" in page.content.decode().lower()
        page = client.post(url("member_add", family.pk), {**values, "confirmed": "1"}, follow=True)
        assert "Garde alternée".lower() in page.content.decode().lower()
        nina = family.memberships.get(person__first_names="Nina")
        assert (nina.custody, nina.start) == (Custody.ALTERNATE, date(2024, 9, 1))

    def test_a_known_person_is_found_and_leaves_their_home(
        self, family: Household, nadege: User, claire: User, login: Login
    ) -> None:
        person = PersonFactory(birth_name="Morel")
        open_household(by=claire, applicant=person, opened_on=date(2025, 1, 1))
        client = login(nadege)
        found = client.post(url("member_add", family.pk), {"q": "morel"}).content.decode()
        join = url("member_join", family.pk, person.pk)
        assert join in found
        values = {"role": "other", "custody": "full", "start": "24/11/2026"}
        refused = client.post(join, values).content.decode()
        assert "vit dans un autre ménage" in refused
        client.post(join, {**values, "leaves_previous": "on"})
        assert family.memberships.filter(person=person, end=None).exists()

    def test_departure_then_former_members(self, family: Household, nadege: User, login: Login) -> None:
        row = family.memberships.get(role=MemberRole.PARTNER)
        client = login(nadege)
        refused = client.post(url("membership_end", row.pk), {"end": "01/01/2020"}).content.decode()
        assert "La date de fin doit suivre" in refused
        page = client.post(url("membership_end", row.pk), {"end": "30/10/2026"}, follow=True).content.decode()
        assert "Anciens membres" in page
        assert "<h1>Da Silva</h1>" in page

    def test_another_place_from_a_day(self, family: Household, nadege: User, login: Login) -> None:
        row = family.memberships.get(role=MemberRole.CHILD)
        values = {"role": "child", "custody": "visits", "start": "01/09/2026"}
        login(nadege).post(url("membership_change", row.pk), values)
        assert list(family.memberships.filter(person=row.person).values_list("custody", flat=True)) == [
            "full",
            "visits",
        ]

    def test_address_and_departure_from_the_territory(
        self, family: Household, nadege: User, login: Login
    ) -> None:
        client = login(nadege)
        first = {"on": "04/03/2024", "street": "1 rue A", "postal_code": "28110", "place": "28218"}
        client.post(url("move", family.pk), first)
        page = client.post(
            url("move", family.pk),
            {"on": "01/10/2026", "street": "2 rue B", "place": "off", "city": "Dreux"},
            follow=True,
        ).content.decode()
        assert "2 rue B, Dreux" in page
        assert "du 04/03/2024 au 30/09/2026" in page
        assert "Hors territoire" in page
        early = client.post(url("move", family.pk), {**first, "on": "01/01/2025"}).content.decode()
        assert "depuis le 01/10/2026" in early

    def test_only_those_who_may_change(self, family: Household, isabelle: User, login: Login) -> None:
        client = login(isabelle)
        row = family.memberships.first()
        assert url("member_add", family.pk) not in client.get(url("composition", family.pk)).content.decode()
        for target in (
            url("member_add", family.pk),
            url("membership_end", row.pk),
            url("move", family.pk),
        ):
            assert client.post(target, {}).status_code == 403


class TestPersons:
    def test_completing_a_person(self, ines: Person, claire: User, login: Login) -> None:
        values = {
            "birth_name": "Moreira", "usual_name": "Da Silva", "first_names": "Inês Maria", "sex": "f", "title": "mme",
            "birth": "1992", "phone": "+351 912 345 678", "language": "Portugais", "needs_interpreter": "on",
            "disability_recognised": "non", "protection": "tutelle", "guardian": "UDAF 28",
        }  # fmt: skip
        page = login(claire).post(url("person_edit", ines.pk), values, follow=True).content.decode()
        ines.refresh_from_db()
        assert (ines.birth_label, ines.birth_precision) == ("1992", BirthPrecision.YEAR)
        assert (ines.disability_recognised, ines.protection) == (False, Protection.GUARDIANSHIP)
        for expected in (
            "Née en 1992",
            "interprète nécessaire",
            "UDAF 28",
            "Tutelle",
        ):
            assert expected in page, expected

    def test_reception_neither_reads_nor_erases_what_is_social(
        self, ines: Person, claire: User, nadege: User, login: Login
    ) -> None:
        ines.protection = Protection.GUARDIANSHIP
        ines.disability_recognised = True
        ines.save()
        client = login(nadege)
        for name in ("person", "person_edit"):
            page = client.get(url(name, ines.pk)).content.decode()
            assert "Tutelle" not in page, name
            assert "Handicap" not in page, name
        values = {
            "birth_name": "Moreira",
            "usual_name": "Da Silva",
            "first_names": "Inês",
            "phone": "0612345678",
        }
        client.post(url("person_edit", ines.pk), {**values, "protection": ""})
        ines.refresh_from_db()
        assert (ines.phone, ines.protection, ines.disability_recognised) == (
            "+33612345678",
            Protection.GUARDIANSHIP,
            True,
        )

    def test_errors_keep_what_was_typed(self, ines: Person, claire: User, login: Login) -> None:
        values = {"first_names": "Inês", "birth": "03/19", "email": "non", "death_date": "01/01/2030"}
        response = login(claire).post(url("person_edit", ines.pk), values)
        page = response.content.decode()
        assert set(response.context["form"].errors) == {"birth_name", "birth", "email", "death_date"}
        assert 'value="03/19"' in page
        assert "<h1>Fiche d’Inês Da Silva</h1>" in page

    def test_dying_before_being_born_is_refused(self, ines: Person, claire: User, login: Login) -> None:
        values = {"birth_name": "Moreira", "birth": "07/05/1992", "death_date": "01/01/1990"}
        page = login(claire).post(url("person_edit", ines.pk), values).content.decode()
        assert "Le décès ne peut pas précéder la naissance." in page

    def test_a_link_reads_both_ways(
        self, family: Household, ines: Person, claire: User, login: Login
    ) -> None:
        leo = Person.objects.get(first_names="Léo")
        client = login(claire)
        choices = client.get(url("link_search", ines.pk)).content.decode()
        assert url("link_create", ines.pk, leo.pk) in choices
        client.post(url("link_create", ines.pk, leo.pk), {"kind": "parent"})
        assert "Parent de" in client.get(url("person", ines.pk)).content.decode()
        assert "Enfant de" in client.get(url("person", leo.pk)).content.decode()
        client.post(url("link_delete", PersonLink.objects.get().pk))
        assert not PersonLink.objects.exists()

    def test_another_person_is_found_for_a_link(self, ines: Person, claire: User, login: Login) -> None:
        far = PersonFactory(birth_name="Quéméneur")
        page = login(claire).post(url("link_search", ines.pk), {"q": "kemeneur"}).content.decode()
        assert url("link_create", ines.pk, far.pk) in page
        assert url("link_create", ines.pk, ines.pk) not in page

    def test_a_link_with_oneself_is_refused(self, ines: Person, claire: User, login: Login) -> None:
        page = login(claire).post(url("link_create", ines.pk, ines.pk), {"kind": "sibling"}).content.decode()
        assert "Un lien relie deux personnes différentes." in page

    def test_the_psychologist_does_not_link_to_persons_of_others(
        self, family: Household, ines: Person, hugo: User, login: Login
    ) -> None:
        assert login(hugo).get(url("person", ines.pk)).status_code == 404
