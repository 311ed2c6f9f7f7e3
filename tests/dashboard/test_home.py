from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cias.accounts.models import User
from cias.core.periods import PARIS
from cias.core.registry import WorkItem
from cias.dashboard.worklist import group_by_urgency
from tests.factories import (
    AppointmentFactory,
    AssignmentFactory,
    HouseholdFactory,
    OrientationFactory,
    RightsFileFactory,
    StayFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 11, 24)


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), PARIS)


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("nadege", "appointments:day"),
        ("francoise", "dashboard:board"),
        ("armelle", "dashboard:administration"),
    ],
)
def test_each_role_lands_on_the_page_it_works_on(login, request, who: str, page: str) -> None:
    response = login(request.getfixturevalue(who)).get("/")
    assert response.status_code == 302
    assert response.url == reverse(page)


def test_a_social_worker_finds_the_day_and_what_is_late(login, claire: User) -> None:
    orientation = OrientationFactory(referent=claire, start=date(2026, 1, 5), notified_on=date(2026, 1, 5))
    page = login(claire).get("/").content.decode()
    assert "Bonjour Claire" in page
    assert "Contrat d’engagement à signer" in page
    assert orientation.person.full_name in page
    assert "en retard" in page


def test_the_day_shows_its_appointments_and_only_without_any_the_next_one(login, claire: User) -> None:
    def day() -> tuple[list[Any], Any]:
        context = login(claire).get("/").context
        return context["appointments"], context["following"]

    now = at(TUESDAY, 10)
    with time_machine.travel(now, tick=False):
        AppointmentFactory(agent=claire, start=at(TUESDAY - timedelta(days=1), 14))
        assert day() == ([], None), "one of the past"
        later = AppointmentFactory(agent=claire, start=at(TUESDAY + timedelta(days=9), 9))
        soon = AppointmentFactory(agent=claire, start=at(TUESDAY + timedelta(days=2), 9))
        assert day() == ([], soon)
        past = AppointmentFactory(agent=claire, start=at(TUESDAY, 8))
        assert day() == ([past], None), "received this morning"
        evening = AppointmentFactory(agent=claire, start=at(TUESDAY, 17))
        assert day() == ([past, evening], None)
    with time_machine.travel(at(TUESDAY + timedelta(days=3), 0), tick=False):
        assert day() == ([], later)


def test_the_day_and_the_work_list_ask_few_questions(login, claire: User) -> None:
    """Twelve at most of an agent with a task, a file of rights and appointments, without first steps to take."""
    User.objects.filter(pk=claire.pk).update(first_steps_since=None)
    household = HouseholdFactory()
    AssignmentFactory(household=household, agent=claire)
    TaskFactory(household=household, agent=claire)
    RightsFileFactory(household=household, agent=claire)
    AppointmentFactory(agent=claire, start=timezone.now() - timedelta(days=1))
    AppointmentFactory(agent=claire, start=timezone.now() + timedelta(days=2))
    client = login(claire)
    for address in (reverse("dashboard:home"), reverse("dashboard:work")):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
        assert len(asked) <= 12, "\n".join(asked)


def test_the_work_list_is_filtered_by_domain(login, claire: User) -> None:
    OrientationFactory(referent=claire, start=date(2026, 1, 5), notified_on=date(2026, 1, 5))
    StayFactory(referent=claire, planned_end=timezone.localdate() + timedelta(days=3))
    client = login(claire)
    everything = client.get(reverse("dashboard:work")).content.decode()
    assert "Contrat d’engagement à signer" in everything
    assert "Renouveler ou terminer le contrat" in everything
    housing = client.get(reverse("dashboard:work"), {"domaine": "logement"}).content.decode()
    assert "Contrat d’engagement à signer" not in housing
    assert "Renouveler ou terminer le contrat" in housing


def test_work_is_grouped_by_urgency() -> None:
    today = date(2026, 11, 22)
    dues = [today - timedelta(days=1), None, today, today + timedelta(days=7), today + timedelta(days=8)]
    items = [WorkItem(title=str(due), url="/", due=due) for due in dues]
    groups = {code: [item.due for item in rows] for code, _title, rows in group_by_urgency(items, today)}
    assert groups == {"late": [dues[0]], "today": [None, today], "soon": [dues[3]], "later": [dues[4]]}


def test_an_unknown_visitor_is_sent_to_the_login_page(client) -> None:
    response = client.get("/")
    assert response.status_code == 302
    assert response.url.startswith("/compte/connexion/")
