"""H16: the keys of a template, the draft, the finished letter nobody changes, and who reads it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import page as validator
import pdfplumber
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from cias.accounts.models import User
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.audit.services import state_reason
from cias.core.registry import collect_timeline
from cias.core.rich import rich_html
from cias.core.text import unaccent
from cias.territory.models import Structure
from cias.territory.services import get_structure
from households.enums import Consent, LetterCategory, LinkKind, RecipientKind
from households.letters.context import LetterContext
from households.letters.printing import letter_pdf
from households.letters.text import check_keys, known_keys, merged, still_to_complete
from households.models import Household, Letter, LetterTemplate, Person, Sharing
from households.reference.letters import SHEETS, seed
from households.services import AddressData, assign_referent, link_persons, move_household
from households.services.documents import read_document
from households.services.letters import (
    correct_letter,
    discard_letter,
    finish_letter,
    save_letter,
    save_template,
    start_letter,
)
from households.services.referrals import SharingData
from households.team import own_work
from tests.client import StrictClient
from tests.factories import (
    AppointmentFactory,
    FilePieceFactory,
    LetterFactory,
    LetterTemplateVersionFactory,
    PartnerFactory,
    ReferralOutFactory,
    RightsFileFactory,
)

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]
TODAY = date(2026, 11, 24)


def url(name: str, *args: object) -> str:
    return reverse(f"households:{name}", args=args)


def written(letter: Letter) -> str:
    """The words of the PDF, on one line."""
    with pdfplumber.open(BytesIO(letter_pdf(letter, datetime(2026, 11, 24, 9, tzinfo=UTC)))) as pdf:
        text = " ".join(page.extract_text() for page in pdf.pages)
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.fixture
def home(family: Household, claire: User) -> Household:
    address = AddressData(street="3 rue du Cygne", complement="Appt 12", postal_code="28110")
    move_household(by=claire, household=family, on=date(2024, 3, 4), address=address, commune=family.commune)
    assign_referent(by=claire, household=family, agent=claire, on=date(2026, 1, 5))
    return family


class TestFormatting:
    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("Un.\nDeux.\n\nTrois.", "<p>Un.<br>Deux.</p>\n<p>Trois.</p>"),
            ("**Gras** et ** pas gras**", "<p><strong>Gras</strong> et ** pas gras**</p>"),
            ("Voici :\n- un\n- **deux**", "<p>Voici :</p><ul><li>un</li><li><strong>deux</strong></li></ul>"),
            ("2026. Année", "<p>2026. Année</p>"),
            ("<b>non</b> & <script>", "<p>&lt;b&gt;non&lt;/b&gt; &amp; &lt;script&gt;</p>"),
            ("**<img src=x>**", "<p><strong>&lt;img src=x&gt;</strong></p>"),
            ("\n \n", ""),
        ],
    )
    def test_four_rules_and_no_html(self, text: str, html: str) -> None:
        assert rich_html(text) == html


class TestKeys:
    def test_what_each_key_says(self, home: Household, ines: Person, claire: User) -> None:
        ines.title = "mme"
        partner = PartnerFactory(
            name="Épicerie solidaire", contact="Mme Roy", city="Lucé", postal_code="28110"
        )
        referral = ReferralOutFactory(household=home, partner=partner, sent_by=claire)
        context = LetterContext(home, claire, TODAY, ines, None, referral)
        expected = {
            "date_courte": "24/11/2026", "date_longue": "24 novembre 2026", "structure": get_structure().name,
            "agent": "Claire Vasseur", "referent": "Claire Vasseur", "appel": "Madame",
            "nom_complet": "Madame Inês Da Silva", "nom_usage": "Da Silva", "nom_naissance": "Moreira",
            "naissance_courte": "07/05/1992", "naissance_longue": "7 mai 1992", "adresse_voie": "3 rue du Cygne",
            "adresse_complement": "Appt 12", "adresse_ville": "28110 Lucé",
            "adresse": "3 rue du Cygne, Appt 12, 28110 Lucé", "menage_numero": home.number, "commune": "Lucé",
            "suivi_depuis": "04/03/2024", "ayants_droit_nombre": "2",
            "ayants_droit_liste": "- Yann Kerbrat, né(e) le 03/09/1988\n- Léo Da Silva, né(e) le 22/01/2017",
            "orientation_objet": "Aide alimentaire pendant deux mois", "orientation_reponse": "02/12/2026",
            "partage_fondement": "Accord de la personne du 02/11/2026",
        }  # fmt: skip
        known = known_keys()
        assert {code: known[code].value(context) for code in expected} == expected
        to_partner = LetterContext(home, claire, TODAY, ines, partner, referral)
        assert known["appel"].value(to_partner) == "Madame, Monsieur"
        assert known["partenaire_contact"].value(to_partner) == "Mme Roy"

    def test_upper_apps_give_theirs(self, home: Household, claire: User) -> None:
        AppointmentFactory(agent=claire, household=home, start=datetime(2026, 12, 1, 9, 30, tzinfo=UTC))
        file = RightsFileFactory(household=home)
        FilePieceFactory(file=file, required=None, free_label="Avis d’impôt")
        context = LetterContext(home, claire, TODAY)
        assert merged("le {rdv_date_longue} à {rdv_heure}", context) == (
            "le mardi 1er décembre 2026 à 10\u00a0h\u00a030"
        )
        assert "- Avis d’impôt" in merged("{pieces_manquantes}", context)

    def test_neither_nir_nor_notes_are_keys(self) -> None:
        """Every key is a code one can type, described in French, and none speaks of what never leaves the house."""
        for code, key in known_keys().items():
            assert code == unaccent(code)
            assert key.label
            assert not {"nir", "note", "notes", "budget"} & set(code.split("_"))

    def test_unknown_keys_are_refused_with_the_nearest(self) -> None:
        assert check_keys("{Date longue}, {référent}") == "{date_longue}, {referent}"
        with pytest.raises(ValidationError) as error:
            check_keys("{date_longe} {nom_complet} {xyzzy}")
        assert error.value.messages == [
            "La clé {date_longe} n’existe pas. Vouliez-vous dire {date_longue} ?",
            "La clé {xyzzy} n’existe pas. Choisissez une clé de la liste.",
        ]

    def test_what_is_not_known_is_to_be_completed_and_never_raw(self, claire: User, home: Household) -> None:
        text = merged("Le {rdv_date_courte}, {presidence}", LetterContext(home, claire, TODAY))
        assert "{" not in text
        assert still_to_complete(text)[0] == "à compléter : date du prochain rendez-vous"

    def test_a_name_is_never_a_key_nor_html(self, home: Household, ines: Person, claire: User) -> None:
        ines.usual_name = "<script>alert(1)</script> {structure}"
        text = merged("{nom}", LetterContext(home, claire, TODAY, ines))
        assert text == "<script>alert(1)</script> (structure)"
        letter = LetterFactory(household=home, author=claire, body=text, address=f"{text}\n28000 Chartres")
        assert "<script>alert(1)</script> (structure)" in written(letter)

    def test_the_seeded_templates_are_well_spelt(self) -> None:
        seed()
        assert {sheet.code for sheet in SHEETS} <= set(LetterTemplate.objects.values_list("code", flat=True))
        for template in LetterTemplate.objects.all():
            version = template.versions.get()
            assert (check_keys(version.subject), check_keys(version.body)) == (version.subject, version.body)


class TestTemplates:
    def test_other_words_make_another_version(self, isabelle: User, claire: User, login: Login) -> None:
        client = login(isabelle)
        values = {"name": "Rappel", "category": "notice", "is_active": "on", "subject": "s", "body": "{apel}"}
        refused = client.post(url("letter_template_create"), values)
        assert refused.context["form"].errors["body"] == [
            "La clé {apel} n’existe pas. Vouliez-vous dire {appel} ?"
        ]
        client.post(url("letter_template_create"), {**values, "body": "{appel}, bonjour"})
        template = LetterTemplate.objects.get(name="Rappel")
        letter = LetterFactory(version=template.versions.get(), finished=True)
        client.post(url("letter_template_edit", template.pk), {**values, "body": "{Appel}, au revoir"})
        assert [row.body for row in template.versions.all()] == ["{appel}, au revoir", "{appel}, bonjour"]
        letter.refresh_from_db()
        assert letter.version.number == 1
        client.post(
            url("letter_template_edit", template.pk),
            {**values, "body": "{appel}, au revoir", "is_active": ""},
        )
        template.refresh_from_db()
        assert (template.versions.count(), template.is_active) == (2, False)
        assert "Claire" not in client.get(url("letter_template_edit", template.pk)).content.decode()

    def test_a_version_never_changes(self) -> None:
        version = LetterTemplateVersionFactory()
        version.body = "autre"
        with pytest.raises(DatabaseError), transaction.atomic():
            version.save()

    def test_reception_writes_neither_templates_nor_letters(
        self, nadege: User, family: Household, login: Login
    ) -> None:
        client = login(nadege)
        for page in (url("letter_templates"), url("letter_create", family.pk)):
            assert client.get(page).status_code == 403


@pytest.fixture
def template(claire: User) -> LetterTemplate:
    row = LetterTemplate(name="Dossier", category=LetterCategory.NOTICE)
    save_template(
        by=claire,
        template=row,
        subject="votre dossier {menage_numero}",
        body="{appel},\n\nSuivi : **{referent}**.",
    )
    return row


@pytest.fixture
def draft(claire: User, home: Household, ines: Person, template: LetterTemplate) -> Letter:
    return start_letter(
        by=claire, household=home, template=template, recipient=RecipientKind.PERSON, person=ines
    )


class TestDraft:
    def test_it_starts_with_what_is_known(self, draft: Letter, home: Household) -> None:
        assert draft.address == "Inês Da Silva\nAppt 12\n3 rue du Cygne\n28110 Lucé"
        assert draft.subject == f"votre dossier {home.number}"
        assert draft.body == "Madame, Monsieur,\n\nSuivi : **Claire Vasseur**."

    def test_its_author_alone_reads_and_writes_it(
        self, draft: Letter, mehdi: User, isabelle: User, login: Login
    ) -> None:
        state_reason(user=isabelle, subject_id=draft.household_id, reason="Réclamation")
        for user in (mehdi, isabelle):
            client = login(user)
            assert client.get(url("letter", draft.pk)).status_code == 404
            assert client.get(url("letter_print", draft.pk)).status_code == 404
        typed = {"address": "x", "subject": "s", "body": "x"}
        assert login(mehdi).post(url("letter_draft", draft.pk), typed).status_code == 404
        with pytest.raises(PermissionDenied):
            save_letter(by=mehdi, letter=draft, **typed)
        draft.refresh_from_db()
        assert draft.subject != "s"

    def test_it_is_kept_as_typed_and_waits_in_the_work_list(
        self, draft: Letter, claire: User, login: Login
    ) -> None:
        client = login(claire)
        answer = client.post(url("letter_draft", draft.pk), {"body": "Bonjour {pas", "subject": ""})
        assert "brouillon enregistré à" in answer.content.decode()
        draft.refresh_from_db()
        assert (draft.body, draft.subject) == ("Bonjour {pas", "")
        (item,) = [item for item in own_work(claire, TODAY) if item.kind == "courriers"]
        assert item.url == url("letter", draft.pk)
        client.post(url("letter_discard", draft.pk))
        assert not Letter.objects.exists()

    def test_nothing_to_complete_is_left_when_it_is_finished(
        self, draft: Letter, claire: User, login: Login
    ) -> None:
        client = login(claire)
        values = {"address": draft.address, "subject": "x", "body": "Le {rdv_date_courte}", "terminer": "1"}
        page = client.post(url("letter", draft.pk), values, follow=True).content.decode()
        assert "Il reste à compléter\u00a0: date du prochain rendez-vous." in page
        draft.refresh_from_db()
        assert draft.body == "Le [à compléter : date du prochain rendez-vous]"
        assert draft.is_draft

    def test_the_window_shows_six_lines(self, draft: Letter, claire: User, login: Login) -> None:
        values = {"address": "\n".join("abcdefg"), "subject": "x", "body": "x"}
        form = login(claire).post(url("letter", draft.pk), values).context["form"]
        assert "6 lignes de 38 signes" in form.errors["address"][0]

    def test_people_not_to_contact_are_told(
        self, draft: Letter, claire: User, home: Household, ines: Person, login: Login
    ) -> None:
        yann = Person.objects.get(first_names="Yann")
        link_persons(by=claire, person=ines, other=yann, kind=LinkKind.FORMER_SPOUSE, no_contact=True)
        for page in (url("letter_create", home.pk), url("letter", draft.pk)):
            assert "Ne pas contacter" in login(claire).get(page).content.decode()


class TestFinished:
    def test_it_is_numbered_and_tells_what_was_written(self, draft: Letter, claire: User) -> None:
        first = finish_letter(by=claire, letter=draft)
        assert first.number == "C-2026-00001"
        words = written(first)
        assert "Nos références : C-2026-00001" in words
        assert f"Objet : votre dossier {draft.household.number}" in words
        assert "Suivi : Claire Vasseur." in words
        assert "Projet" not in words
        assert first.document is not None
        assert (first.document.kind, first.document.level) == ("letter", "team")
        assert b"".join(read_document(first.document)) == letter_pdf(first, first.finished_at)
        (item,) = [item for item in collect_timeline(draft.household, claire) if item.kind == "courriers"]
        assert item.title == "Courrier C-2026-00001 à Inês Da Silva"

    def test_the_pdf_is_accessible_and_its_address_in_the_window(self, draft: Letter, claire: User) -> None:
        moment = datetime(2026, 11, 24, 9, tzinfo=UTC)
        content = letter_pdf(finish_letter(by=claire, letter=draft), moment)
        assert validator.validate_pdf_bytes(content, profile="ua1").is_compliant
        assert validator.validate_pdf_bytes(content, profile="3a").is_compliant
        mm = 25.4 / 72
        with pdfplumber.open(BytesIO(content)) as pdf:
            words = pdf.pages[0].extract_words()
        inside = [w["text"] for w in words if 100 < w["x0"] * mm < 190 and 45 < w["top"] * mm < 79]
        assert " ".join(inside).startswith("Inês Da Silva Appt 12 3 rue du Cygne 28110 Lucé")

    @pytest.mark.parametrize("change", [{"body": "autre"}, {"address": "x"}, {"number": "C-2026-09999"}])
    def test_nobody_changes_it(self, draft: Letter, claire: User, change: dict[str, str]) -> None:
        finished = finish_letter(by=claire, letter=draft)
        with pytest.raises(ValidationError, match="ne change plus"):
            save_letter(by=claire, letter=finished, address="x", subject="x", body="x")
        with pytest.raises(ValidationError):
            discard_letter(by=claire, letter=finished)
        with pytest.raises(DatabaseError), transaction.atomic():
            Letter.objects.filter(pk=finished.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            Letter.objects.filter(pk=finished.pk).delete()

    def test_a_correction_is_another_letter(
        self, draft: Letter, claire: User, mehdi: User, login: Login
    ) -> None:
        finished = finish_letter(by=claire, letter=draft)
        login(mehdi).post(url("letter_correct", finished.pk))
        correction = Letter.objects.get(corrects=finished)
        assert (correction.author, correction.body, correction.is_draft) == (mehdi, finished.body, True)
        assert finish_letter(by=mehdi, letter=correction).number == "C-2026-00002"
        assert "courrier C-2026-00002" in login(claire).get(url("letter", finished.pk)).content.decode()
        with pytest.raises(ValidationError):
            correct_letter(by=claire, letter=LetterFactory(author=claire))

    def test_who_reads_it(
        self, claire: User, mehdi: User, isabelle: User, nadege: User, family: Household, login: Login
    ) -> None:
        letter = LetterFactory(household=family, author=claire, finished=True, body="canari")
        assert "canari" in login(mehdi).get(url("letter", letter.pk)).content.decode()
        assert login(nadege).get(url("letter", letter.pk)).status_code == 403
        client = login(isabelle)
        for page in (url("letter", letter.pk), url("letter_print", letter.pk)):
            assert "Pourquoi ouvrir ce contenu" in client.get(page).content.decode()
        assert not [item for item in collect_timeline(family, isabelle) if item.kind == "courriers"]
        state_reason(user=isabelle, subject_id=family.pk, reason="Réclamation")
        assert client.get(url("letter_print", letter.pk)).headers["Content-Type"] == "application/pdf"
        line = AccessLog.objects.get(action=AccessAction.PRINT)
        assert (line.user, line.subject_id, line.detail) == (isabelle, family.pk, {"document": "courrier"})


class TestSharing:
    def test_an_orientation_letter_in_two_clicks(self, claire: User, family: Household, login: Login) -> None:
        seed()
        Structure.objects.update(phone="+33237000000")
        ines = Person.objects.get(first_names="Inês")
        referral = ReferralOutFactory(household=family, person=ines, sent_by=claire)
        client = login(claire)
        page = client.post(url("referral_letter", referral.pk), follow=True)
        form = page.context["form"]
        assert not page.context["blanks"]
        typed = {name: form[name].value() for name in ("address", "subject", "body")}
        client.post(page.redirect_chain[-1][0], {**typed, "terminer": "1"})
        letter = Letter.objects.get()
        assert (letter.number, letter.sharing) == ("C-2026-00001", referral.sharing)
        assert "Aide alimentaire pendant deux mois" in letter.body

    def test_somebody_outside_receives_nothing_without_a_footing(
        self, claire: User, family: Household, template: LetterTemplate, login: Login
    ) -> None:
        client = login(claire)
        proposed = client.get(url("letter_create", family.pk)).context["form"]["person"].value()
        assert proposed == family.memberships.get(role="applicant").person_id
        client.post(
            url("letter_create", family.pk),
            {"template": template.pk, "recipient": "free", "address": "Me Roy\n1 rue A\n28000 Chartres"},
        )
        letter = Letter.objects.get()
        values = {"address": letter.address, "subject": "x", "body": "x", "terminer": "1"}
        answer = client.post(url("letter", letter.pk), values)
        assert answer.url == url("letter_finish", letter.pk)
        with pytest.raises(ValidationError, match="partage des informations"):
            finish_letter(by=claire, letter=letter)
        client.post(answer.url, {"content": "Identité", "consent": "yes", "consent_on": "24/11/2026"})
        letter.refresh_from_db()
        assert letter.number == "C-2026-00001"
        assert Sharing.objects.get().recipient_name == "Me Roy"

    def test_a_partner_is_traced_too(self, claire: User, family: Household, template: LetterTemplate) -> None:
        partner = PartnerFactory()
        letter = start_letter(
            by=claire, household=family, template=template, recipient=RecipientKind.PARTNER, partner=partner
        )
        save_letter(by=claire, letter=letter, address=letter.address, subject="x", body="x")
        data = SharingData(content="Identité", consent=Consent.YES, consent_on=TODAY)
        finished = finish_letter(by=claire, letter=letter, sharing=data)
        assert finished.sharing is not None
        assert finished.sharing.partner == partner


def test_the_pages_ask_few_queries(
    claire: User, family: Household, login: Login, django_assert_max_num_queries: Any
) -> None:
    client = login(claire)
    counts = []
    for _ in range(2):
        for _ in range(3):
            LetterFactory(household=family, author=claire, finished=True)
            ReferralOutFactory(household=family, sent_by=claire)
        with django_assert_max_num_queries(14) as queries:
            client.get(url("referrals", family.pk))
        with django_assert_max_num_queries(12):
            client.get(url("letter_templates"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
