"""The direction manages presence; each change says which appointments it displaces."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse

from appointments.models import Absence, Presence
from cias.core.periods import PARIS
from cias.territory.models import ExceptionalClosure
from tests.appointments.pages import parse, select, words
from tests.factories import AbsenceFactory, AppointmentFactory, CommuneFactory, RoomFactory

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 24, 9, tzinfo=PARIS)


def url(name: str, obj) -> str:
    return reverse(f"appointments:{name}", args=[obj.pk])


def test_every_agent_s_hours_and_absences_on_one_page(login, isabelle, claire_works, mehdi, early):
    AbsenceFactory(agent=claire_works, start=NINE)
    page = words(parse(login(isabelle).get(reverse("appointments:presences"))))
    assert "lundi 9 h – 17 h · Bureau de Claire" in page
    assert "En visite, du mar. 24 nov." in page
    assert "aucun horaire" in page  # Mehdi


def test_weekly_hours_are_added_as_one_types_them(login, isabelle, claire, early):
    room = RoomFactory()
    posted = {
        "weekdays": "1",
        "weeks": "all",
        "starts_at": "9h",
        "ends_at": "12h30",
        "valid_from": "01/12/2026",
        "room": room.pk,
    }
    response = login(isabelle).post(url("add_presence", claire), posted, follow=True)
    presence = Presence.objects.get()
    assert (presence.starts_at, presence.ends_at) == (time(9), time(12, 30))
    assert "Mardi 9 h – 12 h 30" in words(parse(response))


@pytest.mark.parametrize(
    ("posted", "message"),
    [
        ({"starts_at": "25:00"}, "Saisissez une heure"),
        ({"ends_at": "8:00"}, "L’heure de fin doit suivre"),
        ({"valid_until": "30/11/2025"}, "La date de fin doit suivre"),
        ({"starts_at": "0900", "ends_at": "1000", "weekdays": "0"}, "déjà présent à ces heures"),
        ({"commune": "28085", "room": True}, "dans la commune, pas dans une salle"),
    ],
)
def test_hours_that_make_no_sense_are_refused_in_words(login, isabelle, claire, early, posted, message):
    CommuneFactory()
    existing = Presence.objects.create(
        agent=claire, weekday=0, starts_at=time(9), ends_at=time(12), valid_from=date(2026, 1, 1)
    )
    values = {
        "weekdays": "1",
        "weeks": "all",
        "starts_at": "9:00",
        "ends_at": "12:00",
        "valid_from": "01/12/2026",
        **posted,
    }
    if values.get("room"):
        values["room"] = RoomFactory().pk
    page = parse(login(isabelle).post(url("add_presence", claire), values))
    assert message in words(select(page, "div[data-error-summary]")[0])
    assert list(Presence.objects.all()) == [existing]


def test_an_absence_tells_the_appointments_to_move(login, isabelle, claire_works, early):
    appointment = AppointmentFactory(agent=claire_works, start=NINE.replace(day=26))
    posted = {"first_day": "26112026", "kind": "leave"}
    response = login(isabelle).post(url("add_absence", claire_works), posted, follow=True)
    absence = Absence.objects.get()
    assert (absence.start, absence.end) == (
        datetime(2026, 11, 26, tzinfo=PARIS),
        datetime(2026, 11, 27, tzinfo=PARIS),
    )
    page = words(parse(response))
    assert "1 rendez-vous à déplacer" in page
    assert appointment.who in page


def test_an_absence_of_some_hours(login, isabelle, claire_works, early):
    posted = {
        "first_day": "26/11/2026",
        "starts_at": "14h",
        "ends_at": "16h",
        "kind": "meeting",
        "label": "CLE",
    }
    login(isabelle).post(url("add_absence", claire_works), posted)
    absence = Absence.objects.get()
    assert (absence.start.astimezone(PARIS).hour, absence.end.astimezone(PARIS).hour) == (14, 16)
    refused = login(isabelle).post(url("add_absence", claire_works), {**posted, "ends_at": "13h"})
    assert "doit finir après avoir commencé" in refused.content.decode()


def test_one_day_s_change_and_the_end_of_weekly_hours(login, isabelle, claire_works, early):
    client = login(isabelle)
    client.post(url("change_day", claire_works), {"day": "25/11/2026", "starts_at": "10h", "ends_at": "11h"})
    change = Presence.objects.get(replaces=True)
    assert (change.weekday, change.valid_from, change.valid_until) == (
        2,
        date(2026, 11, 25),
        date(2026, 11, 25),
    )
    monday = Presence.objects.get(weekday=0)
    client.post(url("end_presence", monday), {"last_day": "30/11/2026"})
    monday.refresh_from_db()
    assert monday.valid_until == date(2026, 11, 30)


def test_a_coming_absence_is_removed_a_past_one_stays(login, isabelle, claire_works, early):
    coming = AbsenceFactory(agent=claire_works, start=NINE)
    past = AbsenceFactory(agent=claire_works, start=NINE.replace(day=2))
    client = login(isabelle)
    for absence in (coming, past):
        client.post(url("remove_absence", absence))
    assert list(Absence.objects.all()) == [past]


def test_a_closure_lists_the_appointments_to_move_for_direction_and_reception(
    login, isabelle, nadege, claire_works, early
):
    AppointmentFactory(agent=claire_works, unknown_caller=True, start=NINE.replace(day=26))
    AppointmentFactory(agent=claire_works, start=NINE.replace(day=27))
    ExceptionalClosure.objects.create(
        first_day=date(2026, 11, 26), last_day=date(2026, 11, 26), label="Inventaire"
    )
    for user, may_move in ((isabelle, False), (nadege, True)):
        page = parse(login(user).get(reverse("appointments:to_move")))
        [row] = select(page, "ul.displaced li")
        assert "jeu. 26 nov. 9 h 00 · Soizic Kerbrat Claire Vasseur · 06 39 98 04 17" in words(row)
        assert bool(select(row, "a.btn")) == may_move


def test_the_person_is_called_and_the_appointment_moves_from_the_list(
    login, nadege, claire_works, mehdi_works, early
):
    """Two appointments of one absent agent: each is offered its nearest times, never the same one."""
    rows = [AppointmentFactory(agent=claire_works, start=NINE.replace(hour=hour)) for hour in (9, 10)]
    AbsenceFactory(agent=claire_works, start=NINE, end=NINE.replace(hour=12))
    client, to_move_url = login(nadege), reverse("appointments:to_move")
    page = parse(client.get(to_move_url))
    offered = [
        [button.get("value") for button in select(row, "button[name=slot]")]
        for row in select(page, "ul.displaced li")
    ]
    assert [len(set(slots)) for slots in offered] == [2, 2]
    assert not set(offered[0]) & set(offered[1])
    assert offered[0][0].startswith(f"{claire_works.pk}_2026-11-24T13:30")
    response = client.post(url("move", rows[0]), {"slot": offered[0][0], "next": to_move_url}, follow=True)
    assert "Rendez-vous déplacé" in response.content.decode()
    assert len(select(parse(response), "ul.displaced li")) == 1
    rows[0].refresh_from_db()
    assert rows[0].start == NINE.replace(hour=13, minute=30)


def test_an_absence_repeats_at_the_same_hour_by_the_clock(login, isabelle, claire_works, early):
    posted = {
        "first_day": "08/03/2027", "starts_at": "9h", "ends_at": "10h", "kind": "meeting",
        "every_weeks": "2", "until": "10/04/2027",
    }  # fmt: skip
    client = login(isabelle)
    client.post(url("add_absence", claire_works), posted)
    rows = list(Absence.objects.order_by("start"))
    assert [row.start.astimezone(PARIS).strftime("%d/%m %H:%M") for row in rows] == [
        "08/03 09:00", "22/03 09:00", "05/04 09:00",
    ]  # fmt: skip
    assert {row.end - row.start for row in rows} == {timedelta(hours=1)}
    assert rows[2].start.astimezone(UTC).hour == 7  # summer time since 28 March
    client.post(url("remove_absence", rows[1]))
    assert Absence.objects.count() == 2
    client.post(url("remove_absence", rows[2]), {"serie": "1"})
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"every_weeks": "1", "until": ""}, "Indiquez jusqu’à quand"),
        ({"every_weeks": "1", "until": "01/12/2030"}, "deux ans au plus"),
        ({"every_weeks": "1", "last_day": "10/12/2026", "until": "01/02/2027"}, "finir avant la suivante"),
        ({"last_day": "25/11/2026"}, "La fin doit suivre le début"),
        ({"first_day": "31/02/2027"}, "date"),
    ],
)
def test_an_absence_that_makes_no_sense(login, isabelle, claire_works, early, changes, message):
    posted = {"first_day": "26/11/2026", "kind": "leave", **changes}
    response = login(isabelle).post(url("add_absence", claire_works), posted)
    assert message in words(select(parse(response), "div[data-error-summary]")[0])
    assert not Absence.objects.exists()


def test_a_permanence_of_one_day_and_its_removal(login, isabelle, claire_works, early):
    client, commune = login(isabelle), CommuneFactory()
    posted = {"day": "25/11/2026", "starts_at": "14h", "ends_at": "16h", "commune": commune.pk}
    page = words(parse(client.post(url("change_day", claire_works), posted, follow=True)))
    assert f"14 h – 16 hpermanence de {commune.name}" in page
    change = Presence.objects.get(replaces=True)
    client.post(url("remove_change", change))
    assert not Presence.objects.filter(replaces=True).exists()
    usual = Presence.objects.first()
    assert "Seul un changement" in client.post(url("remove_change", usual), follow=True).content.decode()
    assert (
        "Ce jour est passé"
        in client.post(url("change_day", claire_works), {**posted, "day": "23/11/2026"}).content.decode()
    )


def test_agents_note_their_own_absences_not_their_hours(login, claire_works, mehdi_works, early):
    client = login(claire_works)
    client.post(url("add_absence", claire_works), {"first_day": "26/11/2026", "kind": "training"})
    assert Absence.objects.get().agent == claire_works
    assert client.get(url("add_presence", claire_works)).status_code == 403
    assert client.get(url("agent_presences", mehdi_works)).status_code == 404
    assert client.get(reverse("appointments:leave_file")).status_code == 403
    assert "Mehdi" not in words(parse(client.get(reverse("appointments:presences"))))
    theirs = AbsenceFactory(agent=mehdi_works, start=NINE)
    assert client.post(url("remove_absence", theirs)).status_code == 404


@pytest.mark.parametrize("role", ["nadege", "francoise", "david", "armelle"])
def test_presence_is_not_for_everybody(login, request, role, mehdi_works):
    client = login(request.getfixturevalue(role))
    assert client.get(reverse("appointments:presences")).status_code == 403
    for name in ("agent_presences", "add_presence", "change_day", "add_absence"):
        assert client.post(url(name, mehdi_works)).status_code == 403


def test_the_list_costs_the_same_for_one_as_for_many(
    login, nadege, claire_works, mehdi_works, early, django_assert_max_num_queries
):
    AbsenceFactory(agent=claire_works, start=NINE, end=NINE.replace(hour=17))
    client = login(nadege)
    for hour in (9, 10, 11, 14, 15, 16):
        AppointmentFactory(agent=claire_works, start=NINE.replace(hour=hour))
        with django_assert_max_num_queries(25):
            client.get(reverse("appointments:to_move"))
