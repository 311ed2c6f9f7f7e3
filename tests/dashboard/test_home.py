from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cias.accounts.models import User
from cias.core.registry import WorkItem
from cias.dashboard.worklist import group_by_urgency
from tests.factories import OrientationFactory, StayFactory

pytestmark = pytest.mark.django_db


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
