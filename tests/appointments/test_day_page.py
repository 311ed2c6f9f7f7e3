"""Reception's day (A5): the table, the waiting room, the counters; categories, never contents."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from appointments.enums import AbsenceKind, Category
from appointments.models import TravelTime, VisitNote
from cias.core.periods import PARIS
from tests.appointments.conftest import at_work
from tests.appointments.pages import parse, select, words
from tests.factories import (
    AbsenceFactory,
    AddressFactory,
    AppointmentFactory,
    HouseholdFactory,
    MembershipFactory,
    ReasonFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("early")]
NINE = datetime(2026, 11, 24, 9, tzinfo=PARIS)
DAY = reverse("appointments:day")


def page(client, query=""):
    response = client.get(DAY + query)
    assert response.status_code == 200
    return parse(response)


def cells(tree, css: str) -> list[str]:
    return [words(cell) for cell in select(tree, f"table.day td.{css}")]


def somebody(name: str, **fields):
    membership = MembershipFactory(person__birth_name=name, person__first_names="Denise")
    return {"household": membership.household, "person": membership.person, **fields}


def test_the_table_has_a_column_for_each_agent_and_fills_every_quarter(
    login, nadege, claire_works, mehdi_works
):
    AppointmentFactory(agent=claire_works, start=NINE, minutes=45, **somebody("Lefèvre"))
    tree = page(login(nadege), "?jour=2026-11-24")
    assert [words(head) for head in select(tree, "table.day thead th[scope=col]")] == [
        "Mehdi AouraghBureau de Mehdi feuille à imprimer", "Claire VasseurBureau de Claire feuille à imprimer",
    ]  # fmt: skip
    assert cells(tree, "rdv") == ["Denise Lefèvre Droits , de 9 h 00 à 9 h 45"]
    assert select(tree, "td.rdv")[0].get("rowspan") == "3"
    [lunch] = select(tree, "td.lunch")
    assert (words(lunch), lunch.get("colspan")) == ("Fermé au public jusqu’à 13 h 30", "2")
    rows = select(tree, "table.day tbody tr")
    assert len(rows) == 12 + 1 + 14
    taken = sum(int(cell.get("rowspan") or 1) for cell in select(tree, "tbody td[rowspan]"))
    assert taken == 2 * (12 + 14)


def test_short_and_odd_durations_share_the_grid_and_say_their_times(login, nadege, claire_works):
    for start, minutes in ((0, 20), (20, 20), (40, 5), (45, 5)):
        AppointmentFactory(agent=claire_works, start=NINE + timedelta(minutes=start), minutes=minutes)
    tree = page(login(nadege), "?jour=2026-11-24")
    booked = select(tree, "td.rdv")
    assert [(cell.get("rowspan"), len(select(cell, "a"))) for cell in booked] == [
        ("1", 1),
        ("2", 1),
        ("1", 2),
    ]
    assert "9 h 20 – 9 h 40" in words(booked[1])


def test_free_time_leads_to_the_booking_page_with_the_agent_and_the_hour(login, nadege, claire_works):
    AppointmentFactory(agent=claire_works, start=NINE, minutes=40)
    link = select(page(login(nadege), "?jour=2026-11-24"), "td.free a")[0]
    assert (
        link.get("href") == f"{reverse('appointments:book')}?agent={claire_works.pk}&debut=2026-11-24T09:40"
    )
    assert words(link).startswith("Réserver avec Claire Vasseur, libre dès 9 h 40")


def test_one_books_from_free_cells_of_agendas_one_may_fill_only(login, claire_works, mehdi_works, isabelle):
    for user, links in ((claire_works, 2), (isabelle, 0)):
        tree = page(login(user), "?jour=2026-11-24")
        assert len(select(tree, "td.free a")) == links
        assert len(select(tree, "td.free")) == 4


def test_absence_is_hatched_with_what_reception_may_read(login, nadege, claire_works):
    AbsenceFactory(
        agent=claire_works, start=NINE, end=NINE + timedelta(hours=3), kind=AbsenceKind.VISIT, label="Houx"
    )
    tree = page(login(nadege), "?jour=2026-11-24")
    assert cells(tree, "off") == ["En visite : Houx"]
    assert select(tree, "td.off")[0].get("rowspan") == "12"


def test_a_closed_day_says_why(login, nadege, claire_works):
    assert "Fermé ce jour-là : Armistice 1918" in words(page(login(nadege), "?jour=2026-11-11"))
    assert "n’est pas ouvert" in words(page(login(nadege), "?jour=2026-11-22"))


def test_a_wrong_day_shows_today(login, nadege, claire_works, early):
    assert words(select(page(login(nadege), "?jour=demain"), "h1")[0]) == "Mardi 24 novembre 2026"


def test_the_states_of_the_day(login, nadege, claire_works, early):
    def at(minutes, who, **fields):
        return AppointmentFactory(
            agent=claire_works, start=NINE + timedelta(minutes=minutes), **somebody(who), **fields
        )

    at(0, "Tavernier", honoured=True)
    at(30, "Bouvet", missed=True)
    at(60, "Lefèvre")
    at(90, "Petitjean", arrived_at=NINE + timedelta(minutes=58))
    at(120, "Marchais", arrived_at=NINE + timedelta(minutes=70), received_at=NINE + timedelta(minutes=75))
    at(150, "Benhaddou")
    early.move_to(NINE + timedelta(minutes=81))
    tree = page(login(nadege))
    assert cells(tree, "rdv-done") == ["Denise Tavernier Honoré , de 9 h 00 à 9 h 30"]
    assert cells(tree, "rdv-missed") == ["Denise Bouvet Absente , de 9 h 30 à 10 h 00"]
    assert cells(tree, "rdv-late") == ["Denise Lefèvre Pas encore là , de 10 h 00 à 10 h 30"]
    assert cells(tree, "rdv-here") == ["Denise Petitjean Attend, 23 min , de 10 h 30 à 11 h 00"]
    assert cells(tree, "rdv-in") == ["Denise Marchais Reçue 10 h 15 , de 11 h 00 à 11 h 30"]
    assert words(select(tree, ".page-head p")[0]).startswith(
        "6 rendez-vous, 2 reçus, 1 personne en salle d’attente. Il est 10 h 21"
    )
    arrivals = words(select(tree, "section[aria-labelledby=arrivees]")[0])
    assert "Denise Lefèvre" in arrivals
    assert "retard 21 min" in arrivals
    assert "Petitjean" not in arrivals
    assert len(select(tree, "th[aria-current=time]")) == 1


def test_reception_and_direction_see_the_category_only(login, nadege, isabelle, claire_works, hugo_works):
    reason = ReasonFactory(label="Procédure d’expulsion", category=Category.HOUSING)
    private = ReasonFactory(psychologist=True)
    AppointmentFactory(agent=claire_works, start=NINE, reason=reason)
    AppointmentFactory(agent=hugo_works, start=NINE, reason=private)
    for user in (nadege, isabelle):
        text = words(page(login(user), "?jour=2026-11-24"))
        assert "Logement" in text
        assert "Entretien" in text
        assert "expulsion" not in text
        assert "deuil" not in text


def test_the_psychologist_sees_her_own_column(login, hugo_works, claire_works):
    AppointmentFactory(agent=claire_works, start=NINE, **somebody("Lefèvre"))
    tree = page(login(hugo_works), "?jour=2026-11-24")
    assert len(select(tree, "thead th[scope=col]")) == 1
    assert "Lefèvre" not in words(tree)


@pytest.mark.parametrize("role", ["francoise", "david", "armelle"])
def test_others_see_no_agenda(login, request, role):
    assert login(request.getfixturevalue(role)).get(DAY).status_code == 403


def test_somebody_who_left_keeps_their_past_column(login, nadege, claire_works):
    AppointmentFactory(agent=claire_works, start=NINE, honoured=True)
    claire_works.is_active = False
    claire_works.save()
    assert "Claire Vasseur" in words(page(login(nadege), "?jour=2026-11-24"))
    assert "Claire Vasseur" not in words(page(login(nadege), "?jour=2026-11-25"))


def test_arrival_is_noted_and_leads_back_to_the_day(login, nadege, claire_works, early):
    appointment = AppointmentFactory(agent=claire_works, start=NINE, **somebody("Lefèvre"))
    early.move_to(NINE - timedelta(minutes=5))
    response = login(nadege).post(reverse("appointments:arrival", args=[appointment.pk]), follow=True)
    appointment.refresh_from_db()
    assert appointment.arrived_at == NINE - timedelta(minutes=5)
    assert "arrivée notée à 08 h 55" in response.content.decode().replace("\u00a0", " ")


def test_the_day_takes_as_many_queries_for_ten_agents_as_for_one(
    login, nadege, claire_works, early, django_assert_max_num_queries
):
    client = login(nadege)
    for _ in range(9):
        agent = UserFactory()
        at_work(agent)
        for half_hour in range(4):
            AppointmentFactory(
                agent=agent, start=NINE + timedelta(minutes=30 * half_hour), **somebody("Noël")
            )
    with django_assert_max_num_queries(12):
        page(client)


def test_a_pair_stands_in_both_columns_each_naming_the_other(login, nadege, claire_works, mehdi_works):
    AppointmentFactory(agent=claire_works, second_agent=mehdi_works, start=NINE, **somebody("Lefèvre"))
    tree = page(login(nadege), "?jour=2026-11-24")
    assert [cell.split(" Droits")[0] for cell in cells(tree, "rdv")] == [
        "Denise Lefèvreavec Claire Vasseur", "Denise Lefèvreavec Mehdi Aouragh",
    ]  # fmt: skip


def test_one_waits_long_from_a_quarter_of_an_hour_on(login, nadege, claire_works, early):
    for rank, (name, minutes) in enumerate((("Lefèvre", 14), ("Bouvet", 15), ("Noël", 84))):
        AppointmentFactory(
            agent=claire_works, start=NINE + timedelta(minutes=30 * rank),
            arrived_at=NINE + timedelta(minutes=90 - minutes), **somebody(name),
        )  # fmt: skip
    early.move_to(NINE + timedelta(minutes=90))
    waiting = select(page(login(nadege)), "section[aria-labelledby=attente]")[0]
    assert [words(pill) for pill in select(waiting, "span.status-soon")] == [
        "1 h 24 d’attente, c’est long", "15 min d’attente, c’est long",
    ]  # fmt: skip
    assert [words(pill) for pill in select(waiting, "span.status-info")] == ["14 min d’attente"]


def test_a_visit_shows_where_it_is_and_how_far(login, nadege, claire_works, early):
    household = HouseholdFactory(with_applicant=True)
    AddressFactory(household=household, street="4 impasse des Tilleuls")
    TravelTime.objects.create(commune=household.commune, minutes=20)
    VisitNote.objects.create(
        household=household, text="Chien méchant", in_pairs=True, written_by=claire_works
    )
    AppointmentFactory(agent=claire_works, household=household, start=NINE, at_home=True)
    [cell] = select(page(login(nadege), "?jour=2026-11-24"), "td.rdv")
    assert "4 impasse des Tilleuls" in words(cell)
    assert "trajet 20 min" in words(cell)
    assert "visite à deux" in words(cell)
    assert "Chien" not in words(cell)
