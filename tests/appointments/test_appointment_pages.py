"""One appointment's pages: reading, receiving, recording the outcome, moving, cancelling, undoing; and the week."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from appointments.enums import Category, Place, Status
from appointments.models import Appointment
from cias.core.periods import PARIS
from cias.core.registry import collect_actions, collect_timeline
from households.models import Note, NoteDraft
from households.team import own_work
from tests.appointments.pages import parse, select, words
from tests.factories import (
    AbsenceFactory,
    AddressFactory,
    AppointmentFactory,
    HouseholdFactory,
    MembershipFactory,
    ReasonFactory,
)

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 24, 9, tzinfo=PARIS)


def url(name: str, appointment) -> str:
    return reverse(f"appointments:{name}", args=[appointment.pk])


@pytest.fixture
def expulsion(db):
    return ReasonFactory(label="Procédure d’expulsion", category=Category.HOUSING)


@pytest.fixture
def appointment(claire_works, expulsion) -> Appointment:
    membership = MembershipFactory(person__birth_name="Lefèvre", person__first_names="Denise")
    return AppointmentFactory(
        agent=claire_works,
        start=NINE,
        reason=expulsion,
        household=membership.household,
        person=membership.person,
    )


@pytest.mark.parametrize(
    ("role", "reads"), [("nadege", False), ("isabelle", False), ("claire", True), ("mehdi", True)]
)
def test_each_role_reads_the_reason_as_far_as_it_may(login, request, appointment, role, reads):
    page = words(parse(login(request.getfixturevalue(role)).get(url("detail", appointment))))
    assert "Denise Lefèvre" in page
    assert ("expulsion" in page) == reads
    assert "Logement" in page or reads


def test_the_history_keeps_the_reason_from_those_who_may_not_read_it(
    login, nadege, claire_works, appointment
):
    assert "expulsion" not in login(nadege).get(url("detail", appointment)).content.decode()
    history = select(
        parse(login(claire_works).get(url("detail", appointment))), "section[aria-labelledby=historique]"
    )
    assert "expulsion" in words(history[0])


def test_of_the_psychologist_s_appointments_others_read_entretien(login, claire_works, hugo_works, interview):
    private = AppointmentFactory(agent=hugo_works, reason=interview)
    assert "deuil" not in login(claire_works).get(url("detail", private)).content.decode()
    assert "deuil" in login(hugo_works).get(url("detail", private)).content.decode()


def test_the_psychologist_does_not_know_of_the_others_appointments(login, hugo_works, appointment):
    for name in ("detail", "outcome", "cancel", "move"):
        assert login(hugo_works).get(url(name, appointment)).status_code == 404


@pytest.mark.parametrize("role", ["francoise", "david", "armelle"])
@pytest.mark.parametrize("name", ["detail", "outcome", "cancel", "move", "arrival", "receive", "undo"])
def test_other_roles_are_refused(login, request, appointment, role, name):
    client = login(request.getfixturevalue(role))
    assert client.get(url(name, appointment)).status_code == 403
    assert client.post(url(name, appointment)).status_code == 403


def test_a_colleague_reads_but_does_not_act(login, mehdi, appointment):
    client = login(mehdi)
    page = parse(client.get(url("detail", appointment)))
    assert select(page, "main form") == []
    for name in ("outcome", "cancel", "move", "undo", "receive"):
        assert client.post(url(name, appointment)).status_code == 403


def test_receiving_and_coming_back(login, claire_works, appointment, early):
    client = login(claire_works)
    client.post(url("receive", appointment))
    appointment.refresh_from_db()
    assert appointment.is_in_interview
    response = client.post(url("undo", appointment), follow=True)
    assert "La réception est annulée" in response.content.decode()


def test_the_outcome_page_is_prefilled_and_opens_the_next_step(login, claire_works, appointment, early):
    early.move_to(NINE + timedelta(hours=1))
    client = login(claire_works)
    page = parse(client.get(url("outcome", appointment)))
    assert select(page, "input[name=duration_minutes]")[0].get("value") == "30"
    assert words(select(page, "select[name=means] option[selected]")[0]) == "Au bureau"
    options = select(page, "select[name=following] optgroup[label=Rendez-vous] option")
    assert [words(option) for option in options] == ["Prendre rendez-vous", "Mettre en liste d’attente"]
    following = options[0].get("value")
    posted = {"status": Status.HONOURED, "text": "Point sur la dette.", "means": "office", "duration_minutes": "45",
              "level": "circle", "themes": ["housing", "budget"], "following": following}  # fmt: skip
    response = client.post(url("outcome", appointment), posted)
    assert response.url == (
        f"{reverse('appointments:book')}?menage={appointment.household_id}&opened_during={appointment.pk}"
    )
    note = Note.objects.get()
    assert (note.text, note.level, note.duration_minutes, note.themes) == (
        "Point sur la dette.", "circle", 45, ["housing", "budget"],
    )  # fmt: skip
    appointment.refresh_from_db()
    assert (appointment.status, appointment.note) == (Status.HONOURED, note)


def test_reception_never_meets_the_note(login, nadege, claire_works, appointment, early):
    early.move_to(NINE + timedelta(hours=1))
    posted = {"status": Status.HONOURED, "text": "Secret de la note", "means": "office", "level": "team"}
    login(claire_works).post(url("outcome", appointment), posted)
    client = login(nadege)
    for page in (url("detail", appointment), reverse("appointments:day") + "?jour=2026-11-24"):
        answer = client.get(page).content.decode()
        assert "Secret" not in answer
        assert "Note d’entretien" not in answer


def test_a_refused_outcome_keeps_the_note_typed(login, claire_works, appointment, early):
    posted = {"status": Status.HONOURED, "text": "Déjà rédigée", "means": "office", "level": "team"}
    page = parse(login(claire_works).post(url("outcome", appointment), posted))
    assert "n’a pas commencé" in words(select(page, "div[data-error-summary]")[0])
    assert select(page, "textarea[name=text]")[0].text.strip() == "Déjà rédigée"
    assert not Note.objects.exists()


def test_a_note_goes_with_an_honoured_appointment_only(login, claire_works, appointment, early):
    early.move_to(NINE + timedelta(hours=1))
    posted = {"status": Status.NO_SHOW, "text": "Absente", "means": "office", "level": "team"}
    answer = login(claire_works).post(url("outcome", appointment), posted).content.decode()
    assert "accompagne un rendez-vous honoré" in answer


def test_what_was_being_typed_comes_back(login, claire_works, appointment, early):
    early.move_to(NINE + timedelta(hours=1))
    client = login(claire_works)
    page = parse(client.get(url("outcome", appointment)))
    draft_url = select(page, "form[data-draft-url]")[0].get("data-draft-url")
    assert client.post(draft_url, {"text": "À demi rédig", "level": "circle"}).status_code == 200
    page = parse(client.get(url("outcome", appointment)))
    assert "Votre brouillon" in words(page)
    assert select(page, "textarea[name=text]")[0].text.strip() == "À demi rédig"
    posted = {"status": Status.HONOURED, "text": "Rédigée", "means": "office"}
    client.post(url("outcome", appointment), posted)
    assert Note.objects.get().level == "team"
    assert not NoteDraft.objects.exists()


def test_a_personal_note_is_not_told_to_colleagues(login, claire_works, mehdi, appointment, early):
    early.move_to(NINE + timedelta(hours=1))
    posted = {"status": Status.HONOURED, "text": "Pour moi", "means": "office", "level": "personal"}
    login(claire_works).post(url("outcome", appointment), posted)
    link = reverse("households:note", args=[Note.objects.get().pk])
    assert link in login(claire_works).get(url("detail", appointment)).content.decode()
    page = login(mehdi).get(url("detail", appointment)).content.decode()
    assert link not in page
    assert "Note d’entretien" not in page
    assert "Note du" not in page


def test_the_psychologist_records_without_note(login, hugo_works, interview, early):
    appointment = AppointmentFactory(agent=hugo_works, reason=interview, start=NINE)
    early.move_to(NINE + timedelta(hours=1))
    client = login(hugo_works)
    assert select(parse(client.get(url("outcome", appointment))), "textarea") == []
    client.post(url("outcome", appointment), {"status": Status.HONOURED})
    appointment.refresh_from_db()
    assert appointment.status == Status.HONOURED


def test_an_outcome_already_recorded_leads_to_the_appointment(login, claire_works, early):
    done = AppointmentFactory(agent=claire_works, honoured=True)
    assert login(claire_works).get(url("outcome", done)).url == url("detail", done)


def test_cancelling_asks_by_whom_and_frees_the_time(login, nadege, appointment, early):
    client = login(nadege)
    page = words(parse(client.get(url("cancel", appointment))))
    assert "Annuler le rendez-vous de Denise Lefèvre" in page
    client.post(url("cancel", appointment), {"status": Status.CANCELLED_BY_USER, "comment": "Grippe du bus"})
    appointment.refresh_from_db()
    assert (appointment.status, appointment.status_comment) == (Status.CANCELLED_BY_USER, "Grippe du bus")
    again = client.post(url("cancel", appointment), {"status": Status.CANCELLED_BY_SERVICE}, follow=True)
    assert "On ne peut pas passer de" in again.content.decode()


def test_moving_shows_free_slots_and_takes_one(login, nadege, appointment, early):
    client = login(nadege)
    radios = select(parse(client.get(url("move", appointment))), "input[name=slot]")
    assert len(radios) == 6
    client.post(url("move", appointment), {"slot": radios[1].get("value")})
    appointment.refresh_from_db()
    assert appointment.start == NINE + timedelta(hours=1)
    assert appointment.place == Place.OFFICE


def test_moving_onto_a_taken_slot_answers_409_with_three_others(
    login, nadege, claire_works, appointment, early
):
    other = AppointmentFactory(agent=claire_works, start=NINE + timedelta(hours=1))
    response = login(nadege).post(
        url("move", appointment), {"slot": f"{claire_works.pk}_{other.start.isoformat()}"}
    )
    assert response.status_code == 409
    page = parse(response)
    assert len(select(page, "input[name=slot]")) == 3
    assert "Le rendez-vous n’a pas bougé" in words(page)


@pytest.mark.parametrize("slot", ["", "n’importe quoi", "x_2026-11-24T09:00:00+01:00"])
def test_moving_nowhere_says_so(login, nadege, appointment, early, slot):
    response = login(nadege).post(url("move", appointment), {"slot": slot})
    assert response.status_code == 200
    assert "Choisissez un créneau" in response.content.decode()


def test_the_week_shows_reasons_addresses_of_home_visits_and_what_to_do(
    login, claire_works, appointment, early
):
    home = AppointmentFactory(
        agent=claire_works, start=NINE + timedelta(hours=1), at_home=True, reason=appointment.reason
    )
    AddressFactory(household=home.household, street="4 impasse des Tilleuls")
    AppointmentFactory(agent=claire_works, start=NINE + timedelta(days=1))
    AbsenceFactory(agent=claire_works, start=NINE + timedelta(days=2))
    early.move_to(NINE + timedelta(minutes=40))
    page = parse(login(claire_works).get(reverse("appointments:mine"), {"vue": "tableau"}))
    today = words(select(page, "section[aria-labelledby=jour-2]")[0])
    assert "Procédure d’expulsion" in today
    assert "4 impasse des Tilleuls" in today
    assert "Renseigner" in today
    assert "En visite" in words(select(page, "section[aria-labelledby=jour-4]")[0])
    assert "1 rendez-vous à renseigner" in words(page)


def test_the_week_says_which_days_are_closed(login, claire_works):
    page = parse(login(claire_works).get(reverse("appointments:mine") + "?vue=tableau&semaine=2026-11-11"))
    assert "Fermé : Armistice 1918" in words(page)


def test_past_ones_without_outcome_are_listed_for_their_agent(
    login, claire_works, mehdi_works, appointment, early
):
    AppointmentFactory(agent=mehdi_works, start=NINE)
    early.move_to(NINE + timedelta(hours=1))
    page = parse(login(claire_works).get(reverse("appointments:to_record")))
    assert [words(row) for row in select(page, "tbody th")] == ["Denise Lefèvre"]
    [item] = own_work(claire_works, NINE.date())
    assert (item.url, item.due, item.subject) == (url("outcome", appointment), NINE.date(), "Denise Lefèvre")
    assert own_work(mehdi_works, NINE.date()) != []


@pytest.mark.parametrize("role", ["nadege", "isabelle", "francoise"])
def test_one_s_own_week_is_for_those_who_receive(login, request, role):
    client = login(request.getfixturevalue(role))
    for name in ("mine", "to_record"):
        assert client.get(reverse(f"appointments:{name}")).status_code == 403


def test_the_file_s_timeline_tells_appointments_as_far_as_the_reader_may_know(
    nadege, claire_works, hugo_works, interview, appointment
):
    household = appointment.household
    AppointmentFactory(agent=hugo_works, household=household, reason=interview, honoured=True)
    titles = {
        user.first_name: {
            item.title for item in collect_timeline(household, user) if item.kind == "appointment"
        }
        for user in (nadege, claire_works, hugo_works)
    }
    assert titles == {
        "Nadège": {"Rendez-vous logement", "Rendez-vous entretien, honoré"},
        "Claire": {"Rendez-vous procédure d’expulsion", "Rendez-vous entretien, honoré"},
        "Hugo": {"Rendez-vous soutien après un deuil, honoré"},
    }


def test_a_household_s_file_leads_to_the_booking_page(nadege, isabelle, early):
    household = HouseholdFactory()
    action, *_ = [one for one in collect_actions(household, nadege) if one.group == "Rendez-vous"]
    assert action.url == f"{reverse('appointments:book')}?menage={household.pk}"
    assert [one for one in collect_actions(household, isabelle) if one.group == "Rendez-vous"] == []


def test_lists_take_a_fixed_number_of_queries(login, claire_works, early, django_assert_max_num_queries):
    for half_hour in range(5):
        AppointmentFactory(agent=claire_works, start=NINE + timedelta(minutes=30 * half_hour), at_home=True)
    early.move_to(NINE + timedelta(hours=5))
    client = login(claire_works)
    for name in ("mine", "to_record"):
        client.get(reverse(f"appointments:{name}"), {"vue": "tableau"})
        with django_assert_max_num_queries(21 if name == "mine" else 12):
            client.get(reverse(f"appointments:{name}"))
