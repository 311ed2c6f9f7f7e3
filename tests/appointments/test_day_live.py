"""The board asks whether anything has changed: one query and no content when nothing has (A5)."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from appointments.enums import Status
from appointments.models import Message, Presence
from appointments.services import cancel, check_in, day_pulse
from cias.audit.models import AccessLog
from cias.core.periods import PARIS
from tests.appointments.pages import parse, select, words
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    DeskContactFactory,
    HouseholdFactory,
    MessageFactory,
)

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 24, 9, tzinfo=PARIS)
TUESDAY, WEDNESDAY = NINE.date(), NINE.date() + timedelta(days=1)
DAY = reverse("appointments:day")
HTMX = {"HX-Request": "true", "HX-Target": "board"}


def ask(client, tree):
    """What the browser asks after five seconds."""
    return client.get(select(tree, "div[id=board]")[0].get("hx-get"), headers=HTMX)


def pulse(user, day=TUESDAY):
    return day_pulse(user=user, day=day, now=timezone.now())


def test_nothing_changed_answers_204_with_the_pulse_alone(
    login, nadege, claire_works, early, django_assert_max_num_queries
):
    client = login(nadege)
    tree = parse(client.get(DAY))
    with django_assert_max_num_queries(4):  # session, user, structure, pulse
        answer = ask(client, tree)
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("day", ["2026-11-24", "2026-11-25"])
def test_a_colleagues_booking_comes_in_today_and_on_days_to_come(login, nadege, claire_works, early, day):
    client = login(nadege)
    tree = parse(client.get(DAY, {"jour": day}))
    start = datetime.fromisoformat(f"{day}T11:00").replace(tzinfo=PARIS)
    appointment = AppointmentFactory(agent=claire_works, start=start)
    answer = ask(client, tree)
    assert answer.status_code == 200
    assert str(appointment.pk) in answer.content.decode()
    board = parse(answer)
    assert ask(client, board).status_code == 204
    assert words(select(board, "p[hx-swap-oob=true]")[0]).startswith("1 rendez-vous")
    assert "<h1" not in answer.content.decode()


def test_past_days_ask_nothing(login, nadege, claire_works, early):
    board = select(parse(login(nadege).get(DAY, {"jour": "2026-11-20"})), "div[id=board]")[0]
    assert board.get("hx-get") is None


def test_opening_the_page_is_a_read_its_refreshing_is_not(login, nadege, claire_works, early):
    client = login(nadege)
    tree = parse(client.get(DAY))
    ask(client, tree)
    DeskContactFactory(at=timezone.now())
    assert ask(client, tree).status_code == 200
    assert AccessLog.objects.filter(user=nadege).count() == 1


class TestPulse:
    def test_everything_the_board_shows_moves_it(self, nadege, claire_works, early):
        appointment = AppointmentFactory(agent=claire_works, start=NINE)
        seen = [pulse(nadege)]

        def moved() -> bool:
            seen.append(pulse(nadege))
            return len(set(seen)) == len(seen)

        check_in(by=nadege, appointment=appointment)
        assert moved()
        cancel(by=nadege, appointment=appointment, status=Status.CANCELLED_BY_USER)
        assert moved()
        AbsenceFactory(agent=claire_works, start=NINE, end=NINE + timedelta(hours=1))
        assert moved()
        contact = DeskContactFactory(at=timezone.now())
        assert moved()
        contact.delete()
        Presence.objects.filter(agent=claire_works).first().delete()
        assert moved()
        Message.objects.create(agent=claire_works, taken_by=nadege, caller_name="M. Diop", text="Rappeler")
        assert moved()

    def test_another_day_does_not(self, nadege, claire_works, early):
        before = pulse(nadege, WEDNESDAY)
        AppointmentFactory(agent=claire_works, start=NINE, household=HouseholdFactory())
        assert pulse(nadege, WEDNESDAY) == before

    def test_the_minute_moves_today_only(self, nadege, claire_works, early):
        before = {day: pulse(nadege, day) for day in (TUESDAY, WEDNESDAY)}
        early.shift(timedelta(seconds=59))
        assert pulse(nadege) == before[TUESDAY]
        early.shift(timedelta(seconds=1))
        assert pulse(nadege) != before[TUESDAY]
        assert pulse(nadege, WEDNESDAY) == before[WEDNESDAY]

    def test_the_psychologists_is_their_own(self, hugo_works, claire_works, early):
        before = pulse(hugo_works)
        AppointmentFactory(agent=claire_works, start=NINE)
        assert pulse(hugo_works) == before
        AppointmentFactory(agent=hugo_works, start=NINE)
        assert pulse(hugo_works) != before

    def test_one_query(self, nadege, claire_works, early, django_assert_num_queries):
        AppointmentFactory.create_batch(3, start=NINE)
        with django_assert_num_queries(1):
            pulse(nadege)


def test_a_message_left_for_a_colleague_changes_nothing_for_who_may_not_read_it(mehdi, claire, early):
    before = pulse(mehdi)
    MessageFactory(agent=claire)
    assert pulse(mehdi) == before
    MessageFactory(agent=mehdi)
    assert pulse(mehdi) != before
