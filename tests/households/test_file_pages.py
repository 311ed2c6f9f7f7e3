"""The household's page, its situation, référents and history, role by role."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from households.enums import HousingStatus, LinkKind, MemberRole, Protection
from households.models import Household, Person
from households.services import add_member, change_situation, link_persons
from tests.client import StrictClient
from tests.factories import (
    AppointmentFactory,
    FilePieceFactory,
    HouseholdFactory,
    NoteFactory,
    PersonFactory,
    RightsFileFactory,
)

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]

HTMX = {"HX-Request": "true"}


def url(name: str, *args: object) -> str:
    return reverse(f"households:{name}", args=args)


class TestSynthesis:
    def test_the_social_worker_s_page(self, family: Household, claire: User, login: Login) -> None:
        change_situation(by=claire, household=family, on=date(2026, 3, 1), housing_status=HousingStatus.HOTEL)
        page = login(claire).get(url("detail", family.pk)).content.decode()
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

    def test_reception_sees_who_and_where_only(self, family: Household, nadege: User, login: Login) -> None:
        page = login(nadege).get(url("detail", family.pk)).content.decode()
        assert "Inês Da Silva" in page
        for forbidden in ("Statut de logement", "Écrire une note", url("situation", family.pk)):
            assert forbidden not in page, forbidden
        assert login(nadege).get(url("situation", family.pk)).status_code == 403

    def test_the_direction_opens_the_situation_with_a_reason(
        self, family: Household, isabelle: User, login: Login
    ) -> None:
        client = login(isabelle)
        situation = url("situation", family.pk)
        assert "Statut de logement" not in client.get(url("detail", family.pk)).content.decode()
        asked = client.get(situation).content.decode()
        assert "Statut de logement" not in asked
        assert f'name="next" value="{situation}"' in asked
        refused = client.post(url("reason", family.pk), {"choice": "autre", "next": situation})
        assert "Écrivez le motif" in refused.content.decode()
        opened = client.post(
            url("reason", family.pk), {"choice": "Absence du référent", "next": situation}, follow=True
        )
        assert opened.redirect_chain == [(situation, 302)]
        assert "Statut de logement" in opened.content.decode()
        line = AccessLog.objects.get(action=AccessAction.REASON)
        assert (line.user, line.subject_id, line.reason) == (isabelle, family.pk, "Absence du référent")

    def test_a_reason_opens_one_file(self, family: Household, isabelle: User, login: Login) -> None:
        client = login(isabelle)
        client.post(url("reason", family.pk), {"choice": "Absence du référent"})
        other = HouseholdFactory(with_situation=True)
        assert "Retraité" not in client.get(url("situation", other.pk)).content.decode()

    def test_a_reason_never_leads_out_of_the_application(
        self, family: Household, isabelle: User, login: Login
    ) -> None:
        values = {"choice": "Absence du référent", "next": "https://exemple.test/"}
        response = login(isabelle).post(url("reason", family.pk), values)
        assert urlsplit(response.url).path == url("detail", family.pk)

    def test_the_timeline_is_filtered_and_shortened_by_the_address(
        self, family: Household, claire: User, login: Login
    ) -> None:
        for day in range(1, 19):
            NoteFactory(household=family, author=claire, held_on=date(2026, 10, day), themes=["housing"])
        client = login(claire)
        page = client.get(url("detail", family.pk)).content.decode()
        assert "Voir les 5 événements précédents" in page
        notes = client.get(url("detail", family.pk) + "?fil=notes&tout=1").content.decode()
        assert notes.count("Entretien au bureau") == 18
        assert "rejoint le ménage" not in notes
        housing = client.get(url("detail", family.pk) + "?fil=logement").content.decode()
        assert "Entretien au bureau" in housing
        nothing = client.get(url("detail", family.pk) + "?fil=energie").content.decode()
        assert "Aucun événement de cette sorte" in nothing

    def test_what_not_to_do_is_said_first(
        self, family: Household, ines: Person, nadege: User, claire: User, login: Login
    ) -> None:
        violent = PersonFactory(birth_name="Moulin", first_names="Éric")
        link_persons(
            by=claire, person=ines, other=violent, kind=LinkKind.FORMER_SPOUSE, no_contact=True,
            comment="ordonnance de protection",
        )  # fmt: skip
        page = login(nadege).get(url("detail", family.pk)).content.decode()
        assert page.index("Ne pas contacter") < page.index("Prochaines étapes")
        assert "ordonnance de protection" in page

    def test_queries_do_not_grow_with_the_file(
        self, family: Household, claire: User, login: Login, django_assert_max_num_queries: Callable
    ) -> None:
        client = login(claire)
        with CaptureQueriesContext(connection) as few:
            client.get(url("detail", family.pk))
        assert len(few) <= 16
        NoteFactory.create_batch(10, household=family, author=claire)
        for rank in range(5):
            data = PersonFactory(child=True, first_names=f"Enfant {rank}")
            add_member(
                by=claire, household=family, person=data, start=date(2026, 1, 1), role=MemberRole.CHILD
            )
        with django_assert_max_num_queries(len(few)):
            client.get(url("detail", family.pk))

    def test_the_story_is_read_once_for_what_is_due_too(
        self, family: Household, claire: User, login: Login
    ) -> None:
        FilePieceFactory(file=RightsFileFactory(household=family, agent=claire), received=True)
        AppointmentFactory(household=family, agent=claire, start=datetime(2026, 11, 2, 9, tzinfo=UTC))
        with CaptureQueriesContext(connection) as queries:
            page = login(claire).get(url("detail", family.pk)).content.decode()
        assert "1\u00a0pièce reçue à vérifier" in page
        assert "pièce reçue</a>" in page
        for table in ("rights_rightsfile", "appointments_appointment"):
            assert sum(f'" FROM "{table}" ' in query["sql"] for query in queries) == 1, table

    @pytest.mark.parametrize("who", ["francoise", "david", "armelle"])
    def test_others_are_refused_with_an_explanation(
        self, who: str, family: Household, request: pytest.FixtureRequest, login: Login
    ) -> None:
        response = login(request.getfixturevalue(who)).get(url("detail", family.pk))
        assert response.status_code == 403
        assert "Da Silva" not in response.content.decode()

    def test_the_psychologist_knows_own_files_only(self, family: Household, hugo: User, login: Login) -> None:
        client = login(hugo)
        for name in ("detail", "composition", "history"):
            assert client.get(url(name, family.pk)).status_code == 404
        family.assignments.create(agent=hugo, role="other", start=date(2026, 1, 1))
        page = client.get(url("detail", family.pk)).content.decode()
        assert "Inês Da Silva" in page
        assert "Statut de logement" not in page


class TestSituationAndReferents:
    def test_a_change_keeps_the_past(self, family: Household, claire: User, login: Login) -> None:
        client = login(claire)
        form = client.get(url("situation_change", family.pk)).content.decode()
        assert "2 d’après la composition." in form
        values = {
            "on": "01/03/2026", "adults": "2", "children": "1", "housing_status": "hotel",
            "family_type": "couple_children",
        }  # fmt: skip
        page = client.post(url("situation_change", family.pk), values, follow=True).content.decode()
        assert "Situation enregistrée à partir du 01/03/2026." in page
        assert "28/02/2026" in page
        same = client.post(url("situation_change", family.pk), {**values, "on": "01/04/2026"}, follow=True)
        assert "Rien n’a changé" in same.content.decode()
        early = client.post(url("situation_change", family.pk), {**values, "on": "01/01/2025", "adults": "3"})
        assert "depuis le 01/03/2026" in early.content.decode()
        assert family.situations.count() == 2

    @pytest.mark.parametrize(
        ("values", "field"),
        [({"on": "25/11/2026"}, "on"), ({"adults": "-1"}, "adults"), ({"children": "99"}, "children")],
    )
    def test_errors_at_their_field(
        self, values: dict, field: str, family: Household, claire: User, login: Login
    ) -> None:
        response = login(claire).post(url("situation_change", family.pk), {"on": "01/03/2026", **values})
        assert list(response.context["form"].errors) == [field]

    def test_hand_over_and_helpers(
        self, family: Household, claire: User, mehdi: User, hugo: User, login: Login
    ) -> None:
        client = login(claire)
        page = url("referent", family.pk)
        client.post(page, {"role": "main", "agent": claire.pk, "on": "04/03/2024"})
        client.post(page, {"role": "main", "agent": mehdi.pk, "on": "24/11/2026", "note": "Audience le 8."})
        shown = client.post(page, {"role": "other", "agent": hugo.pk, "on": "24/11/2026"}, follow=True)
        assert "Audience le 8." in shown.content.decode()
        assert "référent\u00a0: Mehdi Aouragh" in shown.content.decode()
        refused = client.post(page, {"role": "main", "agent": hugo.pk, "on": "24/11/2026"})
        assert "ne peut pas être désigné" in refused.content.decode()
        helper = family.assignments.get(agent=hugo)
        assert client.post(url("assignment_end", helper.pk)).status_code == 302
        helper.refresh_from_db()
        assert helper.end == date(2026, 11, 24)
        main = family.assignments.get(agent=mehdi)
        assert client.post(url("assignment_end", main.pk)).status_code == 404, "a main référent hands over"

    def test_closing_and_reopening(self, family: Household, isabelle: User, login: Login) -> None:
        client = login(isabelle)
        assert "reason" in client.post(url("close", family.pk), {"on": "24/11/2026"}).context["form"].errors
        ended = {"on": "24/11/2026", "reason": "solved", "outcome": "partly"}
        page = client.post(url("close", family.pk), ended, follow=True).content.decode()
        assert (
            "Dossier clos le 24/11/2026\u00a0: demande satisfaite, objectifs partiellement atteints." in page
        )
        assert client.post(url("reopen", family.pk), {}).context["form"].errors, "why it is reopened"
        page = client.post(url("reopen", family.pk), {"reason": "Nouvelle demande"}, follow=True)
        assert "est rouvert" in page.content.decode()
        assert "Dossier clos le" not in page.content.decode()


class TestHistory:
    def test_reception_reads_identity_changes_only(
        self, family: Household, ines: Person, claire: User, nadege: User, login: Login
    ) -> None:
        change_situation(by=claire, household=family, on=date(2026, 3, 1), housing_status=HousingStatus.HOTEL)
        ines.protection = Protection.GUARDIANSHIP
        ines.phone = "+33612345678"
        ines.save()
        page = login(nadege).get(url("history", family.pk)).content.decode()
        assert "Claire Vasseur" in page
        assert "Téléphone" in page
        assert "06\u00a012\u00a034\u00a056\u00a078" in page
        assert "Hôtel" not in page
        assert "Tutelle" not in page
        assert "Hôtel" in login(claire).get(url("history", family.pk)).content.decode()

    def test_readings_name_the_file_by_its_number_only(
        self, family: Household, claire: User, david: User, isabelle: User, login: Login
    ) -> None:
        login(claire).get(url("detail", family.pk))
        for user in (david, isabelle):
            page = login(user).get(url("readings", family.pk)).content.decode()
            assert "Claire Vasseur" in page
            assert family.number in page
            assert "Da Silva" not in page
        assert login(claire).get(url("readings", family.pk)).status_code == 403
        assert url("readings", family.pk) in login(isabelle).get(url("history", family.pk)).content.decode()
