"""The psychologist's pages, and what a social worker sees of them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from appointments.enums import Status
from cias.audit.models import AccessLog
from insertion.models import Counselling, CounsellingSession, LiaisonNote, SealedDraft, SealedRoomRule
from insertion.permanences import services
from insertion.permanences.services import Place, current
from tests.factories import (
    AppointmentFactory,
    AssignmentFactory,
    HouseholdFactory,
    MembershipFactory,
    ReasonFactory,
    UserFactory,
)
from tests.factories.permanences import CounsellingFactory, CounsellingSessionFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 21, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def booked(hugo):
    """This morning's appointment of one of two members."""
    household = HouseholdFactory(name="Le Goff")
    member = MembershipFactory(household=household)
    MembershipFactory(household=household, role="partner")
    AssignmentFactory(household=household, agent=hugo, role="other")
    return AppointmentFactory(
        agent=hugo, household=household, person=member.person, reason=ReasonFactory(psychologist=True),
        start=NOW - timedelta(hours=1), end=NOW - timedelta(minutes=15), status=Status.HONOURED, status_at=NOW,
    )  # fmt: skip


def url(name, *args):
    return reverse(f"insertion:{name}", args=args)


def test_from_the_day_to_the_note_in_one_click(login, hugo, booked) -> None:
    client = login(hugo)
    page = client.get(url("sessions")).content.decode()
    assert booked.person.full_name in page
    assert "Écrire la note" in page
    answer = client.post(url("session_open", booked.pk))
    session = CounsellingSession.objects.get()
    assert answer.url == url("session_note", session.pk)
    page = client.get(answer.url).content.decode()
    assert "data-draft-url" in page
    values = {"text": "Première séance.", "base": 0, "page": "p1", "auteur": hugo.pk}
    kept = client.post(url("session_draft", session.pk), values)
    assert "chiffré" in kept.content.decode()
    assert "Première séance." in client.get(answer.url).content.decode()
    page = client.post(answer.url, values, follow=True).content.decode()
    assert "Première séance." in page
    assert not SealedDraft.objects.exists()
    undone = client.post(url("session_undo", session.pk), {"version": 1}, follow=True).content.decode()
    assert "autre version" in undone
    page = client.get(url("sessions")).content.decode()
    assert "Première séance." not in page


def test_who_was_received_is_asked_when_the_appointment_does_not_say(login, hugo, booked) -> None:
    booked.person = None
    booked.save()
    client = login(hugo)
    page = client.post(url("session_open", booked.pk)).content.decode()
    assert "Qui avez-vous reçu" in page
    person = booked.household.memberships.first().person
    client.post(url("session_open", booked.pk), {"person": person.pk})
    assert Counselling.objects.get().person == person


def test_two_tabs_show_both_texts(login, hugo) -> None:
    session = CounsellingSessionFactory(counselling=CounsellingFactory(psychologist=hugo))
    client, page = login(hugo), url("session_note", session.pk)
    client.post(page, {"text": "onglet un", "base": 0, "page": "a"})
    kept = client.post(url("session_draft", session.pk), {"text": "onglet deux", "base": 0, "page": "b"})
    assert "vous verrez les deux versions" in kept.content.decode()
    shown = client.post(page, {"text": "onglet deux", "base": 0, "page": "b"}).content.decode()
    assert "onglet un" in shown
    assert "onglet deux" in shown
    assert 'name="base" value="1"' in shown
    client.post(page, {"text": "onglet un, puis deux", "base": 1, "page": "b"})
    assert current(Place(session.counselling, session)).read() == "onglet un, puis deux"


def test_a_colleague_at_the_same_computer_cannot_save_the_text(login, hugo) -> None:
    session = CounsellingSessionFactory(counselling=CounsellingFactory(psychologist=hugo))
    values = {"text": "x", "base": 0, "page": "a", "auteur": "00000000-0000-0000-0000-000000000000"}
    assert login(hugo).post(url("session_draft", session.pk), values).status_code == 409


def test_another_psychologist_gets_a_404(login, hugo, booked) -> None:
    lea = UserFactory(role="psy", email="lea@cias.test")
    session = CounsellingSessionFactory(counselling=CounsellingFactory(psychologist=hugo))
    client = login(lea)
    for name, key in (
        ("counselling", session.counselling_id), ("session_note", session.pk), ("thread", session.counselling_id),
        ("session_open", booked.pk), ("counselling_hand_over", session.counselling_id),
    ):  # fmt: skip
        assert client.get(url(name, key)).status_code == 404


def test_every_opening_is_a_line_of_the_read_log_without_a_word_of_it(login, hugo) -> None:
    counselling = CounsellingFactory(psychologist=hugo)
    services.save_text(by=hugo, place=Place(counselling), text="secret 4417", base=0)
    assert "secret 4417" in login(hugo).get(url("counselling", counselling.pk)).content.decode()
    line = AccessLog.objects.latest("at")
    assert (line.user, line.object_id, line.subject_id) == (hugo, counselling.pk, counselling.household_id)
    assert line.detail == {}


def test_the_référent_reads_number_and_dates_and_others_nothing(
    login, hugo, claire, mehdi, isabelle, booked
) -> None:
    AssignmentFactory(household=booked.household, agent=claire)
    page = login(claire).get(url("household", booked.household_id)).content.decode()
    assert "1 séance tenue" in page.replace("\u00a0", " ")
    assert "23/11/2026" in page
    assert (
        "Permanences de la psychologue"
        not in login(mehdi).get(url("household", booked.household_id)).content.decode()
    )
    assert (
        "Permanences de la psychologue"
        not in login(isabelle).get(url("household", booked.household_id)).content.decode()
    )


def test_a_liaison_note_reaches_its_recipient_and_is_withdrawn(login, hugo, claire, booked) -> None:
    AssignmentFactory(household=booked.household, agent=claire)
    counselling = services.start(by=hugo, household=booked.household, person=booked.person, on=NOW.date())
    client = login(hugo)
    values = {
        "person": booked.person.pk, "recipients": [claire.pk], "text": "Un rendez-vous CMP est pris.", "base": 0,
        "page": "a", "basis": "agreement", "agreement": "spoken", "agreed_on": "",
    }  # fmt: skip
    refused = client.post(url("liaison_write", counselling.pk), values).content.decode()
    assert "quand et comment" in refused
    assert "Un rendez-vous CMP est pris." in refused
    client.post(url("liaison_write", counselling.pk), values | {"agreed_on": "23/11/2026"})
    note = LiaisonNote.objects.get()
    hers = login(claire)
    assert "Note de liaison d’Hugo Lemaire" in hers.get(reverse("dashboard:work")).content.decode()
    assert "à lire" in hers.get(url("household", booked.household_id)).content.decode()
    assert "CMP est pris" in hers.get(url("liaison", note.pk)).content.decode()
    hers.post(url("liaison_read", note.pk))
    assert "Note de liaison d’Hugo" not in hers.get(reverse("dashboard:work")).content.decode()
    client.post(url("liaison_withdraw", note.pk))
    assert hers.get(url("liaison", note.pk)).status_code == 404


def test_social_work_writes_to_the_psychologist(login, hugo, claire, booked) -> None:
    AssignmentFactory(household=booked.household, agent=claire)
    client = login(claire)
    page = client.get(url("household", booked.household_id)).content.decode()
    assert url("liaison_household", booked.household_id) in page
    values = {
        "person": booked.person.pk, "recipients": [hugo.pk], "text": "Elle accepte de vous voir.", "base": 0,
        "page": "a", "basis": "agreement", "agreement": "written", "agreed_on": "20/11/2026",
    }  # fmt: skip
    client.post(url("liaison_household", booked.household_id), values)
    page = login(hugo).get(url("sessions")).content.decode()
    assert "Claire Vasseur" in page


def test_the_list_costs_the_same_whatever_its_length(login, hugo, django_assert_max_num_queries) -> None:
    CounsellingSessionFactory(counselling=CounsellingFactory(psychologist=hugo))
    client = login(hugo)
    with django_assert_max_num_queries(12) as few:
        client.get(url("sessions"))
    for _ in range(6):
        CounsellingSessionFactory(counselling=CounsellingFactory(psychologist=hugo), on=NOW.date())
    with django_assert_max_num_queries(12) as many:
        client.get(url("sessions"))
    assert len(many) == len(few)


def test_sessions_by_hand_end_and_handover(login, hugo) -> None:
    lea = UserFactory(role="psy", first_name="Léa", email="lea@cias.test")
    counselling = CounsellingFactory(psychologist=hugo)
    client = login(hugo)
    late = client.post(url("session_add", counselling.pk), {"on": "24/11/2026", "attendance": "held"})
    assert "avenir" in late.content.decode()
    client.post(
        url("session_add", counselling.pk), {"on": "20/11/2026", "attendance": "held", "minutes": "45"}
    )
    assert CounsellingSession.objects.get().minutes == 45
    client.post(url("counselling_end", counselling.pk), {"on": "23/11/2026", "reason": "agreed"})
    client.post(url("counselling_resume", counselling.pk))
    values = {"to": lea.pk, "with_notes": "oui", "agreement": "spoken", "agreed_on": "23/11/2026"}
    page = client.post(url("counselling_hand_over", counselling.pk), values, follow=True).content.decode()
    assert "s’annule d’un clic" in page
    hers = login(lea)
    assert "vous confie le suivi" in hers.get(url("sessions")).content.decode()
    handover = counselling.handovers.get()
    assert hers.post(url("handover_seen", handover.pk)).url == url("counselling", counselling.pk)
    assert "vous confie" not in hers.get(url("sessions")).content.decode()
    assert client.get(url("counselling", counselling.pk)).status_code == 404
    client.post(url("handover_take_back", handover.pk))
    assert client.get(url("counselling", counselling.pk)).status_code == 200


def test_the_direction_settles_how_long_notes_are_kept(login, isabelle) -> None:
    client = login(isabelle)
    assert "24\u00a0mois" in client.get(url("sealed_rules")).content.decode()
    values = {
        "valid_from": "01/01/2027",
        "retention_months": "36",
        "source": "Conseil du 12/12/2026",
        "certainty": "verified",
    }
    client.post(url("sealed_rules"), values)
    assert SealedRoomRule.objects.count() == 2


def test_a_draft_older_than_the_saved_text_comes_back_beside_it(login, hugo) -> None:
    session = CounsellingSessionFactory(counselling=CounsellingFactory(psychologist=hugo))
    client, page = login(hugo), url("session_note", session.pk)
    client.post(url("session_draft", session.pk), {"text": "vieux brouillon", "base": 0, "page": "b"})
    client.post(page, {"text": "texte enregistré", "base": 0, "page": "a"})
    shown = client.get(page).content.decode()
    assert "vieux brouillon" in shown
    assert "texte enregistré" in shown
    assert 'name="base" value="1"' in shown
    assert "vieux brouillon" not in client.get(page, {"brouillon": "aucun"}).content.decode()
