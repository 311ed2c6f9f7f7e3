"""Another time for an appointment: any other time typed on the page, or a drop in the calendar."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from appointments.enums import CautionCode, Place, Status
from appointments.forms.moving import OtherTimeForm
from appointments.models import Appointment, TravelTime
from cias.core.periods import PARIS
from tests.appointments.pages import parse, select, words
from tests.factories import AppointmentFactory, HouseholdFactory, WaitingEntryFactory

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 24, 9, tzinfo=PARIS)


@pytest.fixture
def appointment(early, claire_works, css) -> Appointment:
    """Half an hour with Claire on Tuesday at 9:00."""
    return AppointmentFactory(
        agent=claire_works, start=NINE, reason=css, household=HouseholdFactory(with_applicant=True)
    )


def typed(day="24/11/2026", starts_at="14h10", minutes="45", **more):
    return {"other": "1", "day": day, "starts_at": starts_at, "minutes": minutes, **more}


def page_url(appointment) -> str:
    return reverse("appointments:move", args=[appointment.pk])


# The page ------------------------------------------------------------------------------------------------


def test_any_other_time_and_duration(login, nadege, appointment):
    answer = login(nadege).post(page_url(appointment), typed())
    assert answer.url == reverse("appointments:detail", args=[appointment.pk])
    appointment.refresh_from_db()
    assert (appointment.start, appointment.minutes) == (NINE.replace(hour=14, minute=10), 45)


def test_cautions_are_asked_beside_what_was_typed(login, nadege, appointment):
    client = login(nadege)
    page = parse(client.post(page_url(appointment), typed(starts_at="18:00")))
    form = select(page, "section[aria-labelledby=autre-heure]")[0]
    assert "hors des heures d’ouverture" in words(form)
    assert select(form, "input[name=starts_at]")[0].get("value") == "18:00"
    [box] = select(form, "input[name=accepts]")
    client.post(page_url(appointment), typed(starts_at="18:00", accepts=box.get("value")))
    appointment.refresh_from_db()
    assert (appointment.start, appointment.cautions) == (NINE.replace(hour=18), [CautionCode.CLOSED])


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"day": "31/11/2026"}, "day", "n’existe pas"),
        ({"day": ""}, "day", "obligatoire"),
        ({"starts_at": "midi"}, "starts_at", "Saisissez une heure, par exemple 9 h 30."),
        ({"starts_at": "7h30", "day": "24/11/2026"}, "starts_at", "Cette heure est passée."),
        ({"minutes": "4"}, "minutes", "Une durée va de 5 à 480 minutes."),
        ({"minutes": "une heure"}, "minutes", "Saisissez un nombre de minutes."),
    ],
)
def test_errors_are_said_at_the_field(login, nadege, appointment, changes, field, text):
    page = parse(login(nadege).post(page_url(appointment), typed(**changes)))
    assert text in words(select(page, f"p[id=id_{field}_error]")[0])
    assert select(page, "title")[0].text.startswith("Erreur")
    appointment.refresh_from_db()
    assert appointment.start == NINE


def test_a_time_that_is_taken_answers_409_with_slots_of_the_duration_asked(login, nadege, appointment, css):
    AppointmentFactory(agent=appointment.agent, start=NINE.replace(hour=14), reason=css)
    response = login(nadege).post(page_url(appointment), typed(minutes="60"))
    assert response.status_code == 409
    page = parse(response)
    assert "Le rendez-vous n’a pas bougé" in words(page)
    slots = select(page, "input[name=slot]")
    assert len(slots) == 3
    minutes = select(page, "section[aria-labelledby=creneaux] input[name=minutes]")[0].get("value")
    login(nadege).post(page_url(appointment), {"slot": slots[0].get("value"), "minutes": minutes})
    appointment.refresh_from_db()
    assert appointment.minutes == 60


def test_a_slot_proposed_may_need_cautions_too_and_leads_back(login, nadege, appointment, mehdi_works):
    """The household has the same kind of appointment with somebody else that afternoon."""
    AppointmentFactory(
        agent=mehdi_works,
        household=appointment.household,
        reason=appointment.reason,
        start=NINE.replace(hour=16),
    )
    client, back = login(nadege), reverse("appointments:to_move")
    slot = f"{appointment.agent.pk}_{NINE.replace(hour=11).isoformat()}"
    page = parse(client.post(page_url(appointment), {"slot": slot, "next": back}))
    chosen = select(page, "section[aria-labelledby=creneaux] input[name=slot]")
    assert [box.get("checked") for box in chosen] == ["checked"]
    posted = {
        "slot": chosen[0].get("value"),
        "accepts": [box.get("value") for box in select(page, "input[name=accepts]")],
        "next": select(page, "section[aria-labelledby=creneaux] input[name=next]")[0].get("value"),
    }
    assert posted["accepts"] == [CautionCode.SAME_REASON]
    assert client.post(page_url(appointment), posted).url == back
    appointment.refresh_from_db()
    assert appointment.start == NINE.replace(hour=11)


@pytest.mark.parametrize("after", ["hier", "2026-11-24T10:00:00"])
def test_a_wrong_address_shows_the_first_slots(login, nadege, appointment, after):
    page = parse(login(nadege).get(page_url(appointment), {"apres": after}))
    assert len(select(page, "input[name=slot]")) == 6


def test_the_time_typed_is_the_one_of_paris_on_both_sides_of_a_clock_change(db):
    moments = []
    for day in ("23/10/2026", "26/10/2026"):
        form = OtherTimeForm({"day": day, "starts_at": "9h", "minutes": "30"})
        assert form.is_valid()
        moments.append(form.start())
    assert moments == [datetime(2026, 10, 23, 7, tzinfo=UTC), datetime(2026, 10, 26, 8, tzinfo=UTC)]


# The calendar ----------------------------------------------------------------------------------------------


def drop(client, appointment, start=None, minutes=30, revision=None, agent=None, **more):
    data = {
        "start": (start or NINE).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S%z"),
        "minutes": minutes,
        "revision": appointment.revision if revision is None else revision,
        "agent": (agent or appointment.agent).pk,
        **more,
    }
    return client.post(reverse("appointments:drop", args=[appointment.pk]), data)


def test_a_drop_moves_and_answers_what_to_draw(login, nadege, appointment):
    answer = drop(login(nadege), appointment, NINE.replace(hour=14), minutes=60)
    assert answer.status_code == 200
    told = answer.json()
    assert told["message"].startswith("Rendez-vous déplacé\u00a0: aujourd’hui mardi 24 novembre à 14")
    [event] = told["events"]
    assert (event["start"], event["end"]) == ("2026-11-24T14:00:00+01:00", "2026-11-24T15:00:00+01:00")
    assert event["extendedProps"]["revision"] == appointment.revision + 1
    appointment.refresh_from_db()
    assert (appointment.start, appointment.minutes) == (NINE.replace(hour=14), 60)


def test_a_visit_is_dropped_with_its_way(login, claire_works, appointment):
    TravelTime.objects.create(commune=appointment.household.commune, minutes=20)
    way = timedelta(minutes=20)
    Appointment.objects.filter(pk=appointment.pk).update(
        place=Place.HOME, room=None, busy_from=NINE - way, busy_until=NINE + timedelta(minutes=30) + way
    )
    appointment.refresh_from_db()
    events = drop(login(claire_works), appointment, NINE.replace(hour=13, minute=50)).json()["events"]
    assert [(event["start"][11:16], event["end"][11:16]) for event in events] == [
        ("13:50", "14:20"), ("13:30", "13:50"), ("14:20", "14:40"),
    ]  # fmt: skip


def test_cautions_wait_to_be_accepted(login, nadege, appointment):
    client = login(nadege)
    answer = drop(client, appointment, NINE.replace(hour=12, minute=15))
    assert answer.status_code == 422
    [caution] = answer.json()["cautions"]
    assert caution == {"code": "closed", "text": "Cette heure est hors des heures d’ouverture."}
    assert drop(client, appointment, NINE.replace(hour=12, minute=15), accepts=["closed"]).status_code == 200
    appointment.refresh_from_db()
    assert appointment.cautions == ["closed"]


def test_a_time_that_is_taken_is_refused(login, nadege, appointment):
    AppointmentFactory(agent=appointment.agent, start=NINE.replace(hour=14))
    answer = drop(login(nadege), appointment, NINE.replace(hour=14, minute=10))
    assert answer.status_code == 409
    assert answer.json()["message"].endswith("Le rendez-vous n’a pas bougé.")
    appointment.refresh_from_db()
    assert appointment.start == NINE


def test_what_has_changed_meanwhile_is_not_moved(login, nadege, appointment):
    answer = drop(login(nadege), appointment, NINE.replace(hour=14), revision=appointment.revision + 1)
    assert answer.status_code == 409
    assert "a changé entre-temps" in answer.json()["message"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": "demain"},
        {"minutes": "3"},
        {"agent": "moi"},
        {"revision": ""},
    ],
)
def test_what_makes_no_sense_is_refused(login, nadege, appointment, wrong):
    data = {"start": "2026-11-24T13:00:00+0000", "minutes": 30, "revision": 1, "agent": appointment.agent.pk}
    answer = login(nadege).post(reverse("appointments:drop", args=[appointment.pk]), {**data, **wrong})
    assert answer.status_code == 422
    assert answer.json()["message"] == "Cette heure ne peut pas être lue."


def test_the_past_and_the_done_do_not_move(login, nadege, appointment):
    client = login(nadege)
    assert drop(client, appointment, NINE - timedelta(days=1)).json()["message"] == "Cette heure est passée."
    appointment.set_status(Status.CANCELLED_BY_USER, at=NINE)
    appointment.save()
    appointment.refresh_from_db()
    answer = drop(client, appointment, NINE.replace(hour=14))
    assert (answer.status_code, "à venir" in answer.json()["message"]) == (422, True)


@pytest.mark.parametrize(
    ("role", "status"),
    [("mehdi", 403), ("isabelle", 403), ("francoise", 403), ("hugo", 404), ("claire", 200)],
)
def test_who_may_drop(login, request, appointment, role, status):
    client = login(request.getfixturevalue(role))
    assert drop(client, appointment, NINE.replace(hour=14)).status_code == status


def test_the_second_of_a_pair_drops_and_stays_the_second(login, mehdi_works, appointment):
    appointment.second_agent = mehdi_works
    appointment.save()
    answer = drop(login(mehdi_works), appointment, NINE.replace(hour=14), agent=mehdi_works)
    lines = [line["text"] for line in answer.json()["events"][0]["extendedProps"]["lines"]]
    assert "avec Claire Vasseur" in lines
    appointment.refresh_from_db()
    assert (appointment.agent, appointment.second_agent) == (appointment.agent, mehdi_works)


def test_the_second_of_a_pair_finds_slots_of_both(login, mehdi_works, appointment):
    appointment.second_agent = mehdi_works
    appointment.save()
    client = login(mehdi_works)
    slots = select(parse(client.get(page_url(appointment))), "input[name=slot]")
    assert len(slots) == 6
    client.post(page_url(appointment), {"slot": slots[1].get("value")})
    agent = appointment.agent
    appointment.refresh_from_db()
    assert (appointment.agent, appointment.second_agent) == (agent, mehdi_works)
    assert appointment.start == NINE + timedelta(hours=1)


def test_a_drop_says_who_waits_for_the_time_that_is_free(login, nadege, appointment):
    WaitingEntryFactory(reason=appointment.reason, household=HouseholdFactory(with_applicant=True))
    told = drop(login(nadege), appointment, NINE.replace(hour=14)).json()
    assert told["waiting"]["text"] == "1\u00a0personne attend ce créneau"
    assert f"agent={appointment.agent.pk}" in told["waiting"]["url"]
