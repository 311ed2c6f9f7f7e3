"""The screens of a household's file, as the agents go through them."""

from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from households.enums import BirthPrecision, Custody, HousingStatus, LinkKind, MemberRole, Protection
from households.models import Household, Person, PersonLink
from households.services import add_member, change_situation, link_persons, open_household
from tests.client import StrictClient
from tests.factories import CommuneFactory, HouseholdFactory, NoteFactory, PersonFactory
from tests.households.test_services import INES, LEO, YANN

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]

HTMX = {"HX-Request": "true"}


@pytest.fixture
def household(claire: User) -> Household:
    """Inês, Yann and Léo, in Lucé."""
    household = open_household(
        by=claire, applicant=INES, opened_on=date(2024, 3, 4), commune=CommuneFactory(luce=True)
    )
    add_member(by=claire, household=household, person=YANN, start=date(2024, 9, 1), role=MemberRole.PARTNER)
    add_member(by=claire, household=household, person=LEO, start=date(2024, 3, 4), role=MemberRole.CHILD)
    return household


@pytest.fixture
def ines(household: Household) -> Person:
    return Person.objects.get(first_names="Inês")


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
        assert "Mehdi Aouragh</td>" in page

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
    def test_results_tell_people_apart(self, household: Household, nadege: User, login: Login) -> None:
        page = login(nadege).post(url("search"), {"q": "da silva"}).content.decode()
        assert url("detail", household.pk) in page
        assert "née le 07/05/1992" not in page, "the sex is not known: nothing is guessed"
        assert "né(e) le 07/05/1992, 34 ans" in page
        assert f"Lucé · {household.number} · sans référent" in page

    def test_suggestions_are_a_fragment(self, household: Household, nadege: User, login: Login) -> None:
        page = login(nadege).post(url("search"), {"q": "da sil"}, headers=HTMX).content.decode()
        assert "<html" not in page
        assert 'role="status">2\u00a0personnes trouvées' in page
        assert url("detail", household.pk) in page

    @pytest.mark.parametrize("query", ["", "d", " "])
    def test_a_single_letter_suggests_nobody(self, query: str, nadege: User, login: Login) -> None:
        assert login(nadege).post(url("search"), {"q": query}, headers=HTMX).content == b""

    @pytest.mark.parametrize("query", ["", "\x00", "x" * 10_000, "%", "<script>alert(1)</script>"])
    def test_any_text_is_answered(self, query: str, nadege: User, login: Login) -> None:
        response = login(nadege).post(url("search"), {"q": query})
        assert response.status_code == 200
        assert b"<script>alert" not in response.content

    def test_the_log_counts_and_never_quotes(self, household: Household, nadege: User, login: Login) -> None:
        login(nadege).post(url("search"), {"q": "da silva"})
        line = AccessLog.objects.latest("pk")
        assert (line.action, line.detail) == (AccessAction.SEARCH, {"results": 2, "live": False})

    def test_no_name_ever_stands_in_an_address(
        self, household: Household, nadege: User, login: Login
    ) -> None:
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
        self, household: Household, nadege: User, login: Login
    ) -> None:
        client = login(nadege)
        values = {
            "birth_name": "Dasilva",
            "first_names": "Ines",
            "birth": "7/5/1992",
            "opened_on": "24/11/2026",
        }
        page = client.post(url("create"), values).content.decode()
        assert "Même date de naissance, même nom, même prénom" in page
        assert "Aucune de ces personnes\u00a0: créer Ines Dasilva" in page
        assert Household.objects.count() == 1
        client.post(url("create"), {**values, "confirmed": "1"})
        assert Household.objects.count() == 2

    def test_duplicates_show_while_typing_without_any_error(
        self, household: Household, nadege: User, login: Login
    ) -> None:
        values = {"birth_name": "Kerbra", "first_names": "Yan", "opened_on": ""}
        page = login(nadege).post(url("create"), values, headers=HTMX).content.decode()
        assert "Cette personne existe peut-être déjà" in page
        assert f"ménage {household.number}" in page
        assert "obligatoire" not in page
        nobody = login(nadege).post(url("create"), {"birth_name": "Zzyzx"}, headers=HTMX)
        assert nobody.content.strip() == b""

    def test_it_is_her(self, household: Household, ines: Person, nadege: User, login: Login) -> None:
        response = login(nadege).post(url("create"), {"person": str(ines.pk)}, follow=True)
        assert response.redirect_chain[-1][0] == url("detail", household.pk)
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
        self, household: Household, ines: Person, nadege: User, login: Login
    ) -> None:
        client = login(nadege)
        page = url("open_for_person", ines.pk)
        assert "Quitte son ménage actuel" in client.get(f"{page}?quitte=1").content.decode()
        refused = client.post(page, {"opened_on": "24/11/2026"})
        assert "vit dans un autre ménage" in refused.content.decode()
        client.post(page, {"opened_on": "24/11/2026", "leaves_previous": "on"})
        assert ines.memberships.get(end=None).household != household
        assert household.memberships.get(person=ines).end == date(2026, 11, 23)

    def test_only_those_who_may_create(self, isabelle: User, login: Login) -> None:
        assert login(isabelle).post(url("create"), self.VALUES).status_code == 403


class TestSynthesis:
    def test_the_social_worker_s_page(self, household: Household, claire: User, login: Login) -> None:
        change_situation(
            by=claire, household=household, on=date(2026, 3, 1), housing_status=HousingStatus.HOTEL
        )
        page = login(claire).get(url("detail", household.pk)).content.decode()
        for expected in (
            "Da Silva – Kerbrat",
            "Yann Kerbrat rejoint le ménage",
            "Ouverture du dossier",
            "Changement de situation",
            "Statut de logement",
            "Hôtel",
            "2\u00a0adultes, 1\u00a0enfant",
            'data-shortcut="alt+n"',
            "sexe de Yann Kerbrat",
        ):
            assert expected in page, expected

    def test_reception_sees_who_and_where_only(
        self, household: Household, nadege: User, login: Login
    ) -> None:
        page = login(nadege).get(url("detail", household.pk)).content.decode()
        assert "Inês Da Silva" in page
        for forbidden in ("Statut de logement", "Écrire une note", url("situation", household.pk)):
            assert forbidden not in page, forbidden
        assert login(nadege).get(url("situation", household.pk)).status_code == 403

    def test_the_direction_opens_the_situation_with_a_reason(
        self, household: Household, isabelle: User, login: Login
    ) -> None:
        client = login(isabelle)
        situation = url("situation", household.pk)
        assert "Statut de logement" not in client.get(url("detail", household.pk)).content.decode()
        asked = client.get(situation).content.decode()
        assert "Statut de logement" not in asked
        assert f'name="next" value="{situation}"' in asked
        refused = client.post(url("reason", household.pk), {"choice": "autre", "next": situation})
        assert "Écrivez le motif" in refused.content.decode()
        opened = client.post(
            url("reason", household.pk), {"choice": "Absence du référent", "next": situation}, follow=True
        )
        assert opened.redirect_chain == [(situation, 302)]
        assert "Statut de logement" in opened.content.decode()
        line = AccessLog.objects.get(action=AccessAction.REASON)
        assert (line.user, line.subject_id, line.reason) == (isabelle, household.pk, "Absence du référent")

    def test_a_reason_opens_one_file(self, household: Household, isabelle: User, login: Login) -> None:
        client = login(isabelle)
        client.post(url("reason", household.pk), {"choice": "Absence du référent"})
        other = HouseholdFactory(with_situation=True)
        assert "Retraité" not in client.get(url("situation", other.pk)).content.decode()

    def test_a_reason_never_leads_out_of_the_application(
        self, household: Household, isabelle: User, login: Login
    ) -> None:
        values = {"choice": "Absence du référent", "next": "https://exemple.test/"}
        response = login(isabelle).post(url("reason", household.pk), values)
        assert urlsplit(response.url).path == url("detail", household.pk)

    def test_the_timeline_is_filtered_and_shortened_by_the_address(
        self, household: Household, claire: User, login: Login
    ) -> None:
        for day in range(1, 19):
            NoteFactory(household=household, author=claire, held_on=date(2026, 10, day), themes=["housing"])
        client = login(claire)
        page = client.get(url("detail", household.pk)).content.decode()
        assert "Voir les 5 événements précédents" in page
        notes = client.get(url("detail", household.pk) + "?fil=notes&tout=1").content.decode()
        assert notes.count("Entretien au bureau") == 18
        assert "rejoint le ménage" not in notes
        housing = client.get(url("detail", household.pk) + "?fil=logement").content.decode()
        assert "Entretien au bureau" in housing
        nothing = client.get(url("detail", household.pk) + "?fil=energie").content.decode()
        assert "Aucun événement de cette sorte" in nothing

    def test_what_not_to_do_is_said_first(
        self, household: Household, ines: Person, nadege: User, claire: User, login: Login
    ) -> None:
        violent = PersonFactory(birth_name="Moulin", first_names="Éric")
        link_persons(
            by=claire, person=ines, other=violent, kind=LinkKind.FORMER_SPOUSE, no_contact=True,
            comment="ordonnance de protection",
        )  # fmt: skip
        page = login(nadege).get(url("detail", household.pk)).content.decode()
        assert page.index("Ne pas contacter") < page.index("Prochaines étapes")
        assert "ordonnance de protection" in page

    def test_queries_do_not_grow_with_the_file(
        self, household: Household, claire: User, login: Login, django_assert_max_num_queries: Callable
    ) -> None:
        client = login(claire)
        with CaptureQueriesContext(connection) as few:
            client.get(url("detail", household.pk))
        NoteFactory.create_batch(10, household=household, author=claire)
        for rank in range(5):
            data = PersonFactory(child=True, first_names=f"Enfant {rank}")
            add_member(
                by=claire, household=household, person=data, start=date(2026, 1, 1), role=MemberRole.CHILD
            )
        with django_assert_max_num_queries(len(few)):
            client.get(url("detail", household.pk))

    @pytest.mark.parametrize("who", ["francoise", "david", "armelle"])
    def test_others_are_refused_with_an_explanation(
        self, who: str, household: Household, request: pytest.FixtureRequest, login: Login
    ) -> None:
        response = login(request.getfixturevalue(who)).get(url("detail", household.pk))
        assert response.status_code == 403
        assert "Da Silva" not in response.content.decode()

    def test_the_psychologist_knows_own_files_only(
        self, household: Household, hugo: User, login: Login
    ) -> None:
        client = login(hugo)
        for name in ("detail", "composition", "history"):
            assert client.get(url(name, household.pk)).status_code == 404
        household.assignments.create(agent=hugo, role="other", start=date(2026, 1, 1))
        page = client.get(url("detail", household.pk)).content.decode()
        assert "Inês Da Silva" in page
        assert "Statut de logement" not in page


class TestMembers:
    def test_a_new_person_joins(self, household: Household, nadege: User, login: Login) -> None:
        values = {
            "birth_name": "Kerbrat",
            "first_names": "Nina",
            "birth": "30/06/2020",
            "role": "child",
            "custody": "alternate",
            "start": "01/09/2024",
        }
        client = login(nadege)
        page = client.post(url("member_add", household.pk), values)
        assert "Même nom seulement" in page.content.decode()
        page = client.post(url("member_add", household.pk), {**values, "confirmed": "1"}, follow=True)
        assert "Garde alternée".lower() in page.content.decode().lower()
        nina = household.memberships.get(person__first_names="Nina")
        assert (nina.custody, nina.start) == (Custody.ALTERNATE, date(2024, 9, 1))

    def test_a_known_person_is_found_and_leaves_their_home(
        self, household: Household, nadege: User, claire: User, login: Login
    ) -> None:
        person = PersonFactory(birth_name="Morel")
        open_household(by=claire, applicant=person, opened_on=date(2025, 1, 1))
        client = login(nadege)
        found = client.post(url("member_add", household.pk), {"q": "morel"}).content.decode()
        join = url("member_join", household.pk, person.pk)
        assert join in found
        values = {"role": "other", "custody": "full", "start": "24/11/2026"}
        refused = client.post(join, values).content.decode()
        assert "vit dans un autre ménage" in refused
        client.post(join, {**values, "leaves_previous": "on"})
        assert household.memberships.filter(person=person, end=None).exists()

    def test_departure_then_former_members(self, household: Household, nadege: User, login: Login) -> None:
        row = household.memberships.get(role=MemberRole.PARTNER)
        client = login(nadege)
        refused = client.post(url("membership_end", row.pk), {"end": "01/01/2020"}).content.decode()
        assert "La date de fin doit suivre" in refused
        page = client.post(url("membership_end", row.pk), {"end": "30/10/2026"}, follow=True).content.decode()
        assert "Anciens membres" in page
        assert "<h1>Da Silva</h1>" in page

    def test_another_place_from_a_day(self, household: Household, nadege: User, login: Login) -> None:
        row = household.memberships.get(role=MemberRole.CHILD)
        values = {"role": "child", "custody": "visits", "start": "01/09/2026"}
        login(nadege).post(url("membership_change", row.pk), values)
        assert list(household.memberships.filter(person=row.person).values_list("custody", flat=True)) == [
            "full",
            "visits",
        ]

    def test_address_and_departure_from_the_territory(
        self, household: Household, nadege: User, login: Login
    ) -> None:
        client = login(nadege)
        first = {"on": "04/03/2024", "street": "1 rue A", "postal_code": "28110", "place": "28218"}
        client.post(url("move", household.pk), first)
        page = client.post(
            url("move", household.pk),
            {"on": "01/10/2026", "street": "2 rue B", "place": "off", "city": "Dreux"},
            follow=True,
        ).content.decode()
        assert "2 rue B, Dreux" in page
        assert "du 04/03/2024 au 30/09/2026" in page
        assert "Hors territoire" in page
        early = client.post(url("move", household.pk), {**first, "on": "01/01/2025"}).content.decode()
        assert "depuis le 01/10/2026" in early

    def test_only_those_who_may_change(self, household: Household, isabelle: User, login: Login) -> None:
        client = login(isabelle)
        row = household.memberships.first()
        assert (
            url("member_add", household.pk)
            not in client.get(url("composition", household.pk)).content.decode()
        )
        for target in (
            url("member_add", household.pk),
            url("membership_end", row.pk),
            url("move", household.pk),
        ):
            assert client.post(target, {}).status_code == 403


class TestSituationAndReferents:
    def test_a_change_keeps_the_past(self, household: Household, claire: User, login: Login) -> None:
        client = login(claire)
        form = client.get(url("situation_change", household.pk)).content.decode()
        assert "2 d’après la composition." in form
        values = {
            "on": "01/03/2026", "adults": "2", "children": "1", "housing_status": "hotel",
            "family_type": "couple_children",
        }  # fmt: skip
        page = client.post(url("situation_change", household.pk), values, follow=True).content.decode()
        assert "Situation enregistrée à partir du 01/03/2026." in page
        assert "28/02/2026" in page
        same = client.post(url("situation_change", household.pk), {**values, "on": "01/04/2026"}, follow=True)
        assert "Rien n’a changé" in same.content.decode()
        early = client.post(
            url("situation_change", household.pk), {**values, "on": "01/01/2025", "adults": "3"}
        )
        assert "depuis le 01/03/2026" in early.content.decode()
        assert household.situations.count() == 2

    @pytest.mark.parametrize(
        ("values", "field"),
        [({"on": "25/11/2026"}, "on"), ({"adults": "-1"}, "adults"), ({"children": "99"}, "children")],
    )
    def test_errors_at_their_field(
        self, values: dict, field: str, household: Household, claire: User, login: Login
    ) -> None:
        response = login(claire).post(url("situation_change", household.pk), {"on": "01/03/2026", **values})
        assert list(response.context["form"].errors) == [field]

    def test_hand_over_and_helpers(
        self, household: Household, claire: User, mehdi: User, hugo: User, login: Login
    ) -> None:
        client = login(claire)
        page = url("referent", household.pk)
        client.post(page, {"role": "main", "agent": claire.pk, "on": "04/03/2024"})
        client.post(page, {"role": "main", "agent": mehdi.pk, "on": "24/11/2026", "note": "Audience le 8."})
        shown = client.post(page, {"role": "other", "agent": hugo.pk, "on": "24/11/2026"}, follow=True)
        assert "Audience le 8." in shown.content.decode()
        assert "référent\u00a0: Mehdi Aouragh" in shown.content.decode()
        refused = client.post(page, {"role": "main", "agent": hugo.pk, "on": "24/11/2026"})
        assert "ne peut pas être désigné" in refused.content.decode()
        helper = household.assignments.get(agent=hugo)
        assert client.post(url("assignment_end", helper.pk)).status_code == 302
        helper.refresh_from_db()
        assert helper.end == date(2026, 11, 24)
        main = household.assignments.get(agent=mehdi)
        assert client.post(url("assignment_end", main.pk)).status_code == 404, "a main référent hands over"

    def test_closing_and_reopening(self, household: Household, isabelle: User, login: Login) -> None:
        client = login(isabelle)
        assert (
            "reason" in client.post(url("close", household.pk), {"on": "24/11/2026"}).context["form"].errors
        )
        page = client.post(url("close", household.pk), {"on": "24/11/2026", "reason": "solved"}, follow=True)
        assert "Dossier clos le 24/11/2026\u00a0: demande satisfaite." in page.content.decode()
        page = client.post(url("reopen", household.pk), follow=True)
        assert "Dossier clos" not in page.content.decode()


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
        assert "<h1>Fiche de Inês Da Silva</h1>" in page

    def test_dying_before_being_born_is_refused(self, ines: Person, claire: User, login: Login) -> None:
        values = {"birth_name": "Moreira", "birth": "07/05/1992", "death_date": "01/01/1990"}
        page = login(claire).post(url("person_edit", ines.pk), values).content.decode()
        assert "Le décès ne peut pas précéder la naissance." in page

    def test_a_link_reads_both_ways(
        self, household: Household, ines: Person, claire: User, login: Login
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
        self, household: Household, ines: Person, hugo: User, login: Login
    ) -> None:
        assert login(hugo).get(url("person", ines.pk)).status_code == 404


class TestHistory:
    def test_reception_reads_identity_changes_only(
        self, household: Household, ines: Person, claire: User, nadege: User, login: Login
    ) -> None:
        change_situation(
            by=claire, household=household, on=date(2026, 3, 1), housing_status=HousingStatus.HOTEL
        )
        ines.protection = Protection.GUARDIANSHIP
        ines.phone = "+33612345678"
        ines.save()
        page = login(nadege).get(url("history", household.pk)).content.decode()
        assert "Claire Vasseur" in page
        assert "33612345678" in page
        assert "Hôtel" not in page
        assert "Tutelle" not in page
        assert "Hôtel" in login(claire).get(url("history", household.pk)).content.decode()

    def test_readings_name_the_file_by_its_number_only(
        self, household: Household, claire: User, david: User, isabelle: User, login: Login
    ) -> None:
        login(claire).get(url("detail", household.pk))
        for user in (david, isabelle):
            page = login(user).get(url("readings", household.pk)).content.decode()
            assert "Claire Vasseur" in page
            assert household.number in page
            assert "Da Silva" not in page
        assert login(claire).get(url("readings", household.pk)).status_code == 403
        assert (
            url("readings", household.pk)
            in login(isabelle).get(url("history", household.pk)).content.decode()
        )
