"""An agent's week as a table and as what the calendar draws: who sees what, pairs, travel, clock changes."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from appointments.enums import Category, Place
from appointments.models import TravelTime, VisitNote
from appointments.week import Span
from cias.audit.models import AccessLog
from cias.core.periods import PARIS
from households.models import Household
from tests.appointments.pages import parse, select, words
from tests.factories import (
    AbsenceFactory,
    AddressFactory,
    AppointmentFactory,
    AssignmentFactory,
    HouseholdFactory,
    MembershipFactory,
    NoteFactory,
    PresenceFactory,
    ReasonFactory,
)

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 24, 9, tzinfo=PARIS)
MONDAY = "2026-11-23"


def week_url(agent, /, **query) -> str:
    return reverse("appointments:week", args=[agent.pk], query={"semaine": MONDAY, **query})


def calendar(client, agent, /, **query) -> dict:
    url = reverse("appointments:week_events", args=[agent.pk], query={"semaine": MONDAY, **query})
    response = client.get(url)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    return response.json()


def named(answer: dict, title: str) -> dict:
    return next(event for event in answer["events"] if event["title"] == title)


def texts(event: dict) -> list[str]:
    return [line["text"] for line in event["extendedProps"]["lines"]]


@pytest.fixture
def denise(claire_works, early):
    """Denise Lefèvre sees Claire on Tuesday at 9:00 about an eviction; a note was written of it once."""
    reason = ReasonFactory(label="Procédure d’expulsion", category=Category.HOUSING)
    membership = MembershipFactory(person__birth_name="Lefèvre", person__first_names="Denise")
    NoteFactory(household=membership.household, text="Canari de la note")
    return AppointmentFactory(
        agent=claire_works,
        start=NINE,
        reason=reason,
        household=membership.household,
        person=membership.person,
    )


# Who may open which week ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [("nadege", 200), ("mehdi", 200), ("isabelle", 200), ("claire", 200), ("hugo", 404), ("francoise", 403),
     ("david", 403), ("armelle", 403)],
)  # fmt: skip
def test_whose_week_one_may_open(login, request, claire_works, role, status):
    client = login(request.getfixturevalue(role))
    assert client.get(week_url(claire_works)).status_code == status
    assert client.get(reverse("appointments:week_events", args=[claire_works.pk])).status_code == status


def test_the_psychologist_opens_his_own_week_and_no_list_of_others(login, hugo_works, claire_works):
    client = login(hugo_works)
    page = parse(client.get(week_url(hugo_works)))
    assert select(page, "select[name=agent]") == []
    assert calendar(client, hugo_works)["days"][0] == MONDAY
    assert (
        client.get(reverse("appointments:mine"), {"agent": str(claire_works.pk)}, follow=True).status_code
        == 404
    )


def test_choosing_an_agent_leads_to_their_week(login, nadege, mehdi, claire_works):
    answer = login(nadege).get(week_url(claire_works, agent=mehdi.pk))
    assert answer.url == f"{reverse('appointments:week', args=[mehdi.pk])}?semaine={MONDAY}"
    own = login(mehdi).get(week_url(claire_works, agent=mehdi.pk))
    assert own.url.startswith(reverse("appointments:mine"))
    assert login(nadege).get(week_url(claire_works, agent="personne")).status_code == 404


def test_somebody_who_has_left_stays_in_the_list_while_one_looks_at_them(login, nadege, claire_works):
    claire_works.is_active = False
    claire_works.save()
    page = parse(login(nadege).get(week_url(claire_works)))
    assert words(select(page, "select[name=agent] option[selected]")[0]) == "Claire Vasseur"


@pytest.mark.parametrize(
    ("role", "reads", "moves"),
    [("nadege", False, True), ("isabelle", False, False), ("claire", True, True), ("mehdi", True, False)],
)
def test_each_role_gets_the_reason_as_far_as_it_may_and_moves_what_it_may(
    login, request, claire_works, denise, role, reads, moves
):
    client = login(request.getfixturevalue(role))
    answer = calendar(client, claire_works)
    event = named(answer, "Denise Lefèvre")
    assert ("Procédure d’expulsion" in texts(event)) == reads
    assert ("Logement" in texts(event)) != reads
    assert event["editable"] == moves
    assert "Canari" not in str(answer)
    table = client.get(week_url(claire_works, vue="tableau"))
    assert ("Procédure d’expulsion" in table.content.decode()) == reads
    links = select(parse(table), "td.text-end a")
    assert [words(link) for link in links] == (
        ["Déplacer le rendez-vous de Denise Lefèvre, 9 h 00"] if moves else []
    )


@pytest.mark.parametrize("role", ["nadege", "claire", "isabelle"])
def test_of_the_psychologist_s_week_others_read_entretien(login, request, hugo_works, interview, early, role):
    PresenceFactory(agent=hugo_works, weekday=5)
    AppointmentFactory(agent=hugo_works, start=NINE, reason=interview)
    client = login(request.getfixturevalue(role))
    answer = calendar(client, hugo_works)
    assert "deuil" not in str(answer)
    assert "Entretien" in str(answer)
    assert "deuil" not in client.get(week_url(hugo_works, vue="tableau")).content.decode()
    assert "deuil" in str(calendar(login(hugo_works), hugo_works))


# Calendar or table -------------------------------------------------------------------------------------


def test_the_calendar_comes_first_and_the_choice_is_kept(login, claire_works):
    client = login(claire_works)
    mine = reverse("appointments:mine")
    page = client.get(mine)
    assert select(parse(page), "div[data-week]")
    assert "vue=tableau" in page.content.decode().split("</noscript>")[0]
    assert select(parse(client.get(mine, {"vue": "tableau"})), "section[aria-labelledby=jour-1]")
    assert select(parse(client.get(mine)), "section[aria-labelledby=jour-1]")
    assert select(parse(client.get(mine, {"vue": "n’importe quoi"})), "section[aria-labelledby=jour-1]")
    assert select(parse(client.get(mine, {"vue": "calendrier"})), "div[data-week]")


def test_one_day_of_the_table(login, claire_works, denise):
    AppointmentFactory(agent=claire_works, start=NINE + timedelta(days=1))
    page = parse(
        login(claire_works).get(reverse("appointments:mine"), {"vue": "tableau", "jour": "2026-11-24"})
    )
    assert [words(one) for one in select(page, "section h2")] == ["Mardi 24 novembre aujourd’hui"]
    assert len(select(page, "tbody tr")) == 1


@pytest.mark.parametrize("shape", ["calendrier", "tableau"])
def test_reading_is_logged_once(login, claire_works, denise, shape):
    client = login(claire_works)
    before = AccessLog.objects.count()
    client.get(week_url(claire_works, vue=shape))
    if shape == "calendrier":
        calendar(client, claire_works)
    [line] = AccessLog.objects.order_by("-pk")[: AccessLog.objects.count() - before]
    assert line.detail == {"page": "agenda-agent", "agent": str(claire_works.pk), "count": 1}


def test_a_saturday_shows_when_something_takes_place(login, claire_works):
    client = login(claire_works)
    assert len(calendar(client, claire_works)["days"]) == 5
    AppointmentFactory(agent=claire_works, start=NINE + timedelta(days=4))
    assert calendar(client, claire_works)["days"][-1] == "2026-11-28"
    assert "Samedi 28 novembre" in words(parse(client.get(week_url(claire_works, vue="tableau"))))


def test_a_span_is_a_day_or_the_week_around_it():
    week = Span(date(2026, 11, 26), whole_week=True)
    assert (week.first, week.last, week.shifted(1)) == (
        date(2026, 11, 23),
        date(2026, 11, 29),
        date(2026, 11, 30),
    )
    day = Span(date(2026, 11, 26), whole_week=False)
    assert (day.days, day.shifted(-1)) == ([date(2026, 11, 26)], date(2026, 11, 25))


def test_the_calendar_takes_a_fixed_number_of_queries(
    login, claire_works, early, django_assert_max_num_queries
):
    for half_hour in range(6):
        home = AppointmentFactory(
            agent=claire_works, start=NINE + timedelta(minutes=30 * half_hour), at_home=True
        )
        AddressFactory(household=home.household)
    client = login(claire_works)
    with django_assert_max_num_queries(20):
        calendar(client, claire_works)


# What is drawn ------------------------------------------------------------------------------------------


def test_absences_closures_and_hours_without_reception_are_backgrounds(login, claire, early):
    PresenceFactory(agent=claire, weekday=1, starts_at="09:00", ends_at="11:00")
    AbsenceFactory(agent=claire, start=NINE, end=NINE + timedelta(hours=1), label="Houx")
    answer = calendar(login(claire), claire)
    tuesday = [event for event in answer["events"] if event["start"].startswith("2026-11-24")]
    assert {event["display"] for event in tuesday} == {"background"}
    assert [(event["title"], event["start"][11:16], event["end"][11:16]) for event in tuesday] == [
        ("En visite\u00a0: Houx", "09:00", "10:00"),
        ("", "08:30", "09:00"),
        ("Fermé au public", "12:00", "13:30"),
        ("", "17:00", "17:30"),
        ("Ne reçoit pas", "11:00", "12:00"),
        ("Ne reçoit pas", "13:30", "17:00"),
    ]
    assert (answer["from"], answer["until"]) == ("08:30", "17:30")
    armistice = calendar(login(claire), claire, semaine="2026-11-09")
    assert named(armistice, "Fermé\u00a0: Armistice 1918")["start"] == "2026-11-11T08:30:00+01:00"


def test_the_hours_stretch_to_what_takes_place(login, claire_works, early):
    AppointmentFactory(agent=claire_works, start=NINE.replace(hour=18, minute=10))
    AppointmentFactory(agent=claire_works, start=NINE.replace(hour=7, minute=45))
    answer = calendar(login(claire_works), claire_works)
    assert (answer["from"], answer["until"]) == ("07:30", "19:00")


def test_moments_carry_the_offset_of_paris_on_both_sides_of_a_clock_change(login, claire_works, early):
    """Clocks go back on Sunday 25 October 2026."""
    for day in (23, 25, 26):
        AppointmentFactory(agent=claire_works, start=datetime(2026, 10, day, 9, tzinfo=PARIS), minutes=60)
    client = login(claire_works)
    starts = [
        event["start"]
        for monday in ("2026-10-19", "2026-10-26")
        for event in calendar(client, claire_works, semaine=monday)["events"]
        if "display" not in event
    ]
    assert starts == ["2026-10-23T09:00:00+02:00", "2026-10-25T09:00:00+01:00", "2026-10-26T09:00:00+01:00"]


def test_a_pair_is_in_both_weeks_each_naming_the_other(login, nadege, claire_works, mehdi_works, denise):
    denise.second_agent = mehdi_works
    denise.save()
    client = login(nadege)
    assert "avec Mehdi Aouragh" in texts(named(calendar(client, claire_works), "Denise Lefèvre"))
    assert "avec Claire Vasseur" in texts(named(calendar(client, mehdi_works), "Denise Lefèvre"))
    assert "avec Claire Vasseur" in words(parse(client.get(week_url(mehdi_works, vue="tableau"))))


def test_cancelled_ones_are_counted_and_listed_only(login, claire_works, denise):
    AppointmentFactory(agent=claire_works, start=NINE, cancelled=True)
    answer = calendar(login(claire_works), claire_works)
    assert answer["cancelled"] == 1
    assert len([event for event in answer["events"] if "display" not in event]) == 1
    assert len(select(parse(login(claire_works).get(week_url(claire_works, vue="tableau"))), "tbody tr")) == 2


@pytest.mark.parametrize(
    ("changes", "css", "text"),
    [
        ({"status": "honoured"}, "rdv rdv-done", "Honoré"),
        ({"status": "no_show"}, "rdv rdv-missed", "Absent"),
        ({"received_at": NINE + timedelta(minutes=4)}, "rdv rdv-in", "Reçu à 9 h 04"),
        ({"arrived_at": NINE - timedelta(minutes=5)}, "rdv rdv-here", "Attend depuis 8 h 55"),
        ({}, "rdv rdv-late", "Pas encore là"),
        ({"end": NINE + timedelta(minutes=5)}, "rdv rdv-done", "À renseigner"),
        ({"start": NINE + timedelta(minutes=15)}, "rdv", "Renouvellement de la CSS"),
    ],
)
def test_states_are_drawn_as_on_the_desk_s_day(login, claire_works, early, changes, css, text):
    early.move_to(NINE + timedelta(minutes=10))
    if "status" in changes:
        changes["status_at"] = NINE
    AppointmentFactory(agent=claire_works, household=None, caller_name="X", **{"start": NINE, **changes})
    event = named(calendar(login(claire_works), claire_works), "X")
    assert (event["className"], texts(event)[0].replace("\u00a0", " ")) == (css, text)


# Home visits ---------------------------------------------------------------------------------------------


@pytest.fixture
def visit(claire_works, early) -> Household:
    """Claire goes to a home twenty minutes away; one should be two, and mind the dog."""
    household = HouseholdFactory(with_applicant=True)
    AddressFactory(household=household, street="4 impasse des Tilleuls")
    TravelTime.objects.create(commune=household.commune, minutes=20)
    VisitNote.objects.create(
        household=household, text="Chien méchant", in_pairs=True, written_by=claire_works
    )
    way = timedelta(minutes=20)
    AppointmentFactory(
        agent=claire_works, at_home=True, household=household, person=household.memberships.get().person,
        start=NINE, busy_from=NINE - way, busy_until=NINE + timedelta(minutes=30) + way,
    )  # fmt: skip
    return household


@pytest.mark.parametrize(
    ("role", "reads"), [("nadege", False), ("isabelle", False), ("claire", True), ("mehdi", True)]
)
def test_a_visit_shows_its_address_its_way_and_its_note_to_those_who_visit(
    login, request, claire_works, visit, role, reads
):
    client = login(request.getfixturevalue(role))
    appointment = visit.appointments.get()
    pages = {
        "calendar": str(calendar(client, claire_works)),
        "table": words(parse(client.get(week_url(claire_works, vue="tableau")))),
        "detail": words(parse(client.get(reverse("appointments:detail", args=[appointment.pk])))),
    }
    for name, text in pages.items():
        assert "4 impasse des Tilleuls" in text, name
        assert "isite à deux" in text, name
        assert ("Chien méchant" in text) == reads, name
    assert "trajet 20 min" in pages["table"]
    assert "trajet 20 min" in pages["detail"]


def test_the_way_there_and_back_are_bands(login, claire_works, visit):
    events = calendar(login(claire_works), claire_works)["events"]
    bands = [(e["title"], e["start"][11:16], e["end"][11:16]) for e in events if e["className"] == "cal-way"]
    assert [(title.replace("\u00a0", " "), *times) for title, *times in bands] == [
        ("Trajet, 20 min", "08:40", "09:00"),
        ("Retour, 20 min", "09:30", "09:50"),
    ]


def test_a_buffer_is_no_way_back(login, claire_works, early):
    AppointmentFactory(agent=claire_works, start=NINE, busy_until=NINE + timedelta(minutes=45))
    assert "Battement" in str(calendar(login(claire_works), claire_works))


def test_the_psychologist_reads_addresses_and_notes_of_those_he_receives_only(
    login, hugo_works, interview, visit, early
):
    visit.appointments.update(agent=hugo_works)
    client = login(hugo_works)
    answer = str(calendar(client, hugo_works))
    assert "impasse des Tilleuls" not in answer
    assert "Chien" not in answer
    AssignmentFactory(household=visit, agent=hugo_works, role="other")
    answer = str(calendar(client, hugo_works))
    assert "impasse des Tilleuls" in answer
    assert "Chien méchant" in answer


def test_the_address_is_the_one_of_the_day_of_the_visit(login, claire_works, visit):
    visit.addresses.update(end=date(2026, 11, 23))
    AddressFactory(household=visit, street="9 rue Neuve", start=date(2026, 11, 24))
    appointment = visit.appointments.get()
    assert appointment.place == Place.HOME
    page = words(parse(login(claire_works).get(reverse("appointments:detail", args=[appointment.pk]))))
    assert "9 rue Neuve" in page
    assert "Tilleuls" not in page
