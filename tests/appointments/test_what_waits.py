"""What the day's page says of other lists: the waiting list, messages, reminders that failed (A5)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from appointments.enums import Urgency
from appointments.services import what_waits
from appointments.services.desk import Queue, Waiting
from cias.accounts.models import User
from households.enums import ProtectionReason
from households.models import HouseholdProtection
from tests.appointments.pages import parse, select, words
from tests.factories import (
    AppointmentFactory,
    HouseholdFactory,
    MessageFactory,
    ReminderFactory,
    WaitingEntryFactory,
)

pytestmark = pytest.mark.django_db
DAY = reverse("appointments:day")


@pytest.fixture
def waiting(claire: User) -> None:
    """Two wait, one of them for Claire and today; one who waited does no more. Three messages. One reminder failed."""
    WaitingEntryFactory(requested_on=date(2026, 11, 3))
    WaitingEntryFactory(requested_on=date(2026, 11, 12), urgency=Urgency.TODAY, agent=claire)
    WaitingEntryFactory(requested_on=date(2026, 10, 1), withdrawn=True)
    MessageFactory.create_batch(3, agent=claire)
    expected = AppointmentFactory(start=timezone.now() + timedelta(days=2))
    ReminderFactory(appointment=expected, failed=True)


def test_the_desk_is_told_of_all_in_one_query(waiting, nadege, early, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        found = what_waits(user=nadege, now=timezone.now())
    assert found == Waiting(Queue(2, 1, date(2026, 11, 3)), not_delivered=1, messages=3)


def test_an_agent_is_told_of_who_waits_for_them_alone(waiting, claire, early) -> None:
    found = what_waits(user=claire, now=timezone.now())
    assert found == Waiting(Queue(1, 1, date(2026, 11, 12)))


def test_who_keeps_no_list_is_told_nothing(waiting, francoise, early, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert what_waits(user=francoise, now=timezone.now()) == Waiting(None)


def test_nothing_waits(nadege, early) -> None:
    assert what_waits(user=nadege, now=timezone.now()) == Waiting(Queue())


def test_a_protected_file_is_in_no_number(nadege, claire, early) -> None:
    hidden = HouseholdFactory()
    WaitingEntryFactory(household=hidden)
    MessageFactory(household=hidden)
    HouseholdProtection.objects.create(household=hidden, reason=ProtectionReason.VIOLENCE, decided_by=claire)
    assert what_waits(user=nadege, now=timezone.now()) == Waiting(Queue())


def test_the_page_says_it(waiting, login, nadege, early) -> None:
    tree = parse(login(nadege).get(DAY))
    [card] = select(tree, "section[aria-labelledby=liste-attente]")
    assert "2 personnes sans créneau, la première depuis le" in words(card)
    assert "1 urgente" in words(card)
    assert words(tree.get_element_by_id("reminder-failures")) == "1 rappel non remis"
    assert words(tree.get_element_by_id("messages-lien")) == "3 à traiter"


def test_another_day_says_nothing_of_it(waiting, login, nadege, early) -> None:
    tree = parse(login(nadege).get(DAY, {"jour": "2026-11-25"}))
    assert select(tree, "section[aria-labelledby=liste-attente]") == []
