"""Visits and calls without appointment (A5): counted by kind, a slip taken back, with and without JavaScript."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from appointments.enums import Channel, Topic
from appointments.models import DeskContact
from appointments.services import tally
from tests.appointments.pages import parse, select, words
from tests.factories import DeskContactFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("early")]
DAY, CONTACT = reverse("appointments:day"), reverse("appointments:contact")
MAIL = f"{Channel.VISIT}:{Topic.MAIL}"
TODAY = date(2026, 11, 24)


def line(tree, topic: Topic) -> str:
    [row] = [row for row in select(tree, "table.tally tr") if words(row).startswith(str(topic.label))]
    return words(row)


def test_visits_and_calls_are_counted_apart_and_added_up(login, nadege):
    client = login(nadege)
    for kind in (MAIL, MAIL, f"{Channel.CALL}:{Topic.MAIL}", f"{Channel.VISIT}:{Topic.RIGHTS}"):
        client.post(CONTACT, {"add": kind})
    tree = parse(client.get(DAY))
    assert line(tree, Topic.MAIL) == "Retrait de courrier21"
    assert words(select(tree, "table.tally tfoot")[0]) == "Total31"
    assert select(tree, "button[name=add]")[0].get("aria-label") == (
        "Compter une visite « Logement » de plus, 0 jusqu’ici"
    )


def test_one_takes_back_ones_own_last_of_the_day_only(login, nadege):
    yesterday = DeskContactFactory(
        topic=Topic.MAIL, recorded_by=nadege, at=timezone.now() - timedelta(days=1)
    )
    colleague = DeskContactFactory(topic=Topic.MAIL)
    client = login(nadege)
    client.post(CONTACT, {"add": MAIL})
    assert len(select(parse(client.get(DAY)), "button[name=undo]")) == 1
    for _ in range(2):
        client.post(CONTACT, {"undo": MAIL})
    assert set(DeskContact.objects.all()) == {yesterday, colleague}
    assert select(parse(client.get(DAY)), "button[name=undo]") == []


def test_without_javascript_one_comes_back_to_the_button(login, nadege):
    client = login(nadege)
    assert client.post(CONTACT, {"add": MAIL}).url == f"{DAY}#more-visit-courrier"
    assert client.post(CONTACT, {"undo": MAIL}).url == f"{DAY}#more-visit-courrier"
    ids = [button.get("id") for button in select(parse(client.get(DAY)), "button[name=add]")]
    assert "more-visit-courrier" in ids


def test_with_javascript_the_count_alone_comes_back(login, nadege):
    answer = login(nadege).post(CONTACT, {"add": MAIL}, headers={"HX-Request": "true"})
    assert line(parse(answer), Topic.MAIL) == "Retrait de courrier10"
    assert 'table class="day' not in answer.content.decode()


@pytest.mark.parametrize("post", [{}, {"add": "visit:chocolat"}, {"add": "pigeon:courrier"}, {"undo": ":"}])
def test_an_unknown_kind_counts_nothing(login, nadege, post):
    assert login(nadege).post(CONTACT, post).status_code == 302
    assert not DeskContact.objects.exists()


def test_only_the_desk_counts(login, claire, isabelle):
    for user in (claire, isabelle):
        client = login(user)
        assert client.post(CONTACT, {"add": MAIL}).status_code == 403
        assert select(parse(client.get(DAY)), "table.tally") == []


def test_the_count_takes_one_query(nadege, django_assert_num_queries):
    DeskContactFactory.create_batch(3)
    with django_assert_num_queries(1):
        found = tally(user=nadege, day=TODAY)
    assert found.totals == {Channel.VISIT: 3, Channel.CALL: 0}
