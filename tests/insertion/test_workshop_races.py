"""Many at the same moment, on real connections: seats are never exceeded, and nobody is forgotten (I6)."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from cias.accounts.enums import Role
from cias.accounts.models import User
from insertion.models import WorkshopNotice, WorkshopRegistration, WorkshopSession
from insertion.workshops import services
from tests.appointments.racing import at_once, outcome
from tests.factories import MembershipFactory, UserFactory, WorkshopSessionFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def attendee() -> services.Attendee:
    row = MembershipFactory()
    return services.Attendee(person=row.person, household=row.household)


def registering(
    session: WorkshopSession, by: User, who: services.Attendee
) -> Callable[[], list[WorkshopRegistration]]:
    return lambda: services.register(by=by, sessions=[session], who=who)


def test_thirty_at_once_for_ten_seats_give_ten_and_twenty_ranks() -> None:
    session, desk = WorkshopSessionFactory(seats=10), UserFactory(role=Role.RECEPTION)
    people = [attendee() for _ in range(30)]
    results = at_once([registering(session, desk, who) for who in people])
    assert outcome(results) == {"list": 30}
    rows = WorkshopRegistration.objects.filter(session=session)
    assert Counter(rows.values_list("state", flat=True)) == {"registered": 10, "waiting": 20}
    assert sorted(rows.registered().values_list("seat", flat=True)) == list(range(1, 11))
    assert sorted(rows.values_list("number", flat=True)) == list(range(1, 31))
    # Those with a seat asked first: the order of the list is the order of arrival.
    assert max(rows.registered().values_list("number", flat=True)) < min(
        rows.waiting().values_list("number", flat=True)
    )


def test_one_person_registered_by_twenty_agents_at_once_is_registered_once() -> None:
    session, desk, who = WorkshopSessionFactory(seats=10), UserFactory(role=Role.RECEPTION), attendee()
    results = at_once([registering(session, desk, who) for _ in range(20)])
    assert outcome(results) == {"list": 1, "ValidationError": 19}


def test_one_person_in_two_sessions_at_the_same_time_is_told_of_one_of_them() -> None:
    first, desk, who = WorkshopSessionFactory(), UserFactory(role=Role.RECEPTION), attendee()
    second = WorkshopSessionFactory(start=first.start)
    results = at_once([registering(session, desk, who) for session in (first, second)])
    assert outcome(results) == {"list": 1, "Busy": 1}


def test_seats_that_free_at_once_go_each_to_another_person() -> None:
    session, desk = WorkshopSessionFactory(seats=10), UserFactory(role=Role.RECEPTION)
    rows = [services.register(by=desk, sessions=[session], who=attendee())[0] for _ in range(16)]
    leaving = [lambda row=row: services.withdraw(by=desk, registration=row) for row in rows[:6]]
    joining = [registering(session, desk, attendee()) for _ in range(4)]
    results = at_once([*leaving, *joining])
    assert outcome(results) == {"int": 6, "list": 4}
    live = WorkshopRegistration.objects.filter(session=session)
    assert sorted(live.registered().values_list("seat", flat=True)) == list(range(1, 11))
    assert live.waiting().count() == 4
    # The six who had waited have their seats, and are to be told.
    assert set(live.registered().values_list("pk", flat=True)) == {row.pk for row in rows[6:]}
    assert WorkshopNotice.objects.to_tell().count() == 6


def test_a_cycle_registered_in_both_orders_never_waits_for_ever() -> None:
    first, desk = WorkshopSessionFactory(seats=5), UserFactory(role=Role.RECEPTION)
    second = WorkshopSessionFactory(workshop=first.workshop, seats=5, start=first.start + timedelta(days=7))
    orders = [[first, second], [second, first]] * 5

    def both(sessions: list[WorkshopSession], who: services.Attendee) -> Callable[[], object]:
        return lambda: services.register(by=desk, sessions=sessions, who=who, accepts_busy=True)

    results = at_once([both(order, attendee()) for order in orders])
    assert outcome(results) == {"list": 10}
    for session in (first, second):
        states = Counter(session.registrations.values_list("state", flat=True))
        assert states == {"registered": 5, "waiting": 5}
