"""The screens of the end of files (C7) and of the rights of persons (C8)."""

import json
from datetime import date, timedelta
from io import BytesIO

import pdfplumber
import pytest
from django.utils import timezone

from cias.audit.models import AccessLog
from cias.core.deadlines import add_months
from households.datalife import job
from households.datalife.requests import extend_request
from households.enums.datalife import LineState, RequestKind, SlipState
from households.models import (
    DisposalRun,
    DisposalSlip,
    Household,
    HouseholdProtection,
    LegalHold,
    NamedAccess,
    PersonRequest,
    PrivacyNotice,
    RetentionRule,
)
from tests.factories import (
    AddressFactory,
    AssignmentFactory,
    HouseholdFactory,
    MembershipFactory,
    NoteFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/menages/fin-de-vie/"
SLIPS = f"{LIST}bordereaux/"
REQUESTS = "/menages/droits-des-personnes/"


@pytest.fixture
def dpo():
    return UserFactory(role="dpo", first_name="Irène", last_name="Vidal")


@pytest.fixture
def silent() -> Household:
    household = HouseholdFactory(name="Canarini", opened_on=date(2021, 3, 2))
    MembershipFactory(household=household, person=PersonFactory(birth_name="Canarini"))
    return household


def text_of(content: bytes) -> str:
    with pdfplumber.open(BytesIO(content)) as document:
        return "\n".join(page.extract_text() for page in document.pages).replace("\u00a0", " ")


class TestTheList:
    def test_it_names_files_by_their_number_only(self, login, dpo, silent) -> None:
        page = login(dpo).get(LIST).content.decode()
        assert silent.number in page
        assert "Canarini" not in page
        detail = login(dpo).get(f"{LIST}dossiers/{silent.pk}/").content.decode()
        assert "Ce qui serait effacé" in detail
        assert "Canarini" not in detail

    def test_a_file_that_is_not_due_is_held_by_its_number(self, login, dpo) -> None:
        """A dispute opens while the file is at work: it must not wait to be two years old to be held."""
        recent = HouseholdFactory(name="Canarini", opened_on=timezone.localdate())
        client = login(dpo)
        assert f'href="{LIST}dossiers/"' in client.get(LIST).content.decode()
        wrong = client.post(f"{LIST}dossiers/", {"number": "M-2019-99999"})
        assert "Aucun dossier ne porte ce numéro." in wrong.content.decode()
        found = client.post(f"{LIST}dossiers/", {"number": recent.number.lower()}, follow=True)
        assert "pas encore atteinte" in found.content.decode()
        assert "Canarini" not in found.content.decode()
        client.post(f"{LIST}dossiers/{recent.pk}/suspendre/", {"reason": "litigation", "detail": ""})
        assert LegalHold.objects.get().household == recent

    def test_the_direction_gets_there_from_the_file(self, login, isabelle, claire) -> None:
        household = HouseholdFactory()
        page = f"/menages/{household.pk}/composition/"
        assert f"{LIST}dossiers/{household.pk}/" in login(isabelle).get(page).content.decode()
        assert "Fin de vie" not in login(claire).get(page).content.decode()

    @pytest.mark.parametrize(
        ("state", "seen"), [("", 3), ("a-proposer", 1), ("suspendus", 1), ("inscrits", 1)]
    )
    def test_filters(self, login, dpo, silent, state, seen) -> None:
        listed, held = (HouseholdFactory(opened_on=date(2020, 1, 1)) for _ in range(2))
        client = login(dpo)
        client.post(LIST, {"dossier": [str(listed.pk)]})
        client.post(f"{LIST}dossiers/{held.pk}/suspendre/", {"reason": "litigation", "detail": ""})
        assert LegalHold.objects.get().set_by == dpo
        assert client.get(LIST, {"etat": state}).context["page"].paginator.count == seen

    def test_a_delay_shorter_than_the_rule_is_refused(self, login, dpo) -> None:
        young = HouseholdFactory(opened_on=add_months(timezone.localdate(), -12))
        page = login(dpo).get(LIST, {"mois": "6"})
        assert young.number not in page.content.decode()
        assert page.context["filters"].errors

    def test_others_have_no_business_there(self, login) -> None:
        for role in ("accueil", "ts", "psy", "ca", "admin"):
            assert login(UserFactory(role=role)).get(LIST).status_code == 403

    def test_a_rule_follows_another_and_the_list_obeys(self, login, dpo, silent) -> None:
        client = login(dpo)
        today = timezone.localdate()
        data = {
            "code": "file",
            "months": "240",
            "valid_from": f"{today:%d/%m/%Y}",
            "source": "Accord des Archives",
        }
        client.post(f"{LIST}durees/", data)
        assert RetentionRule.objects.filter(code="file").count() == 2
        assert silent.number not in client.get(LIST).content.decode()


@pytest.mark.django_db(transaction=True)
class TestFromTheListToTheLastWord:
    def test_the_whole_way(self, login, dpo, silent, monkeypatch) -> None:
        monkeypatch.setattr(job, "ring", lambda run_id: None)
        client, number = login(dpo), silent.number
        client.post(LIST, {"tous": "1", "note": "Boîtes 4 à 6"})
        slip = DisposalSlip.objects.get()
        page = f"{SLIPS}{slip.pk}/"
        paper = text_of(client.get(f"{page}bordereau.pdf").content)
        assert number in paper
        assert "Boîtes 4 à 6" in paper
        assert "Boîtes 4 à 6" in client.get(page).content.decode()
        assert "Visa des Archives départementales" in paper
        assert "L212-2" in paper
        assert paper.count("Établi en deux exemplaires, le") == 1
        assert "Canarini" not in paper
        today = f"{timezone.localdate():%d/%m/%Y}"
        client.post(f"{page}transmettre/", {"on": today})
        client.post(f"{page}anonymiser/", {"confirm": "1"})
        assert not DisposalRun.objects.exists(), "not before the visa"
        client.post(f"{page}visa/", {"on": today, "visa_by": "Directrice des Archives", "reference": "V-12"})
        slip.refresh_from_db()
        assert (slip.state, slip.visa_reference) == (SlipState.APPROVED, "V-12")
        client.post(f"{page}anonymiser/", {})
        assert not DisposalRun.objects.exists(), "not without the box"
        client.post(f"{page}anonymiser/", {"confirm": "1"})
        job.do_run(DisposalRun.objects.get().pk)
        assert slip.lines.get().state == LineState.ERASED
        after = client.get(page).content.decode()
        assert number in after
        assert str(silent.pk) not in after
        assert client.get(f"{LIST}dossiers/{silent.pk}/").status_code == 404
        assert client.get(f"{page}avancement/").status_code == 200

    def test_a_file_is_taken_off_with_a_reason(self, login, dpo, silent) -> None:
        client = login(dpo)
        client.post(LIST, {"dossier": [str(silent.pk)]})
        assert "BE-" in client.get(SLIPS).content.decode()
        line = DisposalSlip.objects.get().lines.get()
        client.post(f"{LIST}inscrits/{line.pk}/retirer/", {"reason": "Dossier à verser"})
        line.refresh_from_db()
        assert (line.state, line.left_because) == (LineState.LEFT, "Dossier à verser")

    def test_nothing_chosen_is_said_and_what_was_typed_stays(self, login, dpo, silent) -> None:
        client, unknown = login(dpo), "00000000-0000-4000-8000-000000000000"
        page = client.post(f"{LIST}?etat=", {"dossier": ["x"], "note": "Boîtes 4 à 6"}).content.decode()
        assert "Cochez au moins un dossier" in page
        assert "raison de rester" in client.post(LIST, {"dossier": [unknown]}).content.decode()
        assert "Boîtes 4 à 6" in page

    def test_too_long_an_observation_is_refused_at_its_field_and_the_ticks_stay(
        self, login, dpo, silent
    ) -> None:
        answer = login(dpo).post(LIST, {"dossier": [str(silent.pk)], "note": "x" * 501})
        assert "note" in answer.context["form"].errors
        page = answer.content.decode()
        assert f'value="{silent.pk}" checked' in page
        assert "x" * 501 in page
        assert not DisposalSlip.objects.exists()


@pytest.fixture
def asked(dpo) -> PersonRequest:
    """Ornella asks for her data; Bruno lives with her."""
    worker = UserFactory(last_name="Vasseur")
    household = HouseholdFactory(name="Canarini")
    ornella = PersonFactory(birth_name="Canarini", first_names="Ornella")
    bruno = PersonFactory(birth_name="Tiersini", first_names="Bruno", phone="+33639980499")
    for person, role in ((ornella, "applicant"), (bruno, "partner")):
        MembershipFactory(household=household, person=person, role=role)
    AssignmentFactory(household=household, agent=worker)
    AddressFactory(household=household, street="4 impasse Canaritude")
    NoteFactory(household=household, author=worker, text="Ornella dit que Bruno Tiersini est parti.")
    for author in (UserFactory(), worker):
        NoteFactory(household=household, author=author, text="canari-personnelle", level="personal")
    return PersonRequest.objects.create(
        household=household, person=ornella, kind=RequestKind.ACCESS, received_on=date(2026, 11, 3),
        identity_checked=True, noted_by=dpo,
    )  # fmt: skip


class TestRightsOfPersons:
    def test_a_month_to_answer_and_two_more(self, dpo, asked) -> None:
        assert asked.due_on == date(2026, 12, 3)
        extend_request(by=dpo, request=asked, on=date(2026, 11, 20))
        asked.refresh_from_db()
        assert asked.due_on == date(2027, 2, 3)

    def test_the_register_from_the_number_to_the_answer(self, login, dpo, asked) -> None:
        client = login(dpo)
        found = client.post(f"{REQUESTS}nouvelle/", {"number": asked.household.number})
        assert found.url == f"{REQUESTS}dossiers/{asked.household_id}/"
        data = {
            "person": str(asked.person_id),
            "kind": "rectification",
            "received_on": "04/11/2026",
            "asked": "Nom",
        }
        client.post(found.url, data)
        noted = PersonRequest.objects.get(kind="rectification")
        assert noted.noted_by == dpo
        page = f"{REQUESTS}{noted.pk}/"
        refused = client.post(f"{page}reponse/", {"on": "05/11/2026", "outcome": "refused", "answer": ""})
        assert "motif du refus" in refused.content.decode()
        client.post(f"{page}reponse/", {"on": "05/11/2026", "outcome": "granted", "proof": "LRAR 1A 2"})
        noted.refresh_from_db()
        assert (noted.answered_by, noted.outcome) == (dpo, "granted")
        assert "Ornella" in client.get(REQUESTS).content.decode()

    def test_the_copy_has_all_of_the_person_and_nothing_of_others(self, login, dpo, asked) -> None:
        client, page = login(dpo), f"{REQUESTS}{asked.pk}/"
        paper = text_of(client.post(f"{page}copie.pdf").content)
        raw = client.post(f"{page}copie.json")
        copy = json.loads(raw.content)
        assert copy["personne"] == "Ornella Canarini"
        for text in (paper, json.dumps(copy, ensure_ascii=False)):
            assert "Canaritude" in text
            assert "est parti" in text
            for other in ("Tiersini", "Bruno", "639980499", "39 98 04 99", "canari-personnelle"):
                assert other not in text
            assert "psychologue" in text
        assert AccessLog.objects.filter(action="export", subject_id=asked.household_id).count() == 2

    def test_who_left_reads_nothing_of_what_came_after(self, login, dpo, asked) -> None:
        """A former partner asks: neither the new address, nor the new companion, nor what was said since."""
        household = asked.household
        bruno = household.memberships.get(role="partner")
        household.memberships.filter(pk=bruno.pk).update(start=date(2025, 1, 1), end=date(2026, 3, 1))
        household.addresses.update(start=date(2026, 4, 1))
        AddressFactory(
            household=household, street="9 rue Ancienne", start=date(2025, 1, 1), end=date(2026, 3, 31)
        )
        NoteFactory(household=household, held_on=date(2026, 2, 1), text="canari-avant")
        NoteFactory(household=household, held_on=date(2026, 5, 1), text="canari-depuis")
        MembershipFactory(household=household, person=PersonFactory(), role="partner", start=date(2026, 5, 1))
        PersonRequest.objects.filter(pk=asked.pk).update(person=bruno.person_id)
        copy = json.loads(login(dpo).post(f"{REQUESTS}{asked.pk}/copie.json").content)
        text = json.dumps(copy, ensure_ascii=False)
        assert "rue Ancienne" in text
        assert "canari-avant" in text
        for later in ("Canaritude", "canari-depuis", "01/05/2026"):
            assert later not in text

    def test_a_copy_opens_the_circle_to_nobody(self, login, dpo, asked) -> None:
        """Another social worker, who may note a request and copy, would read there what the circle keeps."""
        household, page = asked.household, f"{REQUESTS}{asked.pk}/copie.json"
        referent = household.assignments.get().agent
        NoteFactory(household=household, author=referent, text="canari-cercle", level="circle")
        assert "canari-cercle" not in login(UserFactory()).post(page, follow=True).content.decode()
        for reader in (referent, dpo):
            assert "canari-cercle" in login(reader).post(page).content.decode()
        household.assignments.update(end=timezone.localdate() - timedelta(days=1))
        assert "nommez d’abord" in login(dpo).post(page, follow=True).content.decode()

    def test_a_hidden_address_is_on_no_copy(self, login, dpo, asked) -> None:
        worker = asked.household.assignments.get().agent
        protection = HouseholdProtection.objects.create(
            household=asked.household, reason="violence", hides_address=True, decided_by=dpo
        )
        NamedAccess.objects.create(protection=protection, agent=worker, given_by=dpo)
        page = f"{REQUESTS}{asked.pk}/copie.json"
        assert login(dpo).post(page).status_code == 404
        answer = login(worker).post(page)
        assert answer.status_code == 200
        assert "Canaritude" not in answer.content.decode()

    def test_no_copy_without_the_identity_or_for_another_kind(self, login, dpo, asked) -> None:
        for values in ({"identity_checked": False}, {"identity_checked": True, "kind": RequestKind.ERASURE}):
            PersonRequest.objects.filter(pk=asked.pk).update(**values)
            assert login(dpo).post(f"{REQUESTS}{asked.pk}/copie.pdf").status_code == 404

    def test_an_identity_checked_later_opens_the_copy(self, login, dpo, asked) -> None:
        PersonRequest.objects.filter(pk=asked.pk).update(identity_checked=False)
        client, page = login(dpo), f"{REQUESTS}{asked.pk}/"
        assert "Identité vérifiée" in client.get(page).content.decode()
        client.post(f"{page}identite/")
        assert client.post(f"{page}copie.json").status_code == 200

    def test_words_of_an_old_answer_go(self, asked, dpo) -> None:
        asked.answered_on, asked.answered_by, asked.outcome = date(2026, 11, 5), dpo, "granted"
        asked.asked, asked.answer, asked.proof = "canari-un", "canari-deux", "canari-trois"
        asked.save()
        job.forget_outdated(date(2031, 11, 4))
        asked.refresh_from_db()
        assert asked.answer == "canari-deux"
        job.forget_outdated(date(2031, 11, 5))
        asked.refresh_from_db()
        assert (asked.asked, asked.answer, asked.proof) == ("", "Effacé", "")
        assert PersonRequest.pgh_event_model.objects.count() == 0

    def test_the_notice_is_printed_and_has_editions(self, login, dpo) -> None:
        client = login(dpo)
        assert "CNIL" in text_of(client.get("/menages/notice/courte.pdf").content)
        today = timezone.localdate()
        data = {"valid_from": f"{today:%d/%m/%Y}", "short": "Court.", "full": "## Titre\nNouveau texte."}
        client.post("/menages/notice/ecrire/", data)
        assert PrivacyNotice.objects.first().written_by == dpo
        assert "Nouveau texte" in text_of(client.get("/menages/notice/complete.pdf").content)
        later = {
            **data,
            "valid_from": f"{today + timedelta(days=9):%d/%m/%Y}",
            "full": "## Plus tard\nDemain.",
        }
        client.post("/menages/notice/ecrire/", later)
        assert "Nouveau texte" in client.get("/menages/notice/").content.decode()
        assert login(UserFactory()).get("/menages/notice/ecrire/").status_code == 403
