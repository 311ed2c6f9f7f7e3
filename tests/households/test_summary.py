"""H16: the printed summary shows the chosen sections, at the reader's level, and masks third parties when asked."""

from collections.abc import Callable
from io import BytesIO

import page as validator
import pdfplumber
import pytest
from django.http import HttpResponse
from django.urls import reverse

from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.audit.services import state_reason
from households.enums import NoteLevel
from households.models import Household, Person
from households.services import assign_referent
from households.summary import hider, offered_sections
from tests.client import StrictClient
from tests.factories import (
    AppointmentFactory,
    LetterFactory,
    NoteFactory,
    OrientationFactory,
    PersonFactory,
    ReferralInFactory,
    ReferralOutFactory,
    RightsFileFactory,
    StayFactory,
)

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]
TEAM, CIRCLE, PERSONAL = (f"notes_{level.value}" for level in NoteLevel)


def url(household: Household) -> str:
    return reverse("households:summary", args=[household.pk])


def words(response: HttpResponse) -> str:
    assert response.headers["Content-Type"] == "application/pdf"
    with pdfplumber.open(BytesIO(response.content)) as pdf:
        text = " ".join(page.extract_text() for page in pdf.pages)
    return " ".join(text.replace("\u00a0", " ").split())


def printed(client: StrictClient, household: Household, *codes: str, **more: str) -> str:
    return words(client.get(url(household), {"sections": codes, "imprimer": "1", **more}))


def codes_for(household: Household, user: User) -> list[str]:
    return [code for code, _section in offered_sections(household, user)]


@pytest.fixture
def notes(family: Household, claire: User) -> None:
    for level in NoteLevel:
        NoteFactory(household=family, author=claire, level=level, text=f"canari-{level}")


class TestSections:
    def test_every_app_gives_its_own(self, family: Household, claire: User, login: Login) -> None:
        AppointmentFactory(agent=claire, household=family)
        RightsFileFactory(household=family)
        StayFactory(household=family)
        OrientationFactory(household=family)
        ReferralInFactory(household=family)
        ReferralOutFactory(household=family)
        LetterFactory(household=family, finished=True)
        codes = codes_for(family, claire)
        assert codes == [
            "identite", "composition", "situation", "budget", "referents", "rendez_vous", "droits", "domiciliation",
            "aides", "logement", "participations", "expulsion", "logement_social", "energie", "insertion", "ateliers",
            "emploi", "orientations", "courriers", "documents", TEAM,
        ]  # fmt: skip
        page = printed(login(claire), family, *codes)
        for expected in (
            "Synthèse du dossier", "Claire Vasseur", "confidentiel", "secret professionnel", family.number,
            "Nom de naissance Moreira", "Yann Kerbrat", "Rendez-vous à venir", "Dossiers de droits", "Séjours",
            "Orientations RSA", "Passerelle", "Courriers envoyés",
        ):  # fmt: skip
            assert expected in page

    def test_only_the_chosen_ones_and_the_log_says_which(
        self, family: Household, claire: User, login: Login
    ) -> None:
        page = printed(login(claire), family, "composition")
        assert "Vivent dans le ménage" in page
        assert "Nom de naissance" not in page
        line = AccessLog.objects.get(action=AccessAction.PRINT)
        assert (line.subject_id, line.detail) == (
            family.pk, {"document": "synthese", "sections": ["composition"], "masked": False},
        )  # fmt: skip

    def test_it_is_an_accessible_pdf(self, family: Household, claire: User, login: Login) -> None:
        answer = login(claire).get(url(family), {"sections": codes_for(family, claire), "imprimer": "1"})
        assert validator.validate_pdf_bytes(answer.content, profile="ua1").is_compliant
        assert answer.headers["Content-Disposition"] == f'inline; filename="synthese-{family.number}.pdf"'

    def test_nothing_chosen_is_an_error_at_the_field(
        self, family: Household, claire: User, login: Login
    ) -> None:
        answer = login(claire).get(url(family), {"imprimer": "1"})
        assert answer.context["form"].errors["sections"]
        assert not AccessLog.objects.filter(action=AccessAction.PRINT).exists()


@pytest.mark.usefixtures("notes")
class TestLevels:
    def test_each_reads_their_levels(
        self, family: Household, claire: User, mehdi: User, isabelle: User, login: Login
    ) -> None:
        assert {TEAM, CIRCLE, PERSONAL} <= set(codes_for(family, claire))
        assert CIRCLE not in codes_for(family, mehdi)
        page = printed(login(claire), family, TEAM, CIRCLE, PERSONAL)
        assert all(f"canari-{level}" in page for level in NoteLevel)
        assign_referent(by=claire, household=family, agent=mehdi, on=family.opened_on)
        assert PERSONAL not in codes_for(family, mehdi)
        page = printed(login(mehdi), family, TEAM, CIRCLE)
        assert "canari-team" in page
        assert "canari-personal" not in page

    def test_a_section_one_may_not_read_cannot_be_asked_for(
        self, family: Household, mehdi: User, login: Login
    ) -> None:
        answer = login(mehdi).get(url(family), {"sections": [TEAM, PERSONAL], "imprimer": "1"})
        assert answer.context["form"].errors["sections"]

    def test_the_direction_states_a_reason_first(
        self, family: Household, isabelle: User, login: Login
    ) -> None:
        client = login(isabelle)
        asked = {"sections": [TEAM], "imprimer": "1"}
        assert "Pourquoi ouvrir ce contenu" in client.get(url(family), asked).content.decode()
        state_reason(user=isabelle, subject_id=family.pk, reason="Réclamation")
        page = words(client.get(url(family), asked))
        assert "canari-team" in page
        assert "canari-circle" not in page
        assert not {CIRCLE, PERSONAL} & set(codes_for(family, isabelle))

    @pytest.mark.parametrize("role", ["nadege", "hugo", "francoise", "david", "armelle"])
    def test_nobody_else_prints_it(
        self, family: Household, role: str, login: Login, request: pytest.FixtureRequest
    ) -> None:
        assert login(request.getfixturevalue(role)).get(url(family)).status_code == 403


class TestMasked:
    def test_a_copy_names_nobody_else(
        self, family: Household, ines: Person, claire: User, login: Login
    ) -> None:
        note = NoteFactory(
            household=family, author=claire, text="Inês Da Silva dit que YANN KERBRAT et Leo sont partis."
        )
        note.persons.set([ines, Person.objects.get(first_names="Yann")])
        ReferralInFactory(
            household=family, origin="third_party", sender="Mme Roy", demand="Yann ne paie plus"
        )
        codes = ("identite", "composition", "orientations", TEAM)
        page = printed(login(claire), family, *codes, person=str(ines.pk), masked="on")
        for hidden in ("Kerbrat", "KERBRAT", "Yann", "Leo", "Léo", "22/01/2017", "Roy", "Signalement"):
            assert hidden not in page
        assert "Inês Da Silva dit que [tiers] et [tiers] sont partis." in page
        assert "9 ans" in page
        assert "art. L311-6" in page
        assert AccessLog.objects.get(action=AccessAction.PRINT).detail["masked"] is True

    def test_it_is_for_somebody(self, family: Household, claire: User, login: Login) -> None:
        answer = login(claire).get(url(family), {"sections": ["identite"], "masked": "on", "imprimer": "1"})
        assert answer.context["form"].errors["person"] == [
            "Choisissez la personne à qui la copie est remise."
        ]

    def test_names_shared_with_the_person_stay(self, family: Household, ines: Person) -> None:
        hide = hider(family, ines)
        assert hide("Mme Da Silva et Léo") == "Mme Da Silva et [tiers]"
        assert hide("kerbrat, Kerbratesque") == "[tiers], Kerbratesque"


def test_a_note_on_paper(family: Household, claire: User, mehdi: User, nadege: User, login: Login) -> None:
    note = NoteFactory(household=family, author=claire, level=NoteLevel.PERSONAL, text="Ses mots.")
    note.persons.set([PersonFactory(birth_name="Roy")])
    page = reverse("households:note_print", args=[note.pk])
    assert "Ses mots." in words(login(claire).get(page))
    assert AccessLog.objects.get(action=AccessAction.PRINT).detail == {"document": "note"}
    assert login(mehdi).get(page).status_code == 404
    assert login(nadege).get(page).status_code == 403
