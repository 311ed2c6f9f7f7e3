"""The pages of a merge (H6): find, compare, preview, confirm, undo; and the list of likely duplicates (H5)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.urls import reverse
from lxml import html

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.audit.models import AccessLog
from households.models import DistinctPersons, Household, Merge, Person
from households.services import merge
from households.services.protection import protect_household
from tests.client import StrictClient
from tests.factories import HouseholdFactory, MembershipFactory, NoteFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]


@pytest.fixture
def one() -> Person:
    person = PersonFactory(
        birth_name="Kerbrat",
        usual_name="Le Goff",
        first_names="Soizic",
        birth_date=date(1991, 2, 14),
        email="s@exemple.test",
    )
    MembershipFactory(person=person, household=HouseholdFactory(number="M-2026-90001", name="Le Goff"))
    return person


@pytest.fixture
def other() -> Person:
    person = PersonFactory(
        birth_name="Legoff",
        usual_name="",
        first_names="Soizic Marie",
        birth_date=date(1991, 2, 14),
        protection="tutelle",
    )
    MembershipFactory(person=person, household=HouseholdFactory(number="M-2026-90002", name="Legoff"))
    return person


def url(name: str, *rows: object) -> str:
    return reverse(f"households:{name}", args=[getattr(row, "pk", row) for row in rows])


def page(response: object) -> html.HtmlElement:
    assert response.status_code == 200  # type: ignore[attr-defined]
    return html.fromstring(response.content)  # type: ignore[attr-defined]


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def form_of(element: html.HtmlElement) -> dict[str, str]:
    """What the main form would send."""
    return {field.get("name"): field.get("value") for field in element.xpath(
        "//main//input[@type='hidden' or (@type='radio' and @checked)][@name!='csrfmiddlewaretoken']")}  # fmt: skip


class TestPersons:
    def test_from_the_person_to_the_merge_and_back(
        self, login: Login, claire: User, one: Person, other: Person
    ) -> None:
        NoteFactory(household=other.memberships.get().household).persons.add(other)
        client = login(claire)
        assert url("person_merge", one) in client.get(url("person", one)).content.decode()
        assert url("person_compare", one, other) in client.get(url("person_merge", one)).content.decode()

        compared = page(client.get(url("person_compare", one, other)))
        chosen = form_of(compared)
        assert chosen["first_names"] == "absorbed"
        assert chosen["usual_name"] == chosen["email"] == "survivor"
        assert "dans deux ménages (M-2026-90001 et M-2026-90002)" in text(compared)
        assert "1 note d’entretien" in text(compared)

        preview = page(client.post(url("person_compare", one, other), {**chosen, "step": "preview"}))
        assert "Voici ce qui restera" in text(preview)
        assert "Soizic Marie" in text(preview.xpath("//section[@aria-labelledby='resultat']")[0])
        assert not Merge.objects.exists()

        done = client.post(url("person_compare", one, other), {**form_of(preview), "step": "confirm"})
        made = Merge.objects.get()
        assert done.url == url("merge_detail", made)
        detail = page(client.get(done.url))
        assert "Comparer les ménages" in text(detail)
        assert client.get(url("person", other)).url == url("person", one), (
            "the old address leads to the survivor"
        )
        assert "Voir ou annuler la fusion" in client.get(url("person", one)).content.decode()

        back = client.post(url("merge_undo", made), follow=True)
        assert "La fusion est annulée" in back.content.decode()
        assert client.get(url("person", other)).status_code == 200

    def test_a_change_between_preview_and_confirm_is_shown_first(
        self, login: Login, claire: User, one: Person, other: Person
    ) -> None:
        client = login(claire)
        preview = form_of(page(client.post(url("person_compare", one, other), {"step": "preview"})))
        Person.objects.filter(pk=other.pk).update(email="nouveau@exemple.test")
        answer = page(client.post(url("person_compare", one, other), {**preview, "step": "confirm"}))
        assert "a changé entre-temps" in text(answer)
        assert not Merge.objects.exists()

    def test_sent_twice_it_answers_the_same(
        self, login: Login, claire: User, one: Person, other: Person
    ) -> None:
        client = login(claire)
        first = client.post(url("person_compare", one, other), {"step": "confirm"})
        second = client.post(url("person_compare", one, other), {"step": "confirm"}, follow=True)
        assert Merge.objects.count() == 1
        assert second.status_code in (200, 404)
        assert first.url == url("merge_detail", Merge.objects.get())

    def test_the_direction_compares_identity_only(
        self, login: Login, isabelle: User, claire: User, one: Person, other: Person
    ) -> None:
        seen = {
            user: text(page(login(user).get(url("person_compare", one, other))))
            for user in (isabelle, claire)
        }
        assert "Tutelle" in seen[claire]
        assert "Tutelle" not in seen[isabelle]
        login(isabelle).post(url("person_compare", one, other), {"step": "confirm", "protection": "survivor"})
        one.refresh_from_db()
        assert one.protection == "tutelle", "what the direction does not read follows the proposal"

    def test_both_files_must_be_accessible_and_each_reading_is_logged(
        self, login: Login, claire: User, nadege: User, hugo: User, one: Person, other: Person
    ) -> None:
        for user in (nadege, hugo):
            assert login(user).get(url("person_compare", one, other)).status_code == 403
        login(claire).get(url("person_compare", one, other))
        read = set(AccessLog.objects.filter(user=claire).values_list("object_id", flat=True))
        assert {one.pk, other.pk} <= read


class TestHouseholds:
    def test_side_by_side_then_one(self, login: Login, claire: User, one: Person, other: Person) -> None:
        kept, absorbed = one.memberships.get().household, other.memberships.get().household
        client = login(claire)
        assert url("household_merge", kept) in client.get(url("composition", kept)).content.decode()
        found = client.post(url("household_merge", kept), {"q": "M-2026-90002"}).content.decode()
        assert url("household_compare", kept, absorbed) in found
        preview = page(client.post(url("household_compare", kept, absorbed), {"step": "preview"}))
        assert "1 place dans un ménage" in text(preview)
        client.post(url("household_compare", kept, absorbed), {**form_of(preview), "step": "confirm"})
        assert Household.objects.get() == kept
        assert client.get(url("situation", absorbed)).url == url("situation", kept)
        assert "M-2026-90002" not in client.get(url("list")).content.decode()

    def test_what_was_being_sent_goes_to_the_survivor(
        self, login: Login, claire: User, one: Person, other: Person
    ) -> None:
        kept, absorbed = one.memberships.get().household, other.memberships.get().household
        merge(by=claire, survivor=kept, absorbed=absorbed)
        answer = login(claire).post(url("note_create", absorbed), {"text": "…"})
        assert (answer.status_code, answer.url) == (307, url("note_create", kept))

    def test_the_former_address_tells_nothing_to_who_may_not_know(
        self, login: Login, hugo: User, claire: User, one: Person, other: Person
    ) -> None:
        kept, absorbed = one.memberships.get().household, other.memberships.get().household
        merge(by=claire, survivor=kept, absorbed=absorbed)
        assert login(hugo).get(url("detail", absorbed)).status_code == 404
        assert login(claire).get(url("detail", "00000000-0000-4000-8000-000000000000")).status_code == 404

    def test_a_refusal_is_said_on_the_page(
        self, login: Login, claire: User, one: Person, other: Person
    ) -> None:
        kept, absorbed = one.memberships.get().household, other.memberships.get().household
        merge(by=claire, survivor=HouseholdFactory(), absorbed=absorbed)
        assert (
            login(claire).post(url("household_compare", kept, absorbed), {"step": "confirm"}).status_code
            == 307
        )


class TestProtected:
    """C3: what a merge does to a closed file, and who will read what, is said before anything is done."""

    @pytest.fixture
    def refuge(self, claire: User, mehdi: User, one: Person) -> Household:
        """The household of the first, under shelter; Claire and Mehdi are named."""
        household = one.memberships.get().household
        protect_household(by=claire, household=household, reason="sheltered", agents=[mehdi])
        household.refresh_from_db()
        return household

    def warnings(self, client: StrictClient, name: str, *rows: object) -> str:
        return " ".join(client.get(url(name, *rows)).context["warnings"]).replace("\u00a0", " ")

    def test_households_are_refused_and_the_way_is_told(
        self, login: Login, claire: User, isabelle: User, refuge: Household, other: Person
    ) -> None:
        home, client = other.memberships.get().household, login(claire)
        told = self.warnings(client, "household_compare", home, refuge)
        assert (
            "Le ménage M-2026-90001 est un dossier protégé : accès nommé pour Claire Vasseur et Mehdi Aouragh "
            "seulement. Son adresse est cachée."
        ) in told
        assert "avec accès pour Claire Vasseur et Mehdi Aouragh seulement, adresse cachée." in told
        preview = text(page(client.post(url("household_compare", home, refuge), {"step": "preview"})))
        assert "levez d’abord sa protection" in preview
        assert "La fusion sera refusée" in preview
        assert login(isabelle).get(url("household_compare", home, refuge)).status_code == 404

    def test_of_two_protections_the_strictest_is_told(
        self, login: Login, claire: User, isabelle: User, refuge: Household, other: Person
    ) -> None:
        home = other.memberships.get().household
        protect_household(by=claire, household=home, reason="elected", agents=[isabelle])
        told = self.warnings(login(claire), "household_compare", home, refuge)
        assert "accès nommé pour Claire Vasseur et Isabelle Marchand seulement. La fusion" not in told
        assert (
            "puis protégez aussitôt le ménage gardé, avec accès pour Claire Vasseur seulement, adresse cachée"
            in told
        )

    def test_a_person_who_would_come_to_light(
        self, login: Login, claire: User, mehdi: User, refuge: Household, one: Person, other: Person
    ) -> None:
        told = self.warnings(login(claire), "person_compare", other, one)
        assert "Son adresse est cachée. La fusion n’y change rien." in told
        assert "La fiche gardée se lira dans M-2026-90002, qui n’est pas protégé" in told
        preview = text(page(login(claire).post(url("person_compare", other, one), {"step": "preview"})))
        assert "La fiche gardée se lira dans M-2026-90002" in preview
        # What was told is what happens.
        merge(by=claire, survivor=other, absorbed=one)
        assert Person.objects.for_user(mehdi).filter(pk=other.pk).exists()
        assert Person.objects.for_user(UserFactory(role=Role.SOCIAL_WORKER)).filter(pk=other.pk).exists()

    def test_a_person_who_stays_hidden(
        self, login: Login, claire: User, refuge: Household, one: Person, other: Person
    ) -> None:
        told = self.warnings(login(claire), "person_compare", one, other)
        assert "La fiche gardée ne sera connue que par ce qui est protégé" in told
        assert "se lira dans" not in told
        merge(by=claire, survivor=one, absorbed=other)
        assert not Person.objects.for_user(UserFactory(role=Role.SOCIAL_WORKER)).filter(pk=one.pk).exists()

    def test_a_closed_file_is_told_to_nobody_else(
        self, login: Login, isabelle: User, claire: User, refuge: Household, one: Person, other: Person
    ) -> None:
        """The person also lives, part of the time, where everybody knows them: the closed file stays unknown."""
        MembershipFactory(person=one, custody="alternate")
        told = self.warnings(login(isabelle), "person_compare", other, one)
        assert "protégé" not in told
        assert refuge.number not in told

    def test_nothing_is_said_of_open_files(
        self, login: Login, claire: User, one: Person, other: Person
    ) -> None:
        assert "protégé" not in self.warnings(login(claire), "person_compare", one, other)


class TestLists:
    def test_recent_merges_in_few_queries(
        self, login: Login, claire: User, django_assert_max_num_queries: Callable
    ) -> None:
        for _ in range(6):
            merge(by=claire, survivor=PersonFactory(), absorbed=PersonFactory())
        client = login(claire)
        with django_assert_max_num_queries(12):
            listed = page(client.get(url("merges")))
        assert len(listed.xpath("//tbody/tr")) == 6
        assert "annulable jusqu’au 24/12/2026" in text(listed)

    def test_likely_pairs_and_the_pair_said_to_be_two(
        self,
        login: Login,
        isabelle: User,
        one: Person,
        other: Person,
        django_assert_max_num_queries: Callable,
    ) -> None:
        client = login(isabelle)
        with django_assert_max_num_queries(12):
            listed = page(client.get(url("pairs")))
        assert "Ressemblance" in text(listed).replace("ressemblance", "Ressemblance")
        assert url("person_compare", one, other) in html.tostring(listed).decode()
        client.post(url("pair_distinct", other, one))
        client.post(url("pair_distinct", one, other))
        assert DistinctPersons.objects.count() == 1
        assert "Aucune paire" in text(page(client.get(url("pairs"))))
