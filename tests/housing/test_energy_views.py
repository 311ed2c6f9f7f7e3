"""Pages of the programme: who opens them, what is said at the field, what the tablet sends."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from appointments.enums import Category
from appointments.models import Reason
from cias.audit.models import AccessLog
from cias.audit.services import state_reason
from housing.energy.enums import EnergyState
from housing.models import EnergyFile, EnergyVisit, IncomeCeiling
from tests.factories import (
    AppointmentFactory,
    EnergyFileFactory,
    EnergyOrientationFactory,
    EnergyVisitFactory,
    HouseholdFactory,
    MembershipFactory,
    ReasonFactory,
    RightsFileFactory,
    RoomReadingFactory,
)

pytestmark = pytest.mark.django_db
REPORT = {
    "reported_on": "05/10/2026", "informant": "town_hall", "consent_on": "05/10/2026", "grounds": ["damp", "cold"],
    "priority": "urgent", "persons": "3", "tax_income": "15000", "occupancy": "private",
}  # fmt: skip


def url(name: str, *args: object) -> str:
    return reverse(f"housing:energy_{name}", args=args)


def test_a_signalement_is_recorded_and_a_second_one_said(login, claire) -> None:
    household = MembershipFactory().household
    client = login(claire)
    page = client.get(url("report", household.pk)).content.decode()
    assert "Signaler au SLIME" in page
    refused = client.post(
        url("report", household.pk), {**REPORT, "agent": claire.pk, "grounds": [], "persons": "0"}
    )
    text = refused.content.decode()
    assert "<title>Erreur" in text
    assert 'value="15000"' in text
    answer = client.post(url("report", household.pk), {**REPORT, "agent": claire.pk}, follow=True)
    file = EnergyFile.objects.get()
    assert f"Signalement enregistré\u00a0: dossier {file.number}" in answer.content.decode()
    assert "très modeste" in answer.content.decode()
    assert "Ce ménage est déjà signalé" in client.get(url("report", household.pk)).content.decode()
    again = client.post(url("report", household.pk), {**REPORT, "agent": claire.pk}).content.decode()
    assert "Complétez-le plutôt que de le doubler" in again
    assert AccessLog.objects.filter(user=claire, subject_id=household.pk).exists()


def test_a_contact_without_consent_is_refused_in_words(login, claire) -> None:
    file = EnergyFileFactory(consent_on=None)
    values = {"on": "05/10/2026", "means": "phone", "outcome": "agreed"}
    page = login(claire).post(url("contact", file.pk), values).content.decode()
    assert "L’accord du ménage n’est pas enregistré" in page


def test_the_booked_appointment_becomes_the_visit_in_one_click(login, claire) -> None:
    file = EnergyFileFactory(state=EnergyState.CONTACTED, agent=claire)
    client = login(claire)
    page = client.get(url("file", file.pk)).content.decode()
    assert "Fixer la visite" in page
    assert f"menage={file.household_id}" in page
    appointment = AppointmentFactory(
        household=file.household, agent=claire, reason=ReasonFactory(category=Category.ENERGY),
        start=timezone.now() + timedelta(days=2),
    )  # fmt: skip
    assert "C’est la visite 1" in client.get(url("file", file.pk)).content.decode()
    page = client.post(url("plan", file.pk, appointment.pk), follow=True).content.decode()
    assert "Remplir la visite 1" in page
    page = client.post(url("undo", file.pk), follow=True).content.decode()
    assert "Étape annulée" in page
    assert "C’est la visite 1" in page


def test_the_booking_page_opens_prefilled_and_leads_back(login, claire) -> None:
    household = MembershipFactory().household
    file = EnergyFileFactory(state=EnergyState.CONTACTED, agent=claire, household=household)
    client = login(claire)
    reason = Reason.objects.get(code="slime")
    back = url("file", file.pk)
    query = {"menage": file.household_id, "motif": "slime", "lieu": "home", "suite": back, "agent": claire.pk}
    page = client.get(reverse("appointments:book"), query)
    text = page.content.decode()
    assert f'name="suite" value="{back}"' in text
    assert (page.context["form"]["reason"].value(), page.context["form"]["place"].value()) == (
        str(reason.pk),
        "home",
    )
    strange = client.get(reverse("appointments:book"), {**query, "motif": "inconnu", "lieu": "lune"})
    assert strange.status_code == 200


def test_an_orientation_towards_a_right_opens_its_file_and_shows_its_state(login, claire) -> None:
    row = EnergyOrientationFactory(file__agent=claire)
    client = login(claire)
    page = client.get(url("file", row.file_id)).content.decode()
    assert reverse("rights:open", args=[row.file.household_id, "fsl"]) in page
    from rights.models import Right

    person = MembershipFactory(household=row.file.household).person
    RightsFileFactory(household=row.file.household, applicant=person, right=Right.objects.get(code="fsl"))
    assert "Dossier de droits\u00a0:" in client.get(url("file", row.file_id)).content.decode()


def test_the_direction_reads_states_and_opens_content_with_a_reason(login, isabelle) -> None:
    file = EnergyFileFactory(situation="canari-situation")
    client = login(isabelle)
    overview = client.get(reverse("housing:energy")).content.decode()
    assert file.number in overview
    assert "canari-situation" not in client.get(url("file", file.pk)).content.decode()
    state_reason(user=isabelle, subject_id=file.household_id, reason="Réclamation")
    assert "canari-situation" in client.get(url("file", file.pk)).content.decode()
    assert client.post(url("contact", file.pk), {}).status_code == 403


@pytest.mark.parametrize("who", ["nadege", "hugo", "francoise", "david", "armelle"])
def test_the_programme_is_closed_to_the_other_roles(login, request, who) -> None:
    file = EnergyFileFactory()
    client = login(request.getfixturevalue(who))
    for address in (reverse("housing:energy"), url("file", file.pk), url("report", file.household_id)):
        assert client.get(address).status_code == 403


def test_the_overview_asks_as_many_queries_for_twelve_files_as_for_two(
    login, claire, django_assert_max_num_queries
) -> None:
    client = login(claire)
    for _ in range(2):
        EnergyFileFactory()
    with django_assert_max_num_queries(12) as few:
        client.get(reverse("housing:energy"))
    for _ in range(10):
        EnergyFileFactory()
    with django_assert_max_num_queries(12) as many:
        client.get(reverse("housing:energy"))
    assert len(few) == len(many)


def test_the_filters_say_what_waits(login, claire) -> None:
    reported = EnergyFileFactory()
    visited = EnergyFileFactory(state="visited_1", visited_on=timezone.localdate() - timedelta(days=200))
    page = login(claire).get(reverse("housing:energy"), {"attente": "a-contacter"}).content.decode()
    assert reported.number in page
    assert visited.number not in page
    page = login(claire).get(reverse("housing:energy"), {"attente": "a-rappeler"}).content.decode()
    assert visited.number in page


SHEET = {
    "pieces-total": "1", "pieces-0-room": "living", "pieces-0-temperature": "15,5", "pieces-0-humidity": "70",
    "factures-total": "1", "factures-0-energy": "gas", "factures-0-amount": "1 200,50", "factures-0-months": "12",
    "walls": "poor", "damp": "yes", "equip-led": "3", "findings": "Il fait froid.",
}  # fmt: skip


def test_a_visit_is_saved_without_javascript(login, claire) -> None:
    visit = EnergyVisitFactory(agent=claire)
    client = login(claire)
    page = client.get(url("sheet", visit.pk)).content.decode()
    assert "pieces-0-temperature" in page
    sent = {**SHEET, "terminer": "1", "done_on": "20/10/2026", "version": "0", "auteur": claire.pk}
    page = client.post(url("sheet", visit.pk), sent, follow=True).content.decode()
    assert "La visite est enregistrée" in page
    visit.refresh_from_db()
    assert (visit.done_on, visit.walls, visit.version) == (date(2026, 10, 20), "poor", 1)
    assert visit.bills.get().amount == visit.bills.get().year
    assert visit.file.state == EnergyState.VISITED_1
    again = client.get(url("sheet", visit.pk)).content.decode()
    assert 'value="15,5"' in again
    assert 'value="1200,50"' in again


def test_refused_fields_come_back_by_their_name(login, claire) -> None:
    visit = EnergyVisitFactory()
    bad = {
        **SHEET,
        "pieces-0-temperature": "tiède",
        "factures-0-delivery_point": "123",
        "factures-0-energy": "",
    }
    answer = login(claire).post(url("receive", visit.pk), {**bad, "cle": uuid4(), "version": "0"})
    assert answer.status_code == 422
    errors = answer.json()["erreurs"]
    assert errors["pieces-0-temperature"] == ["Saisissez une température, par exemple 16,5."]
    assert "14 chiffres" in errors["factures-0-delivery_point"][0]
    assert errors["factures-0-energy"] == ["Choisissez l’énergie."]
    assert not EnergyVisit.objects.get().sendings.exists()


def test_two_versions_are_both_given_back(login, claire, mehdi) -> None:
    visit = EnergyVisitFactory()
    sent = {**SHEET, "cle": uuid4(), "version": "0", "level": "Tablette"}
    login(mehdi).post(url("receive", visit.pk), {**SHEET, "cle": uuid4(), "version": "0", "level": "Bureau"})
    answer = login(claire).post(url("receive", visit.pk), sent)
    assert answer.status_code == 409
    body = answer.json()
    assert (body["etat"], body["par"], body["version"]) == ("conflit", "Mehdi Aouragh", 1)
    assert body["valeurs"]["level"] == "Bureau"
    assert body["valeurs"]["pieces-0-temperature"] == "15,5"
    answer = login(claire).post(url("receive", visit.pk), {**sent, "cle": uuid4(), "version": "1"})
    assert answer.json()["version"] == 2


def test_what_one_agent_typed_is_not_sent_by_another(login, claire, mehdi) -> None:
    visit = EnergyVisitFactory()
    answer = login(mehdi).post(
        url("receive", visit.pk), {**SHEET, "cle": uuid4(), "version": "0", "auteur": claire.pk}
    )
    assert (answer.status_code, answer.json()["etat"]) == (409, "auteur")


def picture(tmp_path) -> SimpleUploadedFile:
    path = tmp_path / "p.jpg"
    Image.new("RGB", (60, 40), "navy").save(path)
    return SimpleUploadedFile("p.jpg", path.read_bytes(), "image/jpeg")


def test_a_photo_is_received_once_and_kept_among_the_documents(login, claire, tmp_path) -> None:
    visit, key = EnergyVisitFactory(), uuid4()
    client = login(claire)
    for _ in range(2):
        answer = client.post(
            url("photo", visit.pk), {"cle": key, "legende": "Moisissures", "photo": picture(tmp_path)}
        )
        assert answer.json() == {"etat": "recu"}
    photo = visit.photos.get()
    assert (photo.document.kind, photo.document.household) == ("photo", visit.file.household)
    bad = SimpleUploadedFile("p.jpg", b"rien", "image/jpeg")
    answer = client.post(url("photo", visit.pk), {"cle": uuid4(), "photo": bad})
    assert answer.status_code == 422


def test_the_page_a_tablet_keeps_tells_of_nobody(login, claire) -> None:
    household = HouseholdFactory(name="Canarini")
    RoomReadingFactory(visit=EnergyVisitFactory(file__household=household))
    client = login(claire)
    page = client.get(url("shell")).content.decode()
    assert "Canarini" not in page
    assert str(claire.pk) not in page
    worker = client.get(url("worker"))
    assert worker["Content-Type"] == "text/javascript"
    assert url("shell") in worker.content.decode()


@pytest.mark.parametrize("name", ["household_report", "technical_sheet"])
def test_the_documents_of_a_visit(login, claire, name) -> None:
    visit = EnergyVisitFactory(done=True, walls="poor", co_risk="yes", findings="Il fait froid.")
    RoomReadingFactory(visit=visit)
    EnergyOrientationFactory(file=visit.file, consent="yes")
    answer = login(claire).get(url(name, visit.pk))
    assert answer["Content-Type"] == "application/pdf"
    assert AccessLog.objects.filter(action="print", subject_id=visit.file.household_id).exists()


def test_the_technical_sheet_waits_for_the_households_consent(login, claire) -> None:
    visit = EnergyVisitFactory(done=True)
    page = login(claire).get(url("technical_sheet", visit.pk), follow=True).content.decode()
    assert "n’a donné son accord pour aucune orientation" in page


def test_the_settings_are_dated_and_checked(login, isabelle) -> None:
    client = login(isabelle)
    assert "à vérifier" in client.get(url("settings")).content.decode()
    values = {
        "region": "other", "valid_from": "01/01/2027", "persons_1": "18000", "persons_2": "17000", "persons_3": "31000",
        "persons_4": "36000", "persons_5": "41000", "one_more": "5200", "source": "Arrêté", "certainty": "verified",
    }  # fmt: skip
    page = client.post(url("ceiling_add"), values).content.decode()
    assert "Les plafonds augmentent avec le nombre de personnes" in page
    client.post(url("ceiling_add"), {**values, "persons_2": "26000"})
    assert IncomeCeiling.objects.filter(valid_from=date(2027, 1, 1)).count() == 1
    client.post(url("item_add"), {"label": "Joint", "unit_cost": "2,50", "source": "Essai", "certainty": "to_check",
                                  "position": "5", "is_active": "on"})  # fmt: skip
    assert "Joint" in client.get(url("settings")).content.decode()


def test_the_figures_page_counts_by_dimension(login, isabelle) -> None:
    EnergyFileFactory(reported_on=date(2026, 5, 1))
    page = login(isabelle).get(url("figures"), {"du": "01/01/2026", "au": "31/12/2026"}).content.decode()
    assert "Signalements SLIME" in page
    assert "Travail social du Département" in page
