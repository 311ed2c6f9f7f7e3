"""Attendance on screen and on paper, the balance, and who reads names."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from insertion.models import (
    WorkshopEvaluation,
    WorkshopSession,
)
from insertion.workshops.enums import SessionState
from tests.access.reading import text_of
from tests.factories import (
    MembershipFactory,
    PersonFactory,
    WorkshopRegistrationFactory,
    WorkshopSessionFactory,
)

pytestmark = pytest.mark.django_db


def url(name: str, *args: object) -> str:
    return reverse(f"insertion:{name}", args=args)


@pytest.fixture
def held_yesterday(claire) -> WorkshopSession:
    start = timezone.now() - timedelta(days=1)
    return WorkshopSessionFactory(agent=claire, start=start, end=start + timedelta(hours=2))


def test_attendance_keeps_marks_while_searching_then_records(login, claire, held_yesterday) -> None:
    rows = [WorkshopRegistrationFactory(session=held_yesterday) for _ in range(2)]
    guest = MembershipFactory(person=PersonFactory(birth_name="Zidani", first_names="Lila"))
    client, address = login(claire), url("workshop_attendance", held_yesterday.pk)
    assert client.get(address).status_code == 200
    marks = {f"mark-{rows[0].pk}": "present"}
    page = client.post(address, marks | {"find": "1", "q": "zidani", "names": "M. Roy"}).content.decode()
    assert f'value="{guest.person_id}"' in page
    assert "M. Roy" in page
    assert page.count("checked") == 1
    marks |= {"walk_in": [str(guest.person_id)], "names": "M. Roy\n\n"}
    page = client.post(address, marks).content.decode()
    assert "pour chaque personne" in page
    assert "à noter" in page
    client.post(address, marks | {f"mark-{rows[1].pk}": "unexcused"})
    held_yesterday.refresh_from_db()
    assert held_yesterday.state == SessionState.HELD
    assert held_yesterday.registrations.present().count() == 3


def test_attendance_of_a_coming_session_sends_back(login, claire) -> None:
    session = WorkshopSessionFactory()
    response = login(claire).get(url("workshop_attendance", session.pk), follow=True)
    assert "quand la séance a commencé" in response.content.decode()


def test_the_balance_is_typed_then_printed_without_a_name(login, claire, isabelle, held_yesterday) -> None:
    row = WorkshopRegistrationFactory(session=held_yesterday, came=True)
    client, address = login(claire), url("workshop_evaluation", held_yesterday.pk)
    assert client.get(address).status_code == 302
    held_yesterday.state = SessionState.HELD
    held_yesterday.save()
    values = {"returned": "1", "very_satisfied": "2", "balance": "Groupe actif.", "remarks": "Trop court"}
    page = client.post(address, values).content.decode()
    assert "plus de réponses que" in page
    assert "Groupe actif." in page
    client.post(address, values | {"very_satisfied": "1", "learnt_partly": "1"})
    assert WorkshopEvaluation.objects.get().by == claire
    chief = login(isabelle)
    for name in ("workshop_balance_pdf", "workshop_balance_csv"):
        text = text_of(chief.get(url(name, held_yesterday.pk)))
        assert "Groupe actif." in text
        assert row.person.birth_name not in text


def test_sheet_and_programme_on_paper(login, nadege) -> None:
    row = WorkshopRegistrationFactory()
    waiting = WorkshopRegistrationFactory(session=row.session, waiting=True)
    text = text_of(login(nadege).get(url("workshop_sheet", row.session_id)))
    for said in (row.who, waiting.who, "Signature", "Liste d’attente"):
        assert said in text
    text = text_of(login(nadege).get(url("workshops_pdf")))
    assert row.session.workshop.name in text
    assert row.person.birth_name not in text


def test_reception_reads_names_and_the_direction_numbers(
    login, nadege, isabelle, claire, held_yesterday
) -> None:
    row = WorkshopRegistrationFactory(session=held_yesterday, attendance="unexcused")
    held_yesterday.state = SessionState.HELD
    held_yesterday.save()
    address = url("workshop_session", held_yesterday.pk)
    desk = login(nadege).get(address).content.decode()
    assert row.who in desk
    assert "non excusée" not in desk
    chief = login(isabelle).get(address).content.decode()
    assert row.who not in chief
    assert "Absents non excusés" in chief
    worker = login(claire).get(address).content.decode()
    assert "absence non excusée" in worker
