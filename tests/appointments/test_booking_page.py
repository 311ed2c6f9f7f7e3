"""The booking page (A4), with and without JavaScript: every step is a POST to one address."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse

from appointments.enums import Place, Status, Urgency
from appointments.models import Appointment, Reason, TravelTime
from cias.audit.models import AccessLog
from cias.core.periods import PARIS
from households.models import Household, Person
from tests.appointments.pages import parse, select, words
from tests.factories import (
    AppointmentFactory,
    AssignmentFactory,
    CommuneFactory,
    MembershipFactory,
    PresenceFactory,
    ReasonFactory,
    RoomFactory,
    TeamFactory,
)

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 24, 9, tzinfo=PARIS)
BOOK = reverse("appointments:book")


@pytest.fixture
def soizic(db) -> Person:
    membership = MembershipFactory(
        person__birth_name="Kerbrat", person__first_names="Soizic", person__birth_date=date(1991, 2, 14),
        person__phone="+33639980417", household__name="Kerbrat", household__number="M-2025-00412",
    )  # fmt: skip
    return membership.person


def key(agent, start) -> str:
    return f"{agent.pk}_{start.isoformat()}"


def call(person=None, reason=None, **more) -> dict[str, str]:
    values = {"urgency": Urgency.THIS_WEEK, "place": Place.OFFICE, **more}
    if person is not None:
        values["person"] = person.pk
    if reason is not None:
        values["reason"] = reason.pk
    return values


def slots(tree) -> list[str]:
    return [words(label) for label in select(tree, "fieldset.slots label.slot")]


def ticked(tree) -> str:
    [radio] = [radio for radio in select(tree, "input[name=slot]") if radio.get("checked") is not None]
    return radio.get("value")


def test_half_a_name_finds_the_caller_and_what_tells_them_apart(login, nadege, claire, soizic, early):
    AssignmentFactory(household=Household.objects.get(), agent=claire)
    tree = parse(login(nadege).post(BOOK, {"last_name": "kerbra", "action": "search"}))
    [button] = select(tree, "button[name=choose]")
    assert button.get("value") == str(soizic.pk)
    found = words(select(tree, "div.alert-soon li")[0])
    assert found.startswith("Soizic Kerbrat, née le 14/02/1991, Chartres")
    assert "ménage M-2025-00412, référent : Claire Vasseur" in found
    assert select(tree, "mark")[0].text == "Kerbra"
    assert AccessLog.objects.get().detail == {"count": 1}


def test_typing_swaps_the_list_of_candidates_only(login, nadege, soizic):
    headers = {"HX-Request": "true", "HX-Target": "candidates"}
    answer = login(nadege).post(BOOK, {"last_name": "kerb"}, headers=headers).content.decode()
    assert "Soizic" in answer
    assert "Pour quoi" not in answer


def test_choosing_a_reason_swaps_the_slots_and_the_sentence(login, nadege, claire_works, soizic, css, early):
    headers = {"HX-Request": "true", "HX-Target": "when"}
    answer = login(nadege).post(BOOK, call(soizic, css), headers=headers).content.decode()
    assert "Qui appelle" not in answer
    assert 'id="said" hx-swap-oob="true"' in answer
    assert "practical_note" not in answer  # what was typed in the note is never swapped away


def test_a_list_that_is_no_longer_what_was_typed_chooses_nobody(login, nadege, soizic):
    other = MembershipFactory(person__birth_name="Lefèvre").person
    posted = {"last_name": "Kerbrat", "searched": "Lef", "choose": other.pk}
    tree = parse(login(nadege).post(BOOK, posted))
    assert [button.get("value") for button in select(tree, "button[name=choose]")] == [str(soizic.pk)]
    posted["searched"] = "Kerbrat"
    assert "Lefèvre" in words(select(parse(login(nadege).post(BOOK, posted)), "div.step-done")[0])


def test_the_first_slots_the_referent_s_ticked_and_the_sentence_to_say(
    login, nadege, claire_works, mehdi_works, soizic, css, early
):
    AssignmentFactory(household=Household.objects.get(), agent=mehdi_works)
    AppointmentFactory(agent=mehdi_works, start=NINE)
    tree = parse(login(nadege).post(BOOK, call(soizic, css)))
    shown = slots(tree)
    assert shown[0] == "1mar. 24 nov. 9 h 00 – 9 h 30Claire Vasseur · Bureau de Claireaujourd’hui"
    assert shown[1] == "2mar. 24 nov. 9 h 30 – 10 h 00Mehdi Aouragh · Bureau de Mehdiréférent"
    assert len(shown) == 6
    assert ticked(tree).startswith(str(mehdi_works.pk))
    assert words(select(tree, "p.script")[0]) == (
        "« Madame Kerbrat, nous vous attendons aujourd’hui mardi 24 novembre à 9 h 30, "
        "avec Mehdi Aouragh, à l’accueil du CIAS. »"
    )


def test_confirming_books_what_was_said(login, nadege, claire_works, soizic, css, early):
    posted = call(
        soizic, css, slot=key(claire_works, NINE), practical_note="Vient avec sa fille", action="confirm"
    )
    response = login(nadege).post(BOOK, posted, follow=True)
    appointment = Appointment.objects.get()
    assert (appointment.person, appointment.household.number) == (soizic, "M-2025-00412")
    assert (appointment.start, appointment.agent, appointment.booked_by) == (NINE, claire_works, nadege)
    assert appointment.practical_note == "Vient avec sa fille"
    assert response.redirect_chain == [(reverse("appointments:detail", args=[appointment.pk]), 302)]
    assert "Rendez-vous pris : aujourd’hui mardi 24 novembre à 9" in response.content.decode()


def test_a_slot_that_has_gone_answers_409_with_three_others_and_keeps_everything(
    login, nadege, claire_works, mehdi_works, soizic, css, early
):
    AppointmentFactory(agent=claire_works, start=NINE, booked_by=mehdi_works)
    posted = call(
        soizic,
        css,
        slot=key(claire_works, NINE),
        practical_note="Vient avec sa fille",
        minutes="30",
        action="confirm",
    )
    response = login(nadege).post(BOOK, posted)
    assert response.status_code == 409
    tree = parse(response)
    assert "Mehdi Aouragh a réservé mardi 24 novembre 2026 à 9 h" in words(select(tree, "div.alert-late")[0])
    assert len(slots(tree)) == 3
    assert ticked(tree) == select(tree, "input[name=slot]")[0].get("value")
    assert words(select(tree, "s")[0]) == "mar. 24 nov. 9 h 00 – 9 h 30, Claire Vasseur"
    kept = {
        field.get("name"): field.get("value")
        for field in select(tree, "form input")
        if field.get("type") == "hidden"
    }
    assert kept["person"] == str(soizic.pk)
    assert kept["reason"] == str(css.pk)
    assert kept["minutes"] == "30"
    assert select(tree, "input[name=practical_note]")[0].get("value") == "Vient avec sa fille"
    assert "Confirmer 9 h 30" in words(select(tree, "button[data-confirm]")[0])
    again = {**kept, "slot": ticked(tree), "practical_note": "Vient avec sa fille", "action": "confirm"}
    assert login(nadege).post(BOOK, again).status_code == 302
    assert Appointment.objects.filter(person=soizic).get().start == NINE + timedelta(minutes=30)


def test_a_typed_time_across_lunch_is_refused(login, nadege, claire_works, soizic, css, early):
    typed = NINE.replace(hour=11, minute=30)
    posted = call(soizic, css, slot=key(claire_works, typed), minutes="60", action="confirm")
    response = login(nadege).post(BOOK, posted)
    assert response.status_code == 409
    assert "n’est pas un créneau libre" in response.content.decode()
    assert not Appointment.objects.exists()


def test_a_new_caller_s_file_opens_with_the_appointment(login, nadege, claire_works, css, early):
    commune = CommuneFactory()
    posted = call(
        reason=css, is_new="1", last_name="Kerbrat", first_names="Soizic", birth="14021991", title="mme",
        phone="06 39 98 04 17", commune=commune.pk, slot=key(claire_works, NINE), action="confirm",
    )  # fmt: skip
    assert login(nadege).post(BOOK, posted).status_code == 302
    appointment = Appointment.objects.get()
    assert appointment.household.commune == commune
    assert (appointment.person.birth_date, appointment.person.phone) == (date(1991, 2, 14), "+33639980417")


def test_no_file_is_opened_when_the_slot_has_gone(login, nadege, claire_works, css, early):
    AppointmentFactory(agent=claire_works, start=NINE)
    before = Household.objects.count()
    posted = call(
        reason=css,
        is_new="1",
        last_name="Kerbrat",
        phone="0639980417",
        slot=key(claire_works, NINE),
        action="confirm",
    )
    response = login(nadege).post(BOOK, posted)
    assert response.status_code == 409
    assert Household.objects.count() == before
    kept = {field.get("name"): field.get("value") for field in select(parse(response), "form input")}
    assert (kept["last_name"], kept["phone"], kept["is_new"]) == ("Kerbrat", "0639980417", "1")


def test_possible_duplicates_show_while_a_new_person_is_typed(login, nadege, soizic):
    posted = {"is_new": "1", "last_name": "Kerbra", "first_names": "Soizik", "birth": "14/02/1991"}
    text = words(select(parse(login(nadege).post(BOOK, posted)), "div.alert-soon")[0])
    assert "Cette personne existe peut-être déjà" in text
    assert "Soizic Kerbrat" in text


def test_what_is_missing_or_misspelt_is_said_at_the_field_and_nothing_is_lost(
    login, nadege, claire_works, early
):
    posted = {"is_new": "1", "last_name": "", "first_names": "Soizic", "birth": "31/02/1991", "phone": "12",
              "practical_note": "Sonnez", "action": "confirm"}  # fmt: skip
    response = login(nadege).post(BOOK, posted)
    tree = parse(response)
    assert select(tree, "title")[0].text.startswith("Erreur")
    summary = words(select(tree, "div[data-error-summary]")[0])
    for message in (
        "Nom : Indiquez un nom.",
        "Cette date n’existe pas",
        "06 12 34 56 78",
        "Choisissez un motif.",
    ):
        assert message in summary
    assert select(tree, "input[name=first_names]")[0].get("value") == "Soizic"
    assert select(tree, "input[name=practical_note]")[0].get("value") == "Sonnez"
    birth = select(tree, "input[name=birth]")[0]
    assert (birth.get("value"), birth.get("aria-invalid")) == ("31/02/1991", "true")


def test_a_clash_is_acknowledged_before_it_is_booked(
    login, nadege, claire_works, mehdi_works, soizic, css, early
):
    AppointmentFactory(agent=mehdi_works, household=Household.objects.get(), person=soizic, start=NINE)
    posted = call(soizic, css, slot=key(claire_works, NINE), action="confirm")
    tree = parse(login(nadege).post(BOOK, posted))
    assert "Soizic Kerbrat a déjà rendez-vous au même moment" in words(tree)
    assert ticked(tree) == next(
        radio.get("value")
        for radio in select(tree, "input[name=slot]")
        if str(claire_works.pk) in radio.get("value")
    )
    assert Appointment.objects.count() == 1
    assert login(nadege).post(BOOK, {**posted, "accepts": "overlap"}).status_code == 302
    assert Appointment.objects.count() == 2


def test_a_household_s_page_leads_here_with_its_applicant(login, nadege, soizic, early):
    household = Household.objects.get()
    tree = parse(login(nadege).get(f"{BOOK}?menage={household.pk}"))
    assert "Soizic Kerbrat" in words(select(tree, "div.step-done")[0])
    assert AccessLog.objects.get().subject_id == household.pk


def test_a_free_cell_leads_here_with_its_agent_and_hour(login, nadege, claire_works, mehdi_works, css, early):
    query = f"?agent={claire_works.pk}&debut=2026-11-24T10:00"
    tree = parse(login(nadege).get(BOOK + query))
    hidden = {name: select(tree, f"input[name={name}]")[0].get("value") for name in ("after",)}
    posted = call(reason=css, agent=claire_works.pk, **hidden)
    shown = slots(parse(login(nadege).post(BOOK, posted)))
    assert shown[0].startswith("1mar. 24 nov. 10 h 00 – 10 h 30Claire Vasseur")
    assert all("Claire Vasseur" in line for line in shown)


def test_the_next_slots_follow_those_already_seen(login, nadege, claire_works, css, early):
    tree = parse(login(nadege).post(BOOK, call(reason=css)))
    more = select(tree, "button[name=more]")[0].get("value")
    following = slots(parse(login(nadege).post(BOOK, call(reason=css, more=more))))
    assert following[0].startswith("1mar. 24 nov. 13 h 30")


def test_slots_of_a_team_a_referent_or_one_agent(
    login, nadege, claire_works, mehdi_works, soizic, css, early
):
    AssignmentFactory(household=Household.objects.get(), agent=claire_works)
    team = TeamFactory(name="Équipe droits", members=[mehdi_works])
    asked = {f"team:{team.pk}": "Mehdi", "referent": "Claire", "team:autre": "Claire"}
    for scope, name in asked.items():
        shown = slots(parse(login(nadege).post(BOOK, call(soizic, css, scope=scope))))
        assert name in shown[0], scope
    shown = slots(parse(login(nadege).post(BOOK, call(soizic, css, agent=mehdi_works.pk))))
    assert all("Mehdi" in line for line in shown)


def test_the_permanence_of_the_caller_s_commune(login, nadege, claire, mehdi_works, soizic, css, early):
    commune = Household.objects.get().commune
    PresenceFactory(agent=claire, weekday=1, room=None, commune=commune)
    tree = parse(login(nadege).post(BOOK, call(soizic, css, scope="permanence")))
    assert "Permanence de Chartres" in slots(tree)[0]
    assert "à la permanence de Chartres" in words(select(tree, "p.script")[0])


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (Place.HOME, "Claire Vasseur passera chez vous aujourd’hui"),
        (Place.PHONE, "Claire Vasseur vous appellera aujourd’hui"),
        (Place.VIDEO, "en visioconférence"),
    ],
)
def test_the_sentence_says_where(login, nadege, claire_works, soizic, css, early, place, sentence):
    tree = parse(login(nadege).post(BOOK, call(soizic, css, place=place)))
    assert sentence in words(select(tree, "p.script")[0])


def test_an_urgent_caller_is_told_when_today_is_full(login, nadege, claire_works, css, early):
    early.move_to(datetime(2026, 11, 24, 17, tzinfo=PARIS))
    shown = slots(parse(login(nadege).post(BOOK, call(reason=css, urgency=Urgency.TODAY))))
    assert shown[0].startswith("1mer. 25 nov.")
    later = slots(parse(login(nadege).post(BOOK, call(reason=css, urgency=Urgency.LATER))))
    assert later[0].startswith("1mar. 1 déc.")


def test_no_agent_present_says_what_to_try(login, nadege, claire, css, early):
    assert "Aucun créneau libre dans les six mois" in words(parse(login(nadege).post(BOOK, call(reason=css))))


def test_reception_chooses_among_categories_an_agent_among_their_reasons(
    login, nadege, claire_works, hugo_works
):
    def reasons(user, path="fieldset[id=id_reason] label"):
        return [words(element) for element in select(parse(login(user).get(BOOK)), path)]

    assert reasons(nadege) == [
        "Logement", "Droits", "Insertion", "Énergie", "Premier accueil", "Autre", "Entretien",
    ]  # fmt: skip
    precise = reasons(claire_works, "select[name=reason] optgroup[label=Logement] option")
    assert precise[:3] == ["Logement", "Impayé de loyer", "Procédure d’expulsion"]
    assert "Entretien" not in reasons(claire_works, "select[name=reason] option")
    assert reasons(hugo_works) == ["Entretien", "Entretien de suivi"]


def test_an_agent_books_for_themselves_whatever_is_posted(
    login, claire_works, mehdi_works, soizic, css, early
):
    client = login(claire_works)
    assert all("Claire" in line for line in slots(parse(client.post(BOOK, call(soizic, css)))))
    response = client.post(BOOK, call(soizic, css, slot=key(mehdi_works, NINE), action="confirm"))
    assert "Choisissez un créneau pour ce motif" in response.content.decode()
    assert not Appointment.objects.exists()


def test_the_psychologist_notes_a_name_and_sees_nobody_else(login, hugo_works, soizic, early):
    client, reason = login(hugo_works), Reason.objects.get(code="entretien")
    assert "Soizic" not in client.post(BOOK, {"last_name": "kerbrat", "action": "search"}).content.decode()
    assert "Soizic" not in client.post(BOOK, call(soizic, reason)).content.decode()
    posted = call(
        reason=reason,
        is_new="1",
        last_name="Le Goff",
        first_names="Maëlle",
        slot=key(hugo_works, NINE),
        action="confirm",
    )
    assert client.post(BOOK, posted).status_code == 302
    appointment = Appointment.objects.get()
    assert (appointment.household, appointment.caller_name) == (None, "Maëlle Le Goff")


@pytest.mark.parametrize("role", ["isabelle", "francoise", "david", "armelle"])
def test_others_book_nothing(login, request, role):
    client = login(request.getfixturevalue(role))
    assert client.get(BOOK).status_code == 403
    assert client.post(BOOK, {"action": "confirm"}).status_code == 403


def test_the_page_takes_a_fixed_number_of_queries(
    login, nadege, claire_works, mehdi_works, soizic, css, early, django_assert_max_num_queries
):
    AssignmentFactory(household=Household.objects.get(), agent=claire_works)
    for half_hour in range(5):
        AppointmentFactory(agent=claire_works, start=NINE + timedelta(minutes=30 * half_hour))
    client = login(nadege)
    with django_assert_max_num_queries(22):
        client.post(BOOK, call(soizic, css))


@pytest.mark.django_db(transaction=True)
def test_twenty_receptionists_confirm_the_same_slot(login, nadege, claire, mehdi):
    """The whole way, through HTTP: one is redirected to their appointment, nineteen get the 409 page."""
    count, start = 20, datetime(2027, 3, 2, 9, tzinfo=PARIS)
    for agent in (claire, mehdi):
        PresenceFactory(agent=agent, weekday=start.weekday(), room=RoomFactory())
    reason = ReasonFactory()
    persons = [MembershipFactory().person for _ in range(count)]
    clients = [login(nadege) for _ in range(count)]
    barrier, answers = Barrier(count), [None] * count

    def confirm(number: int) -> None:
        barrier.wait(timeout=60)
        answers[number] = clients[number].post(
            BOOK, call(persons[number], reason, slot=key(claire, start), action="confirm")
        )
        connection.close()

    threads = [Thread(target=confirm, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=90)
    assert sorted(answer.status_code for answer in answers) == [302] + [409] * (count - 1)
    assert all(len(slots(parse(answer))) == 3 for answer in answers if answer.status_code == 409)
    assert Appointment.objects.filter(status=Status.PLANNED).count() == 1


# Another hour, two agents ----------------------------------------------------------------------------


def test_another_hour_than_those_proposed(login, nadege, claire_works, soizic, css, early):
    client = login(nadege)
    typed = {"exact_day": "24/11/2026", "exact_time": "9h10"}
    tree = parse(client.post(BOOK, call(soizic, css, action="exact", **typed)))
    chosen = f"{claire_works.pk}_2026-11-24T09:10+0100"
    assert ticked(tree) == chosen
    assert "à 9 h 10" in words(select(tree, "p.script")[0])
    posted = call(soizic, css, slot=chosen, action="confirm", **typed)
    assert "inutilisables avant lui" in words(parse(client.post(BOOK, posted)))
    assert client.post(BOOK, {**posted, "accepts": "hole"}).status_code == 302
    appointment = Appointment.objects.get()
    assert (appointment.start, appointment.cautions) == (NINE + timedelta(minutes=10), ["hole"])


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"exact_day": "24/11/2026"}, "Indiquez la date et l’heure"),
        ({"exact_day": "23/11/2026", "exact_time": "9h"}, "Cette heure est passée"),
        ({"exact_day": "24/11/2026", "exact_time": "25h"}, "Saisissez une heure"),
        ({"exact_day": "24/11/2026", "exact_time": "9h15"}, "Personne n’est libre à cette heure"),
    ],
)
def test_another_hour_that_cannot_be(login, nadege, claire_works, soizic, css, early, typed, message):
    AppointmentFactory(agent=claire_works, start=NINE)
    tree = parse(login(nadege).post(BOOK, call(soizic, css, action="exact", **typed)))
    assert message in words(tree)
    assert slots(tree)


def test_two_agents_together(login, nadege, claire_works, mehdi_works, soizic, css, early):
    AppointmentFactory(agent=mehdi_works, start=NINE)
    client, posted = login(nadege), call(soizic, css, second_agent=mehdi_works.pk)
    tree = parse(client.post(BOOK, posted))
    assert ticked(tree) == f"{claire_works.pk}_2026-11-24T09:30+0100"
    assert "avec Claire Vasseur et Mehdi Aouragh" in words(select(tree, "p.script")[0])
    client.post(BOOK, {**posted, "slot": ticked(tree), "action": "confirm"})
    assert Appointment.objects.get(household=soizic.memberships.get().household).second_agent == mehdi_works


def test_a_visit_tells_the_way(login, nadege, claire_works, soizic, css, early):
    household = soizic.memberships.get().household
    TravelTime.objects.create(commune=household.commune, minutes=20)
    tree = parse(login(nadege).post(BOOK, call(soizic, css, place=Place.HOME)))
    assert ticked(tree) == f"{claire_works.pk}_2026-11-24T09:20+0100"
    assert "20 min, gardées libres avant et après" in words(tree)
