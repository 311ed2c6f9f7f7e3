"""The screens of the workshops: who sees what, what is typed is kept, fixed numbers of queries."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from appointments.models import ReminderConsent
from cias.audit.services import state_reason
from insertion.models import (
    Workshop,
    WorkshopNotice,
    WorkshopRegistration,
    WorkshopSession,
)
from insertion.workshops.enums import RegistrationState, SessionState
from tests.access.reading import text_of
from tests.factories import (
    AppointmentFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    WorkshopFactory,
    WorkshopNoticeFactory,
    WorkshopRegistrationFactory,
    WorkshopSessionFactory,
)

pytestmark = pytest.mark.django_db


def url(name: str, *args: object) -> str:
    return reverse(f"insertion:{name}", args=args)


WORKSHOP = {
    "name": "Mon budget sans stress", "kind": "workshop", "domain": "droits", "theme": "budget",
    "aim": "Faire le point.", "audience": "Tout public", "is_in_agenda": "on", "place_name": "Salle Doussineau",
    "street": "", "commune": "", "step_free": "yes", "access_note": "", "seats": "8",
}  # fmt: skip


def test_a_workshop_is_created_then_its_dates_are_seen_and_fixed(login, claire) -> None:
    client = login(claire)
    page = client.post(url("workshop_create"), WORKSHOP | {"agent": claire.pk, "name": ""}).content.decode()
    assert "Erreur" in page
    assert "Salle Doussineau" in page
    response = client.post(url("workshop_create"), WORKSHOP | {"agent": claire.pk})
    workshop = Workshop.objects.get()
    assert response.url == url("workshop_plan", workshop.pk)
    day = timezone.localdate() + timedelta(days=7)
    asked = {
        "agent": claire.pk, "day": f"{day:%d%m%Y}", "starts_at": "9h30", "ends_at": "11h30", "every_weeks": 2,
        "count": 3, "seats": 8, "days_before": 1,
    }  # fmt: skip
    seen = client.get(url("workshop_plan", workshop.pk), asked)
    assert "3 dates" in seen.content.decode().replace("\u00a0", " ")
    dates = [one.start.isoformat() for one, _ in seen.context["dates"]]
    query = seen.request["QUERY_STRING"]
    client.post(f"{url('workshop_plan', workshop.pk)}?{query}", {"date": dates[:2]})
    assert list(WorkshopSession.objects.values_list("seats", flat=True)) == [8, 8]
    again = client.post(f"{url('workshop_plan', workshop.pk)}?{query}", {"date": []}).content.decode()
    assert "Choisissez au moins une date" in again


def test_a_wrong_series_is_said_at_the_field(login, claire) -> None:
    workshop = WorkshopFactory()
    asked = {
        "agent": claire.pk, "day": "01/01/2020", "starts_at": "11h", "ends_at": "9h", "every_weeks": 1, "count": 99,
        "seats": 8,
    }  # fmt: skip
    page = login(claire).get(url("workshop_plan", workshop.pk), asked).content.decode()
    for said in ("Choisissez une date à venir", "finit après avoir commencé", "Au plus 26 séances"):
        assert said in page


def test_reception_registers_from_the_session_in_two_requests(login, nadege) -> None:
    member = MembershipFactory(person=PersonFactory(birth_name="Le Goff", first_names="Anne"))
    session = WorkshopSessionFactory(seats=1)
    client = login(nadege)
    page = client.post(url("workshop_register", session.pk), {"q": "le goff"}).content.decode()
    assert str(member.person_id) in page
    fragment = client.post(
        url("workshop_register", session.pk), {"q": "le goff"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "<html" not in fragment
    assert str(member.person_id) in fragment
    page = client.post(url("workshop_register", session.pk), {"choose": member.person_id}, follow=True)
    assert "inscription confirmée" in page.content.decode()
    other = MembershipFactory()
    page = client.post(url("workshop_register", session.pk), {"choose": other.person_id}, follow=True)
    assert "au rang 1" in page.content.decode()
    page = client.post(url("workshop_register", session.pk), {"choose": other.person_id}, follow=True)
    assert "déjà en liste d’attente" in page.content.decode()


def test_a_busy_person_is_registered_once_somebody_has_read_it(login, nadege) -> None:
    member, session = MembershipFactory(), WorkshopSessionFactory()
    AppointmentFactory(
        person=member.person,
        household=member.household,
        start=session.start,
        end=session.start + timedelta(minutes=30),
    )
    client, address = login(nadege), url("workshop_register", session.pk)
    page = client.post(address, {"choose": member.person_id}).content.decode()
    assert "a déjà rendez-vous" in page
    assert not WorkshopRegistration.objects.exists()
    client.post(address, {"choose": member.person_id, "accept": "1"})
    assert WorkshopRegistration.objects.count() == 1


def test_somebody_without_a_file_is_registered_by_name(login, nadege) -> None:
    session = WorkshopSessionFactory()
    client, address = login(nadege), url("workshop_register", session.pk)
    page = client.post(address, {"name": "", "phone": "12"}).content.decode()
    assert "Saisissez un numéro de téléphone" in page
    page = client.post(
        address, {"name": "Mme Petit", "phone": "06 12 34 56 78"}, follow=True
    ).content.decode()
    assert "sans dossier" in page
    assert "06\u00a012\u00a034\u00a056\u00a078" in page


def test_a_cycle_registers_for_what_is_left_of_it(login, nadege) -> None:
    workshop = WorkshopFactory(is_cycle=True)
    now = timezone.now()
    first, second, third = (
        WorkshopSessionFactory(workshop=workshop, start=now + timedelta(days=n)) for n in (7, 14, 21)
    )
    member = MembershipFactory()
    WorkshopRegistrationFactory(session=third, person=member.person, household=member.household)
    login(nadege).post(url("workshop_register", first.pk), {"choose": member.person_id})
    sessions = set(WorkshopRegistration.objects.values_list("session", flat=True))
    assert sessions == {first.pk, second.pk, third.pk}
    assert WorkshopRegistration.objects.count() == 3


def test_from_the_household_with_the_means_to_be_told(login, claire) -> None:
    member = MembershipFactory(person=PersonFactory(email="a@exemple.test"))
    session = WorkshopSessionFactory()
    client, address = login(claire), url("workshop_enrol", member.household_id)
    values = {"person": member.person_id, "sessions": [session.pk], "channel": "email"}
    page = client.post(address, values).content.decode()
    assert "comment la personne a donné son accord" in page
    assert "checked" in page
    page = client.post(address, values | {"consent": "phone"}, follow=True).content.decode()
    assert "inscription confirmée" in page
    assert ReminderConsent.objects.get().channel == "email"
    page = client.post(address, values).content.decode()
    assert "est déjà inscrite" in page
    empty = client.post(address, {"person": member.person_id}).content.decode()
    assert "Erreur" in empty


def test_a_household_warned_of_another_appointment_ticks_a_box(login, claire) -> None:
    member, session = MembershipFactory(), WorkshopSessionFactory()
    AppointmentFactory(
        person=member.person,
        household=member.household,
        start=session.start,
        end=session.start + timedelta(minutes=30),
    )
    client, address = login(claire), url("workshop_enrol", member.household_id)
    values = {"person": member.person_id, "sessions": [session.pk]}
    page = client.post(address, values).content.decode()
    assert "Inscrire quand même" in page
    client.post(address, values | {"accepts_busy": "on"})
    assert WorkshopRegistration.objects.count() == 1


def test_withdrawn_and_back_from_the_page(login, nadege) -> None:
    row = WorkshopRegistrationFactory()
    client = login(nadege)
    page = client.post(url("workshop_withdraw", row.pk), follow=True).content.decode()
    assert "est retirée" in page
    assert "Réinscrire" in page
    client.post(url("workshop_restore", row.pk))
    row.refresh_from_db()
    assert row.state == RegistrationState.REGISTERED
    page = client.post(url("workshop_restore", row.pk), follow=True).content.decode()
    assert "Il n’y a pas de désinscription à annuler" in page


def test_a_session_moves_after_what_the_agenda_says_was_read(login, claire) -> None:
    session = WorkshopSessionFactory(agent=claire, workshop__agent=claire)
    row = WorkshopRegistrationFactory(session=session)
    day = timezone.localdate() + timedelta(days=20)
    moment = timezone.localtime().replace(
        year=day.year, month=day.month, day=day.day, hour=10, minute=0, second=0, microsecond=0
    )
    AppointmentFactory(agent=claire, start=moment, end=moment + timedelta(minutes=30))
    client, address = login(claire), url("workshop_session_move", session.pk)
    values = {"day": f"{day:%d/%m/%Y}", "starts_at": "10h", "ends_at": "12h", "reason": "Salle prise"}
    page = client.post(address, values).content.decode()
    assert "rendez-vous à déplacer" in page
    assert "Salle prise" in page
    page = client.post(address, values | {"accepted": moment.isoformat()}, follow=True).content.decode()
    assert "1\u00a0personne est à prévenir" in page
    assert row.notices.get().kind == "moved"


def test_cancel_tick_and_undo_from_the_pages(login, claire, nadege) -> None:
    row = WorkshopRegistrationFactory(session__agent=claire)
    session = row.session
    client = login(claire)
    page = client.post(url("workshop_session_cancel", session.pk), {"reason": ""}).content.decode()
    assert "Erreur" in page
    client.post(url("workshop_session_cancel", session.pk), {"reason": "Panne"})
    desk = login(nadege)
    page = desk.get(url("workshop_notices")).content.decode()
    assert row.who in page
    assert "n’aura pas lieu" in page
    notice = WorkshopNotice.objects.get()
    for result, said in (
        ("no_answer", "1\u00a0appel sans réponse"), ("told", "Contacts faits aujourd’hui"),
        ("undo", "de nouveau à prévenir"), ("letter", "Courrier noté"), ("x", "Choisissez une réponse"),
    ):  # fmt: skip
        assert (
            said
            in desk.post(url("workshop_told", notice.pk), {"result": result}, follow=True).content.decode()
        )
    page = client.post(url("workshop_session_undo", session.pk), follow=True).content.decode()
    assert "Étape annulée" in page
    assert WorkshopSession.objects.get().state == SessionState.PLANNED


@pytest.fixture
def held_yesterday(claire) -> WorkshopSession:
    start = timezone.now() - timedelta(days=1)
    return WorkshopSessionFactory(agent=claire, start=start, end=start + timedelta(hours=2))


@pytest.mark.parametrize("who", ["hugo", "francoise", "david", "armelle"])
def test_other_roles_see_nothing(login, request, who) -> None:
    row = WorkshopRegistrationFactory()
    client = login(request.getfixturevalue(who))
    for address in (
        url("workshops"), url("workshop", row.session.workshop_id), url("workshop_session", row.session_id),
        url("workshop_sheet", row.session_id), url("workshop_notices"),
    ):  # fmt: skip
        assert client.get(address).status_code == 403


def test_a_protected_file_keeps_its_seat_and_nothing_else(login, nadege, claire, held_yesterday) -> None:
    household = HouseholdFactory(is_protected=True)
    person = MembershipFactory(household=household, person=PersonFactory(birth_name="Canari")).person
    row = WorkshopRegistrationFactory(session=held_yesterday, household=household, person=person)
    notice = WorkshopNoticeFactory(registration=row)
    client = login(claire)
    for address in (
        url("workshop_session", held_yesterday.pk), url("workshop_attendance", held_yesterday.pk),
        url("workshop_sheet", held_yesterday.pk), url("workshop_notices"),
    ):  # fmt: skip
        assert "Canari" not in text_of(client.get(address))
    assert "Dossier protégé" in client.get(url("workshop_session", held_yesterday.pk)).content.decode()
    assert client.post(url("workshop_withdraw", row.pk)).status_code == 404
    assert client.post(url("workshop_told", notice.pk), {"result": "told"}).status_code == 404
    # The agent who led it saw somebody in that seat, and says so.
    client.post(url("workshop_attendance", held_yesterday.pk), {f"mark-{row.pk}": "present"})
    row.refresh_from_db()
    assert row.attendance == "present"


def test_the_programme_filters_and_counts_in_a_fixed_number_of_queries(
    login, claire, django_assert_max_num_queries
) -> None:
    client = login(claire)
    WorkshopRegistrationFactory(session__workshop__theme="energy", session__workshop__name="Éco-gestes")
    with django_assert_max_num_queries(12) as few:
        page = client.get(url("workshops")).content.decode()
    assert "Éco-gestes" in page
    for _ in range(6):
        WorkshopRegistrationFactory()
    with django_assert_max_num_queries(12) as many:
        client.get(url("workshops"))
    assert len(few) == len(many)
    page = client.get(url("workshops"), {"theme": "energy"}).content.decode()
    assert "Éco-gestes" in page
    assert "Mon budget" not in page.split("<main")[1].split("sans-date")[0].replace("Mon budget sans", "")
    full = WorkshopSessionFactory(seats=1, workshop__name="Complet")
    WorkshopRegistrationFactory(session=full)
    page = client.get(url("workshops"), {"places": "libres"}).content.decode()
    assert f'href="{url("workshop_session", full.pk)}"' not in page
    assert "Aucune séance" in client.get(url("workshops"), {"periode": "passees"}).content.decode()
    assert client.get(url("workshops"), {"theme": "inconnu", "page": "x"}).status_code == 200


def test_the_session_page_and_the_call_list_have_a_fixed_number_of_queries(
    login, nadege, django_assert_max_num_queries
) -> None:
    client = login(nadege)
    row = WorkshopRegistrationFactory()
    WorkshopNoticeFactory(registration=row)
    pages = (url("workshop_session", row.session_id), url("workshop_notices"))
    with django_assert_max_num_queries(2 * 18) as few:
        for page in pages:
            client.get(page)
    for _ in range(6):
        WorkshopNoticeFactory(registration=WorkshopRegistrationFactory(session=row.session))
    with django_assert_max_num_queries(2 * 18) as many:
        for page in pages:
            client.get(page)
    assert len(few) == len(many)


def test_the_tab_the_timeline_and_the_direction(login, claire, nadege, isabelle) -> None:
    row = WorkshopRegistrationFactory(session__workshop__name="Éco-gestes")
    tab = reverse("insertion:household", args=[row.household_id])
    page = login(claire).get(tab).content.decode()
    assert "Éco-gestes" in page
    home = reverse("households:detail", args=[row.household_id])
    assert "Éco-gestes" in login(nadege).get(home).content.decode()
    chief = login(isabelle)
    assert "Éco-gestes" not in chief.get(home).content.decode()
    state_reason(user=isabelle, subject_id=row.household_id, reason="Réclamation")
    assert "Éco-gestes" in chief.get(tab).content.decode()


def test_the_work_list_of_the_agent(login, claire, held_yesterday) -> None:
    WorkshopRegistrationFactory(session=held_yesterday)
    done = WorkshopSessionFactory(agent=claire, start=held_yesterday.start, state=SessionState.HELD)
    coming = WorkshopRegistrationFactory(session__agent=claire)
    WorkshopNoticeFactory(registration=coming)
    page = login(claire).get(reverse("dashboard:work")).content.decode()
    for said in ("Saisir les présences", "Faire le bilan de la séance", "Prévenir 1\u00a0personne inscrite"):
        assert said in page
    assert url("workshop_evaluation", done.pk) in page


def test_closing_a_household_says_who_is_still_expected(login, claire) -> None:
    row = WorkshopRegistrationFactory()
    page = login(claire).get(reverse("households:close", args=[row.household_id])).content.decode()
    assert row.session.workshop.name in page


def test_a_session_of_another_day_is_still_shown_with_its_history() -> None:
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC)):
        session = WorkshopSessionFactory(start=datetime(2026, 3, 29, 9, tzinfo=UTC))
    assert timezone.localtime(session.start).date() == date(2026, 3, 29)
    assert session.minutes == 120
