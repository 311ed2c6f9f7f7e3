"""Series, the agent's agenda, moves and cancellations that tell everybody (I6)."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from appointments.enums import AbsenceKind
from appointments.models import Absence
from cias.core.periods import PARIS
from insertion.models import WorkshopNotice, WorkshopRegistration, WorkshopSession
from insertion.workshops import services
from insertion.workshops.enums import NoticeState, RegistrationState, SessionState
from tests.factories import (
    AbsenceFactory,
    AppointmentFactory,
    WorkshopFactory,
    WorkshopRegistrationFactory,
    WorkshopSessionFactory,
)
from tests.insertion.workshop_helpers import NOW, open_notices

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
S = NoticeState


# Planning -------------------------------------------------------------------------------------------


def plan(workshop, agent, **values):
    asked = {
        "day": date(2026, 10, 21), "starts_at": time(9, 30), "ends_at": time(11, 30), "every_weeks": 1, "count": 4,
    } | values  # fmt: skip
    return services.plan_dates(workshop=workshop, agent=agent, **asked)


def test_a_series_keeps_its_hour_across_the_clock_change_and_says_what_stands_against_each_date(
    claire,
) -> None:
    workshop = WorkshopFactory(agent=claire)
    AppointmentFactory(
        agent=claire,
        start=datetime(2026, 10, 28, 10, 0, tzinfo=PARIS),
        end=datetime(2026, 10, 28, 10, 30, tzinfo=PARIS),
    )
    AbsenceFactory(
        agent=claire, start=datetime(2026, 11, 4, 8, 0, tzinfo=PARIS), end=datetime(2026, 11, 4, 18, 0, tzinfo=PARIS),
        kind=AbsenceKind.LEAVE,
    )  # fmt: skip
    dates = plan(workshop, claire)
    assert [one.start.astimezone(PARIS).strftime("%d/%m %H:%M") for one in dates] == [
        "21/10 09:30", "28/10 09:30", "04/11 09:30", "11/11 09:30",
    ]  # fmt: skip
    assert dates[0].is_clear
    assert "un rendez-vous à déplacer" in dates[1].remarks[0]
    assert "congés" in dates[2].remarks[0]
    assert "armistice" in dates[3].remarks[0]


def test_fixing_dates_keeps_the_agents_time_free_and_closes_registration_before(claire) -> None:
    workshop = WorkshopFactory(agent=claire, name="CV et lettre")
    made = services.add_sessions(
        by=claire,
        workshop=workshop,
        agent=claire,
        dates=plan(workshop, claire, count=2),
        seats=8,
        days_before=2,
    )
    assert [row.registration_until for row in made] == [date(2026, 10, 19), date(2026, 10, 26)]
    held = Absence.objects.get(pk=made[0].absence_id)
    assert (held.agent, held.kind, held.label, held.start) == (
        claire,
        AbsenceKind.WORKSHOP,
        "CV et lettre",
        made[0].start,
    )
    with pytest.raises(ValidationError, match="déjà une séance"):
        services.add_sessions(
            by=claire, workshop=workshop, agent=claire, dates=plan(workshop, claire), seats=8
        )
    assert WorkshopSession.objects.count() == 2


def test_an_agent_who_does_not_take_part_keeps_their_agenda(claire) -> None:
    workshop = WorkshopFactory(agent=claire, is_in_agenda=False)
    AbsenceFactory(agent=claire, start=NOW, end=NOW + timedelta(days=60))
    dates = plan(workshop, claire, count=1)
    assert dates[0].is_clear
    (session,) = services.add_sessions(by=claire, workshop=workshop, agent=claire, dates=dates, seats=8)
    assert session.absence is None


def test_planning_is_for_those_who_steer_it(claire, nadege) -> None:
    workshop = WorkshopFactory(agent=claire)
    with pytest.raises(PermissionDenied):
        services.add_sessions(
            by=nadege, workshop=workshop, agent=claire, dates=plan(workshop, claire), seats=8
        )
    session = WorkshopSessionFactory(workshop=workshop)
    with pytest.raises(PermissionDenied):
        services.cancel(by=nadege, session=session, reason="x")
    with pytest.raises(PermissionDenied):
        services.move(by=nadege, session=session, start=session.start, end=session.end)


# Moves, cancellations -------------------------------------------------------------------------------


def test_cancelling_a_series_tells_everybody_frees_the_agenda_and_comes_back_at_once(claire, nadege) -> None:
    workshop = WorkshopFactory(agent=claire)
    sessions = services.add_sessions(
        by=claire, workshop=workshop, agent=claire, dates=plan(workshop, claire, count=3), seats=1
    )
    for session in sessions:
        WorkshopRegistrationFactory(session=session)
        WorkshopRegistrationFactory(session=session, waiting=True)
    held = services.cancel(by=claire, session=sessions[1], reason="Salle inondée", following=True)
    assert [row.pk for row in held] == [sessions[1].pk, sessions[2].pk]
    assert [open_notices(session) for session in sessions] == [[], ["cancelled"] * 2, ["cancelled"] * 2]
    assert Absence.objects.count() == 1
    # One had been called before it was undone: she hears that it takes place, the others nothing.
    told = WorkshopNotice.objects.filter(registration__session=sessions[1], registration__seat=1).get()
    services.note_told(by=nadege, notice=told)
    sessions[2].refresh_from_db()
    step, count = services.undo_last(by=claire, session=sessions[2])
    assert (step.to_state, count) == (SessionState.CANCELLED, 2)
    assert [WorkshopSession.objects.get(pk=one.pk).state for one in sessions] == [SessionState.PLANNED] * 3
    assert Absence.objects.count() == 3
    assert [open_notices(session) for session in sessions] == [[], ["restored"], []]


def test_who_had_a_seat_without_knowing_still_hears_of_it_after_a_cancellation_undone(claire, nadege) -> None:
    session = WorkshopSessionFactory(seats=1, agent=claire)
    first = WorkshopRegistrationFactory(session=session)
    second = WorkshopRegistrationFactory(session=session, waiting=True)
    services.withdraw(by=nadege, registration=first)
    assert open_notices(session) == ["promoted"]
    services.cancel(by=claire, session=session, reason="Panne")
    assert open_notices(session) == ["cancelled"]
    session.refresh_from_db()
    services.undo_last(by=claire, session=session)
    assert open_notices(session) == ["promoted"]
    assert WorkshopRegistration.objects.get(pk=second.pk).state == RegistrationState.REGISTERED


def test_moving_tells_the_new_date_and_undoing_tells_only_those_who_knew(claire, nadege) -> None:
    session = WorkshopSessionFactory(
        agent=claire, registration_until=timezone.localdate() + timedelta(days=9)
    )
    for _ in range(2):
        WorkshopRegistrationFactory(session=session)
    before, new = session.start, session.start + timedelta(days=7)
    services.move(by=claire, session=session, start=new, end=new + timedelta(hours=2))
    session.refresh_from_db()
    assert session.start == new
    assert session.registration_until == timezone.localdate() + timedelta(days=16)
    notices = list(WorkshopNotice.objects.to_tell())
    assert [(row.kind, row.for_start, row.new_start) for row in notices] == [("moved", before, new)] * 2
    services.note_told(by=nadege, notice=notices[0])
    services.undo_last(by=claire, session=session)
    session.refresh_from_db()
    assert session.start == before
    left = WorkshopNotice.objects.to_tell().get()
    assert (left.registration, left.kind, left.for_start, left.new_start) == (
        notices[0].registration, "moved", new, before,
    )  # fmt: skip


def test_a_session_over_is_cancelled_without_telling_and_a_held_one_is_not(claire) -> None:
    session = WorkshopSessionFactory(
        agent=claire, start=NOW - timedelta(days=1), end=NOW - timedelta(hours=22)
    )
    WorkshopRegistrationFactory(session=session)
    with pytest.raises(ValidationError, match="à venir"):
        services.move(
            by=claire, session=session, start=NOW + timedelta(days=2), end=NOW + timedelta(days=2, hours=1)
        )
    services.cancel(by=claire, session=session, reason="Personne n’est venu")
    assert not WorkshopNotice.objects.exists()
    held = WorkshopSessionFactory(state=SessionState.HELD)
    with pytest.raises(ValidationError, match="prévue"):
        services.cancel(by=claire, session=held, reason="x")
